//! What is not recorded, and files that are not to be used.

use std::path::{Path, PathBuf};

use defacto_sandbox::{Sandbox, StartError, Why};
use defacto_types::Value;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::life::{Folder, borrow, control, everything, killed, open, send};
use crate::support::{Answer, exchange};

#[tokio::test]
async fn a_file_that_is_not_to_be_used_is_refused() {
    let folder = Folder::new("refused");
    let file = folder.file("state");
    let sandbox = Sandbox::builder()
        .state(&file)
        .seed(3)
        .start()
        .await
        .unwrap();
    let why = |error: StartError, fix: &str| {
        let text = error.to_string();
        assert!(text.contains("/state") || text.contains("/other"), "{text}");
        assert!(text.contains(fix), "{text}");
        error.state().unwrap().why().clone()
    };
    let second = open(&file).await.unwrap_err();
    assert_eq!(why(second, "stop the other"), Why::InUse);
    let to = sandbox.address();
    for _ in 0..40 {
        send(to, "GET", "/sandbox/iban-generator", "").await;
        send(
            to,
            "POST",
            "/borrowers",
            &format!(r#"{{"x": "{}"}}"#, "a".repeat(2000)),
        )
        .await;
    }
    sandbox.stop().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    let seeded = Sandbox::builder()
        .state(&file)
        .seed(4)
        .start()
        .await
        .unwrap_err();
    assert_eq!(why(seeded, "leave the seed out"), Why::OtherSeed(3));
    open(&file).await.unwrap().stop().await;

    let other = folder.file("other");
    std::fs::write(
        &other,
        "no database at all, but long enough to be read as one",
    )
    .unwrap();
    assert_eq!(
        why(open(&other).await.unwrap_err(), "choose another"),
        Why::Foreign
    );

    let database = rusqlite::Connection::open(&file).unwrap();
    database
        .execute(
            "UPDATE about SET value = '0.0.1' WHERE name = 'version'",
            [],
        )
        .unwrap();
    drop(database);
    let version = Why::OtherVersion("0.0.1".to_owned());
    assert_eq!(why(open(&file).await.unwrap_err(), "export it"), version);
    let database = rusqlite::Connection::open(&file).unwrap();
    let now = env!("CARGO_PKG_VERSION");
    database
        .execute("UPDATE about SET value = ? WHERE name = 'version'", [now])
        .unwrap();
    drop(database);

    let mut bytes = std::fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 8192].fill(0xAA);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(
        why(open(&file).await.unwrap_err(), "restore it from a copy"),
        Why::Damaged
    );
}

/// What it starts with beside the seed belongs to the file.
#[tokio::test]
async fn what_a_file_was_begun_with_belongs_to_it() {
    let folder = Folder::new("begun");
    let file = folder.file("state");
    let fault = json!({ "operation": "loans.list", "status": 503, "times": 2, "probability": 0.5 });
    let set_up = |rate: &str| {
        let builder = Sandbox::builder().state(&file).demo(true);
        let builder = builder.policy("daily_rate", rate).unwrap();
        builder.fault(fault.clone()).unwrap()
    };
    let sandbox = set_up("0.07").start().await.unwrap();
    let to = sandbox.address();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    control(to, "POST /clock", json!({ "advance": "P9D" })).await;
    borrow(to, &mut rng).await.unwrap();
    // What comes back with a reset comes back again.
    control(to, "POST /reset", json!({ "seed": 5 })).await;
    control(to, "POST /clock", json!({ "freeze": true })).await;
    borrow(to, &mut rng).await.unwrap();
    let left = folder.file("left");
    killed(&file, &left);
    let before = everything(to).await;
    let loans = control(to, "GET /view/loans", Value::Null).await;
    assert_eq!(loans["count"], 9);
    sandbox.stop().await;
    for part in ["", "-wal"] {
        let of = |path: &Path| PathBuf::from(format!("{}{part}", path.display()));
        let _ = std::fs::remove_file(of(&file));
        std::fs::rename(of(&left), of(&file)).unwrap();
    }

    let again = set_up("0.07").start().await.unwrap();
    let after = everything(again.address()).await;
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was, is);
    }
    again.stop().await;
    for other in [set_up("0.08"), Sandbox::builder().state(&file)] {
        let error = other.start().await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("start with the same"), "{text}");
        assert!(text.contains(r#""daily_rate":"0.07""#), "{text}");
        let why = error.state().unwrap().why();
        assert!(matches!(why, Why::OtherStart(_)), "{why:?}");
    }
    set_up("0.07").start().await.unwrap().stop().await;
}

/// The page looks at what is there while nobody asks for anything.
#[tokio::test]
async fn a_look_is_not_recorded_and_brings_nothing_about() {
    let sandbox = Sandbox::builder().record().start().await.unwrap();
    let to = sandbox.address();
    let loan = borrow(to, &mut ChaCha8Rng::seed_from_u64(1)).await.unwrap();
    let script = control(to, "GET /export", Value::Null).await;
    for path in [
        "/".to_owned(),
        "/_sandbox/view/loans".to_owned(),
        format!("/_sandbox/view/loans/{loan}"),
        "/_sandbox/view/invoices".to_owned(),
        "/_sandbox/view/borrowers".to_owned(),
        "/_sandbox/view/requests".to_owned(),
        "/_sandbox/webhooks/deliveries".to_owned(),
        "/_sandbox/account".to_owned(),
    ] {
        let first = send(to, "GET", &path, "").await;
        assert_eq!(first.status, 200, "{path}");
    }
    assert_eq!(control(to, "GET /export", Value::Null).await, script);
}

/// What was refused changes nothing the second time, either.
#[tokio::test]
async fn what_a_page_of_another_site_asks_is_not_recorded() {
    let folder = Folder::new("site");
    let file = folder.file("state");
    let sandbox = open(&file).await.unwrap();
    let to = sandbox.address();
    control(to, "POST /faults", json!({ "status": 500 })).await;
    let request = "DELETE /_sandbox/faults HTTP/1.1\r\nhost: a\r\nsec-fetch-site: cross-site\r\n\
                   connection: close\r\n\r\n";
    assert_eq!(Answer::of(&exchange(to, request).await.0).status, 403);
    let script = control(to, "GET /export", Value::Null).await;
    assert!(!script.to_string().contains("DELETE"), "{script}");
    sandbox.stop().await;
    let sandbox = open(&file).await.unwrap();
    let faults = control(sandbox.address(), "GET /faults", Value::Null).await;
    assert_eq!(faults["faults"].as_array().unwrap().len(), 1);
}
