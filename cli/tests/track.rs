//! track: loans followed in a file.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use defacto::Client;
use defacto::types::WebhookEventType;
use serde_json::Value;
use support::desk::{Desk, KEY, objects};
use support::{Going, Sandbox, defacto, json, lend, run, stderr, stdout};

const TOKEN: &str = "token-fedcba9876543210";

#[test]
fn changes_are_printed_once_and_acknowledged() {
    let desk = Desk::new("changes");
    let loans = [lend(&desk.sandbox, true), lend(&desk.sandbox, false)];
    let mut first = desk.lines(&["sync"]);
    let summary = first.pop().unwrap();
    assert_eq!(summary["summary"]["full"], true);
    // A page of loans, the lines of their two borrowers, and their invoices.
    assert_eq!(summary["summary"]["requests"], 1 + 2 * 2 + 1);
    assert_eq!(summary["summary"]["changes"], first.len());
    for loan in &loans {
        let appeared = |line: &&Value| line["id"] == **loan && line["kind"] == "appeared";
        assert_eq!(first.iter().filter(appeared).count(), 1);
    }
    // Payments are found by the first partial pass; then nothing has changed.
    let mut payments = desk.lines(&["sync"]);
    payments.pop();
    first.append(&mut payments);
    let calm = desk.lines(&["sync"]);
    assert_eq!(calm.len(), 1);
    assert_eq!(calm[0]["summary"]["full"], false);
    assert!(calm[0]["summary"]["requests"].as_u64().unwrap() <= 10);
    assert!(desk.track(&["sync", "--quiet"]).stdout.is_empty());
    assert_eq!(desk.lines(&["sync", "--full"])[0]["summary"]["full"], true);

    // Each consumer is told everything, once.
    let told = desk.lines(&["changes", "--consumer", "mailer"]);
    assert_eq!(told, first);
    assert!(desk.lines(&["changes", "--consumer", "mailer"]).is_empty());
    assert_eq!(desk.lines(&["changes", "--consumer", "books"]), first);
    let after = told[0]["seq"].to_string();
    let again = desk.lines(&["changes", "--consumer", "mailer", "--replay", &after]);
    assert_eq!(again, first[1..]);

    // A pass that fails says so; what it missed comes with the next.
    desk.clock(&["to", "2030-01-20"]);
    let fault = r#"{"operation":"payments.list","status":422,"times":1}"#;
    desk.sandbox.fault(fault);
    let failed = desk.track(&["sync", "--json"]);
    assert_eq!(failed.status.code(), Some(1));
    let error: Value = serde_json::from_str(stderr(&failed).trim()).unwrap();
    assert_eq!(error["error"]["operation"], "payments.list");
    let text = stdout(&desk.track(&["sync"]));
    let line = text.lines().find(|line| line.contains("-> TO_REPAY"));
    assert!(line.unwrap().contains(&loans[0]), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.contains("a partial pass"), "{last}");
    let news = desk.lines(&["changes", "--consumer", "mailer"]);
    let moved = |line: &&Value| line["kind"] == "moved" && line["to"] == "TO_REPAY";
    assert_eq!(news.iter().filter(moved).count(), 1);

    // A reader that goes away leaves what it did not read unacknowledged.
    let mut follow =
        Going::start(&mut desk.command(&["changes", "--consumer", "late", "--follow", "--json"]));
    let line: Value = serde_json::from_str(&follow.out.next().unwrap().unwrap()).unwrap();
    assert_eq!(line, first[0]);
    let beside = desk.track(&["changes", "--consumer", "late"]);
    assert!(
        stderr(&beside).contains("another process"),
        "{}",
        stderr(&beside)
    );
}

