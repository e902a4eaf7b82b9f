//! The walk through the guide, to each of its ends.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Running, Sandbox, defacto, json, stderr, stdout};

/// Status names of one kind of thing in a timeline.
fn statuses<'a>(object: &'a Value, of: &str) -> Vec<&'a str> {
    object["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["of"] == of)
        .map(|entry| entry["status"].as_str().unwrap())
        .collect()
}

#[test]
fn every_scenario_has_its_end() {
    for (scenario, code, status, reason) in [
        ("success", 0, "CLOSED", false),
        ("one-day-later", 0, "CLOSED", false),
        ("reject", 10, "DECLINED", true),
        ("fail", 11, "ISSUE_DETECTED", true),
        ("cancel", 12, "CANCELED", false),
    ] {
        let output = defacto()
            .args(["first-loan", "--scenario", scenario, "--json"])
            .output()
            .unwrap();
        let object = json(&output, code);
        assert_eq!(object["status"], status, "{scenario}");
        assert_eq!(object["exit_code"], code);
        assert_eq!(object["reason"].is_string(), reason, "{object}");
        assert_eq!(object["error"], Value::Null);
        assert_eq!(object["environment"], "embedded");
        assert_eq!(statuses(&object, "loan").last(), Some(&status));
        let sums = object["sums"].as_array().unwrap();
        assert!(sums.len() >= 3);
        assert!(sums.iter().all(|sum| sum["holds"] == true), "{sums:?}");
        assert!(output.stderr.is_empty(), "{}", stderr(&output));

        let output = defacto()
            .args(["first-loan", "--scenario", scenario])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code));
        let text = stdout(&output);
        assert!(text.contains(&format!("The loan is {status}")), "{text}");
        assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    }
}

