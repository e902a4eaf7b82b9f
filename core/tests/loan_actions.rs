//! What a client may do with a loan, by its view and by the simulator.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use defacto::lifecycle::Evidence;
use defacto::tracking::store::Memory;
use defacto::tracking::{
    Action, Facts, Moment, Observation, Permission, Refusal, Source, Subject, Track, Tracker,
    actions,
};
use defacto::types::{LoanStatus, Timestamp, UpdateLoan};
use serde_json::json;
use support::{Lab, days_from_now, request};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn of(action: Action, permissions: &[Permission]) -> Permission {
    let found = permissions.iter().find(|one| one.action == action);
    found.unwrap().clone()
}

/// A track in a status with these fields.
fn track(status: &str, facts: Facts) -> Track {
    let mut track = Track::new(Subject::loan("a"));
    track.fold(&Observation {
        subject: Subject::loan("a"),
        moment: Moment::at(at("2026-01-01T00:00:00Z")),
        source: Source::Poll,
        status: Some(status.into()),
        facts: Some(facts),
    });
    track
}

fn judge(action: Action, status: &str, facts: Facts, now: &str) -> Permission {
    let track = track(status, facts);
    let all = actions(track.state().as_ref(), track.facts(), None, at(now));
    assert_eq!(all.len(), Action::ALL.len());
    of(action, &all)
}

fn in_repayment(method: &str) -> Facts {
    Facts::default()
        .with("amount", Some(10_000))
        .with("repayment_method", Some(method))
        .with("paid_at", Some("2026-01-05T09:00:00Z"))
        .with("to_repay_at", Some("2026-03-06T09:00:00Z"))
        .with("contractual_repayment_date", Some("2026-03-06T09:00:00Z"))
}

#[test]
fn each_status_allows_what_is_documented() {
    for status in LoanStatus::ALL {
        let all = |action| {
            let facts = in_repayment("SCT").with("to_pay_at", Some("2026-02-20T09:00:00Z"));
            judge(action, status.as_str(), facts, "2026-02-01T00:00:00Z")
        };
        let allowed = |action| all(action).is_allowed();
        let name = status.as_str();
        assert_eq!(allowed(Action::Validate), name == "TO_VALIDATE");
        assert_eq!(
            allowed(Action::Cancel),
            [
                "PENDING_VALIDATION",
                "TO_VALIDATE",
                "VALIDATED",
                "SCHEDULED"
            ]
            .contains(&name)
        );
        assert_eq!(allowed(Action::Postpone), name == "TO_REPAY");
        assert_eq!(
            allowed(Action::SetRepaymentTerms),
            ["TO_REPAY", "TO_REPAY_FEES"].contains(&name)
        );
        assert_eq!(
            all(Action::Edit).fields.len(),
            match name {
                "SUBMITTED" | "TO_VALIDATE" => 10,
                "VALIDATED" | "SCHEDULED" => 3,
                "TO_REPAY" => 1,
                _ => 0,
            }
        );
        for action in Action::ALL {
            let permission = all(action);
            if let Some(refusal) = &permission.refusal {
                assert_eq!(*refusal, Refusal::Status(status.clone()), "{name}");
                assert!(refusal.to_string().contains(name));
                assert_eq!(permission.fields, [""; 0]);
            }
        }
    }
    let cancel = judge(
        Action::Cancel,
        "PENDING_VALIDATION",
        Facts::default(),
        "2026-02-01T00:00:00Z",
    );
    assert_eq!(cancel.evidence, Evidence::Conflict);
    let unknown = judge(
        Action::Cancel,
        "TOMORROW",
        Facts::default(),
        "2026-02-01T00:00:00Z",
    );
    assert_eq!(unknown.evidence, Evidence::Inferred);
    let never_seen = actions(None, None, None, at("2026-02-01T00:00:00Z"));
    assert!(
        never_seen
            .iter()
            .all(|one| one.refusal == Some(Refusal::Unsure))
    );
}

#[test]
fn canceling_ends_when_the_money_may_be_sent() {
    let facts = || Facts::default().with("to_pay_at", Some("2026-02-10T09:00:00Z"));
    for (now, until) in [
        ("2026-02-01T00:00:00Z", Some("2026-02-08T09:00:00Z")),
        ("2026-02-08T10:00:00Z", Some("2026-02-09T09:00:00Z")),
        ("2026-02-09T10:00:00Z", None),
    ] {
        let cancel = judge(Action::Cancel, "SCHEDULED", facts(), now);
        assert!(cancel.is_allowed());
        assert_eq!(cancel.until, until.map(at));
    }
}

