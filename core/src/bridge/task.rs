//! What a door is asked to do, put together from its JSON.

use defacto_types::operation::Method;
use defacto_types::{Map, Operation, Value, Waiter};

use super::settings::set_options;
use super::waiting::Waiting;
use super::{Input, request};
use crate::http::{File, Request};
use crate::{Error, ErrorKind, raw};

/// What is asked for.
pub(super) enum Task {
    /// One request, repeated only where it was lost.
    Once(Box<Request>),
    /// Reads until something is so.
    Wait(Box<Waiting>),
    /// A tracker's verb.
    Track(&'static Operation, Box<Input>),
}

/// An operation, a waiter, or `raw`, by its name.
pub(super) fn prepare(name: &str, input: &[u8], file: Option<File>) -> Result<Task, Error> {
    let Value::Object(mut input) = parse("input", input)? else {
        return Err(refused("input is no object: pass one".to_owned()));
    };
    if let Some(verb) = Operation::find_tracker(name) {
        // Nothing of it is one request, which options are for.
        input.remove("options");
        let input = Input::from_json(Value::Object(input))?;
        return Ok(Task::Track(verb, Box::new(input)));
    }
    let options = input.remove("options").unwrap_or_default();
    let (mut request, wait) = if let Some(operation) = Operation::find(name) {
        (known(operation, input, file)?, None)
    } else if let Some(waiter) = Waiter::find(name) {
        let terms = input.remove("wait").unwrap_or_default();
        (known(waiter.read, input, None)?, Some((waiter, terms)))
    } else if name == "raw" {
        (any(input, file)?, None)
    } else {
        let name = name.escape_debug();
        return Err(refused(format!("there is no operation `{name}`")));
    };
    if !options.is_null() {
        set_options(&mut request, options)?;
    }
    Ok(match wait {
        None => Task::Once(request),
        Some((waiter, terms)) => Task::Wait(Box::new(Waiting::new(waiter, request, terms)?)),
    })
}

fn known(
    operation: &'static Operation,
    input: Map<String, Value>,
    file: Option<File>,
) -> Result<Box<Request>, Error> {
    let mut input = Input::from_json(Value::Object(input))?;
    input.file = file;
    Ok(Box::new(request(operation, input)))
}

/// A request of any path of the API.
fn any(mut input: Map<String, Value>, file: Option<File>) -> Result<Box<Request>, Error> {
    let raw = input.remove("raw").unwrap_or_default();
    let part = |name: &str| raw.get(name).and_then(Value::as_str);
    let method = part("method").and_then(|name| {
        Method::ALL
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(name))
    });
    let method = method.ok_or_else(|| {
        let names = Method::ALL.map(Method::as_str).join(", ");
        refused(format!("method is not one of {names}: pass one"))
    })?;
    let path = part("path").ok_or_else(|| refused("path is no text: pass text".to_owned()))?;
    let input = Input::from_json(Value::Object(input))?;
    let mut request = raw::request(method, path.to_owned());
    for (name, value) in input.query {
        request.push_query(&name, value);
    }
    if let Some(file) = file {
        request = request.file(&file);
    } else if !input.body.is_null() {
        request = request.json_value(&input.body);
    }
    Ok(Box::new(request))
}

pub(super) fn parse(what: &str, json: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(json).map_err(|source| {
        Error::new(ErrorKind::InvalidInput, format!("{what} is no JSON")).with_source(format!(
            "{:?} error at line {} column {}",
            source.classify(),
            source.line(),
            source.column()
        ))
    })
}

fn refused(problem: String) -> Error {
    Error::new(ErrorKind::InvalidInput, problem)
}
