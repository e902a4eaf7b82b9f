//! Webhooks as a real receiver gets them.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::Client;
use common::receiver::Receiver;
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

/// A sandbox whose dates count, its borrower, and a receiver.
async fn start() -> (Client, Receiver) {
    let client = Client::start().await;
    client.calendar("2026-03-02T09:00:00Z").await;
    client.borrower(BORROWER).await;
    (client, Receiver::start().await)
}

async fn lend(client: &Client) -> String {
    let iban = client.iban("SUCCESS").await;
    let more = json!({"auto_validate": true, "to_pay_at": "2026-03-05T09:00:00Z",
        "to_repay_at": "2026-04-04T09:00:00Z"});
    let loan = client.loan(BORROWER, &iban, more).await;
    loan["id"].as_str().unwrap().to_owned()
}

async fn deliveries(client: &Client, query: &str) -> Vec<Value> {
    let path = format!("/webhooks/deliveries{query}");
    let answer = client.control("GET", &path, Value::Null).await;
    answer["deliveries"].as_array().unwrap().clone()
}

async fn levers(client: &Client, levers: Value) {
    let body = json!({"timeout_ms": 300, "levers": levers});
    client.control("PUT", "/webhooks/levers", body).await;
}

const LIFE: [&str; 8] = [
    "Loan.SUBMITTED",
    "Loan.PENDING_VALIDATION",
    "Loan.VALIDATED",
    "Loan.SCHEDULED",
    "Loan.INITIATED",
    "Loan.TO_REPAY",
    "Loan.TO_REPAY_FEES",
    "Loan.CLOSED",
];

#[tokio::test]
async fn a_jump_delivers_each_event_as_it_was() {
    let (client, receiver) = start().await;
    client.subscribe(&receiver.url(), &LIFE).await;
    let id = lend(&client).await;
    let answer = client.clock(json!({"to": "2026-04-04T09:00:00Z"})).await;
    // All have arrived when the answer has.
    assert_eq!(receiver.events(), LIFE);
    assert_eq!(answer["deliveries"]["pending"], 0);
    assert_eq!(answer["events"]["Loan.CLOSED"], 1);
    assert_eq!(answer["events"]["LOAN_DISBURSEMENT_PAID"], 1);
    let times: Vec<_> = receiver
        .got()
        .iter()
        .map(|got| got.json()["timestamp"].as_str().unwrap()[..16].to_owned())
        .collect();
    assert_eq!(times[..4], ["2026-03-02T09:00"; 4]);
    assert_eq!(times[4..6], ["2026-03-04T09:00", "2026-03-05T09:00"]);
    assert_eq!(times[6..], ["2026-04-04T09:00"; 2]);
    for got in receiver.got() {
        // The token arrives as it was given.
        assert_eq!(got.uri, "/hook?token=secret-1&x=%20");
        assert_eq!(got.content_type, "application/json");
        let body = got.json();
        assert_eq!(body["id"], json!(id));
        assert_eq!(body["entity_type"], "loan");
        assert_eq!(body["status"], body["entity_state"]["status"]);
        assert_eq!(body["entity_state"]["id"], json!(id));
    }
    let paid = receiver.got()[5].json();
    // One day's interest, as on the day of the payout.
    assert_eq!(paid["entity_state"]["fees_ongoing"], 6);
    assert!(paid["entity_state"]["closed_at"].is_null());
    let last = receiver.got()[7].json()["entity_state"].clone();
    assert_eq!(
        last,
        client.get(&format!("/loan/{id}")).await.json(),
        "the state is the body of the GET"
    );
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_and_holds_up_its_entity_only() {
    let (client, receiver) = start().await;
    let events = ["Loan.SUBMITTED", "Loan.PENDING_VALIDATION"];
    client.subscribe(&receiver.url(), &events).await;
    receiver.answer(&[500, 200, 200, 302]);
    let first = lend(&client).await;
    let second = lend(&client).await;
    let answer = client.settle().await;
    let got = |receiver: &Receiver| -> Vec<(String, String)> {
        let got = receiver.take();
        let pair = |body: Value| {
            (
                body["id"].as_str().unwrap().to_owned(),
                body["status"].as_str().unwrap().to_owned(),
            )
        };
        got.iter().map(|got| pair(got.json())).collect()
    };
    let of = |id: &str, status: &str| (id.to_owned(), status.to_owned());
    // The first loan's second notice waits for its first.
    assert_eq!(
        got(&receiver),
        [
            of(&first, "SUBMITTED"),
            of(&second, "SUBMITTED"),
            of(&second, "PENDING_VALIDATION")
        ]
    );
    assert_eq!(answer["deliveries"]["pending"], 2);
    // Time stands still, and so does the schedule.
    client.settle().await;
    assert!(receiver.got().is_empty());
    client.clock(json!({"advance_seconds": 59})).await;
    assert!(receiver.got().is_empty());
    client.clock(json!({"advance_seconds": 1})).await;
    assert_eq!(got(&receiver), [of(&first, "SUBMITTED")]);
    client.clock(json!({"advance_seconds": 300})).await;
    assert_eq!(
        got(&receiver),
        [of(&first, "SUBMITTED"), of(&first, "PENDING_VALIDATION")]
    );
    let all = deliveries(&client, &format!("?entity_id={first}")).await;
    let attempts = all[0]["attempts"].as_array().unwrap();
    let seen: Vec<_> = attempts
        .iter()
        .map(|attempt| (attempt["status"].as_u64(), attempt["at"].as_str().unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(500), "2026-03-02T09:00:00.000000+00:00"),
            (Some(302), "2026-03-02T09:01:00.000000+00:00"),
            (Some(200), "2026-03-02T09:06:00.000000+00:00")
        ],
        "a redirect is not followed"
    );
    assert_eq!(attempts[0]["answer"], "thanks");
    assert_eq!(all[0]["state"], "DELIVERED");
}

