//! The world outlives its process: what a file leads to is what was.
#![cfg(feature = "state")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml does not see helpers as tests"
)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use defacto_sandbox::{Sandbox, StartError, Why};
use defacto_types::operation::Method;
use defacto_types::{OPERATIONS, Value};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tokio::net::TcpListener;

mod support;
use support::{Answer, exchange};

/// A folder of its own, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sandbox-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a killed process leaves: the file as it is, with no end put to it.
fn killed(from: &Path, to: &Path) {
    for part in ["", "-wal"] {
        let of = |path: &Path| PathBuf::from(format!("{}{part}", path.display()));
        std::fs::copy(of(from), of(to)).unwrap();
    }
}

async fn open(file: &Path) -> Result<Sandbox, StartError> {
    Sandbox::builder().state(file).start().await
}

/// With a host that does not change with the port, since links name it.
async fn send(to: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: sandbox.test\r\nauthorization: Bearer k\r\n\
         connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let (bytes, _) = exchange(to, &request).await;
    if bytes.is_empty() {
        return Answer {
            status: 0,
            head: String::new(),
            body: Vec::new(),
        };
    }
    Answer::of(&bytes)
}

async fn control(to: SocketAddr, request: &str, body: Value) -> Value {
    let (method, path) = request.split_once(' ').unwrap();
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = send(to, method, &format!("/_sandbox{path}"), &text).await;
    assert!(
        (200..300).contains(&answer.status),
        "{request}: {}",
        answer.text()
    );
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// Everything that can be read, in the same order on each side.
async fn everything(to: SocketAddr) -> Vec<(String, u16, String)> {
    let mut all = Vec::new();
    for path in [
        "/clock",
        "/journal",
        "/faults",
        "/settings",
        "/account",
        "/snapshots",
        "/webhooks/deliveries?limit=1000",
        "/webhooks/levers",
    ] {
        let answer = send(to, "GET", &format!("/_sandbox{path}"), "").await;
        all.push((path.to_owned(), answer.status, answer.text().to_owned()));
    }
    let mut ids = BTreeSet::new();
    let gets = || OPERATIONS.iter().filter(|o| o.method == Method::Get);
    for path in gets().map(|o| o.path).filter(|path| !path.contains('{')) {
        let answer = send(to, "GET", path, "").await;
        find_ids(
            &serde_json::from_slice(&answer.body).unwrap_or_default(),
            &mut ids,
        );
        all.push((path.to_owned(), answer.status, answer.text().to_owned()));
    }
    let ids: Vec<_> = ids.into_iter().collect();
    for template in gets()
        .map(|o| o.path)
        .filter(|path| path.matches('{').count() == 1)
    {
        let (start, end) = (template.find('{').unwrap(), template.find('}').unwrap());
        for id in ids.iter().step_by(1 + ids.len() / 150) {
            let path = format!("{}{id}{}", &template[..start], &template[end + 1..]);
            let answer = send(to, "GET", &path, "").await;
            all.push((
                path,
                answer.status,
                String::from_utf8_lossy(&answer.body).into_owned(),
            ));
        }
    }
    all
}

fn find_ids(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            ids.extend(fields.get("id").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| find_ids(value, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| find_ids(item, ids)),
        _ => {}
    }
}

/// Where webhooks go: who gets one asks the sandbox something at once.
async fn receiver(sandbox: Arc<Mutex<Option<SocketAddr>>>) -> String {
    async fn receive(State(sandbox): State<Arc<Mutex<Option<SocketAddr>>>>, uri: Uri, body: Bytes) {
        let notice: Value = serde_json::from_slice(&body).unwrap_or_default();
        let Some(to) = *sandbox.lock().unwrap() else {
            return;
        };
        let business = send(to, "GET", "/sandbox/business-generator", "").await;
        if uri.path() == "/make" {
            send(to, "POST", "/borrowers", business.text()).await;
        } else if let Some(id) = notice["id"].as_str() {
            send(to, "GET", &format!("/loan/{id}"), "").await;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().fallback(receive).with_state(sandbox);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// One loan's worth of requests; gives its id if it was made.
async fn borrow(to: SocketAddr, rng: &mut impl Rng) -> Option<String> {
    let scenario = *["SUCCESS", "FAIL", "REJECT", "CANCEL"].choose(rng).unwrap();
    let is_validated = rng.random_bool(0.7);
    lend(to, rng, scenario, is_validated).await
}

async fn lend(
    to: SocketAddr,
    rng: &mut impl Rng,
    scenario: &str,
    is_validated: bool,
) -> Option<String> {
    let business = send(to, "GET", "/sandbox/business-generator", "").await;
    // A fault may be waiting for any of these.
    let mut business: Value = serde_json::from_slice(&business.body).ok()?;
    business["signed_at"] = json!("2024-05-01T10:00:00Z");
    send(to, "POST", "/borrowers", &business.to_string()).await;
    let asked = json!({ "scenario": scenario }).to_string();
    let invoice = send(to, "POST", "/sandbox/invoice-generator", &asked).await;
    let invoice: Value = serde_json::from_slice(&invoice.body).ok()?;
    let invoice = invoice["invoice_creation_payload"].clone();
    let clock = send(to, "GET", "/_sandbox/clock", "").await.json();
    let now: jiff::Timestamp = clock["now"].as_str().unwrap().parse().unwrap();
    let day = |days: i64| (now + jiff::SignedDuration::from_hours(24 * days)).to_string();
    let loan = json!({
        "amount": 100 * rng.random_range(1..20),
        "borrower": { "identifier": business["identifier"] },
        "loan_to": invoice["to_account"],
        "invoices": [invoice],
        "to_pay_at": day(2),
        "to_repay_at": day(40),
        "auto_validate": is_validated,
    });
    let made = send(to, "POST", "/loans", &loan.to_string()).await;
    let made: Value = serde_json::from_slice(&made.body).ok()?;
    made["id"].as_str().map(str::to_owned)
}

/// Something or other happens.
async fn live(to: SocketAddr, hook: &str, rng: &mut impl Rng, loans: &mut Vec<String>) {
    let loan = loans.choose(rng).cloned().unwrap_or_default();
    match rng.random_range(0..15) {
        0..4 => loans.extend(borrow(to, rng).await),
        4 => drop(send(to, "GET", &format!("/loan/{loan}"), "").await),
        5 => drop(send(to, "GET", "/loans", "").await),
        6 => {
            let body = json!({
                "name": "hook", "to_url": hook,
                "event_types": ["Loan.SUBMITTED", "Loan.VALIDATED", "Loan.TO_REPAY", "Loan.CLOSED"],
            });
            send(to, "POST", "/webhooks", &body.to_string()).await;
        }
        7 => {
            let days = rng.random_range(1..30);
            control(to, "POST /clock", json!({ "advance": format!("P{days}D") })).await;
        }
        8 => {
            let policy = *["guide", "calendar"].choose(rng).unwrap();
            control(to, "PUT /settings", json!({ "policy": policy })).await;
        }
        9 => {
            let body = *[
                r#"{"event": "loan.late"}"#,
                r#"{"event": "payment.failed"}"#,
            ]
            .choose(rng)
            .unwrap();
            send(to, "POST", "/_sandbox/trigger", body).await;
        }
        10 => {
            let paces = [
                json!({ "freeze": true }),
                json!({ "freeze": false }),
                json!({ "rate": 1000 }),
                json!({ "step": "PT1H" }),
            ];
            control(to, "POST /clock", paces.choose(rng).unwrap().clone()).await;
        }
        11 => {
            let faults = [
                json!({ "operation": "loans.create", "reset": "after" }),
                json!({ "status": 503, "times": 2, "skip": 1 }),
                json!({ "operation": "loans.get", "delay_ms": 20, "truncate": 10 }),
            ];
            control(to, "POST /faults", faults.choose(rng).unwrap().clone()).await;
        }
        12 => drop(control(to, "POST /snapshots", json!({ "name": "here" })).await),
        13 => drop(send(to, "POST", "/_sandbox/snapshots/here/restore", "").await),
        _ => {
            let lever = json!({ "levers": [{ "action": "reorder", "times": 3 }] });
            control(to, "PUT /webhooks/levers", lever).await;
        }
    }
}

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
        for step in script["steps"].as_array().unwrap() {
            let (kind, prefix) = if step["control"].is_string() {
                ("control", "/_sandbox")
            } else {
                ("send", "")
            };
            let (method, path) = step[kind].as_str().unwrap().split_once(' ').unwrap();
            let body = match (&step["body"], &step["text"]) {
                (Value::Null, Value::Null) => String::new(),
                (Value::Null, text) => text.as_str().unwrap().to_owned(),
                (body, _) => body.to_string(),
            };
            send(to, method, &format!("{prefix}{path}"), &body).await;
        }
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
async fn a_snapshot_brings_everything_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    control(
        to,
        "POST /clock",
        json!({ "freeze": "2030-01-07T10:00:00Z" }),
    )
    .await;
    borrow(to, &mut rng).await.unwrap();
    assert_eq!(sandbox.count("loans.create", Some(true)).await.unwrap(), 1);
    sandbox.snapshot("one-loan").await.unwrap();
    let first = borrow(to, &mut ChaCha8Rng::seed_from_u64(2)).await.unwrap();
    control(to, "POST /clock", json!({ "advance": "P30D" })).await;
    control(to, "POST /faults", json!({ "status": 500 })).await;
    assert_eq!(sandbox.count("loans.create", None).await.unwrap(), 2);

    sandbox.restore("one-loan").await.unwrap();
    assert_eq!(sandbox.count("loans.create", None).await.unwrap(), 1);
    assert_eq!(sandbox.count("loans.create", Some(false)).await.unwrap(), 0);
    let clock = control(to, "GET /clock", Value::Null).await;
    assert_eq!(clock["now"], "2030-01-07T10:00:00.000000+00:00");
    assert_eq!(
        control(to, "GET /faults", Value::Null).await["faults"],
        json!([])
    );
    assert_eq!(
        send(to, "GET", &format!("/loan/{first}"), "").await.status,
        404
    );
    // What happened then happens again, to the same ids.
    let again = borrow(to, &mut ChaCha8Rng::seed_from_u64(2)).await.unwrap();
    assert_eq!(first, again);

    let listed = control(to, "GET /snapshots", Value::Null).await;
    let expected = json!([{ "name": "one-loan", "now": "2030-01-07T10:00:00.000000+00:00" }]);
    assert_eq!(listed["snapshots"], expected);
    control(to, "DELETE /snapshots/one-loan", Value::Null).await;
    let gone = sandbox.restore("one-loan").await.unwrap_err();
    assert_eq!(
        gone.to_string(),
        "the sandbox refuses: there is no such snapshot"
    );
    let nameless = sandbox.snapshot("").await.unwrap_err().to_string();
    assert!(
        nameless.contains("name must be 1 to 100 letters"),
        "{nameless}"
    );
}

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

#[tokio::test]
async fn what_does_not_go_with_a_record_is_refused() {
    let folder = Folder::new("accounts");
    let file = folder.file("state");
    for builder in [Sandbox::builder().record(), Sandbox::builder().state(&file)] {
        let builder = builder.account("anna", "ka").unwrap();
        let error = builder.start().await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("accounts"), "{text}");
        assert!(text.contains("--state"), "{text}");
        assert!(error.config().is_some());
    }
    assert!(!file.exists());

    let sandbox = Sandbox::builder().record().start().await.unwrap();
    let to = sandbox.address();
    let anna = r#"{"name": "anna", "key": "ka"}"#;
    let refused = send(to, "POST", "/_sandbox/accounts", anna).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("--record"), "{}", refused.text());

    // A scenario does not hold what a sandbox is started with.
    let builder = Sandbox::builder().record();
    let builder = builder.policy("timing", "calendar").unwrap();
    let sandbox = builder.start().await.unwrap();
    let export = send(sandbox.address(), "GET", "/_sandbox/export", "").await;
    assert_eq!(export.status, 400, "{}", export.text());
    assert!(export.text().contains("policies"), "{}", export.text());
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

#[tokio::test]
async fn a_snapshot_is_of_all_accounts() {
    let builder = Sandbox::builder().account("anna", "ka").unwrap();
    let builder = builder.account("bert", "k").unwrap();
    let sandbox = builder.start().await.unwrap();
    let to = sandbox.address();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // The key of these requests is bert's.
    let kept = borrow(to, &mut rng).await.unwrap();
    sandbox.snapshot("one").await.unwrap();
    let carl = json!({ "name": "carl", "key": "kc" });
    control(to, "POST /accounts", carl).await;
    let notice = json!({ "amount": 4200, "merchant_name": "Cafe" });
    let account = control(to, "GET /account?account=carl", Value::Null).await;
    let card = account["card_ids"][0].as_str().unwrap();
    let path = format!("POST /cards/{card}/entries?account=carl");
    control(to, &path, notice).await;
    let lost = borrow(to, &mut rng).await.unwrap();
    sandbox.restore("one").await.unwrap();
    let status = async |id: &str| send(to, "GET", &format!("/loan/{id}"), "").await.status;
    assert_eq!(status(&kept).await, 200);
    assert_eq!(status(&lost).await, 404);
    let count = control(
        to,
        "GET /journal?operation=loans.create&account=bert",
        Value::Null,
    )
    .await;
    assert_eq!(count["requests"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.count("loans.create", None).await.unwrap(), 0);
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
