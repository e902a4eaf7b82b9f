//! `api`: what operations take, and names they do not.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::process::Output;

use serde_json::Value;
use support::{Sandbox, defacto, json, stderr, stdout};

fn run(arguments: &[&str]) -> Output {
    defacto().args(arguments).output().unwrap()
}

#[test]
fn a_group_lists_its_operations() {
    let rows = json(&run(&["api", "loans", "--json"]), 0);
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 9);
    assert!(rows.iter().all(|row| row["group"] == "loans"));
    assert_eq!(
        stdout(&run(&["api", "credit-lines"])),
        stdout(&run(&["api", "--list", "credit_lines"]))
    );
}

#[test]
fn every_operation_says_what_it_takes() {
    let rows = json(&run(&["api", "--list", "--json"]), 0);
    for row in rows.as_array().unwrap() {
        let (group, name) = (
            row["group"].as_str().unwrap(),
            row["operation"].as_str().unwrap(),
        );
        let object = json(&run(&["api", "--describe", group, name, "--json"]), 0);
        for part in ["path", "query", "body"] {
            for field in object["input"][part].as_array().unwrap() {
                for text in ["name", "type", "doc"] {
                    assert!(field[text].is_string(), "{field}");
                }
                assert!(field["required"].is_boolean());
            }
        }
        let names = row["path"].as_str().unwrap().matches('{').count();
        assert_eq!(object["input"]["path"].as_array().unwrap().len(), names);
    }
}

#[test]
fn what_is_needed_is_told_before_anything_is_sent() {
    let described = run(&["api", "--describe", "loans", "create"]);
    let text = stdout(&described);
    let line = |name: &str| {
        let found = text.lines().find(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("body") && words.next() == Some(name)
        });
        found.unwrap_or_default().to_owned()
    };
    assert!(line("amount").contains("cents") && line("amount").contains("required"));
    assert!(line("to_pay_at").contains("date and time"));
    assert!(line("loan_to.account_number").contains("required"));
    assert!(!line("auto_validate").contains("required"));
    assert!(line("currency").contains("(EUR, GBP)"));

    let bare = run(&["api", "loans", "create"]);
    assert_eq!(bare.status.code(), Some(2));
    let advice = stderr(&bare);
    assert!(
        advice.contains("pass --input '{\"body\":{\"amount\""),
        "{advice}"
    );
    assert!(advice.contains("to_repay_at"));

    // The example names all that is required.
    let object = json(&run(&["api", "--describe", "loans", "create", "--json"]), 0);
    for field in object["input"]["body"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        if field["required"] == true && !name.contains('.') {
            assert!(object["example"]["body"].get(name).is_some(), "{name}");
        }
    }
    let text = stdout(&run(&["api", "--describe", "testing", "hello"]));
    assert!(text.contains("It takes no input"));
}

#[test]
fn unknown_names_of_the_path_are_refused() {
    for (input, advice) in [
        (
            r#"{"path":{"id":"x"}}"#,
            "`id` is no path parameter of loans.get: use loan_id",
        ),
        (r#"{"path":{}}"#, "path.loan_id is missing"),
    ] {
        let output = run(&["api", "loans", "get", "--input", input]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(advice), "{}", stderr(&output));
    }
}

#[test]
fn other_unknown_names_are_sent_with_a_warning() {
    let sandbox = Sandbox::start();
    let call = |group: &str, name: &str, input: &str| {
        let arguments = ["api", group, name, "--json", "--input", input];
        sandbox.defacto().args(arguments).output().unwrap()
    };
    for (group, name, input, warning) in [
        (
            "loans",
            "list",
            r#"{"query":{"page_sizes":1}}"#,
            "`query.page_sizes` is not known here: did you mean `page_size`?",
        ),
        (
            "testing",
            "generate_business",
            r#"{"query":{"contry":"FRA"}}"#,
            "did you mean `country`?",
        ),
        (
            "testing",
            "hello",
            r#"{"query":{"tomorrow":1}}"#,
            "testing.hello declares no query",
        ),
    ] {
        let output = call(group, name, input);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let first = stderr(&output)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        let line: Value = serde_json::from_str(&first).unwrap();
        let message = line["warning"]["message"].as_str().unwrap();
        assert!(message.contains(warning), "{message}");
    }

    // Inside of objects and lists too.
    let body =
        r#"{"body":{"auto_validat":true,"borrower":{"identifer":"1"},"invoices":[{"saler":{}}]}}"#;
    let output = sandbox
        .defacto()
        .args(["api", "loans", "create", "--input", body])
        .output()
        .unwrap();
    let text = stderr(&output);
    for warning in [
        "warning: `body.auto_validat` is not known here: did you mean `auto_validate`?",
        "`body.borrower.identifer` is not known here: did you mean `identifier`?",
        "`body.invoices[0].saler` is not known here: did you mean `seller`?",
    ] {
        assert!(text.contains(warning), "{text}");
    }

    let known = call("loans", "list", r#"{"query":{"status":["CLOSED"]}}"#);
    assert!(known.stderr.is_empty(), "{}", stderr(&known));
}
