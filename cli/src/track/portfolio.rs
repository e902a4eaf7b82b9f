//! `defacto track portfolio`.

use clap::Args;
use defacto::tracking::Portfolio;
use defacto::types::{Cents, Currency, Timestamp};

use super::store::StorePlace;
use crate::failure::{Failure, print, print_json};
use crate::show::{lines, money, table};

/// Shows what the loans come to: by status, owed, due and late, and a calendar of
/// what is due.
///
/// The store is read, and nobody is asked: what it shows is as old as the last
/// pass.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// How many days ahead to look.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u32,
    /// What time it is, such as 2030-01-31T12:00:00Z; now unless given. For loans
    /// of a simulator, whose clock may be elsewhere.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Show {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let at = self.at.unwrap_or(Timestamp(jiff::Timestamp::now()));
        let portfolio = self.store.read().await?.portfolio(at, self.days).await?;
        if self.json {
            return print_json(&portfolio.report());
        }
        print(&tables(&portfolio))
    }
}

fn tables(portfolio: &Portfolio) -> String {
    let mut statuses = table(&["Status", "Loans"]);
    for (status, loans) in &portfolio.by_status {
        let status = if status.is_empty() { "-" } else { status };
        statuses.add_row([status.to_owned(), loans.to_string()]);
    }
    let due = format!("Due in {} days", portfolio.days);
    let mut sums = table(&[
        "Owing",
        "Outstanding",
        &due,
        "Overdue",
        "Late",
        "Interest to come",
        "Interest paid",
    ]);
    for (currency, totals) in &portfolio.totals {
        let show = |cents: Cents| amount(cents, currency);
        sums.add_row([
            totals.owing.to_string(),
            show(totals.outstanding),
            show(totals.due),
            show(totals.overdue),
            show(totals.late),
            show(totals.fees_expected),
            show(totals.fees_paid),
        ]);
    }
    let mut dues = table(&["Day", "Loans", "Principal due"]);
    for one in &portfolio.dues {
        dues.add_row([
            one.day.to_string(),
            one.loans.to_string(),
            amount(one.outstanding, &one.currency),
        ]);
    }
    [statuses, sums, dues]
        .iter()
        .map(lines)
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn amount(cents: Cents, currency: &str) -> String {
    let currency = (!currency.is_empty()).then(|| Currency::from(currency));
    money(cents, currency.as_ref())
}
