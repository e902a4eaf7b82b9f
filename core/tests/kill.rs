//! A process that makes loans and invoices, accepts loans and cancels them, is killed
//! at random moments; whoever opens its store next finds out what became of each. It is
//! compared with the simulator's own books.
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

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use defacto::tracking::Tracker;
use defacto::tracking::store::{Intent, IntentState, Sqlite};
use defacto::types::{CreateInvoice, CreateLoan, LoanStatus, Timestamp};
use defacto::{Client, ErrorKind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use support::{KEY, Lab, invoice, request};

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
        let made = tracker.send(client.loans().create(&body)).await;
        let Some(loan) = unless_stored(made) else {
            continue;
        };
        // Its money goes out, or never does; or something without a key is made.
        let _ = match number % 3 {
            0 => unless_stored(tracker.send(client.loans().validate(&loan.id)).await).map(drop),
            1 => unless_stored(tracker.send(client.loans().cancel(&loan.id)).await).map(drop),
            _ => {
                let mut invoice: CreateInvoice =
                    serde_json::from_value(work["invoice"].clone()).unwrap();
                let name = work["name"].as_str().unwrap();
                invoice.invoice_number = Some(format!("V-{name}-{number}"));
                unless_stored(tracker.send(client.invoices().create(&invoice)).await).map(drop)
            }
        };
    }
}

/// An answer, if there is one; a store that fails ends the process.
fn unless_stored<T>(result: Result<T, defacto::Error>) -> Option<T> {
    match result {
        Ok(answer) => Some(answer),
        Err(error) if error.kind() != ErrorKind::Store => None,
        Err(error) => panic!("{error}"),
    }
}

/// The same loan for another invoice.
fn numbered(template: &CreateLoan, number: &str) -> CreateLoan {
    let mut body = template.clone();
    let mut invoice = body.invoices.remove(0);
    invoice.invoice_number = Some(number.to_owned());
    body.invoices([invoice])
}

fn start(lab: &Lab, store: &Path, loan: &CreateLoan, invoice: &CreateInvoice, name: &str) -> Child {
    let work = json!({
        "base_url": lab.sandbox.base_url(),
        "store": store,
        "loan": loan,
        "invoice": invoice,
        "name": name,
    });
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed_at_any_point_each_change_is_made_once",
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
fn killed_at_any_point_each_change_is_made_once() {
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
    let bare = invoice(&lab.client()).await;

    let (mut killed, mut at_once) = (0, 0);
    for case in 0..cases() {
        lab.clear_faults().await;
        let mut fault = troubles().choose(&mut rng).unwrap().clone();
        fault["times"] = rng.random_range(1..4).into();
        let operations = [
            "loans.create",
            "loans.validate",
            "loans.cancel",
            "invoices.create",
        ];
        fault["operation"] = (*operations.choose(&mut rng).unwrap()).into();
        lab.fault(fault).await;
        // From one of its requests on, at any point of it or of what follows.
        let watched = *operations.choose(&mut rng).unwrap();
        let before = lab.requests(watched).await.len();
        let mut child = start(&lab, &store, &template, &bare, &format!("I-{case}"));
        while lab.requests(watched).await.len() == before {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the process ended by itself"
            );
        }
        std::thread::sleep(Duration::from_micros(rng.random_range(0..30_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        at_once += usize::from(lab.requests(watched).await.len() == before + 1);
    }

    lab.clear_faults().await;
    let calm = client(&lab.sandbox.base_url());
    // Later: nothing is on its way to the server any more.
    let later = || Timestamp(jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2));
    let tracker = Tracker::builder(calm.clone(), Sqlite::open(&store).unwrap());
    let tracker = tracker.clock(later).build();
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
    // Each intent has one loan, and each loan one intent.
    let loans = lab.books("loans").await;
    let mut by_intent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for loan in &loans {
        let intent = loan["metadata"]["defacto_sdk_intent"].as_str().unwrap();
        let id = loan["id"].as_str().unwrap();
        by_intent.entry(intent).or_default().push(id);
    }
    let of = |operation: &str| -> Vec<_> {
        let done = done.iter().filter(|one| one.operation == operation);
        done.collect()
    };
    let duplicates = by_intent.values().filter(|loans| loans.len() > 1).count();
    let subject = |one: &Intent| one.outcome.as_ref().unwrap().subject.clone();
    let known: BTreeSet<_> = of("loans.create").into_iter().filter_map(subject).collect();
    let lost = loans.iter();
    let lost = lost
        .filter(|loan| !known.contains(loan["id"].as_str().unwrap()))
        .count();
    let without = of("loans.create").into_iter();
    let without = without
        .filter(|one| !by_intent.contains_key(&*one.id))
        .count();

    // What was canceled or accepted is so, and nothing else is.
    let status: BTreeMap<&str, &str> = loans
        .iter()
        .map(|loan| {
            (
                loan["id"].as_str().unwrap(),
                loan["status"].as_str().unwrap(),
            )
        })
        .collect();
    let asked = |operation: &str| -> BTreeSet<String> {
        let loans = of(operation).into_iter();
        loans.map(|one| one.params[0].1.clone()).collect()
    };
    let (canceled, accepted) = (asked("loans.cancel"), asked("loans.validate"));
    for (loan, status) in &status {
        assert_eq!(
            canceled.contains(*loan),
            *status == "CANCELED",
            "{loan} {status}"
        );
        let waits = ["PENDING_VALIDATION", "TO_VALIDATE", "CANCELED"].contains(status);
        assert_eq!(accepted.contains(*loan), !waits, "{loan} {status}");
    }
    // Money goes out once for what was accepted, and for nothing else. The simulator
    // moves a loan on with every look.
    let mut payouts = 0;
    for loan in status.keys() {
        let is_accepted = accepted.contains(*loan);
        while is_accepted && calm.loans().get(*loan).await.unwrap().status != LoanStatus::Closed {}
        let seen = lab.look(loan).await;
        let payments = seen["payments"].as_array().unwrap().iter();
        let paid = payments.filter(|one| one["payment_type"] == "LOAN_PAYMENT");
        assert_eq!(paid.count(), usize::from(is_accepted), "{loan}");
        payouts += usize::from(is_accepted);
    }
    // An invoice without a key is made once as well.
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for invoice in lab.books("invoices").await {
        let number = invoice["invoice_number"].as_str().unwrap_or_default();
        if number.starts_with("V-") {
            *numbers.entry(number.to_owned()).or_default() += 1;
        }
    }
    assert!(numbers.values().all(|times| *times == 1), "{numbers:?}");
    assert_eq!(numbers.len(), of("invoices.create").len());
    println!(
        "killed {killed} times ({at_once} during the request it was watched for): {} intents, {} loans, \
         {} accepted with {payouts} payouts, {} canceled, {} invoices, {duplicates} duplicates, \
         {lost} lost, {without} without a loan, {} refused, {} settled at the end",
        done.len() + refused.len(),
        loans.len(),
        accepted.len(),
        canceled.len(),
        numbers.len(),
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
