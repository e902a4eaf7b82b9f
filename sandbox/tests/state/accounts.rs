//! Several accounts, each of which comes back with its own books.

use std::sync::{Arc, Mutex};

use defacto_sandbox::{Builder, Sandbox, Why};
use defacto_types::Value;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::life::{Folder, carry_out, control, everything, killed, live, of, receiver, send};

const ALL: [&str; 3] = ["anna", "bert", "carl"];

/// The first two are there from the start.
fn with_two(builder: Builder, first_key: &str) -> Builder {
    let builder = builder.account("anna", first_key).unwrap();
    builder.account("bert", "key-of-bert").unwrap()
}

async fn add_carl(sandbox: &Sandbox) {
    let body = json!({ "name": "carl", "key": "key-of-carl", "permissions": ["*"] });
    let to = sandbox.address();
    let added = send(to, "POST", "/_sandbox/accounts", &body.to_string()).await;
    assert_eq!(added.status, 201, "{}", added.text());
}

/// Something or other happens, to one or another.
async fn live_together(sandbox: &Sandbox, hook: &str, rng: &mut ChaCha8Rng) -> [usize; 3] {
    let mut loans: [Vec<String>; 3] = Default::default();
    for turn in 0..120 {
        if turn == 20 {
            add_carl(sandbox).await;
        }
        let no = rng.random_range(0..if turn < 20 { 2 } else { 3 });
        of(ALL[no], live(sandbox.address(), hook, rng, &mut loans[no])).await;
    }
    loans.map(|loans| loans.len())
}

/// Nothing is on its way, so that both are looked at at the same time.
async fn rest(sandbox: &Sandbox) {
    let to = sandbox.address();
    control(to, "POST /clock", json!({ "freeze": true })).await;
    control(to, "DELETE /faults", Value::Null).await;
}

