//! Waiting for a loan by all that is learned of it.

use std::fmt;
use std::future::{IntoFuture, pending};
use std::pin::pin;
use std::time::Duration;

use defacto_types::operations::loans;
use defacto_types::{Loan, LoanId, LoanStatus, Timestamp};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::run::is_final;
use super::silence::is_status;
use super::{Tracker, earlier};
use crate::call::Pending;
use crate::http::{Answer, Request};
use crate::tracking::store::Numbered;
use crate::tracking::{Moment, Source, Status, Subject};
use crate::wait::{Plan, Read, Seen, Watch};
use crate::{Error, ErrorKind};

/// A status that was left so shortly before a wait began counts as waited for:
/// the server's clock is not known better.
const JUST_NOW: Duration = Duration::from_secs(1);

/// What is known of a loan that is waited for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Outlook {
    /// Its status.
    pub status: Status,
    /// Since when.
    pub since: Moment,
    /// When it was last seen in it, by the server's clock.
    pub seen: Timestamp,
    /// How the status came to be known.
    pub source: Option<Source>,
    /// When it is read again, unless a notification comes before; nothing where
    /// nobody waits for it and no run is under way.
    pub next_look: Option<Timestamp>,
}

impl fmt::Display for Outlook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source.map_or("unknown", Source::as_str);
        let (status, seen) = (&self.status, self.seen);
        write!(f, "{status}, last seen at {seen}, known by {source}")
    }
}

type Told = Box<dyn FnMut(&Outlook) + Send>;

/// A wait ready to begin; see [`Tracker::wait_for`].
#[must_use = "a wait begins when it is awaited"]
pub struct TrackedWait {
    tracker: Tracker,
    id: LoanId,
    plan: Plan,
    told: Option<Told>,
}

impl Tracker {
    /// Waits until a loan is in one of these statuses, or has been since the wait
    /// began, and gives the loan as it is then. Whatever is learned first counts: a
    /// notification, a read of the wait's own, a pass, an answer to another call;
    /// and where the loan has gone past, its own events are asked. So a status
    /// that lasted for a moment is not missed.
    ///
    /// # Errors
    ///
    /// Awaited, as [`Loans::wait_for`](crate::api::Loans::wait_for); the message of
    /// a [`ErrorKind::Timeout`] says what was known last, and how. When the store
    /// fails.
    pub fn wait_for(
        &self,
        loan_id: impl Into<LoanId>,
        statuses: impl IntoIterator<Item = LoanStatus>,
    ) -> TrackedWait {
        TrackedWait {
            tracker: self.clone(),
            id: loan_id.into(),
            plan: Plan::new(statuses.into_iter().collect()),
            told: None,
        }
    }

