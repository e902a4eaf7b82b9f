//! Every operation of the API answers, whatever it is sent.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::{Answer, Client};
use defacto_types::operation::{Answer as Declared, Body, Paging};
use defacto_types::{OPERATIONS, Operation};
use serde_json::{Value, json};

/// The operation's path with these ids in it.
fn path(operation: &Operation, id: &str) -> String {
    let mut path = operation.path.to_owned();
    for param in operation.path_params {
        path = path.replace(&format!("{{{}}}", param.name), id);
    }
    path
}

async fn call(client: &Client, operation: &Operation, path: &str, body: &str) -> Answer {
    client.raw(operation.method.as_str(), path, body).await
}

#[tokio::test]
async fn none_is_missing() {
    let client = Client::start().await;
    assert_eq!(OPERATIONS.len(), 77);
    for operation in OPERATIONS {
        let id = "6f4a3c1e-0000-4000-8000-000000000001";
        let answer = call(&client, operation, &path(operation, id), "{}").await;
        assert_ne!(answer.status, 501, "{operation}");
        assert!(answer.status < 500, "{operation}: {}", answer.body);
        if answer.status >= 400 {
            assert!(
                answer.head.contains("application/problem+json"),
                "{operation}"
            );
            let problem = answer.json();
            assert_eq!(problem["status"], answer.status, "{operation}");
            assert!(problem["detail"].is_string(), "{operation}");
        } else {
            assert!(operation.success.contains(&answer.status), "{operation}");
        }
        let deprecation = answer.head.contains("\r\ndeprecation: ");
        assert_eq!(deprecation, operation.deprecated, "{operation}");
    }
}

#[tokio::test]
async fn what_leads_nowhere_is_not_found() {
    let client = Client::start().await;
    for operation in OPERATIONS.iter().filter(|o| !o.path_params.is_empty()) {
        // The body and the query are looked at first.
        let looks = !matches!(operation.body, Body::None | Body::Undeclared)
            || operation.to_string() == "cards.export_entries";
        for id in [
            "none",
            "%00",
            "..%2F..",
            "6f4a3c1e-0000-4000-8000-000000000001",
        ] {
            let answer = call(&client, operation, &path(operation, id), "").await;
            let expected: &[u16] = if looks { &[400, 404, 422] } else { &[404] };
            assert!(
                expected.contains(&answer.status),
                "{operation} {id}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn lists_have_the_shape_that_is_declared() {
    let client = Client::start().await;
    for operation in OPERATIONS {
        if !matches!(operation.answer, Declared::List(_)) || !operation.path_params.is_empty() {
            continue;
        }
        if operation.method.as_str() != "GET" {
            continue;
        }
        let path = format!(
            "{}?identifier=900000009&identifier_type=hr_nummer",
            operation.path
        );
        // Not a kind of counterparty there is, which leaves an empty list.
        let answer = call(&client, operation, &path, "").await;
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        let json = answer.json();
        match operation.paging {
            Paging::Array => assert!(json.is_array(), "{operation}"),
            _ => assert!(
                json["data"].is_array() && json["count"].is_i64(),
                "{operation}"
            ),
        }
        if operation.paging == Paging::Cursor {
            for query in ["page_size=0", "page_size=x", "cursor=x"] {
                let path = format!("{}?{query}", operation.path);
                let name = query.split('=').next().unwrap();
                assert_eq!(
                    call(&client, operation, &path, "").await.invalid(),
                    [name],
                    "{operation}"
                );
            }
        }
    }
}

/// Values that no field takes, and some that many do.
fn nonsense(deep: usize) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(9_223_372_036_854_775_807_i64),
        json!(""),
        json!("\u{0}<script>"),
        json!("9999-12-31T23:59:59Z"),
        json!([]),
        json!({}),
    ];
    if deep > 0 {
        let inner = nonsense(deep - 1);
        all.push(Value::Array(inner));
    }
    all
}

/// Fields that appear in many bodies.
const NAMES: &[&str] = &[
    "amount",
    "installments",
    "loans",
    "loan_ids",
    "business",
    "business_identifier",
    "identifier",
    "identifier_type",
    "content",
    "context",
    "date",
    "start_date",
    "status",
    "event_types",
    "to_url",
    "name",
    "accounts",
    "transactions",
    "invoices",
    "from_account",
    "payment_method",
    "preferred_language",
    "redirect_url",
    "base_callback_url",
    "next_action",
    "debtor_business",
    "number_of_installment",
    "period",
    "recollection_fees",
    "to_email_addresses",
    "sent_on",
    "relation_types",
    "first_name",
    "last_name",
    "identity_documents",
    "nonce",
    "salt_id",
    "repayment_terms",
    "to_pay_at",
    "to_repay_at",
    "loan_to",
    "borrower",
    "signed_at",
    "metadata",
];

#[tokio::test]
async fn nothing_that_is_sent_breaks_it() {
    let client = Client::start().await;
    client.borrower("333333334").await;
    let account = client.get("/_sandbox/account").await.json();
    let ids = [
        account["borrower_id"].as_str().unwrap(),
        account["card_ids"][0].as_str().unwrap(),
        account["referrer_id"].as_str().unwrap(),
        account["subscription_id"].as_str().unwrap(),
    ];
    for operation in OPERATIONS {
        for (turn, value) in nonsense(2).into_iter().enumerate() {
            let body: serde_json::Map<_, _> = NAMES
                .iter()
                .map(|name| ((*name).to_owned(), value.clone()))
                .collect();
            let path = path(operation, ids[turn % ids.len()]);
            let query = format!("{path}?page_size={value}&cursor=99_99&status=%FF&period=0000-00");
            for body in [
                Value::Object(body).to_string(),
                value.to_string(),
                "{".repeat(500),
            ] {
                let query = if turn % 2 == 0 {
                    path.clone()
                } else {
                    query.replace([' ', '"'], "")
                };
                let query = query.replace(|c: char| !c.is_ascii_graphic(), "");
                let answer = call(&client, operation, &query, &body).await;
                assert!(answer.status < 500, "{operation} {body}: {}", answer.body);
            }
        }
    }
    assert_eq!(client.get("/hello").await.status, 200);
}

#[tokio::test]
async fn the_subscription_is_activated_once() {
    let client = Client::start().await;
    let account = client.get("/_sandbox/account").await.json();
    let path = format!(
        "/subscription/{}/activate",
        account["subscription_id"].as_str().unwrap()
    );
    assert_eq!(
        client.post(&path, Value::Null).await.json()["status"],
        "ACTIVE"
    );
    client.post(&path, Value::Null).await.refused(400);
    client
        .post("/subscription/none/activate", Value::Null)
        .await
        .refused(404);
}
