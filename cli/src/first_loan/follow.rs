//! Following the loan and its money to the end.
//!
//! The loan remembers every status it had, payments and credit lines only the
//! last one. So the payments are what is read: the loan itself only when they
//! stand still. That matters with the sandbox, where whatever is under way
//! moves on at each read.

use defacto::Client;
use defacto::types::{ListCreditLines, ListPayments, LoanStatus, Payment};
use serde_json::json;

use super::narrator::Narrator;
use super::pace::{Pace, is_over};
use super::record::Record;
use super::timeline;
use crate::connection::Open;
use crate::failure::Failure;

/// Follows loan and payments until nothing more is to come.
pub(super) async fn follow(
    open: &Open,
    identifier: &str,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    let client = &open.client;
    let mut pace = Pace::of(open);
    let told = record.status().cloned();
    narrator.doing("following the loan and its payments");
    loop {
        let over = record.status().is_none_or(is_over);
        let moved = see_payments(client, &mut pace, narrator, record).await?;
        if moved {
            see_credit(client, identifier, record).await?;
        }
        // Payments are read once more after the end.
        if over {
            break;
        }
        if !moved {
            let before = record.status().cloned();
            refresh(open, &mut pace, record).await?;
            if record.status() == before.as_ref() {
                pace.wait().await;
                continue;
            }
            history(client, told.as_ref(), narrator, record).await?;
        }
        pace = Pace::of(open);
        pace.wait().await;
    }
    see_credit(client, identifier, record).await?;
    history(client, told.as_ref(), narrator, record).await
}

/// Reads the payments; whether there is news of them.
async fn see_payments(
    client: &Client,
    pace: &mut Pace,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<bool, Failure> {
    let payments = payments(client, record).await;
    let Some(payments) = pace.read(payments)? else {
        return Ok(false);
    };
    let news = record.see_payments(payments);
    for index in &news {
        let (text, data) = timeline::sighting(record, *index);
        narrator.done("payment", &text, data)?;
    }
    Ok(!news.is_empty())
}

async fn payments(client: &Client, record: &Record) -> Result<Vec<Payment>, defacto::Error> {
    let Some(loan) = &record.loan else {
        return Ok(Vec::new());
    };
    let query = ListPayments::new().loan_id(vec![loan.id.to_string()]);
    client.payments().list(&query).items().collect().await
}

/// Reads the loan again; a failure that passes leaves it as it was.
pub(super) async fn refresh(
    open: &Open,
    pace: &mut Pace,
    record: &mut Record,
) -> Result<(), Failure> {
    let Some(loan) = &record.loan else {
        return Ok(());
    };
    let read = open.client.loans().get(&loan.id).await;
    if let Some(loan) = pace.read(read)? {
        record.loan = Some(loan);
    }
    Ok(())
}

/// Reads the loan's own account of its life, and tells what is new in it:
/// what came after `told` the first time, after the last time then.
async fn history(
    client: &Client,
    told: Option<&LoanStatus>,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    let Some(loan) = &record.loan else {
        return Ok(());
    };
    let events = client.loans().list_events(&loan.id);
    let events = events.items().collect().await?;
    let before = std::mem::replace(&mut record.events, events);
    let known = if before.is_empty() {
        let last = record
            .events
            .iter()
            .rposition(|event| Some(&event.status) == told);
        last.map_or(0, |last| last + 1)
    } else {
        before.len()
    };
    let new: Vec<_> = record
        .events
        .iter()
        .skip(known)
        .map(|event| event.status.as_str())
        .collect();
    if !new.is_empty() {
        narrator.done("loan", &new.join(", "), json!({ "statuses": new }))?;
    }
    Ok(())
}

/// Looks at the credit left on the borrower's line, if the server tells.
pub(super) async fn see_credit(
    client: &Client,
    identifier: &str,
    record: &mut Record,
) -> Result<(), Failure> {
    let asked = jiff::Timestamp::now();
    let query = ListCreditLines::new().borrower(vec![identifier.to_owned()]);
    let page = client.credit_lines().list(&query).await?;
    let left = page.data.first().and_then(|line| line.balance_available);
    record.see_credit(left, asked);
    Ok(())
}
