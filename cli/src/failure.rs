//! How a command ends when it does not succeed.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use defacto::ErrorKind;

/// The exit code of a change that was sent and whose answer was lost.
pub(crate) const OUTCOME_UNKNOWN: u8 = 14;

/// Why a command failed, and the exit code that says so.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// The command line or the settings are wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            code: 2,
            message: message.into(),
        }
    }

    /// The command was right and still did not work.
    pub(crate) fn runtime(what: &str, source: &dyn Error) -> Self {
        Self {
            code: 1,
            message: format!("{what}: {}", chain(source)),
        }
    }

    /// The command was right and something it needs is not.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self {
            code: 1,
            message: message.into(),
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// What the user is told.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Tells the user; gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        tell(&format!("error: {}", self.message));
        ExitCode::from(self.code)
    }
}

impl From<defacto::Error> for Failure {
    fn from(error: defacto::Error) -> Self {
        let message = chain(&error);
        match error.kind() {
            ErrorKind::Configuration | ErrorKind::InvalidInput => Self::usage(message),
            ErrorKind::OutcomeUnknown => Self {
                code: OUTCOME_UNKNOWN,
                message,
            },
            _ => Self { code: 1, message },
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

/// Writes one line to stdout.
pub(crate) fn print(line: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .map_err(|source| Failure::runtime("stdout cannot be written: check the pipe", &source))
}

/// Writes bytes to stdout as they are.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|source| Failure::runtime("stdout cannot be written: check the pipe", &source))
}
