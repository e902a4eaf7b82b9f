//! Alerts begin once and are over once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use defacto::tracking::store::{Memory, Numbered};
use defacto::tracking::{
    AlertName, AlertPolicy, ChangeKind, Entity, Facts, Moment, Observation, Source, Subject, Track,
    Tracker, alerts,
};
use defacto::types::{LoanStatus, Timestamp, UpdateLoan};
use serde_json::json;
use support::{Lab, request};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn track(subject: Subject, status: Option<&str>, facts: Facts) -> Track {
    let mut track = Track::new(subject.clone());
    track.fold(&Observation {
        subject,
        moment: Moment::at(at("2026-01-10T00:00:00Z")),
        source: Source::Poll,
        status: status.map(Into::into),
        facts: Some(facts),
    });
    track
}

fn loan(status: &str, facts: Facts) -> Track {
    track(Subject::loan("a"), Some(status), facts)
}

fn owing() -> Facts {
    Facts::default()
        .with("amount", Some(10_000))
        .with("paid_at", Some("2026-01-05T09:00:00Z"))
        .with("to_repay_at", Some("2026-03-06T09:00:00Z"))
        .with("contractual_repayment_date", Some("2026-03-06T09:00:00Z"))
}

fn raised(track: &Track, payments: &[Track], now: &str) -> Vec<AlertName> {
    let raised = alerts(track, payments, at(now), &AlertPolicy::default());
    raised.into_iter().map(|alert| alert.name).collect()
}

#[test]
fn a_loan_falls_due_and_is_late() {
    use AlertName::{DueSoon, FallenDue, Late};
    let loan = |facts| loan("TO_REPAY", facts);
    for (now, expected) in [
        ("2026-02-27T08:59:59Z", &[][..]),
        ("2026-02-27T09:00:00Z", &[DueSoon]),
        ("2026-03-06T09:00:00Z", &[FallenDue]),
        ("2026-03-10T09:00:00Z", &[FallenDue]),
        ("2026-03-10T09:00:01Z", &[FallenDue, Late]),
    ] {
        assert_eq!(raised(&loan(owing()), &[], now), expected, "{now}");
        let repaid = owing().with("repaid_nominal_amount", Some(10_000));
        assert_eq!(raised(&loan(repaid), &[], now), [], "{now}");
    }
    // Postponed, it is late by the date that was signed.
    let postponed = loan(owing().with("to_repay_at", Some("2026-04-05T09:00:00Z")));
    assert_eq!(raised(&postponed, &[], "2026-03-12T00:00:00Z"), [Late]);
    let other = alerts(
        &postponed,
        [],
        at("2026-04-01T00:00:00Z"),
        &AlertPolicy::default(),
    );
    assert!(other.iter().any(|alert| {
        alert.name == DueSoon && alert.about.as_deref() == Some("2026-04-05T09:00:00.000000+00:00")
    }));
}

#[test]
fn a_loan_is_stuck_longer_than_its_status_may_last() {
    for (status, day, hour) in [
        ("SUBMITTED", 10, 1),
        ("PENDING_VALIDATION", 14, 0),
        ("TO_VALIDATE", 13, 0),
        ("VALIDATED", 11, 0),
        ("ISSUE_DETECTED", 11, 0),
    ] {
        let loan = loan(status, Facts::default());
        let within = format!("2026-01-{day}T{hour:02}:00:00Z");
        assert_eq!(raised(&loan, &[], &within), [], "{status}");
        let beyond = format!("2026-01-{day}T{hour:02}:00:01Z");
        assert_eq!(raised(&loan, &[], &beyond), [AlertName::Stuck], "{status}");
    }
    // It waits for its payout, and for its repayment.
    let planned = Facts::default().with("to_pay_at", Some("2026-02-01T00:00:00Z"));
    let scheduled = loan("SCHEDULED", planned);
    assert_eq!(raised(&scheduled, &[], "2026-02-01T20:00:00Z"), []);
    assert_eq!(
        raised(&scheduled, &[], "2026-02-02T00:00:01Z"),
        [AlertName::Stuck]
    );
    let lent = loan("TO_REPAY", owing());
    assert_eq!(raised(&lent, &[], "2026-02-20T00:00:00Z"), []);
    for status in ["CLOSED", "CANCELED", "DECLINED", "TOMORROW"] {
        let done = loan(status, Facts::default());
        assert_eq!(raised(&done, &[], "2029-01-01T00:00:00Z"), [], "{status}");
    }
}

