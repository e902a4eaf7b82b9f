//! What the classes of `types` are made of: objects that keep their JSON, and
//! fields that are made of it when they are read.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyType};

use crate::encode::exact;
use crate::habit::{Before, Habit, Last};
use crate::object::{NativeObject, Object, plain};
use crate::shape::{Kind, Shape, Source, Spec};

/// An object of the API.
#[pyclass(frozen, subclass, module = "defacto_sdk._native")]
pub(crate) struct NativeModel {
    object: Object,
    habit: Arc<Habit>,
    /// How many fields were read before it was decoded whole.
    reads: AtomicU32,
    whole: OnceLock<Whole>,
}

/// An object that is decoded.
struct Whole {
    shape: Arc<Shape>,
    values: Vec<Value>,
}

/// A field of one.
enum Value {
    Made(Py<PyAny>),
    /// Made anew whenever it is read: it can be changed, or it is an error.
    Place(Range<usize>),
    Missing,
}

#[pymethods]
impl NativeModel {
    #[new]
    #[classmethod]
    fn new(class: &Bound<'_, PyType>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (object, habit) = if let Ok(native) = data.cast::<NativeObject>() {
            let native = native.get();
            (native.object.clone(), native.habit.clone())
        } else if data.is_instance_of::<PyDict>() {
            let object = Object::new(exact(data)?.into(), Vec::new());
            (object, Arc::default())
        } else {
            return Err(PyTypeError::new_err(format!(
                "{} is made of an object, not of a {}",
                class.name()?,
                data.get_type().name()?
            )));
        };
        Ok(Self {
            object,
            habit,
            reads: AtomicU32::new(0),
            whole: OnceLock::new(),
        })
    }

    /// A field by the API's own name for it, as JSON has it.
    fn _get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.object.find(name) {
            Some(place) => plain(py, self.object.around().get(place).unwrap_or_default()),
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// The whole object as JSON.
    fn _json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.text())
    }

    fn __setattr__(slf: &Bound<'_, Self>, _name: &str, _value: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(fixed(slf))
    }

    fn __delattr__(slf: &Bound<'_, Self>, _name: &str) -> PyResult<()> {
        Err(fixed(slf))
    }
}

fn fixed(object: &Bound<'_, PyAny>) -> PyErr {
    match object.get_type().name() {
        Ok(name) => {
            PyAttributeError::new_err(format!("{name} cannot be changed: build a dict instead"))
        }
        Err(broken) => broken,
    }
}

impl NativeModel {
    /// Its JSON.
    pub(crate) fn text(&self) -> &[u8] {
        self.object.text()
    }

    fn field<'py>(
        &self,
        py: Python<'py>,
        shape: &Arc<Shape>,
        at: usize,
        spec: &Spec,
    ) -> PyResult<Bound<'py, PyAny>> {
        let place = match self.whole(py, shape) {
            Some(whole) => match whole.values.get(at) {
                Some(Value::Made(value)) => return Ok(value.bind(py).clone()),
                Some(Value::Place(place)) => Some(place.clone()),
                _ => None,
            },
            None => self.object.find(&spec.name),
        };
        self.read(py, shape, at, spec, place)
    }

    fn read<'py>(
        &self,
        py: Python<'py>,
        shape: &Shape,
        at: usize,
        spec: &Spec,
        place: Option<Range<usize>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let habit = || self.habit.inner(at, shape.fields.len());
        let source = place.map(|place| Source {
            text: self.object.around(),
            place,
            habit: &habit,
        });
        spec.read(py, source.as_ref())
    }

    /// The decoded object, once it is worth it.
    fn whole(&self, py: Python<'_>, shape: &Arc<Shape>) -> Option<&Whole> {
        let whole = match self.whole.get() {
            Some(whole) => whole,
            None => {
                let reads = self.reads.fetch_add(1, Ordering::Relaxed);
                if !self.habit.is_whole(reads) {
                    return None;
                }
                let whole = self.decoded(py, shape);
                self.whole.get_or_init(|| whole)
            }
        };
        Arc::ptr_eq(&whole.shape, shape).then_some(whole)
    }

    fn decoded(&self, py: Python<'_>, shape: &Arc<Shape>) -> Whole {
        let fields = shape.fields.len();
        let mut values: Vec<_> = (0..fields).map(|_| Value::Missing).collect();
        let Before {
            values: mut last,
            mut order,
        } = self.habit.take(fields);
        self.object.each(shape, &mut order, |at, place| {
            let spec = shape.fields.get(at);
            if let (Some(spec), Some(value), Some(last)) =
                (spec, values.get_mut(at), last.get_mut(at))
            {
                *value = self.value(py, shape, at, spec, place, last);
            }
        });
        self.habit.put(Before {
            values: last,
            order,
        });
        Whole {
            shape: shape.clone(),
            values,
        }
    }

    fn value(
        &self,
        py: Python<'_>,
        shape: &Shape,
        at: usize,
        spec: &Spec,
        place: Range<usize>,
        last: &mut Last,
    ) -> Value {
        let text = self.object.around();
        let json = text.get(place.clone());
        if !spec.kind.is_fixed(json.unwrap_or_default()) {
            return Value::Place(place);
        }
        if let Some((before, value)) = last
            && text.get(before.clone()) == json
        {
            return Value::Made(value.clone_ref(py));
        }
        match self.read(py, shape, at, spec, Some(place.clone())) {
            Ok(value) => {
                let value = value.unbind();
                *last = Some((place, value.clone_ref(py)));
                Value::Made(value)
            }
            // An error of this field alone, told to whoever reads it.
            Err(_) => Value::Place(place),
        }
    }
}

/// A field of a class: what an object gives for it.
#[pyclass(frozen, subclass, module = "defacto_sdk._native")]
pub(crate) struct NativeField {
    name: String,
    kind: String,
    doc: Py<PyString>,
    /// The fields of the class, and which of them it is.
    home: OnceLock<(Arc<Shape>, usize)>,
}

#[pymethods]
impl NativeField {
    #[new]
    fn new(name: String, kind: String, doc: Py<PyString>) -> Self {
        let home = OnceLock::new();
        Self {
            name,
            kind,
            doc,
            home,
        }
    }

    /// What it means.
    #[getter]
    fn _doc(&self, py: Python<'_>) -> Py<PyString> {
        self.doc.clone_ref(py)
    }

    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: Option<&Bound<'py, PyAny>>,
        _owner: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let field = slf.get();
        let model = instance.and_then(|it| it.cast::<NativeModel>().ok());
        if let (Some(model), Some((shape, at))) = (model, field.home.get())
            && let Some(spec) = shape.fields.get(*at)
        {
            return model.get().field(slf.py(), shape, *at, spec);
        }
        Ok(slf.clone().into_any())
    }

    fn __set__(&self, instance: &Bound<'_, PyAny>, _value: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(fixed(instance))
    }
}

/// Makes a class's fields known to each other; their names.
#[pyfunction]
pub(crate) fn shape(fields: Vec<Bound<'_, NativeField>>) -> Vec<String> {
    let specs = fields.iter().map(|field| {
        let field = field.get();
        Spec {
            name: field.name.clone(),
            kind: Kind::parse(&field.kind),
            is_needed: field.kind == "needed",
        }
    });
    let shape = Arc::new(Shape::new(specs.collect()));
    for (at, field) in fields.iter().enumerate() {
        // A field is of one class only.
        let _ = field.get().home.set((shape.clone(), at));
    }
    fields
        .iter()
        .map(|field| field.get().name.clone())
        .collect()
}
