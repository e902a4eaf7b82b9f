//! A run while its database is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use defacto::ErrorKind;
use defacto::tracking::Tracker;
use defacto::tracking::store::{Postgres, PostgresOptions};
use defacto::types::Timestamp;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::server::{Server, new_schema};
use crate::support::gate::Gate;
use crate::support::{Lab, request};

/// Longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(60);

type Run = JoinHandle<Result<(), defacto::Error>>;

/// A store in a database, and the gate before that.
async fn behind_a_gate(schema: &str) -> (Gate, Postgres) {
    let server = Server::get();
    let gate = Gate::before(([127, 0, 0, 1], server.port()).into()).await;
    let address = Server::address_at(gate.port(), "sslmode=disable");
    let options = PostgresOptions::new().schema(schema);
    let store = options.open(&address).await.unwrap();
    (gate, store)
}

/// A tracker that runs on a database behind a gate.
struct Scene {
    lab: Lab,
    gate: Gate,
    schema: String,
    tracker: Tracker,
    /// How far its clock is ahead, in seconds.
    ahead: Arc<AtomicI64>,
    run: Run,
}

impl Scene {
    async fn begin(every: Option<Duration>) -> Self {
        let lab = Lab::start().await;
        let schema = new_schema();
        let (gate, store) = behind_a_gate(&schema).await;
        let ahead = Arc::new(AtomicI64::new(0));
        let shown = ahead.clone();
        let clock = move || {
            let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
            Timestamp(jiff::Timestamp::now() + ahead)
        };
        let tracker = Tracker::builder(lab.client(), store).clock(clock).build();
        let running = tracker.clone();
        let run = tokio::spawn(async move { running.run(every).await });
        let scene = Self {
            lab,
            gate,
            schema,
            tracker,
            ahead,
            run,
        };
        // Its first pass may fail.
        while scene.passes("done").await == 0 {}
        scene
    }

    /// How many passes ended so.
    async fn passes(&self, outcome: &str) -> u32 {
        let metrics = self.tracker.metrics().await.unwrap();
        let name = format!("defacto_tracker_passes_total{{outcome=\"{outcome}\"}} ");
        let count = metrics.lines().find_map(|line| line.strip_prefix(&name));
        count.map_or(0, |count| count.parse().unwrap())
    }

    /// Makes a loan beside the tracker.
    async fn request(&self) -> String {
        let client = self.lab.client();
        let loan = client.loans().create(&request(&client).await).await;
        loan.unwrap().id.to_string()
    }

    async fn found(&self, loan: &str) {
        let mut told = self.tracker.changes(loan).await.unwrap();
        let found = async { while told.wait().await.unwrap().change.subject.id != loan {} };
        tokio::time::timeout(PATIENCE, found).await.unwrap();
    }

    /// Lets it through again, once a turn that could not be ended is over.
    fn restore(&self) {
        self.ahead.fetch_add(30, Ordering::Relaxed);
        self.gate.open();
    }

