//! A lost answer of `POST /loans` never makes two loans, nor one that nobody
//! knows of, whatever goes wrong and in which order.
//!
//! `DEFACTO_CASES` sets how many random schedules are tried (1,000 unless set;
//! `make soak` tries 10,000). One half uses a fixed seed, the other a new one,
//! which is printed.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::time::Duration;

use defacto::types::{CreateLoan, ListLoans};
use defacto::{Client, Creation, ErrorKind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use support::{Lab, request};

/// What may go wrong with one request; `acts`: the server carries it out.
fn troubles() -> Vec<Value> {
    vec![
        json!({"reset": "before"}),
        json!({"reset": "after"}),
        json!({"status": 429}),
        json!({"status": 503, "headers": {"retry-after": "0"}}),
        json!({"status": 500, "act": true}),
        json!({"status": 504}),
        json!({"status": 504, "act": true}),
        json!({"status": 502, "body": "<html>", "content_type": "text/html"}),
        json!({"status": 200, "body": "<html>", "content_type": "text/html", "act": true}),
        json!({"status": 400}),
        json!({"truncate": 20}),
        json!({"status": 201, "body": "{\"id\":", "act": true}),
        json!({"close_idle": true}),
        json!({"delay_ms": 60_000}),
    ]
}

fn cases() -> u64 {
    std::env::var("DEFACTO_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_loan_is_made_twice_or_forgotten() {
    let fresh: u64 = rand::random();
    println!("fresh seed: {fresh}");
    let half = cases().div_ceil(2);
    let runs = [
        (1, "existing"),
        (2, "refuse"),
        (fresh, "existing"),
        (fresh ^ 1, "refuse"),
    ];
    let runs: Vec<_> = runs
        .into_iter()
        .map(|(seed, replay)| tokio::spawn(run(seed, replay, half.div_ceil(2))))
        .collect();
    for run in runs {
        run.await.unwrap();
    }
}

/// Tries schedules on one sandbox, which forgets everything now and then.
async fn run(seed: u64, replay: &'static str, cases: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let lab = Lab::start().await;
    let mut template = None;
    for case in 0..cases {
        if case % 100 == 0 {
            lab.reset().await;
            lab.settings(json!({"salt_replay": replay})).await;
            template = Some(request(&lab.client()).await.amount(100));
        }
        let mut body = template.clone().unwrap();
        // A new invoice on the same account, for each loan.
        let mut invoice = body.invoices.remove(0);
        invoice.invoice_number = Some(format!("I-{case}"));
        schedule(&lab, body.invoices([invoice]), &mut rng, replay, case).await;
    }
    lab.sandbox.stop().await;
}

async fn loans(client: &Client) -> Vec<String> {
    let all = client
        .loans()
        .list(&ListLoans::new().page_size(1000))
        .items();
    let all = all.collect().await.unwrap();
    all.into_iter().map(|loan| loan.id.to_string()).collect()
}

async fn schedule(lab: &Lab, body: CreateLoan, rng: &mut StdRng, replay: &str, case: u64) {
    let calm = lab.client();
    let before = loans(&calm).await;
    let troubles = troubles();
    let mut faults = Vec::new();
    for _ in 0..rng.random_range(0..5) {
        let mut fault = troubles.choose(rng).unwrap().clone();
        // Now and then the reads that look for the loan fail too.
        fault["operation"] = match rng.random_range(0..8) {
            0 => "invoices.list",
            1 => "loans.get",
            _ => "loans.create",
        }
        .into();
        faults.push(fault);
    }
    for fault in &faults {
        lab.fault(fault.clone()).await;
    }
    let client = lab
        .builder()
        .timeout(Duration::from_millis(400))
        .backoff(Duration::from_millis(1), Duration::from_millis(4))
        .retries(rng.random_range(0..4))
        .build()
        .unwrap();
    // The longer time of slow operations would only make the test wait.
    let result = client
        .loans()
        .create(&body)
        .timeout(Duration::from_millis(400))
        .await;
    lab.clear_faults().await;
    let after = loans(&calm).await;
    let made: Vec<_> = after.iter().filter(|id| !before.contains(id)).collect();
    let told = format!("case {case}, {replay}: {faults:?} gave {result:?} and made {made:?}");
    assert!(made.len() <= 1, "made twice: {told}");
    match result {
        Ok(loan) => {
            assert_eq!(made, [&loan.id.to_string()], "another loan: {told}");
            assert_ne!(loan.creation(), Creation::Unstated, "{told}");
        }
        // Known to have been carried out.
        Err(error) if error.kind() == ErrorKind::Decode => assert_eq!(made.len(), 1, "{told}"),
        Err(error) if error.is_outcome_unknown() => {
            // The error is enough to find out.
            let salt = error.salt_id().unwrap().to_owned();
            let resumed = calm.loans().create(&body).salt_id(salt).await;
            match resumed {
                Ok(loan) if made.is_empty() => assert!(!before.contains(&loan.id.to_string())),
                Ok(loan) => assert_eq!(*made[0], loan.id.to_string(), "{told}"),
                Err(error) => {
                    assert_eq!(
                        (replay, error.kind()),
                        ("refuse", ErrorKind::Rejected),
                        "{told}"
                    );
                    assert_eq!(made.len(), 1, "{told}");
                }
            }
            assert_eq!(loans(&calm).await.len(), before.len() + 1, "{told}");
        }
        Err(error) => {
            assert!(made.is_empty(), "forgotten: {told}");
            assert_ne!(error.kind(), ErrorKind::UnexpectedAnswer, "{told}");
        }
    }
}