async fn everything_of_all(sandbox: &Sandbox) -> Vec<(String, u16, String)> {
    let mut all = Vec::new();
    for name in ALL {
        all.extend(of(name, everything(sandbox.address())).await);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_sandbox_comes_back_with_all_its_accounts() {
    for seed in 0..2 {
        let folder = Folder::new(&format!("accounts-{seed}"));
        let file = folder.file("state");
        let builder = Sandbox::builder().state(&file).seed(seed);
        let sandbox = with_two(builder, "key-of-anna").start().await.unwrap();
        // Who is told of a loan asks about it, with a key of nobody.
        let hook = receiver(Arc::new(Mutex::new(Some(sandbox.address())))).await;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let loans = live_together(&sandbox, &hook, &mut rng).await;
        assert!(loans.iter().all(|count| *count > 2), "{loans:?}");
        // Time is walked through for one, and then for the others.
        let to = sandbox.address();
        for path in ["/clock", "/clock?account=bert", "/clock?account=carl"] {
            control(to, &format!("POST {path}"), json!({ "advance": "PT1H" })).await;
        }
        rest(&sandbox).await;
        let left = folder.file("left");
        killed(&file, &left);
        let before = everything_of_all(&sandbox).await;
        for part in ["", "-wal"] {
            let bytes = std::fs::read(format!("{}{part}", left.display())).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("key-of-"), "a key is in the file");
        }
        // A key may be another one than before.
        let builder = with_two(Sandbox::builder().state(&left), "another-key");
        let again = builder.start().await.unwrap();
        let path = "/_sandbox/journal?account=anna";
        let journal = send(again.address(), "GET", path, "").await;
        assert_eq!(journal.status, 200);
        again.stop().await;
        let builder = with_two(Sandbox::builder().state(&left), "key-of-anna");
        let again = builder.start().await.unwrap();
        let after = everything_of_all(&again).await;
        for (was, is) in before.iter().zip(&after) {
            assert_eq!(was, is, "seed {seed}");
        }
        assert_eq!(before.len(), after.len());
    }
}

#[tokio::test]
async fn the_accounts_belong_to_the_file() {
    let folder = Folder::new("other-accounts");
    let file = folder.file("state");
    let builder = Sandbox::builder().state(&file);
    let sandbox = with_two(builder, "ka").start().await.unwrap();
    sandbox.stop().await;
    let error = Sandbox::builder().state(&file).start().await.unwrap_err();
    let why = error.state().unwrap().why();
    assert!(matches!(why, Why::OtherStart(_)), "{why:?}");
    assert!(
        error.to_string().contains(r#""accounts":[{"name":"anna"}"#),
        "{error}"
    );
}

/// Whatever the other sandbox was started with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_leads_to_the_same_accounts_policies_faults_and_data() {
    for seed in 20..22 {
        let builder = Sandbox::builder().record().seed(seed).demo(true);
        let fault = json!({ "operation": "loans.get", "status": 503, "probability": 0.2 });
        let builder = builder.fault(fault).unwrap();
        let builder = builder.policy("daily_rate", "0.07").unwrap();
        let builder = builder.policy("facility", "5000000").unwrap();
        let sandbox = with_two(builder, "key-of-anna").start().await.unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // Nobody listens there: what becomes of a delivery is not repeated.
        let hook = "http://127.0.0.1:9/";
        live_together(&sandbox, hook, &mut rng).await;
        let to = sandbox.address();
        if seed == 21 {
            // It begins as it did, and not as the other.
            let reset = send(to, "POST", "/_sandbox/reset", "").await;
            assert_eq!(reset.status, 204, "{}", reset.text());
            live_together(&sandbox, hook, &mut rng).await;
        }
        rest(&sandbox).await;
        let script = control(to, "GET /export?account=bert", Value::Null).await;
        let before = everything_of_all(&sandbox).await;
        // As text, since a part of it is no whole number.
        let first = script["steps"][0]["text"].as_str().unwrap();
        let first: Value = serde_json::from_str(first).unwrap();
        assert_eq!(first["policy"]["daily_rate"], "0.07");
        assert_eq!(
            first["accounts"][1],
            json!({ "name": "bert", "key": "key-of-bert" })
        );

        let other = Sandbox::builder().policy("facility", "7").unwrap();
        let fresh = other.start().await.unwrap();
        carry_out(fresh.address(), &script).await;
        let after = everything_of_all(&fresh).await;
        let mut compared = 0;
        for (was, is) in before.iter().zip(&after) {
            // How long a delivery really took differs.
            if !was.0.starts_with("/webhooks/deliveries") {
                assert_eq!(was, is, "seed {seed}");
                compared += 1;
            }
        }
        assert!(compared > 200, "{compared}");
    }
}

#[tokio::test]
async fn what_a_reset_cannot_begin_with_is_refused_and_changes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    control(to, "PUT /settings", json!({ "facility": 9 })).await;
    let wrong = json!({
        "policy": { "no_such": 1 }, "faults": [{ "status": 1 }], "seed_data": "none",
        "accounts": [
            { "name": "a", "key": "k" }, { "name": "b", "key": "k" }, { "key_sha256": "x" },
        ],
    });
    let refused = send(to, "POST", "/_sandbox/reset", &wrong.to_string()).await;
    let mut names = refused.refused();
    names.sort();
    assert_eq!(
        names,
        [
            "accounts[1]",
            "accounts[2].key",
            "accounts[2].key_sha256",
            "accounts[2].name",
            "faults[0].status",
            "policy.no_such",
            "seed_data"
        ]
    );
    let settings = control(to, "GET /settings", Value::Null).await;
    assert_eq!(settings["facility"], 9);
    let accounts = json!({ "accounts": [{ "name": "a", "key": "k", "permissions": ["*.list"] }] });
    control(to, "POST /reset", accounts).await;
    assert_eq!(send(to, "GET", "/loans", "").await.status, 200);
    assert_eq!(send(to, "GET", "/hello", "").await.status, 403);
    // And back to how it was started.
    control(to, "POST /reset", Value::Null).await;
    assert_eq!(send(to, "GET", "/hello", "").await.status, 200);
    let listed = control(to, "GET /accounts", Value::Null).await;
    assert_eq!(
        listed["accounts"],
        json!([{ "name": "default", "any_key": true }])
    );
}
