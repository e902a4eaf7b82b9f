//! `defacto track status`.

use clap::Args;
use defacto::tracking::store::Store;
use defacto::tracking::{Entity, Fact, LoanView, State, Subject, Track, is_open};
use defacto::types::{Cents, Currency};
use serde_json::{Value, json};

use super::store::{StorePlace, no_address};
use super::{Objects, line, view};
use crate::failure::{Failure, print};
use crate::show::{self, day, lines, money_or_dash, table};

/// Shows the loans that are followed, or all that is known of one.
///
/// The store is read, and nobody is asked: what it shows is as old as the last
/// pass.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// The loan's id; all loans unless given.
    #[arg(value_name = "LOAN_ID", conflicts_with = "open")]
    id: Option<String>,
    /// Only loans that are not over.
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Status {
    pub(super) async fn run(self) -> Result<(), Failure> {
        if let Some(id) = &self.id {
            no_address(id, "LOAN_ID", "id of a loan")?;
        }
        let store = self.store.read().await?;
        if let Some(id) = &self.id {
            let loan = one(&*store, id).await?;
            if self.json {
                return print(&whole(&loan).to_string());
            }
            return print(&card(&loan));
        }
        let mut loans = Vec::new();
        let mut read = Objects::of(&*store, Entity::Loan);
        while let Some(track) = read.next().await? {
            if !self.open || is_open(&track) {
                loans.push(track);
            }
        }
        if self.json {
            let data: Vec<Value> = loans.iter().map(Track::to_json).collect();
            return print(&json!({ "data": data }).to_string());
        }
        let mut table = table(&["Id", "Status", "Outstanding", "Next due", "Since"]);
        for track in loans {
            let state = track.state();
            let loan = view(track);
            table.add_row([
                loan.id().to_owned(),
                state.as_ref().map_or_else(|| "-".to_owned(), status),
                money_or_dash(loan.outstanding(), currency(&loan).as_ref()),
                day(loan.next_due()),
                state.map_or_else(|| "-".to_owned(), |state| since(&state)),
            ]);
        }
        print(&lines(&table))
    }
}

/// A loan that the store knows.
pub(super) async fn one(store: &dyn Store, id: &str) -> Result<LoanView, Failure> {
    let Some(track) = store.track(Subject::loan(id)).await? else {
        return Err(Failure::other(format!(
            "the store knows no loan {id}: `defacto track status` lists those it knows"
        )));
    };
    let related = store.related(id.to_owned()).await?;
    Ok(LoanView::new(track, related, None))
}

fn whole(loan: &LoanView) -> Value {
    let mut object = loan.track().to_json();
    let related: Vec<Value> = loan.related().iter().map(Track::to_json).collect();
    object["allowed_actions"] = actions(loan).into();
    object["related"] = related.into();
    object
}

fn actions(loan: &LoanView) -> Vec<String> {
    let actions = loan.allowed_actions().iter();
    actions
        .map(|action| spaced(&format!("{action:?}")))
        .collect()
}

/// `set_repayment_terms` for `SetRepaymentTerms`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// A loan for people.
fn card(loan: &LoanView) -> String {
    let currency = currency(loan);
    let money = |amount| money_or_dash(amount, currency.as_ref());
    let mut rows = vec![("Id".to_owned(), loan.id().to_owned())];
    let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
    if let Some(state) = loan.state() {
        row("Status", status(&state));
        row("Since", since(&state));
        row("Last seen", line::when(state.seen).trim().to_owned());
        for anomaly in &state.anomalies {
            row("Anomaly", anomaly.to_string());
        }
    }
    row("Outstanding", money(loan.outstanding()));
    row("Next due", day(loan.next_due()));
    row("Allowed now", actions(loan).join(", "));
    for (name, fact) in loan.facts().into_iter().flat_map(|facts| facts.iter()) {
        let value = match fact {
            Fact::Number(cents) => money(Some(Cents(cents))),
            Fact::Text(text) => text.to_string(),
        };
        row(name, value);
    }
    for track in loan.related() {
        row(track.subject().entity.as_str(), related(track));
    }
    rows.iter()
        .map(|(name, value)| format!("{name:<30} {value}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// A payment, an invoice or an installment in one line.
pub(super) fn related(track: &Track) -> String {
    let state = track.state();
    let status = state.as_ref().map_or_else(|| "-".to_owned(), status);
    format!("{} {status}", purpose(track)).trim().to_owned()
}

/// What it is, and of how much.
pub(super) fn purpose(track: &Track) -> String {
    let facts = track.facts();
    let text = |name: &str| facts.and_then(|facts| facts.text(name)).unwrap_or_default();
    let amount = facts.and_then(|facts| facts.cents("amount").or(facts.cents("total_amount")));
    let currency = Currency::from(text("currency"));
    let amount = amount.map(|cents| show::money(cents, Some(&currency)));
    let words = [text("payment_type"), amount.as_deref().unwrap_or_default()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The status, or all that it may be.
pub(super) fn status(state: &State) -> String {
    if state.ambiguous.is_empty() {
        return state.status.to_string();
    }
    line::doubt(&state.ambiguous)
}

fn since(state: &State) -> String {
    line::when(state.since).trim().to_owned()
}

pub(super) fn currency(loan: &LoanView) -> Option<Currency> {
    Some(loan.facts()?.text("currency")?.into())
}
