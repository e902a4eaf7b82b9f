//! The web page's part of the control API, over real connections.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;
mod support;

use common::{Client, path_of, request as loan_request};
use defacto_sandbox::{Sandbox, loan_moves};
use defacto_types::{Loan, LoanStatus, Value};
use serde_json::json;
use support::{Answer, exchange, get, request, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BORROWER: &str = "333333334";

async fn with_loan() -> (Client, Loan) {
    let client = Client::start().await;
    let body = json!({"identifier": BORROWER, "signed_at": "2026-01-01T00:00:00Z"});
    let _ = client.post("/borrowers", body).await;
    let iban = client.iban("SUCCESS").await;
    let body = loan_request(BORROWER, &iban, json!({}));
    let loan = client.post("/loans", body).await.is(201);
    (client, loan)
}

#[tokio::test]
async fn it_is_served_where_the_api_has_no_path() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let page = get(to, "/").await;
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-type: text/html"));
    for link in page.text().split(['"', '\'']) {
        assert!(!link.starts_with("http"), "{link} is from elsewhere");
        if link.starts_with("/_sandbox/page/") {
            assert_eq!(get(to, link).await.status, 200, "{link}");
        }
    }
    assert_eq!(send(to, "POST", "/", "{}").await.status, 405);
    assert_eq!(get(to, "/_sandbox/page/none.js").await.status, 404);
    assert_eq!(get(to, "/_sandbox/page/..%2Fapp.css").await.status, 404);
    // It is not the API that was asked.
    let journal = get(to, "/_sandbox/journal").await.json();
    assert_eq!(journal["requests"], json!([]));
}

#[tokio::test]
async fn looking_moves_nothing_and_is_in_no_journal() {
    let (client, loan) = with_loan().await;
    let before = client.get("/_sandbox/journal").await.json();
    let path = format!("/_sandbox/view/loans/{}", loan.id);
    for _ in 0..5 {
        let seen = client.get(&path).await.json();
        assert_eq!(seen["loan"]["status"], "PENDING_VALIDATION");
        let list = client.get("/_sandbox/view/loans").await.page::<Loan>();
        assert_eq!(list.data[0].status, LoanStatus::PendingValidation);
    }
    assert_eq!(client.get("/_sandbox/journal").await.json(), before);
    let unknown = client.get("/_sandbox/view/loans/none").await;
    unknown.refused(404);
}

#[tokio::test]
async fn a_loan_is_shown_with_all_that_is_about_it() {
    let (client, loan) = with_loan().await;
    let body = json!({"event": "loan.paid_out", "id": loan.id});
    let path = format!("/_sandbox/loans/{}/moves", loan.id);
    let offered = client.post(&path, json!({"next": true})).await;
    assert_eq!(offered.json()["status"], "TO_VALIDATE");
    let _: Loan = client
        .post(&format!("/loan/{}/validate", loan.id), json!(null))
        .await
        .is(200);
    let _ = client.post("/_sandbox/trigger", body).await;
    let seen = client
        .get(&format!("/_sandbox/view/loans/{}", loan.id))
        .await;
    let seen = seen.json();
    let names = |list: &str, field: &str| -> Vec<String> {
        let list = seen[list].as_array().unwrap().iter();
        list.map(|one| one[field].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("history", "status").last().unwrap(), "TO_REPAY");
    assert_eq!(
        names("moves", "to"),
        ["TO_REPAY_FEES", "CLOSED", "ISSUE_DETECTED"]
    );
    assert_eq!(names("payments", "status"), ["PAID", "SCHEDULED"]);
    assert_eq!(names("ledger", "to"), ["principal owed"]);
    assert_eq!(
        names("requests", "operation"),
        ["loans.create", "loans.validate"]
    );
    // A day costs 12000 c × 0.05 %, the first as well as the second.
    assert_eq!(seen["fees"][1]["cents"], 6);
    assert_eq!(seen["fees"][2]["cents"], 12);
    for kind in seen["documents"].as_array().unwrap() {
        let kind = kind.as_str().unwrap();
        let path = format!("/_sandbox/view/loans/{}/documents/{kind}", loan.id);
        let file = get(client.sandbox.address(), &path).await;
        assert!(file.body.starts_with(b"%PDF-"), "{kind}");
    }
    let none = format!("/_sandbox/view/loans/{}/documents/none", loan.id);
    client.get(&none).await.refused(404);
}

#[tokio::test]
async fn the_table_of_moves_is_the_one_the_sandbox_goes_by() {
    let sandbox = Sandbox::start().await.unwrap();
    let machine = get(sandbox.address(), "/_sandbox/view/machine")
        .await
        .json();
    let moves: Vec<_> = loan_moves()
        .map(|(row, from, to)| json!({"row": row, "from": from.as_str(), "to": to.as_str()}))
        .collect();
    assert_eq!(machine["moves"], json!(moves));
    let all: Vec<_> = LoanStatus::ALL.iter().map(LoanStatus::as_str).collect();
    assert_eq!(machine["statuses"], json!(all));
}

#[tokio::test]
async fn a_wrong_move_is_refused_by_name() {
    let (client, loan) = with_loan().await;
    let path = format!("/_sandbox/loans/{}/moves", loan.id);
    for body in [
        json!({}),
        json!({"to": "NOWHERE"}),
        json!({"to": "CANCELED", "next": true}),
    ] {
        assert_eq!(client.post(&path, body).await.invalid()[0], "to");
    }
    let refused = client.post(&path, json!({"to": "CLOSED"})).await;
    assert_eq!(
        refused.refused(400),
        "a loan that is PENDING_VALIDATION cannot become CLOSED"
    );
    let _ = client
        .send("PUT", "/_sandbox/settings", json!({"policy": "calendar"}))
        .await;
    let refused = client.post(&path, json!({"next": true})).await;
    assert!(refused.refused(400).contains("move the clock"));
}

#[tokio::test]
async fn the_stream_tells_of_changes_and_ends_with_the_server() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let mut stream = TcpStream::connect(to).await.unwrap();
    let asked = request(to, "GET", "/_sandbox/stream", "", true);
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let events = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .matches("event: change")
            .count()
    };
    // The first says that it listens; each of these is another.
    for (told, path) in [(1, "/hello"), (2, "/_sandbox/faults"), (3, "")] {
        while events(&bytes) < told {
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
        }
        if !path.is_empty() {
            let method = if path == "/hello" { "GET" } else { "DELETE" };
            let _ = send(to, method, path, "").await;
        }
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(head.contains("content-type: text/event-stream"));
    // Looking is no change.
    let _ = get(to, "/_sandbox/view/loans").await;
    sandbox.stop().await;
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(events(&bytes), 3);
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (site, method, status) in [
        ("cross-site", "POST", 403),
        ("cross-site", "GET", 404),
        ("same-origin", "POST", 204),
        ("same-site", "POST", 204),
    ] {
        let path = match method {
            "POST" => "/_sandbox/reset",
            _ => "/_sandbox/onboarding/none",
        };
        let asked = request(to, method, path, "", false);
        let asked = asked.replacen("\r\n", &format!("\r\nsec-fetch-site: {site}\r\n"), 1);
        let (bytes, _) = exchange(to, &asked).await;
        assert_eq!(Answer::of(&bytes).status, status, "{site} {method}");
    }
}

