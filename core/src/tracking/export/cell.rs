//! The columns of the tables, and what stands in them.

use serde_json::Value;

/// The columns of loans. What is none of the first is a field of the loan.
pub(super) const LOANS: &[&str] = &[
    "id",
    "status",
    "since",
    "outstanding",
    "next_due",
    "ambiguous",
    "anomalies",
    "currency",
    "amount",
    "repaid_amount",
    "repaid_nominal_amount",
    "paid_interests_amount",
    "fees_estimated",
    "submitted_at",
    "to_pay_at",
    "paid_at",
    "to_repay_at",
    "closed_at",
    "invoice_id",
    "borrower",
];

/// The columns of changes.
pub(super) const CHANGES: &[&str] = &[
    "seq",
    "recorded_at",
    "entity",
    "id",
    "loan_id",
    "kind",
    "status",
    "inferred",
    "name",
    "from",
    "to",
    "earliest",
    "latest",
    "source",
];

/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A value of the object, or else of its fields.
pub(super) fn cell(object: &Value, name: &str) -> String {
    let fact = || object.get("facts").and_then(|facts| facts.get(name));
    match object.get(name).or_else(fact) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => harmless(text.clone()),
        Some(Value::Array(many)) => {
            let texts = many.iter().filter_map(Value::as_str);
            harmless(texts.collect::<Vec<_>>().join("; "))
        }
        // A stretch of time: it was so from its end at the latest.
        Some(Value::Object(stretch)) => {
            let latest = stretch.get("latest").and_then(Value::as_str);
            latest.unwrap_or_default().to_owned()
        }
        Some(other) => other.to_string(),
    }
}

/// An invoice number or a reason is written by others: what a spreadsheet would
/// carry out is made a text to it.
fn harmless(text: String) -> String {
    if text.starts_with(FORMULA) {
        return format!("'{text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_wrote_is_no_formula_and_a_number_stays_one() {
        let object = json!({
            "status": "TO_REPAY",
            "outstanding": -5,
            "anomalies": ["@a", "b"],
            "since": {"earliest": "2030-01-01T00:00:00Z", "latest": "2030-01-02T00:00:00Z"},
            "to": "=HYPERLINK(\"http://x\")",
            "facts": {"invoice_id": "-1+1", "status": "other", "borrower": "\t=1", "amount": 7},
        });
        for (name, text) in [
            ("status", "TO_REPAY"),
            ("outstanding", "-5"),
            ("anomalies", "'@a; b"),
            ("since", "2030-01-02T00:00:00Z"),
            ("to", "'=HYPERLINK(\"http://x\")"),
            ("invoice_id", "'-1+1"),
            ("borrower", "'\t=1"),
            ("amount", "7"),
            ("closed_at", ""),
        ] {
            assert_eq!(cell(&object, name), text, "{name}");
        }
    }
}
