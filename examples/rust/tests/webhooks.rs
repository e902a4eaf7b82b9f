//! The service behind axum, with the sandbox delivering to it: whatever goes wrong
//! on the way, nothing is lost and nothing is told twice.
#![cfg(unix)]

mod lab;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use defacto::tracking::store::Sqlite;
use defacto::tracking::{ChangeKind, Source, Tracker};
use defacto::types::{LoanId, LoanStatus};
use serde_json::{Map, Value, json};

use lab::{Lab, TOKEN, answers};

/// More than a receiver takes.
const TOO_LARGE: usize = 5 << 20;

/// What happens on the way to the service: it leads a loan to its end meanwhile.
type Disturbance = for<'a> fn(&'a Lab) -> Pin<Box<dyn Future<Output = LoanId> + 'a>>;

const DISTURBANCES: [(&str, Disturbance); 4] = [
    ("twice, in another order, or not at all", |lab| {
        Box::pin(lab.shuffled())
    }),
    ("a wrong token", |lab| Box::pin(lab.wrong_token())),
    ("too large", |lab| Box::pin(lab.too_large())),
    ("a slow receiver", |lab| Box::pin(lab.slow())),
];

impl Lab {
    async fn shuffled(&self) -> LoanId {
        self.subscribe(TOKEN).await;
        self.levers(json!({ "levers": [
            { "action": "duplicate", "times": null },
            { "action": "reorder", "times": null, "window": 3 },
            { "action": "drop", "event_type": "Loan.VALIDATED" },
        ]}))
        .await;
        let loan = self.live(self.lend(Map::new()).await).await;
        let log = self.delivered(&loan).await;
        for lever in ["duplicate", "reorder", "drop"] {
            let acted = |one: &Value| one["levers"].as_array().unwrap().contains(&json!(lever));
            assert!(log.iter().any(acted), "{lever}");
        }
        assert!(log.iter().any(|one| one["state"] == "DROPPED"));
        loan
    }

    async fn wrong_token(&self) -> LoanId {
        let webhook = self.subscribe("wrong").await;
        let loan = self.lend(Map::new()).await;
        assert_eq!(self.first_answers(&loan).await, json!([401]));
        let right = self
            .client
            .webhooks()
            .update(&webhook, &self.address(TOKEN));
        right.await.unwrap();
        let loan = self.live(loan).await;
        assert_eq!(self.first_answers(&loan).await, json!([401, 200]));
        loan
    }

    async fn too_large(&self) -> LoanId {
        self.subscribe(TOKEN).await;
        let mut metadata = Map::new();
        metadata.insert("note".to_owned(), "é".repeat(TOO_LARGE / 2).into());
        let loan = self.live(self.lend(metadata).await).await;
        let log = self.delivered(&loan).await;
        let answers: Vec<_> = log.iter().map(answers).collect();
        // As often as the sandbox tries, and never taken.
        assert_eq!(answers[0], json!([413, 413, 413, 413, 413, 413]));
        let mut all = answers.iter().flat_map(|one| one.as_array().unwrap());
        assert!(all.all(|status| *status == 413), "{answers:?}");
        loan
    }

    /// It stands still until the sandbox has given up, and goes on then.
    async fn slow(&self) -> LoanId {
        self.subscribe(TOKEN).await;
        self.levers(json!({ "timeout_ms": 200 })).await;
        self.service.signal("-STOP");
        let loan = self.lend(Map::new()).await;
        assert_eq!(self.first_answers(&loan).await, json!([null]));
        self.levers(json!({})).await;
        self.service.signal("-CONT");
        let loan = self.live(loan).await;
        assert_eq!(self.first_answers(&loan).await, json!([null, 200]));
        loan
    }
}

/// What is told of a loan.
#[derive(Debug, Default)]
struct Told {
    /// The statuses it was seen in.
    seen: Vec<String>,
    /// Those too that it must have been in: one seen after all is told again.
    all: BTreeSet<String>,
    by_notification: bool,
}

async fn told(tracker: &Tracker, consumer: &str, loan: &LoanId) -> Told {
    let mut of_loan = Told::default();
    let mut changes = tracker.changes(consumer).await.unwrap();
    while let Some(told) = changes.next().await.unwrap() {
        changes.acknowledge(&told).await.unwrap();
        if told.change.subject.id != *loan.as_str() {
            continue;
        }
        let (status, was_seen) = match told.change.kind {
            ChangeKind::Appeared {
                status: Some(status),
            }
            | ChangeKind::Moved { to: status, .. } => (status, true),
            ChangeKind::Passed { status, inferred } => (status, !inferred),
            _ => continue,
        };
        of_loan.all.insert(status.to_string());
        if was_seen {
            of_loan.seen.push(status.to_string());
        }
        of_loan.by_notification |= told.change.source == Source::Webhook;
    }
    of_loan
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_nor_told_twice() {
    let lab = Lab::start().await;
    let mut loans = Vec::new();
    for (name, disturb) in DISTURBANCES {
        println!("{name}");
        let loan = disturb(&lab).await;
        lab.calm().await;
        loans.push((name, loan));
    }
    let Lab {
        sandbox,
        client,
        service,
        store,
    } = lab;
    service.stop();

    let tracker = Tracker::new(client, Sqlite::open(store).unwrap());
    tracker.digest().await.unwrap();
    // What nobody could tell of is found by a pass.
    tracker.sync().await.unwrap();
    for (name, loan) in &loans {
        let told = told(&tracker, name, loan).await;
        let once: BTreeSet<_> = told.seen.iter().collect();
        assert_eq!(told.seen.len(), once.len(), "{name}: {told:?}");
        for status in ["VALIDATED", "TO_REPAY", "CLOSED"] {
            assert!(told.all.contains(status), "{name}: {told:?}");
        }
        assert_eq!(
            told.by_notification,
            *name != "too large",
            "{name}: {told:?}"
        );
        let view = tracker.loan(loan).await.unwrap().unwrap();
        assert_eq!(view.status(), Some(LoanStatus::Closed), "{name}");
    }
    sandbox.stop().await;
}
