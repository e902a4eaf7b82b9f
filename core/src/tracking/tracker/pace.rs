//! How long a tracker waits between two passes.

use std::time::Duration;

use defacto_types::{LoanStatus, Timestamp};
use jiff::SignedDuration;

use super::{LoanView, Tracker};
use crate::Error;
use crate::lifecycle::loan;
use crate::tracking::{Entity, Track};

/// Tracks read from the store at a time.
const CHUNK: usize = 1_000;

/// While a loan waits for a decision, or what is known of one decides nothing.
pub(super) const UNDECIDED: Duration = Duration::from_secs(30);
/// While a repayment is due within a day, or is late.
const DUE: Duration = Duration::from_secs(5 * 60);
/// Otherwise.
const CALM: Duration = Duration::from_secs(30 * 60);
/// The longest pause after passes that failed.
const LONGEST: Duration = Duration::from_secs(3_600);

/// What a loan that is open waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Waiting {
    /// A decision or its payout; or it should be read again.
    Decision,
    /// A repayment, at this time where that is known.
    Repayment(Option<Timestamp>),
}

/// The pause before the next pass, by what is open.
fn pace(open: impl IntoIterator<Item = Waiting>, now: Timestamp) -> Duration {
    let soon = now
        .get()
        .checked_add(SignedDuration::from_hours(24))
        .unwrap_or(now.get());
    let mut pause = CALM;
    for loan in open {
        match loan {
            Waiting::Decision => return UNDECIDED,
            Waiting::Repayment(Some(due)) if due.get() <= soon => pause = DUE,
            Waiting::Repayment(_) => {}
        }
    }
    pause
}

/// The pause after so many passes in a row that failed: twice as long each
/// time up to an hour, and never shorter than the server asked for.
#[must_use]
pub fn slowed(pause: Duration, failures: u32, asked: Option<Duration>) -> Duration {
    let doubled = pause.saturating_mul(1 << failures.min(12));
    // One that is longer already is not made shorter.
    let slowed = doubled.min(LONGEST.max(pause));
    slowed.max(asked.unwrap_or_default())
}

/// Whether a loan is not over, as far as is known.
#[must_use]
pub fn is_open(loan: &Track) -> bool {
    waiting(loan).is_some()
}

/// What a loan waits for; nothing of one that is over.
fn waiting(track: &Track) -> Option<Waiting> {
    let Some(state) = track.state().filter(|state| state.ambiguous.is_empty()) else {
        return Some(Waiting::Decision);
    };
    match LoanStatus::from(state.status.as_str()) {
        status if loan::is_terminal(&status) || loan::is_settled(&status) => None,
        LoanStatus::ToRepay | LoanStatus::ToRepayFees => {
            let loan = LoanView::new(track.clone(), Vec::new(), None);
            Some(Waiting::Repayment(loan.next_due()))
        }
        _ => Some(Waiting::Decision),
    }
}

impl Tracker {
    /// How long to wait before the next pass, by what is open: 30 seconds while
    /// a loan waits for a decision or its payout, 5 minutes while a repayment is
    /// due within a day or late, 30 minutes otherwise.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn pause(&self) -> Result<Duration, Error> {
        let mut open = Vec::new();
        let mut after = None;
        loop {
            let tracks = self.inner.store.tracks(Entity::Loan, after, CHUNK).await?;
            let Some(last) = tracks.last() else { break };
            after = Some(last.subject().id.clone());
            open.extend(tracks.iter().filter_map(waiting));
            // Nothing waits for less.
            if open.contains(&Waiting::Decision) {
                break;
            }
        }
        Ok(pace(open, self.server_now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse().unwrap_or_default())
    }

    #[test]
    fn what_is_open_sets_the_pace() {
        let now = at("2030-01-01T00:00:00Z");
        let due = |text| Waiting::Repayment(Some(at(text)));
        let far = due("2030-01-03T00:00:00Z");
        for (open, pause) in [
            (vec![], CALM),
            (vec![far, Waiting::Repayment(None)], CALM),
            (vec![far, due("2030-01-01T23:00:00Z"), far], DUE),
            // Late.
            (vec![due("2029-12-01T00:00:00Z")], DUE),
            (
                vec![due("2030-01-01T00:00:00Z"), Waiting::Decision],
                UNDECIDED,
            ),
        ] {
            assert_eq!(pace(open.clone(), now), pause, "{open:?}");
        }
    }

    #[test]
    fn failures_slow_it_down() {
        let minutes = |count: u64| Duration::from_secs(count * 60);
        assert_eq!(slowed(UNDECIDED, 0, None), UNDECIDED);
        assert_eq!(slowed(UNDECIDED, 1, None), minutes(1));
        assert_eq!(slowed(UNDECIDED, 3, None), minutes(4));
        assert_eq!(slowed(UNDECIDED, 40, None), LONGEST);
        assert_eq!(slowed(minutes(120), 1, None), minutes(120));
        assert_eq!(slowed(UNDECIDED, 1, Some(minutes(90))), minutes(90));
    }
}