    /// What is known of a loan's status, how, and when it is looked at next;
    /// nothing of one that was never seen. The server is not asked.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn outlook(&self, loan_id: impl fmt::Display) -> Result<Option<Outlook>, Error> {
        let subject = Subject::loan(loan_id);
        let store = &self.inner.store;
        let Some(track) = store.track(subject.clone()).await? else {
            return Ok(None);
        };
        let Some(state) = track.state() else {
            return Ok(None);
        };
        let next_look = self.looks().next(&subject.id);
        // As a rule the status is among the last changes, of which a loan that lives
        // for years has hundreds.
        let mut many = 16;
        let source = loop {
            let last = store.last_changes(subject.clone(), many).await?;
            let told = |one: &&Numbered| is_status(&one.change.kind, state.status.as_str());
            match last.iter().find(told) {
                None if last.len() == many => many *= 8,
                found => break found.map(|one| one.change.source),
            }
        };
        Ok(Some(Outlook {
            source,
            seen: state.seen.end(),
            since: state.since,
            status: state.status,
            next_look,
        }))
    }

    /// Reads by `request` and listens until the watch is content or `stop` is over.
    pub(crate) async fn watch(
        &self,
        id: &str,
        request: &Request,
        mut watch: Watch,
        mut told: Option<Told>,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let mut stop = pin!(stop);
        let wanted = watch.wanted().to_vec();
        let mut began = None;
        loop {
            let mut request = Box::new(request.clone());
            request.options.deadline = Some(watch.patience());
            let read = self.carry_out(request, None, stop.as_mut()).await;
            let read = read.and_then(Read::new);
            // The first answer tells the server's clock.
            let since = *began.get_or_insert_with(|| earlier(self.server_now(), JUST_NOW));
            let passed = self.was_in(id, &wanted, since).await?;
            let step = match read {
                Ok(read) if passed => return Ok(read.answer),
                Ok(read) => match watch.take(Ok(&read.loan), rand::random()) {
                    Err(error) if error.kind() == ErrorKind::StateConflict => {
                        self.explain(id).await?;
                        if self.was_in(id, &wanted, since).await? {
                            return Ok(read.answer);
                        }
                        Err(error)
                    }
                    Ok(Seen::Reached(_)) => return Ok(read.answer),
                    Ok(Seen::Later(pause)) => Ok(pause),
                    Err(error) => Err(error),
                },
                Err(error) => {
                    watch
                        .take::<Loan>(Err(error), rand::random())
                        .map(|seen| match seen {
                            // What failed shows nothing.
                            Seen::Reached(_) => Duration::ZERO,
                            Seen::Later(pause) => pause,
                        })
                }
            };
            let pause = step?;
            let _look = self.look_at_after(id, pause);
            let known = self.outlook(id).await?;
            if let Some(known) = &known {
                watch.note(known.to_string());
                if let Some(told) = &mut told {
                    told(known);
                }
            }
            let status = known.map(|known| known.status);
            tokio::select! {
                biased;
                heard = self.hear(id, status.as_ref(), Instant::now() + pause) => heard?,
                () = stop.as_mut() => {
                    let stopped = Error::new(ErrorKind::Canceled, "the caller stopped waiting");
                    return Err(stopped.with_operation(&loans::GET));
                }
            }
        }
    }

    /// Listens until a loan is in another status as far as is known, or a time.
    async fn hear(&self, id: &str, status: Option<&Status>, until: Instant) -> Result<(), Error> {
        loop {
            let (arrived, changed) = (self.inner.arrived.notified(), self.inner.changed.notified());
            let track = self.inner.store.track(Subject::loan(id)).await?;
            let now = track.and_then(|track| track.state());
            if now.map(|state| state.status).as_ref() != status {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = sleep_until(until) => return Ok(()),
                () = arrived => match timeout_at(until, self.digest()).await {
                    Ok(Err(error)) if is_final(&error) => return Err(error),
                    // It stays stored, and the next look comes anyway.
                    Ok(_) | Err(_) => {}
                },
                () = changed => {}
            }
        }
    }

    /// Whether a loan was seen in a status that is waited for, since then.
    async fn was_in(
        &self,
        id: &str,
        wanted: &[LoanStatus],
        since: Timestamp,
    ) -> Result<bool, Error> {
        let track = self.inner.store.track(Subject::loan(id)).await?;
        Ok(track.is_some_and(|track| {
            wanted.iter().any(|status| {
                let seen = track.seen_in(&status.as_str().into());
                seen.is_some_and(|seen| seen.end() >= since)
            })
        }))
    }
}

impl TrackedWait {
    /// Goes on waiting where Defacto has to act first (ISSUE_DETECTED) or a
    /// chargeback would be needed: days, if ever.
    pub fn through_issues(mut self) -> Self {
        self.plan.through_issues = true;
        self
    }

    /// How long to wait in all; 10 minutes unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.plan.deadline = deadline;
        self
    }

    /// How long to wait between two reads, where nothing else tells of the loan:
    /// `shortest` at first and after every change, growing to `longest`, with
    /// jitter. 0.5 and 15 seconds unless set.
    pub fn poll_every(mut self, shortest: Duration, longest: Duration) -> Self {
        self.plan.poll_every(shortest, longest);
        self
    }

    /// Calls a function after every look with what is known: the status, how it is
    /// known, and when the next look is.
    pub fn on_progress(mut self, told: impl FnMut(&Outlook) + Send + 'static) -> Self {
        self.told = Some(Box::new(told));
        self
    }
}

impl IntoFuture for TrackedWait {
    type Output = Result<Loan, Error>;
    type IntoFuture = Pending<Loan>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let watch = Watch::begin(self.plan, None)?;
            let (id, request) = (self.id.as_str(), Request::new(&loans::GET));
            let request = request.path("loan_id", id);
            let watched = self
                .tracker
                .watch(id, &request, watch, self.told, pending());
            watched.await?.json()
        })
    }
}

impl fmt::Debug for TrackedWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackedWait")
            .field("id", &self.id)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}
