//! What a loan costs and owes by its view agrees with the simulator's ledger to
//! the cent, over lives that are made up: repaid in parts, early, late, after it
//! was postponed, and taken back.
//!
//! `DEFACTO_CASES` sets how many (one for each 200 cases, of 10,000 unless set).
//! One half uses a fixed seed, the other a new one, which is printed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use defacto::Client;
use defacto::tracking::store::Memory;
use defacto::tracking::{LoanMoney, LoanView, MoneyGap, Rates, Tracker};
use defacto::types::{Cents, CreateLoan, Date, GenerateInvoice, Timestamp, UpdateLoan};
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use support::{Lab, request};

/// Lives in one simulator, which has one clock.
const TOGETHER: u64 = 10;

fn lives() -> u64 {
    let cases: Option<u64> = std::env::var("DEFACTO_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    cases.unwrap_or(10_000).div_ceil(200).max(1)
}

fn plus(at: Timestamp, days: i64) -> Timestamp {
    Timestamp(at.get() + SignedDuration::from_hours(24 * days))
}

fn day(at: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at.get()).date()
}

fn cents(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

/// What the ledger says that is owed on an account of the loan.
fn owed(seen: &Value, account: &str) -> i64 {
    let entries = seen["ledger"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| match (&entry["to"], &entry["from"]) {
            (to, _) if to == account => cents(&entry["amount"]),
            (_, from) if from == account => -cents(&entry["amount"]),
            _ => 0,
        })
        .sum()
}

/// A simulator with loans of one borrower, and their tracker.
struct Book {
    lab: Lab,
    client: Client,
    tracker: Tracker,
    loans: Vec<String>,
    rates: Rates,
    /// Whether the rates are those that the tracker knows itself.
    usual: bool,
}

impl Book {
    async fn open(rng: &mut StdRng, count: u64) -> Self {
        let lab = Lab::start().await;
        let daily = *["0.05", "0.07", "0.033", "0.1"].choose(rng).unwrap();
        let mut rates = Rates::usual(daily.parse().unwrap());
        let usual = rng.random_bool(0.5);
        if !usual {
            rates.late = "0.0913".parse().unwrap();
        }
        lab.settings(json!({
            "timing": "calendar", "facility": 900_000_000, "counterparty_limit": 900_000_000,
            "daily_rate": daily, "late_daily_rate": rates.late.to_string(),
        }))
        .await;
        let client = lab.client();
        let tracker = Tracker::new(client.clone(), Memory::new());
        let template = request(&client).await.auto_validate(true);
        let start = lab.now().await;
        let mut loans = Vec::new();
        for _ in 0..count {
            let body = loan(rng, &client, &template, start).await;
            let loan = tracker.send(client.loans().create(&body)).await.unwrap();
            assert!(loan.denial_reason.is_none(), "{:?}", loan.denial_reason);
            if loans.is_empty() {
                let borrower = lab.look(loan.id.as_str()).await["borrower_id"].clone();
                let borrower = borrower.as_str().unwrap();
                tracker.read_products(borrower).await.unwrap();
            }
            loans.push(loan.id.to_string());
        }
        Self {
            lab,
            client,
            tracker,
            loans,
            rates,
            usual,
        }
    }

    async fn view(&self, loan: &str) -> LoanView {
        self.tracker.loan(loan).await.unwrap().unwrap()
    }

    fn money(&self, view: &LoanView) -> Result<LoanMoney, MoneyGap> {
        if self.usual {
            assert_eq!(view.rates(), Some(self.rates));
            return view.money();
        }
        view.money_at(self.rates)
    }

    /// Compares a loan's view with the simulator; whether it costs anything.
    async fn compare(&self, loan: &str, context: &str) -> Option<LoanMoney> {
        let seen = self.lab.look(loan).await;
        let view = self.view(loan).await;
        let principal = owed(&seen, "principal owed");
        if seen["loan"]["paid_at"].is_null() {
            assert_eq!(self.money(&view), Err(MoneyGap::NotPaidOut));
            return None;
        }
        let money = self.money(&view).unwrap_or_else(|gap| {
            panic!("{context}: {gap}\n{view:#?}");
        });
        assert_eq!(money.outstanding(), Cents(principal), "{context}");
        assert_eq!(view.outstanding(), Some(Cents(principal)), "{context}");
        // To date, and each day from the payout on to those to come.
        let on = |at: &Value| day(at.as_str().unwrap().parse().unwrap());
        let today = on(&seen["now"]);
        let paid = Cents(cents(&seen["loan"]["paid_interests_amount"]));
        assert_eq!(money.paid_interest(), paid, "{context}");
        let told = Cents(cents(&seen["loan"]["fees_ongoing"]));
        assert_eq!(money.interest_on(today), Ok(told), "{context}");
        // A loan that is repaid is shown with its last figure on every day.
        if principal > 0 {
            for point in seen["fees"].as_array().unwrap() {
                let told = Cents(cents(&point["cents"]));
                let known = money.interest_on(on(&point["at"]));
                assert_eq!(known, Ok(told), "{context} {}", point["at"]);
            }
        }
        // The ledger books interest once the principal is repaid.
        let interest = owed(&seen, "interest owed");
        let payoff = money.payoff(today).unwrap();
        if principal == 0 {
            assert_eq!(payoff, Cents(interest), "{context}");
        } else {
            assert_eq!(payoff, Cents(principal) + told - paid, "{context}");
        }
        Some(money)
    }

    /// Does something to a loan that is being repaid.
    async fn disturb(&self, rng: &mut StdRng, loan: &str, money: &LoanMoney) -> &'static str {
        let Cents(rest) = money.outstanding();
        let seen = self.lab.look(loan).await;
        let now: Timestamp = seen["now"].as_str().unwrap().parse().unwrap();
        let payments = seen["payments"].as_array().unwrap();
        let payment = |kind: &str, status: &str| {
            let mut found = payments
                .iter()
                .filter(|one| one["payment_type"] == kind && one["status"] == status);
            found.next().map(|one| one["id"].clone())
        };
        let is_due = seen["loan"]["status"] == "TO_REPAY";
        let day_of_payout = seen["loan"]["paid_at"].as_str().unwrap().parse().unwrap();
        // A part repaid on the day of the payout is a difference of the two
        // readings: the first day is charged on all of it, or on what is left.
        let is_fresh = day(day_of_payout) == day(now);
        match rng.random_range(0..10) {
            0..=3 if is_due && rest > 1 && !is_fresh => {
                let part = rng.random_range(1..rest);
                self.pull("loan.repaid", loan, Some(part)).await;
                "a part"
            }
            4 if is_due && !is_fresh => {
                let payoff = money.payoff(day(now)).unwrap();
                let before = cents(&seen["loan"]["repaid_amount"]);
                self.pull("loan.repaid", loan, None).await;
                let after = self.lab.look(loan).await;
                let paid = cents(&after["loan"]["repaid_amount"]) - before;
                assert_eq!(payoff, Cents(paid));
                assert_eq!(after["loan"]["status"], "CLOSED");
                "all"
            }
            5 | 6 if is_due => match payment("REPAYMENT_NOMINAL", "SCHEDULED") {
                Some(id) => {
                    let trigger = json!({"event": "payment.failed", "id": id});
                    self.lab.trigger(trigger).await;
                    "a failed debit"
                }
                None => "nothing",
            },
            7 | 8 if is_due => self.postpone(rng, loan, money, now).await,
            9 if rest == 0 || is_due => match payment("REPAYMENT_NOMINAL", "PAID") {
                Some(id) if !seen["payments"].to_string().contains("CHARGEBACK") => {
                    let trigger = json!({"event": "payment.charged_back", "id": id});
                    self.lab.trigger(trigger).await;
                    "a chargeback"
                }
                _ => "nothing",
            },
            _ => "nothing",
        }
    }

    async fn pull(&self, event: &str, loan: &str, amount: Option<i64>) {
        let mut trigger = json!({"event": event, "id": loan});
        if let Some(amount) = amount {
            trigger["amount"] = amount.into();
        }
        self.lab.trigger(trigger).await;
    }

    /// Postpones a loan as far as it may be, or less.
    async fn postpone(
        &self,
        rng: &mut StdRng,
        loan: &str,
        money: &LoanMoney,
        now: Timestamp,
    ) -> &'static str {
        let view = self.view(loan).await;
        let agreed = view.facts().unwrap().instant("to_repay_at").unwrap();
        let permissions = view.actions(now);
        let postpone = permissions
            .iter()
            .find(|one| one.action == defacto::tracking::Action::Postpone);
        let latest = postpone.unwrap().latest;
        let (Some(latest), true) = (latest, postpone.unwrap().is_allowed()) else {
            return "nothing";
        };
        let most = (latest.get() - agreed.get()).as_hours() / 24;
        let date = plus(agreed, rng.random_range(1..=most.max(1)));
        // Not before the earliest date, which a loan that is late is behind.
        if date > latest || date < plus(now, 2) {
            return "nothing";
        }
        let before = money.interest_at_maturity().unwrap();
        let cost = money.cost_of_postponing(day(date)).unwrap();
        let body = UpdateLoan::new().to_repay_at(date);
        let call = self.client.loans().update(loan, &body);
        self.tracker.send(call).await.unwrap();
        let moved = self.compare(loan, "postponed").await.unwrap();
        assert_eq!(moved.interest_at_maturity().unwrap(), before + cost);
        "postponed"
    }
}

