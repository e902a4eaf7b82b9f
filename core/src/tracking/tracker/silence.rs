//! Whether notifications still come.
//!
//! They are silent where passes find what none has told of. A pass that finds a
//! change may be a moment ahead of its notification, so silence is judged only
//! when some time has gone by since.

use std::sync::atomic::Ordering;

use defacto_types::Timestamp;

use super::Tracker;
use crate::Error;
use crate::tracking::store::{Batch, Numbered};
use crate::tracking::{ChangeKind, Entity, Source};

/// The mark of when the last notification came that was read.
const NOTIFIED: &str = "notified";
/// The mark of when a pass first found what no notification has told of since.
const UNANNOUNCED: &str = "unannounced";

impl Tracker {
    /// When the last notification came that was read.
    pub(super) async fn last_notification(&self) -> Result<Option<Timestamp>, Error> {
        self.instant_mark(NOTIFIED).await
    }

    /// The mark to set once notifications are read of which the last came then.
    pub(super) fn notified(at: Timestamp) -> (String, String) {
        (NOTIFIED.to_owned(), at.to_string())
    }

    /// Notes whether a pass found what a notification should have told of.
    pub(super) async fn note_unannounced(&self, found: &[Numbered]) -> Result<(), Error> {
        let expected = self.expects_notifications(self.last_notification().await?);
        if !expected || !found.iter().any(is_announced) || self.silent_since().await?.is_some() {
            return Ok(());
        }
        self.commit(Batch {
            marks: vec![(UNANNOUNCED.to_owned(), self.now().to_string())],
            ..Batch::default()
        })
        .await?;
        Ok(())
    }

    /// Since when passes have found what no notification told of; nothing where
    /// one came since, or none is expected.
    pub(super) async fn silent_since(&self) -> Result<Option<Timestamp>, Error> {
        let notified = self.last_notification().await?;
        if !self.expects_notifications(notified) {
            return Ok(None);
        }
        let since = self.instant_mark(UNANNOUNCED).await?;
        Ok(since.filter(|since| notified.is_none_or(|notified| notified < *since)))
    }

    /// One came before, or somebody stands ready to receive them.
    fn expects_notifications(&self, notified: Option<Timestamp>) -> bool {
        notified.is_some() || self.inner.expects.load(Ordering::Relaxed)
    }
}

/// Whether a change says that an object is or was in a status.
pub(super) fn is_status(kind: &ChangeKind, status: &str) -> bool {
    match kind {
        ChangeKind::Appeared { status: Some(to) }
        | ChangeKind::Moved { to, .. }
        | ChangeKind::Passed { status: to, .. } => *to == *status,
        _ => false,
    }
}

/// Whether Defacto notifies of such a change: of each new status of a loan
/// (documented), where the tracker found it by looking.
fn is_announced(one: &Numbered) -> bool {
    let change = &one.change;
    change.source == Source::Poll
        && change.subject.entity == Entity::Loan
        && matches!(change.kind, ChangeKind::Moved { .. })
}
