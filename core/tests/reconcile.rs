//! The whole book of the server against the store.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use defacto::ErrorKind;
use defacto::tracking::store::Memory;
use defacto::tracking::{Source, Subject, Sum, Tracker};
use serde_json::{Value, json};
use support::{Lab, Script, request};

#[tokio::test]
async fn what_is_missing_extra_or_different_is_found_and_taken_over() {
    let lab = Lab::start().await;
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let body = request(&client).await.auto_validate(true);
        let loan = client.loans().create(&body).await.unwrap();
        ids.push(loan.id.to_string());
    }
    lab.clock(json!({"advance": "P3D"})).await;
    let tracker = Tracker::new(client.clone(), Memory::new());
    let report = tracker.reconcile(false).await.unwrap();
    assert_eq!((report.loans, report.adopted), (3, 0));
    let missing = u64::try_from(report.missing.len()).unwrap();
    assert_eq!(missing, report.loans + report.payments);
    assert_eq!(report.imbalances, []);
    assert!(!report.is_clean());
    assert!(tracker.loan(&ids[0]).await.unwrap().is_none());
    assert!(report.to_string().ends_with("nothing was changed"));

    let report = tracker.reconcile(true).await.unwrap();
    assert_eq!(report.adopted, report.loans + report.payments);
    let told = report.to_string();
    assert!(
        told.contains(&format!("missing: loan {}", ids[0])),
        "{told}"
    );
    let timeline = tracker.timeline(&ids[0]).await.unwrap();
    assert!(
        timeline
            .iter()
            .all(|one| matches!(one.change.source, Source::Adopted | Source::Inferred))
    );
    let report = tracker.reconcile(false).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.to_string().ends_with("all as it should be"));

    // One moves on, and one was never there.
    lab.trigger(json!({"event": "loan.repaid", "id": ids[1]}))
        .await;
    let ghost = json!({
        "id": "ghost", "entity_type": "loan", "status": "SUBMITTED",
        "timestamp": "2026-01-01T00:00:00+00:00", "event_type": "Loan.SUBMITTED",
    });
    let paid = json!({
        "id": "ghost", "entity_type": "payment", "status": "PROPOSED",
        "timestamp": "2026-01-01T00:00:00+00:00", "event_type": "Payment.PROPOSED",
    });
    for ghost in [ghost, paid] {
        tracker.ingest(ghost.to_string(), None).await.unwrap();
    }
    tracker.digest().await.unwrap();
    let report = tracker.reconcile(true).await.unwrap();
    assert_eq!(report.extra, ["payment ghost", "loan ghost"]);
    let loan = format!("loan {}", ids[1]);
    let fields: Vec<_> = report
        .differing
        .iter()
        .filter(|one| one.of == loan)
        .map(|one| one.field.as_str())
        .collect();
    for field in ["status", "repaid_amount", "closed_at"] {
        assert!(fields.contains(&field), "{fields:?}");
    }
    assert_eq!(report.by_status["CLOSED"].server, 1);
    assert_eq!(report.by_status["CLOSED"].store, 0);
    let machine: Value = serde_json::to_value(&report).unwrap();
    assert_eq!(machine["extra"], json!(["payment ghost", "loan ghost"]));
    let view = tracker.loan(&ids[1]).await.unwrap().unwrap();
    assert_eq!(view.state().unwrap().status, "CLOSED");

    let report = tracker.reconcile(false).await.unwrap();
    assert_eq!(
        (report.differing.len(), report.missing.len(), report.extra),
        (
            0,
            0,
            vec!["payment ghost".to_owned(), "loan ghost".to_owned()]
        )
    );
    // What was found so far is what payments are known for.
    let rates = defacto::tracking::Rates::usual("0.05".parse().unwrap());
    assert!(view.money_at(rates).is_ok());
    lab.sandbox.stop().await;
}

fn loan(id: &str, fields: Value) -> Value {
    let mut loan = json!({"id": id, "status": "TO_REPAY", "amount": 1_000, "currency": "EUR"});
    for (name, value) in fields.as_object().unwrap() {
        loan[name] = value.clone();
    }
    loan
}

