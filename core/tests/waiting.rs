//! Waiting for a loan by all that a tracker learns, and what it says meanwhile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use defacto::tracking::store::{Memory, Numbered};
use defacto::tracking::{AlertName, ChangeKind, Outlook, Source, Tracker};
use defacto::types::{Loan, LoanStatus, Timestamp};
use defacto::webhook::Tokens;
use defacto::{Client, ErrorKind};
use serde_json::json;
use support::{Lab, request};

/// Nobody reads by itself in this time.
const NEVER: Duration = Duration::from_secs(3_600);
/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A simulator that moves loans only when its clock is moved, and a loan in it.
async fn waiting_loan() -> (Lab, Client, Tracker, Loan) {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let tracker = Tracker::new(client.clone(), Memory::new());
    // Paid out in a week.
    let week = jiff::SignedDuration::from_hours(7 * 24);
    let to_pay_at = Timestamp(lab.now().await.get() + week);
    let body = request(&client).await.auto_validate(true);
    let body = body.to_pay_at(to_pay_at);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    (lab, client, tracker, loan.into_inner())
}

/// What Defacto would send of the last event of a loan.
async fn notice(client: &Client, loan: &Loan) -> String {
    let events = client.loans().list_events(&loan.id).await.unwrap().data;
    let last = events.iter().max_by_key(|event| event.timestamp).unwrap();
    let status = last.status.as_str();
    json!({
        "id": loan.id, "entity_type": "loan", "status": status,
        "timestamp": last.timestamp, "event_type": format!("Loan.{status}"),
    })
    .to_string()
}

