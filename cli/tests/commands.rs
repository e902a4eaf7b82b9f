//! loans, api, doctor, completions and man.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use serde_json::Value;
use support::{Sandbox, defacto, json, stderr, stdout};

/// A sandbox with loans in it; their ids.
fn with_loans(count: usize) -> (Sandbox, Vec<String>) {
    let sandbox = Sandbox::start();
    let ids = (0..count)
        .map(|_| {
            let output = sandbox
                .defacto()
                .args(["first-loan", "--scenario", "reject", "--json"])
                .args(["--base-url", &sandbox.base_url])
                .output()
                .unwrap();
            json(&output, 10)["loan_id"].as_str().unwrap().to_owned()
        })
        .collect();
    (sandbox, ids)
}

#[test]
fn loans_are_listed_shown_and_watched() {
    let (sandbox, ids) = with_loans(3);
    let run = |arguments: &[&str]| sandbox.defacto().args(arguments).output().unwrap();
    let list = |arguments: &[&str]| {
        let mut all = vec!["loans", "list", "--json"];
        all.extend(arguments);
        json(&run(&all), 0)
    };
    let all = list(&[]);
    assert_eq!(all["data"].as_array().unwrap().len(), 3);
    assert_eq!(all["next_cursor"], Value::Null);
    let first = list(&["--limit", "2"]);
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let rest = list(&["--cursor", first["next_cursor"].as_str().unwrap()]);
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert_eq!(rest["data"][0]["id"], ids[0].as_str());
    let closed = list(&["--status", "closed"]);
    assert!(closed["data"].as_array().unwrap().is_empty());
    let declined = list(&["--status", "CLOSED", "--status", "DECLINED"]);
    assert_eq!(declined["data"].as_array().unwrap().len(), 3);

    let text = run(&["loans", "list", "--limit", "1"]);
    assert!(stdout(&text).contains(&ids[2]));
    assert!(stderr(&text).contains("--cursor"));

    let get = json(&run(&["loans", "get", &ids[0], "--json"]), 0);
    assert_eq!(get["status"], "DECLINED");
    let text = stdout(&run(&["loans", "get", &ids[0]]));
    assert!(text.contains("Denial reason"), "{text}");
    assert!(
        !text.contains("FR88"),
        "account numbers are shortened: {text}"
    );

    let watch = run(&["loans", "watch", &ids[0], "--json"]);
    assert_eq!(watch.status.code(), Some(10));
    let text = stdout(&watch);
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["status"], "DECLINED");
    assert_eq!(text.lines().count(), 3);

    let missing = run(&["loans", "get", "00000000-0000-4000-8000-000000000000"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(missing.stdout.is_empty());
}

#[test]
fn all_operations_are_listed() {
    let output = defacto()
        .args(["api", "--list", "--json"])
        .output()
        .unwrap();
    let rows = json(&output, 0);
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 77);
    for row in rows {
        for field in ["group", "operation", "method", "path", "retry_class"] {
            assert!(row[field].is_string(), "{row}");
        }
        assert!(row["deprecated"].is_boolean());
    }
    let output = defacto().args(["api", "--list"]).output().unwrap();
    assert_eq!(stdout(&output).lines().count(), 78);
}

