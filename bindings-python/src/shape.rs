//! What the fields of a class are, and how their values are made of JSON.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use defacto::bridge;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString};

use crate::habit::Habit;
use crate::object::{NativeObject, Object, loads, plain, unescaped};

/// What a field's value is.
pub(crate) enum Kind {
    /// What JSON has: text, numbers, flags.
    Plain,
    Time,
    Day,
    Decimal,
    /// Anything, made anew each time: it could be changed.
    Any,
    /// An object of this class of `types`.
    Model(String, PyOnceLock<Py<PyAny>>),
    /// The items' kind; `None` where they are as JSON has them.
    List(Option<Box<Kind>>),
    Map(Option<Box<Kind>>),
}

impl Kind {
    /// From how the generated classes write it.
    pub(crate) fn parse(text: &str) -> Self {
        let inner = |text| match Self::parse(text) {
            Self::Plain | Self::Any => None,
            kind => Some(Box::new(kind)),
        };
        match text {
            "" | "needed" => Self::Plain,
            "time" => Self::Time,
            "day" => Self::Day,
            "decimal" => Self::Decimal,
            "any" => Self::Any,
            _ => match (text.strip_prefix("list "), text.strip_prefix("map ")) {
                (Some(item), _) => Self::List(inner(item)),
                (_, Some(item)) => Self::Map(inner(item)),
                _ => Self::Model(text.to_owned(), PyOnceLock::new()),
            },
        }
    }

    /// Whether one value can be given to all who ask: it cannot be changed.
    pub(crate) fn is_fixed(&self, text: &[u8]) -> bool {
        match self {
            Self::Plain => !text.starts_with(b"{") && !text.starts_with(b"["),
            Self::Any | Self::List(_) | Self::Map(_) => false,
            _ => true,
        }
    }

    /// What Python's half calls it in an error.
    fn name(&self) -> &str {
        match self {
            Self::Time => "timestamp",
            Self::Day => "day",
            Self::Decimal => "decimal",
            Self::Model(name, _) => name,
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Plain | Self::Any => "value",
        }
    }
}

/// A field of a class.
pub(crate) struct Spec {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether an object is of no use without it.
    pub(crate) is_needed: bool,
}

/// The fields of a class.
pub(crate) struct Shape {
    pub(crate) fields: Vec<Spec>,
    by_name: HashMap<String, usize>,
}

/// Where a value is that is to be made.
pub(crate) struct Source<'a> {
    pub(crate) text: &'a Bytes,
    pub(crate) place: Range<usize>,
    /// How objects in this place are read.
    pub(crate) habit: &'a dyn Fn() -> Arc<Habit>,
}

impl Source<'_> {
    fn json(&self) -> &[u8] {
        self.text.get(self.place.clone()).unwrap_or_default()
    }

    fn part(&self, place: &Range<usize>) -> Source<'_> {
        let begin = self.place.start;
        Source {
            text: self.text,
            place: begin + place.start..begin + place.end,
            habit: self.habit,
        }
    }
}

impl Shape {
    pub(crate) fn new(fields: Vec<Spec>) -> Self {
        let names = fields.iter().enumerate();
        let by_name = names.map(|(at, spec)| (spec.name.clone(), at)).collect();
        Self { fields, by_name }
    }

    pub(crate) fn is_named(&self, field: usize, name: &str) -> bool {
        self.fields.get(field).is_some_and(|spec| spec.name == name)
    }

    pub(crate) fn field(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

impl Spec {
    /// The field's value; `None` where the object has no such field.
    pub(crate) fn read<'py>(
        &self,
        py: Python<'py>,
        source: Option<&Source<'_>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match source {
            Some(source) if source.json() != b"null" => self.kind.make(py, source),
            _ if self.is_needed => Err(ours(py, "missing", (&self.name,))),
            _ => Ok(match self.kind {
                Kind::List(_) => PyList::empty(py).into_any(),
                Kind::Map(_) => PyDict::new(py).into_any(),
                _ => py.None().into_bound(py),
            }),
        }
    }
}

