//! The simulator: whole lives of loans, and its start.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::child::Server;
use crate::load::{Line, request};
use crate::pairs::{Cost, Pairs, median, rounds};
use crate::report::{Better, Report, Row};
use crate::sandbox::fill;
use crate::{Outcome, runtime};

/// Loans a round.
const LOANS: usize = 500;
/// Before the first of the dates in the loans.
const BEGIN: &str = "2026-02-01T00:00:00Z";

/// Everything of it.
///
/// # Errors
///
/// When a request fails.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let runtime = runtime()?;
    start(report)?;
    closing(report, &runtime)
}

async fn control(line: &mut Line, path: &str, method: &str, body: Value) -> Outcome<Value> {
    let path = format!("/_sandbox{path}");
    let answer = line.ask(&request(method, &path, &body.to_string())).await?;
    Ok(serde_json::from_str(answer).unwrap_or_default())
}

/// A sandbox in which everything happens on its day, and this many loans.
async fn lend(line: &mut Line, loans: std::ops::Range<usize>) -> Outcome<()> {
    control(line, "/settings", "PUT", json!({ "policy": "calendar" })).await?;
    control(line, "/clock", "POST", json!({ "freeze": BEGIN })).await?;
    fill(line, loans).await
}

/// A year passes.
async fn pass(line: &mut Line) -> Outcome<()> {
    control(line, "/clock", "POST", json!({ "advance": "P365D" })).await?;
    let page = line.ask(&request("GET", "/loans?page_size=1", "")).await?;
    let page: Value = serde_json::from_str(page)?;
    let status = &page["data"][0]["status"];
    if status != "CLOSED" {
        return Err(format!("a loan is still {status}").into());
    }
    Ok(())
}

/// The command line beside this program, if it was built.
fn program() -> Outcome<Option<PathBuf>> {
    let own = std::env::current_exe()?;
    let beside = own.parent().map(|folder| folder.join("defacto"));
    Ok(beside.filter(|path| path.exists()))
}

/// From the start of the process to its line.
fn until_ready(program: &Path) -> Outcome<f64> {
    use std::io::BufRead as _;
    let mut command = Command::new(program);
    command.arg("sandbox").stdout(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        std::io::BufReader::new(stdout).read_line(&mut line)?;
    }
    let took = started.elapsed().as_secs_f64();
    child.kill()?;
    child.wait()?;
    if line.contains("base_url") {
        Ok(took)
    } else {
        Err("the sandbox does not start".into())
    }
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

fn start(report: &mut Report) -> Outcome<()> {
    let Some(program) = program()? else {
        report.note("`defacto` was not built beside `defacto-bench`: its start was not measured.");
        return Ok(());
    };
    let times = (0..rounds()).map(|_| until_ready(&program));
    let times = times.collect::<Outcome<Vec<_>>>()?;
    report.add([Row::limit(
        "sandbox: start to the ready line",
        "defacto sandbox",
        (median(times), 0.050),
        rounds(),
        milliseconds,
    )])
}

/// The same requests to the simulator, which leads each loan to its end, and
/// to a server that answers the same bytes.
fn closing(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let sandbox = Server::sandbox()?;
    let mut next = 0;
    let loan = runtime.block_on(async {
        let mut line = Line::open(sandbox.address).await?;
        lend(&mut line, 0..1).await?;
        let page = line.ask(&request("GET", "/loans", "")).await?;
        let page: Value = serde_json::from_str(page)?;
        Outcome::Ok(page["data"][0].to_string())
    })?;
    let bare = Server::canned(&loan)?;
    let mut lives = |server: &Server, is_real: bool| -> Outcome<Cost> {
        let from = next;
        next += LOANS;
        let (cpu, wall) = (server.cpu()?, Instant::now());
        runtime.block_on(async {
            let mut line = Line::open(server.address).await?;
            if is_real {
                lend(&mut line, from..from + LOANS).await?;
                pass(&mut line).await
            } else {
                fill(&mut line, from..from + LOANS).await
            }
        })?;
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let loans = LOANS as f64;
        Ok(Cost {
            cpu: (server.cpu()? - cpu) / loans,
            wall: wall.elapsed().as_secs_f64() / loans,
        })
    };
    let mut pairs = Pairs::default();
    for _ in 0..rounds() {
        pairs.ours.push(lives(&sandbox, true)?);
        pairs.bare.push(lives(&bare, false)?);
    }
    report.add([Row::against(
        "sandbox: loans from POST to CLOSED, rate",
        pairs.medians(|cost| 1.0 / cost.wall),
        (Better::Higher, 0.15),
        ("defacto-sandbox", "axum, the POST"),
        pairs.rounds(),
        |rate| format!("{rate:.0}/s"),
    )])
}
