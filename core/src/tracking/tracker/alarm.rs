//! Alerts, told once when they begin and once when they are over.

use std::collections::{BTreeMap, BTreeSet};

use super::Tracker;
use crate::tracking::store::{Exchange, Numbered};
use crate::tracking::{Alert, Change, ChangeKind, Entity, Moment, Source, Subject, Track, alerts};
use crate::{Error, ErrorKind};

/// Tracks read from the store at a time.
const CHUNK: usize = 1_000;
/// The mark under which the raised alerts are kept. They are beside the tracks
/// and not in them: what is known of an object must not depend on when it was
/// looked at.
const RAISED: &str = "alerts";

type Raised = BTreeMap<Subject, BTreeSet<Alert>>;

impl Tracker {
    /// The alerts that are raised, by what they are about.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn alerts(&self) -> Result<Vec<(Subject, Alert)>, Error> {
        let mark = self.inner.store.mark(RAISED.to_owned()).await?;
        Ok(read(mark.as_deref())?
            .into_iter()
            .flat_map(|(subject, alerts)| {
                let pair = move |alert| (subject.clone(), alert);
                alerts.into_iter().map(pair)
            })
            .collect())
    }

    /// Looks at everything that is known with the clock in hand, and tells which
    /// alerts have begun or are over since the last time; [`sync`](Self::sync)
    /// does so at its end. It asks the server nothing. Of processes that share a
    /// store and look at the same moment one tells an alert.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn check_alerts(&self) -> Result<Vec<Numbered>, Error> {
        loop {
            if let Some(told) = self.look_for_alerts().await? {
                return Ok(told);
            }
        }
    }

    /// Nothing, where another process told alerts meanwhile.
    async fn look_for_alerts(&self) -> Result<Option<Vec<Numbered>>, Error> {
        let mark = self.inner.store.mark(RAISED.to_owned()).await?;
        let mut before = read(mark.as_deref())?;
        let raised = before.len();
        let now = self.server_now();
        let mut after = Raised::new();
        let mut followed = BTreeSet::new();
        let failed = self.failed_payments().await?;
        for entity in [Entity::Loan, Entity::CreditLine] {
            let mut last = None;
            loop {
                let tracks = self.inner.store.tracks(entity, last, CHUNK).await?;
                let Some(end) = tracks.last() else { break };
                last = Some(end.subject().id.clone());
                for track in &tracks {
                    if before.contains_key(track.subject()) {
                        followed.insert(track.subject().clone());
                    }
                    let payments = failed.get(&track.subject().id);
                    let payments = payments.into_iter().flatten();
                    let raised = alerts(track, payments, now, &self.inner.alerts);
                    if !raised.is_empty() {
                        after.insert(track.subject().clone(), raised);
                    }
                }
            }
        }
        let notifications = Subject::new(Entity::Other, "notifications");
        if let Some(silent) = self.silence().await? {
            after.insert(notifications.clone(), [silent].into());
        }
        // Of what is not followed any more nothing is told.
        followed.insert(notifications);
        before.retain(|subject, _| followed.contains(subject));
        let told = Moment::at(now);
        let mut changes = differences(&before, &after, false, told);
        changes.extend(differences(&after, &before, true, told));
        if changes.is_empty() && before.len() == raised {
            return Ok(Some(Vec::new()));
        }
        self.raise(mark, &after, changes).await
    }

    /// Forgets the alerts of what is not followed any more.
    pub(super) async fn forget_alerts(&self, gone: &[Subject]) -> Result<(), Error> {
        if gone.is_empty() {
            return Ok(());
        }
        loop {
            let mark = self.inner.store.mark(RAISED.to_owned()).await?;
            let mut raised = read(mark.as_deref())?;
            let before = raised.len();
            for subject in gone {
                raised.remove(subject);
            }
            let is_forgotten = raised.len() == before;
            if is_forgotten || self.raise(mark, &raised, Vec::new()).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// What is told and what is kept at once, or not at all; nothing, where what was
    /// kept is another than it was.
    async fn raise(
        &self,
        before: Option<String>,
        raised: &Raised,
        changes: Vec<Change>,
    ) -> Result<Option<Vec<Numbered>>, Error> {
        let list: Vec<_> = raised.iter().collect();
        let to = serde_json::to_string(&list).map_err(|error| {
            Error::new(ErrorKind::Store, "the alerts cannot be written").with_source(error)
        })?;
        let mark = Exchange {
            name: RAISED.to_owned(),
            from: before,
            to,
        };
        let store = &self.inner.store;
        let told = store.exchange(mark, changes, self.now()).await?;
        if let Some(told) = &told {
            self.made(told);
        }
        Ok(told)
    }

    /// Notifications that do not come any more, once that is certain.
    async fn silence(&self) -> Result<Option<Alert>, Error> {
        let patience = self.inner.alerts.silent_after;
        let Some(since) = self.silent_since().await? else {
            return Ok(None);
        };
        let waited = self.now().get().duration_since(since.get());
        Ok((waited >= patience).then(|| Alert::silent(since)))
    }

    /// The payments that failed, by the loans they are for.
    async fn failed_payments(&self) -> Result<BTreeMap<String, Vec<Track>>, Error> {
        let store = &self.inner.store;
        let failed = store.in_status(Entity::Payment, "FAILED".to_owned());
        let mut by_loan: BTreeMap<String, Vec<Track>> = BTreeMap::new();
        for payment in failed.await? {
            let facts = payment.facts();
            let loans: BTreeSet<String> = facts
                .into_iter()
                .flat_map(|facts| facts.shared_loans().map(ToOwned::to_owned))
                .collect();
            for loan in loans {
                by_loan.entry(loan).or_default().push(payment.clone());
            }
        }
        Ok(by_loan)
    }
}

/// The alerts that a mark says are raised.
fn read(mark: Option<&str>) -> Result<Raised, Error> {
    let Some(text) = mark else {
        return Ok(Raised::new());
    };
    let list: Vec<(Subject, BTreeSet<Alert>)> = serde_json::from_str(text).map_err(|error| {
        let message = "the store's list of alerts cannot be read: restore a backup";
        Error::new(ErrorKind::Store, message).with_source(error)
    })?;
    Ok(list.into_iter().collect())
}

/// The alerts of the first that are not in the second.
fn differences(of: &Raised, without: &Raised, raised: bool, moment: Moment) -> Vec<Change> {
    let none = BTreeSet::new();
    let mut changes = Vec::new();
    for (subject, alerts) in of {
        for Alert { name, about } in alerts.difference(without.get(subject).unwrap_or(&none)) {
            changes.push(Change {
                subject: subject.clone(),
                kind: ChangeKind::Alert {
                    name: *name,
                    raised,
                    about: about.clone(),
                },
                moment,
                source: Source::Inferred,
                loan_id: None,
            });
        }
    }
    changes
}
