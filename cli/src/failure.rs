//! How a command ends when it does not succeed.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use defacto::ErrorKind;
use serde_json::{Value, json};

/// The exit code of a change that was sent and whose answer was lost.
pub(crate) const OUTCOME_UNKNOWN: u8 = 14;

/// The exit code of `--timeout`.
pub(crate) const LATE: u8 = 13;

/// What a shell says of a program that its reader left alone: 128 + SIGPIPE.
const UNREAD: u8 = 141;

/// Why a command failed, and the exit code that says so.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    kind: Option<ErrorKind>,
    message: String,
    /// What the library says of it, where it comes from there. Boxed: results
    /// that hold a failure stay small.
    error: Option<Box<Value>>,
    /// Whether a store that was away may be back later.
    is_passing: bool,
}

impl Failure {
    fn new(code: u8, kind: Option<ErrorKind>, message: impl Into<String>) -> Self {
        Self {
            code,
            kind,
            message: message.into(),
            error: None,
            is_passing: false,
        }
    }

    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(2, Some(ErrorKind::InvalidInput), message)
    }

    /// A setting is missing or wrong.
    pub(crate) fn setting(message: impl Into<String>) -> Self {
        Self::new(2, Some(ErrorKind::Configuration), message)
    }

    /// The command was right and still did not work.
    pub(crate) fn runtime(what: &str, source: &dyn Error) -> Self {
        Self::new(1, None, format!("{what}: {}", chain(source)))
    }

    /// The command was right and something it needs is not.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(1, None, message)
    }

    /// `--timeout` or a signal ended it, with this exit code.
    pub(crate) fn ended(code: u8, message: impl Into<String>) -> Self {
        let kind = (code == LATE).then_some(ErrorKind::Timeout);
        Self::new(code, kind, message)
    }

    /// stdout cannot be written.
    pub(crate) fn unwritten(source: &std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(UNREAD, None, "nobody reads stdout any more");
        }
        Self::runtime("stdout cannot be written: check where it goes", source)
    }

    /// Whether the reader of stdout went away, as `head` does when it has
    /// enough: no news to anybody.
    pub(crate) fn is_unread(&self) -> bool {
        self.code == UNREAD
    }

    /// Whether it is a store's that may work again later.
    pub(crate) fn is_passing(&self) -> bool {
        self.is_passing
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// What the user is told.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Tells the user, or with `--json` the script; gives the exit code.
    pub(crate) fn report(self, json: bool) -> ExitCode {
        match (self.is_unread(), json) {
            (true, _) => {}
            (false, true) => tell(&self.to_json().to_string()),
            (false, false) => tell(&format!("error: {}", self.message)),
        }
        ExitCode::from(self.code)
    }

    /// Everything the library's errors say, with the same names where the
    /// error is our own.
    fn to_json(&self) -> Value {
        let mut error = match &self.error {
            Some(error) => (**error).clone(),
            None => json!({
                "kind": self.kind.map(ErrorKind::name),
                "code": self.kind.map(ErrorKind::code),
                "message": self.message,
                "operation": null,
                "status": null,
                "is_retryable": false,
                "salt_id": null,
            }),
        };
        if let Some(fields) = error.as_object_mut() {
            // `code` would be taken for the exit code, which is another.
            if let Some(number) = fields.remove("code") {
                fields.insert("number".to_owned(), number);
            }
            fields.insert("exit_code".to_owned(), self.code.into());
        }
        json!({ "error": error })
    }
}

impl From<defacto::Error> for Failure {
    fn from(error: defacto::Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Configuration | ErrorKind::InvalidInput => 2,
            ErrorKind::OutcomeUnknown => OUTCOME_UNKNOWN,
            _ => 1,
        };
        Self {
            error: Some(Box::new(defacto::bridge::failure(&error))),
            is_passing: error.kind() == ErrorKind::Store && error.retry_after().is_some(),
            ..Self::new(code, Some(error.kind()), chain(&error))
        }
    }
}

/// An error and what led to it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(&format!("\n  caused by: {source}"));
        next = source.source();
    }
    text
}

/// Writes one line to stderr.
pub(crate) fn tell(line: &str) {
    // With stderr closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Warns on stderr: a line of text, or with `--json` one of JSON.
pub(crate) fn warn(text: &str, json: bool) {
    if json {
        tell(&json!({ "warning": { "message": text } }).to_string());
    } else {
        tell(&format!("warning: {text}"));
    }
}

/// Writes one line to stdout.
pub(crate) fn print(line: &str) -> Result<(), Failure> {
    write(format!("{line}\n").as_bytes())
}

/// Writes one line of JSON to stdout.
pub(crate) fn print_json(report: &impl defacto::types::Wire) -> Result<(), Failure> {
    let line = serde_json::to_string(report)
        .map_err(|error| Failure::runtime("the report cannot be written", &error))?;
    print(&line)
}

/// Writes bytes to stdout as they are.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|source| Failure::unwritten(&source))
}