#[tokio::test]
async fn a_notification_ends_a_wait_that_is_not_reading() {
    let (lab, client, tracker, loan) = waiting_loan().await;
    let told: Arc<Mutex<Vec<Outlook>>> = Arc::default();
    let tell = told.clone();
    let wait = tracker
        .wait_for(&loan.id, [LoanStatus::ToRepay])
        .deadline(NEVER)
        .poll_every(NEVER, NEVER)
        .on_progress(move |known| tell.lock().unwrap().push(known.clone()));
    let wait = tokio::spawn(wait.into_future());
    // The wait has looked once, and says when it looks next.
    let planned = loop {
        let known = tracker.outlook(&loan.id).await.unwrap().unwrap();
        if let Some(next) = known.next_look {
            break next;
        }
        tokio::task::yield_now().await;
    };
    assert!(planned.get() > jiff::Timestamp::now());
    lab.clock(json!({"advance": "P14D"})).await;
    let heard = notice(&client, &loan).await;
    tracker.ingest(heard, None).await.unwrap();
    let reached = tokio::time::timeout(PATIENCE, wait).await.unwrap();
    assert_eq!(reached.unwrap().unwrap().status, LoanStatus::ToRepay);

    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].source, Some(Source::Answer));
    let known = tracker.outlook(&loan.id).await.unwrap().unwrap();
    assert_eq!(known.source, Some(Source::Webhook));
    // Nobody looks any more.
    assert_eq!(known.next_look, None);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_status_that_lasted_a_moment_is_not_missed() {
    let (lab, client, tracker, loan) = waiting_loan().await;
    let wait = tracker
        .wait_for(&loan.id, [LoanStatus::Initiated])
        .deadline(NEVER)
        .poll_every(NEVER, NEVER);
    let wait = tokio::spawn(wait.into_future());
    while tracker
        .outlook(&loan.id)
        .await
        .unwrap()
        .unwrap()
        .next_look
        .is_none()
    {
        tokio::task::yield_now().await;
    }
    // It goes through INITIATED, and only its end is told.
    lab.clock(json!({"advance": "P14D"})).await;
    let heard = notice(&client, &loan).await;
    tracker.ingest(heard, None).await.unwrap();
    let reached = tokio::time::timeout(PATIENCE, wait).await.unwrap();
    assert_eq!(reached.unwrap().unwrap().status, LoanStatus::ToRepay);
    // The notice of this test, and the explanation.
    assert_eq!(lab.requests("loans.list_events").await.len(), 2);

    // What was left before the wait began is not waited for.
    let late = tracker.wait_for(&loan.id, [LoanStatus::Initiated]).await;
    let error = late.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateConflict, "{error}");
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_wait_that_is_over_says_what_it_knew() {
    let (lab, _, tracker, loan) = waiting_loan().await;
    let error = tracker
        .wait_for(&loan.id, [LoanStatus::Closed])
        .deadline(Duration::from_millis(20))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    assert!(text.contains("last seen at"), "{text}");
    assert!(text.contains("known by answer"), "{text}");
    let none = tracker.wait_for(&loan.id, []).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::InvalidInput);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_pass_explains_what_it_missed_within_its_cost() {
    let (lab, _, tracker, loan) = waiting_loan().await;
    tracker.sync().await.unwrap();
    lab.clock(json!({"advance": "P14D"})).await;
    let synced = tracker.sync().await.unwrap();
    assert!(!synced.full);
    assert!(synced.requests <= 10, "{}", synced.requests);
    let seen: Vec<&str> = synced
        .changes
        .iter()
        .filter(|one| one.change.source == Source::LoanEvents)
        .filter(|one| one.change.moment.start() == one.change.moment.end())
        .filter_map(|one| match &one.change.kind {
            ChangeKind::Passed {
                status,
                inferred: false,
            } => Some(status.as_str()),
            _ => None,
        })
        .collect();
    assert!(seen.contains(&"INITIATED"), "{seen:?}");
    assert_eq!(lab.requests("loans.list_events").await.len(), 1);
    // Nothing is left to explain.
    tracker.sync().await.unwrap();
    tracker.explain(&loan.id).await.unwrap();
    assert_eq!(tracker.explain(&loan.id).await.unwrap(), []);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_pass_is_whole_where_the_events_cannot_be_read() {
    let (lab, _, tracker, loan) = waiting_loan().await;
    tracker.sync().await.unwrap();
    lab.clock(json!({"advance": "P14D"})).await;
    lab.fault(json!({"operation": "loans.list_events", "status": 422, "times": 1}))
        .await;
    let synced = tracker.sync().await.unwrap();
    assert!(synced.changes.iter().any(|one| {
        matches!(&one.change.kind, ChangeKind::Moved { to, .. } if *to == "TO_REPAY")
    }));
    assert_eq!(lab.requests("loans.list_events").await.len(), 1);
    let explained = tracker.explain(&loan.id).await.unwrap();
    assert!(!explained.is_empty());
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn notifications_that_do_not_come_any_more_are_told_of() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let ahead = Arc::new(AtomicI64::new(0));
    let shown = ahead.clone();
    let tracker = Tracker::builder(client.clone(), Memory::new())
        .clock(move || {
            let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
            Timestamp(jiff::Timestamp::now() + ahead)
        })
        .build();
    let silent = async || {
        let alerts = tracker.alerts().await.unwrap();
        let mut silent = alerts
            .iter()
            .filter(|(_, one)| one.name == AlertName::Silent);
        silent.next().map(|(subject, _)| subject.id.clone())
    };
    let body = request(&client).await.auto_validate(true);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    tracker.sync().await.unwrap();
    lab.clock(json!({"advance": "P14D"})).await;
    // Nobody expects any: nothing is missed.
    tracker.sync().await.unwrap();
    ahead.fetch_add(7_200, Ordering::Relaxed);
    tracker.sync().await.unwrap();
    assert_eq!(silent().await, None);

    let receiver = tracker.receiver(Tokens::new(["secret"]));
    lab.trigger(json!({"event": "loan.repaid", "id": loan.id}))
        .await;
    tracker.sync().await.unwrap();
    let view = tracker.loan(&loan.id).await.unwrap().unwrap();
    assert_ne!(view.status(), Some(LoanStatus::ToRepay));
    // It may be on its way.
    assert_eq!(silent().await, None);
    assert!(tracker.health().await.unwrap().silent_since.is_some());
    ahead.fetch_add(7_200, Ordering::Relaxed);
    // Told once when it begins, and once when it is over.
    let told = |changes: &[Numbered]| -> Vec<bool> {
        let kinds = changes.iter().map(|one| &one.change.kind);
        let told = kinds.filter_map(|kind| match kind {
            ChangeKind::Alert { name, raised, .. } if *name == AlertName::Silent => Some(*raised),
            _ => None,
        });
        told.collect()
    };
    assert_eq!(told(&tracker.sync().await.unwrap().changes), [true]);
    assert_eq!(silent().await.as_deref(), Some("notifications"));
    assert!(told(&tracker.sync().await.unwrap().changes).is_empty());

    let heard = notice(&client, &loan).await;
    let status = receiver.receive("token=secret", heard.as_bytes()).await;
    assert_eq!(status, 200);
    assert_eq!(told(&tracker.sync().await.unwrap().changes), [false]);
    assert_eq!(silent().await, None);
    let health = tracker.health().await.unwrap();
    assert_eq!(health.silent_since, None);
    assert!(health.last_notification.is_some());
    assert_eq!(health.pass, None);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_pass_says_how_far_it_is() {
    let lab = Lab::start().await;
    let client = lab.client();
    let seen: Arc<Mutex<Vec<(u32, u64, bool)>>> = Arc::default();
    let tell = seen.clone();
    let tracker = Tracker::builder(client.clone(), Memory::new())
        .on_progress(move |pass| {
            let mut seen = tell.lock().unwrap();
            seen.push((pass.requests, pass.items, pass.full));
        })
        .build();
    let body = request(&client).await;
    client.loans().create(&body).await.unwrap();
    tracker.full_pass().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [(1, 1, true)]);
    seen.lock().unwrap().clear();
    let synced = tracker.partial_pass().await.unwrap();
    let last = *seen.lock().unwrap().last().unwrap();
    assert_eq!(last.0, synced.requests);
    assert!(!last.2);
    lab.sandbox.stop().await;
}
