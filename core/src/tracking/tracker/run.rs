//! Following for as long as the process lives.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::pace::UNDECIDED;
use super::turn::Work;
use super::{FailedPass, Tracker, slowed};
use crate::{Error, ErrorKind};

/// Longer than this is no pause, and no clock can add it.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3_600);

/// Whether runs go on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Stop {
    #[default]
    No,
    /// Between two passes.
    Soon,
    /// At once.
    Now,
}

/// How the runs of a tracker are told to end, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Runs {
    stop: watch::Sender<Stop>,
    count: watch::Sender<usize>,
}

/// A run under way; ends when it is dropped.
struct Running<'a>(&'a Runs);

impl<'a> Running<'a> {
    fn begin(runs: &'a Runs) -> Self {
        runs.count.send_modify(|count| {
            // The first after a stop.
            if *count == 0 {
                runs.stop.send_replace(Stop::No);
            }
            *count += 1;
        });
        Self(runs)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.count.send_modify(|count| *count -= 1);
    }
}

impl Tracker {
    /// Catches up with the server again and again, until [`stop`](Self::stop):
    /// every so long, or by [what is open](Self::pause), and at once when a
    /// notification was stored. After a pass that failed it waits twice as long
    /// each time, which [`on_failure`](super::TrackerBuilder::on_failure) is told.
    ///
    /// Processes that share a store share the passes: after the first of its own each
    /// makes one only where no other did so that short a time ago. Where one is gone
    /// in the middle of a pass, another makes it within half a minute.
    ///
    /// # Errors
    ///
    /// That of the first pass, so that a wrong address or key shows at once;
    /// later on what waiting does not help against: a store that fails for good, a
    /// key that is not accepted any more. A database that is out of reach for a while
    /// is waited for, in the first pass too.
    pub async fn run(&self, every: Option<Duration>) -> Result<(), Error> {
        let _running = Running::begin(&self.inner.runs);
        let mut stop = self.inner.runs.stop.subscribe();
        let mut soon = stop.clone();
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop == Stop::Now) => Ok(()),
            ended = self.follow(every, &mut soon) => ended,
        }
    }

    /// Ends every [`run`](Self::run) of this tracker and its clones once the pass
    /// under way has ended, and waits for that; after `patience` the pass is left
    /// where it is. Nothing is lost by that: what it read is recorded, and what it
    /// was settling is settled by the next.
    pub async fn stop(&self, patience: Duration) {
        let mut count = self.inner.runs.count.subscribe();
        if *count.borrow_and_update() == 0 {
            return;
        }
        self.inner.runs.stop.send_replace(Stop::Soon);
        if timeout(patience, count.wait_for(|count| *count == 0))
            .await
            .is_err()
        {
            self.inner.runs.stop.send_replace(Stop::Now);
            // The sender is there as long as this tracker is.
            let _ = count.wait_for(|count| *count == 0).await;
        }
    }

    async fn follow(
        &self,
        every: Option<Duration>,
        stop: &mut watch::Receiver<Stop>,
    ) -> Result<(), Error> {
        let mut lag = Lag::default();
        let mut is_first = true;
        // What is stored during a pass wakes the run after it: a pass that is left to
        // another process reads no notifications.
        let arrived = self.inner.arrived.notified();
        tokio::pin!(arrived);
        loop {
            // The first is made in any case.
            let passed = if is_first {
                self.sync().await.map(|_| None)
            } else {
                self.pass_or_leave(every).await
            };
            let mut next = match passed {
                Ok(Some(left)) => Instant::now() + left.min(LONGEST),
                passed => {
                    let failed = match passed {
                        // A store that was opened is at no wrong address.
                        Err(error) if is_first && error.kind() != ErrorKind::Store => {
                            return Err(error);
                        }
                        passed => lag.take(passed.map(drop))?,
                    };
                    is_first &= failed.is_some();
                    self.next_pass(every, &lag, failed.as_ref()).await?
                }
            };
            loop {
                let _look = self.pass_after(next.saturating_duration_since(Instant::now()));
                tokio::select! {
                    biased;
                    _ = stop.wait_for(|stop| *stop != Stop::No) => return Ok(()),
                    () = sleep_until(next) => break,
                    () = arrived.as_mut() => {}
                }
                arrived.set(self.inner.arrived.notified());
                let digested = self.digest().await.map(drop);
                let failed = lag.take(digested)?;
                let then = self.next_pass(every, &lag, failed.as_ref()).await?;
                // A loan that is undecided now is looked at sooner; notifications
                // that keep coming do not put the pass off.
                next = if failed.is_some() {
                    then
                } else {
                    next.min(then)
                };
            }
        }
    }

    /// Makes a pass, or says for how long that is left to others of a shared store.
    async fn pass_or_leave(&self, every: Option<Duration>) -> Result<Option<Duration>, Error> {
        let mut unless = None;
        if self.inner.store.is_shared() {
            let every = self.every(every).await?;
            if let Some(left) = self.is_done_for(Work::Pass, every).await? {
                return Ok(Some(left));
            }
            unless = Some(every);
        }
        self.sync_unless(unless).await?;
        Ok(None)
    }

    /// When the next pass is made; told, where that is because something failed.
    async fn next_pass(
        &self,
        every: Option<Duration>,
        lag: &Lag,
        failed: Option<&Error>,
    ) -> Result<Instant, Error> {
        let pause = match self.every(every).await {
            Err(error) if is_final(&error) => return Err(error),
            // What is open cannot be read now.
            pause => pause.unwrap_or(UNDECIDED),
        };
        let pause = slowed(pause, lag.failures, lag.asked).min(LONGEST);
        if let Some(error) = failed {
            let failures = lag.failures;
            tracing::warn!(%error, failures, "a tracker's pass failed and is made again later");
            self.inner.failed.tell(&FailedPass {
                error,
                failures,
                pause,
            });
        }
        Ok(Instant::now() + pause)
    }

    async fn every(&self, every: Option<Duration>) -> Result<Duration, Error> {
        match every {
            Some(every) => Ok(every.min(LONGEST)),
            None => self.pause().await,
        }
    }
}

/// What went wrong in a row.
#[derive(Debug, Default)]
struct Lag {
    failures: u32,
    /// How long the server asked to wait.
    asked: Option<Duration>,
}

impl Lag {
    /// Counts a failure that may pass and gives it; any other ends the run.
    fn take(&mut self, passed: Result<(), Error>) -> Result<Option<Error>, Error> {
        let Err(error) = passed else {
            *self = Self::default();
            return Ok(None);
        };
        if is_final(&error) {
            return Err(error);
        }
        self.failures = self.failures.saturating_add(1);
        self.asked = error.retry_after();
        Ok(Some(error))
    }
}

/// Whether an error of a pass is one that waiting does not help against: a store
/// that fails for good, a key that is not accepted, what cannot be asked for.
#[must_use]
pub fn is_final(error: &Error) -> bool {
    if error.kind() == ErrorKind::Store {
        return error.retry_after().is_none();
    }
    matches!(
        error.kind(),
        ErrorKind::Configuration | ErrorKind::InvalidInput | ErrorKind::Unauthenticated
    )
}
