//! `defacto first-loan`: the guide "make your first loan", walked in front of
//! the user.
//!
//! [`walk`] takes the steps and writes down what it sees in a
//! [`Record`], which outlives it: whatever ends the walk (the
//! end, an error, the deadline, Ctrl-C), the record says where the loan
//! stands.

mod borrower;
mod contract;
mod end;
mod follow;
mod loan;
mod narrator;
mod pace;
mod record;
mod sums;
mod timeline;
mod walk;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use defacto::types::Scenario;

use crate::connection::{Connection, Open};
use crate::failure::Failure;
use crate::stop::stop_signal;
use end::End;
pub(crate) use end::code_of;
use narrator::Narrator;
use record::Record;

/// How long the read may take with which a walk that was stopped ends.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// What `--help` says of the exit codes.
const EXIT_CODES: &str = "\
Exit codes:
    0  the loan is CLOSED and the amounts add up
    1  something failed: the message says what and what to do
    2  the command line or a setting is wrong
   10  the loan is DECLINED (--scenario reject)
   11  the loan is ISSUE_DETECTED (--scenario fail)
   12  the loan is CANCELED (--scenario cancel) or DELETED
   13  --timeout passed first
   14  a change was sent and its answer was lost: look before trying again
  130  Ctrl-C (143: SIGTERM); the message says where the loan stands
  141  nobody reads stdout any more";

/// Takes a loan from the first hello to its last cent: enrols a test company,
/// requests a loan for a test invoice, accepts the offer and follows loan and
/// payments to the end.
///
/// Without --env and --base-url it uses a sandbox inside this program, even
/// when a key is in the environment.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct FirstLoan {
    /// What shall happen to the loan.
    #[arg(long, value_enum, default_value = "success")]
    scenario: Story,
    /// Accept the offer in advance, with the request.
    #[arg(long)]
    auto_validate: bool,
    /// Enrol the borrower unsigned, and sign in a step of its own.
    #[arg(long)]
    sign: bool,
    /// Keep the contract of the borrower in this file (PDF).
    #[arg(long, value_name = "FILE")]
    save_contract: Option<PathBuf>,
    /// How long the whole walk may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object at the end, and nothing before.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Story {
    /// Accepted, paid out and repaid at once.
    Success,
    /// The same, repaid the day after.
    OneDayLater,
    /// Declined.
    Reject,
    /// Accepted, and the payout fails.
    Fail,
    /// Canceled.
    Cancel,
}

impl Story {
    fn scenario(self) -> Scenario {
        match self {
            Self::Success => Scenario::Success,
            Self::OneDayLater => Scenario::SuccessOneDayLater,
            Self::Reject => Scenario::Reject,
            Self::Fail => Scenario::Fail,
            Self::Cancel => Scenario::Cancel,
        }
    }
}

impl FirstLoan {
    /// Gives the exit code.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        if self.connection.names_production() {
            return Err(no_production());
        }
        let stop = stop_signal()?;
        let open = self.connection.or_embedded().await?;
        if open.is_production() {
            return Err(no_production());
        }
        let mut narrator = Narrator::new(self.json);
        let mut record = Record::default();
        // The first that happens ends it; the record stays.
        let end = tokio::select! {
            biased;
            code = stop => End::Stopped(code),
            result = self.walk(&open, &mut narrator, &mut record) => match result {
                Ok(()) => End::Arrived,
                Err(failure) => End::Failed(failure),
            },
            () = tokio::time::sleep(Duration::from_secs(self.timeout)) => End::Late(self.timeout),
        };
        narrator.quiet();
        if !matches!(end, End::Arrived) {
            look_again(&open, &mut record).await;
        }
        let code = end::report(end, &self, &open, &narrator, &record);
        open.close().await;
        code
    }

    async fn walk(
        &self,
        open: &Open,
        narrator: &mut Narrator,
        record: &mut Record,
    ) -> Result<(), Failure> {
        narrator.say(&format!(
            "First loan, scenario {}, on {} ({})\n",
            self.scenario.scenario(),
            place(open),
            open.client.base_url(),
        ))?;
        // Boxed: the whole walk in one future would be a large one.
        Box::pin(walk::walk(self, open, narrator, record)).await
    }
}

/// Reads the loan a last time, so that the last words are as fresh as they
/// can be: whoever stopped us does not wait for long.
async fn look_again(open: &Open, record: &mut Record) {
    let Some(loan) = &record.loan else {
        return;
    };
    let read = open.client.loans().get(&loan.id).retries(0);
    if let Ok(Ok(loan)) = tokio::time::timeout(LAST_LOOK, read.into_future()).await {
        record.loan = Some(loan);
        record.fresh = true;
    }
}

fn place(open: &Open) -> &'static str {
    if open.is_embedded() {
        "a sandbox inside this program"
    } else if open.name == "sandbox" {
        "Defacto's sandbox"
    } else {
        "the server you named"
    }
}

fn no_production() -> Failure {
    Failure::usage(
        "first-loan makes up a company and a loan, which production must never see: \
         leave --env out, or pass --env sandbox",
    )
}
