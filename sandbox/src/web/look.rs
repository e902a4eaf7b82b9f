//! What the page shows, but for a loan.

use axum::Json;
use axum::extract::{Path, Query, State};
use defacto_types::LoanStatus;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::loan::time;
use crate::api::{borrowers, credit_lines, invoices};
use crate::app::App;
use crate::journal::Look;
use crate::policy;
use crate::problem::Problem;
use crate::world::World;
use crate::world::id::Id;
use crate::world::ledger::Account;
use crate::world::table::No;
use crate::world::transitions::MOVES;

/// The statuses of a loan in the API's order, and the moves between them.
pub(super) async fn machine() -> Json<Value> {
    let statuses: Vec<_> = LoanStatus::ALL.iter().map(LoanStatus::as_str).collect();
    let moves = MOVES.iter().map(|(row, from, to)| {
        let (from, to) = (from.to_wire(), to.to_wire());
        json!({ "row": row, "from": from.as_str(), "to": to.as_str() })
    });
    Json(json!({ "statuses": statuses, "moves": moves.collect::<Vec<_>>() }))
}

/// The newest requests, numbered and with their time.
pub(super) async fn requests(
    State(app): State<App>,
    Query(query): Query<Vec<(String, String)>>,
) -> Json<Value> {
    let given = |name: &str| {
        let pair = query.iter().find(|(known, _)| known == name);
        pair.map(|(_, value)| value.as_str())
    };
    let about = given("about");
    let look = Look {
        from: given("from").and_then(|no| no.parse().ok()).unwrap_or(0),
        about: about.map(str::to_owned),
        through: about.map_or_else(Vec::new, |id| through(&app.world(), id)),
    };
    Json(json!({ "requests": app.journal.look(&look, policy::MOST_SHOWN) }))
}

/// An invoice.
pub(super) async fn invoice(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (world, _) = app.open();
    let no = world.invoices.find(&id);
    let no = no.ok_or_else(|| Problem::not_found("there is no such invoice"))?;
    Ok(Json(json!({
        "invoice": invoices::show(&world, no),
        "requests": calls(&app, &world, id),
    })))
}

/// A borrower with its credit line.
pub(super) async fn borrower(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (world, now) = app.open();
    let no = world.borrowers.find(&id);
    let no = no.ok_or_else(|| Problem::not_found("there is no such borrower"))?;
    let line = world.borrowers[no].value.credit_line;
    Ok(Json(json!({
        "borrower": borrowers::show(&world, no, None),
        "credit_line": line.map(|line| credit_lines::show(&world, line, None)),
        "use": credit(&world, no, now),
        "requests": calls(&app, &world, id),
    })))
}

/// The requests about something.
pub(super) fn calls(app: &App, world: &World, id: String) -> Vec<Value> {
    let look = Look {
        from: 0,
        through: through(world, &id),
        about: Some(id),
    };
    app.journal.look(&look, policy::MOST_ABOUT)
}

/// The checkouts on which a loan was repaid: a request for one names no loan.
fn through(world: &World, id: &str) -> Vec<Id> {
    let Some(loan) = world.loans.find(id) else {
        return Vec::new();
    };
    let all = (0..world.checkouts.len()).map(|no| &world.checkouts[no]);
    let paid = all.filter(|checkout| checkout.value.loans.contains(&loan));
    paid.map(|checkout| checkout.id).collect()
}

/// What was lent and held of a borrower's facility after each change, in
/// cents; thinned out evenly when there were many.
fn credit(world: &World, no: No, now: Timestamp) -> Vec<Value> {
    let accounts = [
        Account::Outstanding(no),
        Account::Pending(no),
        Account::PendingValidation(no),
        Account::Available(no),
    ];
    let mut balances = [0; 4];
    let mut points: Vec<(Timestamp, [i64; 4])> = Vec::new();
    for entry in world.ledger.of(&accounts) {
        for (account, balance) in accounts.iter().zip(&mut balances) {
            if entry.to == *account {
                *balance += entry.amount;
            }
            if entry.from == *account {
                *balance -= entry.amount;
            }
        }
        match points.last_mut() {
            Some((at, last)) if *at >= entry.at => *last = balances,
            _ => points.push((entry.at, balances)),
        }
    }
    points.push((now, balances));
    let every = points.len().div_ceil(policy::MOST_POINTS).max(1);
    let last = points.len() - 1;
    let kept = points.iter().enumerate();
    let kept = kept.filter(|(index, _)| index % every == 0 || *index == last);
    kept.map(|(_, (at, [outstanding, pending, validation, available]))| {
        json!({
            "at": time(*at),
            "outstanding": outstanding,
            "pending": pending,
            "pending_validation": validation,
            "available": available,
        })
    })
    .collect()
}
