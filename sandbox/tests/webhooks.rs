//! Webhook subscriptions and what they are told.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::receiver::{Got, Receiver};
use common::{Client, invoice};
use defacto_types::{Webhook, WebhookEventType};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

fn subscription(events: &[&str]) -> Value {
    json!({"name": "mine", "to_url": "https://example.com/hook?key=1", "event_types": events})
}

/// The bodies that were delivered meanwhile, in order.
async fn notices(client: &Client, receiver: &Receiver) -> Vec<Value> {
    client.settle().await;
    receiver.take().iter().map(Got::json).collect()
}

fn names(notices: &[Value]) -> Vec<&str> {
    notices
        .iter()
        .map(|notice| notice["event_type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn subscriptions_come_and_go() {
    let client = Client::start().await;
    let made: Webhook = client
        .post("/webhooks", subscription(&["Loan.CLOSED"]))
        .await
        .is(201);
    let second: Webhook = client
        .post("/webhooks", subscription(&["Loan.CLOSED"]))
        .await
        .is(201);
    assert_ne!(made.id, second.id);
    let path = format!("/webhook/{}", made.id);
    let changed: Webhook = client
        .send("PATCH", &path, subscription(&["Payment.PAID"]))
        .await
        .is(200);
    assert_eq!(changed.event_types, [WebhookEventType::PaymentPaid]);
    let all = client.get("/webhooks").await.page::<Webhook>();
    assert_eq!(all.data, [changed, second]);
    assert_eq!(client.send("DELETE", &path, Value::Null).await.status, 204);
    client.send("DELETE", &path, Value::Null).await.refused(404);
    client
        .send("PATCH", &path, subscription(&["Loan.CLOSED"]))
        .await
        .refused(404);
    assert_eq!(
        client.get("/webhooks").await.page::<Webhook>().data.len(),
        1
    );
    let refused = client.send("PATCH", &path, json!({"name": "x"})).await;
    assert_eq!(refused.status, 422, "the whole body is needed");
    let wrong =
        json!({"name": "", "to_url": "http://example.com", "event_types": ["Loan.CLOSED", "x"]});
    let refused = client.post("/webhooks", wrong).await.invalid();
    assert_eq!(refused, ["name", "to_url", "event_types[1]"]);
    assert_eq!(
        client.post("/webhooks", subscription(&[])).await.status,
        422
    );
}

#[tokio::test]
async fn a_loan_tells_of_its_life() {
    let client = Client::start().await;
    let receiver = Receiver::start().await;
    client.subscribe(&receiver.url(), &[]).await;
    client.borrower(BORROWER).await;
    assert_eq!(
        names(&notices(&client, &receiver).await),
        [
            "BorrowerFinancialProductCreated",
            "CreditLine.CREATED",
            "BorrowerFinancialProductUpdated"
        ]
    );
    let iban = client.iban("SUCCESS").await;
    let made = client.post("/invoices", invoice(&iban)).await.json();
    let told = notices(&client, &receiver).await;
    assert_eq!(
        names(&told),
        [
            "CounterpartyCreditLimit.CREATED",
            "CounterpartyCreditLimit.CREATED",
            "Invoice.SUBMITTED",
            "Invoice.VERIFIED"
        ]
    );
    let body = &told[3];
    assert_eq!(body["id"], made["id"]);
    assert_eq!(body["status"], "VERIFIED");
    assert_eq!(body["entity_state"], made);
    let more = json!({"auto_validate": true, "invoices": [], "invoice_ids": [made["id"]]});
    let loan = client.loan(BORROWER, &iban, more).await;
    client.poll(loan["id"].as_str().unwrap()).await;
    let told = notices(&client, &receiver).await;
    let names: Vec<_> = names(&told)
        .into_iter()
        .filter(|name| name.starts_with("Loan") || name.starts_with("Payment"))
        .collect();
    assert_eq!(
        names,
        [
            "Loan.SUBMITTED",
            "Loan.PENDING_VALIDATION",
            "Loan.VALIDATED",
            "Loan.SCHEDULED",
            "Payment.SCHEDULED",
            "Loan.INITIATED",
            "Payment.INSTRUCTED",
            "Loan.TO_REPAY",
            "Payment.PAID",
            "Payment.SCHEDULED",
            "Loan.TO_REPAY_FEES",
            "Payment.PAID",
            "Payment.SCHEDULED",
            "Loan.CLOSED",
            "Payment.PAID"
        ]
    );
    assert!(
        told.iter()
            .any(|n| n["event_type"] == "CreditLine.BALANCE_UPDATED")
    );
    assert!(
        told.iter()
            .any(|n| n["event_type"] == "CounterpartyCreditLimit.UPDATED")
    );
    assert!(notices(&client, &receiver).await.is_empty());
}

#[tokio::test]
async fn only_what_was_subscribed_to_is_told() {
    let client = Client::start().await;
    let receiver = Receiver::start().await;
    let id = client.subscribe(&receiver.url(), &["Loan.DECLINED"]).await;
    client.borrower(BORROWER).await;
    let iban = client.iban("REJECT").await;
    client
        .loan(BORROWER, &iban, json!({"wait_for_validation": true}))
        .await;
    let told = notices(&client, &receiver).await;
    assert_eq!(names(&told), ["Loan.DECLINED"]);
    assert_eq!(
        told[0]["entity_state"]["denial_reason"],
        "CREDIT_RISK_NOT_ELIGIBLE"
    );
    client
        .send("DELETE", &format!("/webhook/{id}"), Value::Null)
        .await;
    client
        .loan(BORROWER, &iban, json!({"wait_for_validation": true}))
        .await;
    assert!(notices(&client, &receiver).await.is_empty());
}