#[test]
fn a_failed_payment_matters_as_long_as_its_purpose_is_open() {
    let payment = |kind: &str, status| {
        let facts = Facts::default().with(&format!("share.a.{kind}"), Some(500));
        [track(
            Subject::new(Entity::Payment, "p"),
            Some(status),
            facts,
        )]
    };
    let now = "2026-01-11T00:00:00Z";
    let count = |loan: &Track, payments: &[Track]| raised(loan, payments, now).len();
    let lent = loan("TO_REPAY", owing());
    assert_eq!(count(&lent, &payment("REPAYMENT_NOMINAL", "FAILED")), 1);
    assert_eq!(count(&lent, &payment("REPAYMENT_NOMINAL", "PAID")), 0);
    assert_eq!(count(&lent, &payment("LOAN_PAYMENT", "FAILED")), 0);
    let asked = loan("INITIATED", Facts::default());
    assert_eq!(count(&asked, &payment("LOAN_PAYMENT", "FAILED")), 1);
    let repaid = owing().with("repaid_nominal_amount", Some(10_000));
    let repaid = loan("TO_REPAY_FEES", repaid);
    assert_eq!(count(&repaid, &payment("REPAYMENT_NOMINAL", "FAILED")), 0);
    assert_eq!(count(&repaid, &payment("REPAYMENT_FEES", "FAILED")), 1);
    let closed = loan("CLOSED", owing());
    assert_eq!(count(&closed, &payment("REPAYMENT_FEES", "FAILED")), 0);
    // Of another loan.
    let other = Facts::default().with("share.ab.REPAYMENT_NOMINAL", Some(500));
    let other = track(Subject::new(Entity::Payment, "q"), Some("FAILED"), other);
    assert_eq!(count(&lent, &[other]), 0);
}

#[test]
fn little_is_left_of_a_credit_line() {
    let line = |left: i64| {
        let facts = Facts::default()
            .with("max_amount", Some(1_000))
            .with("available_amount", Some(left));
        track(Subject::new(Entity::CreditLine, "c"), None, facts)
    };
    let now = "2026-01-11T00:00:00Z";
    assert_eq!(raised(&line(100), &[], now), []);
    assert_eq!(raised(&line(99), &[], now), [AlertName::CreditLow]);
    let mut policy = AlertPolicy::default();
    policy.credit_low_percent = 9;
    assert!(alerts(&line(99), [], at(now), &policy).is_empty());
}

#[test]
fn what_cannot_be_is_told() {
    let mut loan = loan("TO_REPAY", Facts::default());
    let late = at("2026-01-11T00:00:00Z");
    loan.fold(&Observation::event(
        Subject::loan("a"),
        late,
        Source::Webhook,
        "SUBMITTED".into(),
    ));
    assert_eq!(
        raised(&loan, &[], "2026-01-11T00:00:00Z"),
        [AlertName::Anomaly]
    );
}

/// The alerts in these changes: those that begin and those that are over.
fn told(changes: &[Numbered]) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let mut told = (BTreeSet::new(), BTreeSet::new());
    for one in changes {
        if let ChangeKind::Alert { name, raised, .. } = &one.change.kind {
            let side = if *raised { &mut told.0 } else { &mut told.1 };
            assert!(side.insert(name.as_str()), "told twice: {name:?}");
        }
    }
    told
}

