//! The program as its users run it.

mod support;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Running, defacto, json};

#[test]
fn greets_the_embedded_sandbox() {
    let output = defacto().args(["hello", "--json"]).output().unwrap();
    let object = json(&output, 0);
    assert_eq!(object["environment"], "embedded");
    assert!(!object["answer"].as_str().unwrap().is_empty());
}

#[test]
fn exit_codes_and_advice() {
    for (arguments, key, code, advice) in [
        (&["hello", "--nonsense"][..], None, 2, "--help"),
        (&["hello", "--env", "sandbox"], None, 2, "DEFACTO_API_KEY"),
        (&["hello", "--base-url", "x"], Some("k"), 2, "base_url"),
        (
            &["hello", "--base-url", "http://127.0.0.1:1"],
            Some("k"),
            1,
            "check base_url",
        ),
    ] {
        let mut command = defacto();
        if let Some(key) = key {
            command.env("DEFACTO_API_KEY", key);
        }
        let output = command.args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(advice), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn the_sandbox_serves_until_sigterm() {
    let child = defacto()
        .args(["sandbox", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let mut line = String::new();
    let stdout = running.0.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let base_url = ready["base_url"].as_str().unwrap();
    assert!(
        ready["control_url"]
            .as_str()
            .unwrap()
            .starts_with("http://")
    );

    let output = defacto()
        .env("DEFACTO_API_KEY", "sandbox")
        .args(["hello", "--json", "--base-url", base_url])
        .output()
        .unwrap();
    assert_eq!(json(&output, 0)["base_url"], base_url);

    let id = running.0.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(sent.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}
