//! A tracker on the simulator.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::sync::atomic::Ordering;

use defacto::tracking::store::{IntentState, Memory};
use defacto::tracking::{ChangeKind, Tracker};
use defacto::types::{Cents, CreateLoan, ListLoans, LoanStatus, WebhookEventType};
use defacto::webhook::Tokens;
use defacto::{Client, Creation, ErrorKind};
use serde_json::json;
use support::{Lab, SOON, hurried, invoice, request};

fn tracker(client: Client) -> Tracker {
    Tracker::new(client, Memory::new())
}

/// The statuses a loan went through, by its timeline.
async fn statuses(tracker: &Tracker, loan: &str) -> Vec<String> {
    let mut statuses = Vec::new();
    for one in tracker.timeline(loan).await.unwrap() {
        if one.change.subject.id != loan {
            continue;
        }
        match one.change.kind {
            ChangeKind::Appeared { status } => statuses.extend(status.map(|s| s.to_string())),
            ChangeKind::Moved { to: status, .. } | ChangeKind::Passed { status, .. } => {
                statuses.push(status.to_string());
            }
            _ => {}
        }
    }
    statuses
}

#[tokio::test]
async fn a_loan_is_followed_from_its_request_to_its_end() {
    let lab = Lab::start().await;
    let client = lab.client();
    let tracker = tracker(client.clone());
    let body = request(&client).await.wait_for_validation(false);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    assert_eq!(loan.creation(), Creation::New);

    let mut told = tracker.changes("mailer").await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..30 {
        let view = tracker.loan(&loan.id).await.unwrap().unwrap();
        match view.status().unwrap() {
            LoanStatus::Closed => break,
            LoanStatus::ToValidate => {
                let validated = tracker.send(client.loans().validate(&loan.id));
                validated.await.unwrap();
            }
            _ => {}
        }
        tracker.sync().await.unwrap();
        while let Some(change) = told.next().await.unwrap() {
            told.acknowledge(&change).await.unwrap();
            seen.push(change);
        }
    }
    let view = tracker.loan(&loan.id).await.unwrap().unwrap();
    assert_eq!(view.status(), Some(LoanStatus::Closed));
    assert_eq!(view.outstanding(), Some(Cents(0)));
    assert_eq!(view.state().unwrap().anomalies, []);
    assert!(
        view.related()
            .iter()
            .any(|one| one.subject().entity == defacto::tracking::Entity::Payment)
    );

    // Its payments' statuses too, though a status is learned before the fields
    // that say whose it is.
    let paid = |one: &defacto::tracking::store::Numbered| {
        one.change.subject.entity == defacto::tracking::Entity::Payment
            && matches!(
                &one.change.kind,
                ChangeKind::Appeared { status: Some(_) } | ChangeKind::Moved { .. }
            )
    };
    assert!(tracker.timeline(&loan.id).await.unwrap().iter().any(paid));

    let statuses = statuses(&tracker, loan.id.as_str()).await;
    assert_eq!(statuses.last().map(String::as_str), Some("CLOSED"));
    // Several steps a pass: one that was not seen is inferred.
    for status in [
        "SUBMITTED",
        "VALIDATED",
        "SCHEDULED",
        "INITIATED",
        "TO_REPAY",
    ] {
        assert!(statuses.iter().any(|one| one == status), "{statuses:?}");
    }
    // Nothing is told twice to who acknowledges, everything to who asks anew.
    assert_eq!(
        tracker
            .changes("mailer")
            .await
            .unwrap()
            .next()
            .await
            .unwrap(),
        None
    );
    let mut again = tracker.replay("mailer", 0).await.unwrap();
    let first = again.next().await.unwrap().unwrap();
    assert_eq!(first.seq, 1);
    assert!(seen.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again_and_makes_no_second_loan() {
    for replay in ["existing", "refuse"] {
        let lab = Lab::start().await;
        lab.settings(json!({"salt_replay": replay})).await;
        let client = lab.client();
        let tracker = tracker(client.clone());
        let body = request(&client).await;
        lab.fault(json!({"operation": "loans.create", "reset": "after", "times": 1}))
            .await;
        let call = client.loans().create(&body).retries(0);
        let error = tracker.send(call).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        let open = tracker.store().intents(IntentState::Open, 9).await.unwrap();
        assert_eq!(open.len(), 1);

        let settled = tracker.settle().await.unwrap();
        assert_eq!((settled.done, settled.open), (1, 0), "{replay}");
        let done = tracker.store().intents(IntentState::Done, 9).await.unwrap();
        let made = done[0].outcome.clone().unwrap().subject.unwrap();
        let loans = client
            .loans()
            .list(&ListLoans::new())
            .items()
            .collect()
            .await
            .unwrap();
        assert_eq!(loans.len(), 1);
        assert_eq!(loans[0].id, *made.as_str());
        assert!(tracker.loan(made).await.unwrap().is_some());
        lab.sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_pass_tells_what_it_settled() {
    let lab = Lab::start().await;
    let client = lab.client();
    let tracker = tracker(client.clone());
    let body = request(&client).await;
    lab.fault(json!({"operation": "loans.create", "reset": "after", "times": 1}))
        .await;
    let call = client.loans().create(&body).retries(0);
    tracker.send(call).await.unwrap_err();

    let synced = tracker.sync().await.unwrap();
    let mut told = tracker.changes("mailer").await.unwrap();
    let mut all = Vec::new();
    while let Some(change) = told.next().await.unwrap() {
        all.push(change);
    }
    assert!(
        all.iter()
            .any(|one| one.change.subject.entity == defacto::tracking::Entity::Loan)
    );
    assert_eq!(synced.changes, all);
}

#[tokio::test]
async fn what_was_refused_is_not_asked_for_again() {
    let lab = Lab::start().await;
    let client = lab.client();
    let tracker = tracker(client.clone());
    let body = request(&client).await.amount(999_999_999);
    let error = tracker
        .send(client.loans().create(&body))
        .await
        .unwrap_err();
    assert!(!error.is_outcome_unknown());
    let settled = tracker.settle().await.unwrap();
    assert_eq!((settled.done, settled.refused, settled.open), (0, 0, 0));
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_salt_stands_for_one_body() {
    let lab = Lab::start().await;
    let client = lab.client();
    let tracker = tracker(client.clone());
    let body = request(&client).await.salt_id("mine");
    let first = tracker.send(client.loans().create(&body)).await.unwrap();
    // The same again is the same loan.
    let again = tracker.send(client.loans().create(&body)).await.unwrap();
    assert_eq!(first.id, again.id);
    let other: CreateLoan = body.amount(9_000);
    let error = tracker
        .send(client.loans().create(&other))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("salt_id was used for another body"),
        "{error}"
    );
    assert_eq!(lab.acted("loans.create").await, 2);
    lab.sandbox.stop().await;
}

/// A caller that stops waiting leaves the intent to whoever settles.
#[tokio::test]
async fn a_call_that_is_dropped_is_settled() {
    let lab = Lab::start().await;
    let client = lab.client();
    let (tracker, clock) = hurried(client.clone());
    let body = request(&client).await;
    lab.fault(json!({"operation": "loans.create", "delay_ms": 60_000, "times": 1}))
        .await;
    let call = tracker.send(client.loans().create(&body));
    assert!(tokio::time::timeout(SOON, call).await.is_err());
    // It is this worker's until its time is over.
    assert_eq!(tracker.settle().await.unwrap().done, 0);
    clock.store(600, Ordering::Relaxed);
    assert_eq!(tracker.settle().await.unwrap().done, 1);
    let loans = client
        .loans()
        .list(&ListLoans::new())
        .items()
        .collect()
        .await
        .unwrap();
    assert_eq!(loans.len(), 1);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn an_invoice_has_no_key_and_is_looked_up() {
    let lab = Lab::start().await;
    let client = lab.client();
    let (tracker, clock) = hurried(client.clone());
    for (reset, made) in [("after", 1), ("before", 2)] {
        let body = invoice(&client).await;
        lab.fault(json!({"operation": "invoices.create", "reset": reset, "times": 1}))
            .await;
        let error = tracker
            .send(client.invoices().create(&body))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        clock.fetch_add(7_200, Ordering::Relaxed);
        assert_eq!(tracker.settle().await.unwrap().done, 1);
        assert_eq!(lab.acted("invoices.create").await, made);
    }
    lab.sandbox.stop().await;
}

fn notice(loan: &str, status: &str, at: &str) -> String {
    json!({
        "id": loan, "entity_type": "loan", "status": status, "timestamp": at,
        "event_type": format!("Loan.{status}"),
    })
    .to_string()
}

#[tokio::test]
async fn notifications_are_stored_then_read_and_money_is_not_believed() {
    let lab = Lab::start().await;
    let client = lab.client();
    let tracker = tracker(client.clone());
    let body = request(&client).await.wait_for_validation(false);
    let loan = client.loans().create(&body).await.unwrap();
    let at = loan.submitted_at.unwrap().to_string();
    // Twice, something else, and nonsense.
    for body in [
        notice(loan.id.as_str(), "SUBMITTED", &at),
        notice(loan.id.as_str(), "SUBMITTED", &at),
        json!({"id": "x", "event_type": "Card.MELTED", "timestamp": at, "status": "HOT"})
            .to_string(),
        "<html>".to_owned(),
    ] {
        tracker.ingest(body, None).await.unwrap();
    }
    let changes = tracker.digest().await.unwrap();
    let appeared = changes
        .iter()
        .filter(|one| matches!(one.change.kind, ChangeKind::Appeared { .. }))
        .count();
    assert_eq!(appeared, 1);
    assert_eq!(tracker.digest().await.unwrap(), []);
    // Its fields come from a read.
    let view = tracker.loan(&loan.id).await.unwrap().unwrap();
    assert_eq!(view.facts().unwrap().number("amount"), Some(10_000));
    assert_eq!(lab.requests("loans.list").await.len(), 1);
    lab.sandbox.stop().await;
}

/// Late notifications in any order leave the state as it is.
#[tokio::test]
async fn what_comes_late_is_told_as_the_past() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let tracker = tracker(client.clone());
    let body = request(&client).await.auto_validate(true);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    lab.clock(json!({"advance": "P60D"})).await;
    // Without an explanation of what nobody saw.
    tracker.full_pass().await.unwrap();
    let events = client.loans().list_events(&loan.id).await.unwrap();
    for event in events.data.iter().rev() {
        let at = event.timestamp.unwrap().to_string();
        let body = notice(loan.id.as_str(), event.status.as_str(), &at);
        tracker.ingest(body, None).await.unwrap();
    }
    let before = tracker
        .loan(&loan.id)
        .await
        .unwrap()
        .unwrap()
        .state()
        .unwrap();
    assert_eq!(before.status, "CLOSED");
    let changes = tracker.digest().await.unwrap();
    assert!(
        !changes
            .iter()
            .any(|one| matches!(one.change.kind, ChangeKind::Moved { .. }))
    );
    assert!(changes.iter().any(|one| {
        matches!(
            &one.change.kind,
            ChangeKind::Passed {
                inferred: false,
                ..
            }
        )
    }));
    let after = tracker
        .loan(&loan.id)
        .await
        .unwrap()
        .unwrap()
        .state()
        .unwrap();
    assert_eq!(after.status, "CLOSED");
    assert_eq!(after.anomalies, []);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_receiver_checks_the_token_before_it_looks_at_anything() {
    let lab = Lab::start().await;
    let tracker = tracker(lab.client());
    let receiver = tracker
        .receiver(Tokens::new(["old", "new"]))
        .largest_body(100);
    let large = [b' '; 101];
    for (query, body, status) in [
        ("token=new", &b"{}"[..], 200),
        ("apikey=old", b"{}", 200),
        ("token=wrong", b"{}", 401),
        ("", &large, 401),
        ("token=new", &large, 413),
    ] {
        assert_eq!(receiver.receive(query, body).await, status, "{query}");
    }
    let received = receiver.received();
    assert_eq!(
        (received.stored, received.refused, received.failed),
        (2, 3, 0)
    );
    assert_eq!(tracker.store().unread(9).await.unwrap().len(), 2);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_subscription_is_made_once_and_kept_in_step() {
    let lab = Lab::start().await;
    let client = lab.client();
    let events = [WebhookEventType::LoanClosed, WebhookEventType::LoanToRepay];
    let url = "http://127.0.0.1:9/hook?token=one";
    let first = client.ensure_webhook("ours", url, &events).await.unwrap();
    let reordered = [events[1].clone(), events[0].clone()];
    let again = client
        .ensure_webhook("ours", url, &reordered)
        .await
        .unwrap();
    assert_eq!(first.id, again.id);
    let rotated = client
        .ensure_webhook("ours", "http://127.0.0.1:9/hook?token=two", &events)
        .await
        .unwrap();
    assert_eq!(rotated.id, first.id);
    assert!(rotated.to_url.unwrap().expose().ends_with("two"));
    client
        .ensure_webhook("another", url, &events)
        .await
        .unwrap();
    assert_eq!(lab.acted("webhooks.create").await, 2);
    assert_eq!(lab.acted("webhooks.update").await, 1);
    lab.sandbox.stop().await;
}
