//! Answers each request, with its fault if it has one, and writes it down.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

use super::{Fault, Target};
use crate::app::App;
use crate::auth::{self, NotAllowed, Refused};
use crate::connection::Connection;
use crate::journal::{self, Entry, Touched};
use crate::problem::{Conflict, Problem};
use crate::state;

/// The largest body a request with a fault may have.
const LARGEST_BODY: usize = 64 << 20;

/// The outermost layer of the API.
pub(crate) async fn answer(
    State((app, allowed)): State<(App, Option<Arc<[Target]>>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let most = usize::try_from(app.settings().largest_body).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(most).apply(&mut request);
    app.clock.tick();
    let operation = request
        .extensions()
        .get::<MatchedPath>()
        .and_then(|template| journal::find(request.method(), template.as_str()));
    let entry = Entry {
        at: app.clock.now(),
        operation,
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        status: None,
        acted: false,
        fault: false,
        touched: Touched::default(),
    };
    let is_allowed = operation.zip(allowed).is_none_or(|(operation, allowed)| {
        let is_for = |t: &Target| t.is_for(operation, &entry.method, &entry.path);
        allowed.iter().any(is_for)
    });
    if !is_allowed {
        request.extensions_mut().insert(NotAllowed);
    }
    let fault = operation.and_then(|operation| {
        let now = app.clock.now();
        app.faults.take(operation, &entry.method, &entry.path, now)
    });
    let Some(fault) = fault else {
        let response = run(&app, &entry, request, next).await;
        app.record(Entry {
            status: Some(response.status()),
            acted: acted(&entry, &response),
            touched: touched(&response),
            ..entry
        });
        return response;
    };
    let connection = request.extensions().get::<Connection>().cloned();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Problem::bad_request("the body of the request could not be read").into_response();
    };
    let request = Request::from_parts(parts, Body::from(body));

    // A client that hangs up drops this future, but not the task: what is to
    // be carried out is, and is written down before the client can tell.
    let carried_out = state::spawn(carry_out(app, fault.clone(), entry, request, next));
    let Ok(outcome) = carried_out.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Some(connection) = connection else {
        return outcome.into_response();
    };
    // Only the answer is late.
    state::finish_turn();
    connection.pause(fault.delay()).await;
    match outcome {
        Outcome::Reset => {
            connection.reset();
            pending().await
        }
        Outcome::Bytes(bytes) => {
            connection.send(bytes);
            pending().await
        }
        Outcome::Answer(response) if fault.close_idle => {
            response.map(|body| closing(body, connection))
        }
        Outcome::Answer(response) => response,
    }
}

/// Runs the operation, and answers a conflict as the policy says.
async fn run(app: &App, entry: &Entry, request: Request, next: Next) -> Response {
    let mut response = auth::run(request, next).await;
    if let Some(Conflict(problem)) = response.extensions().get::<Conflict>() {
        let status = app.settings().state_conflict_status.0;
        response = problem.clone().with_status(status).into_response();
    }
    // What the framework refuses before a handler has a say, such as a path that is
    // no text.
    if response.status().is_client_error() && is_plain(&response) {
        let refused = Problem::bad_request("a part of the path cannot be read as text");
        response = refused
            .with_status(response.status().as_u16())
            .into_response();
    }
    #[cfg(feature = "contract")]
    if let Some(contract) = &app.contract {
        response = contract.check(entry, response).await;
    }
    #[cfg(not(feature = "contract"))]
    let _ = entry;
    // Where the clock was moved, the answer is dated by it: a client learns from
    // that what time it is on the server.
    if let Some(date) = app.clock.moved().and_then(date_of) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn is_plain(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// What goes back to the client.
enum Outcome {
    Answer(Response),
    Bytes(Vec<u8>),
    Reset,
}

/// Without a connection of its own, a broken one is a server's error.
impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        match self {
            Self::Answer(response) => response,
            Self::Bytes(_) | Self::Reset => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}

/// Runs the operation if the fault lets it, and makes what is sent instead of
/// its answer.
async fn carry_out(app: App, fault: Fault, entry: Entry, request: Request, next: Next) -> Outcome {
    let mut did = false;
    let mut made = Touched::default();
    let mut response = StatusCode::OK.into_response();
    if fault.acts() {
        response = run(&app, &entry, request, next).await;
        did = acted(&entry, &response);
        made = touched(&response);
    }
    if fault.replaces() {
        response = replacement(&fault);
    } else if let Some(content_type) = &fault.content_type {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type.clone());
    }
    response = fault.set.apply(response).await;
    if let Some(slow) = fault.slow {
        response = slow.apply(response).await;
    }
    if let Some(date) = fault.skew.and_then(date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response.headers_mut().extend(fault.headers.clone());
    let status = response.status();
    let outcome = match (fault.reset, fault.truncate) {
        (Some(_), _) => Outcome::Reset,
        (None, Some(length)) => truncated(response, length).await,
        (None, None) => Outcome::Answer(response),
    };
    app.record(Entry {
        status: fault.reset.is_none().then_some(status),
        acted: did,
        fault: true,
        touched: made,
        ..entry
    });
    outcome
}

/// Whether this is the answer of an operation's handler.
fn acted(entry: &Entry, response: &Response) -> bool {
    entry.operation.is_some() && response.extensions().get::<Refused>().is_none()
}

/// What the handler said that it made or changed.
fn touched(response: &Response) -> Touched {
    response.extensions().get().cloned().unwrap_or_default()
}

/// The fault's own answer; JSON unless it says otherwise.
fn replacement(fault: &Fault) -> Response {
    let mut response = Response::new(Body::from(fault.body.clone().unwrap_or_default()));
    *response.status_mut() = fault.status.unwrap_or(StatusCode::OK);
    let json = HeaderValue::from_static("application/json");
    let content_type = match (&fault.content_type, &fault.body) {
        (Some(given), _) => Some(given.clone()),
        (None, Some(_)) => Some(json),
        (None, None) => None,
    };
    if let Some(content_type) = content_type {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
    }
    response
}

/// The header `Date` of a clock that is this far ahead.
fn date(skew: SignedDuration) -> Option<HeaderValue> {
    date_of(Timestamp::now().checked_add(skew).ok()?)
}

/// The header `Date` of a moment.
fn date_of(moment: Timestamp) -> Option<HeaderValue> {
    let text = DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&moment)
        .ok()?;
    HeaderValue::try_from(text).ok()
}

/// The answer byte by byte, since no HTTP library sends less than it
/// announced: all of the head, and this much of the body.
async fn truncated(response: Response, length: usize) -> Outcome {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
    for (name, value) in &parts.headers {
        if name != header::CONTENT_LENGTH {
            bytes.extend_from_slice(name.as_str().as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
    }
    // A 204 has no length to announce.
    if parts.status != StatusCode::NO_CONTENT {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body.get(..length).unwrap_or(&body));
    Outcome::Bytes(bytes)
}

/// A body that has the connection closed once it has been taken. The head is
/// written by then, so it does not announce the end.
fn closing(body: Body, connection: Connection) -> Body {
    Body::new(Closing { body, connection })
}

struct Closing {
    body: Body,
    connection: Connection,
}

impl hyper::body::Body for Closing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.connection.close_when_idle();
    }
}