    /// Waits until the run has been turned away so many times.
    async fn turned_away(&mut self, times: usize) {
        let away = async {
            while self.gate.refused() < times {
                if self.run.is_finished() {
                    let ended = (&mut self.run).await.unwrap();
                    panic!("the run ended: {ended:?}");
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, away).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_its_database_and_catches_up() {
    let mut scene = Scene::begin(Some(Duration::from_millis(2))).await;
    scene.gate.shut();
    let meanwhile = scene.request().await;
    // Once in the middle of something, and by what it does next.
    scene.turned_away(2).await;
    scene.restore();
    scene.found(&meanwhile).await;
    // Nothing was told twice by what was made again.
    let changes = scene.tracker.store().changes(0, 999).await.unwrap();
    let mut kinds: Vec<_> = changes
        .iter()
        .map(|one| format!("{} {:?}", one.change.subject, one.change.kind))
        .collect();
    kinds.sort_unstable();
    let before = kinds.len();
    kinds.dedup();
    assert_eq!(kinds.len(), before);
    assert!(!scene.run.is_finished());
    scene.tracker.stop(PATIENCE).await;
    scene.run.await.unwrap().unwrap();
}

/// By what is open, which it reads from the database too.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_sets_its_own_pace_waits_for_its_database_too() {
    let mut scene = Scene::begin(None).await;
    let loan = scene.request().await;
    let notice = json!({
        "id": loan, "entity_type": "loan", "status": "VALIDATED",
        "timestamp": scene.lab.now().await, "event_type": "Loan.VALIDATED",
    });
    // The database goes while the run reads what a notification tells of.
    scene
        .lab
        .fault(json!({"operation": "loans.list", "delay_ms": 200}))
        .await;
    let before = scene.lab.requests("loans.list").await.len();
    let told = scene.tracker.clone();
    let ingest = async || told.ingest(notice.to_string(), None).await;
    ingest().await.unwrap();
    while scene.lab.requests("loans.list").await.len() == before {}
    scene.gate.shut();
    scene.turned_away(2).await;
    scene.restore();
    // Woken by another, it reads both.
    ingest().await.unwrap();
    scene.found(&loan).await;
    scene.tracker.stop(PATIENCE).await;
    assert_eq!(
        scene.tracker.health().await.unwrap().unread_notifications,
        0
    );
    scene.run.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_fails_for_good_ends_a_run() {
    let scene = Scene::begin(Some(Duration::from_millis(2))).await;
    let admin = Server::get().connect().await;
    let quoted = scene.schema.replace('"', "\"\"");
    let drop = format!("DROP SCHEMA \"{quoted}\" CASCADE");
    admin.batch_execute(&drop).await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, scene.run).await.unwrap();
    let error = ended.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store, "{error}");
    assert_eq!(error.retry_after(), None, "{error}");
}

/// Its own turn, which it could not end, is in nobody's way.
#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_was_cut_off_is_made_again_at_once() {
    let lab = Lab::start().await;
    let (gate, store) = behind_a_gate(&new_schema()).await;
    let tracker = Tracker::new(lab.client(), store);
    lab.fault(json!({"operation": "loans.list", "delay_ms": 300, "times": 1}))
        .await;
    let shut = async {
        while lab.requests("loans.list").await.is_empty() {}
        gate.shut();
    };
    let (passed, ()) = tokio::join!(tracker.sync(), shut);
    assert_eq!(passed.unwrap_err().kind(), ErrorKind::Store);
    gate.open();
    // A turn is held for 20 seconds.
    let again = tokio::time::timeout(Duration::from_secs(15), tracker.sync()).await;
    assert!(again.unwrap().unwrap().full);
    lab.sandbox.stop().await;
}

/// An error of the store says that nothing was sent: it is none of a request that was,
/// whether it was the first with its key or another.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_while_the_database_went_away_is_of_unknown_outcome() {
    let lab = Lab::start().await;
    let (gate, store) = behind_a_gate(&new_schema()).await;
    let client = lab.builder().retries(0).build().unwrap();
    let tracker = Tracker::new(client.clone(), store);
    let body = request(&client).await.salt_id("mine");
    for asked in 1..=2 {
        let lost = json!({
            "operation": "loans.create", "delay_ms": 300, "status": 504, "act": true, "times": 1,
        });
        lab.fault(lost).await;
        let shut = async {
            while lab.requests("loans.create").await.len() < asked {}
            gate.shut();
        };
        let create = tracker.send(client.loans().create(&body));
        let (sent, ()) = tokio::join!(create, shut);
        let error = sent.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.salt_id(), Some("mine"));
        gate.open();
    }
    assert_eq!(lab.acted("loans.create").await, 2);
    assert_eq!(lab.books("loans").await.len(), 1);
    lab.sandbox.stop().await;
}
