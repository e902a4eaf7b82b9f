//! A client for the tests: plain HTTP, and every success checked against the
//! contract.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses a part; clippy.toml does not see that helpers here are tests"
)]

mod contract;
pub(crate) mod receiver;

use std::net::SocketAddr;

use defacto_sandbox::Sandbox;
use defacto_types::{Loan, LoanStatus, Page, Value, Wire};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, in small letters.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The detail of the refusal with this status.
    pub(crate) fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()["detail"].as_str().unwrap().to_owned()
    }

    /// The parameters that were refused.
    pub(crate) fn invalid(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{}", self.body);
        let problem = self.json();
        let params = problem["invalid_params"].as_array().unwrap();
        params
            .iter()
            .map(|param| param["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The answer as the declared model, with nothing missing in it and
    /// nothing that the model does not know.
    pub(crate) fn is<T: Wire>(&self, status: u16) -> T {
        assert_eq!(self.status, status, "{}", self.body);
        let model: T = serde_json::from_str(&self.body).unwrap();
        check(&model, &self.json());
        model
    }

    /// The same for a page.
    pub(crate) fn page<T: Wire>(&self) -> Page<T> {
        assert_eq!(self.status, 200, "{}", self.body);
        let page: Page<T> = serde_json::from_str(&self.body).unwrap();
        let json = self.json();
        assert!(page.extra.is_empty());
        assert_eq!(page.count, i64::try_from(page.data.len()).ok());
        assert!(page.page_size.is_some());
        assert!(json["total"].is_null() && json.get("total").is_some());
        for (model, json) in page.data.iter().zip(json["data"].as_array().unwrap()) {
            check(model, json);
        }
        page
    }
}

/// Nothing is missing, unknown, of the wrong kind or lost when read.
fn check<T: Wire>(model: &T, json: &Value) {
    contract::check(&T::shape(), json, "");
    let mut missing = Vec::new();
    model.missing("", &mut missing);
    // The loans of a list have no documents.
    missing.retain(|path| path != "documents");
    assert!(missing.is_empty(), "{missing:?} in {json}");
    assert_eq!(&serde_json::to_value(model).unwrap(), json);
}

pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
}

impl Client {
    pub(crate) async fn start() -> Self {
        Self {
            sandbox: Sandbox::start().await.unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.sandbox.address(), "GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, body).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        send(self.sandbox.address(), method, path, &body).await
    }

    /// A control request that succeeds.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.send(method, &format!("/_sandbox{path}"), body).await;
        assert_eq!(answer.status / 100, 2, "{}", answer.body);
        answer.json()
    }

    /// Moves or sets the clock; all effects are done after it.
    pub(crate) async fn clock(&self, body: Value) -> Value {
        self.control("POST", "/clock", body).await
    }

    /// Waits until all that is due is delivered.
    pub(crate) async fn settle(&self) -> Value {
        self.clock(json!({"advance_seconds": 0})).await
    }

    /// Dates count from now on, which is this moment.
    pub(crate) async fn calendar(&self, now: &str) {
        self.clock(json!({"freeze": now})).await;
        let policy = json!({"policy": "calendar"});
        self.control("PUT", "/settings", policy).await;
    }

    /// Subscribes to these events, or to all there are; gives the id.
    pub(crate) async fn subscribe(&self, url: &str, events: &[&str]) -> String {
        let all = defacto_types::WebhookEventType::ALL;
        let all: Vec<_> = all.iter().map(|event| event.as_str()).collect();
        let events = if events.is_empty() { &all } else { events };
        let body = json!({"name": "mine", "to_url": url, "event_types": events});
        let made = self.post("/webhooks", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn iban(&self, scenario: &str) -> String {
        let path = format!("/sandbox/iban-generator?scenario={scenario}");
        let answer = self.get(&path).await;
        answer.json()["iban"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn raw(&self, method: &str, path: &str, body: &str) -> Answer {
        send(self.sandbox.address(), method, path, body).await
    }

    /// A form, as a browser sends it.
    pub(crate) async fn form(&self, path: &str, body: &str) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        send_as(self.sandbox.address(), "POST", path, kind, body).await
    }

    pub(crate) async fn send_as(&self, path: &str, kind: &str, body: &str) -> Answer {
        send_as(self.sandbox.address(), "POST", path, kind, body).await
    }

    /// A file.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let to = self.sandbox.address();
        let all = exchange(to, "GET", path, "application/json", "").await;
        let head = all.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        all[head + 4..].to_vec()
    }

    /// The items of a bare array.
    pub(crate) async fn array<T: Wire>(&self, path: &str) -> Vec<T> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let items: Vec<T> = serde_json::from_str(&answer.body).unwrap();
        for (item, json) in items.iter().zip(answer.json().as_array().unwrap()) {
            check(item, json);
        }
        items
    }

    /// A borrower that may take out loans.
    pub(crate) async fn borrower(&self, identifier: &str) -> Value {
        let body = json!({
            "identifier": identifier,
            "name": "Borrower",
            "signed_at": "2026-01-01T00:00:00Z",
        });
        let answer = self.post("/borrowers", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// A loan of 12000 cents for this borrower, as it was answered.
    pub(crate) async fn loan(&self, borrower: &str, iban: &str, more: Value) -> Value {
        let answer = self.post("/loans", request(borrower, iban, more)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// A loan that is paid out, by its id.
    pub(crate) async fn lent(&self, borrower: &str) -> String {
        let iban = self.iban("SUCCESS").await;
        let more = json!({"auto_validate": true, "to_repay_at": "2099-03-31T00:00:00Z", "to_pay_at": "2099-03-01T00:00:00Z"});
        let loan = self.loan(borrower, &iban, more).await;
        let id = loan["id"].as_str().unwrap().to_owned();
        while self.read(&id).await.status != LoanStatus::ToRepay {}
        id
    }

    /// A loan as it is read now.
    pub(crate) async fn read(&self, id: &str) -> Loan {
        self.get(&format!("/loan/{id}")).await.is(200)
    }

    /// The loan's statuses as a client that polls sees them, until they stay
    /// the same.
    pub(crate) async fn poll(&self, id: &str) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        loop {
            let loan = self.get(&format!("/loan/{id}")).await.json();
            let status = loan["status"].as_str().unwrap().to_owned();
            if seen.last() == Some(&status) {
                return seen;
            }
            seen.push(status);
        }
    }
}

/// What of a link comes after the host.
pub(crate) fn path_of(link: &str) -> String {
    let (_, rest) = link.split_once("://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

/// An inline invoice paid to this IBAN.
pub(crate) fn invoice(iban: &str) -> Value {
    json!({
        "buyer": {"identifier": "111111118", "name": "Buyer"},
        "seller": {"identifier": "222222226", "name": "Seller"},
        "document": "JVBERi0xLjc=",
        "issued_at": "2026-01-01T00:00:00Z",
        "due_at": "2026-01-31T00:00:00Z",
        "invoice_number": "FK-1",
        "net_amount": 10000,
        "tax_amount": 2000,
        "total_amount": 12000,
        "to_account": {"account_number": iban, "bank_identifier": "FK2FACTO"},
    })
}

/// A request for a loan; the fields of `more` replace its own.
pub(crate) fn request(borrower: &str, iban: &str, more: Value) -> Value {
    let mut body = json!({
        "amount": 12000,
        "borrower": {"identifier": borrower},
        "invoices": [invoice(iban)],
        "loan_to": {"account_number": iban},
        "to_pay_at": "2026-03-01T00:00:00Z",
        "to_repay_at": "2026-03-31T00:00:00Z",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

async fn send(to: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    send_as(to, method, path, "application/json", body).await
}

async fn send_as(to: SocketAddr, method: &str, path: &str, kind: &str, body: &str) -> Answer {
    let answer = exchange(to, method, path, kind, body).await;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

async fn exchange(to: SocketAddr, method: &str, path: &str, kind: &str, body: &str) -> Vec<u8> {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer k\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}
