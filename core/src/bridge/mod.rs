//! The whole client behind one door, for other languages and the command
//! line: an operation's name and JSON in, JSON out.

mod bodies;
mod body;
mod door;
mod essential;
mod failure;
mod function;
mod functions;
mod missing;
mod note;
mod object;
mod page;
mod pages;
mod reply;
mod scan;
mod settings;
mod task;
mod tracking;
mod waiting;

use std::collections::BTreeMap;

use defacto_types::operation::{Answer as Declared, Body, Paging, Retry, Salt};
use defacto_types::{Operation, Page, Value};

use crate::call::{Call, Handle};
use crate::http::{Answer, File, Request};
use crate::list::List;
use crate::{Error, ErrorKind};

use essential::essential;

pub use door::{Door, Ticket};
pub use failure::failure;
pub use function::call;
pub use note::{Level, Note};
pub use object::{each_field, fields, items};
pub use page::Index;
pub use pages::DoorPages;
pub use reply::Reply;

/// What an operation is given, in the API's own names.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Input {
    /// The parameters of the path, by name.
    pub path: BTreeMap<String, String>,
    /// The parameters of the query, by name; lists repeat their key.
    pub query: defacto_types::Map<String, Value>,
    /// The body; `Null` for none.
    pub body: Value,
    /// The file, for the two operations that upload one.
    pub file: Option<File>,
}

impl Input {
    /// Reads `{"path": {…}, "query": {…}, "body": …}`; each may be left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when it is no such object.
    pub fn from_json(value: Value) -> Result<Self, Error> {
        let refused = |problem: &str| Error::new(ErrorKind::InvalidInput, problem);
        let mut input = Self::default();
        let Value::Object(parts) = value else {
            return Err(refused("input is no object: pass one"));
        };
        for (part, value) in parts {
            match (part.as_str(), value) {
                ("path" | "query" | "body", Value::Null) => {}
                ("path", Value::Object(params)) => {
                    for (name, value) in params {
                        let Value::String(text) = value else {
                            let name = name.escape_debug();
                            return Err(refused(&format!("path.{name} is no text: pass text")));
                        };
                        input.path.insert(name, text);
                    }
                }
                ("query", Value::Object(params)) => input.query = params,
                ("body", body) => input.body = body,
                ("path" | "query", _) => {
                    return Err(refused("path and query are objects: pass objects"));
                }
                _ => return Err(refused("input has path, query and body; nothing else")),
            }
        }
        Ok(input)
    }
}

impl crate::Client {
    /// Any operation by its row in [`types::OPERATIONS`](crate::types::OPERATIONS),
    /// with JSON in and out. The typed methods are the better way wherever the
    /// operation is known when the program is written.
    pub fn invoke(&self, operation: &'static Operation, input: Input) -> Call<Value> {
        invoke(self.clone(), operation, input)
    }

    /// A list operation, page by page or item by item.
    pub fn invoke_list(&self, operation: &'static Operation, input: Input) -> List<Value, Self> {
        List::new(self.clone(), request(operation, input))
    }
}

impl crate::blocking::Client {
    /// Any operation by its row in [`types::OPERATIONS`](crate::types::OPERATIONS),
    /// with JSON in and out. The typed methods are the better way wherever the
    /// operation is known when the program is written.
    pub fn invoke(&self, operation: &'static Operation, input: Input) -> Call<Value, Self> {
        invoke(self.clone(), operation, input)
    }

    /// A list operation, page by page or item by item.
    pub fn invoke_list(&self, operation: &'static Operation, input: Input) -> List<Value, Self> {
        List::new(self.clone(), request(operation, input))
    }
}

fn invoke<C: Handle>(client: C, operation: &'static Operation, input: Input) -> Call<Value, C> {
    Call::new(client, request(operation, input), reply)
}

/// The request of an operation.
fn request(operation: &'static Operation, mut input: Input) -> Request {
    let mut request = Request::new(operation);
    for param in operation.path_params {
        let value = input.path.remove(param.name).unwrap_or_default();
        request = request.path(param.name, &value);
    }
    if let Some((name, _)) = input.path.pop_first() {
        return request.refused(format!("path.{name} is no parameter of {operation}"));
    }
    for (name, value) in input.query {
        request.push_query(&name, value);
    }
    match filled(operation, request.clone(), input.body, input.file) {
        Ok(filled) => filled,
        Err(problem) => request.refused(problem),
    }
}

/// The request with its body, or why there can be none.
fn filled(
    operation: &'static Operation,
    request: Request,
    body: Value,
    file: Option<File>,
) -> Result<Request, String> {
    match operation.body {
        Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => {
            let body = match body {
                Value::Null => Value::Object(defacto_types::Map::new()),
                body => body,
            };
            let salt = body
                .get("salt_id")
                .and_then(Value::as_str)
                .map(str::to_owned);
            let filled = bodies::fill(ty, request, body, file)
                .ok_or_else(|| format!("the body of {operation} is of no known type"))??;
            Ok(match operation.retry {
                Retry::Salted(Salt::Body | Salt::BodyIfGiven) => filled.salted(salt.as_deref()),
                _ => filled,
            })
        }
        Body::Undeclared => Ok(match file {
            Some(file) => request.file(&file),
            None if body.is_null() => request,
            None => request.json_value(&body),
        }),
        _ if !body.is_null() => Err(format!("body is not used by {operation}")),
        _ => Ok(request),
    }
}

/// The answer as JSON: text as a string, nothing as null, every list as a
/// page.
fn reply(answer: &Answer) -> Result<Value, Error> {
    let Some(operation) = answer.operation else {
        return answer.anything().map(Option::unwrap_or_default);
    };
    match operation.answer {
        Declared::Text | Declared::Csv => answer.text().map(Value::String),
        Declared::Empty => Ok(Value::Null),
        Declared::List(_) if operation.paging != Paging::None => page(&answer.json()?),
        Declared::Json(ty) => {
            answer.object(essential(ty))?;
            answer.json()
        }
        _ => answer.anything().map(Option::unwrap_or_default),
    }
}

/// A page as JSON, in the envelope whichever shape it came in.
fn page(page: &Page<Value>) -> Result<Value, Error> {
    serde_json::to_value(page).map_err(|source| {
        Error::new(ErrorKind::Decode, "the page cannot be written").with_source(source)
    })
}
