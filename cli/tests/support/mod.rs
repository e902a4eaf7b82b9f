//! The program, and a sandbox of it in another process.
#![allow(dead_code, clippy::unwrap_used, reason = "a test's own code")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The program, without the settings of whoever runs the tests.
pub(crate) fn defacto() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_defacto"));
    for name in ["DEFACTO_API_KEY", "DEFACTO_ENV", "DEFACTO_BASE_URL"] {
        command.env_remove(name);
    }
    command
}

/// Its one JSON object, after it ended with this code.
pub(crate) fn json(output: &Output, code: i32) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{errors}\n{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Killed even when an assertion fails.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `defacto sandbox`.
pub(crate) struct Sandbox {
    _running: Running,
    pub(crate) base_url: String,
    control_url: String,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        let child = defacto()
            .arg("sandbox")
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Running(child);
        let mut line = String::new();
        let stdout = running.0.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Self {
            _running: running,
            base_url: ready["base_url"].as_str().unwrap().to_owned(),
            control_url: ready["control_url"].as_str().unwrap().to_owned(),
        }
    }

    /// The program, with the key and, in the variables, the address of this
    /// sandbox.
    pub(crate) fn defacto(&self) -> Command {
        let mut command = defacto();
        command
            .env("DEFACTO_API_KEY", "sandbox")
            .env("DEFACTO_BASE_URL", &self.base_url);
        command
    }

    /// Makes something go wrong.
    pub(crate) fn fault(&self, fault: &str) {
        let (host, path) = self
            .control_url
            .strip_prefix("http://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "POST /{path}/faults HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{fault}",
            fault.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
    }
}
