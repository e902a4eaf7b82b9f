//! clock, trigger, webhooks and logs: what a running sandbox is controlled with.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use serde_json::{Value, json as object};
use support::{Going, Receiver, Sandbox, defacto, json, lend, run, stderr, stdout};

#[test]
fn the_clock_is_shown_and_moved() {
    let sandbox = Sandbox::start();
    let clock = |arguments: &[&str]| {
        let all: Vec<_> = ["clock"].iter().chain(arguments).copied().collect();
        json(&run(&sandbox, &[&all[..], &["--json"]].concat()), 0)
    };
    assert_eq!(clock(&[])["mode"], "real");
    assert_eq!(
        clock(&["freeze", "2030-01-01"])["now"],
        "2030-01-01T00:00:00.000000+00:00"
    );
    for (arguments, now) in [
        (["advance", "30d"], "2030-01-31T00:00:00"),
        (["advance", "1d 12h"], "2030-02-01T12:00:00"),
        (["advance", "PT90S"], "2030-02-01T12:01:30"),
        (["to", "2030-03-01T06:00:00Z"], "2030-03-01T06:00:00"),
    ] {
        assert_eq!(clock(&arguments)["now"].as_str().unwrap()[..19], *now);
    }
    assert_eq!(clock(&["step", "1h"])["step"], "PT1H");
    assert_eq!(clock(&["run", "--rate", "10"])["rate"], 10);
    assert_eq!(clock(&["freeze"])["frozen"], true);
    for wrong in [
        ["advance", "1mo"],
        ["advance", "soon"],
        ["to", "soon"],
        ["to", "2020-01-01"],
    ] {
        let failed = run(&sandbox, &[&["clock"], &wrong[..]].concat());
        assert_eq!(failed.status.code(), Some(2), "{wrong:?}");
    }
    let nothing = run(&sandbox, &["clock", "next"]);
    assert!(
        stderr(&nothing).contains("nothing happens"),
        "{}",
        stderr(&nothing)
    );
    let text = stdout(&run(&sandbox, &["clock", "show"]));
    assert!(
        text.contains("2030-03-01T") && text.contains("frozen"),
        "{text}"
    );
    let unnamed = defacto().args(["clock"]).output().unwrap();
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(stderr(&unnamed).contains("--base-url"));
}

#[test]
fn triggers_are_listed_and_pulled() {
    let list = defacto().args(["trigger", "--list"]).output().unwrap();
    let list = stdout(&list);
    assert!(list.lines().all(|line| line.contains(".")));
    assert!(list.contains("loan.late ") && list.contains("payment.failed "));
    let rows = json(
        &defacto()
            .args(["trigger", "--list", "--json"])
            .output()
            .unwrap(),
        0,
    );
    assert_eq!(
        rows["triggers"].as_array().unwrap().len(),
        list.lines().count()
    );

    let sandbox = Sandbox::start();
    run(&sandbox, &["clock", "freeze", "2030-01-01"]);
    let id = lend(&sandbox, true);
    let late = json(&run(&sandbox, &["trigger", "loan.late", "--json"]), 0);
    assert_eq!(late["id"], id.as_str());
    assert_eq!(late["now"], "2030-02-13T00:00:00.000000+00:00");
    let repaid = run(
        &sandbox,
        &["trigger", "loan.repaid", &id, "--amount", "400"],
    );
    assert!(
        stdout(&repaid).contains("LOAN_REPAYMENT_NOMINAL_PAID"),
        "{}",
        stdout(&repaid)
    );
    let loan = json(&run(&sandbox, &["loans", "get", &id, "--json"]), 0);
    assert_eq!(loan["repaid_nominal_amount"], 400);
    for (arguments, code) in [
        (&["trigger", "loan.none"][..], 2),
        (&["trigger", "loan.expired", &id], 1),
        (&["trigger"], 2),
    ] {
        assert_eq!(
            run(&sandbox, arguments).status.code(),
            Some(code),
            "{arguments:?}"
        );
    }
}

#[test]
fn webhooks_are_forwarded() {
    let sandbox = Sandbox::start();
    run(&sandbox, &["clock", "freeze", "2030-01-01"]);
    let receiver = Receiver::start();
    let mut listen = Going::start(sandbox.defacto().args([
        "webhooks",
        "listen",
        "--forward-to",
        &receiver.url,
        "--event",
        "Loan.SUBMITTED",
        "--event",
        "Loan.TO_REPAY",
    ]));
    let ready = listen.err.next().unwrap().unwrap();
    assert!(ready.starts_with("Listening"), "{ready}");
    let id = lend(&sandbox, true);
    let told = receiver.next();
    assert_eq!(told["event_type"], "Loan.SUBMITTED");
    assert_eq!(told["entity_state"]["id"], id.as_str());
    let line = listen.out.next().unwrap().unwrap();
    assert_eq!(
        line,
        format!("2030-01-01T00:00:00.000000+00:00  Loan.SUBMITTED  {id}  -> 200")
    );
    run(&sandbox, &["trigger", "loan.paid_out", &id]);
    assert_eq!(receiver.next()["event_type"], "Loan.TO_REPAY");
}

/// A server without a control API, as Defacto's are: every path of it fails.
#[test]
fn elsewhere_events_are_read_again_and_again() {
    let sandbox = Sandbox::start();
    let id = lend(&sandbox, true);
    // Only the API is let through.
    let proxy = support::without_control(&sandbox.base_url);
    let receiver = Receiver::start();
    let mut command = defacto();
    command.env("DEFACTO_API_KEY", "k").args([
        "webhooks",
        "listen",
        "--json",
        "--base-url",
        &proxy,
        "--forward-to",
        &receiver.url,
    ]);
    let mut listen = Going::start(&mut command);
    let said = listen.err.next().unwrap().unwrap();
    assert!(said.contains("cannot reach this machine"), "{said}");
    // Its first read has been when the sandbox has it.
    let mut log = Going::start(sandbox.defacto().args([
        "logs",
        "tail",
        "--all",
        "--operation",
        "events.list",
    ]));
    log.out.next().unwrap().unwrap();
    run(&sandbox, &["trigger", "loan.paid_out", &id]);
    let told = receiver.next();
    assert_eq!(told["event_payload"]["loan_id"], id.as_str());
    let line: Value = serde_json::from_str(&listen.out.next().unwrap().unwrap()).unwrap();
    assert_eq!((&line["event"], &line["status"]), (&told, &object!(200)));
}

#[test]
fn the_log_is_followed() {
    let sandbox = Sandbox::start();
    run(&sandbox, &["hello", "--base-url", &sandbox.base_url]);
    sandbox.fault(r#"{"operation": "loans.list", "status": 503, "times": 1}"#);
    let mut tail = Going::start(sandbox.defacto().args(["logs", "tail", "--all"]));
    let line = tail.out.next().unwrap().unwrap();
    assert_eq!(line, "200   GET    /hello  testing.hello");
    run(&sandbox, &["loans", "list"]);
    let line = tail.out.next().unwrap().unwrap();
    assert_eq!(line, "503   GET    /loans  loans.list  (fault)");
    let mut only = Going::start(sandbox.defacto().args([
        "logs",
        "tail",
        "--all",
        "--json",
        "--operation",
        "testing.hello",
    ]));
    let line: Value = serde_json::from_str(&only.out.next().unwrap().unwrap()).unwrap();
    assert_eq!(line["operation"], "testing.hello");
    let wrong = run(&sandbox, &["logs", "tail", "--operation", "none"]);
    assert_eq!(wrong.status.code(), Some(2));
}
