//! The one place that sends.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{Method, Response};

use defacto_types::Operation;

use super::Answer;
use super::answer::repeatable;
use crate::client::Key;
use crate::{Error, ErrorKind};

/// Larger answers are refused rather than held in memory.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(40),
        }
    }
}

/// What to send.
#[derive(Debug)]
pub(crate) struct Request {
    operation: &'static Operation,
    path: String,
}

impl Request {
    /// A request of an operation that has nothing to fill in.
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            path: operation.path.to_owned(),
        }
    }
}

/// Connections to one address with one key.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    base_url: String,
    key: Key,
}

impl Transport {
    pub(crate) fn new(base_url: String, key: Key, timeouts: Timeouts) -> Result<Self, Error> {
        // An application that chose a provider keeps it; the error says only
        // that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("defacto-rust/", env!("CARGO_PKG_VERSION")))
            // The key must not follow a redirect to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Whether a request may be sent twice is decided here, not below.
            .retry(reqwest::retry::never())
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            .pool_idle_timeout(Duration::from_secs(30));
        if is_loopback(&base_url) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|source| {
            Error::new(
                ErrorKind::Configuration,
                "the HTTP client cannot be set up: check the system's certificates and proxy settings",
            )
            .with_source(source)
        })?;
        Ok(Self {
            http,
            base_url,
            key,
        })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Sends once; an answer other than 2xx is an error.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer<'_>, Error> {
        let Request { operation, path } = request;
        let accept = match operation.answer {
            defacto_types::operation::Answer::Text => "text/plain",
            defacto_types::operation::Answer::Csv => "text/csv",
            _ => "application/json",
        };
        let failed = |error| failure(error, repeatable(operation)).with_operation(operation);
        let mut response = self
            .http
            .request(method(operation), format!("{}{path}", self.base_url))
            .header(AUTHORIZATION, self.key.header())
            .header(ACCEPT, accept)
            .send()
            .await
            .map_err(failed)?;
        let status = response.status();
        let body = read(&mut response).await.map_err(failed)?;
        let Some(body) = body else {
            return Err(Error::new(
                ErrorKind::UnexpectedAnswer,
                format!("the answer is larger than {LARGEST_BODY} bytes: ask for less at a time"),
            )
            .with_operation(operation)
            .with_status(status.as_u16()));
        };
        Answer::new(operation, &response, body, &self.key).checked()
    }
}

fn method(operation: &Operation) -> Method {
    use defacto_types::operation::Method as Declared;
    match operation.method {
        Declared::Post => Method::POST,
        Declared::Put => Method::PUT,
        Declared::Patch => Method::PATCH,
        Declared::Delete => Method::DELETE,
        _ => Method::GET,
    }
}

/// The body, or `None` when it is too large.
async fn read(response: &mut Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// A request without a usable answer. `repeatable`: it may be sent again.
fn failure(error: reqwest::Error, repeatable: bool) -> Error {
    let (kind, message) = if error.is_connect() {
        (
            ErrorKind::Connection,
            "no connection to the server: check base_url, the network and the proxy, then try again",
        )
    } else if error.is_builder() {
        (
            ErrorKind::InvalidInput,
            "the request cannot be built: check base_url and the identifiers passed",
        )
    } else if !repeatable {
        (
            ErrorKind::OutcomeUnknown,
            "the answer was lost: read the object to see whether the change was made before sending again",
        )
    } else if error.is_timeout() {
        (
            ErrorKind::Timeout,
            "no answer in time: try again or set a longer timeout",
        )
    } else {
        (
            ErrorKind::Connection,
            "the connection broke before the answer was complete: try again",
        )
    };
    Error::new(kind, message).with_source(error.without_url())
}

/// A local sandbox is never behind a proxy, and the proxy has no business
/// with its key.
pub(crate) fn is_loopback(base_url: &str) -> bool {
    match url::Url::parse(base_url).as_ref().map(url::Url::host) {
        Ok(Some(url::Host::Ipv4(address))) => address.is_loopback(),
        Ok(Some(url::Host::Ipv6(address))) => address.is_loopback(),
        Ok(Some(url::Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}
