//! The simulator: how fast it answers, and how many loans it holds.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::child::Server;
use crate::load::{self, Line, request};
use crate::loans::{Ground, Wish, control};
use crate::pairs::{Cost, alternate, rounds};
use crate::prism::Prism;
use crate::report::{Better, Report, Row, say};
use crate::{Outcome, runtime};

const CONNECTIONS: usize = 16;
const EACH: usize = 250;
/// Requests for a page a round.
const PAGES: usize = 30;
/// Requests to Prism a round, on each connection: it takes milliseconds.
const SLOW: usize = 2;
/// Loans of one borrower.
const LOANS_EACH: usize = 1_000;
/// Loans in the world whose pages are the measure.
const FEW: usize = 1_000;
/// Loans that must fit.
const MANY: usize = 100_000;
const GIBIBYTE: f64 = 1024.0 * 1024.0 * 1024.0;
/// Bytes that a closed loan may take.
const LOAN: f64 = 8_000.0;

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

/// The same request so many times on some connections, by the clock.
fn wall(runtime: &Runtime, to: SocketAddr, get: &Arc<[u8]>, load: [usize; 2]) -> Outcome<Cost> {
    let [connections, each] = load;
    let started = Instant::now();
    runtime.block_on(load::repeat(to, get, connections, each))?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let calls = (connections * each) as f64;
    Ok(Cost {
        cpu: 0.0,
        wall: started.elapsed().as_secs_f64() / calls,
    })
}

/// The same, and what it costs the server.
pub(crate) fn cost(
    runtime: &Runtime,
    server: &Server,
    get: &Arc<[u8]>,
    load: [usize; 2],
) -> Outcome<Cost> {
    let cpu = server.cpu()?;
    let cost = wall(runtime, server.address, get, load)?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let calls = (load[0] * load[1]) as f64;
    Ok(Cost {
        cpu: (server.cpu()? - cpu) / calls,
        ..cost
    })
}

fn rate(rate: f64) -> String {
    format!("{rate:.0}/s")
}

fn answers(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let sandbox = Server::sandbox()?;
    let list = "/loans?page_size=100";
    let (path, loan, page) = runtime.block_on(async {
        let mut line = Line::open(sandbox.address).await?;
        let ground = Ground::lay(&mut line, 1).await?;
        ground.fill(&mut line, 0..100, |_| Wish::default()).await?;
        end(&mut line).await?;
        let page = line.ask(&request("GET", list, "")).await?.to_owned();
        let of_loans: Value = serde_json::from_str(&page)?;
        let id = of_loans["data"][0]["id"].as_str().unwrap_or_default();
        let path = format!("/loan/{id}");
        let loan = line.ask(&request("GET", &path, "")).await?.to_owned();
        Outcome::Ok((path, loan, page))
    })?;
    let bare = Server::canned_page(&loan, &page)?;
    let prism = Prism::start(&[("/loan/{loan_id}", &loan), ("/loans", &page)])?;
    if prism.is_none() {
        report.note("Prism is not there, `tools/bench-sandbox` sets it up: nothing was measured against it.");
    }
    for (what, path, each) in [
        ("GET /loan/{id}", &*path, EACH),
        ("page of 100 loans", list, 20),
    ] {
        let get: Arc<[u8]> = request("GET", path, "").into();
        let pairs = alternate(
            rounds(),
            || cost(runtime, &sandbox, &get, [CONNECTIONS, each]),
            || cost(runtime, &bare, &get, [CONNECTIONS, each]),
        )?;
        let sides = ("defacto-sandbox", "axum");
        let row = |name: &str, of: fn(&Cost) -> f64| {
            let (medians, goal) = (pairs.medians(of), (Better::Higher, 0.6));
            Row::against(name, medians, goal, sides, pairs.rounds(), rate)
        };
        report.add([
            row(&format!("sandbox: {what}, rate"), |cost| 1.0 / cost.wall),
            row(&format!("sandbox: {what}, rate by CPU time"), |cost| {
                1.0 / cost.cpu
            }),
        ])?;
        let Some(prism) = &prism else {
            continue;
        };
        let pairs = alternate(
            rounds(),
            || wall(runtime, sandbox.address, &get, [CONNECTIONS, each]),
            || wall(runtime, prism.address, &get, [CONNECTIONS, SLOW]),
        )?;
        report.add([Row::against(
            &format!("sandbox: {what}, rate"),
            pairs.medians(|cost| 1.0 / cost.wall),
            (Better::Higher, 40.0),
            ("defacto-sandbox", "Prism"),
            pairs.rounds(),
            rate,
        )])?;
    }
    Ok(())
}

/// A year passes, after which every loan that could be is closed.
pub(crate) async fn end(line: &mut Line) -> Outcome<Value> {
    let walked = control(line, "POST", "/clock", json!({ "advance": "P365D" })).await?;
    for end in ["asc", "desc"] {
        let path = format!("/loans?page_size=1&sort_by=created_at:{end}");
        let page: Value = serde_json::from_str(line.ask(&request("GET", &path, "")).await?)?;
        let status = &page["data"][0]["status"];
        if status != "CLOSED" {
            return Err(format!("a loan is still {status}").into());
        }
    }
    Ok(walked)
}

fn holds(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let worlds = [FEW, MANY].map(|loans| {
        let server = Server::sandbox()?;
        let started = Instant::now();
        runtime.block_on(async {
            let mut line = Line::open(server.address).await?;
            let ground = Ground::lay(&mut line, loans / LOANS_EACH).await?;
            let wish = |number| Wish {
                borrower: number / LOANS_EACH,
                ..Wish::default()
            };
            ground.fill(&mut line, 0..loans, wish).await?;
            end(&mut line).await
        })?;
        let took = started.elapsed().as_secs_f64();
        say(&format!("  {loans} loans led to their end in {took:.1} s"))?;
        Outcome::Ok(server)
    });
    let [few, many] = worlds;
    let (few, many) = (few?, many?);
    let memory = many.memory()?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let each = (memory - few.memory()?) / (MANY - FEW) as f64;
    report.add([
        Row::limit(
            "sandbox: memory with 100,000 closed loans",
            "defacto-sandbox",
            (memory, GIBIBYTE),
            1,
            |bytes| format!("{:.0} MiB", bytes / 1024.0 / 1024.0),
        ),
        Row::limit(
            "sandbox: memory of a closed loan",
            "defacto-sandbox",
            (each, LOAN),
            1,
            |bytes| format!("{:.1} kB", bytes / 1000.0),
        ),
    ])?;
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
