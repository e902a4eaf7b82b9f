//! The cases of conformance/, run through the door that every face is made
//! of; conformance/README.md says what a case is.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's own code"
)]

mod case;
mod driver;

use std::collections::BTreeSet;
use std::path::Path;

use defacto::types::OPERATIONS;
use defacto_sandbox::Sandbox;
use driver::Driver;

#[tokio::test(flavor = "multi_thread")]
async fn every_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance");
    let suite = case::read(&root).unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    let driver = Driver::new(sandbox.base_url(), sandbox.control_url(), suite.common);
    // To work on some: DEFACTO_CASE=paging cargo test --test conformance.
    let wanted = std::env::var("DEFACTO_CASE").unwrap_or_default();
    let (mut passed, mut failed, mut known) = (0, Vec::new(), 0);
    for case in &suite.cases {
        if !case.name.contains(&wanted) {
            continue;
        }
        let ended = tokio::task::block_in_place(|| driver.run(case));
        match (ended, case.is_known) {
            (Ok(()), false) => passed += 1,
            (Ok(()), true) => failed.push(format!("{}: passes, so not known", case.name)),
            (Err(_), true) => known += 1,
            (Err(problem), false) => failed.push(format!("{}: {problem}", case.name)),
        }
    }
    println!(
        "rust: {passed} passed, {} failed, {known} known",
        failed.len()
    );
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// An operation is in a case by itself or through steps that cases share.
#[test]
fn every_operation_is_in_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance");
    let suite = case::read(&root).unwrap();
    let mut called = BTreeSet::new();
    for case in &suite.cases {
        called.extend(suite.operations(&case.steps));
    }
    let missing: Vec<_> = OPERATIONS
        .iter()
        .map(ToString::to_string)
        .filter(|operation| !called.contains(operation))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The kinds of step and what each may hold; anything else is a slip.
#[test]
fn a_slip_in_a_case_is_found() {
    use serde_json::json;
    for (steps, slip) in [
        (json!([]), "no steps"),
        (json!([{"cal": "loans.get"}]), "no kind"),
        (json!([{"call": "loans.get", "expects": {}}]), "expects"),
        (
            json!([{"call": "loans.nothing", "expect": {}}]),
            "loans.nothing",
        ),
        (
            json!([{"call": "loans.get", "error": {"kind": "Nope"}}]),
            "Nope",
        ),
        (json!([{"call": "loans.get", "error": {"sort": 1}}]), "sort"),
        (json!([{"use": "nothing"}]), "nothing"),
        (json!([{"function": "a.b", "expect": {}}]), "a.b"),
        (json!([{"journal": "loans.get"}]), "expects nothing"),
    ] {
        let case = json!({"name": "x", "about": "y", "steps": steps});
        let problem = case::parse(&case, &json!({})).err().unwrap();
        assert!(problem.contains(slip), "{problem}");
    }
}
