//! track: loans followed in a PostgreSQL database.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

#[allow(dead_code, reason = "the core's tests use more of it")]
#[path = "../../core/tests/support/gate.rs"]
mod gate;
#[allow(dead_code, reason = "the core's tests use more of it")]
#[path = "../../core/tests/store/server.rs"]
mod server;
mod support;

use std::process::Output;
use std::time::{Duration, Instant};

use gate::Gate;
use serde_json::Value;
use server::{Server, free_port};
use support::desk::{Desk, objects};
use support::{Going, json, lend, stderr, stdout};

/// The address of a database of its own, on the server of this test.
fn new_database(name: &str) -> String {
    ask(&format!("CREATE DATABASE {name}"), "postgres");
    let plain = Server::get().plain();
    plain.replace("/postgres?", &format!("/{name}?"))
}

/// How many rows it gives.
fn ask(statement: &str, database: &str) -> usize {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let address = Server::get().plain();
    let address = address.replace("/postgres?", &format!("/{database}?"));
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&address, tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        client.query(statement, &[]).await.unwrap().len()
    })
}

/// A command on another store than the desk's.
fn on(desk: &Desk, store: &str, arguments: &[&str]) -> Output {
    let mut command = desk.command(arguments);
    let output = command.env("DEFACTO_STORE", store).output().unwrap();
    let said = stdout(&output) + &stderr(&output);
    assert!(
        !said.contains("s3cr3t") && !said.contains("word@"),
        "{said}"
    );
    output
}

fn lines(desk: &Desk, store: &str, arguments: &[&str]) -> Vec<Value> {
    let output = on(desk, store, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    objects(&stdout(&output))
}

#[test]
fn a_database_is_followed_in_as_a_file_is() {
    let desk = Desk::new("database");
    let store = new_database("followed");
    let id = lend(&desk.sandbox, true);
    let mut first = lines(&desk, &store, &["sync"]);
    assert_eq!(first.pop().unwrap()["summary"]["full"], true);
    desk.clock(&["to", "2030-01-20"]);
    let mut second = lines(&desk, &store, &["sync", "--full"]);
    second.pop();
    let all = [first, second].concat();
    // The same life in a file, seen at the same times but for the first.
    desk.lines(&["sync"]);

    let status = |known: &[Value]| {
        let one = &known[0];
        let parts = ["id", "status", "outstanding", "next_due", "allowed_actions"];
        parts.map(|part| one[part].clone())
    };
    let known = lines(&desk, &store, &["status", &id]);
    assert_eq!(known[0]["status"], "TO_REPAY");
    assert_eq!(status(&known), status(&desk.lines(&["status", &id])));
    let at = ["--at", "2030-01-20T12:00:00Z"];
    for command in ["portfolio", "dues"] {
        let arguments = [&[command][..], &at].concat();
        assert_eq!(
            lines(&desk, &store, &arguments),
            desk.lines(&arguments),
            "{command}"
        );
    }
    let timeline = lines(&desk, &store, &["timeline", &id]);
    let entries = timeline[0]["entries"].as_array().unwrap();
    assert!(entries.iter().any(|one| one["text"] == "TO_REPAY"));
    let exported = objects(&stdout(&on(&desk, &store, &["export", "--jsonl"])));
    assert!(exported.iter().any(|one| one["id"] == *id));
    let intents = json(&on(&desk, &store, &["intents", "--json"]), 0);
    assert_eq!(intents["data"], Value::Array(vec![]));
    assert_eq!(lines(&desk, &store, &["reconcile"])[0]["is_clean"], true);
    let sound = lines(&desk, &store, &["check"]);
    assert_eq!(sound[0]["is_sound"], true, "{sound:?}");
    assert_eq!(sound[0]["objects"], exported.len());
    let copied = on(&desk, &store, &["backup", "copy.db"]);
    assert_eq!(copied.status.code(), Some(2));
    assert!(stderr(&copied).contains("pg_dump"), "{}", stderr(&copied));

    // A consumer's place is in the store, wherever it is asked from.
    let changes = ["changes", "--consumer", "mailer"];
    assert_eq!(lines(&desk, &store, &changes), all);
    assert!(lines(&desk, &store, &changes).is_empty());
    let after = all[0]["seq"].to_string();
    let again = [&changes[..], &["--replay", &after]].concat();
    assert_eq!(lines(&desk, &store, &again), all[1..]);
    let cursors = "SELECT 1 FROM defacto.cursors WHERE consumer = 'mailer'";
    assert_eq!(ask(cursors, "followed"), 1);
    let folder = std::fs::read_dir(&desk.folder).unwrap();
    let names = folder.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| name.starts_with("loans.db")));

    // A row that another program has changed is found.
    let row = "(SELECT max(seq) FROM defacto.changes)";
    let change = format!("UPDATE defacto.changes SET change = '{{' || change WHERE seq = {row}");
    ask(&change, "followed");
    let damaged = json(&on(&desk, &store, &["check", "--json"]), 1);
    let problem = damaged["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("changes: "), "{problem}");
    let mend = format!("UPDATE defacto.changes SET change = substr(change, 2) WHERE seq = {row}");
    ask(&mend, "followed");
    for state in ["open", "done", "refused"] {
        let row = format!("VALUES ('unread', NULL, '{state}', 0, 0, '{{')");
        ask(&format!("INSERT INTO defacto.intents {row}"), "followed");
        let damaged = json(&on(&desk, &store, &["check", "--json"]), 1);
        let problem = damaged["problems"][0].as_str().unwrap();
        assert!(problem.starts_with("intents: "), "{state}: {problem}");
        ask(
            "DELETE FROM defacto.intents WHERE id = 'unread'",
            "followed",
        );
    }

    // Who may only read reads, and is told so where more is needed.
    for statement in [
        "CREATE ROLE reader LOGIN PASSWORD 's3cr3t'",
        "GRANT USAGE ON SCHEMA defacto TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA defacto TO reader",
    ] {
        ask(statement, "followed");
    }
    let reading = store.replace("tester:s3cr3t%40%2Fword", "reader:s3cr3t");
    assert_eq!(lines(&desk, &reading, &["status", &id]), known);
    let refused = on(&desk, &reading, &["changes", "--consumer", "reports"]);
    assert!(stdout(&refused).lines().count() > 0);
    let said = stderr(&refused);
    assert!(said.contains("the role may not do this"), "{said}");

    // A consumer counts where something is let go of.
    let number = known[0]["facts"]["borrower"].as_str().unwrap();
    let refused = on(&desk, &store, &["erase", number]);
    assert!(stderr(&refused).contains(&id), "{}", stderr(&refused));
    desk.clock(&["advance", "30d"]);
    lines(&desk, &store, &["sync", "--full"]);
    let purged = lines(&desk, &store, &["purge", "--before", "2999-01-01"]);
    assert_eq!(purged[0]["waiting"]["mailer"], 1, "{purged:?}");
    lines(&desk, &store, &changes);
    let purged = lines(&desk, &store, &["purge", "--before", "2999-01-01"]);
    assert_eq!(purged[0]["loans"], 1, "{purged:?}");
}

