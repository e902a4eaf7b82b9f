//! Allocations, counted by a process of their own: counting takes time that
//! the other measurements must not see.

use std::process::{Command, Stdio};

use serde::de::DeserializeOwned;

use crate::child::Server;
use crate::pairs::Medians;
use crate::report::{Better, Report, Row};
use crate::{Outcome, sample};

/// The allocations of one GET of each side.
///
/// # Errors
///
/// When the counting program cannot be run.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let server = Server::canned(&sample::loan())?;
    let [ours, bare, rounds]: [f64; 3] = counted(&[&server.url()])?;
    let medians = Medians {
        ours,
        bare,
        ratio: ours / bare,
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let rounds = rounds as usize;
    report.add([Row::against(
        "GET a loan, allocations",
        medians,
        (Better::Lower, 1.3),
        ("defacto", "reqwest + serde"),
        rounds,
        |count| format!("{count:.0}"),
    )])
}

/// What the counting program finds.
pub(crate) fn counted<T: DeserializeOwned>(arguments: &[&str]) -> Outcome<T> {
    let counter = std::env::current_exe()?.with_file_name("defacto-bench-allocations");
    let output = Command::new(counter)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the allocations cannot be counted".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
