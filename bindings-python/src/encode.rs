//! Python values as JSON: what a request is made of, or why it cannot be sent.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyMemoryView,
    PySequence, PyString, PyTuple,
};

use crate::model::NativeModel;

/// Deeper than any request, and a value that contains itself; the core reads
/// little more.
const DEEPEST: u32 = 120;

/// What the core calls the parts of a request; a caller knows only the fields.
const PARTS: [&str; 4] = ["path", "query", "body", "options"];

/// JSON text; what cannot be sent is an error that names the field.
#[pyfunction]
pub(crate) fn dumps<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(value.py(), &write(value, false)?))
}

/// JSON text that says what the value does and no less: its numbers have all
/// their digits.
pub(crate) fn exact(value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    write(value, true)
}

fn write(value: &Bound<'_, PyAny>, is_exact: bool) -> PyResult<Vec<u8>> {
    let mut writer = Writer {
        out: Vec::with_capacity(256),
        depth: 0,
        is_exact,
    };
    writer.value(value, &Place::Top)?;
    Ok(writer.out)
}

/// Where a value is, for the error's text.
enum Place<'a, 'py> {
    Top,
    Key(&'a Place<'a, 'py>, &'a Bound<'py, PyString>),
    Item(&'a Place<'a, 'py>, usize),
}

impl Place<'_, '_> {
    /// The field as its caller knows it: `invoices[0].due_at`.
    fn name(&self) -> String {
        match self {
            Self::Top => String::new(),
            Self::Key(outer, key) => {
                let (outer, key) = (outer.name(), key.to_string_lossy());
                match outer.as_str() {
                    "" if PARTS.contains(&&*key) => String::new(),
                    "" => key.into_owned(),
                    _ => format!("{outer}.{key}"),
                }
            }
            Self::Item(outer, at) => format!("{}[{at}]", outer.name()),
        }
    }

    fn refuse(&self, py: Python<'_>, problem: &str) -> PyErr {
        let name = self.name();
        let name = if name.is_empty() { "a value" } else { &name };
        refused(py, &format!("{name} {problem}"))
    }
}

/// The package's own exception for what cannot be sent.
fn refused(py: Python<'_>, message: &str) -> PyErr {
    let make = || {
        let make = py.import("defacto_sdk._wire")?.getattr("refused")?;
        make.call1((message,))
    };
    make().map_or_else(|broken| broken, PyErr::from_value)
}

/// A class that is loaded when the first of its values is met.
fn is_a(
    value: &Bound<'_, PyAny>,
    class: &PyOnceLock<Py<PyAny>>,
    module: &str,
    name: &str,
) -> PyResult<bool> {
    value.is_instance(class.import(value.py(), module, name)?)
}

/// A text being written.
struct Writer {
    out: Vec<u8>,
    /// How many objects and lists the present place is in.
    depth: u32,
    /// Whether numbers are written that the core does not take.
    is_exact: bool,
}

impl Writer {
    fn value<'py>(&mut self, value: &Bound<'py, PyAny>, place: &Place<'_, 'py>) -> PyResult<()> {
        if value.is_none() {
            self.out.extend_from_slice(b"null");
        } else if let Ok(text) = value.cast::<PyString>() {
            self.text(text, place)?;
        } else if let Ok(truth) = value.cast::<PyBool>() {
            let truth: &[u8] = if truth.is_true() { b"true" } else { b"false" };
            self.out.extend_from_slice(truth);
        } else if let Ok(number) = value.cast::<PyInt>() {
            match number.extract::<i64>() {
                Ok(number) => self.json(&number),
                Err(_) if self.is_exact => self.number(value)?,
                Err(_) => {
                    let problem = "is beyond 64 bits: pass a smaller integer, or text";
                    return Err(place.refuse(value.py(), problem));
                }
            }
        } else if let Ok(dict) = value.cast::<PyDict>() {
            // A list of them: what is called on the way may change the dict.
            let items = dict.items();
            self.object(items.iter().map(|item| item.extract()), value, place)?;
        } else if let Ok(list) = value.cast::<PyList>() {
            self.list(list.iter().map(Ok), value, place)?;
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            self.list(tuple.iter().map(Ok), value, place)?;
        } else if let Ok(number) = value.cast::<PyFloat>() {
            let float = number.value();
            if !float.is_finite() {
                let problem = format!("is {}: pass a number", number.repr()?);
                return Err(place.refuse(value.py(), &problem));
            }
            self.json(&float);
        } else {
            self.other(value, place)?;
        }
        Ok(())
    }

    /// Writing into memory cannot fail.
    fn json(&mut self, value: &(impl serde::Serialize + ?Sized)) {
        let _ = serde_json::to_writer(&mut self.out, value);
    }

    /// A number as Python writes it.
    fn number(&mut self, number: &Bound<'_, PyAny>) -> PyResult<()> {
        let text = number.str()?;
        self.out.extend_from_slice(text.to_cow()?.as_bytes());
        Ok(())
    }

    fn text(&mut self, text: &Bound<'_, PyString>, place: &Place<'_, '_>) -> PyResult<()> {
        let whole = text.to_cow().map_err(|_| {
            let problem = "has half a surrogate pair: pass whole characters";
            place.refuse(text.py(), problem)
        })?;
        self.json(&*whole);
        Ok(())
    }

    fn object<'py>(
        &mut self,
        items: impl Iterator<Item = PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)>>,
        of: &Bound<'py, PyAny>,
        place: &Place<'_, 'py>,
    ) -> PyResult<()> {
        self.enter(of, place)?;
        let mut between = b'{';
        for item in items {
            let (key, value) = item?;
            let Ok(key) = key.cast::<PyString>() else {
                let problem = format!("has a key that is no text: pass text for {}", key.repr()?);
                return Err(place.refuse(of.py(), &problem));
            };
            self.out.push(std::mem::replace(&mut between, b','));
            let inner = Place::Key(place, key);
            self.text(key, &inner)?;
            self.out.push(b':');
            self.value(&value, &inner)?;
        }
        if between == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
        self.depth -= 1;
        Ok(())
    }

    fn list<'py>(
        &mut self,
        items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
        of: &Bound<'py, PyAny>,
        place: &Place<'_, 'py>,
    ) -> PyResult<()> {
        self.enter(of, place)?;
        self.out.push(b'[');
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.value(&item?, &Place::Item(place, at))?;
        }
        self.out.push(b']');
        self.depth -= 1;
        Ok(())
    }

    fn enter(&mut self, of: &Bound<'_, PyAny>, place: &Place<'_, '_>) -> PyResult<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let problem = "is nested too deeply, or contains itself: pass plain data";
            return Err(place.refuse(of.py(), problem));
        }
        Ok(())
    }

    /// What is rarer than the types JSON has itself.
    fn other<'py>(&mut self, value: &Bound<'py, PyAny>, place: &Place<'_, 'py>) -> PyResult<()> {
        static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static ENUM: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = value.py();
        if let Ok(object) = value.cast::<NativeModel>() {
            self.out.extend_from_slice(object.get().text());
        } else if is_a(value, &DATETIME, "datetime", "datetime")? {
            if value.call_method0("utcoffset")?.is_none() {
                let name = place.name();
                let name = match name.rsplit('.').next() {
                    None | Some("") => "it",
                    Some(name) => name,
                };
                let problem = format!(
                    "has no time zone: pass an aware datetime, such as \
                     {name}.replace(tzinfo=datetime.timezone.utc)"
                );
                return Err(place.refuse(py, &problem));
            }
            self.value(&value.call_method0("isoformat")?, place)?;
        } else if is_a(value, &DATE, "datetime", "date")? {
            self.value(&value.call_method0("isoformat")?, place)?;
        } else if is_a(value, &ENUM, "enum", "Enum")? {
            self.value(&value.getattr("value")?, place)?;
        } else if let Ok(mapping) = value.cast::<PyMapping>() {
            let items = mapping.items()?;
            self.object(items.iter().map(|item| item.extract()), value, place)?;
        } else if is_bytes(value) || value.cast::<PySequence>().is_err() {
            if is_a(value, &DECIMAL, "decimal", "Decimal")? {
                let text = value.str()?;
                if !value.call_method0("is_finite")?.is_truthy()? {
                    return Err(place.refuse(py, &format!("is {text}: pass a number")));
                }
                if self.is_exact {
                    return self.number(value);
                }
                return self.value(text.as_any(), place);
            }
            let problem = format!(
                "is a {}, which cannot be sent: pass plain data",
                value.get_type().name()?
            );
            return Err(place.refuse(py, &problem));
        } else {
            self.list(value.try_iter()?, value, place)?;
        }
        Ok(())
    }
}

fn is_bytes(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
        || value.is_instance_of::<PyMemoryView>()
}
