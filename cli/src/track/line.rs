//! One change, for people and for scripts.

use defacto::tracking::store::Numbered;
use defacto::tracking::{Anomaly, ChangeKind, Entity, Fact, Moment, Status};
use serde_json::{Map, Value, json};

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
    let change = &one.change;
    let loan = match change.subject.entity {
        Entity::Loan => Some(change.subject.id.as_str()),
        _ => change.loan_id.as_deref(),
    };
    let mut line = json!({
        "seq": one.seq,
        "recorded_at": one.recorded_at.to_string(),
        "entity": change.subject.entity.as_str(),
        "id": change.subject.id,
        "loan_id": loan,
        "earliest": change.moment.start().to_string(),
        "latest": change.moment.end().to_string(),
        "source": change.source.as_str(),
    });
    let mut kind = fields(&change.kind);
    if let ChangeKind::Anomaly { anomaly } = &change.kind {
        kind.insert("anomaly".to_owned(), self::anomaly(anomaly).into());
    }
    if let Some(line) = line.as_object_mut() {
        line.append(&mut kind);
    }
    line
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
                Some(Fact::Number(number)) => number.to_string(),
                Some(Fact::Text(text)) => text.to_string(),
                None => "-".to_owned(),
            };
            format!("{name}: {} -> {}", value(from), value(to))
        }
        ChangeKind::Ambiguous { statuses } => doubt(statuses),
        ChangeKind::Decided => "decided".to_owned(),
        ChangeKind::Anomaly { anomaly } => format!("anomaly: {}", self::anomaly(anomaly)),
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

/// What does not go together.
pub(super) fn anomaly(anomaly: &Anomaly) -> String {
    match anomaly {
        Anomaly::AfterEnd { end, seen } => format!("{seen} was seen after {end}, which stands"),
        Anomaly::Unreachable { from, to } => {
            format!("{to} was seen after {from}, which does not lead there")
        }
        other => format!("{other:?}"),
    }
}
