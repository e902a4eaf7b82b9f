//! A fault as the control API takes and shows it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use defacto_types::{OPERATIONS, Operation};
use jiff::SignedDuration;
use jiff::Timestamp;
use rand::{Rng, RngExt};
use serde_json::{Map, Value, json};

use super::alter::{Set, Slow};
use super::preset::{self, Preset};
use super::target::Target;
use super::when::{Turn, When};
use crate::fields::Fields;
use crate::problem::Problem;

/// The longest delay: longer than any client waits.
const LONGEST_DELAY_MS: u64 = 3_600_000;

/// The most a clock is wrong, in seconds: ten years.
const LARGEST_SKEW: i64 = 315_360_000;

/// When a connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reset {
    /// Before the operation is carried out, which it then is not.
    Before,
    /// After, and before a byte of the answer.
    After,
}

impl Reset {
    const ALL: [Self; 2] = [Self::Before, Self::After];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// One thing that goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// `None` is every operation.
    target: Option<Target>,
    pub(super) when: When,
    /// From and to how many milliseconds the answer comes later.
    delay_ms: (u64, u64),
    pub(super) reset: Option<Reset>,
    pub(super) status: Option<StatusCode>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
    pub(super) content_type: Option<HeaderValue>,
    act: Option<bool>,
    pub(super) truncate: Option<usize>,
    pub(super) close_idle: bool,
    pub(super) set: Set,
    pub(super) slow: Option<Slow>,
    /// How far the header `Date` is ahead.
    pub(super) skew: Option<SignedDuration>,
}

