//! The named schemas of the control API's OpenAPI file.

use defacto_types::{LoanStatus, OPERATIONS};
use serde_json::{Value, json};

use super::shapes::{
    any, between, cents, id, list, map, named, number, object, of_lending, one_of, or_null,
    request, span, text, time, truth, whole,
};
use crate::fault::PRESETS;
use crate::policy::{Settings, TABLE, Values};
use crate::trigger::triggers;

type Named = (&'static str, Value);

/// All of them, each with its name.
pub(super) fn all() -> Vec<Named> {
    let mut all = vec![("Problem", problem()), ("OfLending", of_lending())];
    all.extend(times());
    all.extend(faults());
    all.extend(webhooks());
    all.extend(books());
    all.extend(views());
    all
}

fn problem() -> Value {
    let param = object([("name", text()), ("reason", text())]);
    object([
        ("type", text()),
        ("title", text()),
        ("status", between(400, 599)),
        ("detail", text()),
        ("invalid_params?", list(param)),
    ])
}

fn times() -> Vec<Named> {
    let clock = || {
        vec![
            ("now", time()),
            ("frozen", truth()),
            ("mode", one_of(["real", "rate", "frozen", "step"])),
            ("rate", or_null(whole(1))),
            ("step", or_null(span())),
        ]
    };
    let happened = || {
        let counts = [
            "attempts",
            "delivered",
            "failed",
            "dropped",
            "lost",
            "pending",
        ];
        let deliveries = object(counts.map(|name| (name, whole(0))));
        [("events", map(whole(1))), ("deliveries", deliveries)]
    };
    let change = request([
        ("advance?", span()),
        ("advance_seconds?", whole(0)),
        ("to?", time()),
        ("next_event?", json!({ "const": true })),
        ("next_event_of?", text()),
        ("freeze?", json!({ "type": ["boolean", "string"] })),
        ("rate?", between(1, 100_000_000)),
        ("step?", span()),
    ]);
    let trigger = object([
        ("event", text()),
        ("of", one_of(["loan", "payment", "borrower"])),
        ("text", text()),
    ]);
    let pulled = [("event", text()), ("id", text()), ("now", time())];
    vec![
        ("Clock", object(clock())),
        ("ClockChange", change),
        ("ClockMoved", object(clock().into_iter().chain(happened()))),
        ("Triggers", object([("triggers", list(trigger))])),
        (
            "TriggerRequest",
            request([
                ("event", one_of(triggers().map(|(event, ..)| event))),
                ("id?", text()),
                ("amount?", whole(1)),
            ]),
        ),
        ("Triggered", object(pulled.into_iter().chain(happened()))),
    ]
}

/// What says when a fault happens and what it is, as shown.
fn fault() -> Vec<(&'static str, Value)> {
    let delay = object([("from", whole(0)), ("to", whole(0))]);
    let rate = object([
        ("requests", between(1, 100_000)),
        ("seconds", between(1, 86_400)),
    ]);
    let slow = object([("bytes", whole(1)), ("pause_ms", whole(0))]);
    vec![
        ("probability?", number()),
        ("rate?", rate),
        ("delay_ms?", json!({ "anyOf": [whole(0), delay] })),
        ("reset?", one_of(["before", "after"])),
        ("status?", between(200, 599)),
        ("headers?", map(text())),
        ("body?", text()),
        ("content_type?", text()),
        ("act?", truth()),
        ("truncate?", whole(0)),
        ("close_idle?", truth()),
        ("set?", map(any())),
        ("slow?", slow),
        ("clock_skew_seconds?", json!({ "type": "integer" })),
    ]
}

fn faults() -> Vec<Named> {
    let asked = [
        ("preset?", one_of(PRESETS.iter().map(|preset| preset.name))),
        ("operation?", text()),
        (
            "times?",
            json!({ "anyOf": [whole(1), { "const": "always" }] }),
        ),
        ("skip?", whole(0)),
    ];
    let shown = [
        ("operation", or_null(text())),
        ("times", or_null(whole(0))),
        ("skip", whole(0)),
    ];
    let names = OPERATIONS
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let operation = or_null(one_of(names.iter().map(String::as_str)));
    let entry = || {
        vec![
            ("operation", operation.clone()),
            ("method", text()),
            ("path", text()),
            ("status", or_null(between(100, 599))),
            ("acted", truth()),
            ("fault", truth()),
        ]
    };
    let seen = [
        ("no", whole(0)),
        ("template", or_null(text())),
        ("list", truth()),
        ("at", time()),
    ];
    vec![
        ("FaultRequest", request(asked.into_iter().chain(fault()))),
        ("Fault", object(shown.into_iter().chain(fault()))),
        ("Faults", object([("faults", list(named("Fault")))])),
        ("Request", object(entry())),
        (
            "Journal",
            object([("requests", list(named("Request"))), ("next", whole(0))]),
        ),
        ("RequestSeen", object(entry().into_iter().chain(seen))),
        (
            "RequestsSeen",
            object([("requests", list(named("RequestSeen")))]),
        ),
    ]
}

fn webhooks() -> Vec<Named> {
    let lever = || {
        [
            ("copies?", between(2, 100)),
            ("window?", between(2, 100)),
            ("delay?", span()),
        ]
    };
    let action = || one_of(["drop", "corrupt", "duplicate", "delay", "reorder"]);
    let asked = [
        ("action", action()),
        ("event_type?", text()),
        ("webhook_id?", text()),
        ("times?", whole(1)),
        ("skip?", whole(0)),
    ];
    let shown = [
        ("action", action()),
        ("event_type", or_null(text())),
        ("webhook_id", or_null(text())),
        ("times", or_null(whole(0))),
        ("skip", whole(0)),
    ];
    let asked = request(asked.into_iter().chain(lever()));
    let shown = object(shown.into_iter().chain(lever()));
    let timeout = || between(1, 60_000);
    let attempt = object([
        ("at", time()),
        ("status", or_null(between(100, 999))),
        ("error", or_null(text())),
        ("answer", or_null(text())),
        ("took_ms", whole(0)),
    ]);
    let sent = object([("method", text()), ("url", text()), ("body", any())]);
    vec![
        (
            "Delivery",
            object([
                ("id", whole(0)),
                ("webhook_id", text()),
                ("event_type", text()),
                ("entity_id", text()),
                ("state", one_of(crate::delivery::states())),
                ("happened_at", time()),
                ("next_attempt_at", or_null(time())),
                ("redelivery_of", or_null(whole(0))),
                ("levers", list(text())),
                ("request", sent),
                ("attempts", list(attempt)),
            ]),
        ),
        (
            "Deliveries",
            object([
                ("deliveries", list(named("Delivery"))),
                ("pending", whole(0)),
                ("lost", whole(0)),
            ]),
        ),
        (
            "LeversRequest",
            request([("levers?", list(asked)), ("timeout_ms?", timeout())]),
        ),
        (
            "Levers",
            object([("levers", list(shown)), ("timeout_ms", timeout())]),
        ),
    ]
}

fn books() -> Vec<Named> {
    let account = object([("name", text()), ("any_key", truth())]);
    let snapshot = object([("name", text()), ("now", time())]);
    let step = object([
        ("control?", text()),
        ("send?", text()),
        // Another account's, or none.
        ("key?", json!({ "type": ["boolean", "string"] })),
        ("body?", json!({ "type": "object" })),
        ("content_type?", text()),
        ("text?", text()),
        ("base64?", text()),
    ]);
    let named_by = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,100}$" });
    vec![
        (
            "Health",
            object([
                ("status", json!({ "const": "ok" })),
                ("connections", whole(0)),
            ]),
        ),
        ("Settings", settings()),
        ("SettingsChange", settings_change()),
        ("Accounts", object([("accounts", list(account))])),
        (
            "AccountRequest",
            request([
                ("name", text()),
                ("key", text()),
                ("permissions?", list(text())),
            ]),
        ),
        (
            "Own",
            object([
                ("borrower_id", id()),
                ("business_id", id()),
                ("card_ids", list(id())),
                ("referrer_id", id()),
                ("subscription_id", id()),
                ("revenue_share_ids", list(id())),
            ]),
        ),
        (
            "CardUse",
            request([
                ("amount", cents()),
                ("refund?", truth()),
                ("merchant_name?", text()),
                ("merchant_category?", text()),
            ]),
        ),
        ("Snapshot", snapshot),
        ("SnapshotRequest", request([("name", named_by)])),
        (
            "Snapshots",
            object([("snapshots", list(named("Snapshot")))]),
        ),
        (
            "Script",
            object([
                ("name", text()),
                ("about", text()),
                ("seed", whole(0)),
                ("steps", list(step)),
            ]),
        ),
        (
            "ResetRequest",
            request([
                ("seed?", whole(0)),
                ("at?", time()),
                ("policy?", named("SettingsChange")),
                ("faults?", list(named("FaultRequest"))),
                ("seed_data?", or_null(one_of(["demo"]))),
                ("accounts?", list(named("AccountRequest"))),
            ]),
        ),
    ]
}

