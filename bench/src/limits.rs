//! Limits that stand by themselves: the command line's first loan, and the
//! crates that the client brings along.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Outcome;
use crate::pairs::{median, rounds};
use crate::report::{Report, Row};

/// Seconds for the first loan.
const FIRST_LOAN: f64 = 0.4;
/// The client's tree stays under this.
const CRATES: u32 = 130;

/// Both.
///
/// # Errors
///
/// When a program cannot be run.
pub fn measure(report: &mut Report) -> Outcome<()> {
    first_loan(report)?;
    crates(report)
}

fn first_loan(report: &mut Report) -> Outcome<()> {
    let program = std::env::current_exe()?.with_file_name("defacto");
    let run = |arguments: &[&str]| {
        Command::new(&program)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    if !run(&["first-loan", "--help"]).is_ok_and(|status| status.success()) {
        report.note(
            "`defacto first-loan` was not measured: this build has no such command beside the benchmarks.",
        );
        return Ok(());
    }
    let mut seconds = Vec::new();
    for _ in 0..rounds() {
        let started = Instant::now();
        if !run(&["first-loan"])?.success() {
            return Err("`defacto first-loan` fails".into());
        }
        seconds.push(started.elapsed().as_secs_f64());
    }
    let count = seconds.len();
    report.add([Row::limit(
        "`defacto first-loan`, once built",
        "defacto",
        (median(seconds), FIRST_LOAN),
        count,
        |seconds| format!("{seconds:.3} s"),
    )])
}

fn crates(report: &mut Report) -> Outcome<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .args(["tree", "--package", "defacto", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}", "--locked"])
        .output()?;
    if !tree.status.success() {
        return Err("`cargo tree` fails".into());
    }
    let text = String::from_utf8(tree.stdout)?;
    let names: BTreeSet<_> = text
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    // Under, not at, the limit.
    let (count, limit) = (u32::try_from(names.len())?, CRATES - 1);
    report.add([Row::limit(
        "crates in the client's default tree",
        "defacto",
        (f64::from(count), f64::from(limit)),
        1,
        |count| format!("{count:.0}"),
    )])
}
