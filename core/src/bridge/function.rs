//! The library's verbs that are not HTTP, by name with JSON in and out.

use defacto_types::{Cents, Function, Map, Value};
use serde::de::DeserializeOwned;

use super::functions;
use crate::money::MoneyError;
use crate::{Error, ErrorKind};

/// Any verb of [`types::FUNCTIONS`](crate::types::FUNCTIONS) by its name, such
/// as `money.interest`, with its arguments as an object.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] when there is no such verb, or an argument is
/// missing, unknown or refused.
pub fn call(name: &str, arguments: Value) -> Result<Value, Error> {
    let function = Function::find(name)
        .ok_or_else(|| refused(format!("there is no function `{name}`: see the list")))?;
    let Value::Object(fields) = arguments else {
        return Err(refused(format!("{name} takes an object: pass one")));
    };
    let known = |field: &&String| function.params.iter().any(|param| param.name == **field);
    if let Some(field) = fields.keys().find(|field| !known(field)) {
        return Err(refused(format!("{field} is no argument of {name}")));
    }
    functions::dispatch(name, &Arguments(fields))
        .unwrap_or_else(|| Err(refused(format!("{name} is declared but not made"))))
}

/// The arguments of a call, by name.
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        let value = self.0.get(name).filter(|value| !value.is_null());
        let value = value.ok_or_else(|| refused(format!("{name} is missing")))?;
        T::deserialize(value).map_err(|error| {
            refused(format!(
                "{name} cannot be read: {}",
                super::body::unquoted(&error)
            ))
        })
    }
}

/// What a verb gives, in any of the forms they have.
pub(super) trait Outcome {
    fn value(self) -> Result<Value, Error>;
}

impl Outcome for Cents {
    fn value(self) -> Result<Value, Error> {
        Ok(self.get().into())
    }
}

impl Outcome for Option<Cents> {
    fn value(self) -> Result<Value, Error> {
        let cents = self.ok_or_else(|| {
            refused("an argument is negative or the result overflows: check them all".to_owned())
        })?;
        cents.value()
    }
}

impl<T: Outcome> Outcome for Result<T, MoneyError> {
    fn value(self) -> Result<Value, Error> {
        self.map_err(|error| refused(error.to_string()))?.value()
    }
}

fn refused(problem: String) -> Error {
    Error::new(ErrorKind::InvalidInput, problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn calls_by_name() {
        let arguments = json!({"outstanding": 10_000, "days": 60, "daily_rate": "0.06"});
        assert_eq!(call("money.interest", arguments).unwrap(), json!(360));
        let arguments = json!({"outstanding": 50_000, "days": 30, "daily_rate": 0.05});
        assert_eq!(call("money.interest", arguments).unwrap(), json!(750));
    }

    #[test]
    fn names_what_is_wrong() {
        for (name, arguments, word) in [
            ("money.nothing", json!({}), "money.nothing"),
            ("money.interest", json!(1), "object"),
            (
                "money.interest",
                json!({"outstanding": 1}),
                "days is missing",
            ),
            ("money.interest", json!({"rate": 1}), "rate is no argument"),
            (
                "money.interest",
                json!({"outstanding": 1, "days": "x", "daily_rate": 1}),
                "days cannot be read",
            ),
            (
                "money.interest",
                json!({"outstanding": -1, "days": 1, "daily_rate": 1}),
                "negative",
            ),
        ] {
            let error = call(name, arguments).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn every_row_is_made() {
        for function in defacto_types::FUNCTIONS {
            let error = call(&function.to_string(), json!({})).unwrap_err();
            assert!(error.to_string().contains("missing"), "{error}");
        }
    }
}
