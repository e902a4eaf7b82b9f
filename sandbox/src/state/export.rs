//! The records as a scenario that leads to the same state.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::StateError;
use super::gate::Gate;
use super::record::{Call, What};
use crate::accounts::{invented_key, path_for, with_invented_keys};
use crate::app::Parts;
use crate::clock::Mode;
use crate::control;

/// The steps. Time stands still but for what they do, so that it does not
/// matter how long they take.
pub(super) fn export(app: &Parts, gate: &Gate) -> Result<Vec<Value>, StateError> {
    let mut steps = Vec::new();
    let mut names = Names::of(&app.own);
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
                let mut body = json!({});
                complete(&mut body, app, record.real);
                let bytes = body.to_string();
                let mut step = json!({ "control": "POST /reset" });
                if let Some(step) = step.as_object_mut() {
                    put_body(step, body, bytes.as_bytes(), None);
                }
                steps.push(step);
                shown = Some(record.real);
            }
            let call = match record.what {
                What::Begin(_, call) => Some(call),
                What::Tick(_) => None,
                _ => continue,
            };
            if let Some(now) = record.now
                && shown != Some(now)
            {
                steps.push(clock(json!({ "freeze": text(now) })));
                shown = Some(now);
            }
            if let Some(call) = call {
                steps.push(step(&call, record.real, app, &mut names));
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

/// A new world is as old as it was then, and begins as it did, whatever the
/// other sandbox was started with.
fn complete(reset: &mut Value, app: &Parts, at: Timestamp) {
    let Some(fields) = reset.as_object_mut() else {
        return;
    };
    let begun = [("seed", json!(app.seed)), ("at", json!(text(at)))];
    // Those recorded have what their keys are known by, those of the start nothing.
    with_invented_keys(fields);
    let own = app.own.iter().map(|(name, value)| match name.as_str() {
        "accounts" => ("accounts", with_keys(value)),
        name => (name, value.clone()),
    });
    for (name, value) in begun.into_iter().chain(own) {
        // Data that is not asked for is told by `null`.
        let is_given = match fields.get(name) {
            Some(given) => !given.is_null() || name == "seed_data",
            None => false,
        };
        if !is_given {
            fields.insert(name.to_owned(), value);
        }
    }
}

/// The accounts with a key each.
fn with_keys(accounts: &Value) -> Value {
    let mut accounts = accounts.clone();
    for account in accounts.as_array_mut().into_iter().flatten() {
        let key = account["name"].as_str().map(invented_key);
        account["key"] = key.into();
    }
    accounts
}

/// What the first account is called, if it has a name.
struct Names {
    begun: Option<String>,
    first: Option<String>,
}

impl Names {
    fn of(own: &Map<String, Value>) -> Self {
        let begun = first_of(own.get("accounts"));
        Self {
            first: begun.clone(),
            begun,
        }
    }

    /// The world begins anew, with these accounts if they are given.
    fn reset(&mut self, accounts: Option<&Value>) {
        self.first = match accounts {
            Some(Value::Array(_)) => first_of(accounts),
            _ => self.begun.clone(),
        };
    }
}

fn first_of(accounts: Option<&Value>) -> Option<String> {
    let name = accounts?.get(0)?["name"].as_str()?;
    Some(name.to_owned())
}

fn clock(body: Value) -> Value {
    json!({ "control": "POST /clock", "body": body })
}

/// To the last digit, which the clock keeps.
fn text(moment: Timestamp) -> String {
    moment.to_string()
}

fn step(call: &Call, real: Timestamp, app: &Parts, names: &mut Names) -> Value {
    let mut step = Map::new();
    let path = call.target.strip_prefix(control::PREFIX);
    let path = path.filter(|path| path.starts_with('/'));
    let (kind, target) = match path {
        Some(path) => ("control", path),
        None => ("send", &*call.target),
    };
    let shown = match &call.name {
        // A path of the API is for whose key it comes with.
        Some(name) if kind == "control" => path_for(&call.target, Some(name)),
        _ => call.target.clone(),
    };
    let target = shown.strip_prefix(control::PREFIX).unwrap_or(target);
    let request = format!("{} {target}", call.method);
    let asked = format!(
        "{} {}",
        call.method,
        target.split('?').next().unwrap_or_default()
    );
    let key = call.name.clone().or_else(|| names.first.clone());
    let mut body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let mut bytes = call.body.to_vec();
    match &*asked {
        "POST /reset" if kind == "control" => {
            if call.body.is_empty() {
                body = json!({});
            }
            complete(&mut body, app, real);
            names.reset(body.get("accounts"));
        }
        "POST /accounts" if kind == "control" => {
            if let Some(account) = body.as_object_mut() {
                with_invented_keys(account);
            }
        }
        "POST /clock" if kind == "control" => stand_still(&mut body),
        _ => {}
    }
    let is_ours = kind == "control" && ["POST /reset", "POST /accounts"].contains(&&*asked);
    if is_ours && body.is_object() {
        bytes = body.to_string().into_bytes();
    }
    step.insert(kind.to_owned(), request.into());
    if kind == "send" {
        if !call.has_key {
            step.insert("key".to_owned(), false.into());
        } else if let Some(name) = key {
            step.insert("key".to_owned(), invented_key(&name).into());
        }
    }
    let content_type = call.headers.iter().find(|(name, _)| name == "content-type");
    let content_type = content_type.map(|(_, value)| value.as_str());
    put_body(&mut step, body, &bytes, content_type);
    Value::Object(step)
}

/// The body of a step as JSON, if these bytes are that to the last digit.
fn put_body(step: &mut Map<String, Value>, body: Value, bytes: &[u8], content_type: Option<&str>) {
    if body.is_object() && is_exact(&body) && content_type.is_none_or(is_json) {
        step.insert("body".to_owned(), body);
        return;
    }
    if let Some(content_type) = content_type {
        step.insert("content_type".to_owned(), content_type.into());
    }
    if !bytes.is_empty() {
        match std::str::from_utf8(bytes) {
            // What is put in for a name is none of a client's business.
            Ok(text) if !text.contains("${") => step.insert("text".to_owned(), text.into()),
            _ => step.insert("base64".to_owned(), STANDARD.encode(bytes).into()),
        };
    }
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
