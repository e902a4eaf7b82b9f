//! A sandbox that delivers to a service.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use defacto::Client;
use defacto::types::{
    AccountInput, BusinessIdentifier, CreateLoan, CreateLoanInvoice, GenerateBusiness,
    GenerateInvoice, LoanId, LoanStatus, WebhookEventType, WebhookId, WebhookInput,
};
use defacto_sandbox::Sandbox;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Map, Value, json};

const KEY: &str = "key-0123456789abcdef";
pub(crate) const TOKEN: &str = "token-0123456789abcdef";
/// How long the sandbox may take to try a delivery.
const PATIENCE: Duration = Duration::from_secs(30);

/// The service, run as a user would.
pub(crate) struct Service {
    child: Child,
    url: String,
}

impl Service {
    pub(crate) fn start(sandbox: &Sandbox, store: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_webhooks_axum"))
            .env("DEFACTO_BASE_URL", sandbox.base_url())
            .env("DEFACTO_API_KEY", KEY)
            .env("DEFACTO_WEBHOOK_TOKEN", TOKEN)
            .env("DEFACTO_STORE", store)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.next().unwrap().unwrap();
        // What it prints is read, so that it never waits for that.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn stop(mut self) {
        self.signal("-INT");
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that was stopped is gone.
        let _ = self.child.kill();
    }
}

pub(crate) struct Lab {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) service: Service,
    pub(crate) store: PathBuf,
}

impl Lab {
    pub(crate) async fn start() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("webhooks-axum");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let store = folder.join("loans.db");
        let sandbox = Sandbox::builder().seed(7).policy("timing", "calendar");
        let sandbox = sandbox.unwrap().start().await.unwrap();
        let client = Client::builder().api_key(KEY).base_url(sandbox.base_url());
        let client = client.build().unwrap();
        sandbox.freeze(None).await.unwrap();
        let service = Service::start(&sandbox, &store);
        let lab = Self {
            sandbox,
            client,
            service,
            store,
        };
        // Each disturbance has a subscription of its own.
        lab.calm().await;
        lab
    }

    /// Nothing is subscribed to, and nothing goes wrong.
    pub(crate) async fn calm(&self) {
        self.levers(json!({})).await;
        let webhooks = self.client.webhooks();
        for webhook in webhooks.list().items().collect().await.unwrap() {
            webhooks.delete(&webhook.id).await.unwrap();
        }
    }

    pub(crate) async fn subscribe(&self, token: &str) -> WebhookId {
        let made = self.client.webhooks().create(&self.address(token)).await;
        made.unwrap().id.clone()
    }

    pub(crate) fn address(&self, token: &str) -> WebhookInput {
        WebhookInput::new()
            .name("service")
            .to_url(format!("{}/defacto?token={token}", self.service.url))
            .event_types(WebhookEventType::ALL.to_vec())
    }

    pub(crate) async fn levers(&self, levers: Value) {
        let path = "/webhooks/levers";
        let set = self.sandbox.control(Method::PUT, path, &levers).await;
        set.unwrap();
    }

    /// A loan, with these data of the user's own.
    pub(crate) async fn lend(&self, metadata: Map<String, Value>) -> LoanId {
        let testing = self.client.testing();
        let company = testing.generate_business(&GenerateBusiness::new()).await;
        let company = company.unwrap().signed_at(Timestamp::now());
        self.client.borrowers().create(&company).await.unwrap();
        let made = testing.generate_invoice(&GenerateInvoice::new()).await;
        let invoice = made.unwrap().invoice_creation_payload.unwrap();
        let to = invoice.to_account.clone().unwrap();
        let day = SignedDuration::from_hours(24);
        let body = CreateLoan::new()
            .amount(10_000)
            .auto_validate(true)
            .borrower(BusinessIdentifier::new().identifier(company.identifier))
            .invoices([CreateLoanInvoice::from(invoice)])
            .loan_to(
                AccountInput::new()
                    .account_number(to.account_number)
                    .bank_identifier(to.bank_identifier),
            )
            .metadata(metadata)
            .to_pay_at(Timestamp::now() + day * 2)
            .to_repay_at(Timestamp::now() + day * 62);
        self.client.loans().create(&body).await.unwrap().id.clone()
    }

    /// Leads it to its end, by the clock: each step returns once what it leads to
    /// was delivered.
    pub(crate) async fn live(&self, loan: LoanId) -> LoanId {
        for _ in 0..50 {
            let status = self.client.loans().get(&loan).await.unwrap().status.clone();
            if status == LoanStatus::Closed {
                // What was held back or failed until now.
                let day = Duration::from_secs(86_400);
                self.sandbox.advance(day).await.unwrap();
                return loan;
            }
            let next = self.sandbox.advance_to_next_event_of(loan.as_str()).await;
            next.unwrap();
        }
        panic!("it does not end");
    }

    pub(crate) async fn delivered(&self, loan: &LoanId) -> Vec<Value> {
        let mut all = self.sandbox.deliveries().await.unwrap();
        all.retain(|one| one["entity_id"] == *loan.as_str());
        all
    }

    /// The answers to the first notification of a loan, once it was tried.
    pub(crate) async fn first_answers(&self, loan: &LoanId) -> Value {
        let tried = async {
            loop {
                let all = self.delivered(loan).await;
                let first = all.first().map(answers).unwrap_or(json!([]));
                if first != json!([]) {
                    return first;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, tried).await.unwrap()
    }
}

/// What it was answered with, attempt by attempt.
pub(crate) fn answers(delivery: &Value) -> Value {
    let attempts = delivery["attempts"].as_array().unwrap();
    attempts.iter().map(|one| one["status"].clone()).collect()
}