#[test]
fn every_status_is_told_and_the_amounts_add_up() {
    let output = defacto().args(["first-loan", "--json"]).output().unwrap();
    let object = json(&output, 0);
    assert_eq!(
        statuses(&object, "loan"),
        [
            "SUBMITTED",
            "PENDING_VALIDATION",
            "TO_VALIDATE",
            "VALIDATED",
            "SCHEDULED",
            "INITIATED",
            "TO_REPAY",
            "TO_REPAY_FEES",
            "CLOSED"
        ]
    );
    let payout = ["PROPOSED", "SCHEDULED", "INSTRUCTED", "PAID"];
    assert_eq!(statuses(&object, "payment"), payout);
    let principal_then_fees = ["SCHEDULED", "PAID", "SCHEDULED", "PAID"];
    assert_eq!(statuses(&object, "repayment"), principal_then_fees);
    let terms = &object["terms"];
    let amount = terms["amount"].as_i64().unwrap();
    for name in ["fees_estimated", "beneficiary", "to_pay_at", "to_repay_at"] {
        assert!(!terms[name].is_null(), "{name}");
    }
    let credit: Vec<_> = object["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["of"] == "credit_line")
        .map(|entry| entry["balance_available"].as_i64().unwrap())
        .collect();
    assert_eq!(credit, [credit[0], credit[0] - amount, credit[0]]);
    let steps = object["steps"].as_array().unwrap();
    let repayment = steps.iter().find(|s| s["step"] == "repayment").unwrap();
    assert_eq!(repayment["repaid_nominal_amount"], amount);
    assert!(repayment["iban"].as_str().unwrap().len() > 14);
}

#[test]
fn the_other_roads() {
    let directory = std::env::temp_dir().join(format!("defacto-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("contract.pdf");
    let output = defacto()
        .args(["first-loan", "--auto-validate", "--sign", "--json"])
        .arg("--save-contract")
        .arg(&file)
        .output()
        .unwrap();
    let object = json(&output, 0);
    assert!(!statuses(&object, "loan").contains(&"TO_VALIDATE"));
    let steps = object["steps"].as_array().unwrap();
    let step = |name: &str| steps.iter().find(|step| step["step"] == name).unwrap();
    assert_eq!(step("borrower")["status"], "TO_SIGN");
    assert_eq!(step("sign")["status"], "READY");
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF"));
    let files = std::fs::read_dir(&directory).unwrap().count();
    std::fs::remove_dir_all(&directory).unwrap();
    assert_eq!(files, 1, "nothing half written is left");
}

#[test]
fn production_is_refused() {
    for arguments in [
        ["--env", "production"],
        ["--base-url", "https://api.getdefacto.com"],
        ["--base-url", "https://API.getdefacto.com:443/"],
    ] {
        let output = defacto()
            .env("DEFACTO_API_KEY", "k-123456789")
            .arg("first-loan")
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("--env sandbox"), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_key_in_the_environment_changes_nothing() {
    for command in ["first-loan", "hello"] {
        let output = defacto()
            .env("DEFACTO_API_KEY", "k-123456789")
            .env("DEFACTO_ENV", "production")
            .env("DEFACTO_BASE_URL", "http://127.0.0.1:1")
            .args([command, "--json"])
            .output()
            .unwrap();
        assert_eq!(json(&output, 0)["environment"], "embedded");
    }
}

#[test]
fn the_deadline_says_where_the_loan_stands() {
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"testing.hello","delay_ms":60000}"#);
    let output = sandbox
        .defacto()
        .args(["first-loan", "--timeout", "1", "--json"])
        .args(["--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    let object = json(&output, 13);
    assert_eq!(object["status"], Value::Null);
    assert!(stderr(&output).contains("no loan was requested"));

    // The request is on its way when the time is over.
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"loans.create","delay_ms":60000}"#);
    let output = sandbox
        .defacto()
        .args(["first-loan", "--timeout", "3", "--json"])
        .args(["--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    let object = json(&output, 14);
    let salt = object["salt_id"].as_str().unwrap();
    assert!(stderr(&output).contains(salt), "{}", stderr(&output));
    let steps = object["steps"].as_array().unwrap();
    let business = steps.iter().find(|s| s["step"] == "business").unwrap();
    let number = business["identifier"].as_str().unwrap();
    let input = format!(r#"{{"query":{{"borrower":["{number}"]}}}}"#);
    let advice = format!(
        "`defacto api loans list --input '{input}' --base-url {}`",
        sandbox.base_url
    );
    assert!(stderr(&output).contains(&advice), "{}", stderr(&output));
    // The advice is right: the filter has that name.
    let listed = sandbox
        .defacto()
        .args(["api", "loans", "list", "--json", "--input", &input])
        .output()
        .unwrap();
    json(&listed, 0);
    assert!(listed.stderr.is_empty(), "{}", stderr(&listed));
}

#[test]
fn the_last_words_are_fresh() {
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"payments.list","delay_ms":60000}"#);
    let output = sandbox
        .defacto()
        .args(["first-loan", "--timeout", "3", "--json"])
        .args(["--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    let object = json(&output, 13);
    let last = format!(
        "loan {} is {};",
        object["loan_id"].as_str().unwrap(),
        object["status"].as_str().unwrap()
    );
    assert!(stderr(&output).contains(&last), "{}", stderr(&output));

    // Its advice is followed, to the end.
    let watch = sandbox
        .defacto()
        .args(["loans", "watch", object["loan_id"].as_str().unwrap()])
        .args(["--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    assert_eq!(watch.status.code(), Some(0), "{}", stderr(&watch));
    let text = stdout(&watch);
    assert_eq!(text.lines().count(), 9, "{text}");
    assert!(text.ends_with("  CLOSED\n"), "{text}");
}

#[test]
fn a_timeline_tells_every_time_or_why_not() {
    let output = defacto().arg("first-loan").output().unwrap();
    let text = stdout(&output);
    let (_, timeline) = text.split_once("\nTimeline").unwrap();
    let (timeline, _) = timeline.split_once("\n\n").unwrap();
    for line in timeline.lines().skip(2) {
        let first = line.split_whitespace().next().unwrap();
        assert!(
            first == "~" || first == "\"" || first.starts_with("20"),
            "{line}"
        );
        if line.contains("credit left") {
            assert_eq!(first, "~", "{line}");
        }
    }
}

#[test]
fn a_lost_answer_is_an_unknown_outcome() {
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"loans.create","reset":"after","times":null}"#);
    let output = sandbox
        .defacto()
        .args(["first-loan", "--json", "--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    let object = json(&output, 14);
    assert_eq!(object["loan_id"], Value::Null);
    assert!(stderr(&output).contains(object["salt_id"].as_str().unwrap()));

    // Refused, there is none.
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"loans.create","status":422}"#);
    let output = sandbox
        .defacto()
        .args(["first-loan", "--json", "--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    json(&output, 1);
    assert!(stderr(&output).contains("no loan was made"));

    // Lost once, it is asked for again.
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"loans.create","reset":"after"}"#);
    let output = sandbox
        .defacto()
        .args(["first-loan", "--json", "--base-url", &sandbox.base_url])
        .output()
        .unwrap();
    assert_eq!(json(&output, 0)["status"], "CLOSED");
    let output = sandbox
        .defacto()
        .args(["loans", "list", "--json"])
        .output()
        .unwrap();
    assert_eq!(json(&output, 0)["data"].as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_where_the_loan_stands() {
    let sandbox = Sandbox::start();
    sandbox.fault(r#"{"operation":"loans.get","delay_ms":60000,"times":null}"#);
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let child = sandbox
            .defacto()
            .args(["first-loan", "--base-url", &sandbox.base_url])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Running(child);
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let requested = lines
            .find(|line| line.as_ref().unwrap().contains("  request "))
            .unwrap()
            .unwrap();
        let loan = requested
            .split_whitespace()
            .skip_while(|word| *word != "loan")
            .nth(1)
            .unwrap()
            .to_owned();
        let id = running.0.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        assert_eq!(running.0.wait().unwrap().code(), Some(code));
        let mut errors = String::new();
        let mut stderr = running.0.stderr.take().unwrap();
        stderr.read_to_string(&mut errors).unwrap();
        assert!(
            errors.contains(&format!("loan {loan} was PENDING_VALIDATION")),
            "{errors}"
        );
        assert!(errors.contains(&format!("loans watch {loan} --base-url")));
    }
}
