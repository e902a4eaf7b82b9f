//! Objects of an answer that nobody has decoded: a field is made when it is
//! asked for, out of the server's own bytes.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use defacto::bridge::{self, Index, Reply};
use jiter::{FloatMode, PythonParse, StringCacheMode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString};

/// A page's text and where everything in it is.
struct Page {
    text: Bytes,
    index: Index,
    /// The columns of the index by their names.
    columns: HashMap<String, usize>,
}

/// A JSON object in a text that others share.
#[pyclass(frozen)]
pub(crate) struct NativeObject(Object);

/// Names, and where their values are.
type Fields = Vec<(String, Range<usize>)>;

enum Object {
    /// An item of a page, by its row in the index.
    Item(Arc<Page>, usize),
    /// An object by itself. The core has found some fields of an answer
    /// already; all are looked for when another one is asked for.
    Text {
        text: Bytes,
        head: Vec<(&'static str, Range<usize>)>,
        fields: OnceLock<Option<Fields>>,
    },
}

#[pymethods]
impl NativeObject {
    /// A field's value, `None` when it is not there. An object in it is one of
    /// these, too.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let (text, found) = match &self.0 {
            Object::Item(page, row) => (&page.text, page.field(*row, name)),
            Object::Text { text, head, fields } => {
                let known = head.iter().find(|(known, _)| *known == name);
                let found = if let Some((_, place)) = known {
                    Some(place)
                } else if let Some(fields) = fields.get_or_init(|| bridge::fields(text)) {
                    let field = fields.iter().rfind(|(known, _)| known == name);
                    field.map(|(_, place)| place)
                } else {
                    // A name that is no text: Python's own reader takes it.
                    return loads(py, text)?.call_method1("get", (name,));
                };
                (text, found.cloned())
            }
        };
        match found {
            Some(place) if text.get(place.start) == Some(&b'{') => {
                Ok(Bound::new(py, Self::new(text.slice(place), Vec::new()))?.into_any())
            }
            Some(place) => made(py, text.get(place).unwrap_or_default()),
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// The whole object as JSON.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.text())
    }
}

impl NativeObject {
    /// Its JSON.
    pub(crate) fn text(&self) -> &[u8] {
        match &self.0 {
            Object::Item(page, row) => page.item(*row),
            Object::Text { text, .. } => text,
        }
    }

    fn new(text: Bytes, head: Vec<(&'static str, Range<usize>)>) -> Self {
        Self(Object::Text {
            text,
            head,
            fields: OnceLock::new(),
        })
    }
}

impl Page {
    /// The places of an item and of its fields.
    fn row(&self, row: usize) -> &[u32] {
        let width = self.index.width();
        let start = row * width;
        let row = self.index.places.get(start..start + width);
        row.unwrap_or_default()
    }

    fn place(&self, row: usize, at: usize) -> Range<usize> {
        match self.row(row).get(at..at + 2) {
            Some([start, end]) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    fn item(&self, row: usize) -> &[u8] {
        self.text.get(self.place(row, 0)).unwrap_or_default()
    }

    fn field(&self, row: usize, name: &str) -> Option<Range<usize>> {
        let column = self.columns.get(name)?;
        let place = self.place(row, 2 + 2 * column);
        (!place.is_empty()).then_some(place)
    }
}

/// A page of them.
#[pyclass(frozen)]
pub(crate) struct NativePage {
    page: Arc<Page>,
    envelope: NativeObject,
}

#[pymethods]
impl NativePage {
    /// The items; what is no object is decoded.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for row in 0..self.page.index.items() {
            let text = self.page.item(row);
            if text.starts_with(b"{") {
                list.append(NativeObject(Object::Item(self.page.clone(), row)))?;
            } else {
                list.append(loads(py, text)?)?;
            }
        }
        Ok(list)
    }

    /// A field of the envelope.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.envelope.get(py, name)
    }

    /// The whole page as JSON.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.envelope.json(py)
    }
}

/// What was answered: pages and objects as they are, anything else decoded.
pub(crate) fn value<'py>(py: Python<'py>, reply: &Reply) -> PyResult<Bound<'py, PyAny>> {
    let Some(index) = &reply.index else {
        return if reply.json.trim_ascii_start().starts_with(b"{") {
            let answer = NativeObject::new(reply.json.clone(), reply.head.clone());
            Ok(Bound::new(py, answer)?.into_any())
        } else {
            loads(py, &reply.json)
        };
    };
    let names = index.names.iter().cloned().enumerate();
    let page = NativePage {
        page: Arc::new(Page {
            text: reply.json.clone(),
            index: index.clone(),
            columns: names.map(|(column, name)| (name, column)).collect(),
        }),
        envelope: NativeObject::new(reply.json.clone(), Vec::new()),
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

/// The Python value of JSON text; no number loses a digit.
#[pyfunction]
pub(crate) fn loads<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let parser = PythonParse {
        cache_mode: StringCacheMode::Keys,
        float_mode: FloatMode::Decimal,
        ..PythonParse::default()
    };
    if let Ok(value) = parser.python_parse(py, text) {
        return Ok(value);
    }
    // Half a surrogate pair, for one, which Python's own reader takes.
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LOADS
        .import(py, "defacto_sdk._wire", "loads_anything")?
        .call1((PyBytes::new(py, text),))
}
