//! The simulator: how fast it answers, and how many loans it holds.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::child::Server;
use crate::load::{self, Line, request};
use crate::pairs::{Cost, alternate, rounds};
use crate::report::{Better, Report, Row, say};
use crate::{Outcome, runtime};

const CONNECTIONS: usize = 16;
const EACH: usize = 250;
/// Requests for a page a round.
const PAGES: usize = 30;
/// Loans of one borrower: 12,000 cents each, below the limit of 20,000,000.
const LOANS_EACH: usize = 1_000;
/// Loans in the world whose pages are the measure.
const FEW: usize = 1_000;
/// Loans that must fit.
const MANY: usize = 100_000;
const GIBIBYTE: f64 = 1024.0 * 1024.0 * 1024.0;

/// Everything of the simulator.
///
/// # Errors
///
/// When a request fails.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let runtime = runtime()?;
    answers(report, &runtime)?;
    holds(report, &runtime)
}

/// One request on several connections, for what it costs the server.
fn cost(runtime: &Runtime, server: &Server, get: &Arc<[u8]>, load: [usize; 2]) -> Outcome<Cost> {
    let [connections, each] = load;
    let (cpu, wall) = (server.cpu()?, Instant::now());
    runtime.block_on(load::repeat(server.address, get, connections, each))?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let calls = (connections * each) as f64;
    Ok(Cost {
        cpu: (server.cpu()? - cpu) / calls,
        wall: wall.elapsed().as_secs_f64() / calls,
    })
}

fn answers(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let sandbox = Server::sandbox()?;
    let (path, loan) = runtime.block_on(async {
        let mut line = Line::open(sandbox.address).await?;
        fill(&mut line, 0..1).await?;
        settle(&mut line, 1).await?;
        let page: Value = serde_json::from_str(line.ask(&request("GET", "/loans", "")).await?)?;
        let id = page["data"][0]["id"].as_str().unwrap_or_default();
        let path = format!("/loan/{id}");
        let loan = line.ask(&request("GET", &path, "")).await?.to_owned();
        Outcome::Ok((path, loan))
    })?;
    let bare = Server::canned(&loan)?;
    let get: Arc<[u8]> = request("GET", &path, "").into();
    let load = [CONNECTIONS, EACH];
    let pairs = alternate(
        rounds(),
        || cost(runtime, &sandbox, &get, load),
        || cost(runtime, &bare, &get, load),
    )?;
    let show = |rate: f64| format!("{rate:.0}/s");
    let goal = (Better::Higher, 0.6);
    let sides = ("defacto-sandbox", "axum");
    report.add([
        Row::against(
            "sandbox: GET /loan/{id}, rate",
            pairs.medians(|cost| 1.0 / cost.wall),
            goal,
            sides,
            pairs.rounds(),
            show,
        ),
        Row::against(
            "sandbox: GET /loan/{id}, rate by CPU time",
            pairs.medians(|cost| 1.0 / cost.cpu),
            goal,
            sides,
            pairs.rounds(),
            show,
        ),
    ])
}

fn holds(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let worlds = [FEW, MANY].map(|loans| {
        let server = Server::sandbox()?;
        let started = Instant::now();
        runtime.block_on(async {
            let mut line = Line::open(server.address).await?;
            fill(&mut line, 0..loans).await?;
            settle(&mut line, loans).await
        })?;
        let took = started.elapsed().as_secs_f64();
        say(&format!("  {loans} loans led to their end in {took:.1} s"))?;
        Outcome::Ok(server)
    });
    let [few, many] = worlds;
    let (few, many) = (few?, many?);
    report.add([Row::limit(
        "sandbox: memory with 100,000 closed loans",
        "defacto-sandbox",
        (many.memory()?, GIBIBYTE),
        1,
        |bytes| format!("{:.0} MiB", bytes / 1024.0 / 1024.0),
    )])?;
    for (name, cursors) in [
        ("first page", ["".to_owned(), "".to_owned()]),
        (
            "page in the middle",
            [FEW, MANY].map(|loans| format!("&cursor=0_{}", loans / 2)),
        ),
    ] {
        let [at_few, at_many]: [Arc<[u8]>; 2] = cursors
            .map(|cursor| request("GET", &format!("/loans?page_size=100{cursor}"), "").into());
        let pairs = alternate(
            rounds(),
            || cost(runtime, &many, &at_many, [1, PAGES]),
            || cost(runtime, &few, &at_few, [1, PAGES]),
        )?;
        report.add([Row::against(
            &format!("sandbox: {name} of 100,000 loans, CPU"),
            pairs.medians(|cost| cost.cpu),
            (Better::Lower, 1.5),
            ("100,000 loans", "1,000 loans"),
            pairs.rounds(),
            crate::report::microseconds,
        )])?;
    }
    Ok(())
}

/// Makes the loans with these numbers.
pub(crate) async fn fill(line: &mut Line, numbers: std::ops::Range<usize>) -> Outcome<()> {
    let (mut borrower, mut iban) = (String::new(), String::new());
    for number in numbers {
        if number % LOANS_EACH == 0 {
            borrower = siren(10_000_000 + number / LOANS_EACH);
            let body = json!({
                "identifier": borrower,
                "name": format!("Borrower {number}"),
                "signed_at": "2026-01-01T00:00:00Z",
            });
            line.ask(&request("POST", "/borrowers", &body.to_string()))
                .await?;
            let get = request("GET", "/sandbox/iban-generator?scenario=SUCCESS", "");
            let answer: Value = serde_json::from_str(line.ask(&get).await?)?;
            iban = answer["iban"].as_str().unwrap_or_default().to_owned();
        }
        let body = loan(&borrower, &iban, number);
        line.ask(&request("POST", "/loans", &body.to_string()))
            .await?;
    }
    Ok(())
}

/// Reads lists until every loan has come to its end: a read moves what is
/// under way one step, a thousand loans at most.
async fn settle(line: &mut Line, loans: usize) -> Outcome<()> {
    for _ in 0..(10 * loans / 1000 + 10) {
        line.ask(&request("GET", "/loans?page_size=1", "")).await?;
    }
    for end in ["asc", "desc"] {
        let path = format!("/loans?page_size=1&sort_by=created_at:{end}");
        let page: Value = serde_json::from_str(line.ask(&request("GET", &path, "")).await?)?;
        let status = &page["data"][0]["status"];
        if status != "CLOSED" {
            return Err(format!("a loan is still {status}").into());
        }
    }
    Ok(())
}

fn loan(borrower: &str, iban: &str, number: usize) -> Value {
    json!({
        "amount": 12_000,
        "auto_validate": true,
        "borrower": {"identifier": borrower},
        "invoices": [{
            "buyer": {"identifier": "111111118", "name": "Buyer"},
            "seller": {"identifier": "222222226", "name": "Seller"},
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
        "to_pay_at": "2026-03-01T00:00:00Z",
        "to_repay_at": "2026-03-31T00:00:00Z",
    })
}

/// The company number that begins with these 8 digits: the ninth makes Luhn's
/// sum right.
fn siren(digits: usize) -> String {
    let begin = format!("{digits:08}");
    let sum: u32 = begin
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    format!("{begin}{}", (10 - sum % 10) % 10)
}