async fn loan(
    rng: &mut StdRng,
    client: &Client,
    template: &CreateLoan,
    start: Timestamp,
) -> CreateLoan {
    let amount = *[1, 99, 10_000, 123_457, 1_999_999].choose(rng).unwrap();
    let generated = client
        .testing()
        .generate_invoice(&GenerateInvoice::new())
        .await;
    let number = generated.unwrap().invoice_creation_payload.unwrap();
    let mut body = template.clone();
    let mut invoice = body.invoices.remove(0);
    invoice.invoice_number = number.invoice_number;
    invoice.total_amount = Some(Cents(2_000_000));
    let paid = plus(start, rng.random_range(1..5));
    body.invoices([invoice])
        .amount(amount)
        .to_pay_at(paid)
        .to_repay_at(plus(paid, rng.random_range(3..110)))
}

async fn live(seed: u64, count: u64) -> Vec<&'static str> {
    let mut rng = StdRng::seed_from_u64(seed);
    let book = Book::open(&mut rng, count).await;
    let mut done = Vec::new();
    for step in 0..14 {
        let hours = rng.random_range(1..24 * 18);
        book.lab
            .clock(json!({"advance_seconds": hours * 3_600}))
            .await;
        book.tracker.partial_pass().await.unwrap();
        for loan in &book.loans {
            let context = format!("seed {seed} step {step} loan {loan}");
            let Some(money) = book.compare(loan, &context).await else {
                continue;
            };
            let what = book.disturb(&mut rng, loan, &money).await;
            if what != "nothing" {
                done.push(what);
                book.tracker.partial_pass().await.unwrap();
                book.compare(loan, &format!("{context} after {what}")).await;
            }
        }
    }
    book.lab.sandbox.stop().await;
    done
}

#[tokio::test]
async fn it_agrees_with_the_ledger_to_the_cent() {
    let fresh: u64 = rand::random();
    println!("new seed {fresh}");
    let mut done = Vec::new();
    let books = lives().div_ceil(TOGETHER);
    for book in 0..books {
        let seed = if book % 2 == 0 { 4_711 } else { fresh };
        let count = TOGETHER.min(lives());
        done.extend(live(seed.wrapping_add(book), count).await);
    }
    let mut counts = std::collections::BTreeMap::new();
    for one in done {
        *counts.entry(one).or_insert(0) += 1;
    }
    println!("{} lives, {counts:?}", books * TOGETHER);
    if lives() >= 50 {
        for what in [
            "a part",
            "all",
            "a failed debit",
            "postponed",
            "a chargeback",
        ] {
            assert!(counts.contains_key(what), "{what} never happened");
        }
    }
}