fn payment(id: &str, status: &str, shares: &[(&str, &str, i64)]) -> Value {
    let loans: Vec<_> = shares
        .iter()
        .map(|(loan, kind, cents)| json!({"loan_id": loan, "payment_type": kind, "amount": cents}))
        .collect();
    json!({"id": id, "status": status, "amount": 1, "related_to": {"loans": loans}})
}

fn page(items: &[Value], total: Option<usize>) -> String {
    json!({"data": items, "count": items.len(), "total": total}).to_string()
}

fn tracker(pages: &[String]) -> Tracker {
    let pages: Vec<_> = pages.iter().map(String::as_str).collect();
    let script = Script::pages(&pages).typed("application/json");
    Tracker::new(script.builder().retries(0).build().unwrap(), Memory::new())
}

#[tokio::test]
async fn money_that_does_not_add_up_is_told() {
    let mut undone = payment("u", "PAID", &[("a", "CHARGEBACK", 100)]);
    undone["charged_back_payment_id"] = "n".into();
    let payments = [
        payment(
            "o",
            "PAID",
            &[("a", "LOAN_PAYMENT", 1_000), ("b", "LOAN_PAYMENT", 900)],
        ),
        payment("n", "PAID", &[("a", "REPAYMENT_NOMINAL", 400)]),
        payment("f", "FAILED", &[("a", "REPAYMENT_NOMINAL", 600)]),
        payment("i", "PAID", &[("a", "REPAYMENT_FEES", 7)]),
        payment("w", "PAID", &[("c", "REPAYMENT_FULL", 1_010)]),
        undone,
    ];
    let paid = json!("2026-01-01T00:00:00+00:00");
    let loans = [
        loan(
            "a",
            json!({
                "paid_at": paid, "repaid_amount": 307, "repaid_nominal_amount": 300,
                "paid_interests_amount": 7,
            }),
        ),
        loan(
            "b",
            json!({"paid_at": paid, "repaid_amount": 5, "repaid_nominal_amount": 1}),
        ),
        loan(
            "c",
            json!({
                "repaid_amount": 1_011, "repaid_nominal_amount": 1_001, "paid_interests_amount": 10,
            }),
        ),
    ];
    let tracker = tracker(&[page(&payments, None), page(&loans, Some(3))]);
    let report = tracker.reconcile(false).await.unwrap();
    let found: Vec<_> = report
        .imbalances
        .iter()
        .map(|one| (one.loan.as_str(), one.of, one.told.get(), one.parts.get()))
        .collect();
    assert_eq!(
        found,
        [
            ("b", Sum::Repaid, 5, 1),
            ("b", Sum::PaidOut, 1_000, 900),
            ("b", Sum::PrincipalPayments, 1, 0),
            ("c", Sum::Principal, 1_001, 1_000),
            ("c", Sum::Payments, 1_011, 1_010),
        ]
    );
    assert!(
        report
            .to_string()
            .contains("does not add up: loan b: the payouts")
    );
    assert!(
        tracker
            .store()
            .track(Subject::loan("a"))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_list_that_does_not_hold_what_it_says_is_refused() {
    let loans = [loan("a", json!({})), loan("b", json!({}))];
    let none = page(&[], None);
    let mut short: Value = serde_json::from_str(&page(&loans, None)).unwrap();
    short["count"] = 3.into();
    let twice = [loans[0].clone(), loans[0].clone()];
    for wrong in [
        page(&loans, Some(3)),
        page(&loans, Some(1)),
        page(&twice, Some(2)),
        short.to_string(),
    ] {
        let tracker = tracker(&[none.clone(), wrong]);
        let error = tracker.reconcile(true).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(
            error.to_string().contains("nothing was compared"),
            "{error}"
        );
        let kept = tracker.store().track(Subject::loan("a")).await.unwrap();
        assert!(kept.is_none());
    }
}
