//! A fault as the control API takes and shows it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use defacto_types::{OPERATIONS, Operation};
use serde_json::{Map, Value, json};

use crate::fields::Fields;
use crate::problem::Problem;

/// The longest delay: longer than any client waits.
const LONGEST_DELAY_MS: u64 = 3_600_000;

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
    operation: Option<&'static Operation>,
    /// How often it still happens; `None` is for ever.
    pub(super) times: Option<u64>,
    /// How many requests it still lets pass first.
    pub(super) skip: u64,
    delay_ms: u64,
    pub(super) reset: Option<Reset>,
    pub(super) status: Option<StatusCode>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
    pub(super) content_type: Option<HeaderValue>,
    act: Option<bool>,
    pub(super) truncate: Option<usize>,
    pub(super) close_idle: bool,
}

impl Fault {
    /// Reads the body of `POST /faults`.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let forever = fields.is_null("times");
        let times = fields.take("times", "must be a number from 1 or null", |v| {
            v.as_u64().filter(|times| *times > 0)
        });
        let fault = Self {
            operation: operation(&mut fields),
            times: if forever {
                None
            } else {
                Some(times.unwrap_or(1))
            },
            skip: fields
                .take("skip", "must be a number from 0", Value::as_u64)
                .unwrap_or(0),
            delay_ms: fields
                .take("delay_ms", "must be a number from 0 to 3600000", |v| {
                    v.as_u64().filter(|delay| *delay <= LONGEST_DELAY_MS)
                })
                .unwrap_or(0),
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
        };
        fault.check(&mut fields);
        fields.finish()?;
        Ok(fault)
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
            ];
            for (name, _) in other.into_iter().filter(|(_, given)| *given) {
                fields.refuse(name, "cannot go with `reset`, which leaves no answer");
            }
        }
        if self.truncate.is_some() && self.close_idle {
            fields.refuse("close_idle", "cannot go with `truncate`, which closes too");
        }
        if self.act.is_some() && self.reset.is_none() && !self.replaces() {
            fields.refuse(
                "act",
                "needs a `status` or a `body` that replaces the answer",
            );
        }
    }

    pub(super) fn matches(&self, operation: &'static Operation) -> bool {
        self.operation
            .is_none_or(|mine| (mine.group, mine.name) == (operation.group, operation.name))
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
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
        let mut shown = json!({
            "operation": self.operation.map(ToString::to_string),
            "times": self.times,
            "skip": self.skip,
        });
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), readable(value)))
            .collect();
        let optional = [
            (
                "delay_ms",
                (self.delay_ms > 0).then(|| self.delay_ms.into()),
            ),
            ("reset", self.reset.map(|reset| reset.as_str().into())),
            ("status", self.status.map(|status| status.as_u16().into())),
            ("headers", (!headers.is_empty()).then(|| headers.into())),
            ("body", self.body.clone().map(Value::from)),
            ("content_type", self.content_type.as_ref().map(readable)),
            ("act", self.act.map(Value::from)),
            ("truncate", self.truncate.map(Value::from)),
            ("close_idle", self.close_idle.then(|| true.into())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                shown[name] = value;
            }
        }
        shown
    }
}

fn operation(fields: &mut Fields) -> Option<&'static Operation> {
    fields.take(
        "operation",
        "must be an operation of the API, such as loans.create, or null",
        |value| find(value.as_str()?),
    )
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
            r#"{"operation": "loans.list", "times": 3, "skip": 0, "close_idle": true}"#,
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
}
