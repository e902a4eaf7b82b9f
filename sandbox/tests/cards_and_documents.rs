//! Cards that spend a credit line, and the documents of loans.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::{Client, path_of, request};
use defacto_types::{Card, CardEntry, EphemeralKey, Loan, LoanDocuments};
use serde_json::json;

const BORROWER: &str = "333333334";

#[tokio::test]
async fn cards_spend_the_credit_line() {
    let client = Client::start().await;
    let card = client.array::<Card>("/cards").await.remove(0);
    let path = format!("/cards/{}", card.id);
    let lever = format!("/_sandbox/cards/{}/entries", card.id);
    let buy =
        json!({"amount": 1_234, "merchant_name": "=\"A\", Inc", "merchant_category": "office"});
    assert_eq!(client.post(&lever, buy.clone()).await.status, 201);
    let back = json!({"amount": 234, "merchant_name": "B", "refund": true});
    assert_eq!(client.post(&lever, back.clone()).await.status, 201);
    let shown: Card = client.get(&path).await.is(200);
    let balance = shown.balance.unwrap();
    assert_eq!(balance.used, Some(1_000.into()));
    assert_eq!(balance.available, Some((20_000_000 - 1_000).into()));
    let line = client.get("/credit_line").await.json();
    assert_eq!(line["balance_available"], 20_000_000 - 1_000);
    let entries = client.array::<CardEntry>(&format!("{path}/entries")).await;
    let amounts: Vec<_> = entries.iter().map(|e| e.amount.unwrap().get()).collect();
    assert_eq!(amounts, [-234, 1_234]);
    for query in [
        "from_date=2099-01-01T00:00:00Z",
        "to_date=2000-01-01T00:00:00Z",
    ] {
        let path = format!("{path}/entries?{query}");
        assert!(client.array::<CardEntry>(&path).await.is_empty());
    }
    let export = format!("{path}/entries/export");
    let csv = client
        .get(&format!(
            "{export}?from_date=2000-01-01T00:00:00Z&to_date=2099-01-01T00:00:00Z"
        ))
        .await;
    assert!(csv.head.contains("text/csv"));
    let lines: Vec<_> = csv.body.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].contains(",\"'=\"\"A\"\", Inc\",-12.34,EUR,\"office\",purchase,"));
    assert!(lines[2].contains(",\"B\",2.34,EUR,\"\",refund,"));
    let month = client.get(&format!("{export}?period=2001-02")).await;
    assert_eq!(month.body.lines().count(), 1);
    for query in [
        "",
        "period=2026-13",
        "period=2026-1",
        "period=2026-01&to_date=2026-01-01T00:00:00Z",
    ] {
        assert_eq!(
            client.get(&format!("{export}?{query}")).await.invalid()[0],
            "period",
            "{query}"
        );
    }
    client
        .get("/cards/none/entries/export?period=2026-01")
        .await
        .refused(404);

    let keys = format!("{path}/ephemeral-key");
    let one: EphemeralKey = client.form(&keys, "nonce=n").await.is(200);
    let other: EphemeralKey = client.form(&keys, "nonce=n").await.is(200);
    assert_ne!(one, other);
    assert_eq!(client.form(&keys, "nonce=").await.invalid(), ["nonce"]);
    client.post(&keys, json!({"nonce": "n"})).await.refused(400);

    let status = format!("{path}/status");
    for (state, answer) in [
        ("inactive", 200),
        ("ACTIVE", 422),
        ("canceled", 200),
        ("active", 400),
    ] {
        let answered = client
            .send("PATCH", &status, json!({"status": state}))
            .await;
        assert_eq!(answered.status, answer, "{state}");
    }
    assert_eq!(client.get(&path).await.json()["status"], "canceled");
    client.form(&keys, "nonce=n").await.refused(400);
    client.post(&lever, buy).await.refused(400);
    assert_eq!(client.post(&lever, back).await.status, 201);
    assert_eq!(
        client.post(&lever, json!({"amount": "x"})).await.status,
        422
    );
    client.get("/cards/none").await.refused(404);
}

#[tokio::test]
async fn a_loan_shows_the_documents_it_came_with() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    let file = |kind: &str, content: &str| {
        json!({
            "document_type": kind, "document_name": "t.pdf", "document_binary_base64": content,
        })
    };
    let more = json!({"documents": [file("time_sheet", "JVBERi0xLjc=")]});
    let loan = client.loan(BORROWER, &iban, more).await;
    let path = format!("/loan/{}", loan["id"].as_str().unwrap());
    let shown: Loan = client.get(&path).await.is(200);
    assert_eq!(shown.documents[0].document_name.as_deref(), Some("t.pdf"));
    let link = path_of(shown.documents[0].document_url.as_ref().unwrap().expose());
    assert!(client.bytes(&link).await.starts_with(b"%PDF-"));
    let listed = client.get("/loans").await.page::<Loan>().data.remove(0);
    assert!(listed.documents.is_empty());
    let more = json!({
        "documents": [file("x", "?")], "attachments": [{"document_type": "y"}],
    });
    let refused = client
        .post("/loans", request(BORROWER, &iban, more))
        .await
        .invalid();
    assert_eq!(
        refused,
        [
            "documents[0].document_binary_base64",
            "documents[0].document_type",
            "attachments[0].document_type"
        ]
    );
}

#[tokio::test]
async fn documents_come_in_an_archive() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = client.lent(BORROWER).await;
    for kind in ["invoice", "contract", "time_sheet"] {
        let path = format!("/loan/documents/{kind}");
        let made: LoanDocuments = client.post(&path, json!({"loan_ids": [id]})).await.is(200);
        let path = path_of(made.link.unwrap().expose());
        let file = client.bytes(&path).await;
        assert!(file.starts_with(b"PK"));
        let name = format!("{id}-{kind}.pdf");
        assert!(file.windows(name.len()).any(|part| part == name.as_bytes()));
        assert!(file.windows(5).any(|part| part == b"%PDF-"));
    }
    let path = "/loan/documents/invoice";
    let period =
        json!({"to_pay_at_from": "2099-03-01T00:00:00Z", "to_pay_at_to": "2099-03-01T00:00:00Z"});
    let made: LoanDocuments = client.post(path, period).await.is(200);
    let file = client.bytes(&path_of(made.link.unwrap().expose())).await;
    assert!(!file.windows(5).any(|part| part == b"%PDF-"));
    assert_eq!(client.post(path, json!({})).await.invalid(), ["loan_ids"]);
    assert_eq!(
        client
            .post(path, json!({"loan_ids": ["x"]}))
            .await
            .invalid(),
        ["loan_ids[0]"]
    );
    let path = "/loan/documents/none";
    assert_eq!(
        client.post(path, json!({"loan_ids": [id]})).await.invalid(),
        ["document_type"]
    );
}
