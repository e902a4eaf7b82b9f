//! What a pass costs, and when it is a full one.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use defacto::tracking::Tracker;
use defacto::tracking::store::Memory;
use defacto::types::Cents;
use serde_json::json;
use support::{Lab, hurried, request};

#[tokio::test]
async fn a_pass_costs_pages_and_not_loans() {
    const LOANS: usize = 250;
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let template = request(&client).await.amount(100).auto_validate(true);
    for number in 0..LOANS {
        let mut body = template.clone();
        let mut invoice = body.invoices.remove(0);
        invoice.invoice_number = Some(format!("I-{number}"));
        client
            .loans()
            .create(&body.invoices([invoice]))
            .await
            .unwrap();
    }
    let tracker = Tracker::new(client.clone(), Memory::new());
    let full = tracker.sync().await.unwrap();
    assert!(full.full);
    // Three pages, the line of the borrower they have in common, and invoices.
    assert_eq!(full.requests, 3 + 2 + 1, "{LOANS} open loans");
    // Nothing has changed since.
    let calm = tracker.partial_pass().await.unwrap();
    assert!(calm.requests <= 10 + 6 * 3, "{}", calm.requests);

    lab.clock(json!({"advance": "P40D"})).await;
    let before = lab.requests("loans.list").await.len() + lab.requests("loans.get").await.len();
    let pass = tracker.partial_pass().await.unwrap();
    let asked =
        lab.requests("loans.list").await.len() + lab.requests("loans.get").await.len() - before;
    assert!(pass.requests <= 10 + 6 * 3, "{}", pass.requests);
    assert!(asked <= 10, "{asked}");
    let mut closed = 0;
    let mut page = tracker
        .store()
        .tracks(defacto::tracking::Entity::Loan, None, 1_000)
        .await
        .unwrap();
    page.retain(|track| track.state().unwrap().status == "CLOSED");
    closed += page.len();
    assert_eq!(closed, LOANS);
    assert!(pass.changes.len() >= LOANS);
    tokio::time::timeout(Duration::from_secs(60), lab.sandbox.stop())
        .await
        .unwrap();
}

/// Who syncs once a day makes full passes alone.
#[tokio::test]
async fn who_looks_once_a_day_is_told_of_payments_too() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let (tracker, clock) = hurried(client.clone());
    let body = request(&client).await.auto_validate(true);
    let loan = client.loans().create(&body).await.unwrap();
    tracker.sync().await.unwrap();
    let next_day = async || {
        lab.clock(json!({"advance": "P2D"})).await;
        clock.fetch_add(2 * 86_400, Ordering::Relaxed);
    };
    next_day().await;
    let paid = json!({"event": "loan.repaid", "id": loan.id, "amount": 4_000});
    lab.trigger(paid).await;
    next_day().await;
    let synced = tracker.sync().await.unwrap();
    assert!(synced.full);
    let view = tracker.loan(&loan.id).await.unwrap().unwrap();
    let paid = view.related().iter().filter(|one| {
        one.subject().entity == defacto::tracking::Entity::Payment
            && one.state().unwrap().status == "PAID"
    });
    assert!(paid.count() >= 2, "{:?}", view.related());
    // So that what it costs is known.
    assert_eq!(view.money().unwrap().outstanding(), Cents(6_000));

    // And what an end brings is seen, although it is in no list of open loans.
    lab.trigger(json!({"event": "loan.repaid", "id": loan.id}))
        .await;
    next_day().await;
    assert!(tracker.sync().await.unwrap().full);
    let view = tracker.loan(&loan.id).await.unwrap().unwrap();
    assert_eq!(view.money().unwrap().outstanding(), Cents(0));
    lab.sandbox.stop().await;
}

/// A partial pass cannot see everything, so that a whole one is made every day.
#[tokio::test]
async fn a_full_pass_is_made_at_least_daily() {
    let lab = Lab::start().await;
    let (tracker, clock) = hurried(lab.client());
    for (hours, full) in [
        (0, true),
        (1, false),
        (22, false),
        (2, true),
        (23, false),
        (1, true),
    ] {
        clock.fetch_add(hours * 3_600, Ordering::Relaxed);
        let synced = tracker.sync().await.unwrap();
        assert_eq!(synced.full, full, "{hours} hours later");
    }
    lab.sandbox.stop().await;
}
