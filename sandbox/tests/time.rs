//! The clock's ways to pass, and what happens on the way.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::Client;
use common::receiver::Receiver;
use defacto_types::{Loan, LoanStatus};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

async fn lend(client: &Client, more: Value) -> String {
    let iban = client.iban("SUCCESS").await;
    let mut body = json!({"auto_validate": true, "to_pay_at": "2026-03-05T09:00:00Z",
        "to_repay_at": "2026-04-04T09:00:00Z"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let loan = client.loan(BORROWER, &iban, body).await;
    loan["id"].as_str().unwrap().to_owned()
}

async fn status(client: &Client, id: &str) -> LoanStatus {
    client
        .get(&format!("/loan/{id}"))
        .await
        .is::<Loan>(200)
        .status
}

async fn start() -> Client {
    let client = Client::start().await;
    client.calendar("2026-03-02T09:00:00Z").await;
    client.borrower(BORROWER).await;
    client
}

#[tokio::test]
async fn the_clock_goes_from_event_to_event() {
    let client = start().await;
    let id = lend(&client, json!({})).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = client.clock(json!({"next_event_of": id})).await;
        let now = answer["now"].as_str().unwrap()[..16].to_owned();
        seen.push((now, status(&client, &id).await));
    }
    let at = |day: &str, status| (format!("2026-{day}T09:00"), status);
    assert_eq!(
        seen,
        [
            at("03-04", LoanStatus::Initiated),
            at("03-05", LoanStatus::ToRepay),
            at("04-04", LoanStatus::Closed),
        ]
    );
    let refused = client
        .post("/_sandbox/clock", json!({"next_event_of": id}))
        .await;
    assert_eq!(refused.invalid(), ["next_event_of"]);
    client
        .post("/_sandbox/clock", json!({"next_event_of": "x"}))
        .await
        .refused(404);
    // Of any loan: the one whose date is first.
    let late = lend(
        &client,
        json!({"to_pay_at": "2026-05-05T09:00:00Z", "to_repay_at": "2026-06-01T09:00:00Z"}),
    )
    .await;
    let soon = lend(
        &client,
        json!({"to_pay_at": "2026-05-03T09:00:00Z", "to_repay_at": "2026-06-01T09:00:00Z"}),
    )
    .await;
    let answer = client.clock(json!({"next_event": true})).await;
    assert_eq!(answer["now"], "2026-05-02T09:00:00.000000+00:00");
    assert_eq!(status(&client, &soon).await, LoanStatus::Initiated);
    assert_eq!(status(&client, &late).await, LoanStatus::Scheduled);
    let answer = client.clock(json!({"to": "2026-07-01T00:00:00Z"})).await;
    assert_eq!(answer["events"]["Loan.CLOSED"], 2);
    let past = client
        .post("/_sandbox/clock", json!({"to": "2026-06-01T00:00:00Z"}))
        .await;
    assert_eq!(past.invalid(), ["to"]);
}

#[tokio::test]
async fn without_dates_the_next_event_is_brought() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = lend(&client, json!({})).await;
    let mut events = Vec::new();
    for _ in 0..3 {
        let answer = client.clock(json!({"next_event_of": id})).await;
        let happened = answer["events"].as_object().unwrap().clone();
        events.extend(
            happened
                .into_iter()
                .map(|(name, _)| name)
                .filter(|name| name.starts_with("Loan.")),
        );
    }
    assert_eq!(
        events,
        ["Loan.VALIDATED", "Loan.SCHEDULED", "Loan.INITIATED"]
    );
}

#[tokio::test]
async fn each_request_is_a_step() {
    let client = start().await;
    let id = lend(&client, json!({})).await;
    let answer = client.clock(json!({"step": "P1D"})).await;
    assert_eq!(
        (&answer["mode"], &answer["step"]),
        (&json!("step"), &json!("PT24H"))
    );
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(status(&client, &id).await);
    }
    assert_eq!(
        seen,
        [
            LoanStatus::Scheduled,
            LoanStatus::Initiated,
            LoanStatus::ToRepay,
            LoanStatus::ToRepay
        ]
    );
    // The control API looks without a step.
    let now = client.control("GET", "/clock", Value::Null).await;
    assert_eq!(now["now"], "2026-03-06T09:00:00.000000+00:00");
}

#[tokio::test]
async fn a_fast_clock_brings_events_by_itself() {
    let client = start().await;
    let receiver = Receiver::start().await;
    client.subscribe(&receiver.url(), &["Loan.CLOSED"]).await;
    lend(&client, json!({})).await;
    let answer = client.clock(json!({"rate": 50_000_000})).await;
    assert_eq!(
        (&answer["mode"], &answer["rate"]),
        (&json!("rate"), &json!(50_000_000))
    );
    // Nobody asks for anything that would move the loan.
    while receiver.got().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        receiver.got()[0].json()["timestamp"],
        "2026-04-04T09:00:00.000000+00:00"
    );
}

