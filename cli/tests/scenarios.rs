//! Scenario files, and a sandbox that outlives being killed.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

mod support;
use support::{Running, defacto, stderr, stdout};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn scenario(file: &str, more: &[&str]) -> Output {
    let file = root().join(file);
    defacto()
        .args(["sandbox", "run"])
        .arg(file)
        .args(more)
        .output()
        .unwrap()
}

fn holds(output: &Output) {
    let told = format!("{}{}", stdout(output), stderr(output));
    assert_eq!(output.status.code(), Some(0), "{told}");
}

#[test]
fn the_examples_hold() {
    let files = std::fs::read_dir(root().join("examples/scenarios")).unwrap();
    let mut count = 0;
    for file in files {
        let path = file.unwrap().path();
        let output = scenario(path.to_str().unwrap(), &[]);
        holds(&output);
        assert!(stdout(&output).starts_with("ok "), "{}", stdout(&output));
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn what_is_expected_decides() {
    let file = "examples/scenarios/lost-answer.json";
    let output = scenario(file, &["--set", "lost=1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("(it was carried out each time): \"acted\" should be 3"));
    assert!(
        stderr(&output).contains("1 of 1 failed"),
        "{}",
        stderr(&output)
    );
    let output = scenario(file, &["--set", "lots=1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--set lots: the file has no such value"));
    let line: Value = serde_json::from_str(&stdout(&scenario(file, &["--json"]))).unwrap();
    assert_eq!(line["problem"], Value::Null);
}

#[test]
fn a_slip_in_a_file_is_told_before_anything_runs() {
    let file = std::env::temp_dir().join(format!("slip-{}.toml", std::process::id()));
    std::fs::write(
        &file,
        "name = 'x'\n[[steps]]\ncall = 'loans.list'\nimput = {}\n",
    )
    .unwrap();
    let output = scenario(file.to_str().unwrap(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(
        told.contains("step 1: a step of `call` has no `imput`"),
        "{told}"
    );
    std::fs::remove_file(file).unwrap();
}

#[test]
fn conformance_cases_are_scenarios() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::fs::read_dir(root.join("conformance/cases")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // Those of paging read lists in part.
    let names: Vec<_> = names.filter(|name| name != "paging.json").collect();
    assert!(names.len() > 10);
    for name in names {
        let output = scenario(&format!("conformance/cases/{name}"), &[]);
        holds(&output);
        assert!(stdout(&output).lines().count() > 3);
    }
}

/// `defacto sandbox` with these arguments, and its address.
fn sandbox(more: &[&str]) -> (Running, String) {
    let child = defacto()
        .arg("sandbox")
        .args(more)
        .stdout(Stdio::piped())
        .spawn();
    let mut running = Running(child.unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    (running, ready["base_url"].as_str().unwrap().to_owned())
}

fn on(base_url: &str, command: &[&str]) -> Command {
    let mut defacto = defacto();
    defacto
        .env("DEFACTO_API_KEY", "key-0123456789abcdef")
        .env("DEFACTO_BASE_URL", base_url)
        .args(command);
    defacto
}

#[test]
fn a_killed_sandbox_goes_on_and_exports_what_it_was_asked() {
    let file = std::env::temp_dir().join(format!("killed-{}.state", std::process::id()));
    let path = file.to_str().unwrap();
    let (mut running, base_url) = sandbox(&["--state", path, "--seed", "7"]);
    let late = "examples/scenarios/late-loan.toml";
    holds(&scenario(late, &["--base-url", &base_url]));
    let loans = |base_url: &str| {
        let output = on(base_url, &["api", "loans", "list", "--json"])
            .output()
            .unwrap();
        holds(&output);
        stdout(&output)
    };
    let before = loans(&base_url);
    assert!(before.contains("\"id\""), "{before}");
    let second = defacto()
        .args(["sandbox", "--state", path])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let told = stderr(&second);
    assert!(
        told.contains(path) && told.contains("stop the other sandbox"),
        "{told}"
    );
    // SIGKILL, with nothing said.
    running.0.kill().unwrap();
    running.0.wait().unwrap();

    let (_running, base_url) = sandbox(&["--state", path]);
    assert_eq!(loans(&base_url), before);
    let export = on(&base_url, &["sandbox", "export", "--base-url", &base_url])
        .output()
        .unwrap();
    holds(&export);
    assert!(!stdout(&export).contains("0123456789abcdef"));
    let script = file.with_extension("json");
    std::fs::write(&script, stdout(&export)).unwrap();
    let (_fresh, fresh_url) = sandbox(&[]);
    holds(&scenario(
        script.to_str().unwrap(),
        &["--base-url", &fresh_url],
    ));
    assert_eq!(loans(&fresh_url), before);
    let steps: Value = serde_json::from_str(&stdout(&export)).unwrap();
    assert_eq!(steps["steps"][0]["body"]["seed"], json!(7));
    for path in [&file, &script] {
        std::fs::remove_file(path).unwrap();
    }
}
