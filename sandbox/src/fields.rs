//! The fields of a control request, read so that a refusal names each one
//! that is wrong.

use defacto_types::InvalidParam;
use serde_json::{Map, Value};

use crate::problem::Problem;

/// What is left to read of a JSON object, and what was wrong so far.
#[derive(Debug)]
pub(crate) struct Fields {
    left: Map<String, Value>,
    invalid: Vec<InvalidParam>,
}

impl Fields {
    /// The fields of this body, which must be a JSON object.
    pub(crate) fn of(body: &[u8]) -> Result<Self, Problem> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Self {
                left,
                invalid: Vec::new(),
            }),
            _ => Err(Problem::invalid(vec![invalid(
                "body",
                "must be a JSON object",
            )])),
        }
    }

    /// The fields of an object that is read already.
    pub(crate) fn of_object(left: Map<String, Value>) -> Self {
        Self {
            left,
            invalid: Vec::new(),
        }
    }

    /// Adds the fields of this JSON object that are not given.
    pub(crate) fn fill(&mut self, object: &str) {
        let Ok(Value::Object(object)) = serde_json::from_str(object) else {
            return;
        };
        for (name, value) in object {
            self.left.entry(name).or_insert(value);
        }
    }

    /// The parameters of a query, and the fields of the body if there is one,
    /// which win.
    pub(crate) fn of_both(query: Vec<(String, String)>, body: &[u8]) -> Result<Self, Problem> {
        let mut fields = if body.is_empty() {
            Self {
                left: Map::new(),
                invalid: Vec::new(),
            }
        } else {
            Self::of(body)?
        };
        for (name, value) in query {
            fields.left.entry(name).or_insert(Value::String(value));
        }
        Ok(fields)
    }

    /// The fields of a part of a request. What is wrong with it belongs to
    /// the whole: see [`take_wrong`](Self::take_wrong).
    pub(crate) fn of_part(part: &Value) -> Self {
        let mut fields = Self {
            left: Map::new(),
            invalid: Vec::new(),
        };
        match part {
            Value::Object(left) => fields.left = left.clone(),
            _ => fields.refuse("", "must be a JSON object"),
        }
        fields
    }

    /// Remembers what is wrong with a part, with its place before each name.
    pub(crate) fn take_wrong(&mut self, place: &str, mut part: Self) {
        for (name, _) in std::mem::take(&mut part.left) {
            part.refuse(&name, "is not a field of this request");
        }
        for wrong in part.invalid {
            let name = format!("{place}{}", wrong.name.unwrap_or_default());
            let reason = wrong.reason.unwrap_or_default();
            self.refuse(name.trim_end_matches('.'), &reason);
        }
    }

    /// Whether a field is given as `null`, where that is no absence.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(Value::is_null)
    }

    /// Takes a field out. It is `None` when it is missing, `null`, or not
    /// what is expected; the last is remembered as wrong.
    pub(crate) fn take<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.left.remove(name).filter(|value| !value.is_null())?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(name, expected);
        }
        read
    }

    /// Takes out a field that is one of a few words.
    pub(crate) fn word<T: Copy, const N: usize>(
        &mut self,
        name: &str,
        all: [T; N],
        as_str: fn(T) -> &'static str,
    ) -> Option<T> {
        let expected = format!("must be one of {}", all.map(as_str).join(", "));
        self.take(name, &expected, |value| {
            let word = value.as_str()?;
            all.into_iter().find(|known| as_str(*known) == word)
        })
    }

    /// Whether this field was found wrong.
    pub(crate) fn is_refused(&self, name: &str) -> bool {
        self.invalid
            .iter()
            .any(|param| param.name.as_deref() == Some(name))
    }

    /// Remembers a field as wrong.
    pub(crate) fn refuse(&mut self, name: &str, reason: &str) {
        self.invalid.push(invalid(name, reason));
    }

    /// Whether anything was wrong so far.
    pub(crate) fn has_wrong(&self) -> bool {
        !self.invalid.is_empty()
    }

    /// Refuses the request when anything was wrong or is left over.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.left) {
            self.refuse(&name, "is not a field of this request");
        }
        self.finish_known()
    }

    /// Refuses the request when anything was wrong. What is left over is
    /// ignored, as the API does.
    pub(crate) fn finish_known(self) -> Result<(), Problem> {
        if self.invalid.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.invalid))
        }
    }
}

fn invalid(name: &str, reason: &str) -> InvalidParam {
    InvalidParam::new().name(name).reason(reason)
}
