//! Webhook subscriptions, and what a notification says.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use defacto_types::{Page, Webhook, WebhookInput};
use serde_json::{Value, json};

use super::params::whole;
use super::{
    JsonBody, World, counterparties, credit_lines, financial_products, found, invoices, loan_view,
    payment_view,
};
use crate::app::App;
use crate::policy::NoticeId;
use crate::problem::Problem;
use crate::world::id::Id;
use crate::world::party::product_of;
use crate::world::table::No;
use crate::world::webhook::{Entity, Notice};

/// `webhooks.list`.
pub(super) async fn list(State(app): State<App>) -> Json<Page<Webhook>> {
    let (world, _) = app.open();
    let live = (0..world.webhooks.len()).filter(|no| !world.webhooks[*no].value.is_deleted);
    Json(whole(live.map(|no| show(&world, no)).collect()))
}

/// `webhooks.create`.
pub(super) async fn create(
    State(app): State<App>,
    JsonBody(body): JsonBody<WebhookInput>,
) -> Result<(StatusCode, Json<Webhook>), Problem> {
    let (mut world, now) = app.open();
    let no = world.subscribe(body, now)?;
    Ok((StatusCode::CREATED, Json(show(&world, no))))
}

/// `webhooks.update`.
pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<WebhookInput>,
) -> Result<Json<Webhook>, Problem> {
    let (mut world, _) = app.open();
    let no = found(world.webhook(&id), "webhook")?;
    world.resubscribe(no, body)?;
    app.deliveries
        .readdress(no, &world.webhooks[no].value.to_url);
    Ok(Json(show(&world, no)))
}

/// `webhooks.delete`.
pub(super) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (mut world, _) = app.open();
    let no = found(world.webhook(&id), "webhook")?;
    world.unsubscribe(no);
    app.deliveries.cancel(no);
    Ok(StatusCode::NO_CONTENT)
}

fn show(world: &World, no: No) -> Webhook {
    let row = &world.webhooks[no];
    let webhook = &row.value;
    Webhook::new()
        .event_types(webhook.event_types.clone())
        .id(row.id.to_string())
        .name(webhook.name.as_str())
        .to_url(&*webhook.to_url)
}

/// The body of a notification, as documented; `id` is the entity's.
pub(crate) fn notification(world: &World, notice: &Notice) -> Value {
    let (entity_type, id, state) = match notice.entity {
        Entity::Loan(no) => {
            let loan = loan_view::show(world, no, notice.at);
            ("loan", world.loans[no].id, json(&loan))
        }
        Entity::Payment(no) => {
            let payment = payment_view::show(world, no);
            ("payment", world.payments[no].id, json(&payment))
        }
        Entity::Invoice(no) => {
            let invoice = invoices::show(world, no);
            ("invoice", world.invoices[no].id, json(&invoice))
        }
        Entity::CreditLine(borrower) => {
            let line = world.borrowers[borrower].value.credit_line;
            let id = line.map_or(world.borrowers[borrower].id, |no| world.credit_lines[no].id);
            let state = line.map(|no| json(&credit_lines::show(world, no, None)));
            ("credit_line", id, state.unwrap_or_default())
        }
        Entity::CreditLimit(no) => {
            let party = counterparties::show(world, no);
            (
                "counterparty_credit_limit",
                world.counterparties[no].id,
                json(&party),
            )
        }
        Entity::FinancialProduct(no) => {
            let product = financial_products::show(world, no);
            let id = product_of(world.borrowers[no].id);
            ("borrower_financial_product", id, json(&product))
        }
    };
    let id = match world.settings.notice_id {
        NoticeId::Entity => id,
        NoticeId::Notice => own_id(id, notice),
    };
    json!({
        "entity_type": entity_type,
        "transition_name": notice.transition,
        "status": &*notice.status,
        "timestamp": defacto_types::Timestamp(notice.at).to_string(),
        "id": id.to_string(),
        "event_type": notice.event_type.as_str(),
        "entity_state": state,
    })
}

/// An id that another notice of the entity does not have.
fn own_id(entity: Id, notice: &Notice) -> Id {
    let event = notice.event_type.as_str().bytes();
    let event = event.fold(0, |sum: u128, byte| {
        sum.wrapping_mul(257) + u128::from(byte)
    });
    let at = u128::from(notice.at.as_microsecond().unsigned_abs());
    entity.sibling(event.wrapping_mul(1 << 64) ^ at ^ 1 << 127)
}

fn json(entity: &impl defacto_types::Wire) -> Value {
    serde_json::to_value(entity).unwrap_or_default()
}
