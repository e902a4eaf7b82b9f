//! The records as a scenario that leads to the same state.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::StateError;
use super::gate::Gate;
use super::record::{Call, What};
use crate::app::Parts;
use crate::clock::Mode;
use crate::control;

/// The steps. Time stands still but for what they do, so that it does not
/// matter how long they take.
pub(super) fn export(app: &Parts, gate: &Gate) -> Result<Vec<Value>, StateError> {
    let mut steps = Vec::new();
    let mut read = 0;
    let mut shown = None;
    loop {
        let records = gate.read(read)?;
        if records.is_empty() {
            break;
        }
        read += records.len() as u64;
        for record in records {
            if steps.is_empty() {
                steps.push(reset(record.real, app.seed));
                shown = Some(record.real);
            }
            let call = match record.what {
                What::Begin(_, call) => Some(call),
                What::Tick => None,
                _ => continue,
            };
            if let Some(now) = record.now
                && shown != Some(now)
            {
                steps.push(clock(json!({ "freeze": text(now) })));
                shown = Some(now);
            }
            if let Some(call) = call {
                steps.push(step(&call, record.real, app.seed));
            }
        }
    }
    match app.clock.mode() {
        Mode::Running(1) => steps.push(clock(json!({ "freeze": false }))),
        Mode::Running(rate) => steps.push(clock(json!({ "rate": rate }))),
        Mode::Frozen | Mode::Stepping(_) => {}
    }
    Ok(steps)
}

fn reset(at: Timestamp, seed: u64) -> Value {
    json!({ "control": "POST /reset", "body": { "at": text(at), "seed": seed } })
}

fn clock(body: Value) -> Value {
    json!({ "control": "POST /clock", "body": body })
}

/// To the last digit, which the clock keeps.
fn text(moment: Timestamp) -> String {
    moment.to_string()
}

fn step(call: &Call, real: Timestamp, seed: u64) -> Value {
    let mut step = Map::new();
    let path = call.target.strip_prefix(control::PREFIX);
    let path = path.filter(|path| path.starts_with('/'));
    let (kind, target) = match path {
        Some(path) => ("control", path),
        None => ("send", &*call.target),
    };
    let request = format!("{} {target}", call.method);
    let mut body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    match &*request {
        "POST /reset" if kind == "control" => {
            if body.is_null() {
                body = json!({});
            }
            // A new world is as old as it was then.
            body["seed"].is_null().then(|| body["seed"] = json!(seed));
            body["at"].is_null().then(|| body["at"] = json!(text(real)));
        }
        "POST /clock" if kind == "control" => stand_still(&mut body),
        _ => {}
    }
    step.insert(kind.to_owned(), request.into());
    if !call.has_key && kind == "send" {
        step.insert("key".to_owned(), false.into());
    }
    let content_type = call.headers.iter().find(|(name, _)| name == "content-type");
    let content_type = content_type.map(|(_, value)| value.as_str());
    if body.is_object() && is_exact(&body) && content_type.is_none_or(is_json) {
        step.insert("body".to_owned(), body);
        return Value::Object(step);
    }
    if let Some(content_type) = content_type {
        step.insert("content_type".to_owned(), content_type.into());
    }
    if !call.body.is_empty() {
        match std::str::from_utf8(&call.body) {
            // What is put in for a name is none of a client's business.
            Ok(text) if !text.contains("${") => step.insert("text".to_owned(), text.into()),
            _ => step.insert("base64".to_owned(), STANDARD.encode(&call.body).into()),
        };
    }
    Value::Object(step)
}

/// A time that passes by itself would depend on how fast the steps are.
fn stand_still(body: &mut Value) {
    let Some(fields) = body.as_object_mut() else {
        return;
    };
    let runs = fields.remove("rate").is_some() || fields.get("freeze") == Some(&false.into());
    if runs {
        fields.insert("freeze".to_owned(), true.into());
    }
}

fn is_json(content_type: &str) -> bool {
    content_type.starts_with("application/json")
}

/// Whether it is the same when it is written again, and stands for itself in a
/// scenario.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::String(text) => !text.contains("${"),
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(fields) => {
            !fields.contains_key("$with")
                && fields
                    .iter()
                    .all(|(name, value)| !name.contains("${") && is_exact(value))
        }
        Value::Null | Value::Bool(_) => true,
    }
}
