//! How a tracker is.

use defacto_types::Timestamp;

use super::{Progress, Tracker};
use crate::Error;
use crate::tracking::store::IntentState;

/// What is counted at most.
const MOST: usize = 1_000;

/// How a tracker is, by its store.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Health {
    /// When the last pass that read every open loan began.
    pub last_full_pass: Option<Timestamp>,
    /// From when on the next partial pass looks: a little before the last began.
    pub last_pass: Option<Timestamp>,
    /// Changes of which it is not known whether they were made; 1,000 at most.
    pub open_intents: usize,
    /// Notifications that are stored and not read; 1,000 at most.
    pub unread_notifications: usize,
    /// Alerts that are raised.
    pub alerts: usize,
    /// When the last notification came that was read.
    pub last_notification: Option<Timestamp>,
    /// Since when passes have found what no notification told of; nothing while
    /// notifications come, or none is expected.
    pub silent_since: Option<Timestamp>,
    /// The pass that is under way, and how far it has come.
    pub pass: Option<Progress>,
}

impl Tracker {
    /// How the tracker is. The server is not asked.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn health(&self) -> Result<Health, Error> {
        let store = &self.inner.store;
        Ok(Health {
            last_full_pass: self.instant_mark("full_pass").await?,
            last_pass: self.instant_mark("pass").await?,
            open_intents: store.intents(IntentState::Open, MOST).await?.len(),
            unread_notifications: store.unread(MOST).await?.len(),
            alerts: self.alerts().await?.len(),
            last_notification: self.last_notification().await?,
            silent_since: self.silent_since().await?,
            pass: self.inner.watched.now(),
        })
    }
}
