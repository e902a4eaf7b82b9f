//! Whether to send again, and when. Pure: no clock, no randomness, no I/O.
//!
//! This is the table of docs/retries.md. What a lost answer means is decided
//! by the operation's class, not by its HTTP method.

use std::time::{Duration, SystemTime};

use defacto_types::operation::Retry;

/// How one attempt ended, as far as repeating it is concerned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// Nothing left: no connection, or an idle one that was closed before the
    /// first byte.
    NotSent,
    /// 429: refused unread.
    Limited,
    /// A reset or timeout after sending, or a 5xx: it may have acted.
    Unknown,
    /// A definite answer of failure.
    Refused,
}

/// What to do next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// Tell the caller.
    Stop,
    /// Send the same again, salt included.
    Repeat,
    /// Read the state, then decide.
    Look,
    /// The server knows this salt: find what it stands for.
    Search,
    /// Tell the caller that the outcome is unknown.
    Unknown,
}

/// The table. `doubt`: an earlier attempt of the same call may have acted.
pub(crate) const fn decide(retry: Retry, outcome: Outcome, doubt: bool) -> Step {
    match (outcome, retry) {
        (Outcome::NotSent | Outcome::Limited, _) => Step::Repeat,
        (Outcome::Unknown, Retry::Safe | Retry::Salted(_)) => Step::Repeat,
        (Outcome::Unknown, Retry::Guarded(Some(_))) => Step::Look,
        (Outcome::Unknown, _) => Step::Unknown,
        // A refusal of the repeat says nothing of the first attempt.
        (Outcome::Refused, Retry::Salted(_)) if doubt => Step::Search,
        (Outcome::Refused, Retry::Guarded(Some(_))) if doubt => Step::Look,
        (Outcome::Refused, _) => Step::Stop,
    }
}

/// Which outcome a status stands for.
pub(crate) const fn outcome_of(status: u16) -> Outcome {
    match status {
        429 => Outcome::Limited,
        // The server gave up while it was reading.
        408 => Outcome::Unknown,
        // The server does not know the operation, so it has not acted.
        501 => Outcome::Refused,
        500..=599 => Outcome::Unknown,
        _ => Outcome::Refused,
    }
}

/// How waits grow: a ceiling that doubles from `first` to `longest`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(250),
            longest: Duration::from_secs(8),
        }
    }
}

/// How long to wait before repeat number `repeat` (from 1): full jitter under
/// the ceiling, at least what the server asked for. `random` is in 0..1.
pub(crate) fn backoff(pace: Pace, repeat: u32, asked: Option<Duration>, random: f64) -> Duration {
    let doublings = repeat.saturating_sub(1).min(16);
    let ceiling = pace.first.saturating_mul(1 << doublings).min(pace.longest);
    let jittered = ceiling.mul_f64(random.clamp(0.0, 1.0));
    match asked {
        // A little spread, so that everybody told "1 s" does not come back at
        // the same moment.
        Some(asked) => asked.saturating_add(jittered.min(asked / 4)),
        None => jittered,
    }
}

/// What `Retry-After` asks for: seconds, or a date seen at `now`.
pub(crate) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Longer than can be counted is longer than any deadline.
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// Repeats a client may still afford: an outage is not amplified. A repeat
/// costs [`COST`](Self::COST), a success earns one back.
#[derive(Debug)]
pub(crate) struct Budget(std::sync::atomic::AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const COST: u32 = 5;

    /// Takes a repeat out; `false` when there is none left.
    pub(crate) fn take(&self) -> bool {
        use std::sync::atomic::Ordering::Relaxed;
        self.0
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(Self::COST))
            .is_ok()
    }

    /// A call succeeded at once.
    pub(crate) fn earn(&self) {
        use std::sync::atomic::Ordering::Relaxed;
        // Nearly always full: look before writing to a shared line.
        if self.0.load(Relaxed) < Self::FULL {
            let _ = self.0.fetch_update(Relaxed, Relaxed, |left| {
                (left < Self::FULL).then_some(left + 1)
            });
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(Self::FULL.into())
    }
}

#[cfg(test)]
mod tests {
    use defacto_types::operation::Salt;
    use defacto_types::operations::{borrowers, loans, subscriptions};

    use super::*;

    #[test]
    fn the_table() {
        use Outcome::{Limited, NotSent, Refused, Unknown};
        let safe = loans::GET.retry;
        let salted = loans::CREATE.retry;
        let guarded = loans::VALIDATE.retry;
        let unread = subscriptions::ACTIVATE.retry;
        let once = borrowers::CREATE.retry;
        for retry in [safe, salted, guarded, unread, once] {
            for doubt in [false, true] {
                assert_eq!(decide(retry, NotSent, doubt), Step::Repeat);
                assert_eq!(decide(retry, Limited, doubt), Step::Repeat);
            }
            assert_eq!(decide(retry, Refused, false), Step::Stop);
        }
        assert_eq!(decide(safe, Unknown, false), Step::Repeat);
        assert_eq!(decide(salted, Unknown, false), Step::Repeat);
        assert_eq!(decide(guarded, Unknown, false), Step::Look);
        assert_eq!(decide(unread, Unknown, false), Step::Unknown);
        assert_eq!(decide(once, Unknown, false), Step::Unknown);
        assert_eq!(decide(safe, Refused, true), Step::Stop);
        assert_eq!(decide(salted, Refused, true), Step::Search);
        assert_eq!(decide(guarded, Refused, true), Step::Look);
        assert!(matches!(salted, Retry::Salted(Salt::Body)));
    }

    #[test]
    fn waits_longer_each_time_and_as_long_as_asked() {
        let mut last = Duration::ZERO;
        for repeat in 1..40 {
            let most = backoff(Pace::default(), repeat, None, 1.0);
            assert!(most >= last && most <= Duration::from_secs(8));
            assert_eq!(backoff(Pace::default(), repeat, None, 0.0), Duration::ZERO);
            last = most;
        }
        for random in [0.0, 0.5, 1.0] {
            let asked = Duration::from_secs(3);
            let wait = backoff(Pace::default(), 1, Some(asked), random);
            assert!(wait >= asked && wait < asked * 2);
        }
    }

    #[test]
    fn both_forms_of_retry_after() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let date = httpdate::fmt_http_date(now + Duration::from_secs(7));
        assert_eq!(retry_after("2", now), Some(Duration::from_secs(2)));
        assert_eq!(retry_after(&date, now), Some(Duration::from_secs(7)));
        let past = httpdate::fmt_http_date(now - Duration::from_secs(7));
        assert_eq!(retry_after(&past, now), Some(Duration::ZERO));
        let endless = retry_after("99999999999999999999", now);
        assert_eq!(endless, Some(Duration::MAX));
        assert_eq!(backoff(Pace::default(), 1, endless, 1.0), Duration::MAX);
        for wrong in ["", "soon", "-1", "1.5"] {
            assert_eq!(retry_after(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn the_budget_runs_out_and_recovers() {
        let budget = Budget::default();
        let count = (0..1000).take_while(|_| budget.take()).count();
        assert_eq!(count, 100);
        (0..5).for_each(|_| budget.earn());
        assert!(budget.take() && !budget.take());
    }
}
