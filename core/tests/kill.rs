//! A process that makes loans is killed at random moments; whoever opens its
//! store next finds out what became of each.
//!
//! `DEFACTO_CASES` sets how often it is killed (50 unless set; `make soak` tries
//! 2,000).
#![cfg(all(unix, feature = "sqlite"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test's own code"
)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use defacto::tracking::Tracker;
use defacto::tracking::store::{IntentState, Sqlite};
use defacto::types::{CreateLoan, ListLoans};
use defacto::{Client, ErrorKind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use support::{KEY, Lab, request};

/// Tells the process that is killed where the server, the store and the loan to
/// ask for are.
const WORK: &str = "DEFACTO_TEST_KILL";

fn cases() -> usize {
    std::env::var("DEFACTO_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(50)
}

fn client(base_url: &str) -> Client {
    Client::builder()
        .api_key(KEY)
        .base_url(base_url)
        .retries(1)
        .build()
        .unwrap()
}

/// The process that is killed: makes loan after loan.
#[tokio::main(flavor = "current_thread")]
async fn work(work: &Value) {
    let client = client(work["base_url"].as_str().unwrap());
    let store = Sqlite::open(work["store"].as_str().unwrap()).unwrap();
    let tracker = Tracker::new(client.clone(), store);
    let template: CreateLoan = serde_json::from_value(work["loan"].clone()).unwrap();
    // Whoever was killed before left something to settle.
    tracker.settle().await.unwrap();
    for number in 0.. {
        let body = numbered(
            &template,
            &format!("{}-{number}", work["name"].as_str().unwrap()),
        );
        match tracker.send(client.loans().create(&body)).await {
            Ok(_) => {}
            Err(error) if error.kind() != ErrorKind::Store => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// The same loan for another invoice.
fn numbered(template: &CreateLoan, number: &str) -> CreateLoan {
    let mut body = template.clone();
    let mut invoice = body.invoices.remove(0);
    invoice.invoice_number = Some(number.to_owned());
    body.invoices([invoice])
}

fn start(lab: &Lab, store: &Path, loan: &CreateLoan, name: &str) -> Child {
    let work = json!({
        "base_url": lab.sandbox.base_url(),
        "store": store,
        "loan": loan,
        "name": name,
    });
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed_at_any_point_each_loan_is_made_once",
            "--nocapture",
        ])
        .env(WORK, work.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn troubles() -> [Value; 6] {
    [
        json!({"reset": "before"}),
        json!({"reset": "after"}),
        json!({"status": 504, "act": true}),
        json!({"status": 502, "body": "<html>", "content_type": "text/html"}),
        json!({"truncate": 20}),
        json!({"delay_ms": 40}),
    ]
}

#[test]
fn killed_at_any_point_each_loan_is_made_once() {
    match std::env::var(WORK) {
        Ok(text) => work(&serde_json::from_str(&text).unwrap()),
        Err(_) => kill(),
    }
}

#[tokio::main]
async fn kill() {
    let seed: u64 = rand::random();
    println!("fresh seed: {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let lab = Lab::start().await;
    let folder: PathBuf = std::env::temp_dir().join(format!("defacto-kill-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store = folder.join("loans.db");
    let template = request(&lab.client()).await.amount(100);

    let (mut killed, mut at_once) = (0, 0);
    for case in 0..cases() {
        lab.clear_faults().await;
        let mut fault = troubles().choose(&mut rng).unwrap().clone();
        fault["operation"] = "loans.create".into();
        fault["times"] = rng.random_range(1..4).into();
        lab.fault(fault).await;
        let before = lab.requests("loans.create").await.len();
        let mut child = start(&lab, &store, &template, &format!("I-{case}"));
        // From the first request on, at any point of it or of what follows.
        while lab.requests("loans.create").await.len() == before {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the process ended by itself"
            );
        }
        std::thread::sleep(Duration::from_micros(rng.random_range(0..30_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        at_once += usize::from(lab.requests("loans.create").await.len() == before + 1);
    }

    lab.clear_faults().await;
    let calm = client(&lab.sandbox.base_url());
    let tracker = Tracker::new(calm.clone(), Sqlite::open(&store).unwrap());
    let settled = tracker.settle().await.unwrap();

    let open = tracker.store().intents(IntentState::Open, 9).await.unwrap();
    assert_eq!(open, [], "some are not settled");
    let done = tracker
        .store()
        .intents(IntentState::Done, usize::MAX)
        .await
        .unwrap();
    let refused = tracker
        .store()
        .intents(IntentState::Refused, usize::MAX)
        .await
        .unwrap();
    let made = calm
        .loans()
        .list(&ListLoans::new().page_size(1_000))
        .items()
        .collect()
        .await
        .unwrap();
    // Each intent has one loan, and each loan one intent.
    let mut by_intent: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for loan in &made {
        let metadata = loan.metadata.as_ref().unwrap();
        let intent = metadata["defacto_sdk_intent"].as_str().unwrap().to_owned();
        by_intent
            .entry(intent)
            .or_default()
            .push(loan.id.to_string());
    }
    let duplicates = by_intent.values().filter(|loans| loans.len() > 1).count();
    let lost = made
        .iter()
        .filter(|loan| {
            !done.iter().any(|one| {
                one.outcome.as_ref().unwrap().subject.as_deref() == Some(loan.id.as_str())
            })
        })
        .count();
    let without = done
        .iter()
        .filter(|one| !by_intent.contains_key(&one.id))
        .count();
    println!(
        "killed {killed} times ({at_once} during the first request): {} intents, {} loans, \
         {duplicates} duplicates, {lost} lost, {without} without a loan, {} refused, \
         {} settled at the end",
        done.len() + refused.len(),
        made.len(),
        refused.len(),
        settled.done,
    );
    assert_eq!((duplicates, lost, without), (0, 0, 0));
    assert_eq!(refused, []);
    // Some are killed while they settle what the one before left.
    assert!(done.len() >= cases() / 4);
    std::fs::remove_dir_all(&folder).unwrap();
    lab.sandbox.stop().await;
}
