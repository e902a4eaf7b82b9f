//! A tracker in bad weather: nothing is lost, and each trouble has its name.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use defacto::tracking::store::{IntentState, Memory};
use defacto::tracking::{ChangeKind, Subject, Tracker};
use defacto::types::{LoanStatus, Timestamp};
use defacto::webhook::Tokens;
use defacto::{Client, ErrorKind};
use serde_json::json;
use support::gate::Gate;
use support::{Lab, request};

/// Every request of the client fails at once, and is not sent again.
fn impatient(lab: &Lab) -> Client {
    lab.builder().retries(0).build().unwrap()
}

/// The statuses that a loan moved to, as they were told.
async fn moves(tracker: &Tracker, loan: &str) -> Vec<String> {
    let timeline = tracker.timeline(loan).await.unwrap();
    let of_loan = timeline
        .into_iter()
        .filter(|one| one.change.subject.id == loan);
    of_loan
        .filter_map(|one| match one.change.kind {
            ChangeKind::Moved { to, .. } => Some(to.to_string()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_network_that_is_gone_for_an_hour_hides_nothing() {
    let lab = Lab::start().await;
    lab.clock(json!({"freeze": "2030-01-07T10:00:00Z"})).await;
    let client = impatient(&lab);
    let tracker = Tracker::new(client.clone(), Memory::new());
    let body = request(&client).await;
    let loan = tracker
        .send(client.loans().create(&body))
        .await
        .unwrap()
        .id
        .clone();
    tracker.sync().await.unwrap();
    let before = tracker.loan(&loan).await.unwrap().unwrap().status();

    lab.fault(json!({"reset": "before", "times": null})).await;
    for _ in 0..12 {
        let error = tracker.sync().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert!(error.is_retryable());
        lab.clock(json!({"advance": "PT5M"})).await;
    }
    // What is asked for meanwhile is not forgotten.
    let lost = tracker.send(client.loans().cancel(&loan)).await;
    assert!(lost.unwrap_err().is_outcome_unknown());
    let view = tracker.loan(&loan).await.unwrap().unwrap();
    assert_eq!(view.status(), before);

    lab.clear_faults().await;
    tracker.sync().await.unwrap();
    let view = tracker.loan(&loan).await.unwrap().unwrap();
    assert_eq!(view.status(), Some(LoanStatus::Canceled));
    assert_eq!(view.state().unwrap().anomalies, []);
    let open = tracker.store().intents(IntentState::Open, 9).await.unwrap();
    assert_eq!(open.len(), 0, "{open:?}");
    let metrics = tracker.metrics().await.unwrap();
    for line in [
        "defacto_tracker_passes_total{outcome=\"failed\"} 12",
        "defacto_tracker_passes_total{outcome=\"done\"} 2",
        "defacto_tracker_pass_seconds_count 14",
        "defacto_tracker_loans{status=\"CANCELED\"} 1",
    ] {
        assert!(metrics.lines().any(|one| one == line), "{metrics}");
    }
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn nonsense_from_the_server_is_an_error_and_changes_nothing() {
    let lab = Lab::start().await;
    let client = impatient(&lab);
    let tracker = Tracker::new(client.clone(), Memory::new());
    let body = request(&client).await;
    let loan = tracker
        .send(client.loans().create(&body))
        .await
        .unwrap()
        .id
        .clone();
    let before = tracker.timeline(&loan).await.unwrap();
    for (answer, kind) in [
        (
            json!({"body": "<html>maintenance</html>", "content_type": "text/html", "status": 200}),
            ErrorKind::UnexpectedAnswer,
        ),
        (json!({"body": "[1, 2", "status": 200}), ErrorKind::Decode),
        (
            json!({"body": "{\"data\": [{\"id\": 7}]}", "status": 200}),
            ErrorKind::Decode,
        ),
        (
            json!({"body": "{\"title\": \"no\"}", "status": 418}),
            ErrorKind::Rejected,
        ),
    ] {
        let mut fault = answer;
        fault["operation"] = json!("loans.list");
        lab.fault(fault).await;
        let error = tracker.sync().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation().unwrap().to_string(), "loans.list");
        assert_eq!(tracker.timeline(&loan).await.unwrap(), before);
    }
    // A status and fields of tomorrow are none of it.
    lab.fault(json!({
        "operation": "loans.list",
        "set": {"/data/*/status": "TOMORROW", "/data/*/colour": "blue"},
    }))
    .await;
    tracker.sync().await.unwrap();
    let view = tracker.loan(&loan).await.unwrap().unwrap();
    assert_eq!(view.status(), Some(LoanStatus::from("TOMORROW")));
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_moves_no_loan_back() {
    let lab = Lab::start().await;
    let client = lab.client();
    let ahead = Arc::new(AtomicI64::new(7_200));
    let shown = ahead.clone();
    let tracker = Tracker::builder(client.clone(), Memory::new())
        .clock(move || {
            let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
            Timestamp(jiff::Timestamp::now() + ahead)
        })
        .build();
    let body = request(&client).await.wait_for_validation(false);
    let loan = tracker
        .send(client.loans().create(&body))
        .await
        .unwrap()
        .id
        .clone();
    for at in 0..30 {
        // Back by two hours, and by two more, in the middle of its life.
        ahead.store(
            if at < 2 { 7_200 } else { 0 } - if at > 4 { 7_200 } else { 0 },
            Ordering::Relaxed,
        );
        let view = tracker.loan(&loan).await.unwrap().unwrap();
        match view.status().unwrap() {
            LoanStatus::Closed => break,
            LoanStatus::ToValidate => {
                tracker.send(client.loans().validate(&loan)).await.unwrap();
            }
            _ => {}
        }
        tracker.sync().await.unwrap();
        tracker.full_pass().await.unwrap();
    }
    let view = tracker.loan(&loan).await.unwrap().unwrap();
    assert_eq!(view.status(), Some(LoanStatus::Closed));
    assert_eq!(view.state().unwrap().anomalies, []);
    let told = moves(&tracker, loan.as_str()).await;
    let mut once = told.clone();
    once.dedup();
    assert_eq!(told, once, "a status was told twice");
    assert_eq!(told.last().map(String::as_str), Some("CLOSED"));
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_storm_of_wrong_tokens_stores_nothing() {
    let lab = Lab::start().await;
    let tracker = Tracker::new(lab.client(), Memory::new());
    let receiver = tracker.receiver(Tokens::new(["right"]));
    let body = vec![b' '; 1 << 20];
    let mut storm = tokio::task::JoinSet::new();
    for sender in 0..8 {
        let (receiver, body) = (receiver.clone(), body.clone());
        storm.spawn(async move {
            for at in 0..1_000 {
                let query = format!("token=wrong-{sender}-{at}");
                assert_eq!(receiver.receive(&query, &body).await, 401);
            }
        });
    }
    // Who has the token is heard all the same.
    assert_eq!(receiver.receive("token=right", b"{}").await, 200);
    while let Some(ended) = storm.join_next().await {
        ended.unwrap();
    }
    let received = receiver.received();
    assert_eq!(
        (received.stored, received.refused, received.failed),
        (1, 8_000, 0)
    );
    assert_eq!(tracker.health().await.unwrap().unread_notifications, 1);
    let metrics = tracker.metrics().await.unwrap();
    for line in [
        "defacto_tracker_notifications_total{outcome=\"refused\"} 8000",
        "defacto_tracker_notifications_total{outcome=\"stored\"} 1",
        "defacto_tracker_unread_notifications 1",
    ] {
        assert!(metrics.lines().any(|one| one == line), "{metrics}");
    }
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_run_waits_for_better_weather_and_ends_when_it_is_stopped() {
    let lab = Lab::start().await;
    let client = impatient(&lab);
    let failures = Arc::new(Mutex::new(Vec::new()));
    let noted = failures.clone();
    let tracker = Tracker::builder(client.clone(), Memory::new())
        .on_failure(move |failed| {
            let kind = failed.error.kind();
            noted
                .lock()
                .unwrap()
                .push((kind, failed.failures, failed.pause));
        })
        .build();
    let running = tracker.clone();
    // It can be spawned: its future goes from thread to thread.
    let run = tokio::spawn(async move { running.run(Some(Duration::from_millis(1))).await });
    let mut told = tracker.changes("test").await.unwrap();
    let body = request(&client).await;
    lab.fault(json!({"operation": "loans.list", "status": 503, "times": 3}))
        .await;
    let loan = client.loans().create(&body).await.unwrap().id.clone();
    while told.wait().await.unwrap().change.subject.id != *loan.as_str() {}
    tracker.stop(Duration::from_secs(30)).await;
    run.await.unwrap().unwrap();
    // Each that failed was told, and twice the pause each time.
    let told = std::mem::take(&mut *failures.lock().unwrap());
    let waits = [2, 4, 8].map(Duration::from_millis);
    let expected = [1, 2, 3].map(|failures| (ErrorKind::Server, failures));
    let expected = expected.into_iter().zip(waits);
    let expected: Vec<_> = expected.map(|((kind, n), wait)| (kind, n, wait)).collect();
    assert_eq!(told, expected);
    // Where nothing runs, there is nothing to stop; and it can run again.
    tracker.stop(Duration::ZERO).await;
    let again = tracker.clone();
    let run = tokio::spawn(async move { again.run(None).await });
    tracker.ingest(b"{}".to_vec(), None).await.unwrap();
    while tracker.health().await.unwrap().unread_notifications > 0 {
        tokio::task::yield_now().await;
    }
    tracker.stop(Duration::ZERO).await;
    run.await.unwrap().unwrap();

    // What waiting does not help against ends it.
    lab.fault(json!({"status": 401, "times": null})).await;
    let error = tracker.run(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    lab.sandbox.stop().await;
}

/// How many passes ended so.
async fn passes(tracker: &Tracker, outcome: &str) -> u32 {
    let metrics = tracker.metrics().await.unwrap();
    let name = format!("defacto_tracker_passes_total{{outcome=\"{outcome}\"}} ");
    let count = metrics.lines().find_map(|line| line.strip_prefix(&name));
    count.map_or(0, |count| count.parse().unwrap())
}

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    waited.unwrap_or_else(|_| panic!("never: {what}"));
}

/// An hour by the clock of both is some hundred milliseconds, of which each pass waits
/// for half a minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_slows_down_while_the_network_is_gone_and_tells_all_of_it_once() {
    const MINUTE: Duration = Duration::from_millis(10);
    let lab = Lab::start().await;
    lab.clock(json!({"freeze": "2030-01-07T10:00:00Z"})).await;
    let gate = Gate::before(lab.sandbox.address()).await;
    let near = lab.sandbox.address().port().to_string();
    let far = lab
        .sandbox
        .base_url()
        .replace(&near, &gate.port().to_string());
    let client = lab.builder().base_url(far).retries(0).idle_connections(0);
    let client = client.build().unwrap();
    let clock = Arc::new(Mutex::new(lab.now().await));
    let hand = clock.clone();
    let tracker = Tracker::builder(client.clone(), Memory::new())
        .clock(move || *hand.lock().unwrap())
        .build();
    let step = async |seconds: i64| {
        lab.clock(json!({"advance_seconds": seconds})).await;
        *clock.lock().unwrap() = lab.now().await;
    };
    let server = lab.client();
    let mut loans = Vec::new();
    for _ in 0..4 {
        let body = request(&server).await;
        loans.push(server.loans().create(&body).await.unwrap().id.to_string());
    }
    let running = tracker.clone();
    let run = tokio::spawn(async move { running.run(Some(MINUTE / 2)).await });
    until("the first passes", async || {
        passes(&tracker, "done").await > 1
    })
    .await;

    gate.shut();
    let gone = Instant::now();
    let [declined, accepted, canceled, left] = &loans[..] else {
        panic!("four were made");
    };
    let lost = tracker.send(client.loans().cancel(canceled)).await;
    assert!(lost.unwrap_err().is_outcome_unknown());
    let body = request(&server).await;
    let lost = tracker.send(client.loans().create(&body)).await;
    assert!(lost.unwrap_err().is_outcome_unknown());
    lab.trigger(json!({"event": "loan.declined", "id": declined}))
        .await;
    server.loans().validate(accepted).await.unwrap();
    let elsewhere = server.loans().create(&request(&server).await).await;
    let elsewhere = elsewhere.unwrap().id.to_string();
    for _ in 0..60 {
        step(60).await;
        tokio::time::sleep(MINUTE).await;
    }
    until("passes fail", async || passes(&tracker, "failed").await > 2).await;
    // Each waited twice as long as the one before.
    let failed = passes(&tracker, "failed").await;
    let pauses = gone.elapsed().as_micros() * 2 / MINUTE.as_micros();
    assert!(
        failed <= 3 + pauses.ilog2(),
        "{failed} passes in {pauses} pauses"
    );

    // What is put off is due.
    step(900).await;
    gate.open();
    let open = async || tracker.store().intents(IntentState::Open, 9).await.unwrap();
    let status = async |loan: &str| {
        let known = tracker.store().track(Subject::loan(loan)).await.unwrap();
        known.map(|known| known.state().unwrap().status.to_string())
    };
    until("it has caught up", async || {
        open().await.is_empty()
            && status(declined).await.as_deref() == Some("DECLINED")
            && status(accepted).await.as_deref() != Some("TO_VALIDATE")
            && status(canceled).await.as_deref() == Some("CANCELED")
            && status(&elsewhere).await.is_some()
    })
    .await;
    tracker.stop(Duration::from_secs(30)).await;
    run.await.unwrap().unwrap();
    assert_eq!(status(left).await.as_deref(), Some("TO_VALIDATE"));
    let made = tracker.store().intents(IntentState::Done, 9).await.unwrap();
    assert_eq!(made.len(), 2);
    assert_eq!(lab.acted("loans.cancel").await, 1);
    assert_eq!(lab.books("loans").await.len(), 6);
    let mut told = tracker.changes("test").await.unwrap();
    let mut once = BTreeSet::new();
    while let Some(one) = told.next().await.unwrap() {
        let change = format!("{} {:?}", one.change.subject, one.change.kind);
        assert!(!change.contains("Anomaly"), "{change}");
        assert!(once.insert(change), "told twice: {:?}", one.change);
    }
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_pass_waits_as_long_as_the_server_asks_for_and_goes_on() {
    let lab = Lab::start().await;
    let client = lab.client();
    for _ in 0..5 {
        let body = request(&client).await;
        client.loans().create(&body).await.unwrap();
    }
    // Three pages, of which two pass in a second.
    lab.settings(json!({"default_page": 2})).await;
    lab.fault(json!({"operation": "loans.list", "rate": {"requests": 2, "seconds": 1}}))
        .await;
    let tracker = Tracker::new(client, Memory::new());
    let began = Instant::now();
    let synced = tracker.full_pass().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    let appeared = synced
        .changes
        .iter()
        .filter(|one| matches!(one.change.kind, ChangeKind::Appeared { .. }));
    assert_eq!(appeared.count(), 5);
    let asked = lab.requests("loans.list").await;
    let statuses: Vec<_> = asked
        .iter()
        .map(|one| one["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 200, 429, 200]);
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_run_asks_no_sooner_than_the_server_allows() {
    let lab = Lab::start().await;
    let client = impatient(&lab);
    let tracker = Tracker::new(client.clone(), Memory::new());
    let running = tracker.clone();
    let run = tokio::spawn(async move { running.run(Some(Duration::from_millis(1))).await });
    until("the first pass", async || {
        passes(&tracker, "done").await > 0
    })
    .await;
    let began = Instant::now();
    let limit =
        json!({"operation": "payments.list", "status": 429, "headers": {"retry-after": "1"}});
    lab.fault(limit).await;
    until("a pass is refused", async || {
        passes(&tracker, "failed").await > 0
    })
    .await;
    let loan = client
        .loans()
        .create(&request(&client).await)
        .await
        .unwrap();
    let mut told = tracker.changes("test").await.unwrap();
    while told.wait().await.unwrap().change.subject.id != *loan.id.as_str() {}
    // Any pass before would have told of it.
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(passes(&tracker, "failed").await, 1);
    tracker.stop(Duration::from_secs(30)).await;
    run.await.unwrap().unwrap();
    lab.sandbox.stop().await;
}
