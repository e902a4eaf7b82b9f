//! Plans of installments and credit lines, which a pass reads beside lists.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use defacto::tracking::store::Numbered;
use defacto::tracking::{ChangeKind, Entity, Tracker};
use defacto::types::{
    Cents, CreateInstallmentPlan, InstallmentInput, InstallmentLoanInput, LoanId, PaymentMethod,
};
use serde_json::json;
use support::{Lab, days_from_now, hurried, invoice, lent, request};

/// A plan of two parts.
fn plan(loan: &LoanId) -> CreateInstallmentPlan {
    let part = |days, amount| {
        let share = InstallmentLoanInput::new()
            .loan_id(loan.clone())
            .amount(amount);
        InstallmentInput::new()
            .amount(amount)
            .date(days_from_now(days))
            .loans([share])
    };
    CreateInstallmentPlan::new()
        .payment_method(PaymentMethod::Sct)
        .installments([part(20, Cents(6_000)), part(40, Cents(4_000))])
}

/// The statuses that changes tell of installments, by how many.
fn told(changes: &[Numbered]) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for one in changes {
        if one.change.subject.entity == Entity::Installment
            && let ChangeKind::Moved { to, .. } = &one.change.kind
        {
            *told.entry(to.to_string()).or_default() += 1;
        }
    }
    told
}

