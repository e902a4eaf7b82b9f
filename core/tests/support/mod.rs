//! What the tests of the client share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's own code"
)]

pub(crate) mod gate;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use defacto::tracking::Tracker;
use defacto::tracking::store::Memory;
use defacto::transport::{Failure, FailureKind, Incoming, Outgoing, Sending, Transport};
use defacto::types::{
    AccountInput, BusinessIdentifier, CreateInvoice, CreateLoan, CreateLoanInvoice,
    GenerateBusiness, GenerateInvoice, Loan, LoanStatus, Timestamp,
};
use defacto::{Client, ClientBuilder};
use defacto_sandbox::Sandbox;
use serde_json::Value;

/// A key that is easily found where it must not be.
pub(crate) const KEY: &str = "key-0123456789abcdef";

/// A running sandbox and how to disturb it.
pub(crate) struct Lab {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

impl Lab {
    pub(crate) async fn start() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        // The client installs the provider reqwest needs.
        let _ = Client::builder()
            .api_key(KEY)
            .base_url(sandbox.base_url())
            .build()
            .unwrap();
        // A connection for each request, so that none of them stays open.
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Self { sandbox, http }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .api_key(KEY)
            .base_url(self.sandbox.base_url())
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.sandbox.control_url());
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Waits until the server has closed every connection but the control's.
    pub(crate) async fn alone(&self) {
        for _ in 0..10_000 {
            let health = self.control(reqwest::Method::GET, "/health", None).await;
            if health["connections"] == 1 {
                return;
            }
        }
        panic!("a connection stays open");
    }

    /// Moves the simulator's time.
    pub(crate) async fn clock(&self, body: Value) {
        self.control(reqwest::Method::POST, "/clock", Some(body))
            .await;
    }

    /// The simulator's time.
    pub(crate) async fn now(&self) -> Timestamp {
        let clock = self.control(reqwest::Method::GET, "/clock", None).await;
        clock["now"].as_str().unwrap().parse().unwrap()
    }

    /// Makes something happen that no operation of the API does.
    pub(crate) async fn trigger(&self, trigger: Value) {
        self.control(reqwest::Method::POST, "/trigger", Some(trigger))
            .await;
    }

    /// All there is to see of a loan, its ledger included.
    pub(crate) async fn look(&self, loan: &str) -> Value {
        let path = format!("/view/loans/{loan}");
        self.control(reqwest::Method::GET, &path, None).await
    }

    /// What the simulator's own books have of a kind (`loans`, `invoices`), page by
    /// page; no loan moves on because of it.
    pub(crate) async fn books(&self, kind: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/view/{kind}?page_size=100{cursor}");
            let page = self.control(reqwest::Method::GET, &path, None).await;
            all.extend(page["data"].as_array().unwrap().clone());
            let Some(next) = page["next_page"].as_str() else {
                return all;
            };
            let next = next.rsplit_once("cursor=").map_or(next, |(_, next)| next);
            cursor = format!("&cursor={}", next.split('&').next().unwrap());
        }
    }

    /// What became of the notifications of subscriptions, oldest first.
    pub(crate) async fn deliveries(&self) -> Vec<Value> {
        let path = "/webhooks/deliveries";
        let log = self.control(reqwest::Method::GET, path, None).await;
        log["deliveries"].as_array().unwrap().clone()
    }

    /// The ids of what is there from the start.
    pub(crate) async fn account(&self) -> Value {
        self.control(reqwest::Method::GET, "/account", None).await
    }

    /// Sends a form of one of the simulator's pages.
    pub(crate) async fn submit(&self, url: &str, form: &'static str) {
        let request = self
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// Makes something go wrong; see docs/sandbox.md.
    pub(crate) async fn fault(&self, fault: Value) {
        self.control(reqwest::Method::POST, "/faults", Some(fault))
            .await;
    }

    pub(crate) async fn settings(&self, settings: Value) {
        self.control(reqwest::Method::PUT, "/settings", Some(settings))
            .await;
    }

    /// Opens books for one account more.
    pub(crate) async fn add_account(&self, name: &str, key: &str) {
        let account = serde_json::json!({"name": name, "key": key});
        self.control(reqwest::Method::POST, "/accounts", Some(account))
            .await;
    }

    pub(crate) async fn reset(&self) {
        self.control(reqwest::Method::POST, "/reset", None).await;
    }

    pub(crate) async fn clear_faults(&self) {
        self.control(reqwest::Method::DELETE, "/faults", None).await;
    }

    /// The requests of an operation that reached the server.
    pub(crate) async fn requests(&self, operation: &str) -> Vec<Value> {
        let path = format!("/journal?operation={operation}");
        let journal = self.control(reqwest::Method::GET, &path, None).await;
        journal["requests"].as_array().unwrap().clone()
    }

    /// How many of them were carried out.
    pub(crate) async fn acted(&self, operation: &str) -> usize {
        let requests = self.requests(operation).await;
        requests
            .iter()
            .filter(|entry| entry["acted"] == true)
            .count()
    }
}

