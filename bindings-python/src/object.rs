//! Objects of an answer that nobody has decoded: a field is made when it is
//! asked for, out of the server's own bytes.

use std::ops::Range;
use std::sync::OnceLock;

use bytes::Bytes;
use defacto::bridge::Reply;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON object in a text that its siblings share.
#[pyclass(frozen)]
pub(crate) struct NativeObject {
    text: Bytes,
    /// Where each field's name and value stand, in their order. `None` when a
    /// name is escaped: then Python reads all of it.
    fields: OnceLock<Option<Vec<Field>>>,
}

type Field = (Range<usize>, Range<usize>);

#[pymethods]
impl NativeObject {
    /// A field's value, `None` when it is not there.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let Some(fields) = self.fields.get_or_init(|| fields(&self.text)) else {
            return loads(py, &self.text)?.call_method1("get", (name,));
        };
        // Of a name that stands twice the last counts, as in Python.
        fields
            .iter()
            .rev()
            .find(|(key, _)| self.text.get(key.clone()) == Some(name.as_bytes()))
            .and_then(|(_, value)| self.text.get(value.clone()))
            .map_or_else(|| Ok(py.None().into_bound(py)), |value| made(py, value))
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
    items: Vec<Range<usize>>,
}

#[pymethods]
impl NativePage {
    /// The items; what is no object is decoded.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for place in &self.items {
            let item = self.envelope.text.slice(place.clone());
            if item.starts_with(b"{") {
                list.append(NativeObject::new(item))?;
            } else {
                list.append(loads(py, &item)?)?;
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
        let fields = OnceLock::new();
        Self { text, fields }
    }
}

/// What was answered: a page as it is, anything else as its JSON.
pub(crate) fn value<'py>(py: Python<'py>, reply: &Reply) -> PyResult<Bound<'py, PyAny>> {
    match &reply.items {
        Some(items) => {
            let page = NativePage {
                envelope: NativeObject::new(reply.json.clone()),
                items: items.clone(),
            };
            Ok(Bound::new(py, page)?.into_any())
        }
        None => Ok(PyBytes::new(py, &reply.json).into_any()),
    }
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

/// Where the fields of an object stand in its text.
fn fields(text: &[u8]) -> Option<Vec<Field>> {
    struct Fields<'a>(&'a [u8]);

    impl<'de> Visitor<'de> for Fields<'_> {
        type Value = Vec<Field>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Field>, A::Error> {
            let place = |part: &str| {
                let start = part.as_ptr().addr().saturating_sub(self.0.as_ptr().addr());
                start..start + part.len()
            };
            let mut fields = Vec::with_capacity(48);
            // A borrowed name is one without escapes.
            while let Some(name) = map.next_key::<&'de str>()? {
                let value = map.next_value::<&'de RawValue>()?;
                fields.push((place(name), place(value.get())));
            }
            Ok(fields)
        }
    }

    serde_json::Deserializer::from_slice(text)
        .deserialize_map(Fields(text))
        .ok()
}