impl Kind {
    fn make<'py>(&self, py: Python<'py>, source: &Source<'_>) -> PyResult<Bound<'py, PyAny>> {
        let json = source.json();
        match self {
            Self::Plain => plain(py, json),
            Self::Any => loads(py, json),
            Self::Time => match quick_time(py, json)? {
                Some(time) => Ok(time),
                None => self.slowly(py, json),
            },
            Self::Day => match quick_day(py, json)? {
                Some(day) => Ok(day),
                None => self.slowly(py, json),
            },
            Self::Decimal => self.slowly(py, json),
            Self::List(_) if json == b"[]" => Ok(PyList::empty(py).into_any()),
            Self::Model(name, class) if json.starts_with(b"{") => {
                let class = class.import(py, "defacto_sdk.types", name)?;
                class.call1((NativeObject {
                    object: Object::within(source.text, source.place.clone(), Vec::new()),
                    habit: (source.habit)(),
                },))
            }
            Self::List(item) if json.starts_with(b"[") => {
                let (Some(kind), Some(items)) = (item, bridge::items(json)) else {
                    return loads(py, json);
                };
                let list = PyList::empty(py);
                for place in &items {
                    list.append(kind.make(py, &source.part(place))?)?;
                }
                Ok(list.into_any())
            }
            Self::Map(item) if json.starts_with(b"{") => {
                let (Some(kind), Some(fields)) = (item, bridge::fields(json)) else {
                    return loads(py, json);
                };
                let map = PyDict::new(py);
                for (name, place) in &fields {
                    map.set_item(name, kind.make(py, &source.part(place))?)?;
                }
                Ok(map.into_any())
            }
            _ => Err(ours(py, "odd", (loads(py, json)?, self.name()))),
        }
    }

    /// By Python's half, which reads every form there is.
    fn slowly<'py>(&self, py: Python<'py>, json: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        MAKE.import(py, "defacto_sdk._wire", "make")?
            .call1((self.name(), plain(py, json)?))
    }
}

/// A time in the form that nearly all have, where Python reads it itself.
fn quick_time<'py>(py: Python<'py>, json: &[u8]) -> PyResult<Option<Bound<'py, PyAny>>> {
    static READER: PyOnceLock<Option<Py<PyAny>>> = PyOnceLock::new();
    let Some(text) = unescaped(json) else {
        return Ok(None);
    };
    let zone = text.as_bytes().get(19..).unwrap_or_default();
    if !zone.iter().any(|byte| matches!(byte, b'Z' | b'+' | b'-')) {
        return Ok(None);
    }
    let reader = READER.get_or_try_init(py, || {
        // Before, it read its own form only.
        if py.version_info() < (3, 11) {
            return Ok(None);
        }
        let class = py.import("datetime")?.getattr("datetime")?;
        PyResult::Ok(Some(class.getattr("fromisoformat")?.unbind()))
    })?;
    let time = reader
        .as_ref()
        .map(|reader| reader.bind(py).call1((PyString::new(py, text),)));
    Ok(time.and_then(Result::ok))
}

/// A day in the form that all have.
fn quick_day<'py>(py: Python<'py>, json: &[u8]) -> PyResult<Option<Bound<'py, PyAny>>> {
    static READER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Some(text) = unescaped(json).filter(|text| text.len() == 10) else {
        return Ok(None);
    };
    let reader = READER.get_or_try_init(py, || {
        let class = py.import("datetime")?.getattr("date")?;
        PyResult::Ok(class.getattr("fromisoformat")?.unbind())
    })?;
    Ok(reader.bind(py).call1((PyString::new(py, text),)).ok())
}

/// An exception that Python's half makes.
fn ours<'py>(py: Python<'py>, make: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let make = || {
        let make = py.import("defacto_sdk._wire")?.getattr(make)?;
        make.call1(arguments)
    };
    make().map_or_else(|broken| broken, PyErr::from_value)
}
