//! `defacto track payoff`.

use clap::Args;
use defacto::types::{Account, Date, LoanPayoff};

use super::store::{StorePlace, no_address};
use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print, print_json};
use crate::show::{iban, money_or_dash};

/// Tells what settles a loan on a day, where to pay it, and what postponing costs.
///
/// The loan and its payments are read for it. Amounts are those if nothing more is
/// repaid until then; money on its way is not in them. The account is shown whole,
/// since it is to be paid to.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Payoff {
    /// The loan's id.
    #[arg(value_name = "LOAN_ID")]
    loan: String,
    /// The day it is settled on (UTC), as 2030-01-31; today unless given.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Tell what it costs more to repay on this day than on the one agreed.
    #[arg(long, value_name = "DATE")]
    postponed_to: Option<Date>,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Payoff {
    pub(super) async fn run(self) -> Result<(), Failure> {
        no_address(&self.loan, "LOAN_ID", "id of a loan")?;
        let tracker = self.store.tracker(&self.connection).await?.build();
        let payoff = tracker.payoff(self.loan).await?;
        let report = payoff.report(self.on, self.postponed_to)?;
        if self.json {
            return print_json(&report);
        }
        print(&text(&report))
    }
}

fn text(payoff: &LoanPayoff) -> String {
    let amount = |amount| money_or_dash(amount, payoff.currency.as_ref());
    let on = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let mut rows = vec![
        ("payoff", amount(payoff.payoff)),
        ("on", on(payoff.on)),
        ("outstanding", amount(payoff.outstanding)),
        ("interest", amount(payoff.interest)),
        ("interest paid", amount(payoff.paid_interest)),
        ("matures on", on(payoff.matures_on)),
    ];
    let number = |account: &Account| Some(iban(account.account_number.as_ref()?.expose()));
    if let Some(number) = payoff.repayment_to.as_ref().and_then(number) {
        rows.push(("pay to", number));
    }
    let references = payoff.repayment_to_references.iter();
    rows.extend(references.map(|reference| ("reference", reference.clone())));
    if payoff.postponed_to.is_some() {
        rows.push(("postponed to", on(payoff.postponed_to)));
        rows.push(("costs more", amount(payoff.cost_of_postponing)));
    }
    let lines = rows
        .into_iter()
        .map(|(name, value)| format!("{name:<14}{value}"));
    lines.collect::<Vec<_>>().join("\n")
}
