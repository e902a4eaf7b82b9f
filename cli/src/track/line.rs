//! One change, for people and for scripts.

use defacto::tracking::store::Numbered;
use defacto::tracking::{ChangeKind, Fact, Moment, Status};
use serde_json::{Map, Value};

use crate::failure::{Failure, print};
use crate::show;

/// Writes a change to stdout.
pub(super) fn tell(one: &Numbered, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return print(&to_json(one).to_string());
    }
    let change = &one.change;
    print(&format!(
        "{}  {}  {}  ({})",
        when(change.moment),
        change.subject,
        what(&change.kind),
        change.source.as_str()
    ))
}

/// A change as one flat object.
pub(super) fn to_json(one: &Numbered) -> Value {
    serde_json::to_value(one.report()).unwrap_or_default()
}

fn fields(kind: &ChangeKind) -> Map<String, Value> {
    match serde_json::to_value(kind) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// `2030-01-31 10:00:00`, in UTC; with `~` where it was about then, and no
/// later.
pub(super) fn when(moment: Moment) -> String {
    let about = if moment.start() == moment.end() {
        " "
    } else {
        "~"
    };
    format!("{about}{}", show::moment(Some(moment.end())))
}

/// What changed, in words.
pub(super) fn what(kind: &ChangeKind) -> String {
    match kind {
        ChangeKind::Appeared {
            status: Some(status),
        } => format!("appeared as {status}"),
        ChangeKind::Appeared { status: None } => "appeared".to_owned(),
        ChangeKind::Moved { from, to } => format!("{from} -> {to}"),
        ChangeKind::Passed { status, .. } => format!("was {status}"),
        ChangeKind::Field { name, from, to } => {
            let value = |fact: &Option<Fact>| match fact {
                Some(fact) => fact.to_string(),
                None => "-".to_owned(),
            };
            format!("{name}: {} -> {}", value(from), value(to))
        }
        ChangeKind::Ambiguous { statuses } => doubt(statuses),
        ChangeKind::Decided => "decided".to_owned(),
        ChangeKind::Anomaly { anomaly } => format!("anomaly: {}", anomaly),
        other => Value::Object(fields(other)).to_string(),
    }
}

/// What is not decided.
pub(super) fn doubt(statuses: &[Status]) -> String {
    if statuses.is_empty() {
        return "ambiguous: two reads at once told different fields".to_owned();
    }
    let names: Vec<&str> = statuses.iter().map(Status::as_str).collect();
    format!("ambiguous: {}", names.join(" or "))
}
