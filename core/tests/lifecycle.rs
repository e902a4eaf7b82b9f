//! The client's table of a loan's life and the simulator's, each read from the
//! sources on its own.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

use std::collections::BTreeSet;

use defacto::lifecycle::loan::MOVES;
use defacto_sandbox::loan_moves;

/// Moves that only one table has, each with its reason.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "L21 PENDING_VALIDATION -> DECLINED",
        "the simulator lapses no request under review; L5 has the same move",
    ),
    (
        "L22 SCHEDULED -> DELETED",
        "the sources say \"early statuses\": the client takes in the wider reading",
    ),
    (
        "L22 VALIDATED -> DELETED",
        "the sources say \"early statuses\": the client takes in the wider reading",
    ),
];

#[test]
fn both_readings_agree() {
    let ours: BTreeSet<String> = MOVES
        .iter()
        .filter_map(|step| Some((step, step.from.as_ref()?)))
        .filter(|(step, from)| **from != step.to)
        .map(|(step, from)| format!("{} {from} -> {}", step.id, step.to))
        .collect();
    let theirs: BTreeSet<String> = loan_moves()
        .map(|(row, from, to)| format!("{row} {from} -> {to}"))
        .collect();
    let found: Vec<_> = ours
        .symmetric_difference(&theirs)
        .map(String::as_str)
        .collect();
    let listed: Vec<_> = DIFFERENCES.iter().map(|(step, _)| *step).collect();
    assert_eq!(found, listed);
}