#[tokio::test]
async fn a_dead_receiver_blocks_nothing_and_is_given_up() {
    let (client, dead) = start().await;
    let url = dead.url();
    drop(dead);
    client.subscribe(&url, &["Loan.SUBMITTED"]).await;
    let receiver = Receiver::start().await;
    client.subscribe(&receiver.url(), &["Loan.SUBMITTED"]).await;
    lend(&client).await;
    let answer = client.clock(json!({"advance": "P1D"})).await;
    assert_eq!(receiver.events(), ["Loan.SUBMITTED"]);
    assert_eq!(answer["deliveries"]["failed"], 1);
    assert_eq!(answer["deliveries"]["pending"], 0);
    let failed = deliveries(&client, "?state=FAILED").await;
    let attempts = failed[0]["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 6);
    for attempt in attempts {
        assert!(attempt["status"].is_null());
        let error = attempt["error"].as_str().unwrap();
        assert!(!error.contains("secret"), "{error}");
    }
    assert_eq!(attempts[5]["at"], "2026-03-02T23:36:00.000000+00:00");
}

#[tokio::test]
async fn a_receiver_here_may_have_a_certificate_of_its_own() {
    let (client, receiver) = start().await;
    let (port, served) = receiver.behind_tls().await;
    let url = format!("https://localhost:{port}/hook?token=secret-1");
    client.subscribe(&url, &["Loan.SUBMITTED"]).await;
    lend(&client).await;
    let answer = client.settle().await;
    assert_eq!(answer["deliveries"]["delivered"], 1);
    assert_eq!(receiver.got()[0].uri, "/hook?token=secret-1");
    served.abort();
}

#[tokio::test]
async fn a_slow_receiver_is_not_waited_for_by_the_api() {
    let (client, receiver) = start().await;
    client.subscribe(&receiver.url(), &["Loan.SUBMITTED"]).await;
    levers(&client, json!([])).await;
    receiver.stall();
    let id = lend(&client).await;
    client
        .get(&format!("/loan/{id}"))
        .await
        .is::<defacto_types::Loan>(200);
    let answer = client.settle().await;
    assert_eq!(answer["deliveries"]["pending"], 1);
    let waiting = deliveries(&client, "?state=PENDING").await;
    assert_eq!(waiting[0]["attempts"][0]["error"], "no answer in time");
    assert_eq!(
        waiting[0]["next_attempt_at"],
        "2026-03-02T09:01:00.000000+00:00"
    );
}

#[tokio::test]
async fn the_log_shows_no_secret_and_can_be_narrowed() {
    let (client, receiver) = start().await;
    let webhook = client.subscribe(&receiver.url(), &LIFE).await;
    let id = lend(&client).await;
    client.clock(json!({"advance": "P60D"})).await;
    let all = deliveries(&client, "").await;
    assert_eq!(all.len(), 8);
    let shown = serde_json::to_string(&all).unwrap();
    assert!(!shown.contains("secret-1"));
    let url = format!("{}/hook?token=***&x=***", receiver.base);
    assert_eq!(all[0]["request"]["url"], json!(url));
    assert_eq!(all[0]["request"]["body"], receiver.got()[0].json());
    for (query, count) in [
        (format!("?entity_id={id}"), 8),
        (format!("?webhook_id={webhook}&event_type=Loan.CLOSED"), 1),
        ("?webhook_id=other".to_owned(), 0),
        ("?state=DELIVERED&limit=3".to_owned(), 3),
        ("?state=FAILED".to_owned(), 0),
        ("?after=6".to_owned(), 2),
    ] {
        assert_eq!(deliveries(&client, &query).await.len(), count, "{query}");
    }
    let newest = deliveries(&client, "?limit=1").await;
    assert_eq!(newest[0]["event_type"], "Loan.CLOSED");
    let oldest = deliveries(&client, "?after=0&limit=1").await;
    assert_eq!(oldest[0]["event_type"], "Loan.SUBMITTED");
    let wrong = client
        .get("/_sandbox/webhooks/deliveries?state=x&limit=0&after=x&more=1")
        .await;
    assert_eq!(wrong.invalid(), ["state", "limit", "after", "more"]);
    client.post("/_sandbox/reset", Value::Null).await;
    assert!(deliveries(&client, "").await.is_empty());
}

#[tokio::test]
async fn a_delivery_is_sent_once_more_when_asked() {
    let (client, receiver) = start().await;
    client.subscribe(&receiver.url(), &["Loan.SUBMITTED"]).await;
    lend(&client).await;
    client.settle().await;
    let first = receiver.take();
    let id = deliveries(&client, "").await[0]["id"].clone();
    let path = format!("/webhooks/deliveries/{id}/redeliver");
    let again = client.control("POST", &path, Value::Null).await;
    assert_eq!(again["redelivery_of"], id);
    assert_eq!(again["state"], "DELIVERED");
    assert_eq!(receiver.got()[0].body, first[0].body);
    let shown = client
        .control(
            "GET",
            &format!("/webhooks/deliveries/{}", again["id"]),
            Value::Null,
        )
        .await;
    assert_eq!(shown, again);
    for path in ["99", "x", "99/redeliver"] {
        let method = if path.contains('/') { "POST" } else { "GET" };
        let path = format!("/_sandbox/webhooks/deliveries/{path}");
        client.send(method, &path, Value::Null).await.refused(404);
    }
}

#[tokio::test]
async fn levers_duplicate_drop_and_corrupt() {
    let (client, receiver) = start().await;
    client.subscribe(&receiver.url(), &LIFE).await;
    levers(
        &client,
        json!([
            {"action": "duplicate", "event_type": "Loan.SUBMITTED", "copies": 3},
            {"action": "drop", "event_type": "Loan.PENDING_VALIDATION", "times": null},
            {"action": "corrupt", "event_type": "Loan.VALIDATED"},
        ]),
    )
    .await;
    lend(&client).await;
    client.settle().await;
    let got = receiver.take();
    assert_eq!(got.len(), 5);
    assert_eq!(got[0].body, got[1].body);
    assert_eq!(got[1].body, got[2].body);
    assert!(serde_json::from_str::<Value>(&got[3].body).is_err());
    assert_eq!(got[4].event(), "Loan.SCHEDULED");
    let log = deliveries(&client, "").await;
    assert_eq!(log[0]["levers"], json!(["duplicate"]));
    assert_eq!(log[3]["state"], "DROPPED");
    let left = client.control("GET", "/webhooks/levers", Value::Null).await;
    let times: Vec<_> = left["levers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["times"])
        .collect();
    assert_eq!(times, [&json!(0), &Value::Null, &json!(0)]);
    lend(&client).await;
    client.settle().await;
    let events: Vec<_> = receiver
        .take()
        .iter()
        .map(common::receiver::Got::event)
        .collect();
    assert_eq!(
        events,
        ["Loan.SUBMITTED", "Loan.VALIDATED", "Loan.SCHEDULED"]
    );
    let wrong = json!({"levers": [{"action": "x"}, {"action": "delay"}, 1, {"action": "drop", "by": 1}], "more": 1});
    let wrong = client.send("PUT", "/_sandbox/webhooks/levers", wrong).await;
    assert_eq!(
        wrong.invalid(),
        [
            "levers[0].action",
            "levers[0].action",
            "levers[1].delay",
            "levers[2]",
            "levers[2].action",
            "levers[3].by",
            "more"
        ]
    );
}

#[tokio::test]
async fn levers_delay_and_reorder() {
    let orders = async || {
        let (client, receiver) = start().await;
        client.subscribe(&receiver.url(), &LIFE).await;
        levers(
            &client,
            json!([{"action": "reorder", "window": 4, "times": 4}]),
        )
        .await;
        lend(&client).await;
        client.settle().await;
        receiver.events()
    };
    let order = orders().await;
    assert_ne!(order, LIFE[..4]);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    let mut all = LIFE[..4].to_vec();
    all.sort_unstable();
    assert_eq!(sorted, all, "none is missing");
    assert_eq!(orders().await, order, "the seed says which order");

    let (client, receiver) = start().await;
    client.subscribe(&receiver.url(), &LIFE[..4]).await;
    levers(
        &client,
        json!([
            {"action": "delay", "event_type": "Loan.SUBMITTED", "delay": "PT1H"},
            {"action": "reorder", "event_type": "Loan.SCHEDULED", "window": 9},
        ]),
    )
    .await;
    lend(&client).await;
    client.settle().await;
    // A window that does not fill ends when somebody waits.
    assert_eq!(receiver.events(), LIFE[1..4]);
    client.clock(json!({"advance": "PT1H"})).await;
    assert_eq!(receiver.events()[3], LIFE[0]);
}

#[tokio::test]
async fn what_waits_follows_its_subscription() {
    let (client, receiver) = start().await;
    let id = client.subscribe(&receiver.url(), &["Loan.SUBMITTED"]).await;
    receiver.answer(&[503, 503]);
    lend(&client).await;
    client.settle().await;
    let other = Receiver::start().await;
    let moved = json!({"name": "m", "to_url": other.url(), "event_types": ["Loan.SUBMITTED"]});
    let path = format!("/webhook/{id}");
    assert_eq!(client.send("PATCH", &path, moved).await.status, 200);
    client.clock(json!({"advance": "PT1M"})).await;
    assert_eq!(other.events(), ["Loan.SUBMITTED"]);
    other.answer(&[503]);
    lend(&client).await;
    client.settle().await;
    assert_eq!(client.send("DELETE", &path, Value::Null).await.status, 204);
    client.clock(json!({"advance": "P1D"})).await;
    assert_eq!(other.got().len(), 2);
    assert_eq!(deliveries(&client, "?state=CANCELED").await.len(), 1);
}
