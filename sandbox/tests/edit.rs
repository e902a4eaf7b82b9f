//! What a client may do to a loan, and when.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::Client;
use defacto_types::{Loan, LoanStatus, Payment};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

/// A loan read until it has this status; its path.
async fn loan_in(client: &Client, scenario: &str, more: Value, status: &str) -> String {
    let iban = client.iban(scenario).await;
    let loan = client.loan(BORROWER, &iban, more).await;
    let path = format!("/loan/{}", loan["id"].as_str().unwrap());
    let mut now = loan["status"].clone();
    for _ in 0..10 {
        if now == status {
            break;
        }
        now = client.get(&path).await.json()["status"].clone();
    }
    assert_eq!(now, status);
    path
}

async fn client() -> Client {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    client
}

fn auto() -> Value {
    json!({
        "auto_validate": true,
        "to_pay_at": "2030-03-01T00:00:00Z",
        "to_repay_at": "2030-03-31T00:00:00Z",
    })
}

#[tokio::test]
async fn consent_is_given_once() {
    let client = client().await;
    let path = loan_in(&client, "SUCCESS", json!({}), "PENDING_VALIDATION").await;
    let validate = format!("{path}/validate");
    let detail = client.post(&validate, Value::Null).await.refused(400);
    assert!(detail.contains("PENDING_VALIDATION"), "{detail}");
    client.get(&path).await;
    let loan: Loan = client.post(&validate, Value::Null).await.is(200);
    assert_eq!(loan.status, LoanStatus::Validated);
    assert!(loan.contractual_repayment_date.is_some());
    client.post(&validate, Value::Null).await.refused(400);
    client
        .post("/loan/none/validate", Value::Null)
        .await
        .refused(404);
}

#[tokio::test]
async fn a_loan_is_cancelled_before_its_money_leaves() {
    let client = client().await;
    for (more, status, works) in [
        (json!({}), "PENDING_VALIDATION", true),
        (json!({}), "TO_VALIDATE", true),
        (auto(), "VALIDATED", true),
        (auto(), "SCHEDULED", true),
        (auto(), "INITIATED", false),
        (auto(), "TO_REPAY", false),
        (auto(), "TO_REPAY_FEES", false),
        (auto(), "CLOSED", false),
    ] {
        let path = loan_in(&client, "SUCCESS", more, status).await;
        let cancel = format!("{path}/cancel");
        let answer = client.post(&cancel, Value::Null).await;
        if works {
            let loan: Loan = answer.is(200);
            assert_eq!(loan.status, LoanStatus::Canceled, "{status}");
            client.post(&cancel, Value::Null).await.refused(400);
            let id = loan.id.as_str();
            assert_eq!(client.poll(id).await, ["CANCELED"]);
            let payments = client
                .get(&format!("/payments?loan_id={id}"))
                .await
                .page::<Payment>();
            assert!(
                payments
                    .data
                    .iter()
                    .all(|p| p.status.as_str() == "CANCELED")
            );
        } else {
            assert!(answer.refused(400).contains(status));
        }
    }
}

