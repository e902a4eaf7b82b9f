//! What a process leaves, another goes on with.

use std::sync::{Arc, Mutex};

use defacto_sandbox::Sandbox;
use defacto_types::Value;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::life::{
    Folder, carry_out, control, everything, killed, lend, live, open, receiver, send,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_sandbox_comes_back_as_it_was() {
    let mut delivered = 0;
    for seed in 0..4 {
        let folder = Folder::new(&format!("random-{seed}"));
        let file = folder.file("state");
        let sandbox = Sandbox::builder()
            .state(&file)
            .seed(seed)
            .start()
            .await
            .unwrap();
        let to = sandbox.address();
        let asks = Arc::new(Mutex::new(Some(to)));
        let hook = receiver(Arc::clone(&asks)).await;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut loans = Vec::new();
        for _ in 0..80 {
            live(to, &hook, &mut rng, &mut loans).await;
        }
        assert!(loans.len() >= 8, "{}", loans.len());
        // So that both are looked at at the same time, with nothing on its way.
        *asks.lock().unwrap() = None;
        control(to, "POST /clock", json!({ "freeze": true })).await;
        control(to, "DELETE /faults", Value::Null).await;
        let left = folder.file("left");
        killed(&file, &left);
        let before = everything(to).await;
        assert!(
            before
                .iter()
                .filter(|(_, status, _)| *status == 200)
                .count()
                > 60
        );
        delivered += before
            .iter()
            .map(|(_, _, text)| text.matches("DELIVERED").count())
            .sum::<usize>();

        let again = open(&left).await.unwrap();
        let after = everything(again.address()).await;
        for (was, is) in before.iter().zip(&after) {
            assert_eq!(was, is, "seed {seed}");
        }
        assert_eq!(before.len(), after.len());
    }
    assert!(delivered > 10, "{delivered}");
}

/// More happens than is done at once, and who is told makes something each
/// time: between which events it came decides which ids there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_in_the_middle_of_a_walk_comes_there_again() {
    let folder = Folder::new("walk");
    let file = folder.file("state");
    let sandbox = open(&file).await.unwrap();
    let to = sandbox.address();
    let asks = Arc::new(Mutex::new(Some(to)));
    let hook = receiver(Arc::clone(&asks)).await.replace("/hook", "/make");
    control(to, "PUT /settings", json!({ "policy": "calendar" })).await;
    control(
        to,
        "POST /clock",
        json!({ "freeze": "2030-01-07T10:00:00Z" }),
    )
    .await;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..260 {
        lend(to, &mut rng, "SUCCESS", true).await.unwrap();
    }
    for _ in 0..3 {
        let body = json!({
            "name": "hook", "to_url": hook,
            "event_types": ["Loan.SCHEDULED", "Loan.INITIATED", "Loan.TO_REPAY", "Loan.CLOSED"],
        });
        send(to, "POST", "/webhooks", &body.to_string()).await;
    }
    let walked = control(to, "POST /clock", json!({ "advance": "P90D" })).await;
    assert!(
        walked["deliveries"]["delivered"].as_u64() > Some(1100),
        "{walked}"
    );
    *asks.lock().unwrap() = None;
    let left = folder.file("left");
    killed(&file, &left);
    let before = everything(to).await;
    let again = open(&left).await.unwrap();
    let after = everything(again.address()).await;
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was, is);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_leads_a_fresh_sandbox_to_the_same_state() {
    for seed in 10..14 {
        let sandbox = Sandbox::builder()
            .record()
            .seed(seed)
            .start()
            .await
            .unwrap();
        let to = sandbox.address();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut loans = Vec::new();
        for _ in 0..60 {
            // Nobody listens there: what becomes of a delivery is not repeated.
            live(to, "http://127.0.0.1:9/", &mut rng, &mut loans).await;
        }
        control(to, "POST /clock", json!({ "freeze": true })).await;
        control(to, "DELETE /faults", Value::Null).await;
        let script = control(to, "GET /export", Value::Null).await;
        assert!(!script.to_string().contains("Bearer"));
        let before = everything(to).await;

        let fresh = Sandbox::start().await.unwrap();
        let to = fresh.address();
        carry_out(to, &script).await;
        let after = everything(to).await;
        for (was, is) in before.iter().zip(&after) {
            // How long a delivery really took differs.
            if !was.0.starts_with("/webhooks/deliveries") {
                assert_eq!(was, is, "seed {seed}");
            }
        }
    }
}

#[tokio::test]
async fn a_clock_goes_on_from_where_it_stood() {
    let folder = Folder::new("clock");
    let file = folder.file("state");
    let sandbox = open(&file).await.unwrap();
    let to = sandbox.address();
    control(
        to,
        "POST /clock",
        json!({ "freeze": "2030-01-07T10:00:00Z" }),
    )
    .await;
    control(to, "POST /clock", json!({ "step": "PT1H" })).await;
    send(to, "GET", "/loans", "").await;
    sandbox.stop().await;
    let sandbox = open(&file).await.unwrap();
    let clock = control(sandbox.address(), "GET /clock", Value::Null).await;
    assert_eq!(clock["now"], "2030-01-07T11:00:00.000000+00:00");
    assert_eq!(clock["mode"], "step");
    let from = control(sandbox.address(), "POST /clock", json!({ "rate": 100 })).await;
    sandbox.stop().await;
    // As if nobody had run it for a day.
    let database = rusqlite::Connection::open(&file).unwrap();
    let day = 86_400_000_000_000_i64;
    database
        .execute("UPDATE log SET real = real - ?", [day])
        .unwrap();
    drop(database);
    let sandbox = open(&file).await.unwrap();
    let to = control(sandbox.address(), "GET /clock", Value::Null).await;
    let moment = |clock: &Value| {
        clock["now"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    let passed = moment(&to).duration_since(moment(&from));
    assert!(passed < jiff::SignedDuration::from_hours(12), "{passed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_free_once_its_sandbox_has_stopped() {
    let folder = Folder::new("free");
    let file = folder.file("state");
    for round in 0..100 {
        match open(&file).await {
            Ok(sandbox) => sandbox.stop().await,
            Err(error) => panic!("round {round}: {error}"),
        }
    }
}
