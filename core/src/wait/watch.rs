//! A wait under way: what each read means for it.

use std::borrow::Borrow;
use std::time::{Duration, Instant};

use defacto_types::operations::loans;
use defacto_types::{Loan, LoanStatus};

use super::Progress;
use super::plan::{Plan, SHORTEST};
use crate::lifecycle::loan;
use crate::{Error, ErrorKind};

/// What the read at the deadline may take.
const LAST_READ: Duration = Duration::from_secs(1);

/// A wait under way.
pub(crate) struct Watch {
    plan: Plan,
    progress: Option<Progress>,
    started: Instant,
    pause: Duration,
    /// The loan and its status, as last read.
    last: Option<(String, LoanStatus)>,
    /// What else is known, for an error.
    note: Option<String>,
}

/// What a read means.
pub(crate) enum Seen<T> {
    /// This is what was waited for.
    Reached(T),
    /// Read again after this time.
    Later(Duration),
}

impl Watch {
    pub(crate) fn begin(plan: Plan, progress: Option<Progress>) -> Result<Self, Error> {
        if plan.wanted.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "statuses is empty: name every status that ends the wait",
            ));
        }
        Ok(Self {
            started: Instant::now(),
            pause: plan.shortest,
            plan,
            progress,
            last: None,
            note: None,
        })
    }

    /// How long the next read may take: what is left of the deadline, and at
    /// its very end long enough for an answer.
    pub(crate) fn patience(&self) -> Duration {
        self.left().max(LAST_READ)
    }

    /// The statuses that end it.
    pub(crate) fn wanted(&self) -> &[LoanStatus] {
        &self.plan.wanted
    }

    /// What else is known of the loan, to be said when the wait is over.
    pub(crate) fn note(&mut self, note: String) {
        self.note = Some(note);
    }

    fn left(&self) -> Duration {
        self.plan.deadline.saturating_sub(self.started.elapsed())
    }

    /// Takes in a read of the loan, which may come with more; `random` is in
    /// 0..1.
    pub(crate) fn take<T: Borrow<Loan>>(
        &mut self,
        read: Result<T, Error>,
        random: f64,
    ) -> Result<Seen<T>, Error> {
        match read {
            Ok(read) => {
                let loan = read.borrow();
                self.notice(loan);
                if self.plan.wanted.contains(&loan.status) {
                    return Ok(Seen::Reached(read));
                }
                self.check_ahead(loan)?;
            }
            Err(error) if error.is_retryable() => {
                self.slow_down();
                if let Some(asked) = error.retry_after() {
                    self.pause = self.pause.max(asked);
                }
                if self.left().is_zero() {
                    return Err(match self.last {
                        Some(_) => self.late().with_source(error),
                        None => error,
                    });
                }
            }
            Err(error) => return Err(error),
        }
        // Half to whole, so that many waits do not read at the same moment.
        let pause = self.pause / 2 + (self.pause / 2).mul_f64(random);
        let left = self.left();
        if left.is_zero() {
            return Err(self.late());
        }
        // The last read is at the deadline.
        Ok(Seen::Later(pause.min(left)))
    }

    fn notice(&mut self, loan: &Loan) {
        if self.status() == Some(&loan.status) {
            self.slow_down();
            return;
        }
        self.pause = self.plan.shortest;
        self.last = Some((loan.id.to_string(), loan.status.clone()));
        if let Some(progress) = &mut self.progress {
            progress(loan);
        }
    }

    fn status(&self) -> Option<&LoanStatus> {
        self.last.as_ref().map(|(_, status)| status)
    }

    fn slow_down(&mut self) {
        let doubled = self.pause.saturating_mul(2).max(SHORTEST);
        self.pause = doubled.min(self.plan.longest);
    }

    /// Refuses to wait for what cannot come any more.
    fn check_ahead(&self, loan: &Loan) -> Result<(), Error> {
        let ahead = if self.plan.through_issues {
            loan::can_reach
        } else {
            loan::lies_ahead
        };
        let mut wanted = self.plan.wanted.iter();
        if wanted.any(|wanted| ahead(&loan.status, wanted)) {
            return Ok(());
        }
        let reason = match loan.denial_reason.as_ref() {
            Some(reason) => format!(" ({reason})"),
            None => String::new(),
        };
        Err(Error::new(
            ErrorKind::StateConflict,
            format!(
                "loan {} is {}{reason} and does not become {} any more: read it and decide",
                loan.id,
                loan.status,
                self.plan.wanted()
            ),
        )
        .with_operation(&loans::GET))
    }

    fn late(&self) -> Error {
        let (id, status) = match &self.last {
            Some((id, status)) => (id.as_str(), status.as_str()),
            None => ("", "unread"),
        };
        let note = match &self.note {
            Some(note) => format!(" ({note})"),
            None => String::new(),
        };
        Error::new(
            ErrorKind::Timeout,
            format!(
                "loan {id} is {status} and not {} after {:.1?}{note}: wait longer",
                self.plan.wanted(),
                self.started.elapsed()
            ),
        )
        .with_operation(&loans::GET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(wanted: LoanStatus) -> Plan {
        let mut plan = Plan::new(vec![wanted]);
        plan.deadline = Duration::from_secs(3600);
        plan.poll_every(Duration::from_secs(1), Duration::from_secs(10));
        plan
    }

    fn watch(wanted: LoanStatus) -> Watch {
        Watch::begin(plan(wanted), None).unwrap()
    }

    fn loan(status: LoanStatus) -> Loan {
        Loan::new().id("l").status(status)
    }

    fn failed(error: Error) -> Result<Seen<Loan>, Error> {
        watch(LoanStatus::Closed).take(Err(error), 0.0)
    }

    #[test]
    fn a_wait_for_nothing_is_refused() {
        let error = Watch::begin(Plan::new(Vec::new()), None).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("statuses"), "{error}");
    }

    #[test]
    fn slows_down_and_speeds_up_with_change() {
        let mut watch = watch(LoanStatus::Closed);
        let mut pauses = Vec::new();
        for status in [
            LoanStatus::Initiated,
            LoanStatus::Initiated,
            LoanStatus::Initiated,
            LoanStatus::ToRepay,
        ] {
            let Ok(Seen::Later(pause)) = watch.take(Ok(loan(status)), 1.0) else {
                panic!("the wait is over")
            };
            pauses.push(pause.as_secs());
        }
        assert_eq!(pauses, [1, 2, 4, 1]);
        let end = watch.take(Ok(loan(LoanStatus::Closed)), 1.0);
        assert!(matches!(end, Ok(Seen::Reached(_))));
    }

    #[test]
    fn ends_when_it_is_hopeless_or_late() {
        let error = watch(LoanStatus::Closed)
            .take(Ok(loan(LoanStatus::Declined)), 0.0)
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::StateConflict);
        assert!(error.to_string().contains("DECLINED"), "{error}");

        let mut late = watch(LoanStatus::Closed);
        late.plan.deadline = Duration::ZERO;
        let error = late.take(Ok(loan(LoanStatus::ToRepay)), 0.0).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("TO_REPAY"), "{error}");

        let refused = Error::new(ErrorKind::NotFound, "gone");
        assert!(failed(refused).is_err());
        let lost = Error::new(ErrorKind::Connection, "lost");
        assert!(failed(lost).is_ok());
    }

    #[test]
    fn a_status_that_was_passed_is_not_waited_for() {
        for (wanted, now) in [
            (LoanStatus::ToRepay, LoanStatus::Closed),
            (LoanStatus::Scheduled, LoanStatus::ToRepay),
            (LoanStatus::Closed, LoanStatus::IssueDetected),
        ] {
            let error = watch(wanted.clone()).take(Ok(loan(now.clone())), 0.0);
            assert_eq!(error.err().unwrap().kind(), ErrorKind::StateConflict);
            let mut patient = watch(wanted);
            patient.plan.through_issues = true;
            assert!(patient.take(Ok(loan(now)), 0.0).is_ok());
        }
        let issue = watch(LoanStatus::IssueDetected);
        let mut issue = issue;
        assert!(issue.take(Ok(loan(LoanStatus::ToRepay)), 0.0).is_ok());
    }

    #[test]
    fn the_longest_waits_do_not_overflow() {
        let mut watch = watch(LoanStatus::Closed);
        watch.plan.longest = Duration::MAX;
        watch.pause = Duration::MAX;
        let lost = Error::new(ErrorKind::Connection, "lost");
        assert!(watch.take::<Loan>(Err(lost), 1.0).is_ok());
    }

    #[test]
    fn an_unknown_status_is_waited_through() {
        let tomorrow = LoanStatus::from("IN_ORBIT");
        let seen = watch(LoanStatus::Closed).take(Ok(loan(tomorrow)), 0.0);
        assert!(matches!(seen, Ok(Seen::Later(_))));
    }
}
