//! Waiting for a loan to reach a status.

use std::future::IntoFuture;
use std::time::{Duration, Instant};

use defacto_types::{Loan, LoanId, LoanStatus};

use crate::api::Loans;
use crate::call::{Handle, Pending};
use crate::lifecycle::loan;
use crate::{Client, Error, ErrorKind, blocking};

impl<C: Handle> Loans<C> {
    /// Waits until a loan is in one of these statuses, by reading it again and
    /// again.
    ///
    /// Name every status you would accept: a loan moves by itself, so a reader
    /// may see TO_REPAY without having seen VALIDATED.
    ///
    /// # Errors
    ///
    /// Awaited (or after `wait` of a blocking client):
    /// [`ErrorKind::StateConflict`] as soon as none of the statuses lies ahead
    /// any more: CLOSED of a loan that was DECLINED, TO_REPAY of one that is
    /// CLOSED already, anything of one that is ISSUE_DETECTED (unless
    /// [`through_issues`](Wait::through_issues));
    /// [`ErrorKind::Timeout`] when the deadline is over; otherwise what the
    /// read fails with, if sending it again cannot help.
    pub fn wait_for(
        &self,
        loan_id: impl Into<LoanId>,
        statuses: impl IntoIterator<Item = LoanStatus>,
    ) -> Wait<C> {
        Wait {
            loans: Self::new(self.client.clone()),
            id: loan_id.into(),
            wanted: statuses.into_iter().collect(),
            deadline: Duration::from_secs(10 * 60),
            shortest: Duration::from_millis(500),
            longest: Duration::from_secs(15),
            through_issues: false,
            progress: None,
        }
    }
}

/// Reading faster than this tells nothing more.
const SHORTEST: Duration = Duration::from_millis(1);

type Progress = Box<dyn FnMut(&Loan) + Send>;

/// A wait ready to begin; see [`Loans::wait_for`].
#[must_use = "a wait begins when it is awaited, or by `wait` of a blocking client"]
pub struct Wait<C: Handle = Client> {
    loans: Loans<C>,
    id: LoanId,
    wanted: Vec<LoanStatus>,
    deadline: Duration,
    shortest: Duration,
    longest: Duration,
    through_issues: bool,
    progress: Option<Progress>,
}

impl<C: Handle> Wait<C> {
    /// Goes on waiting where Defacto has to act first (ISSUE_DETECTED) or a
    /// chargeback would be needed: days, if ever.
    pub fn through_issues(mut self) -> Self {
        self.through_issues = true;
        self
    }

    /// How long to wait in all; 10 minutes unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long to wait between two reads: `shortest` at first and after every
    /// change, growing to `longest`, with jitter. 0.5 and 15 seconds unless
    /// set.
    pub fn poll_every(mut self, shortest: Duration, longest: Duration) -> Self {
        self.shortest = shortest;
        self.longest = longest.max(shortest);
        self
    }

    /// Calls a function with the loan after the first read and whenever its
    /// status has changed.
    pub fn on_progress(mut self, progress: impl FnMut(&Loan) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Splits off what does not depend on the kind of client.
    fn watch(self) -> (Loans<C>, Watch) {
        let watch = Watch {
            id: self.id,
            wanted: self.wanted,
            started: Instant::now(),
            deadline: self.deadline,
            shortest: self.shortest,
            longest: self.longest,
            pause: self.shortest,
            through_issues: self.through_issues,
            progress: self.progress,
            status: None,
        };
        (self.loans, watch)
    }
}

impl IntoFuture for Wait {
    type Output = Result<Loan, Error>;
    type IntoFuture = Pending<Loan>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (loans, mut watch) = self.watch();
            loop {
                let read = loans.get(&watch.id).deadline(watch.left()).await;
                match watch.take(read, rand::random())? {
                    Seen::Reached(loan) => return Ok(*loan),
                    Seen::Later(pause) => tokio::time::sleep(pause).await,
                }
            }
        })
    }
}

impl Wait<blocking::Client> {
    /// Waits on the calling thread.
    ///
    /// # Errors
    ///
    /// As [`Loans::wait_for`].
    pub fn wait(self) -> Result<Loan, Error> {
        let (loans, mut watch) = self.watch();
        loop {
            let read = loans.get(&watch.id).deadline(watch.left()).send();
            match watch.take(read, rand::random())? {
                Seen::Reached(loan) => return Ok(*loan),
                Seen::Later(pause) => std::thread::sleep(pause),
            }
        }
    }
}

impl<C: Handle> std::fmt::Debug for Wait<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait")
            .field("id", &self.id)
            .field("wanted", &self.wanted)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// A wait under way.
