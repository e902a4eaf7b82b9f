//! Objects of an answer as they came: the server's own bytes, and where in
//! them each one is.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use defacto::bridge::{self, Index, Reply};
use jiter::{FloatMode, PythonParse, StringCacheMode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::habit::Habit;
use crate::shape::Shape;

/// A page's text and where everything in it is.
pub(crate) struct Page {
    text: Bytes,
    index: Index,
    /// The columns of the index by their names.
    columns: HashMap<String, usize>,
    /// The items' class, and which column of the index is which of its fields.
    order: OnceLock<(Arc<Shape>, Order)>,
}

/// Columns of an index and the fields that they are.
type Order = Vec<(usize, usize)>;

/// Names, and where their values are.
type Fields = Vec<(String, Range<usize>)>;

/// A JSON object in a text that others share; places are in all of the text.
pub(crate) enum Object {
    /// An item of a page, by its row in the index.
    Item(Arc<Page>, usize),
    /// An object by itself. The core has found some fields of an answer
    /// already; all are looked for when another one is asked for.
    Text {
        text: Bytes,
        at: Range<usize>,
        head: Vec<(&'static str, Range<usize>)>,
        fields: OnceLock<Option<Fields>>,
    },
}

impl Clone for Object {
    fn clone(&self) -> Self {
        match self {
            Self::Item(page, row) => Self::Item(page.clone(), *row),
            Self::Text { text, at, head, .. } => Self::within(text, at.clone(), head.clone()),
        }
    }
}

impl Object {
    /// An object that is all of a text.
    pub(crate) fn new(text: Bytes, head: Vec<(&'static str, Range<usize>)>) -> Self {
        let at = 0..text.len();
        Self::within(&text, at, head)
    }

    /// An object at a place of a text.
    pub(crate) fn within(
        text: &Bytes,
        at: Range<usize>,
        head: Vec<(&'static str, Range<usize>)>,
    ) -> Self {
        Self::Text {
            text: text.clone(),
            at,
            head,
            fields: OnceLock::new(),
        }
    }

    /// The text that it is in.
    pub(crate) fn around(&self) -> &Bytes {
        match self {
            Self::Item(page, _) => &page.text,
            Self::Text { text, .. } => text,
        }
    }

    /// Its JSON.
    pub(crate) fn text(&self) -> &[u8] {
        match self {
            Self::Item(page, row) => page.item(*row),
            Self::Text { text, at, .. } => text.get(at.clone()).unwrap_or_default(),
        }
    }

    /// Where a field's value is; `None` when there is no such field.
    pub(crate) fn find(&self, name: &str) -> Option<Range<usize>> {
        match self {
            Self::Item(page, row) => page.field(*row, page.columns.get(name).copied()?),
            Self::Text {
                at, head, fields, ..
            } => {
                if let Some((_, place)) = head.iter().find(|(known, _)| *known == name) {
                    return Some(place.clone());
                }
                let fields = fields.get_or_init(|| bridge::fields(self.text()));
                let mut fields = fields.as_deref().unwrap_or_default().iter();
                let (_, place) = fields.rfind(|(known, _)| known == name)?;
                Some(at.start + place.start..at.start + place.end)
            }
        }
    }

    /// Calls `found` with every field of a class that is there and the place
    /// of its value; of a field that comes twice the last counts. `order` is of
    /// the object before, and then of this one.
    pub(crate) fn each(
        &self,
        shape: &Arc<Shape>,
        order: &mut Vec<usize>,
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        match self {
            Self::Item(page, row) => {
                for (column, field) in page.order(shape).iter() {
                    if let Some(place) = page.field(*row, *column) {
                        found(*field, place);
                    }
                }
            }
            Self::Text { at, .. } => {
                let begin = at.start;
                let mut next = 0;
                // What has no form was refused when it came.
                let _ = bridge::each_field(self.text(), |name, place| {
                    let guess = order.get(next).copied();
                    let field = match guess.filter(|guess| shape.is_named(*guess, name)) {
                        Some(field) => field,
                        None => match shape.field(name) {
                            Some(field) => {
                                order.truncate(next);
                                order.push(field);
                                field
                            }
                            None => return,
                        },
                    };
                    next += 1;
                    found(field, begin + place.start..begin + place.end);
                });
            }
        }
    }
}

/// An object of an answer on its way to the class it is of.
#[pyclass(frozen)]
pub(crate) struct NativeObject {
    pub(crate) object: Object,
    /// How objects in its place have been read so far.
    pub(crate) habit: Arc<Habit>,
}

#[pymethods]
impl NativeObject {
    /// The whole object as JSON, for an answer that is of no class.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.object.text())
    }
}

impl NativeObject {
    pub(crate) fn new(object: Object) -> Self {
        let habit = Arc::default();
        Self { object, habit }
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

    fn field(&self, row: usize, column: usize) -> Option<Range<usize>> {
        let place = self.place(row, 2 + 2 * column);
        (!place.is_empty()).then_some(place)
    }

    fn order(&self, shape: &Arc<Shape>) -> std::borrow::Cow<'_, [(usize, usize)]> {
        let find = || {
            let names = self.index.names.iter().enumerate();
            names
                .filter_map(|(column, name)| Some((column, shape.field(name)?)))
                .collect()
        };
        let (known, order) = self.order.get_or_init(|| (shape.clone(), find()));
        if Arc::ptr_eq(known, shape) {
            order.into()
        } else {
            find().into()
        }
    }
}

/// A page of them.
#[pyclass(frozen)]
pub(crate) struct NativePage {
    page: Arc<Page>,
    envelope: Object,
}

#[pymethods]
impl NativePage {
    /// The items, each made by `make`; what is no object is decoded for it.
    fn items<'py>(
        &self,
        py: Python<'py>,
        make: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let habit: Arc<Habit> = Arc::default();
        for row in 0..self.page.index.items() {
            let text = self.page.item(row);
            list.append(if text.starts_with(b"{") {
                make.call1((NativeObject {
                    object: Object::Item(self.page.clone(), row),
                    habit: habit.clone(),
                },))?
            } else {
                make.call1((loads(py, text)?,))?
            })?;
        }
        Ok(list)
    }

    /// A field of the envelope.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.envelope.find(name) {
            Some(place) => plain(py, self.page.text.get(place).unwrap_or_default()),
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// The whole page as JSON.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.page.text)
    }
}

/// What was answered: pages and objects as they are, anything else decoded.
pub(crate) fn value<'py>(py: Python<'py>, reply: &Reply) -> PyResult<Bound<'py, PyAny>> {
    let Some(index) = &reply.index else {
        return if reply.json.trim_ascii_start().starts_with(b"{") {
            let object = Object::new(reply.json.clone(), reply.head.clone());
            Ok(Bound::new(py, NativeObject::new(object))?.into_any())
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
            order: OnceLock::new(),
        }),
        envelope: Object::new(reply.json.clone(), Vec::new()),
    };
    Ok(Bound::new(py, page)?.into_any())
}

/// The Python value of JSON: plain ones are made here, the rest by Python.
pub(crate) fn plain<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    match text {
        b"null" => return Ok(py.None().into_bound(py)),
        b"true" => return Ok(true.into_pyobject(py)?.to_owned().into_any()),
        b"false" => return Ok(false.into_pyobject(py)?.to_owned().into_any()),
        [b'"', ..] => {
            if let Some(text) = unescaped(text) {
                return Ok(PyString::new(py, text).into_any());
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

/// What a JSON text says that is written as it is read.
pub(crate) fn unescaped(text: &[u8]) -> Option<&str> {
    let [b'"', inner @ .., b'"'] = text else {
        return None;
    };
    let is_plain = !inner.contains(&b'\\');
    std::str::from_utf8(inner).ok().filter(|_| is_plain)
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
