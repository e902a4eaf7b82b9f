//! What a notification says.

use std::borrow::Cow;
use std::fmt;

use defacto_types::{Timestamp, WebhookEventType};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A notification, read as far as this version knows it. A type of event, a kind
/// of entity or a status it does not know are kept as they came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Notice {
    /// The id in the notification: that of the entity, as far as is known
    /// (INFERRED). One event is told apart from another by id, type and time
    /// together.
    pub id: String,
    /// What happened.
    pub event_type: WebhookEventType,
    /// The kind of entity, such as `loan`.
    pub entity_type: String,
    /// The entity's status after the event.
    pub status: Option<String>,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The name of the transition; opaque, most are not documented.
    pub transition_name: Option<String>,
    /// The entity as JSON, where it was sent along.
    pub entity_state: Option<String>,
}

/// Why a body is not a notification.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoticeError(String);

impl fmt::Display for NoticeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoticeError {}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    event_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    entity_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    transition_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    entity_state: Option<&'a RawValue>,
}

impl Notice {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or has no `id`, `event_type` or `timestamp`. The
    /// message quotes nothing of it.
    pub fn parse(body: &[u8]) -> Result<Self, NoticeError> {
        let wrong = |error: serde_json::Error| {
            NoticeError(format!(
                "the body is no notification: {:?} error at line {} column {}",
                error.classify(),
                error.line(),
                error.column()
            ))
        };
        // A list would be read as fields without names.
        if body
            .trim_ascii_start()
            .first()
            .is_some_and(|first| *first != b'{')
        {
            return Err(NoticeError(
                "the body is no notification: it is no JSON object".to_owned(),
            ));
        }
        let body: Body<'_> = serde_json::from_slice(body).map_err(wrong)?;
        let needed = |field: Option<Cow<'_, str>>, name: &str| {
            field
                .filter(|text| !text.is_empty())
                .map(Cow::into_owned)
                .ok_or_else(|| NoticeError(format!("the notification has no {name}")))
        };
        let event_type = needed(body.event_type, "event_type")?;
        let timestamp = needed(body.timestamp, "timestamp")?;
        Ok(Self {
            id: needed(body.id, "id")?,
            entity_type: match body.entity_type {
                Some(entity) if !entity.is_empty() => entity.into_owned(),
                _ => entity_of(&event_type),
            },
            event_type: event_type.as_str().into(),
            status: body.status.map(Cow::into_owned),
            timestamp: timestamp.parse().map_err(|_| {
                NoticeError("the timestamp of the notification is no instant".to_owned())
            })?,
            transition_name: body.transition_name.map(Cow::into_owned),
            entity_state: body
                .entity_state
                .map(|state| state.get().to_owned())
                .filter(|state| state != "null"),
        })
    }
}

/// `loan` of `Loan.TO_REPAY`, `credit_line` of `CreditLine.CREATED`.
fn entity_of(event: &str) -> String {
    let name = event.split('.').next().unwrap_or_default();
    let mut entity = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !entity.is_empty() {
            entity.push('_');
        }
        entity.push(letter.to_ascii_lowercase());
    }
    entity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_kept_and_what_is_missing_named() {
        let text = r#"{"entity_type":"loan","transition_name":null,"status":"NEW_ONE",
            "timestamp":"2022-02-11T11:26:59.631326+00:00","id":"a","more":{"deep":[1]},
            "event_type":"Loan.NEW_ONE","entity_state":{"id":"a","status":"NEW_ONE"}}"#;
        let notice = Notice::parse(text.as_bytes()).unwrap();
        assert_eq!(notice.event_type.as_str(), "Loan.NEW_ONE");
        assert!(!notice.event_type.is_known());
        assert_eq!(notice.status.as_deref(), Some("NEW_ONE"));
        assert_eq!(notice.transition_name, None);
        assert!(notice.entity_state.unwrap().contains("NEW_ONE"));

        for (body, said) in [
            ("", "no notification"),
            ("[]", "no notification"),
            ("{\"id\":\"a\"}", "no event_type"),
            (
                r#"{"event_type":"Loan.X","id":"","timestamp":"2022-02-11T11:26:59Z"}"#,
                "no id",
            ),
            (
                r#"{"event_type":"Loan.X","id":"a","timestamp":"soon"}"#,
                "no instant",
            ),
        ] {
            let error = Notice::parse(body.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn every_known_event_names_its_entity() {
        for event in WebhookEventType::ALL {
            let body = format!(
                r#"{{"event_type":"{event}","id":"a","timestamp":"2022-02-11T11:26:59Z"}}"#
            );
            let notice = Notice::parse(body.as_bytes()).unwrap();
            assert!(notice.event_type.is_known());
            assert!(
                notice
                    .entity_type
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_')
            );
        }
        assert_eq!(WebhookEventType::ALL.len(), 32);
        assert_eq!(entity_of("CreditLine.CREATED"), "credit_line");
    }
}
