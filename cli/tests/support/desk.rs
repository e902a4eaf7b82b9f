//! A place to follow loans at.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::{Sandbox, run, stderr, stdout};

/// The key of its commands.
pub(crate) const KEY: &str = "key-0123456789abcdef";

/// A sandbox whose loans have days, and a folder with the store of its loans.
pub(crate) struct Desk {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: PathBuf,
}

impl Desk {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("track-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let sandbox = Sandbox::start_with(&["--policy", "timing=calendar"]);
        run(&sandbox, &["clock", "freeze", "2030-01-01"]);
        Self { sandbox, folder }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.defacto();
        command
            .env("DEFACTO_API_KEY", KEY)
            .env("DEFACTO_STORE", self.folder.join("loans.db"))
            .arg("track")
            .args(arguments);
        command
    }

    pub(crate) fn track(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it prints, a JSON object a line.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.track(&[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        objects(&stdout(&output))
    }

    pub(crate) fn clock(&self, arguments: &[&str]) {
        let output = run(&self.sandbox, &[&["clock"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// JSON objects, one a line.
pub(crate) fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