/// A status and a body, or no answer.
type Scripted = Result<(u16, String), FailureKind>;

/// A transport that answers from a list and remembers what it was sent.
#[derive(Clone, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<Vec<Scripted>>>,
    media_type: Option<&'static str>,
    sent: Arc<Mutex<Vec<Outgoing>>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Scripted>) -> Self {
        let script = Self::default();
        script.answers.lock().unwrap().extend(answers);
        script.answers.lock().unwrap().reverse();
        script
    }

    pub(crate) fn pages(bodies: &[&str]) -> Self {
        Self::new(bodies.iter().map(|body| Ok((200, (*body).to_owned()))))
    }

    /// The same with this content type on every answer.
    pub(crate) fn typed(mut self, media_type: &'static str) -> Self {
        self.media_type = Some(media_type);
        self
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .api_key(KEY)
            .base_url("https://api.example")
            .transport(self.clone())
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// What was sent so far; it is forgotten.
    pub(crate) fn sent(&self) -> Vec<Outgoing> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(|request| request.url.clone()).collect()
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter()
            .map(|request| String::from_utf8(request.body.to_vec()).unwrap())
            .collect()
    }
}

impl Transport for Script {
    fn send(&self, request: Outgoing) -> Sending<'_> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop();
        let headers = self
            .media_type
            .map(|kind| ("content-type".parse().unwrap(), kind.parse().unwrap()));
        Box::pin(async move {
            match answer {
                Some(Ok((status, body))) => Ok(Incoming {
                    status: status.try_into().unwrap(),
                    headers: headers.into_iter().collect(),
                    body: body.into(),
                }),
                Some(Err(kind)) => Err(Failure {
                    kind,
                    source: "scripted".into(),
                }),
                None => panic!("one request too many"),
            }
        })
    }
}

/// As short as it can be.
pub(crate) const SOON: Duration = Duration::from_millis(300);

/// An invoice of the generator.
pub(crate) async fn invoice(client: &Client) -> CreateInvoice {
    let generated = client.testing().generate_invoice(&GenerateInvoice::new());
    generated.await.unwrap().invoice_creation_payload.unwrap()
}

pub(crate) fn days_from_now(days: i64) -> Timestamp {
    let day = jiff::SignedDuration::from_hours(24);
    Timestamp(jiff::Timestamp::now() + day * i32::try_from(days).unwrap())
}

/// A loan request of a new borrower on a new invoice.
pub(crate) async fn request(client: &Client) -> CreateLoan {
    let business = client.testing().generate_business(&GenerateBusiness::new());
    let business = business.await.unwrap().signed_at(days_from_now(0));
    client.borrowers().create(&business).await.unwrap();
    let invoice = invoice(client).await;
    let to = invoice.to_account.clone().unwrap();
    CreateLoan::new()
        .amount(10_000)
        .borrower(
            BusinessIdentifier::new()
                .identifier(business.identifier.clone())
                .identifier_type(business.identifier_type.clone()),
        )
        .loan_to(
            AccountInput::new()
                .account_number(to.account_number)
                .bank_identifier(to.bank_identifier),
        )
        .invoices([CreateLoanInvoice::from(invoice)])
        .to_pay_at(days_from_now(1))
        .to_repay_at(days_from_now(31))
        .wait_for_validation(true)
}

/// A loan that is paid out.
pub(crate) async fn lent(client: &Client) -> Loan {
    let body = request(client).await.auto_validate(true);
    let made = client.loans().create(&body).await.unwrap();
    loop {
        let loan = client.loans().get(made.id.clone()).await.unwrap();
        if loan.status == LoanStatus::ToRepay {
            return loan;
        }
    }
}

/// A tracker whose clock is this many seconds ahead.
pub(crate) fn hurried(client: Client) -> (Tracker, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let shown = ahead.clone();
    let clock = move || {
        let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
        Timestamp(jiff::Timestamp::now() + ahead)
    };
    let tracker = Tracker::builder(client, Memory::new()).clock(clock).build();
    (tracker, ahead)
}