#[tokio::test]
async fn each_is_told_once_when_it_begins_and_once_when_it_is_over() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let clock = Arc::new(Mutex::new(lab.now().await));
    let hand = clock.clone();
    let tracker = Tracker::builder(client.clone(), Memory::new())
        .clock(move || *hand.lock().unwrap())
        .build();
    let body = request(&client).await.auto_validate(true);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    let id = loan.id.as_str();
    let sync = async |days: i64| {
        lab.clock(json!({"advance_seconds": days * 86_400})).await;
        *clock.lock().unwrap() = lab.now().await;
        let mut changes = tracker.sync().await.unwrap().changes;
        changes.extend(tracker.partial_pass().await.unwrap().changes);
        changes.extend(tracker.check_alerts().await.unwrap());
        let again = tracker.check_alerts().await.unwrap();
        assert_eq!(again, []);
        changes
    };
    let names = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    // Paid out after a day, due 30 days later; the debit fails.
    assert_eq!(told(&sync(10).await), (names(&[]), names(&[])));
    let seen = lab.look(id).await;
    let payments = seen["payments"].as_array().unwrap();
    let debit = payments
        .iter()
        .find(|one| one["payment_type"] == "REPAYMENT_NOMINAL");
    let trigger = json!({"event": "payment.failed", "id": debit.unwrap()["id"]});
    lab.trigger(trigger).await;
    let (raised, over) = told(&sync(1).await);
    assert_eq!((raised, over), (names(&["payment_failed"]), names(&[])));
    assert_eq!(told(&sync(15).await), (names(&["due_soon"]), names(&[])));
    let changes = sync(7).await;
    assert_eq!(
        told(&changes),
        (names(&["fallen_due"]), names(&["due_soon"]))
    );
    assert_eq!(told(&sync(4).await), (names(&["late"]), names(&[])));
    let now: Vec<_> = tracker.alerts().await.unwrap();
    assert_eq!(now.len(), 3);
    assert!(now.iter().all(|(subject, _)| *subject == Subject::loan(id)));
    // Postponed, it is due at another date.
    let later = Timestamp(clock.lock().unwrap().get() + jiff::SignedDuration::from_hours(24 * 12));
    let call = client
        .loans()
        .update(id, &UpdateLoan::new().to_repay_at(later));
    tracker.send(call).await.unwrap();
    let changes = sync(1).await;
    assert_eq!(told(&changes), (names(&[]), names(&["fallen_due"])));
    lab.trigger(json!({"event": "loan.repaid", "id": id})).await;
    let changes = sync(1).await;
    let over = names(&["late", "payment_failed"]);
    assert_eq!(told(&changes), (names(&[]), over));
    assert_eq!(tracker.alerts().await.unwrap(), []);
    // They are part of the loan's history, each with its number.
    let timeline = tracker.timeline(id).await.unwrap();
    let alerts = timeline
        .iter()
        .filter(|one| matches!(one.change.kind, ChangeKind::Alert { .. }));
    assert_eq!(alerts.count(), 8);
    lab.sandbox.stop().await;
}

/// A tracker on a simulator that goes by the calendar, with the simulator's clock.
struct Watch {
    lab: Lab,
    tracker: Tracker,
    clock: Arc<Mutex<Timestamp>>,
}

impl Watch {
    async fn begin(settings: serde_json::Value, policy: AlertPolicy) -> Self {
        let lab = Lab::start().await;
        lab.settings(settings).await;
        lab.clock(json!({"freeze": true})).await;
        let clock = Arc::new(Mutex::new(lab.now().await));
        let hand = clock.clone();
        let tracker = Tracker::builder(lab.client(), Memory::new())
            .clock(move || *hand.lock().unwrap())
            .alerts(policy)
            .build();
        Self {
            lab,
            tracker,
            clock,
        }
    }

    async fn wait(&self, hours: i64) {
        let clock = json!({"advance_seconds": hours * 3_600});
        self.lab.clock(clock).await;
        *self.clock.lock().unwrap() = self.lab.now().await;
    }

