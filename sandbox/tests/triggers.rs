//! What goes wrong, or well, on request.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::Client;
use defacto_types::{Borrower, LedgerEvent, LoanStatus, Payment};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

async fn start() -> Client {
    let client = Client::start().await;
    client.calendar("2026-03-02T09:00:00Z").await;
    client.borrower(BORROWER).await;
    client
}

async fn lend(client: &Client, scenario: &str, more: Value) -> String {
    let iban = client.iban(scenario).await;
    let mut body = json!({"auto_validate": true, "to_pay_at": "2026-03-05T09:00:00Z",
        "to_repay_at": "2026-04-04T09:00:00Z"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let loan = client.loan(BORROWER, &iban, body).await;
    loan["id"].as_str().unwrap().to_owned()
}

async fn trigger(client: &Client, event: &str, id: &str) -> Value {
    let body = json!({"event": event, "id": id});
    client.control("POST", "/trigger", body).await
}

/// The accounting events of a loan.
async fn feed(client: &Client, id: &str) -> Vec<String> {
    let events = client.get(&format!("/events?loan_id={id}")).await;
    let events = events.page::<LedgerEvent>().data;
    let name = |event: LedgerEvent| event.event_type.unwrap().to_string();
    events.into_iter().map(name).collect()
}

async fn payments(client: &Client, id: &str, kind: &str) -> Vec<Payment> {
    let path = format!("/payments?loan_id={id}&payment_type={kind}");
    client.get(&path).await.page::<Payment>().data
}

#[tokio::test]
async fn the_list_has_one_line_each() {
    let client = Client::start().await;
    let list = client.control("GET", "/trigger", Value::Null).await;
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sandbox.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let rows = list["triggers"].as_array().unwrap();
    assert_eq!(rows.len(), 11);
    for row in rows {
        let text = row["text"].as_str().unwrap();
        assert!(!text.contains('\n') && text.len() <= 100, "{text}");
        let (of, _) = row["event"].as_str().unwrap().split_once('.').unwrap();
        assert_eq!(row["of"], of);
        let line = format!("| `{}` | {text} |", row["event"].as_str().unwrap());
        assert!(docs.contains(&line), "{line}");
    }
    for (body, names) in [
        (json!({}), ["event"]),
        (json!({"event": "x"}), ["event"]),
        (json!({"event": "loan.late", "amount": 1}), ["amount"]),
    ] {
        let refused = client.post("/_sandbox/trigger", body).await;
        assert_eq!(refused.invalid()[0], names[0]);
    }
    let none = client
        .post("/_sandbox/trigger", json!({"event": "loan.late"}))
        .await;
    assert!(none.refused(400).contains("no loan"));
    let none = json!({"event": "loan.late", "id": "x"});
    client.post("/_sandbox/trigger", none).await.refused(404);
}

#[tokio::test]
async fn a_loan_gets_due_late_and_dearer() {
    for is_timed in [true, false] {
        let client = start().await;
        if !is_timed {
            let policy = json!({"policy": "guide"});
            client.control("PUT", "/settings", policy).await;
        }
        let id = lend(&client, "SUCCESS", json!({})).await;
        trigger(&client, "loan.paid_out", &id).await;
        let paid = client.read(&id).await;
        assert_eq!(paid.status, LoanStatus::ToRepay);
        assert_eq!(paid.paid_at.unwrap().to_string()[..10], *"2026-03-02");
        let due = trigger(&client, "loan.due", &id).await;
        assert_eq!(due["now"], "2026-04-04T09:00:00.000000+00:00");
        assert_eq!(due["events"]["LOAN_PRINCIPAL_FALLEN_DUE"], 1);
        assert_eq!(feed(&client, &id).await[2..], ["LOAN_PRINCIPAL_FALLEN_DUE"]);
        let late = trigger(&client, "loan.late", &id).await;
        assert_eq!(late["now"], "2026-04-08T09:00:00.000000+00:00");
        assert_eq!(
            feed(&client, &id).await[3..],
            ["LOAN_PRINCIPAL_FALLEN_LATE"]
        );
        let before = client.read(&id).await.fees_ongoing.unwrap().get();
        // 37 days of 6 cents.
        assert_eq!(before, 222);
        let dearer = trigger(&client, "loan.late_rate", &id).await;
        assert_eq!(dearer["now"], "2026-04-12T00:00:00.000000+00:00");
        // 40 days, and one at twice the rate.
        let loan = client.read(&id).await;
        assert_eq!(loan.fees_ongoing.unwrap().get(), 252);
        assert_eq!(loan.status, LoanStatus::ToRepay);
        // It does not come by itself, however long one waits.
        client.clock(json!({"advance": "P100D"})).await;
        assert_eq!(client.read(&id).await.status, LoanStatus::ToRepay);
        trigger(&client, "loan.repaid", &id).await;
        let loan = client.read(&id).await;
        assert_eq!(loan.status, LoanStatus::Closed);
        assert_eq!(loan.paid_interests_amount.unwrap().get(), 252 + 100 * 12);
    }
}

#[tokio::test]
async fn a_rejected_debit_is_owed_until_it_is_transferred() {
    let client = start().await;
    let id = lend(&client, "SUCCESS", json!({})).await;
    client.clock(json!({"to": "2026-04-01T00:00:00Z"})).await;
    let failed = client
        .control("POST", "/trigger", json!({"event": "payment.failed"}))
        .await;
    let all = payments(&client, &id, "REPAYMENT_NOMINAL").await;
    let states: Vec<_> = all.iter().map(|p| p.status.as_str()).collect();
    assert_eq!(states.len(), 2, "{states:?}");
    let debit = all.iter().find(|p| failed["id"] == p.id.as_str()).unwrap();
    assert_eq!(debit.status.as_str(), "FAILED");
    assert_eq!(
        debit.failure_reason.as_deref(),
        Some("REJECTED_BY_DEBTOR_BANK")
    );
    assert!(
        feed(&client, &id)
            .await
            .contains(&"LOAN_REPAYMENT_NOMINAL_UNPAID".to_owned())
    );
    client.clock(json!({"advance": "P30D"})).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::ToRepay);
    let told = feed(&client, &id).await;
    assert_eq!(
        told[3..],
        ["LOAN_PRINCIPAL_FALLEN_DUE", "LOAN_PRINCIPAL_FALLEN_LATE"]
    );
    let part = json!({"event": "loan.repaid", "id": id, "amount": 5000});
    client.control("POST", "/trigger", part.clone()).await;
    let loan = client.read(&id).await;
    assert_eq!(
        (loan.status, loan.repaid_nominal_amount.unwrap().get()),
        (LoanStatus::ToRepay, 5000)
    );
    let refused = json!({"event": "loan.repaid", "id": id, "amount": 7001});
    assert_eq!(
        client.post("/_sandbox/trigger", refused).await.invalid(),
        ["amount"]
    );
    trigger(&client, "loan.repaid", &id).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::Closed);
}

