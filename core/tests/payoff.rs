//! What settles a loan, where to pay it, and what postponing costs.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::ErrorKind;
use defacto::tracking::Tracker;
use defacto::tracking::store::Memory;
use defacto::types::Cents;
use jiff::ToSpan;
use serde_json::json;
use support::{Lab, request};

/// A loan of 100.00 at 0.05 percent a day, paid out some days ago.
async fn owed(lab: &Lab) -> (Tracker, String) {
    lab.settings(json!({"timing": "calendar"})).await;
    let client = lab.client();
    let tracker = Tracker::new(client.clone(), Memory::new());
    let body = request(&client).await.auto_validate(true);
    let loan = tracker.send(client.loans().create(&body)).await.unwrap();
    lab.clock(json!({"advance": "P12D"})).await;
    (tracker, loan.id.to_string())
}

#[tokio::test]
async fn it_is_what_the_simulators_own_books_say() {
    let lab = Lab::start().await;
    let (tracker, loan) = owed(&lab).await;
    let payoff = tracker.payoff(loan.as_str()).await.unwrap();
    let report = payoff.report(None, None).unwrap();
    let looked = lab.look(&loan).await;
    let ongoing = looked["loan"]["fees_ongoing"].as_i64().unwrap();
    assert!(ongoing > 0);
    assert_eq!(report.on, Some(payoff.today()));
    assert_eq!(report.outstanding, Some(Cents(10_000)));
    assert_eq!(report.interest, Some(Cents(ongoing)));
    assert_eq!(report.payoff, Some(Cents(10_000 + ongoing)));
    assert_eq!(report.cost_of_postponing, None);

    // 20 days more of 100.00 at 0.05 percent a day.
    let later = payoff.money().matures_on() + 20.days();
    let report = payoff.report(None, Some(later)).unwrap();
    assert_eq!(report.cost_of_postponing, Some(Cents(100)));
    assert_eq!(report.postponed_to, Some(later));

    lab.trigger(json!({"event": "loan.repaid", "id": loan}))
        .await;
    let payoff = tracker.payoff(loan.as_str()).await.unwrap();
    assert_eq!(payoff.money().outstanding(), Cents(0));
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn it_says_where_to_pay_and_shows_no_account_by_itself() {
    let lab = Lab::start().await;
    let (tracker, loan) = owed(&lab).await;
    let payoff = tracker.payoff(loan.as_str()).await.unwrap();
    let account = payoff.account().unwrap();
    let number = account.account_number.as_ref().unwrap().expose().to_owned();
    assert!(number.len() > 14);
    assert!(!payoff.references().is_empty());
    let report = payoff.report(None, None).unwrap();
    for shown in [format!("{payoff:?}"), format!("{report:?}")] {
        assert!(!shown.contains(&number), "{shown}");
    }
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn it_costs_two_requests_once_the_rate_is_known() {
    let lab = Lab::start().await;
    let (tracker, loan) = owed(&lab).await;
    let asked = async || {
        let mut asked = Vec::new();
        for operation in [
            "loans.get",
            "payments.list",
            "borrowers.list",
            "borrowers.list_financial_products",
        ] {
            asked.push(lab.requests(operation).await.len());
        }
        asked
    };
    tracker.payoff(loan.as_str()).await.unwrap();
    assert_eq!(asked().await, [1, 1, 1, 1]);
    tracker.payoff(loan.as_str()).await.unwrap();
    assert_eq!(asked().await, [2, 2, 1, 1]);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_with_the_reason() {
    let lab = Lab::start().await;
    let (tracker, loan) = owed(&lab).await;
    let payoff = tracker.payoff(loan.as_str()).await.unwrap();
    let yesterday = payoff.today() - 1.day();
    let error = payoff.report(Some(yesterday), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("on `"), "{error}");
    let error = payoff.report(None, Some(yesterday)).unwrap_err();
    assert!(error.to_string().contains("postponed_to `"), "{error}");

    let error = tracker.payoff("none").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let client = lab.client();
    let body = request(&client).await;
    let asked = tracker.send(client.loans().create(&body)).await.unwrap();
    let error = tracker.payoff(asked.id.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateConflict);
    assert!(error.to_string().contains("not paid out"), "{error}");

    lab.trigger(json!({"event": "loan.repaid", "id": loan}))
        .await;
    for _ in 0..3 {
        tracker.sync().await.unwrap();
    }
    let everything = support::days_from_now(10_000);
    assert_eq!(tracker.purge(everything).await.unwrap().loans, 1);
    let error = tracker.payoff(loan.as_str()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateConflict);
    assert!(error.to_string().contains("purged"), "{error}");
    lab.sandbox.stop().await;
}
