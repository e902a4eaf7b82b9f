//! The simulator: whole lives of loans, and a jump over many of them.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::child::Server;
use crate::load::{Line, request};
use crate::loans::{BEGIN, Ground, Wish, control, send};
use crate::pairs::{Cost, Pairs, alternate, rounds};
use crate::report::{Better, Report, Row, microseconds, say};
use crate::sandbox::end;
use crate::{Outcome, runtime};

/// Loans a round.
const LOANS: usize = 500;
const CONNECTIONS: usize = 16;
/// Open loans over which a year passes, and those it is compared with.
const OPEN: [usize; 2] = [1_000, 10_000];

/// Everything of it.
///
/// # Errors
///
/// When a request fails.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let runtime = runtime()?;
    closing(report, &runtime)?;
    jump(report, &runtime)
}

/// The same requests to the simulator, which leads each loan to its end, and
/// to a server that answers the same bytes.
fn closing(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let sandbox = Server::sandbox()?;
    let (ground, loan) = runtime.block_on(async {
        let mut line = Line::open(sandbox.address).await?;
        let ground = Ground::lay(&mut line, 1).await?;
        let loan = line.ask(&ground.post(0, Wish::default())).await?.to_owned();
        Outcome::Ok((ground, loan))
    })?;
    let bare = Server::canned(&loan)?;
    let mut next = 1;
    let mut posts = || {
        let from = next;
        next += LOANS;
        let posts = (from..next).map(|number| ground.post(number, Wish::default()));
        posts.collect::<Vec<_>>()
    };
    let mut pairs = Pairs::default();
    for round in 0..=rounds() {
        let (to_sandbox, to_bare) = (posts(), posts());
        let ours = timed(|| {
            runtime.block_on(async {
                let mut line = Line::open(sandbox.address).await?;
                control(&mut line, "POST", "/clock", json!({ "freeze": BEGIN })).await?;
                send(sandbox.address, to_sandbox, CONNECTIONS).await?;
                end(&mut line).await.map(drop)
            })
        })?;
        let bare = timed(|| runtime.block_on(send(bare.address, to_bare, CONNECTIONS)))?;
        // The first does not count.
        if round > 0 {
            pairs.ours.push(ours);
            pairs.bare.push(bare);
        }
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

fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<Cost> {
    let started = Instant::now();
    work()?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let loans = LOANS as f64;
    Ok(Cost {
        cpu: 0.0,
        wall: started.elapsed().as_secs_f64() / loans,
    })
}

/// A year over loans that are paid out: what one thing that falls due costs,
/// where there are few loans and where there are many.
fn jump(report: &mut Report, runtime: &Runtime) -> Outcome<()> {
    let [few, many] = OPEN.map(|loans| open(runtime, loans));
    let (few, many) = (few?, many?);
    let pairs = alternate(
        rounds(),
        || runtime.block_on(year(&many)),
        || runtime.block_on(year(&few)),
    )?;
    report.add([Row::against(
        "sandbox: a year over 10,000 open loans, CPU an event",
        pairs.medians(|cost| cost.cpu),
        (Better::Lower, 1.5),
        ("10,000 loans", "1,000 loans"),
        pairs.rounds(),
        microseconds,
    )])?;
    let whole = pairs.medians(|cost| cost.wall).ours;
    say(&format!("  the year over 10,000 loans took {whole:.3} s"))?;
    Ok(())
}

/// Loans that are paid out and due on a hundred days, to come back to.
#[allow(clippy::cast_possible_wrap, reason = "ten thousand at most")]
fn open(runtime: &Runtime, loans: usize) -> Outcome<Server> {
    let server = Server::sandbox()?;
    runtime.block_on(async {
        let mut line = Line::open(server.address).await?;
        let ground = Ground::lay(&mut line, 10).await?;
        let wish = |number: usize| Wish {
            borrower: number % 10,
            lasts: 10 + (number % 100) as i64,
            ..Wish::default()
        };
        ground.fill(&mut line, 0..loans, wish).await?;
        control(&mut line, "POST", "/clock", json!({ "advance": "P29D" })).await?;
        let path = format!("/loans?page_size=1&status=TO_REPAY&cursor=0_{}", 1);
        let page: Value = serde_json::from_str(line.ask(&request("GET", &path, "")).await?)?;
        if page["data"][0]["status"] != "TO_REPAY" {
            return Err("the first loan is not paid out".into());
        }
        control(&mut line, "POST", "/snapshots", json!({ "name": "open" })).await?;
        Outcome::Ok(())
    })?;
    Ok(server)
}

/// One jump, from where all loans are open; what an event of it cost, and how
/// long the whole took.
async fn year(server: &Server) -> Outcome<Cost> {
    let mut line = Line::open(server.address).await?;
    control(&mut line, "POST", "/snapshots/open/restore", Value::Null).await?;
    let (cpu, wall) = (server.cpu()?, Instant::now());
    let year = json!({ "advance": "P365D" });
    let walked = control(&mut line, "POST", "/clock", year).await?;
    let (cpu, wall) = (server.cpu()? - cpu, wall.elapsed().as_secs_f64());
    let events = walked["events"].as_object().into_iter().flatten();
    let events: u64 = events.filter_map(|(_, count)| count.as_u64()).sum();
    // Nothing is left to happen, and everything is closed.
    end(&mut line).await?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let events = events as f64;
    Ok(Cost {
        cpu: cpu / events,
        wall,
    })
}