#[tokio::test]
async fn the_handle_does_the_same_without_the_network() {
    let client = start().await;
    let sandbox = &client.sandbox;
    let id = lend(&client, json!({})).await;
    let at = "2026-03-03T00:00:00Z".parse().unwrap();
    assert_eq!(sandbox.advance_to(at).await.unwrap().now, Some(at));
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    sandbox.advance(day * 3).await.unwrap();
    assert_eq!(status(&client, &id).await, LoanStatus::ToRepay);
    let late = sandbox.trigger("loan.late", Some(&id)).await.unwrap();
    assert_eq!(late.events["LOAN_PRINCIPAL_FALLEN_LATE"], 1);
    assert!(sandbox.deliveries().await.unwrap().is_empty());
    let refused = sandbox.advance_to(at).await.unwrap_err();
    assert_eq!(refused.status(), 422);
    assert!(refused.to_string().contains("to is past"), "{refused}");
    let nothing = sandbox.advance_to_next_event_of(&id).await.unwrap_err();
    assert!(nothing.to_string().contains("nothing happens"), "{nothing}");
    assert_eq!(sandbox.freeze(None).await.unwrap().now, late.now);
}

#[tokio::test]
async fn wrong_moves_are_refused() {
    let client = Client::start().await;
    for (body, names) in [
        (json!({}), vec!["advance"]),
        (json!({"to": "soon"}), vec!["to"]),
        (json!({"rate": 0, "step": "PT0S"}), vec!["rate", "step"]),
        (json!({"rate": 2, "freeze": true}), vec!["rate"]),
        (
            json!({"advance": "P1D", "next_event": true}),
            vec!["next_event"],
        ),
        (json!({"next_event": false}), vec!["next_event"]),
    ] {
        let refused = client.post("/_sandbox/clock", body.clone()).await;
        assert_eq!(refused.invalid(), names, "{body}");
    }
}

#[tokio::test]
async fn an_offer_and_links_expire() {
    let client = start().await;
    let id = lend(&client, json!({"auto_validate": false})).await;
    assert_eq!(status(&client, &id).await, LoanStatus::ToValidate);
    let answer = client.clock(json!({"next_event_of": id})).await;
    assert_eq!(answer["now"], "2026-03-09T09:00:00.000000+00:00");
    let loan: Loan = client.get(&format!("/loan/{id}")).await.is(200);
    assert_eq!(loan.status, LoanStatus::Declined);
    assert_eq!(loan.denial_reason.unwrap().as_str(), "LOAN_REQUEST_EXPIRED");

    let generated = client
        .post("/sandbox/invoice-generator", json!({}))
        .await
        .json();
    let link = common::path_of(generated["pdf_download_url"].as_str().unwrap());
    assert_eq!(client.get(&link).await.status, 200);
    client.clock(json!({"advance": "PT15M"})).await;
    assert_eq!(client.get(&link).await.status, 404);
}

#[tokio::test]
async fn repayments_come_postponed_in_part_early_and_too_much() {
    let client = start().await;
    let postponed = lend(&client, json!({})).await;
    client.clock(json!({"to": "2026-03-06T00:00:00Z"})).await;
    let change = json!({"to_repay_at": "2026-04-24T09:00:00Z"});
    let path = format!("/loan/{postponed}");
    client.send("PATCH", &path, change).await.is::<Loan>(200);
    let answer = client.clock(json!({"advance": "P40D"})).await;
    assert_eq!(answer["now"], "2026-04-15T00:00:00.000000+00:00");
    for event in ["LOAN_PRINCIPAL_FALLEN_DUE", "LOAN_PRINCIPAL_FALLEN_LATE"] {
        assert_eq!(answer["events"][event], 1, "{event}");
    }
    assert_eq!(status(&client, &postponed).await, LoanStatus::ToRepay);

    let early = lend(
        &client,
        json!({"to_pay_at": "2026-04-15T00:00:00Z", "to_repay_at": "2026-06-14T00:00:00Z"}),
    )
    .await;
    client.clock(json!({"to": "2026-04-16T00:00:00Z"})).await;
    let repay = async |amount: i64| {
        let body = json!({"amount": amount, "base_callback_url": "https://example.com"});
        let page: defacto_types::RepayNowPage = client.post("/repay/now", body).await.is(200);
        let path = common::path_of(page.url.unwrap().expose());
        client.form(&path, "do=pay").await;
    };
    let repaid = async |id: &str| {
        let loan: Loan = client.get(&format!("/loan/{id}")).await.is(200);
        loan.repaid_nominal_amount.unwrap().get()
    };
    // What is due first is repaid first.
    repay(12_500).await;
    assert_eq!(repaid(&postponed).await, 12_000);
    assert!(repaid(&early).await <= 500);
    repay(5_000).await;
    assert_eq!(status(&client, &early).await, LoanStatus::ToRepay);
    repay(20_000).await;
    assert_eq!(repaid(&early).await, 12_000);
    let next = json!({"next_event": true});
    let next = client.post("/_sandbox/clock", next).await;
    assert_eq!(next.invalid(), ["next_event"], "nothing is left to come");
    for id in [&postponed, &early] {
        assert_eq!(status(&client, id).await, LoanStatus::Closed);
    }
    let feed = client.get(&format!("/events?loan_id={early}")).await;
    assert!(feed.body.contains("LOAN_EXTRA_PAID"), "{}", feed.body);
}