#[test]
fn postponing_has_limits_and_says_which_are_documented() {
    let postpone = |facts, now| judge(Action::Postpone, "TO_REPAY", facts, now);
    let free = postpone(in_repayment("DIRECT_DEBIT"), "2026-02-01T00:00:00Z");
    assert!(free.is_allowed());
    assert_eq!(free.evidence, Evidence::Read);
    // 30 days after; and two working days before the 6th of March, a Friday.
    assert_eq!(free.latest, Some(at("2026-04-05T09:00:00Z")));
    assert_eq!(free.until, Some(at("2026-03-04T09:00:00Z")));

    // 120 days after the payout come first.
    let long = in_repayment("SCT").with("paid_at", Some("2025-12-01T09:00:00Z"));
    let long = postpone(long, "2026-02-01T00:00:00Z");
    assert_eq!(long.latest, Some(at("2026-03-31T09:00:00Z")));
    assert_eq!(long.until, None);
    let full = in_repayment("SCT").with("paid_at", Some("2025-11-06T09:00:00Z"));
    let full = postpone(full, "2026-02-01T00:00:00Z");
    assert_eq!(
        full.refusal,
        Some(Refusal::Limit(at("2026-03-06T09:00:00Z")))
    );

    for (now, evidence) in [
        ("2026-03-04T09:00:00Z", Evidence::Conflict),
        ("2026-03-05T09:00:00Z", Evidence::Read),
    ] {
        let close = postpone(in_repayment("DIRECT_DEBIT"), now);
        let last = at("2026-03-04T09:00:00Z");
        assert_eq!(close.refusal, Some(Refusal::TooClose(last)));
        assert_eq!(close.evidence, evidence);
        // Nothing is debited.
        assert!(postpone(in_repayment("SCT"), now).is_allowed());
    }
    let twice = in_repayment("SCT").with("to_repay_at", Some("2026-03-09T09:00:00Z"));
    let twice = postpone(twice, "2026-02-01T00:00:00Z");
    assert_eq!(twice.refusal, Some(Refusal::Postponed));

    let product = Facts::default().with("product_type", Some("FLEX_FINANCING"));
    let loan = track("TO_REPAY", in_repayment("SCT"));
    let now = at("2026-02-01T00:00:00Z");
    let flex = actions(loan.state().as_ref(), loan.facts(), Some(&product), now);
    let flex = of(Action::Postpone, &flex);
    assert_eq!(flex.refusal, Some(Refusal::Kind("FLEX_FINANCING".into())));
    let unread = postpone(Facts::default(), "2026-02-01T00:00:00Z");
    assert_eq!(unread.refusal, Some(Refusal::NotRead));
}

#[test]
fn the_account_of_a_debit_is_fixed_three_days_before() {
    let fields = |method, now| {
        judge(
            Action::SetRepaymentTerms,
            "TO_REPAY",
            in_repayment(method),
            now,
        )
        .fields
    };
    assert!(fields("DIRECT_DEBIT", "2026-03-03T09:00:00Z").contains(&"direct_debit"));
    assert!(!fields("DIRECT_DEBIT", "2026-03-03T09:00:01Z").contains(&"direct_debit"));
    assert!(fields("SCT", "2026-03-05T09:00:01Z").contains(&"direct_debit"));
}

/// What is said to be allowed the simulator does, and refuses what is not.
#[tokio::test]
async fn the_simulator_agrees() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let tracker = Tracker::new(client.clone(), Memory::new());
    let body = request(&client).await.to_pay_at(days_from_now(4));
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    let id = loan.id.as_str();
    let may = async |action| {
        tracker.partial_pass().await.unwrap();
        let view = tracker.loan(id).await.unwrap().unwrap();
        of(action, &view.actions(lab.now().await))
    };
    assert!(may(Action::Validate).await.is_allowed());
    assert!(!may(Action::Postpone).await.is_allowed());
    let fields = may(Action::Edit).await.fields;
    assert!(fields.contains(&"amount"));
    let smaller = UpdateLoan::new().amount(9_000);
    tracker
        .send(client.loans().update(id, &smaller))
        .await
        .unwrap();
    tracker.send(client.loans().validate(id)).await.unwrap();
    assert!(!may(Action::Edit).await.fields.contains(&"amount"));
    assert!(
        tracker
            .send(client.loans().update(id, &smaller))
            .await
            .is_err()
    );
    // The simulator sends the money a day before.
    let cancel = may(Action::Cancel).await;
    assert!(cancel.is_allowed());
    lab.clock(json!({"advance": "P5D"})).await;
    assert!(!may(Action::Cancel).await.is_allowed());
    assert!(tracker.send(client.loans().cancel(id)).await.is_err());

    let postpone = may(Action::Postpone).await;
    let latest = postpone.latest.unwrap();
    let later = Timestamp(latest.get() + jiff::SignedDuration::from_hours(24));
    let to = |date| UpdateLoan::new().to_repay_at(date);
    assert!(client.loans().update(id, &to(later)).await.is_err());
    let call = client.loans().update(id, &to(latest));
    tracker.send(call).await.unwrap();
    let again = may(Action::Postpone).await;
    assert_eq!(again.refusal, Some(Refusal::Postponed));
    assert!(may(Action::Repay).await.is_allowed());
    lab.clock(json!({"advance": "P90D"})).await;
    for action in Action::ALL {
        assert!(!may(action).await.is_allowed(), "{action:?}");
    }
    lab.sandbox.stop().await;
}
