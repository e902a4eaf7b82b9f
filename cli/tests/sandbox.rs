//! What `defacto sandbox` is set up with.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::path::PathBuf;
use std::process::Stdio;

use support::{Running, Sandbox, defacto, json, stderr, stdout};

/// A directory of this test's own, in the one for built things.
fn directory(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn faults_policies_and_accounts_come_from_files_and_the_command_line() {
    let directory = directory("sandbox-setup");
    let faults = directory.join("faults.toml");
    std::fs::write(
        &faults,
        "[[faults]]\npreset = \"expired_key\"\noperation = \"payments.*\"\n",
    )
    .unwrap();
    let config = directory.join("config.toml");
    std::fs::write(
        &config,
        "[accounts]\nanna = \"sandbox\"\n[policy]\nlargest_page = 7\n",
    )
    .unwrap();
    let sandbox = Sandbox::start_with(&[
        "--faults",
        faults.to_str().unwrap(),
        "--config",
        config.to_str().unwrap(),
        "--policy",
        "default_page=3",
        "--account",
        "bert=other",
        "--seed-data",
        "demo",
    ]);
    let api = |key: &str, arguments: &[&str]| {
        let mut command = sandbox.defacto();
        command.env("DEFACTO_API_KEY", key).args(["api", "--json"]);
        command.args(arguments).output().unwrap()
    };
    let list = ["loans", "list"];
    let expired = api("sandbox", &["payments", "list"]);
    assert!(stderr(&expired).contains("401"), "{}", stderr(&expired));
    assert_eq!(json(&api("sandbox", &list), 0)["count"], 3);
    let large = api(
        "sandbox",
        &["loans", "list", "--input", r#"{"query":{"page_size":8}}"#],
    );
    assert!(stderr(&large).contains("page_size"), "{}", stderr(&large));
    assert_eq!(json(&api("other", &list), 0)["count"], 0);
    let unknown = api("none", &list);
    assert!(stderr(&unknown).contains("401"), "{}", stderr(&unknown));
}

#[test]
fn the_ready_file_holds_the_ready_line() {
    let path = directory("sandbox-ready").join("ready.json");
    let _ = std::fs::remove_file(&path);
    let mut child = defacto();
    child.args(["sandbox", "--ready-file", path.to_str().unwrap()]);
    let mut running = Running(child.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    let out = running.0.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    assert!(line.contains("base_url"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), line);
}

#[test]
fn a_wrong_setting_is_refused_with_what_there_is() {
    for (arguments, words) in [
        (
            &["--policy", "no_such=1"][..],
            &["no_such", "timing", "salt_replay"][..],
        ),
        (&["--policy", "timing=soon"], &["guide or calendar"]),
        (&["--policy", "timing"], &["NAME=VALUE"]),
        (
            &["--faults", "/no/such/file.toml"],
            &["--faults", "cannot be read"],
        ),
        (
            &["--account", "anna=a", "--account", "anna=b"],
            &["another account"],
        ),
    ] {
        let output = defacto().arg("sandbox").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        for word in words {
            assert!(
                stderr(&output).contains(word),
                "{arguments:?}: {}",
                stderr(&output)
            );
        }
        assert!(output.stdout.is_empty());
    }
    let help = defacto().args(["sandbox", "--help"]).output().unwrap();
    for word in [
        "timing=guide",
        "late_daily_rate=0.1",
        "rate_limit:",
        "--ready-file",
    ] {
        assert!(stdout(&help).contains(word), "{word}");
    }
}

/// The tables of the documentation are those of the program.
#[test]
fn the_documentation_has_every_policy_and_preset() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sandbox.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let mut missing = Vec::new();
    for policy in defacto_sandbox::policies() {
        let source = if policy.is_documented {
            "READ"
        } else {
            "INFERRED"
        };
        let row = format!(
            "| `{}` | `{}` | {} | {} | {source} |",
            policy.name, policy.default, policy.values, policy.doc
        );
        missing.extend((!docs.contains(&row)).then_some(row));
    }
    for (name, doc) in defacto_sandbox::fault_presets() {
        let row = format!("| `{name}` | {doc} |");
        missing.extend((!docs.contains(&row)).then_some(row));
    }
    assert!(
        missing.is_empty(),
        "docs/sandbox.md lacks:\n{}",
        missing.join("\n")
    );
}
