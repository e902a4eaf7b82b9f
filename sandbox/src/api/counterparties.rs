//! Counterparties.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{
    Counterparty, CreateCounterparty, CreditLimit, IdentifierType, Page, RelationType,
};

use super::{JsonBody, Params, World, found, view};
use crate::app::App;
use crate::problem::Problem;
use crate::world::party::key_of;
use crate::world::table::{No, Order, cut};

/// `counterparties.create`.
pub(super) async fn create(
    State(app): State<App>,
    JsonBody(body): JsonBody<CreateCounterparty>,
) -> Result<(StatusCode, Json<Counterparty>), Problem> {
    let (mut world, now) = app.open();
    let (no, is_new) = world.create_counterparty(body, now)?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(show(&world, no))))
}

/// `counterparties.get`.
pub(super) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Counterparty>, Problem> {
    let (world, _) = app.open();
    let no = found(world.counterparties.find(&id), "counterparty")?;
    Ok(Json(show(&world, no)))
}

/// `counterparties.list`.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Counterparty>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let name = params.one("business_name");
    let identifier = params.one("identifier").map(|text| key_of(&text));
    let kind = params.known("identifier_type", IdentifierType::is_known);
    let relations = params.all_known("relation_types", RelationType::is_known);
    let selected = params.truth("selected_for_financing");
    let part = params.part(app.settings())?;
    let (world, _) = app.open();
    let table = &world.counterparties;
    let rows = table.walk(Order::Falling, part.after);
    let cut = cut(rows, part.size, |no| {
        let party = &table[no].value;
        let given = party.identifier.as_deref().unwrap_or(&party.key);
        name.as_ref().is_none_or(|name| {
            let own = party.name.as_deref().unwrap_or_default();
            own.eq_ignore_ascii_case(name)
        }) && identifier.as_deref().is_none_or(|wanted| given == wanted)
            && kind
                .as_ref()
                .is_none_or(|kind| view::kind(party.identifier_type.as_ref(), given) == *kind)
            && (relations.is_empty() || party.relations.iter().any(|r| relations.contains(r)))
            && selected != Some(true)
    });
    Ok(Json(params.page(part, &cut, |no| show(&world, no))))
}

pub(super) fn show(world: &World, no: No) -> Counterparty {
    let row = &world.counterparties[no];
    let party = &row.value;
    let identifier = party.identifier.as_deref().unwrap_or(&party.key);
    let (most, left, reason) = world.credit_limit(no);
    let limit = CreditLimit::new()
        .available_amount(left)
        .max_amount(most)
        .max_amount_details(reason);
    Counterparty::new()
        .address(party.address.as_deref().cloned())
        .contact(party.contact.as_deref().cloned())
        .credit_limit(limit)
        .id(row.id.to_string())
        .identifier(identifier)
        .identifier_type(view::kind(party.identifier_type.as_ref(), identifier))
        .relation_types(party.relations.clone())
        // INFERRED: the contract has none without a name. Defacto knows it from the
        // registry, which is not simulated.
        .name(party.name.as_deref().unwrap_or(identifier))
        .selected_for_financing(false)
        .vat_number(party.vat_number.as_deref())
}
