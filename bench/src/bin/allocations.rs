//! Counts allocations: of a GET, ours and the baseline's, against the server named
//! by the only argument (`[ours, baseline, rounds]`); the most that a pass holds
//! (`pass`, the address of an account and the file of a store in which `fill` has put
//! its loans: `[held]`); and what a tracker without a file holds (`memory`: `[held, JSON]`, in bytes).

use allocation_counter::measure;
use defacto::tracking::store::{Batch, Memory, Sqlite, Store as _};
use defacto::tracking::{Moment, Observation, Source, Tracker};
use defacto::types::Timestamp;
use defacto_bench::clients::{self, Clients};
use defacto_bench::pairs::{median, rounds};
use defacto_bench::report::say;
use defacto_bench::tracking::book;
use defacto_bench::{Outcome, process, runtime, sample};

/// Loans that are tracked.
const LOANS: usize = 20_000;

fn main() -> Outcome<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let found = match arguments[..] {
        ["fill", account, file] => vec![fill(account, file)?],
        ["pass", account, file] => vec![pass(account, file)?],
        ["memory"] => memory()?.into(),
        [url] => get(url)?.into(),
        _ => return Err("no server is named".into()),
    };
    say(&serde_json::to_string(&found)?)?;
    Ok(())
}

/// The first pass over an account: how many changes it told.
fn fill(url: &str, file: &str) -> Outcome<f64> {
    let tracker = Tracker::new(clients::ours(url)?, Sqlite::open(file)?);
    let synced = runtime()?.block_on(tracker.full_pass())?;
    Ok(f64::from(u32::try_from(synced.changes.len())?))
}

/// What the process holds at most in a pass where nothing is new: what one thread
/// makes and another lets go of cannot be counted by threads. The first pass is made
/// by another, since the changes that it tells are as many as the loans, and what was
/// held once is not given back to the system.
fn pass(url: &str, file: &str) -> Outcome<f64> {
    let runtime = runtime()?;
    let tracker = Tracker::new(clients::ours(url)?, Sqlite::open(file)?);
    runtime.block_on(tracker.full_pass())?;
    process::forget_peak()?;
    runtime.block_on(tracker.full_pass())?;
    process::peak()
}

/// What a tracker of many loans holds, and their JSON.
fn memory() -> Outcome<[f64; 2]> {
    let runtime = runtime()?;
    let now = Timestamp(jiff::Timestamp::UNIX_EPOCH);
    let mut json = 0;
    let mut held = None;
    let mut result = Ok(());
    let counted = measure(|| {
        let store = Memory::new();
        result = (|| {
            for number in 0..LOANS {
                json += sample::loan().len();
                let one = Observation::of_loan(&book::loan(number)?, Moment::at(now), Source::Poll);
                let batch = Batch {
                    observations: vec![one],
                    ..Batch::default()
                };
                runtime.block_on(store.commit(batch, now))?;
            }
            Outcome::Ok(())
        })();
        held = Some(store);
    });
    result?;
    drop(held);
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    Ok([counted.bytes_current as f64, json as f64])
}

fn get(url: &str) -> Outcome<[f64; 3]> {
    let clients = Clients::new(url)?;
    let runtime = runtime()?;
    let count = |call: &dyn Fn() -> Outcome<()>| -> Outcome<f64> {
        let mut result = Ok(());
        let counted = measure(|| result = call());
        result?;
        #[allow(clippy::cast_precision_loss, reason = "a small count")]
        Ok(counted.count_total as f64)
    };
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds() + 2 {
        let a = count(&|| runtime.block_on(clients.get()))?;
        let b = count(&|| runtime.block_on(clients.bare_get()))?;
        // The first ones connect.
        if round >= 2 {
            ours.push(a);
            bare.push(b);
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a small count")]
    let rounds = ours.len() as f64;
    Ok([median(ours), median(bare), rounds])
}