/// A policy's value as it is shown.
fn setting(values: &Values, shown: &Value) -> Value {
    match values {
        Values::Whole(_, from, to) => between(*from, *to),
        Values::Percent | Values::Denial | Values::Pauses => text(),
        Values::Truth => truth(),
        Values::Words(words) if shown.is_string() => one_of(words.iter().copied()),
        // Statuses are shown as the numbers they are.
        Values::Words(words) => {
            let numbers = words.iter().filter_map(|word| word.parse::<u16>().ok());
            json!({ "type": "integer", "enum": numbers.collect::<Vec<_>>() })
        }
    }
}

fn settings() -> Value {
    let usual = Settings::default();
    object(TABLE.iter().map(|entry| {
        let mut schema = setting(&entry.values, &entry.show(&usual));
        schema["description"] = entry.doc.into();
        (entry.name, schema)
    }))
}

/// Any of them, as they are shown or as text.
fn settings_change() -> Value {
    let usual = Settings::default();
    let names: Vec<_> = TABLE
        .iter()
        .map(|entry| format!("{}?", entry.name))
        .collect();
    let changes = TABLE.iter().zip(&names).map(|(entry, name)| {
        let shown = setting(&entry.values, &entry.show(&usual));
        let given = match entry.values {
            Values::Percent => json!({ "type": ["string", "number"] }),
            _ => json!({ "anyOf": [shown, text()] }),
        };
        (name.as_str(), given)
    });
    object(changes.chain([("policy?", text())]))
}

