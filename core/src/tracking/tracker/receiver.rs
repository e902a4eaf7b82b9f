//! What stands behind the address of a subscription.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use defacto_types::{Webhook, WebhookEventType};

use super::Tracker;
use crate::Error;
use crate::webhook::Tokens;

/// What a notification may have at most: many times what Defacto sends.
const LARGEST: usize = 1 << 20;

/// Receives notifications for a tracker, whatever the web framework: give it the
/// query of the request's address and its body, and answer with the status it
/// returns. With the feature `tower` it is a service that does so, for axum and all
/// else that takes one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Receiver {
    tracker: Tracker,
    tokens: Tokens,
    largest: usize,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    stored: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
}

/// How many notifications ended in which way.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// Stored.
    pub stored: u64,
    /// Refused, for their token or size.
    pub refused: u64,
    /// Not stored, since the store failed.
    pub failed: u64,
}

impl Tracker {
    /// Makes sure that there is a subscription of this name with this address and
    /// these events: as [`Client::ensure_webhook`](crate::Client::ensure_webhook),
    /// for the account whose loans the store holds.
    ///
    /// # Errors
    ///
    /// As the client's, and when the key is of another account.
    pub async fn ensure_webhook(
        &self,
        name: &str,
        to_url: &str,
        events: &[WebhookEventType],
    ) -> Result<Webhook, Error> {
        self.check_account().await?;
        self.inner.client.ensure_webhook(name, to_url, events).await
    }

    /// A receiver of notifications that accepts these tokens. While the address
    /// of a subscription is changed, give it the old and the new.
    #[must_use]
    pub fn receiver(&self, tokens: Tokens) -> Receiver {
        if !tokens.is_empty() {
            self.inner.expects.store(true, Ordering::Relaxed);
        }
        Receiver {
            tracker: self.clone(),
            tokens,
            largest: LARGEST,
            counts: Arc::default(),
        }
    }
}

impl Receiver {
    /// How large a body may be, in bytes; 1 MiB unless set. A framework's own
    /// limit should be the same, so that more is never read.
    #[must_use]
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.largest = bytes;
        self
    }

    /// Takes a notification in and returns the status to answer with: 200 once
    /// it is stored; 401 where no accepted token stands in the query, before
    /// anything of the body is looked at; 413 where the body is too large; 503
    /// where it could not be stored, so that it is sent again.
    ///
    /// Nothing of it is read here: see [`Tracker::digest`].
    pub async fn receive(&self, query: &str, body: &[u8]) -> u16 {
        let (status, count, outcome) = if !self.tokens.accept(query) {
            (401, &self.counts.refused, "refused")
        } else if body.len() > self.largest {
            (413, &self.counts.refused, "refused")
        } else {
            match self.tracker.ingest(body, None).await {
                Ok(_) => (200, &self.counts.stored, "stored"),
                Err(_) => (503, &self.counts.failed, "failed"),
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
        self.tracker.inner.meters.notification(outcome);
        status
    }

    #[cfg(feature = "tower")]
    pub(crate) fn accepts(&self, query: &str) -> bool {
        self.tokens.accept(query)
    }

    #[cfg(feature = "tower")]
    pub(crate) const fn largest(&self) -> usize {
        self.largest
    }

    /// How many came so far, by how they ended.
    #[must_use]
    pub fn received(&self) -> Received {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Received {
            stored: read(&self.counts.stored),
            refused: read(&self.counts.refused),
            failed: read(&self.counts.failed),
        }
    }
}