#[tokio::test]
async fn a_payout_fails_and_is_made_again() {
    let client = start().await;
    let id = lend(&client, "SUCCESS", json!({})).await;
    let payout = payments(&client, &id, "LOAN_PAYMENT").await.remove(0);
    trigger(&client, "payment.failed", payout.id.as_str()).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::IssueDetected);
    trigger(&client, "loan.resolved", &id).await;
    let loan = client.read(&id).await;
    assert_eq!(loan.status, LoanStatus::ToRepay);
    client.clock(json!({"advance": "P60D"})).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::Closed);
}

#[tokio::test]
async fn a_repayment_is_charged_back() {
    let client = start().await;
    let id = lend(&client, "SUCCESS", json!({})).await;
    client.clock(json!({"to": "2026-04-10T00:00:00Z"})).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::Closed);
    let repaid = payments(&client, &id, "REPAYMENT_NOMINAL").await.remove(0);
    trigger(&client, "payment.charged_back", repaid.id.as_str()).await;
    let loan = client.read(&id).await;
    assert_eq!(loan.status, LoanStatus::ToRepay);
    assert_eq!(loan.repaid_nominal_amount.unwrap().get(), 0);
    assert!(loan.closed_at.is_none());
    let undone = payments(&client, &id, "CHARGEBACK").await.remove(0);
    assert_eq!(undone.charged_back_payment_id.as_ref(), Some(&repaid.id));
    assert_eq!(undone.amount, repaid.amount);
    assert!(
        feed(&client, &id)
            .await
            .contains(&"LOAN_REPAYMENT_NOMINAL_CHARGED_BACK".to_owned())
    );
    let twice = json!({"event": "payment.charged_back", "id": repaid.id});
    client.post("/_sandbox/trigger", twice).await.refused(400);
    // Ten more days, five of them late: the rest of the interest is billed.
    client.clock(json!({"to": "2026-04-20T00:00:00Z"})).await;
    trigger(&client, "loan.repaid", &id).await;
    let loan = client.read(&id).await;
    assert_eq!(loan.status, LoanStatus::Closed);
    let interest = loan.paid_interests_amount.unwrap().get();
    assert_eq!(interest, 30 * 6 + 6 + 9 * 12);
    // The interest is taken back too.
    let fees = payments(&client, &id, "REPAYMENT_FEES").await.remove(0);
    trigger(&client, "payment.charged_back", fees.id.as_str()).await;
    let loan = client.read(&id).await;
    assert_eq!(loan.status, LoanStatus::ToRepayFees);
    assert_eq!(
        loan.paid_interests_amount.unwrap() + fees.amount.unwrap(),
        interest.into()
    );
    client.clock(json!({"advance": "P9D"})).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::ToRepayFees);
    trigger(&client, "loan.repaid", &id).await;
    assert_eq!(client.read(&id).await.status, LoanStatus::Closed);
}