#[test]
fn what_is_known_is_shown_and_holds_no_secret() {
    let desk = Desk::new("shown");
    let id = lend(&desk.sandbox, true);
    desk.track(&["sync"]);
    desk.clock(&["to", "2030-01-20"]);
    desk.track(&["sync"]);

    let table = desk.track(&["status"]);
    let text = stdout(&table);
    let row = text.lines().nth(1).unwrap();
    for part in [id.as_str(), "TO_REPAY", "10.00 EUR", "2030-02-09"] {
        assert!(row.contains(part), "{part}: {row}");
    }
    let all = json(&desk.track(&["status", "--json"]), 0);
    assert_eq!(all["data"][0]["outstanding"], 1_000);
    let one = json(&desk.track(&["status", &id, "--json"]), 0);
    assert_eq!(one["status"], "TO_REPAY");
    assert!(
        one["related"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["entity"] == "payment")
    );
    assert!(
        one["allowed_actions"]
            .as_array()
            .unwrap()
            .contains(&"repay".into())
    );
    let card = desk.track(&["status", &id]);
    assert!(stdout(&card).contains("set_repayment_terms"));
    let unknown = desk.track(&["timeline", "nothing"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("knows no loan"));

    // Nobody saw it paid out: its events say when that was.
    let drawn = desk.track(&["timeline", &id]);
    let text = stdout(&drawn);
    assert!(
        text.contains("2030-01-09 00:00:00  * INITIATED\n"),
        "{text}"
    );
    assert!(text.contains("* TO_REPAY"), "{text}");
    let payout = text.lines().find(|line| line.contains("|  $ payment"));
    assert!(payout.unwrap().contains("10.00 EUR"), "{text}");
    let place = |what: &str| text.lines().position(|line| line.contains(what)).unwrap();
    assert!(place("* INITIATED") < place("* TO_REPAY"), "{text}");
    let svg = desk.track(&["timeline", &id, "--svg"]);
    let image = stdout(&svg);
    assert!(image.starts_with("<svg ") && image.ends_with("</svg>\n"));
    assert!(image.contains(">INITIATED<") && !image.contains("stroke-dasharray"));
    // Where it is first seen paid out, nobody asks.
    let late = desk.folder.join("late.db").display().to_string();
    desk.track(&["sync", "--store", &late]);
    let text = stdout(&desk.track(&["timeline", &id, "--store", &late]));
    assert!(text.contains("o INITIATED  (inferred)"), "{text}");
    let image = stdout(&desk.track(&["timeline", &id, "--svg", "--store", &late]));
    assert!(image.contains("stroke-dasharray") && image.contains(">INITIATED  (inferred)<"));
    let entries = json(
        &desk.track(&["timeline", &id, "--json", "--store", &late]),
        0,
    );
    let inferred = |one: &&Value| one["what"] == "inferred_status" && one["source"] == "inferred";
    assert!(
        entries["entries"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| inferred(&one))
    );

    let csv = desk.track(&["export", "--csv"]);
    let text = stdout(&csv);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].len(), rows[1].len());
    assert_eq!((rows[0][3], rows[1][3]), ("outstanding", "1000"));
    let jsonl = desk.track(&["export", "--jsonl"]);
    let objects = objects(&stdout(&jsonl));
    assert!(
        objects
            .iter()
            .any(|one| one["entity"] == "loan" && one["id"] == *id)
    );
    assert!(objects.iter().any(|one| one["entity"] == "payment"));
    let file = desk.folder.join("loans.csv");
    let to_file = ["export", "--csv", "--output", file.to_str().unwrap()];
    let made = desk.track(&to_file);
    assert!(stderr(&made).ends_with("loans.csv: rows 1\n"), "{made:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(desk.track(&to_file).status.code(), Some(2));
    let again = desk.track(&[&to_file[..], &["--overwrite"]].concat());
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    let changes = desk.track(&["export", "--csv", "--changes"]);
    assert!(
        stdout(&changes)
            .lines()
            .any(|line| line.contains("INITIATED,true"))
    );
    assert_eq!(
        json(&desk.track(&["intents", "--json"]), 0)["data"],
        Value::Array(vec![])
    );

    let read = ["api", "loans", "get", "--json", "--input"];
    let input = format!(r#"{{"path":{{"loan_id":"{id}"}}}}"#);
    let loan = json(&run(&desk.sandbox, &[&read[..], &[&input]].concat()), 0);
    let account = loan["loan_to"]["account_number"].as_str().unwrap();
    for output in [table, card, drawn, svg, csv, jsonl, changes] {
        let all = stdout(&output) + &stderr(&output);
        assert!(!all.contains(account) && !all.contains(KEY), "{all}");
    }
}

#[test]
fn notifications_are_received_in_any_order() {
    let desk = Desk::new("run");
    let mut going = Going::start(&mut desk.command(&[
        "run",
        "--listen",
        "127.0.0.1:0",
        "--token",
        TOKEN,
        "--every",
        "86400",
        "--json",
        "--public-url",
        "http://127.0.0.1:9/hook",
    ]));
    let ready = going.err.next().unwrap().unwrap();
    let address = ready.split(' ').nth(2).unwrap().to_owned();
    // What is wrong is refused before it is read.
    for (method, query, status) in [
        ("POST", "token=wrong", 401),
        ("POST", "", 401),
        ("GET", "token=wrong", 401),
    ] {
        assert_eq!(ask(&address, method, query), status, "{method} {query}");
    }

    let client = Client::builder()
        .api_key(KEY)
        .base_url(&desk.sandbox.base_url)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = format!("http://{address}/hook?token={TOKEN}");
    // The one of --public-url, led to where it is.
    let ours = "defacto track";
    let subscribed = runtime.block_on(async {
        let made = client
            .ensure_webhook(ours, &url, WebhookEventType::ALL)
            .await;
        made.unwrap();
        let listed = client.webhooks().list().items().collect().await;
        listed.unwrap()
    });
    let levers = r#"{"levers":[
        {"action":"duplicate","times":null},{"action":"reorder","times":null,"window":3}]}"#;
    desk.sandbox.control("PUT", "webhooks/levers", levers);

    let id = lend(&desk.sandbox, true);
    desk.clock(&["to", "2030-01-20"]);
    desk.clock(&["to", "2030-03-20"]);
    let mut told = Vec::new();
    let is_closed = |line: &Value| {
        let status = [&line["to"], &line["status"]];
        line["id"] == *id && status.iter().any(|status| **status == "CLOSED")
    };
    while !told.iter().any(is_closed) {
        let line = going.out.next().unwrap().unwrap();
        told.push(serde_json::from_str(&line).unwrap());
    }
    let appeared = |line: &&Value| line["id"] == *id && line["kind"] == "appeared";
    assert_eq!(told.iter().filter(appeared).count(), 1);
    assert!(told.iter().any(|line| line["source"] == "webhook"));
    assert!(
        !told.iter().any(|line| line["kind"] == "anomaly"),
        "{told:?}"
    );

    // One process at a time writes; the others read.
    let second = desk.track(&["sync"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        stderr(&second).contains("another process"),
        "{}",
        stderr(&second)
    );
    let beside = desk.lines(&["changes", "--consumer", "mailer"]);
    assert_eq!(beside[..told.len()], told);
    let status = json(&desk.track(&["status", &id, "--json"]), 0);
    assert_eq!(status["status"], "CLOSED");
    assert_eq!(status["outstanding"], 0);
    assert_eq!(status["anomalies"], Value::Array(vec![]));

    assert_eq!(subscribed.len(), 1);
    end(&mut going);
    // What it printed is not printed again, and the rest was.
    let rest = going.out.by_ref().map(|line| line.unwrap());
    told.extend(rest.map(|line| serde_json::from_str::<Value>(&line).unwrap()));
    let next = desk.lines(&["sync"]);
    let seqs = told
        .iter()
        .chain(&next)
        .filter_map(|line| line["seq"].as_u64());
    let seqs: Vec<u64> = seqs.collect();
    assert!(seqs.is_sorted_by(|one, next| one < next), "{seqs:?}");
    let all = desk.lines(&["changes", "--consumer", "books"]);
    assert_eq!(all.len(), seqs.len());
}

