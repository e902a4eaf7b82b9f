//! Changes, one after the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::Tracker;
use crate::tracking::store::Numbered;
use crate::{Error, tracking};

/// The changes a consumer has not acknowledged, in the order they were recorded.
/// One that is not acknowledged is told again to whoever asks next under the
/// consumer's name.
///
/// As an iterator it ends where there is no change yet, and goes on when there are
/// more by then; [`wait`](Self::wait) waits for the next.
#[derive(Debug)]
#[must_use = "changes are told when they are asked for"]
pub struct Changes {
    tracker: Tracker,
    /// Taken to the runtime for each call. Nobody else has it but a call that was
    /// left.
    told: Arc<Mutex<tracking::Changes>>,
}

impl Changes {
    pub(super) fn new(tracker: Tracker, told: tracking::Changes) -> Self {
        Self {
            tracker,
            told: Arc::new(Mutex::new(told)),
        }
    }

    /// Blocks until there is a next change.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn wait(&mut self) -> Result<Numbered, Error> {
        let told = self.told.clone();
        self.tracker
            .drive(|_| async move { told.lock().await.wait().await })
    }

    /// Blocks until there is a next change, no longer than `patience`: nothing
    /// where there is none by then. For a loop that is to end some time.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn wait_for(&mut self, patience: Duration) -> Result<Option<Numbered>, Error> {
        let told = self.told.clone();
        self.tracker.drive(|_| async move {
            let mut told = told.lock().await;
            // One that is there is told, however short the patience.
            if let Some(next) = told.next().await? {
                return Ok(Some(next));
            }
            let waited = tokio::time::timeout(patience, told.wait()).await;
            waited.ok().transpose()
        })
    }

    /// Notes that a change and all before it have been dealt with: they are not
    /// told again.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn acknowledge(&mut self, change: &Numbered) -> Result<(), Error> {
        let (told, change) = (self.told.clone(), change.clone());
        self.tracker
            .drive(|_| async move { told.lock().await.acknowledge(&change).await })
    }
}

/// An error is told where the store cannot be read; asking again goes on where it
/// stopped.
impl Iterator for Changes {
    type Item = Result<Numbered, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let told = self.told.clone();
        let next = self
            .tracker
            .drive(|_| async move { told.lock().await.next().await });
        next.transpose()
    }
}
