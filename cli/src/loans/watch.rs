//! `defacto loans watch`.

use std::time::Duration;

use clap::Args;
use defacto::types::{Loan, LoanStatus};
use serde_json::json;
use tokio::sync::watch;

use crate::connection::{Connection, Open, VARIABLES};
use crate::failure::{Failure, LATE, print};
use crate::first_loan::code_of;
use crate::show::moment;
use crate::stop::stop_signal;

/// Where a watch ends. `ISSUE_DETECTED` is no end of the loan, but nothing
/// more comes before somebody has looked into it.
const OVER: [LoanStatus; 5] = [
    LoanStatus::Closed,
    LoanStatus::Declined,
    LoanStatus::Canceled,
    LoanStatus::Deleted,
    LoanStatus::IssueDetected,
];

/// Longer than any loan; what is much longer no clock can add.
const ENDLESS: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// What `--help` says of the exit codes.
const EXIT_CODES: &str = "\
Exit codes:
    0  the loan is CLOSED
    1  something failed: the message says what and what to do
    2  the command line or a setting is wrong
   10  the loan is DECLINED
   11  the loan is ISSUE_DETECTED
   12  the loan is CANCELED or DELETED
   13  --timeout passed first
  130  Ctrl-C (143: SIGTERM); the message says where the loan stands
  141  nobody reads stdout any more";

#[derive(Debug, Args)]
#[command(after_help = format!("{VARIABLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Watch {
    /// The loan's id.
    #[arg(value_name = "LOAN_ID")]
    id: String,
    /// How long to watch; without end unless given.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: Option<u64>,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object a line, one line a status.
    #[arg(long)]
    pub(super) json: bool,
}

impl Watch {
    /// Gives the exit code.
    pub(super) async fn run(self) -> Result<u8, Failure> {
        let stop = stop_signal()?;
        let open = self.connection.or_variables()?;
        // What the last read said, for whoever ends the watch.
        let (sender, seen) = watch::channel(None);
        let late = async {
            match self.timeout {
                Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
                None => std::future::pending().await,
            }
        };
        let (code, why) = tokio::select! {
            biased;
            code = stop => (code, "interrupted"),
            result = self.follow(&open, sender, seen.clone()) => return result,
            () = late => (LATE, "--timeout passed"),
        };
        let last = seen.borrow().as_ref().map_or_else(
            || "had not been read".to_owned(),
            |loan| format!("was {} when last seen", loan.status),
        );
        Err(Failure::ended(
            code,
            format!(
                "{why}\n  loan {} {last}; go on with `defacto loans watch {0}{}`",
                self.id,
                self.connection.options()
            ),
        ))
    }

    async fn follow(
        &self,
        open: &Open,
        sender: watch::Sender<Option<Loan>>,
        mut seen: watch::Receiver<Option<Loan>>,
    ) -> Result<u8, Failure> {
        let loans = open.client.loans();
        // A wrong address, key or id shows at once. From then on the server
        // may be away for a while: who watches for days wants to know the end.
        loans.get(self.id.as_str()).await?;
        let wait = loans
            .wait_for(self.id.as_str(), OVER)
            .poll_every(Duration::from_millis(250), Duration::from_secs(30))
            .deadline(ENDLESS)
            .on_progress(move |loan| {
                sender.send_replace(Some(loan.clone()));
            });
        // The sender goes with the wait, which ends the telling.
        let wait = async { Ok(wait.await?) };
        let tell = async {
            let mut told = 0;
            while seen.changed().await.is_ok() {
                let loan = seen.borrow_and_update().clone();
                if let Some(loan) = loan {
                    told = self.tell(open, &loan, told).await?;
                }
            }
            Ok::<_, Failure>(())
        };
        let (loan, ()) = tokio::try_join!(wait, tell)?;
        Ok(code_of(Some(&loan.status)))
    }

    /// Prints what the history says since the last time: a loan may have gone
    /// through several statuses between two reads.
    async fn tell(&self, open: &Open, loan: &Loan, told: usize) -> Result<usize, Failure> {
        let events = open.client.loans().list_events(&loan.id);
        let events = events.items().collect().await?;
        for event in events.iter().skip(told) {
            if self.json {
                let line = json!({
                    "loan_id": loan.id,
                    "status": event.status,
                    "at": event.timestamp,
                });
                print(&line.to_string())?;
            } else {
                print(&format!("{}  {}", moment(event.timestamp), event.status))?;
            }
        }
        Ok(events.len().max(told))
    }
}
