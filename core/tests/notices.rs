//! What notifications say is believed as far as the server bears it out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use defacto::tracking::store::{Batch, Memory, Numbered};
use defacto::tracking::{Entity, Moment, Observation, Source, Subject, Track, Tracker};
use defacto::types::{ListBorrowers, ListPayments, LoanStatus, Timestamp};
use serde_json::json;
use support::{Lab, request};

fn notice(entity: &str, id: &str, status: &str, at: &str) -> String {
    json!({
        "id": id, "entity_type": entity, "status": status, "timestamp": at,
        "event_type": format!("{entity}.{status}"),
    })
    .to_string()
}

/// A tracker, and a loan in TO_VALIDATE that it has seen.
async fn scene() -> (Lab, Tracker, String) {
    let lab = Lab::start().await;
    lab.clock(json!({"freeze": "2030-01-07T10:00:00Z"})).await;
    let client = lab.client();
    let tracker = Tracker::new(client.clone(), Memory::new());
    let body = request(&client).await.wait_for_validation(true);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    assert_eq!(loan.status, LoanStatus::ToValidate);
    (lab, tracker, loan.id.to_string())
}

async fn status(tracker: &Tracker, loan: &str) -> String {
    let view = tracker.loan(loan).await.unwrap().unwrap();
    let state = view.state().unwrap();
    assert!(state.anomalies.is_empty());
    assert!(state.ambiguous.is_empty());
    state.status.to_string()
}

#[tokio::test]
async fn a_false_notification_changes_nothing() {
    let (lab, tracker, loan) = scene().await;
    let now = lab.now().await.to_string();
    for (status_told, at) in [
        ("DELETED", &*now),
        ("CLOSED", &now),
        ("DECLINED", &now),
        ("ISSUE_DETECTED", "2099-01-01T00:00:00Z"),
        ("TO_VALIDATE", "2099-01-01T00:00:00Z"),
    ] {
        let body = notice("loan", &loan, status_told, at);
        tracker.ingest(body, None).await.unwrap();
        // What the loan's own events say is told, and nothing else.
        let told = tracker.digest().await.unwrap();
        let is_event = |one: &Numbered| one.change.source == Source::LoanEvents;
        assert!(told.iter().all(is_event), "{told:?}");
        assert_eq!(
            status(&tracker, &loan).await,
            "TO_VALIDATE",
            "{status_told}"
        );
    }
    // It goes on as any other.
    let client = tracker.client();
    tracker.send(client.loans().validate(&loan)).await.unwrap();
    assert_ne!(status(&tracker, &loan).await, "TO_VALIDATE");
}

#[tokio::test]
async fn what_a_loan_has_gone_past_since_is_believed() {
    let (lab, tracker, loan) = scene().await;
    let client = lab.client();
    client.loans().validate(&loan).await.unwrap();
    let at = lab.now().await.to_string();
    let body = notice("loan", &loan, "VALIDATED", &at);
    tracker.ingest(body, None).await.unwrap();
    let told = tracker.digest().await.unwrap();
    let told = told
        .iter()
        .filter(|one| one.change.source == Source::Webhook);
    assert!(told.count() > 0);
    assert_ne!(status(&tracker, &loan).await, "TO_VALIDATE");
}

#[tokio::test]
async fn a_payment_is_what_it_is_read_as() {
    let (lab, tracker, loan) = scene().await;
    let client = lab.client();
    client.loans().validate(&loan).await.unwrap();
    lab.clock(json!({"advance": "P1D"})).await;
    let read = async || {
        let query = ListPayments::new().loan_id([&*loan]);
        let payments = client.payments().list(&query).items().collect().await;
        payments.unwrap().remove(0)
    };
    let payment = read().await;
    let at = lab.now().await.to_string();
    for false_status in ["FAILED", "CANCELED"] {
        let body = notice("payment", payment.id.as_str(), false_status, &at);
        tracker.ingest(body, None).await.unwrap();
        tracker.digest().await.unwrap();
        let subject = Subject::new(Entity::Payment, &payment.id);
        let known = tracker.store().track(subject).await.unwrap().unwrap();
        // The simulator moves it on with every look.
        assert_ne!(known.state().unwrap().status, false_status);
        // Its fields came with that.
        assert_eq!(known.facts().unwrap().cents("amount"), payment.amount);
    }
}