#[tokio::test]
async fn requests_offers_and_borrowers_are_refused() {
    let client = start().await;
    let offer = lend(&client, "SUCCESS", json!({"auto_validate": false})).await;
    let second = lend(&client, "SUCCESS", json!({"auto_validate": false})).await;
    assert_eq!(client.read(&second).await.status, LoanStatus::ToValidate);
    let denial = async |id: &str| {
        let loan = client.read(id).await;
        assert_eq!(loan.status, LoanStatus::Declined);
        loan.denial_reason.unwrap().to_string()
    };
    trigger(&client, "loan.expired", &offer).await;
    assert_eq!(denial(&offer).await, "LOAN_REQUEST_EXPIRED");
    trigger(&client, "loan.declined", &second).await;
    assert_eq!(denial(&second).await, "CREDIT_RISK_NOT_ELIGIBLE");

    let body = json!({"identifier": "444444442", "name": "Unsigned"});
    let unsigned: Borrower = client.post("/borrowers", body).await.is(201);
    let iban = client.iban("SUCCESS").await;
    let waiting = client
        .loan(
            "444444442",
            &iban,
            json!({"to_repay_at": "2026-03-31T00:00:00Z"}),
        )
        .await;
    trigger(&client, "borrower.kyb_refused", unsigned.id.as_str()).await;
    let path = format!("/borrower/{}", unsigned.id);
    let borrower: Borrower = client.get(&path).await.is(200);
    assert_eq!(borrower.status.unwrap().as_str(), "PROHIBITED");
    assert_eq!(
        borrower.compliance_checks.unwrap().status.as_str(),
        "REJECTED"
    );
    assert_eq!(
        denial(waiting["id"].as_str().unwrap()).await,
        "BORROWER_STATUS"
    );
    let again = json!({"event": "borrower.kyb_refused", "id": unsigned.id});
    client.post("/_sandbox/trigger", again).await.refused(400);
}