impl Fault {
    /// Reads the body of `POST /faults`.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Problem> {
        Self::of(Fields::of(body)?)
    }

    /// Reads a fault as data.
    pub(crate) fn of(mut fields: Fields) -> Result<Self, Problem> {
        let fault = Self::of_part(&mut fields);
        fields.finish()?;
        Ok(fault)
    }

    /// Reads it as a part; what is wrong is remembered in the fields.
    pub(crate) fn of_part(fields: &mut Fields) -> Self {
        let expected = format!("must be one of {}", preset::names());
        let preset = fields.take("preset", &expected, |name| Preset::find(name.as_str()?));
        if let Some(preset) = preset {
            fields.fill(preset.fields);
        }
        let when = When::read(fields);
        let mut fault = Self {
            target: target(fields),
            when,
            delay_ms: delay(fields),
            reset: fields.word("reset", Reset::ALL, Reset::as_str),
            status: fields.take("status", "must be a number from 200 to 599", status),
            headers: fields
                .take("headers", "must be an object of texts", headers)
                .unwrap_or_default(),
            body: fields.take("body", "must be a text", text),
            content_type: fields.take("content_type", "must be a media type", |v| {
                HeaderValue::from_str(v.as_str()?).ok()
            }),
            act: fields.take("act", "must be true or false", Value::as_bool),
            truncate: fields.take("truncate", "must be a number from 0", |v| {
                usize::try_from(v.as_u64()?).ok()
            }),
            close_idle: fields
                .take("close_idle", "must be true or false", Value::as_bool)
                .unwrap_or(false),
            set: Set::read(fields),
            slow: Slow::read(fields),
            skew: skew(fields),
        };
        // Too much asked has a status of its own.
        if fault.when.rate.is_some() && !fault.replaces() && fault.reset.is_none() {
            fault.status = Some(StatusCode::TOO_MANY_REQUESTS);
        }
        fault.check(fields);
        fault
    }

    /// Refuses what cannot go together.
    fn check(&self, fields: &mut Fields) {
        if self.reset.is_some() {
            let other = [
                ("status", self.status.is_some()),
                ("headers", !self.headers.is_empty()),
                ("body", self.body.is_some()),
                ("content_type", self.content_type.is_some()),
                ("act", self.act.is_some()),
                ("truncate", self.truncate.is_some()),
                ("close_idle", self.close_idle),
                ("set", !self.set.is_empty()),
                ("slow", self.slow.is_some()),
                ("clock_skew_seconds", self.skew.is_some()),
            ];
            for (name, _) in other.into_iter().filter(|(_, given)| *given) {
                fields.refuse(name, "cannot go with `reset`, which leaves no answer");
            }
        }
        if self.truncate.is_some() && self.close_idle {
            fields.refuse("close_idle", "cannot go with `truncate`, which closes too");
        }
        if self.truncate.is_some() && self.slow.is_some() {
            fields.refuse(
                "slow",
                "cannot go with `truncate`, which sends what it sends at once",
            );
        }
        if self.replaces() && !self.set.is_empty() {
            fields.refuse(
                "set",
                "cannot go with a `status` or a `body`, which replace the answer",
            );
        }
        if self.act.is_some() && self.reset.is_none() && !self.replaces() {
            fields.refuse(
                "act",
                "needs a `status` or a `body` that replaces the answer",
            );
        }
    }

    pub(super) fn matches(&self, operation: &Operation, method: &Method, path: &str) -> bool {
        let is_for = |target: &Target| target.is_for(operation, method, path);
        self.target.as_ref().is_none_or(is_for)
    }

    /// What it does to a request it is for: nothing, or this, with all that
    /// is drawn decided.
    pub(super) fn happen(&mut self, now: Timestamp, rng: &mut impl Rng) -> Option<Self> {
        let Turn::Happen(wait) = self.when.turn(now, rng) else {
            return None;
        };
        let mut happens = self.clone();
        let (from, to) = self.delay_ms;
        let delay = rng.random_range(from..=to);
        happens.delay_ms = (delay, delay);
        if let Some(seconds) = wait {
            let headers = &mut happens.headers;
            let retry_after = headers.entry(header::RETRY_AFTER);
            retry_after.or_insert_with(|| HeaderValue::from(seconds));
        }
        Some(happens)
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.0)
    }

    /// Whether its own answer replaces the operation's.
    pub(super) fn replaces(&self) -> bool {
        self.status.is_some() || self.body.is_some()
    }

    /// Whether the operation is carried out.
    pub(super) fn acts(&self) -> bool {
        match self.reset {
            Some(reset) => reset == Reset::After,
            None => !self.replaces() || self.act == Some(true),
        }
    }

    /// The fault with the times it has left.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Map::new();
        let target = self.target.as_ref().map(ToString::to_string);
        shown.insert("operation".to_owned(), target.into());
        self.when.show(&mut shown);
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), readable(value)))
            .collect();
        let optional = [
            ("delay_ms", delay_to_json(self.delay_ms)),
            ("reset", self.reset.map(|reset| reset.as_str().into())),
            ("status", self.status.map(|status| status.as_u16().into())),
            ("headers", (!headers.is_empty()).then(|| headers.into())),
            ("body", self.body.clone().map(Value::from)),
            ("content_type", self.content_type.as_ref().map(readable)),
            ("act", self.act.map(Value::from)),
            ("truncate", self.truncate.map(Value::from)),
            ("close_idle", self.close_idle.then(|| true.into())),
            ("set", self.set.to_json()),
            ("slow", self.slow.map(Slow::to_json)),
            (
                "clock_skew_seconds",
                self.skew.map(|skew| skew.as_secs().into()),
            ),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                shown.insert(name.to_owned(), value);
            }
        }
        shown.into()
    }
}

fn target(fields: &mut Fields) -> Option<Target> {
    fields.take("operation", Target::SHAPE, |value| {
        Target::parse(value.as_str()?)
    })
}

/// A number, or from where to where.
fn delay(fields: &mut Fields) -> (u64, u64) {
    let expected = "must be a number from 0 to 3600000, or an object with `from` and `to`";
    let delay = fields.take("delay_ms", expected, |value| {
        let number = |value: &Value| value.as_u64().filter(|delay| *delay <= LONGEST_DELAY_MS);
        match value.as_object() {
            Some(object) => {
                let (from, to) = (number(object.get("from")?)?, number(object.get("to")?)?);
                (object.len() == 2 && from <= to).then_some((from, to))
            }
            None => number(value).map(|delay| (delay, delay)),
        }
    });
    delay.unwrap_or_default()
}

