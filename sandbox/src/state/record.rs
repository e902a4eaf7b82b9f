//! What is remembered of a simulator's life, piece by piece.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Method, Request, header};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::accounts::{AccountNo, Named, UnknownKey, without_keys};
use crate::auth;
use crate::control;
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
    /// What was due by itself in an account was done.
    Tick(AccountNo),
    /// A request began.
    Begin(TurnNo, Call),
    /// It let others go first while it waited,
    Leave(TurnNo, Stop),
    /// went on,
    Continue(TurnNo, Stop),
    /// or was given up meanwhile.
    Gone(TurnNo, Stop),
    /// A delivery of an account was tried, and this came of it.
    Delivered(AccountNo, u64, Answer),
}

/// A request, without the key.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The account it was for.
    pub(crate) account: AccountNo,
    /// What that was called, where it was not the first.
    pub(crate) name: Option<String>,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Whether it came with a key of the account.
    pub(crate) has_key: bool,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn of(parts: &Parts, body: &Bytes, account: AccountNo) -> Self {
        let is_known = parts.extensions.get::<UnknownKey>().is_none();
        let name = parts.extensions.get::<Named>();
        let kept = KEPT.iter().filter_map(|name| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Self {
            account,
            name: name.map(|name| name.0.to_string()),
            method: parts.method.as_str().to_owned(),
            target: parts.uri.to_string(),
            headers: kept.collect(),
            has_key: is_known && auth::is_accepted(&parts.headers),
            body: if makes_accounts(&parts.method, parts.uri.path()) {
                keyless(body)
            } else {
                body.clone()
            },
        }
    }

    /// The request once more. Which key it came with makes no difference, so
    /// it is not remembered.
    pub(crate) fn to_request(&self) -> Option<Request<Body>> {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(&self.target)
            .header(header::CONTENT_LENGTH, self.body.len());
        if let Some(name) = &self.name {
            request = request.extension(Named(name.as_str().into()));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if self.has_key {
            request = request.header(header::AUTHORIZATION, "Bearer replayed");
        }
        request.body(Body::from(self.body.clone())).ok()
    }
}

/// Whether such a request names keys in its body.
pub(super) fn makes_accounts(method: &Method, path: &str) -> bool {
    let path = path.strip_prefix(control::PREFIX);
    method == Method::POST && matches!(path, Some("/accounts" | "/reset"))
}

/// The body of a request that makes accounts, with no key in it. Of what is no
/// object, which is refused, nothing is kept.
fn keyless(body: &Bytes) -> Bytes {
    if body.is_empty() {
        return Bytes::new();
    }
    let object: Result<Map<String, Value>, _> = serde_json::from_slice(body);
    match object {
        Ok(mut object) => {
            without_keys(&mut object);
            Value::Object(object).to_string().into()
        }
        Err(_) => Bytes::from_static(b"[]"),
    }
}
