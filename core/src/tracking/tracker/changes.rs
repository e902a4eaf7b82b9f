//! Changes, told to a consumer at least once.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::Tracker;
use crate::Error;
use crate::tracking::store::Numbered;

/// Changes read at a time.
const CHUNK: usize = 256;
/// How long a consumer waits before it looks for changes that another process
/// recorded.
const PAUSE: Duration = Duration::from_secs(1);

/// The changes a consumer has not acknowledged, in the order they were
/// recorded. One that is not acknowledged is told again to whoever asks next
/// under the consumer's name.
#[must_use = "changes are told when they are asked for"]
pub struct Changes {
    tracker: Tracker,
    consumer: String,
    /// The last change told.
    told: u64,
    waiting: VecDeque<Numbered>,
}

impl Tracker {
    /// The changes after the last one that a consumer acknowledged; all of
    /// them, for a consumer that is new.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn changes(&self, consumer: impl Into<String>) -> Result<Changes, Error> {
        let consumer = consumer.into();
        Ok(Changes {
            told: self.inner.store.cursor(consumer.clone()).await?,
            tracker: self.clone(),
            consumer,
            waiting: VecDeque::new(),
        })
    }

    /// Tells a consumer every change after `seq` again; 0 for all there are.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub async fn replay(&self, consumer: impl Into<String>, seq: u64) -> Result<Changes, Error> {
        let consumer = consumer.into();
        self.inner.store.set_cursor(consumer.clone(), seq).await?;
        self.changes(consumer).await
    }
}

impl Changes {
    /// The next change, if there is one by now.
    ///
    /// # Errors
    ///
    /// When the store cannot be read; asking again goes on where it stopped.
    pub async fn next(&mut self) -> Result<Option<Numbered>, Error> {
        if self.waiting.is_empty() {
            let store = &self.tracker.inner.store;
            self.waiting = store.changes(self.told, CHUNK).await?.into();
        }
        let next = self.waiting.pop_front();
        if let Some(change) = &next {
            self.told = change.seq;
        }
        Ok(next)
    }

    /// The next change, as soon as there is one.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn wait(&mut self) -> Result<Numbered, Error> {
        loop {
            let tracker = self.tracker.clone();
            let changed = tracker.inner.changed.notified();
            if let Some(change) = self.next().await? {
                return Ok(change);
            }
            // Another process may share the store.
            let _ = tokio::time::timeout(PAUSE, changed).await;
        }
    }

    /// Notes that a change and all before it have been dealt with: they are not
    /// told again.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub async fn acknowledge(&mut self, change: &Numbered) -> Result<(), Error> {
        let store = &self.tracker.inner.store;
        store.set_cursor(self.consumer.clone(), change.seq).await
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes")
            .field("consumer", &self.consumer)
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}
