//! What scripts see of a failure, and pipes.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use serde_json::Value;
use support::{Sandbox, defacto, stderr, stdout};

/// The one line of JSON on stderr.
fn error(output: &std::process::Output, code: i32) -> Value {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(output.stdout.is_empty());
    assert_eq!(text.lines().count(), 1, "{text}");
    let line: Value = serde_json::from_str(&text).unwrap();
    let error = line["error"].clone();
    assert_eq!(error["exit_code"], code);
    for name in [
        "kind",
        "number",
        "status",
        "message",
        "operation",
        "is_retryable",
        "salt_id",
    ] {
        assert!(error.get(name).is_some(), "{name}: {text}");
    }
    error
}

#[test]
fn failures_are_json_for_scripts() {
    let sandbox = Sandbox::start();
    let run = |arguments: &[&str]| sandbox.defacto().args(arguments).output().unwrap();
    let id = "00000000-0000-4000-8000-000000000000";
    for arguments in [
        &["loans", "get", id, "--json"][..],
        &["loans", "watch", id, "--json"],
    ] {
        let error = error(&run(arguments), 1);
        assert_eq!(error["kind"], "NotFound");
        assert_eq!(error["number"], 5);
        assert_eq!(error["status"], 404);
        assert_eq!(error["operation"], "loans.get");
        assert_eq!(error["is_retryable"], false);
    }
    let input = r#"{"path":{"loan_id":"x"}}"#;
    let api = run(&["api", "loans", "get", "--json", "--input", input]);
    assert_eq!(error(&api, 1)["operation"], "loans.get");

    sandbox.fault(r#"{"operation":"loans.list","status":403}"#);
    let denied = error(&run(&["loans", "list", "--json"]), 1);
    assert_eq!(denied["kind"], "PermissionDenied");

    sandbox.fault(r#"{"operation":"testing.hello","status":401}"#);
    let hello = run(&["hello", "--json", "--base-url", &sandbox.base_url]);
    assert_eq!(error(&hello, 1)["kind"], "Unauthenticated");

    let unnamed = defacto()
        .args(["loans", "list", "--json"])
        .output()
        .unwrap();
    assert_eq!(error(&unnamed, 2)["kind"], "Configuration");
    let unknown = run(&["api", "loans", "fetch", "--json"]);
    assert_eq!(error(&unknown, 2)["kind"], "InvalidInput");
}

#[test]
fn a_watch_that_is_late_says_so() {
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"loans.get","delay_ms":60000,"times":null}"#);
    let arguments = ["loans", "watch", "x", "--timeout", "1"];
    let output = sandbox.defacto().args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(13));
    assert!(stderr(&output).contains("go on with `defacto loans watch x`"));
    let output = sandbox
        .defacto()
        .args(arguments)
        .arg("--json")
        .output()
        .unwrap();
    assert_eq!(error(&output, 13)["kind"], "Timeout");
}

#[test]
fn a_reader_that_had_enough_is_no_news() {
    for arguments in [
        &["api", "--list"][..],
        &["api", "--list", "--json"],
        &["completions", "bash"],
        &["first-loan"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = defacto().args(arguments).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(141), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{}", stderr(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_news() {
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = defacto()
        .args(["api", "--list"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("stdout cannot be written: check where it goes"));
}

#[test]
fn a_watch_has_its_own_exit_codes() {
    let output = defacto()
        .args(["loans", "watch", "--help"])
        .output()
        .unwrap();
    let text = stdout(&output);
    assert!(text.contains("DECLINED\n"), "{text}");
    for foreign in ["--scenario", "amounts add up", " 14 "] {
        assert!(!text.contains(foreign), "{text}");
    }
}
