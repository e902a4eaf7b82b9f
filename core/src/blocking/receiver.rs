//! What stands behind the address of a subscription.

use super::Tracker;
use crate::tracking::{self, Received};

/// Receives notifications for a tracker, in a web framework without async: give it
/// the query of the request's address and its body, and answer with the status it
/// returns. Cheap to clone, and usable from many threads at once.
#[derive(Clone, Debug)]
pub struct Receiver {
    tracker: Tracker,
    inner: tracking::Receiver,
}

impl Receiver {
    pub(super) fn new(tracker: Tracker, inner: tracking::Receiver) -> Self {
        Self { tracker, inner }
    }

    /// How large a body may be, in bytes; 1 MiB unless set. A framework's own
    /// limit should be the same, so that more is never read.
    #[must_use]
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.inner = self.inner.largest_body(bytes);
        self
    }

    /// Takes a notification in and returns the status to answer with: 200 once it
    /// is stored, 401 without an accepted token in the query, 413 where the body is
    /// too large, 503 where it could not be stored, so that it is sent again.
    #[must_use]
    pub fn receive(&self, query: &str, body: &[u8]) -> u16 {
        let (receiver, query, body) = (self.inner.clone(), query.to_owned(), body.to_vec());
        let answered = self
            .tracker
            .drive(|_| async move { Ok(receiver.receive(&query, &body).await) });
        answered.unwrap_or(503)
    }

    /// How many came so far, by how they ended.
    #[must_use]
    pub fn received(&self) -> Received {
        self.inner.received()
    }
}
