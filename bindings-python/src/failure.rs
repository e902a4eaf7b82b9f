//! Errors and events on their way to Python.

use std::sync::atomic::{AtomicU8, Ordering};

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

/// From which level on Python wants notes. One for all clients: Python's
/// loggers are one tree for all of a process. It orders nothing else.
static LEAST: AtomicU8 = AtomicU8::new(30);

/// From now on, notes of this level and above are logged.
#[pyfunction]
pub(crate) fn log_from(level: u8) {
    LEAST.store(level, Ordering::Relaxed);
}

/// Puts a note into Python's log, unless nobody wants it.
pub(crate) fn log(note: &Note<'_>) {
    let level = note.level() as u8;
    if level < LEAST.load(Ordering::Relaxed) {
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
