//! Taking turns: one passes over the account at a time, and one reads notifications,
//! in this process and among those that share its store.
//!
//! Whose turn it is stands in a mark of the store, until a time that is put off while
//! the work goes on. A process that is gone does not put it off, and another takes
//! its turn.

use std::time::Duration;

use defacto_types::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::MutexGuard;
use tokio::time::sleep;

use super::Tracker;
use super::send::after;
use crate::http::new_uuid;
use crate::tracking::store::{Exchange, Numbered, Task};
use crate::{Error, ErrorKind};

/// How long a turn is left to a process that says nothing more.
const HOLD: Duration = Duration::from_secs(20);
/// How often it is put off.
const PUT_OFF: Duration = Duration::from_secs(5);
/// How often somebody who waits for a turn looks.
const LOOK: Duration = Duration::from_millis(250);

/// What is done in turns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Work {
    /// Passing over the account.
    Pass,
    /// Reading notifications.
    Digest,
}

impl Work {
    /// The mark of whose turn it is.
    fn mark(self) -> &'static str {
        match self {
            Self::Pass => "turn.pass",
            Self::Digest => "turn.digest",
        }
    }
}

/// Whose turn it is.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Stand {
    /// Nobody's, where this is empty.
    holder: String,
    /// Until when.
    until: Option<Timestamp>,
    /// When the work was last done.
    done: Option<Timestamp>,
}

impl Stand {
    /// For how much longer it is somebody's. A time that nobody can have set, since
    /// a clock jumped, is none.
    fn left(&self, now: Timestamp) -> Option<Duration> {
        if self.holder.is_empty() {
            return None;
        }
        let left = self.until?.get().duration_since(now.get());
        let left = Duration::try_from(left).ok()?;
        (!left.is_zero() && left <= 2 * HOLD).then_some(left)
    }

    /// For how much longer nobody needs to do it again.
    fn fresh(&self, now: Timestamp, every: Duration) -> Option<Duration> {
        let since = now.get().duration_since(self.done?.get());
        let since = Duration::try_from(since).ok()?;
        every.checked_sub(since).filter(|left| !left.is_zero())
    }
}

/// A turn under way; over when it is dropped.
struct Turn<'a> {
    tracker: &'a Tracker,
    work: Work,
    stand: Stand,
    /// What the mark says; empty where that is another's.
    text: String,
    /// What it may say instead: putting the end off was left half way.
    next: String,
    _own: MutexGuard<'a, ()>,
}

impl Tracker {
    /// Does work once it is its turn; nothing, where another process has done so less
    /// than `unless` ago by then.
    pub(super) async fn in_turn<T>(
        &self,
        work: Work,
        unless: Option<Duration>,
        doing: impl Future<Output = Result<T, Error>>,
    ) -> Result<Option<T>, Error> {
        let own = self.own(work).lock().await;
        if !self.inner.store.is_shared() {
            return doing.await.map(Some);
        }
        loop {
            let (mut stand, text) = self.stand(work).await?;
            let now = self.now();
            // One of this process that ended while the store was away.
            if self.is_own(&stand) {
                stand.holder.clear();
            }
            if let Some(left) = stand.left(now) {
                sleep(left.min(LOOK)).await;
            } else if unless.is_some_and(|every| stand.fresh(now, every).is_some()) {
                return Ok(None);
            } else if let Some((stand, text)) = self.take(work, stand, text).await? {
                let turn = Turn {
                    tracker: self,
                    work,
                    stand,
                    text,
                    next: String::new(),
                    _own: own,
                };
                return turn.through(doing).await.map(Some);
            }
        }
    }

    /// How long it is not needed that this process does some work: another does it,
    /// or did so that short a time ago. Nothing where nobody else does it. Of a shared
    /// store.
    pub(super) async fn is_done_for(
        &self,
        work: Work,
        every: Duration,
    ) -> Result<Option<Duration>, Error> {
        let (mut stand, _) = self.stand(work).await?;
        let now = self.now();
        if self.is_own(&stand) && self.own(work).try_lock().is_ok() {
            stand.holder.clear();
        }
        Ok(match stand.left(now) {
            // It may be gone: another look once its time is over.
            Some(left) => Some(left),
            None => stand.fresh(now, every),
        })
    }

    fn own(&self, work: Work) -> &tokio::sync::Mutex<()> {
        match work {
            Work::Pass => &self.inner.passing,
            Work::Digest => &self.inner.digesting,
        }
    }

    /// Whether it is, or was, a turn of this process.
    fn is_own(&self, stand: &Stand) -> bool {
        let own = stand.holder.strip_prefix(&*self.inner.holder);
        own.is_some_and(|turn| turn.starts_with(' '))
    }