#[test]
fn several_write_at_once_and_one_server_is_served() {
    let desk = Desk::new("several");
    let store = new_database("several");
    let run = ["run", "--every", "86400", "--json", "--store", &store];
    lend(&desk.sandbox, false);
    let mut going = Going::start(&mut desk.command(&run));
    let told = going.out.next().unwrap().unwrap();
    assert!(told.contains("appeared"), "{told}");
    let id = lend(&desk.sandbox, false);
    let beside = lines(&desk, &store, &["sync", "--full"]);
    assert!(beside.iter().any(|line| line["id"] == *id), "{beside:?}");
    drop(going);

    let other = Desk::new("several-other");
    let refused = on(&other, &store, &["sync"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = stderr(&refused);
    assert!(said.contains("the store belongs to"), "{said}");
}

#[test]
fn runs_on_one_database_share_the_passes() {
    const EVERY: Duration = Duration::from_secs(1);
    let desk = Desk::new("shared");
    let store = new_database("shared");
    let loan = lend(&desk.sandbox, true);
    lines(&desk, &store, &["sync"]);
    let run = ["run", "--every", "1", "--json", "--store", &store];
    let run = [&run[..], &["--listen", "127.0.0.1:0", "--token", "token"]].concat();
    let begun = Instant::now();
    let mut runs = [(); 2].map(|()| Going::start(&mut desk.command(&run)));
    for run in &mut runs {
        let ready = run.err.next().unwrap().unwrap();
        assert!(ready.starts_with("Listening"), "{ready}");
    }
    desk.clock(&["to", "2030-01-20"]);
    for run in &mut runs {
        // Whichever of them has read it.
        let moved = |line: Value| line["id"] == *loan && line["to"] == "TO_REPAY";
        let mut lines = run.out.by_ref().map(|line| line.unwrap());
        assert!(lines.any(|line| moved(serde_json::from_str(&line).unwrap())));
    }
    // Each partial pass asks once for payments.
    let passes = loop {
        let passes = desk.sandbox.came("payments.list");
        if passes >= 10 {
            break u32::try_from(passes).unwrap();
        }
        assert!(begun.elapsed() < 90 * EVERY, "{passes} passes");
        std::thread::sleep(EVERY / 10);
    };
    // Between two is the pause, but for the first that each makes of its own: however
    // slow this machine is, so many cannot be made sooner.
    let took = begun.elapsed();
    assert!(took >= EVERY * (passes - 2), "{passes} passes in {took:?}");
}

#[test]
fn a_wrong_address_is_explained_without_its_password() {
    let desk = Desk::new("wrong");
    let store = new_database("wrong");
    let read = [
        &["status"][..],
        &["changes", "--consumer", "mailer"],
        &["intents"],
        &["portfolio"],
        &["export", "--csv"],
    ];
    for arguments in read {
        let output = on(&desk, &store, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = stderr(&output);
        assert!(said.contains("nothing in the store yet"), "{said}");
    }
    // Whoever only reads makes nothing.
    let schemas = "SELECT 1 FROM pg_namespace WHERE nspname = 'defacto'";
    assert_eq!(ask(schemas, "wrong"), 0);

    // An address in a wrong place is a mistake soon made.
    for address in [
        store.as_str(),
        "postgres://h/d?user=u&password=s3cr3t",
        "host=h password=s3cr3t",
        "host=h PASSWORD='s3cr3t'",
    ] {
        for arguments in [
            &["sync", address][..],
            &["backup", address],
            &["export", "--csv", "--output", address],
            &["portfolio", "--days", address],
            &["status", address],
            &["timeline", address],
            &["payoff", address],
            &["resolve", address, "--made", "--reason", "told"],
            &["erase", address],
            &["changes", "--consumer", address],
            &[&format!("--{address}")],
        ] {
            let output = on(&desk, "unused.db", arguments);
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
            assert!(!said.contains("://") && !said.contains("h/d"), "{said}");
        }
    }

    let port = free_port();
    let closed = format!("postgres://tester:s3cr3t@127.0.0.1:{port}/x?sslmode=disable");
    for (address, code, why) in [
        (store.replace("tester:", "tester:not-"), 1, "password"),
        (store.replace("/wrong?", "/nowhere?"), 1, "no such database"),
        (closed, 1, "cannot be reached"),
        ("postgres://tester:a@s3cr3t@h/x".to_owned(), 1, "as in %40"),
        ("mysql://tester:s3cr3t@h/x".to_owned(), 2, "postgres://"),
        ("host=h password=s3cr3t".to_owned(), 2, "postgres://"),
        ("memory".to_owned(), 2, "./memory"),
    ] {
        for arguments in [&["sync"][..], &["status"]] {
            let output = on(&desk, &address, arguments);
            assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
            assert!(stderr(&output).contains(why), "{}", stderr(&output));
            let option = [arguments, &["--store", &address, "--json"]].concat();
            let error = on(&desk, "unused.db", &option);
            let error: Value = serde_json::from_str(stderr(&error).trim()).unwrap();
            let message = error["error"]["message"].as_str().unwrap();
            assert!(message.contains(why), "{message}");
        }
    }
}

#[test]
fn a_run_goes_on_where_its_database_was_away() {
    let desk = Desk::new("outage");
    let loan = lend(&desk.sandbox, true);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let port = Server::get().port();
    let gate = runtime.block_on(Gate::before(([127, 0, 0, 1], port).into()));
    let near = new_database("outage");
    let store = near.replace(&format!(":{port}/"), &format!(":{}/", gate.port()));
    assert_ne!(store, near);
    let mut command = desk.command(&["run", "--every", "1", "--json"]);
    let mut run = Going::start(command.env("DEFACTO_STORE", &store));
    let mut told = |kind: &str, status: Value| loop {
        let line: Value = serde_json::from_str(&run.out.next().unwrap().unwrap()).unwrap();
        if line["id"] == *loan && line["kind"] == kind && line["to"] == status {
            break;
        }
    };
    told("appeared", Value::Null);
    gate.shut();
    let warned = run
        .err
        .find(|line| line.as_ref().unwrap().contains("the next pass is in"));
    assert!(warned.is_some());
    desk.clock(&["to", "2030-01-20"]);
    gate.open();
    told("moved", "TO_REPAY".into());
}