#[tokio::test]
async fn a_plan_is_followed_until_its_last_part_is_paid() {
    let lab = Lab::start().await;
    let client = lab.client();
    let loan = lent(&client).await;
    let (tracker, _) = hurried(client.clone());
    let made = client.installment_plans();
    tracker.send(made.create(&plan(&loan.id))).await.unwrap();
    let mut seen = BTreeMap::<String, usize>::new();
    for _ in 0..10 {
        for (status, count) in told(&tracker.sync().await.unwrap().changes) {
            *seen.entry(status).or_default() += count;
        }
    }
    assert_eq!((seen["PROPOSED"], seen["PAID"]), (2, 2));
    // Nothing is to become of it any more.
    let asked = lab.requests("installment_plans.get").await.len();
    tracker.sync().await.unwrap();
    assert_eq!(lab.requests("installment_plans.get").await.len(), asked);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn many_plans_are_all_looked_at_by_turns() {
    const PLANS: usize = 5;
    let lab = Lab::start().await;
    let client = lab.client();
    let (tracker, _) = hurried(client.clone());
    for _ in 0..PLANS {
        let loan = lent(&client).await;
        let made = client.installment_plans();
        tracker.send(made.create(&plan(&loan.id))).await.unwrap();
    }
    // Each is a draft until it is looked at.
    for _ in 0..PLANS {
        tracker.sync().await.unwrap();
    }
    let drafts = tracker.store();
    let drafts = drafts.in_status(Entity::Installment, "DRAFT".to_owned());
    assert_eq!(drafts.await.unwrap(), []);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn payments_from_before_the_first_pass_are_read() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let body = request(&client).await.auto_validate(true);
    let loan = client.loans().create(&body).await.unwrap();
    lab.clock(json!({"advance": "P3D"})).await;
    let paid = json!({"event": "loan.repaid", "id": loan.id, "amount": 4_000});
    lab.trigger(paid).await;
    lab.clock(json!({"advance": "P1D"})).await;
    let (tracker, _) = hurried(client.clone());
    let pass = tracker.sync().await.unwrap();
    assert!(pass.requests <= 1 + 20, "{}", pass.requests);
    let view = tracker.loan(&loan.id).await.unwrap().unwrap();
    assert_eq!(view.money().unwrap().outstanding(), Cents(6_000));
    tracker.sync().await.unwrap();
    let asked = lab.requests("payments.list").await.len();
    tracker.sync().await.unwrap();
    assert_eq!(lab.requests("payments.list").await.len(), asked + 1);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn an_invoice_is_followed_although_no_notification_came() {
    let lab = Lab::start().await;
    let client = lab.client();
    let (tracker, ahead) = hurried(client.clone());
    let body = invoice(&client).await;
    let made = tracker.send(client.invoices().create(&body)).await.unwrap();
    let status = async || {
        let invoices = tracker.store().tracks(Entity::Invoice, None, 9);
        let invoices = invoices.await.unwrap();
        assert_eq!(invoices.len(), 1);
        invoices[0].state().unwrap().status.to_string()
    };
    let an_hour = async || {
        lab.clock(json!({"advance": "PT2H"})).await;
        ahead.fetch_add(2 * 3_600, Ordering::Relaxed);
        tracker.sync().await.unwrap();
    };
    an_hour().await;
    assert_eq!(status().await, "VERIFIED");
    client.invoices().delete(&made.id).await.unwrap();
    an_hour().await;
    assert_eq!(status().await, "DELETED");
    // Nothing is to become of it any more.
    let asked = lab.requests("invoices.list").await.len();
    an_hour().await;
    assert_eq!(lab.requests("invoices.list").await.len(), asked);
    lab.sandbox.stop().await;
}

/// The available amounts of the lines that are known, in cents.
async fn available(tracker: &Tracker) -> Vec<i64> {
    let lines = tracker.store().tracks(Entity::CreditLine, None, 100);
    let lines = lines.await.unwrap();
    let available = lines
        .iter()
        .map(|line| line.facts().unwrap().cents("available_amount").unwrap().0);
    available.collect()
}

#[tokio::test]
async fn the_lines_of_many_borrowers_come_to_be_known_a_few_a_pass() {
    const BORROWERS: usize = 6;
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    for _ in 0..BORROWERS {
        let body = request(&client).await.auto_validate(true);
        client.loans().create(&body).await.unwrap();
    }
    let (tracker, _) = hurried(client.clone());
    let full = tracker.sync().await.unwrap();
    // A page, two lines, and the invoices.
    assert_eq!((full.full, full.requests), (true, 1 + 4 + 1));
    assert_eq!(available(&tracker).await.len(), 2);
    for known in [4, BORROWERS] {
        let pass = tracker.sync().await.unwrap();
        assert!(pass.requests <= 10, "{}", pass.requests);
        assert_eq!(available(&tracker).await.len(), known);
    }
    // All are known, and none is old.
    let asked = lab.requests("borrowers.list").await.len();
    assert_eq!(asked, BORROWERS);
    let calm = tracker.sync().await.unwrap();
    assert_eq!(calm.requests, 3);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_line_is_read_again_when_its_loan_has_changed_and_when_it_is_old() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let body = request(&client).await.auto_validate(true);
    let loan = client.loans().create(&body).await.unwrap();
    let (tracker, ahead) = hurried(client.clone());
    tracker.sync().await.unwrap();
    let asked = async || {
        lab.requests("borrowers.list_financial_products")
            .await
            .len()
    };
    assert_eq!(asked().await, 1);
    let before = available(&tracker).await;

    lab.clock(json!({"advance": "P3D"})).await;
    lab.trigger(json!({"event": "loan.repaid", "id": loan.id}))
        .await;
    let pass = tracker.sync().await.unwrap();
    assert!(pass.requests <= 10, "{}", pass.requests);
    assert!(asked().await > 1);
    let after = available(&tracker).await;
    assert_eq!(after, [before[0] + 10_000]);

    for _ in 0..3 {
        tracker.sync().await.unwrap();
    }
    let read = asked().await;
    tracker.sync().await.unwrap();
    assert_eq!(asked().await, read);
    lab.clock(json!({"advance": "PT2H"})).await;
    ahead.fetch_add(2 * 3_600, Ordering::Relaxed);
    tracker.sync().await.unwrap();
    assert_eq!(asked().await, read + 1);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_pass_is_whole_without_them() {
    let lab = Lab::start().await;
    let client = lab.client();
    let loan = lent(&client).await;
    lab.fault(json!({"operation": "borrowers.*", "times": 100, "status": 500}))
        .await;
    let (tracker, _) = hurried(client.clone());
    let pass = tracker.sync().await.unwrap();
    assert!(pass.full);
    assert!(tracker.loan(&loan.id).await.unwrap().is_some());
    let health = tracker.health().await.unwrap();
    assert!(health.last_full_pass.is_some());
    lab.sandbox.stop().await;
}
