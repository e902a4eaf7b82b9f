//! Who may settle a change, as workers with one clock see it: each is a tracker with
//! connections of its own to one schema.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use defacto::hook::Stage;
use defacto::tracking::store::{Intent, IntentState};
use defacto::tracking::{Settled, Tracker};
use defacto::types::operations::loans::CREATE;
use defacto::types::{CreateLoan, Timestamp};
use serde_json::json;

use crate::server::{new_schema, open};
use crate::support::{Lab, request};

struct Scene {
    lab: Lab,
    schema: String,
    /// How far the workers' clock is ahead, in seconds.
    ahead: Arc<AtomicI64>,
}

impl Scene {
    async fn new() -> Self {
        Self {
            lab: Lab::start().await,
            schema: new_schema(),
            ahead: Arc::default(),
        }
    }

    async fn worker(&self) -> Tracker {
        let ahead = self.ahead.clone();
        let client = self.lab.builder().retries(0).on_event(move |event| {
            let is_loan = event.operation == Some(&CREATE);
            // By that clock an answer takes a while.
            if is_loan && matches!(event.stage, Stage::Answered { status, .. } if status.is_some())
            {
                ahead.fetch_add(100, Ordering::Relaxed);
            }
        });
        let client = client.build().unwrap();
        let shown = self.ahead.clone();
        let clock = move || {
            let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
            Timestamp(jiff::Timestamp::now() + ahead)
        };
        let store = open(&self.schema).await;
        Tracker::builder(client, store).clock(clock).build()
    }

    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn loan(&self, number: &str) -> CreateLoan {
        let mut body = request(&self.lab.client()).await;
        body.invoices[0].invoice_number = Some(number.to_owned());
        body
    }

    /// Waits until so many requests for a loan came.
    async fn asked(&self, times: usize) {
        let asked = async { while self.lab.requests("loans.create").await.len() < times {} };
        let asked = tokio::time::timeout(Duration::from_secs(60), asked).await;
        asked.unwrap();
    }

    async fn made(&self) -> usize {
        self.lab.books("loans").await.len()
    }
}

fn counts(settled: Settled) -> (usize, usize, usize) {
    (settled.done, settled.refused, settled.open)
}

async fn open_intents(worker: &Tracker) -> Vec<Intent> {
    let open = worker.store().intents(IntentState::Open, 9).await;
    open.unwrap()
}

const SLOW: u32 = 600_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_its_senders_for_as_long_as_that_waits() {
    let scene = Scene::new().await;
    let (one, other) = (scene.worker().await, scene.worker().await);
    let body = scene.loan("slow").await;
    let fault = json!({"operation": "loans.create", "delay_ms": SLOW, "times": 1});
    scene.lab.fault(fault).await;
    let sending = tokio::spawn({
        let one = one.clone();
        let wait = Duration::from_secs(600);
        async move {
            let call = one.client().loans().create(&body);
            one.send(call.timeout(wait).deadline(wait)).await
        }
    });
    scene.asked(1).await;
    // Longer than a change is held that nobody waits for.
    for later in [200, 200, 200] {
        scene.later(later);
        assert_eq!(counts(other.settle().await.unwrap()), (0, 0, 0));
    }
    let held = open_intents(&other).await.remove(0);
    assert_eq!(held.attempts, 1);
    assert_eq!(scene.lab.requests("loans.create").await.len(), 1);

    // It is gone, and tells nobody.
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    drop(one);
    assert_eq!(counts(other.settle().await.unwrap()), (0, 0, 0));
    scene.later(120);
    assert_eq!(counts(other.settle().await.unwrap()), (1, 0, 0));
    assert_eq!(open_intents(&other).await, []);
    assert_eq!(scene.made().await, 1);
    scene.lab.sandbox.stop().await;
}

/// It claims several at a time, and the first may take all of its time.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_comes_to_later_is_held_anew() {
    let scene = Scene::new().await;
    let (one, other) = (scene.worker().await, scene.worker().await);
    let lost = json!({"operation": "loans.create", "reset": "before", "times": 2});
    scene.lab.fault(lost).await;
    for number in ["first", "second"] {
        let body = scene.loan(number).await;
        let call = one.client().loans().create(&body);
        assert!(one.send(call).await.unwrap_err().is_outcome_unknown());
    }
    let slow = json!({"operation": "loans.create", "delay_ms": SLOW, "skip": 1});
    scene.lab.fault(slow).await;
    let settling = tokio::spawn({
        let one = one.clone();
        async move { one.settle().await.map(drop) }
    });
    scene.asked(4).await;
    // The first claim is over by now.
    scene.later(100);
    assert_eq!(counts(other.settle().await.unwrap()), (0, 0, 0));
    assert_eq!(open_intents(&other).await.len(), 1);
    assert_eq!(scene.lab.requests("loans.create").await.len(), 4);

    settling.abort();
    assert!(settling.await.unwrap_err().is_cancelled());
    scene.later(100);
    assert_eq!(counts(other.settle().await.unwrap()), (1, 0, 0));
    assert_eq!(scene.made().await, 2);
    scene.lab.sandbox.stop().await;
}
