//! What can go wrong.

use std::fmt;
use std::time::Duration;

pub use defacto_types::ErrorKind;
use defacto_types::{Operation, Problem};

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What went wrong. The message says what to do next; neither it nor `Debug`
/// shows the key or an account number.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static Operation>,
    /// What stands for the operation where there is none.
    place: Option<String>,
    status: Option<u16>,
    problem: Option<Problem>,
    snippet: Option<String>,
    attempts: u32,
    elapsed: Duration,
    salt_id: Option<String>,
    retry_after: Option<Duration>,
    recovery: Option<String>,
    source: Option<Source>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            place: None,
            status: None,
            problem: None,
            snippet: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            salt_id: None,
            retry_after: None,
            recovery: None,
            source: None,
        }))
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Method and path of a request that is no operation.
    pub(crate) fn with_place(mut self, place: String) -> Self {
        self.0.place = Some(place);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// `problem` must be masked already.
    pub(crate) fn with_problem(mut self, problem: Problem) -> Self {
        self.0.problem = Some(problem);
        self
    }

    /// `snippet` must be masked already.
    pub(crate) fn with_snippet(mut self, snippet: String) -> Self {
        self.0.snippet = Some(snippet).filter(|text| !text.is_empty());
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    pub(crate) fn with_salt(mut self, salt: Option<String>) -> Self {
        self.0.salt_id = salt;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// How to find out what became of the request.
    pub(crate) fn with_recovery(mut self, how: String) -> Self {
        self.0.recovery = Some(how);
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Which kind of error this is; the value to switch on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether sending the same request again is harmless and may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::RateLimited | ErrorKind::Connection | ErrorKind::Server | ErrorKind::Timeout
        )
    }

    /// Whether the change may have been made all the same. Look before
    /// sending again.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.kind == ErrorKind::OutcomeUnknown
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What the server says of the problem, key and account numbers masked.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        self.0.problem.as_ref()
    }

    /// How many times the request was sent; 0 when it never was.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the call took, waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The idempotency key that was sent. A later call with the same body and
    /// this key resumes the lost one.
    #[must_use]
    pub fn salt_id(&self) -> Option<&str> {
        self.0.salt_id.as_deref()
    }

    /// How long the server asks to wait before the next request.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// With an unknown outcome: how to find out whether the change was made.
    #[must_use]
    pub fn recovery(&self) -> Option<&str> {
        self.0.recovery.as_deref()
    }

    /// The operation that failed.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        } else if let Some(place) = &inner.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&inner.message)?;
        if let Some(status) = inner.status {
            write!(f, " (status {status})")?;
        }
        let said = inner
            .problem
            .as_ref()
            .and_then(|problem| problem.detail.as_deref().or(problem.title.as_deref()))
            .or(inner.snippet.as_deref());
        if let Some(said) = said {
            write!(f, "; the server says: {}", said.trim_end_matches('.'))?;
        }
        let refused = inner
            .problem
            .iter()
            .flat_map(|problem| &problem.invalid_params);
        for param in refused {
            let name = param.name.as_deref().unwrap_or("a parameter");
            let reason = param.reason.as_deref().unwrap_or("refused");
            write!(f, "; {name}: {}", reason.trim_end_matches('.'))?;
        }
        if let Some(how) = &inner.recovery {
            write!(f, "; {how}")?;
        }
        Ok(())
    }
}

/// The kind, the message and the causes: what `main` prints when it returns an
/// error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, "; caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