    /// The alerts that a consumer is told of by a pass and the next, and what is
    /// raised then.
    async fn told(&self) -> Vec<(String, AlertName, bool)> {
        self.tracker.sync().await.unwrap();
        self.tracker.sync().await.unwrap();
        let mut changes = self.tracker.changes("desk").await.unwrap();
        let mut told = Vec::new();
        while let Some(one) = changes.next().await.unwrap() {
            changes.acknowledge(&one).await.unwrap();
            if let ChangeKind::Alert { name, raised, .. } = one.change.kind {
                told.push((one.change.subject.id, name, raised));
            }
        }
        told
    }

    async fn raised(&self) -> Vec<(Subject, AlertName)> {
        let raised = self.tracker.alerts().await.unwrap().into_iter();
        raised.map(|(subject, one)| (subject, one.name)).collect()
    }
}

#[tokio::test]
async fn a_credit_line_is_low_from_when_a_pass_has_read_it_until_a_loan_is_repaid() {
    // The loan leaves 12 percent of it, which is not low as a rule.
    let settings = json!({"timing": "calendar", "facility": 11_360});
    let mut policy = AlertPolicy::default();
    policy.credit_low_percent = 15;
    let watch = Watch::begin(settings, policy).await;
    let client = watch.lab.client();
    let body = request(&client).await.auto_validate(true);
    let loan = watch.tracker.send(client.loans().create(&body)).await;
    let loan = loan.unwrap().id.to_string();
    let borrower = watch.lab.look(&loan).await["borrower_id"].clone();
    let borrower = borrower.as_str().unwrap().to_owned();

    // A pass reads the line of a loan by itself.
    let told = watch.told().await;
    let lines = watch.tracker.store().tracks(Entity::CreditLine, None, 9);
    let line = lines.await.unwrap().remove(0).subject().clone();
    let alert = |raised| (line.id.clone(), AlertName::CreditLow, raised);
    assert_eq!(told, [alert(true)]);
    // Read again, and still low: nothing is told.
    watch.tracker.read_products(&*borrower).await.unwrap();
    assert_eq!(watch.told().await, []);
    assert_eq!(watch.raised().await, [(line.clone(), AlertName::CreditLow)]);

    let repaid = json!({"event": "loan.repaid", "id": loan});
    watch.lab.trigger(repaid).await;
    assert_eq!(watch.told().await, [alert(false)]);
    assert_eq!(watch.raised().await, []);
    watch.lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_loan_is_stuck_for_as_long_as_the_policy_says_and_until_it_moves_on() {
    let mut policy = AlertPolicy::default();
    policy.longest_in = vec![(LoanStatus::ToValidate, jiff::SignedDuration::from_hours(36))];
    let watch = Watch::begin(json!({"timing": "calendar"}), policy).await;
    let client = watch.lab.client();
    let body = request(&client).await.wait_for_validation(true);
    let loan = watch.tracker.send(client.loans().create(&body)).await;
    let id = loan.unwrap().id.to_string();
    let status = async || watch.tracker.loan(&id).await.unwrap().unwrap().status();
    let alert = |raised| (id.clone(), AlertName::Stuck, raised);
    watch.wait(36).await;
    assert_eq!(watch.told().await, []);
    assert_eq!(status().await, Some(LoanStatus::ToValidate));
    watch.wait(1).await;
    assert_eq!(watch.told().await, [alert(true)]);
    watch.wait(24).await;
    assert_eq!(watch.told().await, []);

    // Accepted elsewhere: the tracker finds it by itself.
    client.loans().validate(&id).await.unwrap();
    assert_eq!(watch.told().await, [alert(false)]);
    assert_ne!(status().await, Some(LoanStatus::ToValidate));
    assert_eq!(watch.raised().await, []);
    watch.lab.sandbox.stop().await;
}
