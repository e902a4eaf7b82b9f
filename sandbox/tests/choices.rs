//! Policies that are seen over a connection only.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::receiver::Receiver;
use common::{Client, path_of};
use serde_json::{Value, json};

#[tokio::test]
async fn a_link_lives_as_long_as_it_is_decided() {
    let client = Client::start().await;
    client
        .clock(json!({"freeze": "2026-03-02T09:00:00Z"}))
        .await;
    for (minutes, after_two) in [(15, 200), (1, 404)] {
        let policy = json!({ "link_life": minutes });
        client.control("PUT", "/settings", policy).await;
        let made = client.post("/sandbox/invoice-generator", json!({})).await;
        let path = path_of(made.json()["pdf_download_url"].as_str().unwrap());
        assert_eq!(client.get(&path).await.status, 200);
        client.clock(json!({"advance": "PT2M"})).await;
        assert_eq!(client.get(&path).await.status, after_two);
    }
}

#[tokio::test]
async fn deliveries_are_repeated_as_it_is_decided() {
    let client = Client::start().await;
    let receiver = Receiver::start().await;
    client
        .clock(json!({"freeze": "2026-03-02T09:00:00Z"}))
        .await;
    client
        .subscribe(&receiver.url(), &["BorrowerFinancialProductCreated"])
        .await;
    for (pauses, tries, number) in [("", 1, "333333334"), ("1,2", 3, "222222226")] {
        let policy = json!({ "webhook_retries": pauses });
        client.control("PUT", "/settings", policy).await;
        receiver.answer(&[500; 3][..tries]);
        client.borrower(number).await;
        client.clock(json!({"advance": "PT1H"})).await;
        let log = client
            .get("/_sandbox/webhooks/deliveries?state=FAILED&limit=1")
            .await
            .json();
        let attempts = log["deliveries"][0]["attempts"].as_array().unwrap().len();
        assert_eq!(attempts, tries, "{log}");
    }
}

#[tokio::test]
async fn a_notice_has_its_own_id_where_it_is_decided_so() {
    let client = Client::start().await;
    let receiver = Receiver::start().await;
    let events = ["Invoice.SUBMITTED", "Invoice.VERIFIED"];
    client.subscribe(&receiver.url(), &events).await;
    let iban = client.iban("SUCCESS").await;
    let mut ids = Vec::new();
    for of in ["entity", "notice"] {
        client
            .control("PUT", "/settings", json!({ "notice_id": of }))
            .await;
        let mut invoice = common::invoice(&iban);
        invoice["is_draft"] = json!(false);
        let made = client.post("/invoices", invoice).await.json();
        client.settle().await;
        let told: Vec<Value> = receiver
            .take()
            .iter()
            .map(|got| got.json()["id"].clone())
            .collect();
        ids.push((made["id"].clone(), told));
    }
    let [(entity, same), (other, own)] = &ids[..] else {
        panic!("two invoices were made")
    };
    assert_eq!(same, &[entity.clone(), entity.clone()]);
    assert_eq!(own.len(), 2);
    assert!(own[0] != own[1] && !own.contains(other), "{own:?}");
}
