//! Waiting without the interpreter, but not without Ctrl-C.

use defacto::Error;
use pyo3::prelude::*;

use crate::failure::raise;

/// Runs a call without the interpreter. On the main thread, the only one that
/// Python tells of signals, it is asked for them while the call waits; what a
/// handler raises (`KeyboardInterrupt`) ends the call, and its cause says when
/// a change may have been made all the same.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    is_main: bool,
    untaken: impl FnOnce(&T) -> Option<Error>,
    call: impl FnOnce(&mut (dyn FnMut() -> bool + Send)) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let mut raised = None;
    let result = py.detach(|| {
        if !is_main {
            return call(&mut || true);
        }
        call(&mut || match Python::try_attach(|py| py.check_signals()) {
            Some(Err(error)) => {
                raised = Some(error);
                false
            }
            _ => true,
        })
    });
    // A signal may also have come just before the answer, which would be lost
    // with it.
    if is_main && raised.is_none() {
        raised = py.check_signals().err();
    }
    let Some(interrupt) = raised else {
        return result.map_err(|error| raise(py, &error));
    };
    let unknown = match result {
        Ok(answered) => untaken(&answered),
        Err(error) => error.is_outcome_unknown().then_some(error),
    };
    if let Some(error) = unknown {
        interrupt.set_cause(py, Some(raise(py, &error)));
    }
    Err(interrupt)
}