fn views() -> Vec<Named> {
    let statuses = LoanStatus::ALL.iter().map(LoanStatus::as_str);
    let status = one_of(statuses);
    let moves = object([
        ("row", text()),
        ("from", status.clone()),
        ("to", status.clone()),
    ]);
    let legal = object([("row", text()), ("to", status.clone()), ("known", truth())]);
    let moment = object([("at", time()), ("status", status.clone())]);
    let entry = object([
        ("at", time()),
        ("from", text()),
        ("to", text()),
        ("amount", cents()),
    ]);
    let attached = object([("name", or_null(text())), ("kind", text())]);
    let used = object([
        ("at", time()),
        ("outstanding", cents()),
        ("pending", cents()),
        ("pending_validation", cents()),
        ("available", cents()),
    ]);
    let thing = || named("OfLending");
    let about = || ("requests", list(named("RequestSeen")));
    vec![
        (
            "LoanMove",
            request([("to?", status.clone()), ("next?", json!({ "const": true }))]),
        ),
        (
            "Machine",
            object([("statuses", list(status)), ("moves", list(moves))]),
        ),
        (
            "LoanView",
            object([
                ("loan", thing()),
                ("scenario", or_null(text())),
                ("borrower_id", id()),
                ("now", time()),
                ("late", truth()),
                ("next_at", or_null(time())),
                ("history", list(moment)),
                ("moves", list(legal)),
                ("payments", list(thing())),
                ("installments", list(thing())),
                ("bill", or_null(thing())),
                ("invoice", or_null(thing())),
                ("ledger", list(entry)),
                ("fees", list(object([("at", time()), ("cents", cents())]))),
                ("attached", list(attached)),
                ("documents", list(text())),
                about(),
            ]),
        ),
        ("InvoiceView", object([("invoice", thing()), about()])),
        (
            "BorrowerView",
            object([
                ("borrower", thing()),
                ("credit_line", or_null(thing())),
                ("use", list(used)),
                about(),
            ]),
        ),
        (
            "Page",
            object([
                ("data", list(thing())),
                ("count", whole(0)),
                ("page_size", whole(1)),
                ("next_page?", or_null(text())),
                ("previous_page?", or_null(text())),
                ("total", json!({ "type": "null" })),
            ]),
        ),
    ]
}
