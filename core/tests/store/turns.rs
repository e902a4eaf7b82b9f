//! How processes that share a store take turns; each is a tracker with connections
//! of its own to one schema.

use std::sync::Arc;
use std::time::{Duration, Instant};

use defacto::ErrorKind;
use defacto::tracking::Tracker;
use defacto::tracking::store::{Exchange, Postgres, Store};
use defacto::types::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::server::{new_schema, open};
use crate::support::{Lab, request};

const TURN: &str = "turn.pass";

async fn tracker(lab: &Lab, schema: &str) -> Tracker {
    Tracker::new(lab.client(), open(schema).await)
}

/// A server with one loan, and a schema.
async fn lab() -> (Lab, String) {
    let lab = Lab::start().await;
    let client = lab.client();
    client
        .loans()
        .create(&request(&client).await)
        .await
        .unwrap();
    (lab, new_schema())
}

async fn turn(store: &Postgres) -> Value {
    let mark = store.mark(TURN.to_owned()).await.unwrap();
    mark.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now())
}

/// Waits until somebody has the turn.
async fn taken(store: &Postgres) -> Value {
    loop {
        let turn = turn(store).await;
        if turn["holder"]
            .as_str()
            .is_some_and(|holder| !holder.is_empty())
        {
            return turn;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_that_sync_at_once_one_reads_the_whole_account() {
    let (lab, schema) = lab().await;
    let mut syncing = JoinSet::new();
    for _ in 0..6 {
        let tracker = tracker(&lab, &schema).await;
        syncing.spawn(async move { tracker.sync().await.unwrap() });
    }
    let synced = syncing.join_all().await;
    assert_eq!(synced.iter().filter(|one| one.full).count(), 1);
    let told: usize = synced.iter().map(|one| one.changes.len()).sum();
    let store = open(&schema).await;
    assert_eq!(store.changes(0, 999).await.unwrap().len(), told);
    assert_eq!(turn(&store).await["holder"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_share_their_passes() {
    const EVERY: Duration = Duration::from_millis(300);
    let (lab, schema) = lab().await;
    let began = Instant::now();
    let mut runs = JoinSet::new();
    let mut trackers = Vec::new();
    for _ in 0..3 {
        let tracker = tracker(&lab, &schema).await;
        trackers.push(tracker.clone());
        runs.spawn(async move { tracker.run(Some(EVERY)).await });
    }
    // Every partial pass asks for payments once.
    let mut passes = 0;
    while passes < 20 {
        passes = lab.requests("payments.list").await.len();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let turns = began.elapsed().as_millis() / EVERY.as_millis();
    // Their first ones, and then one each time: not three.
    let most = usize::try_from(turns).unwrap() + 1 + trackers.len();
    assert!(passes <= most, "{passes} passes in {turns} turns");
    for tracker in trackers {
        tracker.stop(Duration::from_secs(10)).await;
    }
    runs.join_all().await.into_iter().for_each(Result::unwrap);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_turn_of_one_that_is_gone_is_taken_once_it_is_over() {
    let (lab, schema) = lab().await;
    let store = open(&schema).await;
    let until = Timestamp(now().get() + Duration::from_millis(1_500));
    let hold = |from: Option<String>, until: Timestamp| Exchange {
        name: TURN.to_owned(),
        from,
        to: json!({"holder": "gone", "until": until, "done": null}).to_string(),
    };
    let held = store.exchange(hold(None, until), Vec::new(), now()).await;
    assert!(held.unwrap().is_some());
    assert!(tracker(&lab, &schema).await.sync().await.unwrap().full);
    assert!(now() > until);

    // A time that is too far away was set by another clock, and holds nobody up.
    let far = Timestamp(now().get() + Duration::from_secs(3_600));
    let mark = store.mark(TURN.to_owned()).await.unwrap();
    let held = store.exchange(hold(mark, far), Vec::new(), now()).await;
    assert!(held.unwrap().is_some());
    tracker(&lab, &schema).await.sync().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_is_left_ends_its_turn() {
    let (lab, schema) = lab().await;
    let store = open(&schema).await;
    let (one, other) = (tracker(&lab, &schema).await, tracker(&lab, &schema).await);
    lab.fault(json!({"operation": "loans.list", "delay_ms": 600_000, "times": 1}))
        .await;
    let syncing = tokio::spawn(async move { one.sync().await.map(drop) });
    let until: Timestamp = serde_json::from_value(taken(&store).await["until"].take()).unwrap();
    syncing.abort();
    assert!(syncing.await.unwrap_err().is_cancelled());
    lab.clear_faults().await;
    other.sync().await.unwrap();
    assert!(now() < until, "it waited for the end of the turn");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stood_still_too_long_leaves_its_pass() {
    let (lab, schema) = lab().await;
    let store = Arc::new(open(&schema).await);
    let one = tracker(&lab, &schema).await;
    lab.fault(json!({"operation": "loans.list", "delay_ms": 600_000, "times": 1}))
        .await;
    let syncing = tokio::spawn(async move { one.sync().await.map(drop) });
    taken(&store).await;
    // Another takes the turn, whatever the mark says by then.
    loop {
        let from = store.mark(TURN.to_owned()).await.unwrap();
        let taken = Exchange {
            name: TURN.to_owned(),
            from,
            to: json!({"holder": "other", "until": now()}).to_string(),
        };
        if store
            .exchange(taken, Vec::new(), now())
            .await
            .unwrap()
            .is_some()
        {
            break;
        }
    }
    let left = syncing.await.unwrap().unwrap_err();
    assert_eq!(left.kind(), ErrorKind::Canceled, "{left}");
    assert!(left.to_string().contains("stood still"), "{left}");
    // It did not touch the other's.
    assert_eq!(turn(&store).await["holder"], "other");
}