#[tokio::test]
async fn each_status_has_its_changes() {
    let client = client().await;
    let iban = client.iban("SUCCESS").await;
    let changes = [
        ("amount", json!(11_000)),
        ("loan_to_references", json!(["NEW"])),
        ("repayment_to_references", json!(["NEW"])),
        ("repayment_method", json!("DIRECT_DEBIT")),
        ("to_pay_at", json!("2030-03-02T00:00:00Z")),
        ("to_repay_at", json!("2030-03-30T00:00:00Z")),
        ("metadata", json!({"a": 1})),
        ("lender_id", json!("11111111-1111-4111-8111-111111111111")),
        ("transfer_contract_url", json!("https://example.com/c")),
        ("loan_to", json!({"account_number": iban})),
    ];
    let all: Vec<_> = changes.iter().map(|(name, _)| *name).collect();
    let some = [
        "loan_to_references",
        "repayment_to_references",
        "to_repay_at",
    ];
    for (status, allowed) in [
        ("PENDING_VALIDATION", &[][..]),
        ("TO_VALIDATE", &all),
        ("VALIDATED", &some),
        ("SCHEDULED", &some),
        ("INITIATED", &[]),
        ("TO_REPAY", &["to_repay_at"]),
        ("TO_REPAY_FEES", &[]),
        ("CLOSED", &[]),
    ] {
        for (name, value) in &changes {
            let mut more = auto();
            more["auto_validate"] = json!(status != "TO_VALIDATE");
            // Without an invoice any account may be paid.
            more["invoices"] = json!([]);
            let path = loan_in(&client, "SUCCESS", more, status).await;
            let answer = client.send("PATCH", &path, json!({*name: value})).await;
            if allowed.contains(name) {
                let loan: Loan = answer.is(200);
                assert_eq!(loan.status.as_str(), status);
                let loan = serde_json::to_value(&loan).unwrap();
                match *name {
                    "lender_id" => {}
                    "loan_to" => assert_eq!(loan["loan_to"]["account_number"], iban.as_str()),
                    "to_pay_at" => assert_eq!(loan[*name], "2030-03-02T00:00:00.000000+00:00"),
                    "to_repay_at" => assert_eq!(loan[*name], "2030-03-30T00:00:00.000000+00:00"),
                    _ => assert_eq!(&loan[*name], value),
                }
            } else {
                assert!(answer.refused(400).contains(status), "{name} in {status}");
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_change_is_refused() {
    let client = client().await;
    let path = loan_in(&client, "SUCCESS", json!({}), "TO_VALIDATE").await;
    for (change, name) in [
        (json!({"amount": 12_001}), "amount"),
        (json!({"amount": 0}), "amount"),
        (
            json!({"to_repay_at": "2026-01-01T00:00:00Z"}),
            "to_repay_at",
        ),
        (json!({"repayment_method": "P2P"}), "repayment_method"),
        (
            json!({"loan_to": {"account_number": "x"}}),
            "loan_to.account_number",
        ),
    ] {
        let answer = client.send("PATCH", &path, change).await;
        assert_eq!(answer.invalid(), [name]);
    }
    let late = json!({"loan_to": {"account_number": client.iban("FAIL").await}});
    client.send("PATCH", &path, late).await.refused(400);

    let path = loan_in(&client, "SUCCESS", auto(), "TO_REPAY").await;
    let past = json!({"to_repay_at": "2026-01-01T00:00:00Z"});
    let detail = client.send("PATCH", &path, past).await.refused(400);
    assert!(detail.contains("earliest_to_repay_at"), "{detail}");
    let answer = client.send("PATCH", &path, Value::Null).await;
    assert_eq!(answer.status, 200);

    let more = json!({"metadata": {"a": 1}});
    let path = loan_in(&client, "SUCCESS", more, "TO_VALIDATE").await;
    let kept: Loan = client.send("PATCH", &path, json!({})).await.is(200);
    assert!(kept.metadata.is_some());
    let cleared = client.send("PATCH", &path, json!({"metadata": null})).await;
    assert!(cleared.is::<Loan>(200).metadata.is_none());
}

#[tokio::test]
async fn repayment_terms_change_while_it_is_repaid() {
    let client = client().await;
    let soon = |days: i64| {
        let now = jiff::Timestamp::now();
        (now + jiff::SignedDuration::from_hours(24 * days)).to_string()
    };
    let more = json!({
        "auto_validate": true,
        "to_pay_at": soon(1),
        "to_repay_at": soon(31),
    });
    let path = loan_in(&client, "SUCCESS", more.clone(), "TO_REPAY").await;
    let id = path.trim_start_matches("/loan/");
    let debited = client.iban("SUCCESS").await;
    let account = json!({
        "account_number": debited,
        "account_number_type": "iban",
        "bank_identifier": "FK2FACTO",
        "bank_identifier_type": "bic",
    });
    let terms = |date: String, more: Value| {
        let mut terms = json!({
            "loan_id": id,
            "repayment_date": date,
            "repayment_method": "DIRECT_DEBIT",
        });
        for (name, value) in more.as_object().unwrap() {
            terms[name] = value.clone();
        }
        json!({"repayment_terms": [terms]})
    };
    let debit = json!({"direct_debit": {"from_account": account}});
    let put = async |body| client.send("PUT", "/loan/repayment-terms", body).await;

    let at = |name: &str| format!("repayment_terms[0].{name}");
    let answer = put(terms(soon(20), json!({}))).await;
    assert_eq!(answer.invalid(), [at("direct_debit")]);
    let answer = put(terms(soon(20), json!({"repayment_method": "SCT"}))).await;
    assert_eq!(answer.invalid(), [at("sct")]);
    let answer = put(terms(soon(20), json!({"repayment_method": "P2P"}))).await;
    assert_eq!(answer.invalid(), [at("repayment_method")]);
    put(terms(soon(20), json!({"loan_id": "none"})))
        .await
        .refused(404);
    put(terms(soon(80), debit.clone())).await.refused(400);

    let page = put(terms(soon(40), debit.clone())).await.page::<Loan>();
    let loan = &page.data[0];
    assert_eq!(
        loan.repayment_method.as_ref().unwrap().as_str(),
        "DIRECT_DEBIT"
    );
    assert_eq!(
        loan.repayment_from
            .as_ref()
            .unwrap()
            .account_number
            .as_ref()
            .unwrap()
            .expose(),
        debited
    );
    assert!(loan.to_repay_at > loan.contractual_repayment_date);
    let detail = put(terms(soon(45), debit.clone())).await.refused(400);
    assert!(detail.contains("once"), "{detail}");
    // Bringing it forward again is no postponement.
    put(terms(soon(20), debit.clone())).await.page::<Loan>();

    let path = loan_in(&client, "SUCCESS", more, "SCHEDULED").await;
    let id = path.trim_start_matches("/loan/");
    let mut early = terms(soon(20), debit);
    early["repayment_terms"][0]["loan_id"] = json!(id);
    put(early).await.refused(400);
    client
        .send(
            "PUT",
            "/loan/repayment-terms",
            json!({"repayment_terms": [{}]}),
        )
        .await
        .invalid();
}