#[test]
fn any_operation_can_be_called() {
    let (sandbox, ids) = with_loans(1);
    let run = |arguments: &[&str]| sandbox.defacto().args(arguments).output().unwrap();
    let hello = run(&["api", "testing", "hello"]);
    assert!(stdout(&hello).starts_with("Hello"));
    assert!(json(&run(&["api", "testing", "hello", "--json"]), 0).is_string());
    let list = run(&[
        "api",
        "loans",
        "list",
        "--json",
        "--input",
        r#"{"query":{"status":["DECLINED"],"page_size":1}}"#,
    ]);
    assert_eq!(json(&list, 0)["data"][0]["id"], ids[0].as_str());
    let input = format!(r#"{{"path":{{"loan_id":"{}"}}}}"#, ids[0]);
    let file = std::env::temp_dir().join(format!("defacto-input-{}.json", std::process::id()));
    std::fs::write(&file, &input).unwrap();
    let from_file = format!("@{}", file.display());
    let get = run(&[
        "api",
        "loans",
        "list-events",
        "--json",
        "--input",
        &from_file,
    ]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(json(&get, 0)["data"].as_array().unwrap().len(), 3);

    for (arguments, advice) in [
        (&["api", "loan", "get"][..], "--list"),
        (&["api", "loans", "fetch"], "list_events"),
        (&["api", "loans", "get", "--input", "{"], "no JSON"),
        (
            &["api", "loans", "get", "--input", r#"{"pth":{}}"#],
            "path, query",
        ),
        (&["api", "loans", "get"], "loan_id"),
        (
            &["api", "loans", "get", "--input", "@/nowhere"],
            "cannot be read",
        ),
        (
            &[
                "api",
                "loans",
                "get",
                "--input",
                r#"{"files":{"file":"x"}}"#,
            ],
            "takes no file",
        ),
        (&["api"], "--help"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(advice), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_server_must_be_named() {
    for arguments in [
        &["loans", "list"][..],
        &["loans", "get", "x"],
        &["api", "testing", "hello"],
    ] {
        let output = defacto()
            .env("DEFACTO_API_KEY", "k-123456789")
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("--env sandbox"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn the_doctor_says_what_to_do() {
    let check = |object: &Value, name: &str| {
        let checks = object["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["check"] == name).unwrap();
        found["status"].as_str().unwrap().to_owned()
    };
    let sandbox = Sandbox::start();
    let output = sandbox
        .defacto()
        .args(["doctor", "--json"])
        .output()
        .unwrap();
    let object = json(&output, 0);
    assert_eq!(object["ok"], true);
    for name in [
        "configuration",
        "certificates",
        "reachability",
        "clock",
        "key",
    ] {
        assert_eq!(check(&object, name), "ok", "{name}");
    }

    let output = defacto()
        .env("DEFACTO_API_KEY", "sandbox")
        .args(["doctor", "--json", "--base-url", "http://127.0.0.1:1"])
        .output()
        .unwrap();
    let object = json(&output, 1);
    assert_eq!(check(&object, "reachability"), "problem");
    assert_eq!(check(&object, "key"), "skipped");

    sandbox.fault(r#"{"operation":"testing.hello","status":401,"skip":1,"times":null}"#);
    let output = sandbox
        .defacto()
        .args(["doctor", "--json"])
        .output()
        .unwrap();
    assert_eq!(check(&json(&output, 1), "key"), "problem");

    let output = defacto().arg("doctor").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("-> no server is named"));
}

#[test]
fn completions_and_manual_pages() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = defacto().args(["completions", shell]).output().unwrap();
        assert!(stdout(&output).contains("first-loan"), "{shell}");
    }
    for (arguments, title) in [
        (&["man"][..], ".TH defacto 1"),
        (&["man", "loans", "list"], ".TH defacto-loans-list 1"),
    ] {
        let output = defacto().args(arguments).output().unwrap();
        assert!(stdout(&output).contains(title), "{}", stdout(&output));
    }
    let output = defacto().args(["man", "nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_tells_the_exit_codes() {
    for (arguments, code) in [
        (&["--help"][..], "14 "),
        (&["first-loan", "--help"], "ISSUE_DETECTED"),
        (&["first-loan", "-h"], "ISSUE_DETECTED"),
        (&["loans", "watch", "--help"], "ISSUE_DETECTED"),
        (&["doctor", "--help"], "Exit codes"),
    ] {
        let output = defacto().args(arguments).output().unwrap();
        assert!(stdout(&output).contains(code), "{arguments:?}");
    }
}
