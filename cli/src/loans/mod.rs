//! `defacto loans`.

mod watch;

use clap::{Args, Subcommand};
use defacto::types::{ListLoans, Loan, LoanStatus};
use serde_json::json;

use crate::connection::{Connection, Open, VARIABLES};
use crate::failure::{Failure, print, tell, warn};
use crate::show::{day, lines, moment, money_or_dash, table};
use watch::Watch;

/// The most loans asked for at once: what the API puts on a page.
const PAGE: u32 = 100;

#[derive(Debug, Subcommand)]
pub(crate) enum Loans {
    /// Lists loans, the newest first.
    List(List),
    /// Shows one loan.
    Get(Get),
    /// Follows one loan until it is over; the exit code says how it ended.
    Watch(Watch),
}

#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct List {
    /// Only loans in this status; may be repeated.
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// How many loans at most.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Where to go on: the cursor an earlier list ended with.
    #[arg(long)]
    cursor: Option<String>,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object: `data` and `next_cursor`.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Get {
    /// The loan's id.
    #[arg(value_name = "LOAN_ID")]
    id: String,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Loans {
    /// Whether a script reads what this command says.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::List(command) => command.json,
            Self::Get(command) => command.json,
            Self::Watch(command) => command.json,
        }
    }

    /// Gives the exit code.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        match self {
            Self::List(command) => command.run().await.map(|()| 0),
            Self::Get(command) => command.run().await.map(|()| 0),
            Self::Watch(command) => command.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let open = self.connection.or_variables()?;
        let (loans, next) = self.read(&open).await?;
        if self.json {
            return print(&json!({ "data": loans, "next_cursor": next }).to_string());
        }
        let mut table = table(&["Id", "Status", "Amount", "Borrower", "Pay-out", "Repayment"]);
        for loan in &loans {
            let borrower = loan.borrower.as_ref();
            let borrower = borrower.and_then(|company| company.name.clone());
            table.add_row([
                loan.id.to_string(),
                loan.status.to_string(),
                money_or_dash(loan.amount, loan.currency.as_ref()),
                borrower.unwrap_or_else(|| "-".to_owned()),
                day(loan.to_pay_at),
                day(loan.to_repay_at),
            ]);
        }
        print(&lines(&table))?;
        if let Some(next) = next {
            tell(&format!("There are more: add --cursor '{next}'"));
        }
        Ok(())
    }

    /// As many loans as asked for, and the cursor behind them.
    async fn read(&self, open: &Open) -> Result<(Vec<Loan>, Option<String>), Failure> {
        let status: Vec<_> = self
            .status
            .iter()
            .map(|status| LoanStatus::from(status.to_ascii_uppercase().replace('-', "_")))
            .collect();
        for unknown in status.iter().filter(|status| !status.is_known()) {
            // The server may know more than this version does.
            let known: Vec<_> = LoanStatus::ALL.iter().map(LoanStatus::as_str).collect();
            let text = format!(
                "status {unknown} is not known here; known are {}",
                known.join(", ")
            );
            warn(&text, self.json);
        }
        let mut loans: Vec<Loan> = Vec::new();
        let mut cursor = self.cursor.clone();
        let mut left = self.limit;
        while left > 0 {
            // Never more than are wanted: the cursor must be right behind the
            // last loan shown.
            let query = ListLoans::new()
                .status(status.clone())
                .page_size(i64::from(left.min(PAGE)));
            let mut list = open.client.loans().list(&query);
            if let Some(cursor) = cursor.take() {
                list = list.from_cursor(cursor);
            }
            let mut pages = list.pages();
            let Some(page) = pages.next().await else {
                break;
            };
            let page = page?;
            let count = u32::try_from(page.data.len()).unwrap_or(u32::MAX);
            loans.extend(page.data);
            cursor = pages.cursor().map(str::to_owned);
            left = left.saturating_sub(count);
            if cursor.is_none() {
                break;
            }
        }
        Ok((loans, cursor))
    }
}

impl Get {
    async fn run(self) -> Result<(), Failure> {
        let open = self.connection.or_variables()?;
        let loan = open.client.loans().get(self.id.as_str()).await?;
        if self.json {
            let loan = serde_json::to_value(&loan)
                .map_err(|source| Failure::runtime("the loan cannot be written", &source))?;
            return print(&loan.to_string());
        }
        print(&card(&loan))
    }
}

/// A loan for people. Account numbers are shortened: --json has them whole.
fn card(loan: &Loan) -> String {
    let currency = loan.currency.as_ref();
    let name = |company: &Option<defacto::types::LightBusiness>| {
        let name = company.as_ref().and_then(|company| company.name.clone());
        name.unwrap_or_else(|| "-".to_owned())
    };
    let account = |account: &Option<defacto::types::Account>| {
        let number = account.as_ref().and_then(|it| it.account_number.as_ref());
        number.map_or_else(|| "-".to_owned(), ToString::to_string)
    };
    let mut rows = vec![
        ("Id", loan.id.to_string()),
        ("Status", loan.status.to_string()),
    ];
    if let Some(reason) = &loan.denial_reason {
        rows.push(("Denial reason", reason.to_string()));
    }
    rows.extend([
        ("Amount", money_or_dash(loan.amount, currency)),
        (
            "Estimated fees",
            money_or_dash(loan.fees_estimated, currency),
        ),
        ("Repaid", money_or_dash(loan.repaid_amount, currency)),
        ("Borrower", name(&loan.borrower)),
        ("Beneficiary", name(&loan.beneficiary)),
        ("Requested", moment(loan.submitted_at)),
        ("Pay-out planned", day(loan.to_pay_at)),
        ("Paid out", moment(loan.paid_at)),
        ("Repayment planned", day(loan.to_repay_at)),
        ("Closed", moment(loan.closed_at)),
        ("Paid to", account(&loan.loan_to)),
        ("Repay to", account(&loan.repayment_to)),
        ("Reference", loan.repayment_to_references.join(", ")),
    ]);
    rows.iter()
        .map(|(name, value)| format!("{name:<18} {value}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}