#[tokio::test]
async fn what_is_wrong_in_a_store_is_put_right_by_taking_over_what_the_server_says() {
    for (status_told, at) in [
        ("DELETED", None),
        ("ISSUE_DETECTED", Some("2099-01-01T00:00:00Z")),
    ] {
        let (lab, tracker, loan) = scene().await;
        let now = lab.now().await;
        let at: Timestamp = at.map_or(now, |at| at.parse().unwrap());
        let wrong = Observation {
            subject: Subject::loan(&loan),
            moment: Moment::at(at),
            source: Source::Webhook,
            status: Some(status_told.into()),
            facts: None,
        };
        let batch = Batch {
            observations: vec![wrong],
            ..Batch::default()
        };
        let store = tracker.store();
        store.commit(batch, now).await.unwrap();
        let view = tracker.loan(&loan).await.unwrap().unwrap();
        assert_eq!(view.state().unwrap().status, status_told);
        assert!(!tracker.reconcile(false).await.unwrap().is_clean());

        tracker.reconcile(true).await.unwrap();
        assert_eq!(status(&tracker, &loan).await, "TO_VALIDATE");
        assert!(tracker.reconcile(false).await.unwrap().is_clean());
        // The same once more, from what was written down.
        let mut again = Track::new(Subject::loan(&loan));
        for (_, one) in store.observations(0, 999).await.unwrap() {
            if one.subject == *again.subject() {
                again.fold(&one);
            }
        }
        let known = store.track(again.subject().clone()).await.unwrap().unwrap();
        assert_eq!(again.known(), known.known());
    }
}

#[tokio::test]
async fn a_credit_line_that_is_told_of_is_read() {
    let lab = Lab::start().await;
    let client = lab.client();
    let tracker = Tracker::new(client.clone(), Memory::new());
    request(&client).await;
    let borrowers = client.borrowers().list(&ListBorrowers::new()).items();
    let borrower = borrowers.collect().await.unwrap().remove(0).id.to_string();
    let told = |state: serde_json::Value| {
        json!({
            "id": "of-a-line", "entity_type": "borrower_financial_product",
            "timestamp": "2026-01-01T00:00:00Z", "status": "ACTIVE",
            "event_type": "BorrowerFinancialProductUpdated",
            "entity_state": state,
        })
        .to_string()
    };
    // Of nobody, and of one whose id is another's: nothing is read, and it is no error.
    tracker.ingest(told(json!({})), None).await.unwrap();
    let stranger = json!({"borrower_id": "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11"});
    tracker.ingest(told(stranger), None).await.unwrap();
    assert_eq!(tracker.digest().await.unwrap(), []);

    tracker
        .ingest(told(json!({"borrower_id": borrower})), None)
        .await
        .unwrap();
    assert!(!tracker.digest().await.unwrap().is_empty());
    let lines = tracker
        .store()
        .tracks(Entity::CreditLine, None, 9)
        .await
        .unwrap();
    assert!(
        lines[0]
            .facts()
            .unwrap()
            .cents("available_amount")
            .is_some()
    );
    // Known now, so that its own id is enough.
    let known = json!({
        "id": lines[0].subject().id, "entity_type": "credit_line", "status": "OPEN",
        "timestamp": "2026-01-01T00:00:00Z", "event_type": "CreditLine.BALANCE_UPDATED",
    });
    let before = lab
        .requests("borrowers.list_financial_products")
        .await
        .len();
    tracker.ingest(known.to_string(), None).await.unwrap();
    tracker.digest().await.unwrap();
    let after = lab
        .requests("borrowers.list_financial_products")
        .await
        .len();
    assert_eq!(after, before + 1);
}
