//! Errors and events on their way to Python.

use defacto::Error;
use defacto::bridge::{self, Note};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The exception of an error; `errors.py` has the classes.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    let make = || {
        let failure = bridge::failure(error).to_string();
        py.import("defacto_sdk._failure")?
            .getattr("from_native")?
            .call1((PyBytes::new(py, failure.as_bytes()),))
    };
    make().map_or_else(|broken| broken, PyErr::from_value)
}

/// Puts a note into Python's log, unless it matters less than `least`.
pub(crate) fn log(note: &Note<'_>, least: u8) {
    let level = note.level() as u8;
    if level < least {
        return;
    }
    let text = note.to_string();
    let emit = |py: Python<'_>| {
        let emit = py.import("defacto_sdk._log")?.getattr("emit")?;
        emit.call1((level, &text)).map(drop)
    };
    // Nobody reads the log of an interpreter that goes away.
    let _ = Python::try_attach(|py| {
        // There is no caller to raise to, and a call must not fail for its log.
        if let Err(error) = emit(py) {
            error.write_unraisable(py, None);
        }
    });
}