struct Watch {
    id: LoanId,
    wanted: Vec<LoanStatus>,
    started: Instant,
    deadline: Duration,
    shortest: Duration,
    longest: Duration,
    pause: Duration,
    through_issues: bool,
    progress: Option<Progress>,
    status: Option<LoanStatus>,
}

enum Seen {
    Reached(Box<Loan>),
    Later(Duration),
}

impl Watch {
    fn left(&self) -> Duration {
        self.deadline.saturating_sub(self.started.elapsed())
    }

    /// Takes in what a read says; `random` is in 0..1.
    fn take(&mut self, read: Result<Loan, Error>, random: f64) -> Result<Seen, Error> {
        match read {
            Ok(loan) => {
                if self.status.as_ref() == Some(&loan.status) {
                    self.slow_down();
                } else {
                    self.pause = self.shortest;
                    self.status = Some(loan.status.clone());
                    if let Some(progress) = &mut self.progress {
                        progress(&loan);
                    }
                }
                if self.wanted.contains(&loan.status) {
                    return Ok(Seen::Reached(Box::new(loan)));
                }
                let ahead = if self.through_issues {
                    loan::can_reach
                } else {
                    loan::lies_ahead
                };
                if !self.wanted.iter().any(|wanted| ahead(&loan.status, wanted)) {
                    return Err(self.unreachable(&loan));
                }
            }
            Err(error) if error.is_retryable() => {
                self.slow_down();
                if let Some(asked) = error.retry_after() {
                    self.pause = self.pause.max(asked);
                }
                if self.left().is_zero() {
                    return Err(error);
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

    fn slow_down(&mut self) {
        let doubled = self.pause.saturating_mul(2).max(SHORTEST);
        self.pause = doubled.min(self.longest);
    }

    fn wanted(&self) -> String {
        let names: Vec<_> = self.wanted.iter().map(LoanStatus::as_str).collect();
        names.join(" or ")
    }

    fn unreachable(&self, loan: &Loan) -> Error {
        let reason = match loan.denial_reason.as_ref() {
            Some(reason) => format!(" ({reason})"),
            None => String::new(),
        };
        Error::new(
            ErrorKind::StateConflict,
            format!(
                "loan {} is {}{reason} and does not become {} any more: read it and decide",
                loan.id,
                loan.status,
                self.wanted()
            ),
        )
    }

    fn late(&self) -> Error {
        let status = self.status.as_ref().map_or("unread", LoanStatus::as_str);
        Error::new(
            ErrorKind::Timeout,
            format!(
                "loan {} is {status} and not {} after {:.1?}: wait longer",
                self.id,
                self.wanted(),
                self.started.elapsed()
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(wanted: LoanStatus) -> Watch {
        Watch {
            id: "l".into(),
            wanted: vec![wanted],
            started: Instant::now(),
            deadline: Duration::from_secs(3600),
            shortest: Duration::from_secs(1),
            longest: Duration::from_secs(10),
            pause: Duration::from_secs(1),
            through_issues: false,
            progress: None,
            status: None,
        }
    }

    fn loan(status: LoanStatus) -> Loan {
        Loan::new().id("l").status(status)
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
        late.deadline = Duration::ZERO;
        let error = late.take(Ok(loan(LoanStatus::ToRepay)), 0.0).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("TO_REPAY"), "{error}");

        let refused = Error::new(ErrorKind::NotFound, "gone");
        assert!(watch(LoanStatus::Closed).take(Err(refused), 0.0).is_err());
        let lost = Error::new(ErrorKind::Connection, "lost");
        assert!(watch(LoanStatus::Closed).take(Err(lost), 0.0).is_ok());
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
            patient.through_issues = true;
            assert!(patient.take(Ok(loan(now)), 0.0).is_ok());
        }
        let issue = watch(LoanStatus::IssueDetected);
        let mut issue = issue;
        assert!(issue.take(Ok(loan(LoanStatus::ToRepay)), 0.0).is_ok());
    }

    #[test]
    fn the_longest_waits_do_not_overflow() {
        let mut watch = watch(LoanStatus::Closed);
        watch.longest = Duration::MAX;
        watch.pause = Duration::MAX;
        let lost = Error::new(ErrorKind::Connection, "lost");
        assert!(watch.take(Err(lost), 1.0).is_ok());
    }

    #[test]
    fn an_unknown_status_is_waited_through() {
        let tomorrow = LoanStatus::from("IN_ORBIT");
        let seen = watch(LoanStatus::Closed).take(Ok(loan(tomorrow)), 0.0);
        assert!(matches!(seen, Ok(Seen::Later(_))));
    }
}
