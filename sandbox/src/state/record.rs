//! What is remembered of a simulator's life, piece by piece.

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use jiff::Timestamp;

use crate::delivery::Answer;

/// The headers that an answer or a change may hang on.
const KEPT: [header::HeaderName; 3] = [header::HOST, header::CONTENT_TYPE, header::ACCEPT_LANGUAGE];

/// One piece: what went on, and when.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The real time; the simulator's follows from it.
    pub(crate) real: Timestamp,
    /// The simulator's time, where it passed by itself.
    pub(crate) now: Option<Timestamp>,
    pub(crate) what: What,
}

/// The number of a request among those remembered.
pub(crate) type TurnNo = u64;

/// How often a request had stepped aside before.
pub(crate) type Stop = u32;

#[cfg_attr(
    not(feature = "state"),
    allow(dead_code, reason = "only a file says where a turn stopped")
)]
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A process began, or went on with what another left.
    Start,
    /// What was due by itself was done.
    Tick,
    /// A request began.
    Begin(TurnNo, Call),
    /// It let others go first while it waited,
    Leave(TurnNo, Stop),
    /// went on,
    Continue(TurnNo, Stop),
    /// or was given up meanwhile.
    Gone(TurnNo, Stop),
    /// A delivery was tried, and this came of it.
    Delivered(u64, Answer),
}

/// A request, without the key.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Whether it came with a key that is taken.
    pub(crate) has_key: bool,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn of(parts: &axum::http::request::Parts, body: Bytes, has_key: bool) -> Self {
        let kept = KEPT.iter().filter_map(|name| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Self {
            method: parts.method.as_str().to_owned(),
            target: parts.uri.to_string(),
            headers: kept.collect(),
            has_key,
            body,
        }
    }

    /// The request once more. Which key it came with makes no difference, so
    /// it is not remembered.
    pub(crate) fn to_request(&self) -> Option<Request<Body>> {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(&self.target)
            .header(header::CONTENT_LENGTH, self.body.len());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if self.has_key {
            request = request.header(header::AUTHORIZATION, "Bearer replayed");
        }
        request.body(Body::from(self.body.clone())).ok()
    }
}
