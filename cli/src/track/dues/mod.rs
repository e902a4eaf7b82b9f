//! `defacto track dues`.

mod calendar;
mod drawing;
mod ics;

use clap::Args;
use defacto::tracking::Portfolio;
use defacto::types::{Cents, Currency, Timestamp};
use serde_json::json;

use super::store::StorePlace;
use crate::failure::{Failure, print, write};
use crate::show::money;

/// Draws what is due on which day, as a calendar.
///
/// The principal of the loans that are to be repaid, by day (UTC). The store is
/// read, and nobody is asked: what it shows is as old as the last pass.
#[derive(Debug, Args)]
pub(crate) struct Dues {
    /// How many days ahead to look.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    days: u32,
    /// What time it is, such as 2030-01-31T12:00:00Z; now unless given. For loans
    /// of a simulator, whose clock may be elsewhere.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Write an iCalendar file to stdout, with an event a day and currency: for
    /// calendars that subscribe to it.
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    /// What the calendar is called there. Its events are told from those of other
    /// accounts by it: importing the file again changes them and adds none twice.
    #[arg(long, value_name = "NAME", default_value = "Defacto", value_parser = name)]
    #[arg(requires = "ics")]
    name: String,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Dues {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let at = self.at.unwrap_or(Timestamp(jiff::Timestamp::now()));
        let portfolio = self.store.read().await?.portfolio(at, self.days).await?;
        if self.ics {
            return write(ics::file(&portfolio, &self.name).as_bytes());
        }
        if self.json {
            let report = portfolio.report();
            let line = json!({ "at": report.at, "days": report.days, "dues": report.dues });
            return print(&line.to_string());
        }
        print(&drawing::draw(&portfolio))
    }
}

fn name(text: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_alphanumeric() || " -_.".contains(letter);
    if text.trim().is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
        return Err("up to 64 letters, digits, spaces, `-`, `_` and `.`".to_owned());
    }
    Ok(text.to_owned())
}

fn amount(cents: Cents, currency: &str) -> String {
    let currency = (!currency.is_empty()).then(|| Currency::from(currency));
    money(cents, currency.as_ref())
}

fn loans(count: u64) -> String {
    let name = if count == 1 { "loan" } else { "loans" };
    format!("{count} {name}")
}

/// The day of the portfolio.
fn today(portfolio: &Portfolio) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(portfolio.at.get()).date()
}
