//! What a client may send by chance, over real connections: nothing of it ends
//! in a server's error or a broken connection, and the books add up after it.
//! `DEFACTO_CASES` sets how many sandboxes are asked, each fifty times.

use std::net::SocketAddr;

use defacto_types::OPERATIONS;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Sandbox;
use crate::world::tests::check;

/// Requests to the control API and the pages; `{id}` is an id, or none.
const CONTROL: &[&str] = &[
    "GET /_sandbox/health",
    "GET /_sandbox/journal",
    "GET /_sandbox/settings",
    "GET /_sandbox/accounts",
    "GET /_sandbox/account",
    "GET /_sandbox/trigger",
    "GET /_sandbox/export",
    "GET /_sandbox/snapshots",
    "GET /_sandbox/webhooks/levers",
    "GET /_sandbox/webhooks/deliveries",
    "GET /_sandbox/webhooks/deliveries/{id}",
    "GET /_sandbox/documents/{id}",
    "GET /_sandbox/onboarding/{id}",
    "GET /_sandbox/pay/{id}",
    "GET /_sandbox/page/{id}",
    "GET /_sandbox/view/loans",
    "GET /_sandbox/view/loans/{id}",
    "GET /_sandbox/view/loans/{id}/documents/{id}",
    "GET /_sandbox/view/invoices/{id}",
    "GET /_sandbox/view/borrowers/{id}",
    "GET /_sandbox/view/requests",
    "POST /_sandbox/accounts",
    "POST /_sandbox/cards/{id}/entries",
    "POST /_sandbox/clock",
    "POST /_sandbox/faults",
    "POST /_sandbox/loans/{id}/moves",
    "POST /_sandbox/onboarding/{id}",
    "POST /_sandbox/pay/{id}",
    "POST /_sandbox/reset",
    "POST /_sandbox/snapshots",
    "POST /_sandbox/snapshots/{id}/restore",
    "POST /_sandbox/trigger",
    "POST /_sandbox/webhooks/deliveries/{id}/redeliver",
    "POST /_sandbox/webhooks/notices",
    "PUT /_sandbox/settings",
    "PUT /_sandbox/webhooks/levers",
    "DELETE /_sandbox/faults",
    "DELETE /_sandbox/snapshots/{id}",
];

/// Texts that are seldom what is asked for.
const ODD: &[&str] = &[
    "",
    "0",
    "-1",
    "null",
    "é\u{202e}\u{0}🙂",
    "1e400",
    "99999999999999999999",
    "9999-12-30T22:00:00Z",
    "-009999-01-02T01:59:59Z",
    "0000-02-30T00:00:00Z",
    "2026-03-29T02:30:00",
    "2026-03-02T09:00:00+25:00",
    "P99999999999D",
    "PT1S",
    "P30D",
    "../../etc/passwd",
    "%00%ff%c3%28",
    "CALENDAR",
    "calendar",
    "SCT",
    "DIRECT_DEBIT",
    "TO_REPAY",
    "loan.late",
    "loan.repaid",
    "payment.charged_back",
    "SIREN-1",
    "<script>",
    "DE89370400440532013000",
];

/// Names that queries and bodies know.
const NAMES: &[&str] = &[
    "page_size",
    "cursor",
    "status",
    "query",
    "id",
    "loan_ids",
    "borrower",
    "identifier",
    "identifier_type",
    "to_pay_at_from",
    "to_repay_at_within_days",
    "sort",
    "format",
    "account",
    "after",
    "limit",
    "from",
    "about",
    "buyer",
    "amount",
    "to_repay_at",
    "event",
    "advance",
    "next_event",
    "freeze",
    "rate",
    "step",
    "to",
    "next",
    "timing",
    "daily_rate",
    "largest_body",
];

struct Fuzz {
    to: SocketAddr,
    rng: ChaCha8Rng,
    /// Ids that were seen in answers.
    ids: Vec<String>,
    /// What was sent, for who looks into a failure.
    sent: String,
}

