//! Answers of submitted calls on their way into an event loop: a queue, and a
//! bell that is rung once for however many there are.

use std::sync::{Arc, Mutex, PoisonError};

use defacto::Error;
use defacto::bridge::Reply;
use pyo3::exceptions::PyNotImplementedError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::bell::Bell;
use crate::client::answer;
use crate::failure::raise;

/// A call's token with its answer or its exception.
type Completion<'py> = (
    u64,
    Option<Bound<'py, PyTuple>>,
    Option<Py<PyAny>>,
    Option<NativeUntaken>,
);

/// The answer to a change, as long as nobody has taken it.
#[pyclass(frozen)]
pub(crate) struct NativeUntaken(Reply);

#[pymethods]
impl NativeUntaken {
    /// What a caller is told that had stopped waiting.
    fn error(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let error = self.0.untaken()?;
        Some(raise(py, &error).into_value(py).into_any())
    }
}

/// A call's token, whether its headers are asked for, and its page or answer,
/// or its error.
type Ended = (u64, bool, Result<Option<Reply>, Error>);

/// The queue of one event loop.
#[pyclass(frozen)]
pub(crate) struct NativeCompletions {
    queue: Arc<Queue>,
}

struct Queue {
    done: Mutex<Vec<Ended>>,
    bell: Bell,
}

#[pymethods]
impl NativeCompletions {
    /// Wakes the loop through a descriptor, or by calling `wake`.
    #[new]
    fn new(wake: Option<Py<PyAny>>) -> PyResult<Self> {
        let bell = match wake {
            Some(wake) => Bell::Callback(wake),
            None => Bell::descriptors()?.ok_or_else(|| {
                PyNotImplementedError::new_err("this system has no descriptors to watch")
            })?,
        };
        let done = Mutex::default();
        let queue = Arc::new(Queue { done, bell });
        Ok(Self { queue })
    }

    /// What the loop watches.
    fn fileno(&self) -> Option<i32> {
        self.queue.bell.fileno()
    }

    /// Takes everything that has ended.
    fn drain<'py>(&self, py: Python<'py>) -> Vec<Completion<'py>> {
        // First the bell: what is pushed from here on rings it again.
        self.queue.bell.heard();
        std::mem::take(&mut *self.queue.lock())
            .into_iter()
            .map(|(token, headers, result)| {
                let made = match result {
                    Ok(None) => Ok((None, None)),
                    Ok(Some(reply)) => {
                        let made = answer(py, &reply, headers);
                        let made = made.and_then(|made| made.into_pyobject(py));
                        made.map(|made| {
                            let untaken = reply.is_change().then(|| NativeUntaken(reply));
                            (Some(made), untaken)
                        })
                    }
                    Err(error) => Err(raise(py, &error)),
                };
                match made {
                    Ok((reply, untaken)) => (token, reply, None, untaken),
                    Err(error) => (token, None, Some(error.into_value(py).into_any()), None),
                }
            })
            .collect()
    }
}

impl NativeCompletions {
    /// Where the answer of the call with this token goes. It is called on the
    /// runtime's thread and must not wait for the interpreter.
    pub(crate) fn sender(
        &self,
        token: u64,
        headers: bool,
    ) -> impl FnOnce(Result<Option<Reply>, Error>) + Send + 'static {
        let queue = self.queue.clone();
        move |result| queue.push((token, headers, result))
    }
}

impl Queue {
    fn push(&self, ended: Ended) {
        let mut done = self.lock();
        let is_first = done.is_empty();
        done.push(ended);
        drop(done);
        if is_first {
            self.bell.ring();
        }
    }

    /// An entry is pushed whole or not at all.
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Ended>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
