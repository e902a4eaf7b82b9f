//! The accounting feed, oldest first: it is read to catch up.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::Uri;
use defacto_types::{LedgerEvent, LedgerEventPayload, LedgerEventType, Map, Page};

use super::params::any;
use super::{Params, World, all_of, view};
use crate::app::App;
use crate::problem::Problem;
use crate::world::feed::Event;
use crate::world::loan::Reader;
use crate::world::table::{No, cut};

/// `events.list`.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<LedgerEvent>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let kinds = params.all_known("event_type", LedgerEventType::is_known);
    let loans = params.all("loan_id");
    let from = params.time("from_date");
    let to = params.time("to_date");
    let part = params.part(app.settings())?;
    let (mut world, now) = app.open();
    let named = all_of(&loans, |id| world.loans.find(id));
    if loans.is_empty() {
        world.observe_all(Reader::Feed, now);
    } else {
        world.observe(&named, Reader::Feed, now);
    }
    let world = &*world;
    let start = part.after.map_or(0, |cursor| cursor.no.saturating_add(1));
    let rows: Box<dyn Iterator<Item = No>> = if loans.is_empty() {
        Box::new(start..world.feed.len())
    } else {
        let mut rows: Vec<_> = named
            .iter()
            .flat_map(|loan| world.loans[*loan].value.events.iter().copied())
            .filter(|no| *no >= start)
            .collect();
        rows.sort_unstable();
        rows.dedup();
        Box::new(rows.into_iter())
    };
    let rows = rows.filter_map(|no| {
        let event = world.feed.get(no)?;
        Some((event.at.as_microsecond(), no))
    });
    let cut = cut(rows, part.size, |no| {
        world.feed.get(no).is_some_and(|event| {
            any(&kinds, &event.kind.to_wire())
                && from.is_none_or(|from| event.at >= from)
                && to.is_none_or(|to| event.at <= to)
        })
    });
    Ok(Json(params.page(part, &cut, |no| {
        world
            .feed
            .get(no)
            .map_or_else(LedgerEvent::new, |event| show(world, event))
    })))
}

fn show(world: &World, event: &Event) -> LedgerEvent {
    let some = |amount: i64| (amount != 0).then_some(amount);
    let payload = LedgerEventPayload::new()
        .fees_amount(some(event.fees))
        .loan_id(view::loan_id(world, event.loan))
        .metadata(Map::new())
        .principal_amount(some(event.principal));
    LedgerEvent::new()
        .event_at(event.at)
        .event_payload(payload)
        .event_type(event.kind.to_wire())
}
