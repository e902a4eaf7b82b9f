//! Loans made in a simulator, and its control API.

use std::net::SocketAddr;
use std::ops::Range;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::Outcome;
use crate::load::{Line, request};

/// The day on which a world begins.
pub const BEGIN: &str = "2026-02-01T00:00:00Z";

/// More cents than all loans here have.
const ENOUGH: i64 = 1_000_000_000_000;

/// Requests that are under way at once on a connection.
const AHEAD: usize = 100;

/// Asks the control API.
///
/// # Errors
///
/// When it refuses.
pub async fn control(line: &mut Line, method: &str, path: &str, body: Value) -> Outcome<Value> {
    let path = format!("/_sandbox{path}");
    let answer = line.ask(&request(method, &path, &body.to_string())).await?;
    Ok(serde_json::from_str(answer).unwrap_or_default())
}

/// A loan to be.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Whose it is: the number of a borrower.
    pub borrower: usize,
    /// Whether it is refused.
    pub is_rejected: bool,
    /// Whether it waits for nobody's consent.
    pub auto_validate: bool,
    /// Days from [`BEGIN`] to the payout.
    pub paid_after: i64,
    /// Days from then to the repayment.
    pub lasts: i64,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            borrower: 0,
            is_rejected: false,
            auto_validate: true,
            paid_after: 28,
            lasts: 30,
        }
    }
}

/// What loans need before them.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The account of loans that go well, and of those that are refused.
    accounts: [String; 2],
}

impl Ground {
    /// A world in which everything happens on its day, which has these
    /// borrowers, and limits that no loan here reaches.
    ///
    /// # Errors
    ///
    /// When a request fails.
    pub async fn lay(line: &mut Line, borrowers: usize) -> Outcome<Self> {
        let settings = json!({
            "policy": "calendar",
            "facility": ENOUGH,
            "counterparty_limit": ENOUGH,
        });
        control(line, "PUT", "/settings", settings).await?;
        control(line, "POST", "/clock", json!({ "freeze": BEGIN })).await?;
        for number in 0..borrowers {
            let body = json!({
                "identifier": siren(number),
                "name": format!("Borrower {number}"),
                "signed_at": "2026-01-01T00:00:00Z",
            });
            let post = request("POST", "/borrowers", &body.to_string());
            line.ask(&post).await?;
        }
        let mut accounts = [const { String::new() }; 2];
        for (account, scenario) in accounts.iter_mut().zip(["SUCCESS", "REJECT"]) {
            let path = format!("/sandbox/iban-generator?scenario={scenario}");
            let answer = line.ask(&request("GET", &path, "")).await?;
            let answer: Value = serde_json::from_str(answer)?;
            answer["iban"]
                .as_str()
                .unwrap_or_default()
                .clone_into(account);
        }
        Ok(Self { accounts })
    }

    /// The request for a loan with this number.
    #[must_use]
    pub fn post(&self, number: usize, wish: Wish) -> Vec<u8> {
        let [good, bad] = &self.accounts;
        let iban = if wish.is_rejected { bad } else { good };
        let body = json!({
            "amount": 12_000,
            "auto_validate": wish.auto_validate,
            "borrower": {"identifier": siren(wish.borrower)},
            "invoices": [{
                "buyer": {"identifier": "111111118", "name": "Buyer"},
                "seller": {"identifier": "222222226", "name": "Seller"},
                // No invoice goes without: eight bytes are the least that pass.
                "document": "JVBERi0xLjc=",
                "issued_at": "2026-01-01T00:00:00Z",
                "due_at": "2026-01-31T00:00:00Z",
                "invoice_number": format!("FK-{number}"),
                "net_amount": 10_000,
                "tax_amount": 2_000,
                "total_amount": 12_000,
                "to_account": {"account_number": iban, "bank_identifier": "FK2FACTO"},
            }],
            "loan_to": {"account_number": iban},
            "salt_id": format!("bench-{number}"),
            "to_pay_at": day(wish.paid_after),
            "to_repay_at": day(wish.paid_after + wish.lasts),
        });
        request("POST", "/loans", &body.to_string())
    }

    /// Makes the loans with these numbers, as fast as one connection can.
    ///
    /// # Errors
    ///
    /// When one is refused.
    pub async fn fill(
        &self,
        line: &mut Line,
        numbers: Range<usize>,
        wish: impl Fn(usize) -> Wish,
    ) -> Outcome<()> {
        for from in numbers.clone().step_by(AHEAD) {
            let some = from..numbers.end.min(from + AHEAD);
            let posts = some.map(|number| self.post(number, wish(number)));
            line.ask_all(&posts.collect::<Vec<_>>()).await?;
        }
        Ok(())
    }
}

/// Sends all of these on some connections, one at a time on each.
///
/// # Errors
///
/// When one is refused.
pub async fn send(to: SocketAddr, requests: Vec<Vec<u8>>, connections: usize) -> Outcome<()> {
    let mut lines = JoinSet::new();
    let each = requests.len().div_ceil(connections);
    for share in requests.chunks(each.max(1)).map(<[_]>::to_vec) {
        lines.spawn(async move {
            let mut line = Line::open(to).await?;
            for request in &share {
                line.ask(request).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(done) = lines.join_next().await {
        done??;
    }
    Ok(())
}

/// The moment this many days after [`BEGIN`].
#[must_use]
pub fn day(number: i64) -> String {
    let begin: jiff::Timestamp = BEGIN.parse().unwrap_or_default();
    (begin + jiff::SignedDuration::from_hours(24 * number)).to_string()
}

/// The company number of this borrower: its ninth digit makes Luhn's sum right.
#[must_use]
pub fn siren(borrower: usize) -> String {
    let begin = format!("{:08}", 10_000_000 + borrower);
    let sum: u32 = begin
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    format!("{begin}{}", (10 - sum % 10) % 10)
}
