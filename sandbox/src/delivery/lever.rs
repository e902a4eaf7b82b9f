//! One lever on deliveries, as data.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::time::duration;

/// What a lever does to the notices it is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Action {
    /// They are not sent.
    Drop,
    /// Half of the body is sent.
    Corrupt,
    /// They are sent this often.
    Duplicate(u64),
    /// They are sent this much later, by the simulator's clock, after what
    /// happened meanwhile.
    Delay(SignedDuration),
    /// This many are gathered and sent in another order.
    Reorder { window: usize, held: Vec<u64> },
}

/// The names of the actions.
#[derive(Clone, Copy)]
enum Name {
    Drop,
    Corrupt,
    Duplicate,
    Delay,
    Reorder,
}

impl Name {
    const ALL: [Self; 5] = [
        Self::Drop,
        Self::Corrupt,
        Self::Duplicate,
        Self::Delay,
        Self::Reorder,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Corrupt => "corrupt",
            Self::Duplicate => "duplicate",
            Self::Delay => "delay",
            Self::Reorder => "reorder",
        }
    }
}

impl Action {
    pub(super) const fn as_str(&self) -> &'static str {
        let name = match self {
            Self::Drop => Name::Drop,
            Self::Corrupt => Name::Corrupt,
            Self::Duplicate(_) => Name::Duplicate,
            Self::Delay(_) => Name::Delay,
            Self::Reorder { .. } => Name::Reorder,
        };
        name.as_str()
    }
}

/// A lever, and the notices it is for.
#[derive(Clone, Debug)]
pub(super) struct Lever {
    pub(super) action: Action,
    event_type: Option<String>,
    webhook_id: Option<String>,
    /// How often it still acts; `None` is for ever.
    times: Option<u64>,
    /// How many notices it first lets pass.
    skip: u64,
}

impl Lever {
    /// Reads it; what is wrong is remembered in the fields.
    pub(super) fn read(fields: &mut Fields) -> Option<Self> {
        let whole = "must be a number from 1";
        let number = |value: &Value| value.as_u64().filter(|number| *number > 0);
        let name = fields.word("action", Name::ALL, Name::as_str);
        let is_endless = fields.is_null("times");
        let times = fields.take("times", whole, number).unwrap_or(1);
        let skip = fields.take("skip", "must be a number from 0", Value::as_u64);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let event_type = fields.take("event_type", "must be an event's name", text);
        let webhook_id = fields.take("webhook_id", "must be a webhook's id", text);
        let copies = fields.take("copies", "must be from 2 to 100", |value| {
            value.as_u64().filter(|copies| (2..=100).contains(copies))
        });
        let window = fields.take("window", "must be from 2 to 100", |value| {
            let window = usize::try_from(value.as_u64()?).ok()?;
            (2..=100).contains(&window).then_some(window)
        });
        let by = "must be an ISO 8601 duration without months or years, such as PT1H";
        let delay = fields.take("delay", by, |value| duration(value.as_str()?));
        let action = match name {
            Some(Name::Drop) => Action::Drop,
            Some(Name::Corrupt) => Action::Corrupt,
            Some(Name::Duplicate) => Action::Duplicate(copies.unwrap_or(2)),
            Some(Name::Reorder) => Action::Reorder {
                window: window.unwrap_or(2),
                held: Vec::new(),
            },
            Some(Name::Delay) => match delay {
                Some(delay) => Action::Delay(delay),
                None => {
                    fields.refuse("delay", "is needed");
                    return None;
                }
            },
            None => {
                fields.refuse("action", "is needed");
                return None;
            }
        };
        Some(Self {
            action,
            event_type,
            webhook_id,
            times: (!is_endless).then_some(times),
            skip: skip.unwrap_or(0),
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut shown = json!({
            "action": self.action.as_str(),
            "event_type": self.event_type,
            "webhook_id": self.webhook_id,
            "times": self.times,
            "skip": self.skip,
        });
        match &self.action {
            Action::Duplicate(copies) => shown["copies"] = json!(copies),
            Action::Delay(delay) => shown["delay"] = json!(delay.to_string()),
            Action::Reorder { window, .. } => shown["window"] = json!(window),
            Action::Drop | Action::Corrupt => {}
        }
        shown
    }

    /// Whether it acts on this notice. It has one time less left then.
    pub(super) fn takes(&mut self, event_type: &str, webhook_id: &str) -> bool {
        let is_for =
            |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        if !is_for(&self.event_type, event_type)
            || !is_for(&self.webhook_id, webhook_id)
            || self.times == Some(0)
        {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }
}

/// What the levers do to one notice.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) drop: bool,
    pub(super) corrupt: bool,
    pub(super) copies: u64,
    pub(super) delay: SignedDuration,
    /// The lever that holds it back.
    pub(super) reorder: Option<usize>,
    pub(super) names: Vec<&'static str>,
}
