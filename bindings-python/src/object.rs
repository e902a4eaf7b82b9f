//! Objects of an answer that nobody has decoded: a field is made when it is
//! asked for, out of the server's own bytes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use defacto::bridge::{Item, Reply};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::seen::{Found, Seen};

/// A JSON object in a text that its siblings share.
#[pyclass(frozen)]
pub(crate) struct NativeObject {
    text: Bytes,
    seen: Mutex<Seen>,
}

#[pymethods]
impl NativeObject {
    /// A field's value, `None` when it is not there. An object in it is one of
    /// these, too.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let found = self.lock().find(&self.text, name);
        match found {
            Found::At(place) if self.text.get(place.start) == Some(&b'{') => {
                let object = Self::new(self.text.slice(place));
                Ok(Bound::new(py, object)?.into_any())
            }
            Found::At(place) => made(py, self.text.get(place).unwrap_or_default()),
            Found::Nowhere => Ok(py.None().into_bound(py)),
            Found::Unclear => loads(py, &self.text)?.call_method1("get", (name,)),
        }
    }

    /// The whole object as JSON.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.text)
    }
}

/// A page of them.
#[pyclass(frozen)]
pub(crate) struct NativePage {
    envelope: NativeObject,
    items: Vec<Item>,
}

#[pymethods]
impl NativePage {
    /// The items; what is no object is decoded.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for item in &self.items {
            let text = self.envelope.text.slice(item.span.clone());
            if text.starts_with(b"{") {
                let seen = Mutex::new(Seen::at_a_glance(item));
                list.append(NativeObject { text, seen })?;
            } else {
                list.append(loads(py, &text)?)?;
            }
        }
        Ok(list)
    }

    /// A field of the envelope.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.envelope.get(py, name)
    }
}

impl NativeObject {
    fn new(text: Bytes) -> Self {
        let seen = Mutex::default();
        Self { text, seen }
    }

    /// A field is noted down whole or not at all.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was answered: a page as it is, anything else as its JSON.
pub(crate) fn value<'py>(py: Python<'py>, reply: &Reply) -> PyResult<Bound<'py, PyAny>> {
    // Of an empty page nothing is left to be read later.
    if reply.items.is_empty() {
        return Ok(PyBytes::new(py, &reply.json).into_any());
    }
    let page = NativePage {
        envelope: NativeObject::new(reply.json.clone()),
        items: reply.items.clone(),
    };
    Ok(Bound::new(py, page)?.into_any())
}

/// The Python value of JSON: plain ones are made here, the rest by Python.
fn made<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    match text {
        b"null" => return Ok(py.None().into_bound(py)),
        b"true" => return Ok(true.into_pyobject(py)?.to_owned().into_any()),
        b"false" => return Ok(false.into_pyobject(py)?.to_owned().into_any()),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            if let Ok(inner) = std::str::from_utf8(inner) {
                return Ok(PyString::new(py, inner).into_any());
            }
        }
        [b'-' | b'0'..=b'9', ..] => {
            let number = std::str::from_utf8(text).map(str::parse::<i64>);
            if let Ok(Ok(number)) = number {
                return Ok(number.into_pyobject(py)?.into_any());
            }
        }
        _ => {}
    }
    loads(py, text)
}

/// Python's own reader, which loses no digit of a number.
fn loads<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LOADS
        .import(py, "defacto_sdk._wire", "loads")?
        .call1((PyBytes::new(py, text),))
}
