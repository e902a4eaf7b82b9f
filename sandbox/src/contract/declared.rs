//! What an API declares of its answers, ready to be compared.

use std::collections::{HashMap, HashSet};
use std::fmt;

use axum::body::Bytes;
use axum::http::StatusCode;
use boon::{Compiler, ErrorKind, Format, SchemaIndex, Schemas, ValidationError};
use serde_json::{Map, Value};

use super::parse;

/// Where the document is, for references within it. Nothing is ever fetched.
const PLACE: &str = "https://contract.invalid/document.json";

const PROBLEM: &str = "application/problem+json";

/// A method and a path template.
type Route = (String, String);

/// A place in an answer where it is not as declared.
#[derive(Debug)]
pub(super) struct Misfit {
    /// A JSON pointer into the answer.
    pub(super) pointer: String,
    pub(super) reason: String,
}

impl Misfit {
    pub(super) fn new(pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {:?} {}", self.pointer, self.reason)
    }
}

/// What is declared of an answer's body.
#[derive(Clone, Copy, Debug)]
enum Content {
    /// There is none.
    Nothing,
    /// JSON of this shape.
    Json(SchemaIndex),
    /// Something that is no JSON, or of which nothing is said.
    Other,
}

/// Every answer of an API.
pub(super) struct Declared {
    schemas: Schemas,
    answers: HashMap<Route, HashMap<u16, Content>>,
    bodies: HashMap<Route, SchemaIndex>,
    problem: SchemaIndex,
    /// The routes of pages, whose refusals are pages too.
    pages: HashSet<Route>,
}

impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declared")
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}

impl Declared {
    /// Of an OpenAPI document whose schemas are JSON Schema, with a component
    /// `Problem`.
    pub(super) fn new(document: Value) -> Result<Self, String> {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.register_format(Format {
            name: "url",
            func: |value| match value.as_str() {
                Some(text) => Ok(text.parse::<reqwest::Url>().map(drop)?),
                None => Ok(()),
            },
        });
        let mut found = Vec::new();
        let mut listed = Vec::new();
        let mut pages = HashSet::new();
        for (path, method, operation) in operations(&document) {
            let route = (method.to_ascii_uppercase(), path.to_owned());
            if let Some(schema) = json_of(&operation["requestBody"]) {
                found.push((route.clone(), None, listed.len()));
                listed.push(schema.clone());
            }
            if operation["responses"]["default"]["content"]["text/html"].is_object() {
                pages.insert(route.clone());
            }
            for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                let Ok(status) = status.parse() else {
                    continue;
                };
                found.push((route.clone(), Some((status, answer)), listed.len()));
                listed.push(json_of(answer).cloned().unwrap_or(Value::Bool(true)));
            }
        }
        let components = document.get("components").cloned().unwrap_or_default();
        let resource = Map::from_iter([
            ("components".to_owned(), components),
            ("listed".to_owned(), Value::Array(listed)),
        ]);
        let wrong = |error: boon::CompileError| format!("a schema is none: {error:#}");
        let added = compiler.add_resource(PLACE, Value::Object(resource));
        added.map_err(wrong)?;
        let mut schemas = Schemas::new();
        let mut compile = |place: String| {
            let place = format!("{PLACE}#{place}");
            compiler.compile(&place, &mut schemas).map_err(wrong)
        };
        let problem = compile("/components/schemas/Problem".to_owned())?;
        let mut answers: HashMap<Route, HashMap<u16, Content>> = HashMap::new();
        let mut bodies = HashMap::new();
        for (route, answer, no) in found {
            let place = format!("/listed/{no}");
            match answer {
                None => {
                    bodies.insert(route, compile(place)?);
                }
                Some((status, answer)) => {
                    let content = if json_of(answer).is_some() {
                        Content::Json(compile(place)?)
                    } else if status == StatusCode::NO_CONTENT.as_u16() {
                        Content::Nothing
                    } else {
                        Content::Other
                    };
                    answers.entry(route).or_default().insert(status, content);
                }
            }
        }
        Ok(Self {
            schemas,
            answers,
            bodies,
            problem,
            pages,
        })
    }

    /// Where an answer is not what is declared of its route and status. Every
    /// refusal is a problem, and no failure of the server's own fits.
    pub(super) fn judge(
        &self,
        route: Option<(&str, &str)>,
        status: StatusCode,
        kind: Option<&str>,
        body: &Bytes,
    ) -> Vec<Misfit> {
        let route = route.map(|(method, path)| (method.to_owned(), path.to_owned()));
        if status.is_client_error() {
            let is_page = route.is_some_and(|route| self.pages.contains(&route));
            return match kind {
                Some("text/html") if is_page => Vec::new(),
                _ => self.judge_problem(status, kind, body),
            };
        }
        let of_route = route.and_then(|route| self.answers.get(&route));
        let Some(content) = of_route.and_then(|all| all.get(&status.as_u16())) else {
            return vec![Misfit::new("", "is of a status that is not declared")];
        };
        match content {
            Content::Other => Vec::new(),
            Content::Nothing if body.is_empty() => Vec::new(),
            Content::Nothing => vec![Misfit::new("", "must be empty")],
            Content::Json(_) if kind != Some("application/json") => {
                vec![Misfit::new("", format!("is {kind:?} instead of JSON"))]
            }
            Content::Json(schema) => self.compare(*schema, body),
        }
    }

    /// Where a request that was taken is not what is declared of its route.
    pub(super) fn judge_request(&self, route: Option<(&str, &str)>, body: &Bytes) -> Vec<Misfit> {
        let schema = route.and_then(|(method, path)| {
            let route = (method.to_owned(), path.to_owned());
            self.bodies.get(&route)
        });
        match schema {
            Some(schema) if !body.is_empty() => self.compare(*schema, body),
            _ => Vec::new(),
        }
    }

    fn judge_problem(&self, status: StatusCode, kind: Option<&str>, body: &Bytes) -> Vec<Misfit> {
        if kind != Some(PROBLEM) {
            return vec![Misfit::new("", format!("is {kind:?} instead of {PROBLEM}"))];
        }
        let mut misfits = self.compare(self.problem, body);
        if misfits.is_empty()
            && let Ok(problem) = parse(body)
            && problem["status"] != status.as_u16()
        {
            misfits.push(Misfit::new("/status", "is another than the answer's"));
        }
        misfits
    }

    fn compare(&self, schema: SchemaIndex, body: &Bytes) -> Vec<Misfit> {
        let json = match parse(body) {
            Ok(json) => json,
            Err(misfit) => return vec![misfit],
        };
        let mut misfits = Vec::new();
        if let Err(error) = self.schemas.validate(&json, schema) {
            leaves(&error, &mut misfits);
        }
        misfits
    }
}

/// The innermost reasons.
fn leaves(error: &ValidationError<'_, '_>, misfits: &mut Vec<Misfit>) {
    if error.causes.is_empty() && !matches!(error.kind, ErrorKind::Group) {
        let (place, reason) = (&error.instance_location, &error.kind);
        misfits.push(Misfit::new(place.to_string(), reason.to_string()));
    }
    for cause in &error.causes {
        leaves(cause, misfits);
    }
}

/// Each operation with its path and method.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The schema of a body that is JSON, or that does not say what it is.
fn json_of(body: &Value) -> Option<&Value> {
    let content = body.get("content")?;
    let json = content.get("application/json").or(content.get("*/*"))?;
    json.get("schema")
}
