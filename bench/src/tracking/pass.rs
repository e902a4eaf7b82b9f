//! A pass over a large account.

use defacto::tracking::Tracker;
use defacto::tracking::store::Sqlite;
use defacto::types::LoanStatus;
use serde_json::json;
use tokio::runtime::Runtime;

use super::Folder;
use crate::allocations::counted;
use crate::bare::Bare;
use crate::child::Server;
use crate::clients;
use crate::load::Line;
use crate::loans::{Ground, Wish, control};
use crate::pairs::{Medians, alternate, rounds, spent};
use crate::report::{Better, Report, Row, megabytes};
use crate::{Outcome, runtime};

/// Loans that are open.
const LOANS: usize = 20_000;
/// Requests that a full pass over them may take.
const REQUESTS: f64 = 220.0;
/// Of whom they are.
const BORROWERS: usize = 10;

/// A simulator in which so many loans are being repaid.
fn open_book(runtime: &Runtime, loans: usize) -> Outcome<Server> {
    let sandbox = Server::sandbox()?;
    runtime.block_on(async {
        let mut line = Line::open(sandbox.address).await?;
        let ground = Ground::lay(&mut line, BORROWERS).await?;
        let wish = |number| Wish {
            borrower: number % BORROWERS,
            lasts: 60,
            ..Wish::default()
        };
        ground.fill(&mut line, 0..loans, wish).await?;
        control(&mut line, "POST", "/clock", json!({ "advance": "P40D" })).await?;
        // Reads are told apart by the server's clock.
        control(&mut line, "POST", "/clock", json!({ "freeze": false })).await?;
        Outcome::Ok(())
    })?;
    Ok(sandbox)
}

/// Measures it.
///
/// # Errors
///
/// When the disk or a server refuses something.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let folder = &Folder::new()?;
    let runtime = runtime()?;
    let sandbox = open_book(&runtime, LOANS)?;
    let client = clients::ours(&sandbox.url())?;
    let tracker = Tracker::new(client, Sqlite::open(folder.0.join("pass.db"))?);
    let bare = Bare::new(&sandbox.url(), clients::KEY)?;
    // The first records them all, and reads what belongs to a pass beside the lists.
    let first = runtime.block_on(tracker.sync())?;
    if first.changes.len() < LOANS {
        let found = first.changes.len();
        return Err(format!(
            "a pass found {found} changes in {} requests",
            first.requests
        )
        .into());
    }
    let pairs = alternate(
        rounds(),
        || {
            spent(LOANS, || {
                runtime.block_on(tracker.full_pass())?;
                Ok(())
            })
        },
        || {
            spent(LOANS, || {
                runtime.block_on(async {
                    let open = LoanStatus::ALL.iter().filter(|status| {
                        !matches!(
                            status,
                            LoanStatus::Declined
                                | LoanStatus::Canceled
                                | LoanStatus::Deleted
                                | LoanStatus::Closed
                        )
                    });
                    let open: Vec<String> = open.map(|status| format!("status={status}")).collect();
                    let mut path = format!("/loans?page_size=100&{}", open.join("&"));
                    let mut seen = 0;
                    loop {
                        let page = bare.page(&path).await?;
                        seen += page.data.len();
                        let Some(next) = page.next_page else { break };
                        path = next;
                    }
                    if seen < LOANS {
                        return Err("the loop did not find the loans".into());
                    }
                    Ok(())
                })
            })
        },
    )?;
    report.add([
        Row::against(
            "tracker: full pass over 20,000 open loans, CPU a loan",
            pairs.medians(|cost| cost.cpu),
            (Better::Lower, 1.5),
            ("SQLite, durable", "reqwest + serde, the pages alone"),
            pairs.rounds(),
            |seconds| format!("{:.1} µs", seconds * 1e6),
        ),
        Row::limit(
            "tracker: requests of a full pass over 20,000 open loans",
            "sync, with credit lines",
            (f64::from(first.requests), REQUESTS),
            pairs.rounds(),
            |count| format!("{count:.0}"),
        ),
    ])?;
    memory(report, &runtime, &sandbox, folder)
}

/// What a pass holds at most must not grow with its pages.
fn memory(report: &mut Report, runtime: &Runtime, large: &Server, folder: &Folder) -> Outcome<()> {
    let small = open_book(runtime, LOANS / 10)?;
    let held = |name: &str, account: &Server| -> Outcome<f64> {
        let file = folder.0.join(name);
        let file = file.to_str().ok_or("a folder that is no text")?;
        let [_told]: [f64; 1] = counted(&["fill", &account.url(), file])?;
        let [held]: [f64; 1] = counted(&["pass", &account.url(), file])?;
        Ok(held)
    };
    let ours = held("large.db", large)?;
    let bare = held("small.db", &small)?;
    let medians = Medians {
        ours,
        bare,
        ratio: ours / bare,
    };
    report.add([Row::against(
        "tracker: memory of a full pass, 200 pages",
        medians,
        (Better::Lower, 1.5),
        ("200 pages", "20 pages"),
        1,
        megabytes,
    )])
}
