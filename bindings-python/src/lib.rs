//! The native half of the Python package: names and JSON in, JSON out. All
//! that a Python programmer sees is in `python/defacto_sdk`.

mod bell;
mod client;
mod completions;
mod encode;
mod failure;
mod habit;
mod model;
mod object;
mod shape;
mod wait;

use defacto::bridge;
use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use failure::raise;

/// A verb of the library by its name.
#[pyfunction]
fn function<'py>(py: Python<'py>, name: &str, arguments: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    // Our own Python wrote it, so what is wrong with it is ours.
    let arguments = serde_json::from_slice(arguments)
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    bridge::call(name, arguments)
        .map(|result| PyBytes::new(py, result.to_string().as_bytes()))
        .map_err(|error| raise(py, &error))
}

/// Refuses every interpreter of a process but its main one: the classes, the
/// log and the exceptions of this module are one for all of the process.
fn main_interpreter_only() -> PyResult<()> {
    #[allow(
        unsafe_code,
        reason = "PyO3 has no safe name for it; both need only the interpreter, which a \
                  module under construction holds"
    )]
    let interpreter = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    if interpreter == 0 {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "it cannot be loaded into a subinterpreter",
    ))
}

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    main_interpreter_only()?;
    module.add_class::<client::NativeClient>()?;
    module.add_class::<client::NativePages>()?;
    module.add_class::<client::NativeTicket>()?;
    module.add_class::<completions::NativeCompletions>()?;
    module.add_class::<completions::NativeUntaken>()?;
    module.add_class::<object::NativeObject>()?;
    module.add_class::<object::NativePage>()?;
    module.add_class::<model::NativeModel>()?;
    module.add_class::<model::NativeField>()?;
    module.add_function(wrap_pyfunction!(model::shape, module)?)?;
    module.add_function(wrap_pyfunction!(failure::log_from, module)?)?;
    module.add_function(wrap_pyfunction!(encode::dumps, module)?)?;
    module.add_function(wrap_pyfunction!(object::loads, module)?)?;
    module.add_function(wrap_pyfunction!(function, module)?)
}