#[tokio::test]
async fn nothing_a_client_sends_breaks_anything() {
    let cases = std::env::var("DEFACTO_CASES").ok();
    let cases = cases.and_then(|text| text.parse().ok()).unwrap_or(20);
    let mut answers = [0_u64; 6];
    for seed in 0..cases {
        let sandbox = Sandbox::start().await.unwrap();
        let mut fuzz = Fuzz {
            to: sandbox.address(),
            rng: ChaCha8Rng::seed_from_u64(seed),
            ids: Vec::new(),
            sent: String::new(),
        };
        fuzz.begin().await;
        for step in 0..50 {
            let (status, body) = fuzz.anything().await;
            let sent = &fuzz.sent;
            let shown = String::from_utf8_lossy(&body);
            assert!(
                (100..500).contains(&status),
                "seed {seed}, step {step}: {status} {shown:.500}\n{sent:.2000}"
            );
            answers[usize::from(status / 100)] += 1;
            fuzz.learn(&body);
            for app in sandbox.apps() {
                check(&app.world());
            }
            // A fault that was meant is not what is looked for.
            if fuzz.sent.starts_with("POST /_sandbox/faults") {
                fuzz.request("DELETE", "/_sandbox/faults", "", b"").await;
            }
        }
        let (status, _) = fuzz.request("GET", "/_sandbox/health", "", b"").await;
        assert_eq!(status, 200);
        sandbox.stop().await;
    }
    // Enough of it is taken, and enough is refused.
    let all: u64 = answers.iter().sum();
    assert!(answers[2] * 6 > all && answers[4] * 3 > all, "{answers:?}");
}

impl Fuzz {
    /// A world with something in it.
    async fn begin(&mut self) {
        let timing = if self.rng.random() {
            "guide"
        } else {
            "calendar"
        };
        let at = json!({"freeze": "2026-03-02T09:00:00Z"});
        self.json("POST", "/_sandbox/clock", &at).await;
        let policy = json!({ "timing": timing });
        self.json("PUT", "/_sandbox/settings", &policy).await;
        for path in ["/borrowers", "/webhooks", "/loans", "/loans", "/invoices"] {
            let body = seed_of("POST", path);
            self.json("POST", path, &body).await;
        }
        if self.rng.random() {
            let paid = json!({"event": "loan.paid_out"});
            self.json("POST", "/_sandbox/trigger", &paid).await;
        }
    }

    async fn json(&mut self, method: &str, path: &str, body: &Value) {
        let bytes = body.to_string().into_bytes();
        let head = "content-type: application/json\r\n";
        let (status, answer) = self.request(method, path, head, &bytes).await;
        assert!(status < 300, "{path}: {}", String::from_utf8_lossy(&answer));
        self.learn(&answer);
    }

