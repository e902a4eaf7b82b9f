//! Whether the simulator keeps to the contract: each of its answers is checked
//! against what is declared of it, and one that does not fit is replaced by an
//! error that says why. For the project's own tests (feature `contract`).
//!
//! Faults come after it: what goes wrong on purpose is not checked.

mod declared;
mod openapi;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use defacto_types::InvalidParam;

use crate::app::App;
use crate::control;
use crate::journal::Entry;
use crate::problem::Problem;
use declared::{Declared, Misfit};

/// The environment variable that names the folder with the contract, and so
/// turns the check on in every simulator of the process.
const FOLDER: &str = "DEFACTO_SANDBOX_CONTRACT";

/// More misfits than these are counted and not kept.
const MOST_KEPT: usize = 100;

/// The contract; clones share it and what was found.
#[derive(Clone, Debug)]
pub(crate) struct Contract(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    apis: Arc<Apis>,
    checked: Mutex<Checked>,
}

/// The lending API as the contract has it, and the control API as its own
/// file has it.
#[derive(Debug)]
struct Apis {
    lending: Declared,
    control: Declared,
}

/// What the check of a simulator's answers found so far.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Checked {
    /// How many answers were checked.
    pub answers: u64,
    /// How many did not fit.
    pub misfits: u64,
    /// The first hundred of those, each with operation, status, JSON pointer
    /// and reason.
    pub first: Vec<String>,
}

/// The folder that the environment names.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os(FOLDER).filter(|folder| !folder.is_empty());
    folder.map(PathBuf::from)
}

/// Read once in a process, since every test starts simulators of its own.
static READ: LazyLock<Mutex<HashMap<PathBuf, Arc<Apis>>>> = LazyLock::new(Mutex::default);

impl Contract {
    /// The contract in this folder of the project.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let apis = match read.get(folder) {
            Some(apis) => Arc::clone(apis),
            None => {
                let apis = Arc::new(Apis {
                    lending: Declared::new(openapi::lending(folder)?)?,
                    control: Declared::new(openapi::control()?)?,
                });
                read.insert(folder.to_owned(), Arc::clone(&apis));
                apis
            }
        };
        Ok(Self(Arc::new(Parts {
            apis,
            checked: Mutex::default(),
        })))
    }

    pub(crate) fn checked(&self) -> Checked {
        self.tally().clone()
    }

    /// The answer of an operation, or of no operation, if it fits.
    pub(crate) async fn check(&self, entry: &Entry, response: Response) -> Response {
        let operation = entry.operation;
        let route = operation.map(|operation| (operation.method.as_str(), operation.path));
        let name = operation.map_or_else(|| "no operation".to_owned(), ToString::to_string);
        let declared = &self.0.apis.lending;
        self.check_with(declared, &entry.method, route, &name, response)
            .await
    }

    async fn check_with(
        &self,
        declared: &Declared,
        method: &Method,
        route: Option<(&str, &str)>,
        name: &str,
        response: Response,
    ) -> Response {
        // The answer to HEAD has another's head and no body.
        if method == Method::HEAD {
            return response;
        }
        let (parts, body) = response.into_parts();
        // A stream has no end to wait for.
        if kind(&parts.headers) == Some("text/event-stream") {
            return Response::from_parts(parts, body);
        }
        let (status, bytes) = (parts.status, to_bytes(body, usize::MAX).await);
        let misfits = match &bytes {
            Ok(bytes) => declared.judge(route, status, kind(&parts.headers), bytes),
            Err(error) => vec![Misfit::new("", format!("the body has no end: {error}"))],
        };
        self.tally().answers += 1;
        if misfits.is_empty() {
            return Response::from_parts(parts, Body::from(bytes.unwrap_or_default()));
        }
        let mut refused = self.refuse(&format!("{name} answered {status}"), misfits);
        // Whether it was carried out, and what it made, is still so.
        refused.extensions_mut().extend(parts.extensions);
        refused
    }

    /// Remembers what did not fit, and makes the answer that says it.
    fn refuse(&self, what: &str, misfits: Vec<Misfit>) -> Response {
        let mut checked = self.tally();
        checked.misfits += 1;
        if checked.first.len() < MOST_KEPT {
            let places = misfits.iter().map(ToString::to_string);
            let places = places.collect::<Vec<_>>().join("; ");
            checked.first.push(format!("{what}: {places}"));
        }
        drop(checked);
        let params = misfits.into_iter().map(|misfit| {
            InvalidParam::new()
                .name(misfit.pointer)
                .reason(misfit.reason)
        });
        let detail = format!("{what}, which is not as declared");
        Problem::misfit(detail, params.collect()).into_response()
    }

    fn tally(&self) -> MutexGuard<'_, Checked> {
        self.0
            .checked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A layer of the control API: what it is asked and answers is as its own file
/// says.
pub(crate) async fn check_control(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let Some(contract) = &app.contract else {
        return next.run(request).await;
    };
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>();
    let path = path.and_then(|path| path.as_str().strip_prefix(control::PREFIX));
    // What has no route has no declaration.
    let path = path
        .filter(|path| !path.starts_with("/{*"))
        .map(str::to_owned);
    let declared = &contract.0.apis.control;
    let route = path.as_deref().map(|path| (method.as_str(), path));
    let (parts, body) = request.into_parts();
    let Ok(asked) = to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let request = Request::from_parts(parts, Body::from(asked.clone()));
    let response = next.run(request).await;
    let name = format!("{method} {}", path.as_deref().unwrap_or("of no route"));
    let status = response.status();
    if status.is_success() {
        let misfits = declared.judge_request(route, &asked);
        if !misfits.is_empty() {
            return contract.refuse(&format!("{name} took a body"), misfits);
        }
    }
    contract
        .check_with(declared, &method, route, &name, response)
        .await
}

/// The media type, without its parameters.
fn kind(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

/// The JSON of an answer or a request.
fn parse(bytes: &Bytes) -> Result<serde_json::Value, Misfit> {
    serde_json::from_slice(bytes).map_err(|error| Misfit::new("", format!("is no JSON: {error}")))
}
