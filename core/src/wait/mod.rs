//! Waiting for a loan to reach a status.

mod plan;
mod read;
mod watch;

use std::future::IntoFuture;
use std::time::Duration;

use defacto_types::{Loan, LoanId, LoanStatus};

use crate::api::Loans;
use crate::call::{Handle, Pending};
use crate::{Client, Error, blocking};

pub(crate) use plan::Plan;
pub(crate) use read::Read;
pub(crate) use watch::{Seen, Watch};

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
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when no status is
    /// named;
    /// [`ErrorKind::StateConflict`](crate::ErrorKind::StateConflict) as soon as none of the statuses lies ahead
    /// any more: CLOSED of a loan that was DECLINED, TO_REPAY of one that is
    /// CLOSED already, anything of one that is ISSUE_DETECTED (unless
    /// [`through_issues`](Wait::through_issues));
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when the deadline is over; otherwise what the
    /// read fails with, if sending it again cannot help.
    pub fn wait_for(
        &self,
        loan_id: impl Into<LoanId>,
        statuses: impl IntoIterator<Item = LoanStatus>,
    ) -> Wait<C> {
        Wait {
            loans: Self::new(self.client.clone()),
            id: loan_id.into(),
            plan: Plan::new(statuses.into_iter().collect()),
            progress: None,
        }
    }
}

type Progress = Box<dyn FnMut(&Loan) + Send>;

/// A wait ready to begin; see [`Loans::wait_for`].
#[must_use = "a wait begins when it is awaited, or by `wait` of a blocking client"]
pub struct Wait<C: Handle = Client> {
    loans: Loans<C>,
    id: LoanId,
    plan: Plan,
    progress: Option<Progress>,
}

impl<C: Handle> Wait<C> {
    /// Goes on waiting where Defacto has to act first (ISSUE_DETECTED) or a
    /// chargeback would be needed: days, if ever.
    pub fn through_issues(mut self) -> Self {
        self.plan.through_issues = true;
        self
    }

    /// How long to wait in all; 10 minutes unless set. The last read begins at
    /// the deadline and may take a second.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.plan.deadline = deadline;
        self
    }

    /// How long to wait between two reads: `shortest` at first and after every
    /// change, growing to `longest`, with jitter. 0.5 and 15 seconds unless
    /// set.
    pub fn poll_every(mut self, shortest: Duration, longest: Duration) -> Self {
        self.plan.poll_every(shortest, longest);
        self
    }

    /// Calls a function with the loan after the first read and whenever its
    /// status has changed.
    pub fn on_progress(mut self, progress: impl FnMut(&Loan) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Splits off what does not depend on the kind of client.
    fn watch(self) -> Result<(Loans<C>, LoanId, Watch), Error> {
        let watch = Watch::begin(self.plan, self.progress)?;
        Ok((self.loans, self.id, watch))
    }
}

impl IntoFuture for Wait {
    type Output = Result<Loan, Error>;
    type IntoFuture = Pending<Loan>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (loans, id, mut watch) = self.watch()?;
            loop {
                let read = loans.get(&id).deadline(watch.patience()).await;
                match watch.take(read, rand::random())? {
                    Seen::Reached(loan) => return Ok(loan),
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
        let (loans, id, mut watch) = self.watch()?;
        loop {
            let read = loans.get(&id).deadline(watch.patience()).send();
            match watch.take(read, rand::random())? {
                Seen::Reached(loan) => return Ok(loan),
                Seen::Later(pause) => std::thread::sleep(pause),
            }
        }
    }
}

impl<C: Handle> std::fmt::Debug for Wait<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait")
            .field("id", &self.id)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}