    fn learn(&mut self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        let new = text.split(['"', '/', '?']).filter(|part| {
            let is_id = |byte: u8| byte == b'-' || byte.is_ascii_hexdigit();
            matches!(part.len(), 32 | 36) && part.bytes().all(is_id)
        });
        self.ids.extend(new.take(20).map(str::to_owned));
        let too_many = self.ids.len().saturating_sub(60);
        self.ids.drain(..too_many);
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.rng.random_range(0..of.len())]
    }

    /// A request like those that are meant, but for what chance changes.
    async fn anything(&mut self) -> (u16, Vec<u8>) {
        let (method, template) = if self.rng.random_ratio(2, 3) {
            let operation = OPERATIONS[self.rng.random_range(0..OPERATIONS.len())];
            (operation.method.as_str(), operation.path)
        } else {
            self.one(CONTROL).split_once(' ').unwrap()
        };
        let body = seed_of(method, template);
        let method = if self.rng.random_ratio(1, 20) {
            self.one(&["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
        } else {
            method
        };
        let mut path = String::new();
        for part in template.split_inclusive('/') {
            if part.starts_with('{') {
                path.push_str(&self.id());
                path.push_str(if part.ends_with('/') { "/" } else { "" });
            } else {
                path.push_str(part);
            }
        }
        for place in 0..self.rng.random_range(0..4) {
            let (name, value) = (self.one(NAMES), self.text());
            path.push(if place == 0 { '?' } else { '&' });
            path.push_str(&format!("{name}={}", escaped(&value)));
        }
        let (kind, bytes) = self.body(body);
        let mut head = format!("content-type: {kind}\r\n");
        for (name, odds) in [
            ("x-sandbox-account", 20),
            ("sec-fetch-site", 20),
            ("host", 40),
            ("accept-encoding", 20),
            ("x-forwarded-host", 20),
        ] {
            if self.rng.random_ratio(1, odds) {
                let value = escaped(&self.text());
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        self.request(method, &path, &head, &bytes).await
    }

    fn id(&mut self) -> String {
        if self.ids.is_empty() || self.rng.random_ratio(1, 8) {
            return escaped(&self.text());
        }
        let place = self.rng.random_range(0..self.ids.len());
        self.ids[place].clone()
    }

    fn text(&mut self) -> String {
        match self.rng.random_range(0..12) {
            0 => "x".repeat(self.rng.random_range(0..5_000)),
            1 | 2 if !self.ids.is_empty() => {
                self.ids[self.rng.random_range(0..self.ids.len())].clone()
            }
            _ => self.one(ODD).to_owned(),
        }
    }

    /// The body meant, changed here and there, or no such thing at all.
    fn body(&mut self, mut meant: Value) -> (&'static str, Vec<u8>) {
        let json = "application/json";
        for _ in 0..self.rng.random_range(0..4) {
            self.change(&mut meant);
        }
        let mut bytes = meant.to_string().into_bytes();
        match self.rng.random_range(0..24) {
            0 => (json, Vec::new()),
            1 => (json, b"\xff\xfe\x00{".to_vec()),
            2 => {
                bytes.truncate(self.rng.random_range(0..=bytes.len()));
                (json, bytes)
            }
            3 => {
                let depth = self.rng.random_range(1..20_000);
                let opening = if self.rng.random() { "[" } else { "{\"a\":" };
                (json, opening.repeat(depth).into_bytes())
            }
            4 => {
                let place = self.rng.random_range(0..=bytes.len());
                bytes.insert(place, self.rng.random());
                (json, bytes)
            }
            5 => ("text/plain", bytes),
            6 | 7 => {
                let end = if self.rng.random() {
                    "\r\n--b--\r\n"
                } else {
                    "\r\n--"
                };
                let name = escaped(&self.text());
                let file = self.one(&["%PDF-1.7", "%PDF-1.7\nstream\nendstream", "no"]);
                let form = format!(
                    "--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n{file}{end}"
                );
                ("multipart/form-data; boundary=b", form.into_bytes())
            }
            8 => ("multipart/form-data", bytes),
            9 => {
                let form =
                    self.one(&["do=pay", "do=cancel", "do=sign&x=%ff", "%", "name=a&iban=b"]);
                ("application/x-www-form-urlencoded", form.into())
            }
            _ => (json, bytes),
        }
    }

    /// Changes something somewhere in it.
    fn change(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) if !fields.is_empty() && self.rng.random_ratio(9, 10) => {
                let names: Vec<_> = fields.keys().cloned().collect();
                let name = names[self.rng.random_range(0..names.len())].clone();
                match self.rng.random_range(0..10) {
                    0 => _ = fields.remove(&name),
                    1 => {
                        let more = self.one(NAMES).to_owned();
                        let odd = self.value();
                        fields.insert(more, odd);
                    }
                    _ => self.change(fields.entry(name).or_insert(Value::Null)),
                }
            }
            Value::Array(list) if !list.is_empty() && self.rng.random_ratio(4, 5) => {
                let place = self.rng.random_range(0..list.len());
                if self.rng.random_ratio(1, 4) {
                    let again = list[place].clone();
                    list.push(again);
                } else {
                    self.change(&mut list[place]);
                }
            }
            other => *other = self.value(),
        }
    }

    fn value(&mut self) -> Value {
        match self.rng.random_range(0..12) {
            0 => Value::Null,
            1 => json!(self.rng.random::<bool>()),
            2 => json!(i64::MIN),
            3 => json!(i64::MAX),
            4 => json!(u64::MAX),
            5 => json!(1e308),
            6 => json!(-0.5),
            7 => json!([]),
            8 => json!({"a": {"b": []}}),
            9 => json!(self.rng.random_range(-3..20_000_001)),
            _ => json!(self.text()),
        }
    }

    async fn request(
        &mut self,
        method: &str,
        path: &str,
        head: &str,
        body: &[u8],
    ) -> (u16, Vec<u8>) {
        let host = if head.contains("\nhost:") {
            String::new()
        } else {
            format!("host: {}\r\n", self.to)
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{host}authorization: Bearer k\r\nconnection: close\r\n\
             {head}content-length: {}\r\n\r\n",
            body.len()
        );
        self.sent = format!("{head}{}", String::from_utf8_lossy(body));
        let mut stream = TcpStream::connect(self.to).await.unwrap();
        // Who is refused early need not read all of it.
        let written = stream.write_all(head.as_bytes()).await;
        let _ = written.and(stream.write_all(body).await);
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;
        assert!(
            read.is_ok() && !answer.is_empty(),
            "no answer: {read:?}\n{:.2000}",
            self.sent
        );
        let end = answer
            .windows(4)
            .position(|part| part == b"\r\n\r\n")
            .unwrap();
        let rest = answer.split_off(end + 4);
        let head = String::from_utf8_lossy(&answer).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1);
        if let Some(length) = length.and_then(|text| text.split('\r').next()) {
            assert_eq!(
                length.parse(),
                Ok(rest.len()),
                "half an answer\n{:.2000}",
                self.sent
            );
        }
        (head.split(' ').nth(1).unwrap().parse().unwrap(), rest)
    }
}