fn delay_to_json(delay: (u64, u64)) -> Option<Value> {
    match delay {
        (0, 0) => None,
        (from, to) if from == to => Some(from.into()),
        (from, to) => Some(json!({ "from": from, "to": to })),
    }
}

fn skew(fields: &mut Fields) -> Option<SignedDuration> {
    let expected = "must be a whole number from -315360000 to 315360000";
    fields.take("clock_skew_seconds", expected, |value| {
        let seconds = value.as_i64()?;
        let is_sound = (-LARGEST_SKEW..=LARGEST_SKEW).contains(&seconds);
        is_sound.then(|| SignedDuration::from_secs(seconds))
    })
}

/// The operation of this name, such as `loans.create`.
pub(crate) fn find(name: &str) -> Option<&'static Operation> {
    let (group, name) = name.split_once('.')?;
    OPERATIONS
        .iter()
        .copied()
        .find(|operation| (operation.group, operation.name) == (group, name))
}

/// 1xx is no final answer.
fn status(value: &Value) -> Option<StatusCode> {
    let code = u16::try_from(value.as_u64()?).ok()?;
    let status = (200..600).contains(&code).then_some(code)?;
    StatusCode::from_u16(status).ok()
}

/// The length is the server's to say: a wrong one is what `truncate` is for.
fn headers(value: &Value) -> Option<HeaderMap> {
    value
        .as_object()?
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::try_from(name).ok()?;
            let value = HeaderValue::from_str(value.as_str()?).ok()?;
            let ours = name == header::CONTENT_LENGTH || name == header::TRANSFER_ENCODING;
            (!ours).then_some((name, value))
        })
        .collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn readable(value: &HeaderValue) -> Value {
    String::from_utf8_lossy(value.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_it_read() {
        for body in [
            r#"{"operation": null, "times": 1, "skip": 0, "reset": "after"}"#,
            r#"{"operation": "loans.create", "times": null, "skip": 2, "delay_ms": 9,
                "status": 503, "headers": {"retry-after": "1"}, "body": "x",
                "content_type": "text/html", "act": true, "truncate": 3}"#,
            r#"{"operation": "loans.*", "times": 3, "skip": 0, "close_idle": true}"#,
            r#"{"operation": "POST /loans", "times": null, "skip": 0, "probability": 0.5,
                "delay_ms": {"from": 1, "to": 2}, "set": {"/a": null},
                "slow": {"bytes": 1, "pause_ms": 0}, "clock_skew_seconds": -9}"#,
            r#"{"operation": null, "times": null, "skip": 0, "status": 429,
                "rate": {"requests": 1, "seconds": 2}}"#,
        ] {
            let given: Value = serde_json::from_str(body).unwrap();
            assert_eq!(Fault::read(body.as_bytes()).unwrap().to_json(), given);
        }
    }

    #[test]
    fn acts_unless_its_answer_replaces_the_operations() {
        for (body, acts) in [
            (r#"{"reset": "before"}"#, false),
            (r#"{"reset": "after"}"#, true),
            (r#"{"delay_ms": 1}"#, true),
            (r#"{"truncate": 1}"#, true),
            (r#"{"status": 504}"#, false),
            (r#"{"status": 504, "act": true}"#, true),
        ] {
            assert_eq!(Fault::read(body.as_bytes()).unwrap().acts(), acts, "{body}");
        }
    }

    #[test]
    fn every_preset_can_be_read_and_changed() {
        for preset in preset::PRESETS {
            let body = json!({ "preset": preset.name, "skip": 3 }).to_string();
            let fault = Fault::read(body.as_bytes()).unwrap().to_json();
            let fields: Map<String, Value> = serde_json::from_str(preset.fields).unwrap();
            assert_eq!(fault["skip"], 3);
            for (name, value) in fields {
                assert_eq!(fault[&name], value, "{}", preset.name);
            }
        }
    }
}
