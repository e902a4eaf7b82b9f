//! The native half of the Python package: names and JSON in, JSON out. All
//! that a Python programmer sees is in `python/defacto_sdk`.

use std::sync::{Mutex, PoisonError};

use defacto::bridge::{self, Input};
use defacto::types::{Operation, Value};
use defacto::{Error, File, Pages, blocking};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A client; its calls release the interpreter while they wait.
#[pyclass(frozen)]
struct NativeClient(blocking::Client);

#[pymethods]
impl NativeClient {
    #[new]
    fn new(py: Python<'_>, settings: &[u8]) -> PyResult<Self> {
        let settings = parse(settings)?;
        py.detach(|| bridge::open(settings))
            .map(Self)
            .map_err(|error| raise(py, &error))
    }

    /// One operation by its name.
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        request: &[u8],
        file: Option<(String, Vec<u8>)>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let operation = find(operation)?;
        let request = parse(request)?;
        py.detach(|| {
            let mut input = Input::from_json(request)?;
            input.file = file.map(|(name, content)| File::pdf(name, content));
            let answer = self.0.invoke(operation, input).send()?;
            Ok(answer.to_string())
        })
        .map(|text| PyBytes::new(py, text.as_bytes()))
        .map_err(|error: Error| raise(py, &error))
    }

    /// A list operation by its name; nothing is sent yet.
    fn pages(&self, py: Python<'_>, operation: &str, request: &[u8]) -> PyResult<NativePages> {
        let input = Input::from_json(parse(request)?).map_err(|error| raise(py, &error))?;
        let pages = self.0.invoke_list(find(operation)?, input).pages();
        Ok(NativePages(Mutex::new(pages)))
    }
}

/// The pages of a list. The core follows the cursors.
#[pyclass(frozen)]
struct NativePages(Mutex<Pages<Value, blocking::Client>>);

#[pymethods]
impl NativePages {
    /// The next page; `None` after the last.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        py.detach(|| {
            let page = self.lock().next().transpose()?;
            page.map(|page| Ok(bridge::page(&page)?.to_string()))
                .transpose()
        })
        .map(|text| text.map(|text| PyBytes::new(py, text.as_bytes())))
        .map_err(|error| raise(py, &error))
    }

    #[getter]
    fn cursor(&self, py: Python<'_>) -> Option<String> {
        // Another thread may hold the lock while it waits for a page.
        py.detach(|| self.lock().cursor().map(str::to_owned))
    }
}

impl NativePages {
    /// A page is taken in whole or not at all, so a poisoned lock guards
    /// nothing broken.
    fn lock(&self) -> std::sync::MutexGuard<'_, Pages<Value, blocking::Client>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A verb of the library by its name.
#[pyfunction]
fn function<'py>(py: Python<'py>, name: &str, arguments: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    bridge::call(name, parse(arguments)?)
        .map(|result| PyBytes::new(py, result.to_string().as_bytes()))
        .map_err(|error| raise(py, &error))
}

/// Our own Python wrote it, so what is wrong with it is ours.
fn parse(text: &[u8]) -> PyResult<Value> {
    serde_json::from_slice(text).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn find(name: &str) -> PyResult<&'static Operation> {
    Operation::find(name)
        .ok_or_else(|| PyValueError::new_err(format!("there is no operation {name}")))
}

/// The exception of an error; `errors.py` has the classes.
fn raise(py: Python<'_>, error: &Error) -> PyErr {
    let make = || {
        let failure = bridge::failure(error).to_string();
        py.import("defacto_sdk._failure")?
            .getattr("from_native")?
            .call1((PyBytes::new(py, failure.as_bytes()),))
    };
    make().map_or_else(|broken| broken, PyErr::from_value)
}

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<NativeClient>()?;
    module.add_class::<NativePages>()?;
    module.add_function(wrap_pyfunction!(function, module)?)
}
