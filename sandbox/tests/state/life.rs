//! A sandbox with a file, what happens in it, and all that can be seen of it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use defacto_sandbox::{Sandbox, StartError};
use defacto_types::operation::Method;
use defacto_types::{OPERATIONS, Value};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

use crate::support::{Answer, exchange};

/// A folder of its own, removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sandbox-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a killed process leaves: the file as it is, with no end put to it.
pub(crate) fn killed(from: &Path, to: &Path) {
    for part in ["", "-wal"] {
        let of = |path: &Path| PathBuf::from(format!("{}{part}", path.display()));
        std::fs::copy(of(from), of(to)).unwrap();
    }
}

pub(crate) async fn open(file: &Path) -> Result<Sandbox, StartError> {
    Sandbox::builder().state(file).start().await
}

tokio::task_local! {
    /// Whose requests these are; the first account's key is `k` otherwise.
    static ACCOUNT: &'static str;
    /// The key of a step.
    static KEY: String;
}

/// What is asked is asked for this account.
pub(crate) async fn of<F: Future>(account: &'static str, asked: F) -> F::Output {
    ACCOUNT.scope(account, asked).await
}

/// With a host that does not change with the port, since links name it.
pub(crate) async fn send(to: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let account = ACCOUNT.try_with(|account| *account);
    let (key, account) = match account {
        Ok(name) => (
            format!("key-of-{name}"),
            format!("x-sandbox-account: {name}\r\n"),
        ),
        Err(_) => {
            let key = KEY.try_with(Clone::clone);
            (key.unwrap_or_else(|_| "k".to_owned()), String::new())
        }
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: sandbox.test\r\nauthorization: Bearer {key}\r\n\
         {account}connection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
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

pub(crate) async fn control(to: SocketAddr, request: &str, body: Value) -> Value {
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

/// Carries out an export, as `defacto sandbox run` does.
pub(crate) async fn carry_out(to: SocketAddr, script: &Value) {
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
        let path = format!("{prefix}{path}");
        let asked = send(to, method, &path, &body);
        let key = step["key"].as_str().unwrap_or("k").to_owned();
        KEY.scope(key, asked).await;
    }
}

/// Everything that can be read, in the same order on each side.
pub(crate) async fn everything(to: SocketAddr) -> Vec<(String, u16, String)> {
    let mut all = Vec::new();
    for path in [
        "/accounts",
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
pub(crate) async fn receiver(sandbox: Arc<Mutex<Option<SocketAddr>>>) -> String {
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
pub(crate) async fn borrow(to: SocketAddr, rng: &mut impl Rng) -> Option<String> {
    let scenario = *["SUCCESS", "FAIL", "REJECT", "CANCEL"].choose(rng).unwrap();
    let is_validated = rng.random_bool(0.7);
    lend(to, rng, scenario, is_validated).await
}

pub(crate) async fn lend(
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
pub(crate) async fn live(to: SocketAddr, hook: &str, rng: &mut impl Rng, loans: &mut Vec<String>) {
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