/// Ends it as a service manager does.
#[cfg(unix)]
fn end(going: &mut Going) {
    let child = &mut going.running.0;
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let last = going.err.by_ref().last().unwrap().unwrap();
    assert!(last.contains("3 refused, 0 not stored"), "{last}");
    assert!(!last.contains(" 0 stored"), "{last}");
}

#[cfg(not(unix))]
fn end(_going: &mut Going) {}

/// The status of an answer to a small request.
fn ask(address: &str, method: &str, query: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} /hook?{query} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: 2\r\n\r\n{{}}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_store_belongs_to_one_server() {
    let desk = Desk::new("belongs");
    let unmade = desk.track(&["status"]);
    assert_eq!(unmade.status.code(), Some(1));
    assert!(
        stderr(&unmade).contains("no store yet"),
        "{}",
        stderr(&unmade)
    );
    desk.track(&["sync"]);
    let other = Sandbox::start();
    let refused = desk.track(&["sync", "--base-url", &other.base_url]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("the store belongs to"),
        "{}",
        stderr(&refused)
    );
    let file = desk.folder.join("notes.txt");
    std::fs::write(
        &file,
        "dear diary, today I was taken for a database, and refused",
    )
    .unwrap();
    let foreign = desk.track(&["status", "--store", file.to_str().unwrap()]);
    assert_eq!(foreign.status.code(), Some(1));
    assert!(
        stderr(&foreign).contains("notes.txt"),
        "{}",
        stderr(&foreign)
    );

    // A key that is wrong shows at once.
    desk.sandbox
        .fault(r#"{"operation":"loans.list","status":401,"times":null}"#);
    assert_eq!(desk.track(&["run"]).status.code(), Some(1));
}

#[test]
fn wrong_command_lines_are_refused() {
    let desk = Desk::new("refused");
    for arguments in [
        &["run", "--listen", "127.0.0.1:0"][..],
        &["run", "--token", TOKEN],
        &["changes"],
        &["changes", "--consumer", "../mailer"],
        &["export"],
        &["purge"],
        &["purge", "--before", "soon"],
        &["erase"],
        &["backup"],
        &["export", "--csv", "--jsonl"],
        &["export", "--csv", "--overwrite"],
        &["timeline", "x", "--svg", "--json"],
        &["dues", "--ics", "--json"],
        &["dues", "--ics", "--name", "a\nb"],
    ] {
        let output = desk.track(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!stderr(&output).contains(TOKEN), "{}", stderr(&output));
    }
    let unnamed = defacto().args(["track", "sync"]).output().unwrap();
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(stderr(&unnamed).contains("--env sandbox"));
}
