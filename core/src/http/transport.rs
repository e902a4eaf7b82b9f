//! The seam below which bytes travel: one request, one answer, no second try.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// Sends one request and waits for the whole answer. The client's own sends
/// over reqwest; another can be put in its place with
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport), for a test
/// or a network this crate does not know.
///
/// It must not repeat a request or follow a redirect: whether a request may
/// be sent twice is decided above it.
pub trait Transport: Send + Sync + 'static {
    /// Sends once.
    fn send(&self, request: Outgoing) -> Sending<'_>;
}

/// What [`Transport::send`] returns.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Incoming, Failure>> + Send + 'a>>;

/// A request, complete with key and address.
#[non_exhaustive]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The whole address, query included.
    pub url: String,
    /// The headers; the key among them is marked as sensitive.
    pub headers: HeaderMap,
    /// The body; empty when there is none.
    pub body: Bytes,
    /// How long the attempt may take, from now to the end of its answer.
    pub timeout: Duration,
}

/// Neither address nor body, which may hold account numbers and signatures.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("bytes", &self.body.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A complete answer.
pub struct Incoming {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Without headers and body, for the same reason.
impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An attempt without a complete answer.
#[derive(Debug)]
pub struct Failure {
    /// What happened; it decides whether the request may be sent again.
    pub kind: FailureKind,
    /// The cause. Must hold neither key nor address, which may be secret.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FailureKind {
    /// Nothing of the request left: no connection was made.
    NotSent,
    /// The request cannot be sent as it is.
    Unsendable,
    /// The request left, or may have, and the time was over.
    TimedOut,
    /// The request left, or may have, and the connection broke.
    Lost,
    /// The answer began and is larger than the client takes.
    TooLarge,
}
