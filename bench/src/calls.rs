//! The client against bare reqwest.

use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::child::Server;
use crate::clients::{self, Clients};
use crate::pairs::{Cost, Pairs, alternate, rounds, spent};
use crate::report::{Better, Report, Row, microseconds};
use crate::{Outcome, runtime, sample};

/// Calls a round, one after the other.
const CALLS: usize = 400;
/// Pages a round.
const PAGES: usize = 40;
/// Calls under way at once.
const FLIGHT: usize = 64;
/// Calls of each of them a round.
const EACH: usize = 20;

const BARE: &str = "reqwest + serde";

fn repeat(runtime: &Runtime, calls: usize, call: impl AsyncFn() -> Outcome<()>) -> Outcome<Cost> {
    spent(calls, || {
        runtime.block_on(async {
            for _ in 0..calls {
                call().await?;
            }
            Ok(())
        })
    })
}

fn cpu(name: &str, goal: f64, pairs: &Pairs) -> Row {
    Row::against(
        name,
        pairs.medians(|cost| cost.cpu),
        (Better::Lower, goal),
        ("defacto", BARE),
        pairs.rounds(),
        microseconds,
    )
}

/// Everything of the client.
///
/// # Errors
///
/// When a call fails.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let server = Server::canned(&sample::loan())?;
    let clients = Arc::new(Clients::new(&server.url())?);
    let c = &*clients;
    let runtime = runtime()?;
    let run = &runtime;

    let pairs = alternate(
        rounds(),
        || repeat(run, CALLS, async || c.get().await),
        || repeat(run, CALLS, async || c.bare_get().await),
    )?;
    report.add([cpu("GET a loan, CPU a call", 1.10, &pairs)])?;

    let pairs = alternate(
        rounds(),
        || repeat(run, CALLS, async || c.post().await),
        || repeat(run, CALLS, async || c.bare_post().await),
    )?;
    report.add([cpu("POST a loan, CPU a call", 1.10, &pairs)])?;

    let pairs = alternate(
        rounds(),
        || repeat(run, PAGES, async || c.list().await),
        || repeat(run, PAGES, async || c.bare_list().await),
    )?;
    report.add([cpu("page of 100 loans, CPU a call", 1.10, &pairs)])?;

    let pairs = alternate(
        rounds(),
        || {
            flood(run, || {
                let clients = clients.clone();
                async move {
                    for _ in 0..EACH {
                        clients.post().await?;
                    }
                    Ok(())
                }
            })
        },
        || {
            flood(run, || {
                let clients = clients.clone();
                async move {
                    for _ in 0..EACH {
                        clients.bare_post().await?;
                    }
                    Ok(())
                }
            })
        },
    )?;
    report.add([
        Row::against(
            "64 POSTs in flight, throughput",
            pairs.medians(|cost| 1.0 / cost.wall),
            (Better::Higher, 0.95),
            ("defacto", BARE),
            pairs.rounds(),
            |rate| format!("{rate:.0}/s"),
        ),
        cpu("64 POSTs in flight, CPU a call", 1.10, &pairs),
    ])?;

    blocking(report, &server, run, c)
}

/// The blocking client against the baseline on a current-thread runtime, which
/// costs less than reqwest's own blocking client and its second thread.
fn blocking(report: &mut Report, server: &Server, run: &Runtime, c: &Clients) -> Outcome<()> {
    let client = clients::blocking(&server.url())?;
    let ours = || {
        spent(CALLS, || {
            for _ in 0..CALLS {
                std::hint::black_box(client.loans().get(sample::ID).send()?);
            }
            Ok(())
        })
    };
    let bare = || {
        spent(CALLS, || {
            for _ in 0..CALLS {
                run.block_on(c.bare_get())?;
            }
            Ok(())
        })
    };
    let pairs = alternate(rounds(), ours, bare)?;
    report.add([cpu("blocking GET of a loan, CPU a call", 1.15, &pairs)])
}

/// Many calls under way at once.
fn flood<F>(runtime: &Runtime, of: impl Fn() -> F) -> Outcome<Cost>
where
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    spent(FLIGHT * EACH, || {
        runtime.block_on(async {
            let mut calls: JoinSet<_> = (0..FLIGHT).map(|_| of()).collect();
            while let Some(done) = calls.join_next().await {
                done??;
            }
            Ok(())
        })
    })
}