#[tokio::test]
async fn requests_that_name_a_loan_in_their_body_are_among_its_own() {
    let (client, loan) = with_loan().await;
    let id = loan.id.to_string();
    let paid = json!({"event": "loan.paid_out", "id": id});
    for _ in 0..3 {
        let _ = client.get(&format!("/loan/{id}")).await;
    }
    let _ = client
        .post(&format!("/loan/{id}/validate"), json!(null))
        .await;
    client.control("POST", "/trigger", paid).await;
    let now = client.control("GET", "/clock", json!(null)).await["now"].clone();
    // Refused or not, and with nothing of it in the path.
    let terms = json!({"repayment_terms": [{
        "loan_id": id, "repayment_date": "2020-01-01T00:00:00Z",
        "repayment_method": "SCT", "sct": {"to_account": null},
    }]});
    let refused = client.send("PUT", "/loan/repayment-terms", terms).await;
    assert!((400..500).contains(&refused.status), "{}", refused.body);
    let mut plan = json!({"payment_method": "SCT", "installments": [{
        "amount": 1, "date": now, "loans": [{"loan_id": id, "amount": 1}],
    }]});
    assert_eq!(
        client.post("/installment-plans", plan.clone()).await.status,
        422
    );
    plan["installments"][0]["amount"] = json!(loan.amount.unwrap().get());
    plan["installments"][0]["loans"][0]["amount"] = plan["installments"][0]["amount"].clone();
    let planned = client.post("/installment-plans", plan).await;
    assert_eq!(planned.status, 201, "{}", planned.body);
    // A payment by bank names no loan until it is paid.
    let ask = json!({"amount": 100, "base_callback_url": "https://example.com"});
    let page = client.post("/repay/now", ask).await.json();
    let seen = async || {
        let seen = client
            .get(&format!("/_sandbox/view/loans/{id}"))
            .await
            .json();
        let requests = seen["requests"].as_array().unwrap().clone();
        let about = format!("/_sandbox/view/requests?about={id}");
        let asked = client.get(&about).await.json()["requests"].clone();
        assert_eq!(asked, json!(requests));
        let pair = |request: &Value| {
            let operation = request["operation"].as_str().unwrap().to_owned();
            (operation, request["status"].as_u64().unwrap())
        };
        let changes = requests.iter().filter(|request| request["method"] != "GET");
        changes.map(pair).collect::<Vec<_>>()
    };
    let mut expected = vec![
        ("loans.create".to_owned(), 201),
        ("loans.validate".to_owned(), 200),
        (
            "loans.set_repayment_terms".to_owned(),
            u64::from(refused.status),
        ),
        ("installment_plans.create".to_owned(), 422),
        ("installment_plans.create".to_owned(), 201),
    ];
    assert_eq!(seen().await, expected);
    let path = path_of(page["url"].as_str().unwrap());
    assert_eq!(client.form(&path, "do=pay").await.status, 200);
    expected.push(("payments.repay_now".to_owned(), 200));
    assert_eq!(seen().await, expected);
}
