//! What can be made to happen that no operation of the API does: one row each.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::App;
use crate::control::shapes::named;
use crate::control::{Routes, Says, refused};
use crate::fields::Fields;
use crate::policy::Timing;
use crate::problem::Problem;
use crate::time::Walk;
use crate::world::late::Lateness;
use crate::world::loan::Denial;
use crate::world::table::No;
use crate::world::{Refusal, World};

/// What a trigger is pulled on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Of {
    Loan,
    Payment,
    Borrower,
}

/// What it does now, and where the clock goes then.
type Done = Result<Option<Timestamp>, Refusal>;

/// A row of the list.
struct Trigger {
    event: &'static str,
    of: Of,
    /// One line, for people.
    text: &'static str,
    act: fn(&mut World, No, Option<i64>, Timestamp) -> Done,
}

/// All of them.
const TRIGGERS: &[Trigger] = &[
    Trigger {
        event: "loan.declined",
        of: Of::Loan,
        text: "A request or an offer is refused: DECLINED, CREDIT_RISK_NOT_ELIGIBLE",
        act: |world, no, _, now| now_only(world.decline(no, Denial::CreditRisk, now)),
    },
    Trigger {
        event: "loan.expired",
        of: Of::Loan,
        text: "An offer is not accepted in time: TO_VALIDATE becomes DECLINED, LOAN_REQUEST_EXPIRED",
        act: |world, no, _, now| now_only(world.decline(no, Denial::Expired, now)),
    },
    Trigger {
        event: "loan.paid_out",
        of: Of::Loan,
        text: "The money arrives now, whatever the date: TO_REPAY",
        act: |world, no, _, now| now_only(world.bring_to_repay(no, now)),
    },
    Trigger {
        event: "loan.resolved",
        of: Of::Loan,
        text: "A failed payout is made again and arrives: ISSUE_DETECTED becomes TO_REPAY",
        act: |world, no, _, now| now_only(world.resolve(no, now)),
    },
    Trigger {
        event: "loan.due",
        of: Of::Loan,
        text: "The repayment stays away; the clock goes to the signed date",
        act: |world, no, _, now| world.withhold(no, Lateness::Due, now).map(Some),
    },
    Trigger {
        event: "loan.late",
        of: Of::Loan,
        text: "The repayment stays away; the clock goes to 4 days after the signed date",
        act: |world, no, _, now| world.withhold(no, Lateness::Late, now).map(Some),
    },
    Trigger {
        event: "loan.late_rate",
        of: Of::Loan,
        text: "The repayment stays away; the clock goes to when a day was charged at the late rate",
        act: |world, no, _, now| world.withhold(no, Lateness::LateRate, now).map(Some),
    },
    Trigger {
        event: "loan.repaid",
        of: Of::Loan,
        text: "What is owed is repaid now: CLOSED; with an amount, that much of the principal",
        act: |world, no, amount, now| now_only(world.repay_loan(no, amount, now)),
    },
    Trigger {
        event: "payment.failed",
        of: Of::Payment,
        text: "A payout fails: ISSUE_DETECTED; or a debit is rejected: it is owed, and not tried again",
        act: |world, no, _, now| now_only(world.fail_payment(no, now)),
    },
    Trigger {
        event: "payment.charged_back",
        of: Of::Payment,
        text: "A repayment is taken back by the payer's bank: the loan owes it again",
        act: |world, no, _, now| now_only(world.charge_back(no, now)),
    },
    Trigger {
        event: "borrower.kyb_refused",
        of: Of::Borrower,
        text: "The checks of a borrower are refused: PROHIBITED, and its requests are declined",
        act: |world, no, _, now| now_only(world.refuse_borrower(no, now)),
    },
];

fn now_only(done: Result<(), Refusal>) -> Done {
    done.map(|()| None)
}

