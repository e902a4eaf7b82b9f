//! Cards of the account's own company.

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use defacto_types::{Card, CardEntry, Cents, CreditBalance, EphemeralKey, Map, SetCardStatus};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::{JsonBody, Params, World, found};
use crate::app::App;
use crate::policy;
use crate::problem::Problem;
use crate::world::card::{Entry, State as CardState};
use crate::world::invalid;
use crate::world::ledger::Account;
use crate::world::table::No;

type Pairs = Query<Vec<(String, String)>>;

/// `cards.list`.
pub(super) async fn list(State(app): State<App>) -> Json<Vec<Card>> {
    let (world, _) = app.open();
    let own = (0..world.cards.len()).filter(|no| world.cards[*no].value.borrower == world.own);
    Json(own.map(|no| show(&world, no)).collect())
}

/// `cards.get`.
pub(super) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Card>, Problem> {
    let (world, _) = app.open();
    let no = found(world.cards.find(&id), "card")?;
    Ok(Json(show(&world, no)))
}

/// `cards.set_status`.
pub(super) async fn set_status(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<SetCardStatus>,
) -> Result<Json<Card>, Problem> {
    let (mut world, _) = app.open();
    let no = found(world.cards.find(&id), "card")?;
    world.set_card_state(no, body.status.as_deref().unwrap_or_default())?;
    Ok(Json(show(&world, no)))
}

/// `cards.create_ephemeral_key`: another one each time.
pub(super) async fn create_ephemeral_key(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Json<EphemeralKey>, Problem> {
    let Form(form) = form.map_err(|_| Problem::bad_request("the body must be a form"))?;
    if !form
        .iter()
        .any(|(name, nonce)| name == "nonce" && !nonce.is_empty())
    {
        return Err(Problem::invalid(vec![invalid("nonce", "is missing")]));
    }
    let (mut world, _) = app.open();
    let no = found(world.cards.find(&id), "card")?;
    let card = &world.cards[no];
    if card.value.state == CardState::Canceled {
        return Err(Problem::bad_request("the card is canceled"));
    }
    let (account, provider) = (account_of(&world, no), card.id.sibling(1).short());
    let key = EphemeralKey::new()
        .ephemeral_key_secret(format!("ek_sandbox_{}", world.draw_secret()))
        .provider_account_id(account)
        .provider_card_id(provider)
        .publishable_key("pk_sandbox");
    Ok(Json(key))
}

/// `cards.list_entries`.
pub(super) async fn list_entries(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    Query(pairs): Pairs,
) -> Result<Json<Vec<CardEntry>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let (from, to) = (params.time("from_date"), params.time("to_date"));
    params.finish()?;
    let (world, _) = app.open();
    let no = found(world.cards.find(&id), "card")?;
    let entries = world.cards[no].value.entries.iter().rev();
    let kept = entries.filter(|entry| {
        from.is_none_or(|from| entry.at >= from) && to.is_none_or(|to| entry.at <= to)
    });
    Ok(Json(kept.map(show_entry).collect()))
}

/// `cards.export_entries`. READ: a month, or both dates.
pub(super) async fn export_entries(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    Query(pairs): Pairs,
) -> Result<Response, Problem> {
    let mut params = Params::new(&uri, pairs);
    let period = params.read("period", "a month, such as 2026-01", month);
    let (from, to) = (params.time("from_date"), params.time("to_date"));
    let range = match (period, from, to) {
        (Some(range), None, None) => Some(range),
        (None, Some(from), Some(to)) if from <= to => Some((from, to)),
        (None, Some(_), Some(_)) => {
            params.refuse("to_date", "must not be before from_date");
            None
        }
        (Some(_), ..) => {
            params.refuse("period", "excludes from_date and to_date");
            None
        }
        (None, ..) => {
            params.refuse("period", "is needed, or from_date and to_date");
            None
        }
    };
    params.finish()?;
    let (world, _) = app.open();
    let no = found(world.cards.find(&id), "card")?;
    let mut csv = String::from("date,label,amount,currency,category,transaction_type,id\r\n");
    let entries = world.cards[no].value.entries.iter();
    for entry in entries.filter(|entry| range.is_some_and(|(a, b)| a <= entry.at && entry.at <= b))
    {
        // What the company pays is less money on its books.
        let sign = if entry.is_refund { "" } else { "-" };
        let fields = [
            Offset::UTC.to_datetime(entry.at).date().to_string(),
            quoted(&entry.merchant),
            format!("{sign}{}", Cents(entry.amount)),
            "EUR".to_owned(),
            quoted(&entry.category),
            kind(entry).to_owned(),
            entry.id.to_string(),
        ];
        csv.push_str(&fields.join(","));
        csv.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"entries.csv\"",
        ),
    ];
    Ok((headers, csv).into_response())
}

/// The first and the last moment of a month.
fn month(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (year, month) = text.split_once('-')?;
    let is_written_out = year.len() == 4 && month.len() == 2;
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    let midnight = |date: Date| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok();
    let next = first.last_of_month().tomorrow().ok()?;
    let last = midnight(next)?.checked_sub(jiff::SignedDuration::from_micros(1));
    Some((midnight(first)?, last.ok()?)).filter(|_| is_written_out)
}

/// A text field. A sheet would run what starts like a formula.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn kind(entry: &Entry) -> &'static str {
    if entry.is_refund {
        "refund"
    } else {
        "purchase"
    }
}

/// What is charged is positive, what comes back negative.
pub(crate) fn show_entry(entry: &Entry) -> CardEntry {
    let amount = if entry.is_refund {
        -entry.amount
    } else {
        entry.amount
    };
    CardEntry::new()
        .amount(amount)
        .created(entry.at)
        .currency("EUR")
        .entry_type("transaction")
        .id(entry.id.to_string())
        .merchant_amount(amount)
        .merchant_category(entry.category.as_str())
        .merchant_currency("EUR")
        .merchant_name(entry.merchant.as_str())
        .transaction_type(kind(entry))
}

fn account_of(world: &World, no: No) -> String {
    let borrower = world.cards[no].value.borrower;
    world.borrowers[borrower].id.sibling(0x00ca).short()
}

fn show(world: &World, no: No) -> Card {
    let row = &world.cards[no];
    let card = &row.value;
    let balance = |account| world.ledger.balance(account);
    let borrower = card.borrower;
    let pending =
        balance(Account::PendingValidation(borrower)) + balance(Account::Pending(borrower));
    let available = world.available(borrower);
    let balance = CreditBalance::new()
        .available(available)
        .available_including_pending(available)
        .currency("EUR")
        .pending(pending)
        .used(balance(Account::Outstanding(borrower)) + balance(Account::CardUse(borrower)));
    Card::new()
        .balance(balance)
        .brand(policy::CARD_BRAND)
        .card_type("virtual")
        .constraints(Map::new())
        .currency("EUR")
        .first_name("Sandbox")
        .id(row.id.to_string())
        .last4(card.last4.as_str())
        .last_name("Holder")
        .provider_account_id(account_of(world, no))
        .provider_card_id(row.id.sibling(1).short())
        .status(card.state.as_str())
}