    async fn stand(&self, work: Work) -> Result<(Stand, Option<String>), Error> {
        let text = self.inner.store.mark(work.mark().to_owned()).await?;
        // One that cannot be read is of nobody.
        let stand = text
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        Ok((stand.unwrap_or_default(), text))
    }

    /// Takes a turn that is nobody's; not, where another was faster.
    async fn take(
        &self,
        work: Work,
        stand: Stand,
        text: Option<String>,
    ) -> Result<Option<(Stand, String)>, Error> {
        let stand = Stand {
            holder: format!("{} {}", self.inner.holder, new_uuid()),
            until: Some(after(self.now(), HOLD)),
            ..stand
        };
        let to = written(&stand)?;
        let taken = self.exchange(work, text, to.clone()).await?;
        Ok(taken.then_some((stand, to)))
    }

    async fn exchange(&self, work: Work, from: Option<String>, to: String) -> Result<bool, Error> {
        let name = work.mark().to_owned();
        let mark = Exchange { name, from, to };
        let done = self.inner.store.exchange(mark, Vec::new(), self.now());
        Ok(done.await?.is_some())
    }
}

impl Turn<'_> {
    /// Does the work, and puts the end of the turn off meanwhile.
    async fn through<T>(
        mut self,
        doing: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let done = tokio::select! {
            biased;
            done = doing => done?,
            lost = self.put_off() => return Err(lost),
        };
        self.stand.done = Some(self.tracker.now());
        for ended in self.end() {
            ended.await?;
        }
        Ok(done)
    }

    /// Ends with an error alone.
    async fn put_off(&mut self) -> Error {
        loop {
            sleep(PUT_OFF).await;
            self.stand.until = Some(after(self.tracker.now(), HOLD));
            self.next = match written(&self.stand) {
                Ok(text) => text,
                Err(error) => return error,
            };
            let (from, to) = (self.text.clone(), self.next.clone());
            match self.tracker.exchange(self.work, Some(from), to).await {
                Ok(true) => self.text = std::mem::take(&mut self.next),
                Ok(false) => {
                    self.text.clear();
                    self.next.clear();
                    return Error::new(
                        ErrorKind::Canceled,
                        "another process has taken this one's turn, since it stood still: \
                         what was read is recorded, and the other goes on",
                    );
                }
                Err(error) => return error,
            }
        }
    }

    /// Makes the turn nobody's, whichever of the two the mark says. The store does so
    /// also where nobody waits for it.
    fn end(&mut self) -> Vec<Task<'_, Option<Vec<Numbered>>>> {
        let over = Stand {
            holder: String::new(),
            until: None,
            done: self.stand.done,
        };
        let said = [
            std::mem::take(&mut self.text),
            std::mem::take(&mut self.next),
        ];
        // What cannot be written ends by itself.
        let Ok(to) = written(&over) else {
            return Vec::new();
        };
        let mark = |from| Exchange {
            name: self.work.mark().to_owned(),
            from: Some(from),
            to: to.clone(),
        };
        let (store, now) = (&self.tracker.inner.store, self.tracker.now());
        let said = said.into_iter().filter(|text| !text.is_empty());
        said.map(|from| store.exchange(mark(from), Vec::new(), now))
            .collect()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        drop(self.end());
    }
}

fn written(stand: &Stand) -> Result<String, Error> {
    serde_json::to_string(stand).map_err(|error| {
        Error::new(ErrorKind::Store, "whose turn it is cannot be written").with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp(jiff::Timestamp::from_second(1_900_000_000 + second).unwrap_or_default())
    }

    fn held(until: i64) -> Stand {
        Stand {
            holder: "one".to_owned(),
            until: Some(at(until)),
            done: None,
        }
    }

    #[test]
    fn a_turn_is_somebodys_until_its_end() {
        let seconds = Duration::from_secs;
        assert_eq!(held(20).left(at(5)), Some(seconds(15)));
        assert_eq!(held(20).left(at(20)), None);
        assert_eq!(held(20).left(at(90)), None);
        assert_eq!(Stand::default().left(at(0)), None);
        // The clock was set back by an hour.
        assert_eq!(held(20).left(at(-3_600)), None);
    }

    #[test]
    fn what_was_done_a_moment_ago_need_not_be_done_again() {
        let seconds = Duration::from_secs;
        let stand = Stand {
            done: Some(at(10)),
            ..Stand::default()
        };
        assert_eq!(stand.fresh(at(12), seconds(30)), Some(seconds(28)));
        assert_eq!(stand.fresh(at(40), seconds(30)), None);
        assert_eq!(stand.fresh(at(5), seconds(30)), None);
        assert_eq!(Stand::default().fresh(at(0), seconds(30)), None);
    }
}