impl Of {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Loan => "loan",
            Self::Payment => "payment",
            Self::Borrower => "borrower",
        }
    }

    fn find(self, world: &World, id: &str) -> Option<No> {
        match self {
            Self::Loan => world.loans.find(id),
            Self::Payment => world.payments.find(id),
            Self::Borrower => world.borrowers.find(id),
        }
    }

    fn count(self, world: &World) -> No {
        match self {
            Self::Loan => world.loans.len(),
            Self::Payment => world.payments.len(),
            Self::Borrower => world.borrowers.len(),
        }
    }

    fn id(self, world: &World, no: No) -> String {
        let id = match self {
            Self::Loan => world.loans[no].id,
            Self::Payment => world.payments[no].id,
            Self::Borrower => world.borrowers[no].id,
        };
        id.to_string()
    }
}

/// Every trigger: its name, what it is pulled on, and what it does in one line.
pub fn triggers() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let row = |trigger: &'static Trigger| (trigger.event, trigger.of.as_str(), trigger.text);
    TRIGGERS.iter().map(row)
}

/// Its route, without the control API's prefix.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/trigger", list, {
            Says::new("list_triggers", "What can be made to happen").gives(named("Triggers"))
        })
        .post("/trigger", pull, {
            let says = Says::new(
                "trigger",
                "Makes something happen, to the newest without an id",
            );
            says.takes(named("TriggerRequest"))
                .gives(named("Triggered"))
        })
}

async fn list() -> Json<Value> {
    let rows = triggers().map(|(event, of, text)| json!({"event": event, "of": of, "text": text}));
    Json(json!({ "triggers": rows.collect::<Vec<_>>() }))
}

async fn pull(State(app): State<App>, body: Bytes) -> Result<Json<Value>, Problem> {
    let mut fields = Fields::of(&body)?;
    let known = || {
        let names: Vec<_> = TRIGGERS.iter().map(|trigger| trigger.event).collect();
        format!("must be one of {}", names.join(", "))
    };
    let trigger = fields.take("event", &known(), |value| {
        let name = value.as_str()?;
        TRIGGERS.iter().find(|trigger| trigger.event == name)
    });
    let id = fields.take("id", "must be an id", |v| v.as_str().map(str::to_owned));
    let amount = fields.take("amount", "must be cents, from 1", |value| {
        value.as_i64().filter(|amount| *amount > 0)
    });
    fields.finish()?;
    let trigger = trigger.ok_or_else(|| refused("event", "is needed"))?;
    if amount.is_some() && trigger.event != "loan.repaid" {
        return Err(refused("amount", "is of `loan.repaid` only"));
    }
    let walk = Walk::begin(&app).await;
    let (no, target) = act(&app, trigger, id.as_deref(), amount)?;
    walk.go(target.unwrap_or_else(|| app.clock.now())).await;
    if let Some(target) = target {
        let mut world = app.look();
        if world.settings.timing == Timing::Guide {
            world.mark(no, target);
        }
    }
    let mut answer = json!({
        "event": trigger.event,
        "id": trigger.of.id(&app.world(), no),
        "now": defacto_types::Timestamp(app.clock.now()).to_string(),
    });
    walk.end(&mut answer);
    Ok(Json(answer))
}

/// Pulls it on what the id names, or on the newest that takes it.
fn act(
    app: &App,
    trigger: &Trigger,
    id: Option<&str>,
    amount: Option<i64>,
) -> Result<(No, Option<Timestamp>), Problem> {
    let (mut world, now) = app.open();
    let of = trigger.of.as_str();
    if let Some(id) = id {
        let no = trigger.of.find(&world, id);
        let no = no.ok_or_else(|| Problem::not_found(format!("there is no such {of}")))?;
        let target = (trigger.act)(&mut world, no, amount, now)?;
        return Ok((no, target));
    }
    for no in (0..trigger.of.count(&world)).rev() {
        match (trigger.act)(&mut world, no, amount, now) {
            Ok(target) => return Ok((no, target)),
            Err(Refusal::State(_)) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let detail = format!("there is no {of} that `{}` can happen to", trigger.event);
    Err(Problem::from(Refusal::State(detail)))
}
