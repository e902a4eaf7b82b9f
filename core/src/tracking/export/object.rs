//! An object as one flat object of JSON.

use serde_json::{Value, json};

use crate::tracking::{Entity, LoanView, Moment, Track};

impl Track {
    /// All that is known of the object by itself, as one flat object: what an
    /// export has a line of. A loan with what follows from its fields; amounts in
    /// cents.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let state = self.state();
        let state = state.as_ref();
        let ambiguous: Vec<&str> = state
            .iter()
            .flat_map(|state| &state.ambiguous)
            .map(|status| status.as_str())
            .collect();
        let anomalies: Vec<String> = state
            .iter()
            .flat_map(|state| &state.anomalies)
            .map(ToString::to_string)
            .collect();
        let subject = self.subject();
        let mut object = json!({
            "entity": subject.entity.as_str(),
            "id": subject.id,
            "loan_id": self.loan_id(),
            "status": state.map(|state| state.status.as_str()),
            "ambiguous": ambiguous,
            "anomalies": anomalies,
            "since": state.map(|state| stretch(state.since)),
            "last_seen": state.map(|state| stretch(state.seen)),
            "facts": self.facts(),
        });
        if subject.entity == Entity::Loan {
            let loan = LoanView::new(self.clone(), Vec::new(), None);
            object["loan_id"] = subject.id.as_str().into();
            object["outstanding"] = loan.outstanding().map(|cents| cents.0).into();
            object["next_due"] = loan.next_due().map(|due| due.to_string()).into();
        }
        object
    }
}

fn stretch(moment: Moment) -> Value {
    json!({ "earliest": moment.start().to_string(), "latest": moment.end().to_string() })
}
