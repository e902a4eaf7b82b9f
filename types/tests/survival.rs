//! Unknown survives (D3): every object of the API is fed tomorrow's values and
//! nothing is lost on the way round.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml's leave for tests does not reach the helpers of an integration test"
)]

use defacto_types::catalogue::{enums, models};
use defacto_types::schema::{Model, Shape};
use defacto_types::{CreateLoan, Loan, LoanStatus, Null, SecretUrl, UpdateLoan};
use serde_json::{Map, Value, json};

/// A value of this shape, as the server would write it.
fn sample(shape: &Shape, depth: usize) -> Value {
    match shape {
        Shape::Boolean => json!(true),
        Shape::Integer | Shape::Cents => json!(1028),
        Shape::DailyRate | Shape::Decimal => json!(0.06),
        Shape::Timestamp => json!("2022-02-11T11:26:59.631326+00:00"),
        Shape::Date => json!("1980-02-29"),
        Shape::Enum(reflect) => json!(reflect().values[0].text),
        Shape::Model(reflect) if depth < 6 => object(&reflect(), depth + 1),
        Shape::Model(_) => json!({}),
        Shape::List(inner) => json!([sample(inner, depth)]),
        Shape::Map(inner) => json!({ "key": sample(inner, depth) }),
        Shape::Object => json!({ "anything": [1, null] }),
        Shape::Any => json!([{ "any": 1 }]),
        _ => json!("text"),
    }
}

fn object(model: &Model, depth: usize) -> Value {
    model
        .fields
        .iter()
        .map(|field| (field.wire.to_owned(), sample(&field.shape, depth)))
        .collect::<Map<_, _>>()
        .into()
}

fn survives(model: &Model, value: &Value, what: &str) {
    let back = (model.round_trip)(value.clone())
        .unwrap_or_else(|error| panic!("{} with {what}: {error}", model.name));
    assert_eq!(&back, value, "{} with {what}", model.name);
}

#[test]
fn every_object_survives_as_documented() {
    assert!(models().len() > 200);
    for model in models() {
        survives(&model, &object(&model, 0), "every field");
    }
}

#[test]
fn every_object_keeps_an_unknown_field() {
    for model in models() {
        let mut value = object(&model, 0);
        value["tomorrow"] = json!({ "deep": [1, "two", null] });
        survives(&model, &value, "an unknown field");
    }
}

#[test]
fn any_field_may_be_null_or_missing_but_id_and_status() {
    for model in models() {
        for field in &model.fields {
            let refusable = matches!(field.wire, "id" | "status");
            let mut value = object(&model, 0);
            value[field.wire] = Value::Null;
            if !refusable || (model.round_trip)(value.clone()).is_ok() {
                survives(&model, &value, &format!("`{}` null", field.wire));
            }
            if let Value::Object(map) = &mut value {
                map.remove(field.wire);
            }
            if !refusable || (model.round_trip)(value.clone()).is_ok() {
                survives(&model, &value, &format!("`{}` missing", field.wire));
            }
        }
    }
}

#[test]
fn every_list_may_be_empty() {
    for model in models() {
        for field in &model.fields {
            if matches!(field.shape, Shape::List(_)) {
                let mut value = object(&model, 0);
                value[field.wire] = json!([]);
                survives(&model, &value, &format!("`{}` empty", field.wire));
            }
        }
    }
}

#[test]
fn every_enum_keeps_a_value_it_does_not_know() {
    for model in models() {
        for field in &model.fields {
            let unknown = match &field.shape {
                Shape::Enum(_) => json!("SOMETHING_NEW"),
                Shape::List(inner) if matches!(**inner, Shape::Enum(_)) => json!(["SOMETHING_NEW"]),
                _ => continue,
            };
            let mut value = object(&model, 0);
            value[field.wire] = unknown;
            survives(&model, &value, &format!("`{}` unknown", field.wire));
        }
    }
    assert!(enums().len() >= 80);
    // Existed in 2023 and is gone: still parses (state-machines, Loan).
    let overdue = LoanStatus::from("OVERDUE");
    assert_eq!(overdue.as_str(), "OVERDUE");
    assert!(!overdue.is_known());
}

#[test]
fn a_loan_without_status_or_id_is_refused() {
    let full = json!({ "id": "l", "status": "TO_REPAY" });
    assert!(serde_json::from_value::<Loan>(full.clone()).is_ok());
    for field in ["id", "status"] {
        let mut value = full.clone();
        value[field] = Value::Null;
        let error = serde_json::from_value::<Loan>(value).unwrap_err();
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn a_patch_tells_unset_null_and_a_value_apart() {
    let patch = UpdateLoan::new().metadata(Null).amount(10_000);
    assert_eq!(
        serde_json::to_value(&patch).unwrap(),
        json!({ "amount": 10_000, "metadata": null })
    );
    assert_eq!(serde_json::to_value(UpdateLoan::new()).unwrap(), json!({}));
    let same: Option<i64> = None;
    assert_eq!(
        serde_json::to_value(patch.amount(same)).unwrap()["amount"],
        10_000
    );
}

#[test]
fn missing_required_fields_are_named() {
    let mut missing = Vec::new();
    let body = CreateLoan::new().amount(1);
    defacto_types::Wire::missing(&body, "", &mut missing);
    assert_eq!(missing, ["loan_to", "to_pay_at", "to_repay_at"]);

    missing.clear();
    let party = defacto_types::SharedCounterparty::new().name("Buyer");
    let invoice = defacto_types::CreateLoanInvoice::new().buyer(party);
    let body = body
        .loan_to(defacto_types::AccountInput::new())
        .invoices([invoice]);
    defacto_types::Wire::missing(&body, "", &mut missing);
    assert!(
        missing.contains(&"loan_to.account_number".to_owned()),
        "{missing:?}"
    );
    assert!(
        missing.contains(&"invoices[0].document".to_owned()),
        "{missing:?}"
    );
}

#[test]
fn debug_shows_no_account_number_and_no_signed_link() {
    let loan: Loan = serde_json::from_value(json!({
        "id": "l", "status": "TO_REPAY",
        "loan_to": { "account_number": "FR8811111015593603018280926" },
        "contract_url": "https://files.example/c/a-token?X-Signature=very-secret",
        "tomorrow": "FR8811111015593603018280926",
    }))
    .unwrap();
    let text = format!("{loan:?}");
    assert!(!text.contains("11111015593603018"), "{text}");
    assert!(
        !text.contains("secret") && !text.contains("a-token"),
        "{text}"
    );
    assert!(text.contains("FR…0926"), "{text}");
    let url = SecretUrl::from("https://user:pw@hooks.example/a?token=t");
    assert_eq!(url.to_string(), "https://hooks.example/…");
}
