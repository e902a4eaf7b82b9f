//! A client's settings given as JSON.

use std::time::Duration;

use defacto_types::Value;

use crate::{Error, ErrorKind, blocking};

/// A client from its settings: `api_key`, `environment`, `base_url`, and in
/// seconds `timeout` and `deadline`, and `retries`. Null is not set.
///
/// # Errors
///
/// [`ErrorKind::Configuration`] when a setting is missing, unknown or cannot
/// be used.
pub fn open(settings: Value) -> Result<blocking::Client, Error> {
    let Value::Object(settings) = settings else {
        return Err(refused("settings are no object: pass one"));
    };
    let mut builder = blocking::Client::builder();
    for (name, value) in settings {
        if value.is_null() {
            continue;
        }
        builder = match name.as_str() {
            "api_key" => builder.api_key(text(&name, &value)?),
            "environment" => builder.environment(text(&name, &value)?.parse()?),
            "base_url" => builder.base_url(text(&name, &value)?),
            "timeout" => builder.timeout(seconds(&name, &value)?),
            "deadline" => builder.deadline(seconds(&name, &value)?),
            "retries" => builder.retries(count(&name, &value)?),
            // The name is not repeated: it may be a key in the wrong place.
            _ => return Err(refused("a setting is not known: see the settings' list")),
        };
    }
    builder.build_blocking()
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Error> {
    value
        .as_str()
        .ok_or_else(|| refused(&format!("{name} is no text: pass text")))
}

fn seconds(name: &str, value: &Value) -> Result<Duration, Error> {
    value
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| refused(&format!("{name} is no time: pass seconds, such as 30")))
}

fn count(name: &str, value: &Value) -> Result<u32, Error> {
    value
        .as_u64()
        .and_then(|count| u32::try_from(count).ok())
        .ok_or_else(|| refused(&format!("{name} is no count: pass 0 or more")))
}

fn refused(problem: &str) -> Error {
    Error::new(ErrorKind::Configuration, problem)
}
