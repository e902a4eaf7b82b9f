//! Everything that happened, in the order it happened in.
//!
//! The loan tells its own history with times. Payments and credit lines have
//! none: they are set where they were seen, by the server's clock.

use defacto::types::{LoanEvent, PaymentStatus};
use serde_json::{Value, json};

use super::narrator::Narrator;
use super::record::{Record, Seen, Sighting, is_payout};
use crate::failure::Failure;
use crate::show::{lines, moment, money, money_or_dash, table};

/// In place of the time that was told last.
const SAME: &str = "\"";

/// In place of a time the API does not tell.
const UNTOLD: &str = "~";

/// One line of the timeline.
enum Entry<'a> {
    Loan(&'a LoanEvent),
    Sighting(&'a Sighting),
}

fn entries(record: &Record) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut events = record.events.as_slice();
    for sighting in &record.sightings {
        let at = time_of(record, sighting);
        let time = |event: Option<&LoanEvent>| Some(event?.timestamp?.get());
        while let [event, rest @ ..] = events {
            let Some(then) = time(Some(event)) else { break };
            // At the very same time the money moves first, and the loan's
            // status says so: it is the last of that time.
            if then > at || (then == at && time(rest.first()) != Some(at)) {
                break;
            }
            entries.push(Entry::Loan(event));
            events = rest;
        }
        entries.push(Entry::Sighting(sighting));
    }
    entries.extend(events.iter().map(Entry::Loan));
    entries
}

/// When a sighting was, by the server's clock: when the money moved, where
/// that is told, or else when we saw it.
fn time_of(record: &Record, sighting: &Sighting) -> jiff::Timestamp {
    match &sighting.what {
        Seen::Payment {
            status: PaymentStatus::Paid,
            paid_at: Some(at),
            ..
        } => at.get(),
        _ => sighting
            .seen
            .checked_sub(record.ahead)
            .unwrap_or(sighting.seen),
    }
}

/// The timeline of `--json`.
pub(super) fn to_json(record: &Record) -> Vec<Value> {
    entries(record)
        .iter()
        .map(|entry| match entry {
            Entry::Loan(event) => json!({
                "of": "loan",
                "status": event.status,
                "at": event.timestamp,
            }),
            Entry::Sighting(sighting) => sighting.what.to_json(),
        })
        .collect()
}

/// The timeline for people.
pub(super) fn show(narrator: &Narrator, record: &Record) -> Result<(), Failure> {
    let mut table = table(&["Time (UTC)", "What", "Status", "Amount"]);
    let currency = record.loan.as_ref().and_then(|loan| loan.currency.as_ref());
    let mut last = None;
    for entry in entries(record) {
        let row = match entry {
            Entry::Loan(event) => {
                let at = moment(event.timestamp);
                [
                    at,
                    "loan".to_owned(),
                    event.status.to_string(),
                    String::new(),
                ]
            }
            Entry::Sighting(Sighting { what, .. }) => match what {
                Seen::Credit(amount) => [
                    UNTOLD.to_owned(),
                    "credit left".to_owned(),
                    String::new(),
                    money(*amount, currency),
                ],
                Seen::Payment {
                    kind,
                    status,
                    amount,
                    paid_at,
                    ..
                } => [
                    paid_at.map_or_else(|| UNTOLD.to_owned(), |at| moment(Some(at))),
                    kind.as_ref()
                        .map_or("payment", |kind| kind.as_str())
                        .to_owned(),
                    status.to_string(),
                    money_or_dash(*amount, currency),
                ],
            },
        };
        // A time said once is not said again.
        let mut row = row;
        if row[0] != UNTOLD {
            if last.as_ref() == Some(&row[0]) {
                row[0] = SAME.to_owned();
            } else {
                last = Some(row[0].clone());
            }
        }
        table.add_row(row);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    narrator.say(&format!(
        "\nTimeline ({SAME} the same second as told last; {UNTOLD} no time told: seen by us about then)\n{}",
        lines(&table)
    ))
}

/// A sighting as a step: text and data.
pub(super) fn sighting(record: &Record, index: usize) -> (String, Value) {
    let Some(Sighting { what, .. }) = record.sightings.get(index) else {
        return (String::new(), Value::Null);
    };
    let currency = record.loan.as_ref().and_then(|loan| loan.currency.as_ref());
    let text = match what {
        Seen::Credit(amount) => format!("credit left {}", money(*amount, currency)),
        Seen::Payment {
            kind,
            status,
            amount,
            failure_reason,
            ..
        } => {
            let kind = kind.as_ref();
            let name = if is_payout(kind) {
                "payout"
            } else {
                kind.map_or("payment", |kind| kind.as_str())
            };
            let mut text = format!("{name} of {} {status}", money_or_dash(*amount, currency));
            if let Some(reason) = failure_reason {
                text.push_str(&format!(" ({reason})"));
            }
            text
        }
    };
    (text, what.to_json())
}
