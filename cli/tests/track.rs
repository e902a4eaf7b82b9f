//! track: loans followed in a file.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use defacto::Client;
use defacto::types::WebhookEventType;
use serde_json::Value;
use support::{Going, Sandbox, defacto, json, lend, run, stderr, stdout};

const KEY: &str = "key-0123456789abcdef";
const TOKEN: &str = "token-fedcba9876543210";

/// A sandbox whose loans have days, and a folder with the store of its loans.
struct Desk {
    sandbox: Sandbox,
    folder: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("track-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let sandbox = Sandbox::start_with(&["--policy", "timing=calendar"]);
        run(&sandbox, &["clock", "freeze", "2030-01-01"]);
        Self { sandbox, folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.defacto();
        command
            .env("DEFACTO_API_KEY", KEY)
            .env("DEFACTO_STORE", self.folder.join("loans.db"))
            .arg("track")
            .args(arguments);
        command
    }

    fn track(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it prints, a JSON object a line.
    fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.track(&[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        objects(&stdout(&output))
    }

    fn clock(&self, arguments: &[&str]) {
        let output = run(&self.sandbox, &[&["clock"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn changes_are_printed_once_and_acknowledged() {
    let desk = Desk::new("changes");
    let loans = [lend(&desk.sandbox, true), lend(&desk.sandbox, false)];
    let mut first = desk.lines(&["sync"]);
    let summary = first.pop().unwrap();
    assert_eq!(summary["summary"]["full"], true);
    assert_eq!(summary["summary"]["requests"], 1);
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

    // Nobody saw it paid out.
    let drawn = desk.track(&["timeline", &id]);
    let text = stdout(&drawn);
    assert!(text.contains("o INITIATED  (inferred)"), "{text}");
    assert!(text.contains("* TO_REPAY"), "{text}");
    let payout = text.lines().find(|line| line.contains("|  $ payment"));
    assert!(payout.unwrap().contains("10.00 EUR"), "{text}");
    let place = |what: &str| text.lines().position(|line| line.contains(what)).unwrap();
    assert!(place("o INITIATED") < place("* TO_REPAY"), "{text}");
    let svg = desk.track(&["timeline", &id, "--svg"]);
    let image = stdout(&svg);
    assert!(image.starts_with("<svg ") && image.ends_with("</svg>\n"));
    assert!(image.contains("stroke-dasharray") && image.contains(">INITIATED  (inferred)<"));
    let entries = json(&desk.track(&["timeline", &id, "--json"]), 0);
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
fn the_books_are_compared_and_added_up() {
    let desk = Desk::new("books");
    let loan = lend(&desk.sandbox, true);
    let first = desk.track(&["reconcile"]);
    assert_eq!(first.status.code(), Some(1), "{}", stderr(&first));
    let text = stdout(&first);
    assert!(text.contains(&format!("missing: loan {loan}")), "{text}");
    assert!(text.ends_with("nothing was changed\n"), "{text}");
    let fixed = desk.track(&["reconcile", "--fix", "--json"]);
    assert_eq!(fixed.status.code(), Some(1), "{}", stderr(&fixed));
    assert!(objects(&stdout(&fixed))[0]["adopted"].as_u64().unwrap() > 0);
    let clean = desk.lines(&["reconcile"]);
    assert_eq!(clean[0]["is_clean"], true);

    desk.clock(&["to", "2030-01-20"]);
    desk.lines(&["sync", "--full"]);
    let book = &desk.lines(&["portfolio", "--at", "2030-01-20T12:00:00Z", "--days", "90"])[0];
    assert_eq!(book["by_status"]["TO_REPAY"], 1, "{book}");
    let owed = &book["totals"]["EUR"]["outstanding"];
    assert_eq!(&book["totals"]["EUR"]["due"], owed);
    assert_eq!(&book["dues"][0]["outstanding"], owed);
    let text = stdout(&desk.track(&["portfolio", "--at", "2031-01-01T00:00:00Z"]));
    assert!(text.contains("TO_REPAY") && text.contains("EUR"), "{text}");
    let wrong = desk.track(&["portfolio", "--at", "soon"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn what_is_over_is_purged_and_a_borrower_erased() {
    let desk = Desk::new("purged");
    let loan = lend(&desk.sandbox, true);
    desk.lines(&["sync"]);
    desk.clock(&["to", "2030-01-20"]);
    desk.lines(&["sync", "--full"]);
    let known = &desk.lines(&["export", "--jsonl"])[0];
    let number = known["facts"]["borrower"].as_str().unwrap().to_owned();
    let refused = desk.track(&["erase", &number]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains(&loan), "{}", stderr(&refused));

    let repaid = run(&desk.sandbox, &["trigger", "loan.repaid", &loan]);
    assert_eq!(repaid.status.code(), Some(0), "{}", stderr(&repaid));
    desk.lines(&["sync"]);
    let book = |desk: &Desk| desk.lines(&["portfolio", "--at", "2030-02-01T00:00:00Z"]);
    let before = book(&desk);
    assert_eq!(before[0]["by_status"]["CLOSED"], 1, "{before:?}");

    // A consumer of this command line is one too.
    desk.lines(&["changes", "--consumer", "mailer"]);
    desk.lines(&["changes", "--consumer", "books", "--replay", "0"]);
    std::fs::write(desk.folder.join("loans.db.mailer.cursor"), "1\n").unwrap();
    let kept = desk.track(&["purge", "--before", "2999-01-01"]);
    let text = stdout(&kept);
    assert!(
        text.contains("kept until mailer has been told: loans 1"),
        "{text}"
    );
    assert!(text.starts_with("purged: loans 0, "), "{text}");
    desk.lines(&["changes", "--consumer", "mailer"]);
    let young = desk.lines(&["purge", "--before", "2001-01-01T00:00:00Z"]);
    assert_eq!(
        (&young[0]["loans"], &young[0]["kept"]),
        (&0.into(), &0.into())
    );
    let purged = desk.lines(&["purge", "--before", "2999-01-01"]);
    assert_eq!(
        (&purged[0]["loans"], &purged[0]["kept"]),
        (&1.into(), &0.into())
    );
    assert_eq!(book(&desk), before);
    let clean = desk.lines(&["reconcile"]);
    assert_eq!(clean[0]["is_clean"], true);

    // Another one, whatever its age and whoever was told.
    lend(&desk.sandbox, true);
    desk.lines(&["sync"]);
    // It repays itself.
    desk.clock(&["advance", "30d"]);
    desk.lines(&["sync", "--full"]);
    let known = &desk.lines(&["export", "--jsonl"])[0];
    let number = known["facts"]["borrower"].as_str().unwrap().to_owned();
    let holds = |number: &str| {
        let files = std::fs::read_dir(&desk.folder).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(number.len())
                    .any(|part| part == number.as_bytes())
            })
    };
    assert!(holds(&number));
    let erased = desk.track(&["erase", &number]);
    assert_eq!(erased.status.code(), Some(0), "{}", stderr(&erased));
    assert!(
        stdout(&erased).starts_with("erased: loans 1, "),
        "{}",
        stdout(&erased)
    );
    assert!(!holds(&number));
    assert_eq!(book(&desk)[0]["by_status"]["CLOSED"], 2);
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
        &["export", "--csv", "--jsonl"],
        &["timeline", "x", "--svg", "--json"],
    ] {
        let output = desk.track(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!stderr(&output).contains(TOKEN), "{}", stderr(&output));
    }
    let unnamed = defacto().args(["track", "sync"]).output().unwrap();
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(stderr(&unnamed).contains("--env sandbox"));
}