/// As it may stand in a path, a query or a header.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'%' | b'-' | b'.' | b'/' | b'_' => escaped.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// A body that this request takes, or one of its fields at least.
fn seed_of(method: &str, path: &str) -> Value {
    let borrower = json!({"identifier": "333333334", "identifier_type": "siren"});
    let invoice = json!({
        "buyer": {"identifier": "111111118"}, "seller": {"identifier": "222222226"},
        "document": "JVBERi0xLjc=", "issued_at": "2026-01-01T00:00:00Z",
        "due_at": "2026-05-31T00:00:00Z", "invoice_number": "F-1", "total_amount": 12000,
        "metadata": {"a": [1, {"b": null}]},
    });
    let account = json!({"account_number": "FR7611111011155950000000000"});
    match (method, path) {
        ("POST", "/borrowers") => json!({
            "identifier": "333333334", "name": "B", "signed_at": "2026-01-01T00:00:00Z",
        }),
        ("POST", "/webhooks") => json!({
            // Nobody listens there.
            "name": "h", "to_url": "http://127.0.0.1:9/hook",
            "event_types": ["Loan.TO_REPAY", "Payment.PAID"],
        }),
        ("POST", "/loans") => json!({
            "amount": 12000, "borrower": borrower, "auto_validate": true,
            "loan_to": {"account_number": "DE89370400440532013000"},
            "to_pay_at": "2026-03-04T00:00:00Z", "to_repay_at": "2026-05-04T00:00:00Z",
            "installments": [
                {"amount": 5000, "date": "2026-04-04T00:00:00Z"},
                {"amount": 7000, "date": "2026-05-04T00:00:00Z"},
            ],
            "loan_to_references": ["R"], "metadata": {"k": "v"},
        }),
        ("POST", "/invoices") => invoice,
        ("PUT", "/loan/repayment-terms") => json!({"repayment_terms": [{
            "loan_id": "00000000-0000-4000-8000-000000000000",
            "repayment_date": "2026-05-20T00:00:00Z", "repayment_method": "SCT", "sct": {},
        }]}),
        ("POST", "/installment-plans") => json!({
            "payment_method": "SCT", "salt_id": "s", "from_account": account,
            "installments": [{"amount": 100, "date": "2026-05-20T00:00:00Z", "loans": [
                {"loan_id": "00000000-0000-4000-8000-000000000000", "amount": 100},
            ]}],
        }),
        ("POST", "/repay/now") => json!({
            "amount": 5000, "base_callback_url": "https://example.com",
        }),
        (_, "/_sandbox/clock") => json!({"advance": "P30D"}),
        (_, "/_sandbox/trigger") => json!({"event": "loan.late"}),
        ("PUT", "/_sandbox/settings") => json!({"timing": "calendar", "daily_rate": "0.05"}),
        (_, "/_sandbox/snapshots") => json!({"name": "base"}),
        (_, "/_sandbox/loans/{id}/moves") => json!({"next": true}),
        (_, "/_sandbox/cards/{id}/entries") => json!({"amount": 100, "merchant_name": "M"}),
        (_, "/_sandbox/accounts") => json!({"name": "anna", "key": "ka"}),
        (_, "/_sandbox/webhooks/levers") => json!({"levers": [{"action": "drop"}]}),
        ("PATCH", _) => json!({"amount": 500, "to_repay_at": "2026-05-20T00:00:00Z"}),
        ("GET", _) => Value::Null,
        _ => json!({
            "amount": 100, "identifier": "111111118", "identifier_type": "siren",
            "payment_method": "SCT", "number_of_installment": 3, "business": borrower,
            "preferred_language": "fr", "relation_types": ["CLIENT"], "invoices": [invoice],
            "loan_ids": ["00000000-0000-4000-8000-000000000000"],
        }),
    }
}
