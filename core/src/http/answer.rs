//! What came back, and what it means.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use defacto_types::operation::Retry;
use defacto_types::{Operation, Problem, Value};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::mask::{mask, mask_text};
use super::recover::advice;
use super::retry::{Outcome, outcome_of};
use crate::client::Key;
use crate::{Error, ErrorKind};

/// How much of a body that is no problem description an error keeps.
const SNIPPET: usize = 200;

/// A complete answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) retry: Retry,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) key: Arc<Key>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    /// Method and path of a raw request.
    pub(crate) place: String,
    /// What the answer's object was known to be before it was read.
    pub(crate) found: Found,
    /// The idempotency key the request had.
    pub(crate) salt: Option<String>,
}

/// Where an answer comes from, for what a creation says of itself.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Found {
    /// The server answered the request.
    #[default]
    Answered,
    /// The server answered a request whose salt this client made just now.
    AnsweredNewSalt,
    /// The server answered a repeat, after an attempt that may have acted.
    AnsweredInDoubt,
    /// The object was looked up after the server refused a repeat.
    LookedUp,
}

impl Answer {
    /// The media type without parameters.
    fn media_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim()
    }

    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether a 400 holds the loan it refuses, as it did until 2023 (docs:
    /// how-to-handle-the-new-status-pending_validation-on-loans).
    pub(crate) fn is_declined_loan(&self) -> bool {
        self.status == 400
            && self.operation == Some(&defacto_types::operations::loans::CREATE)
            && self
                .json::<defacto_types::Loan>()
                .is_ok_and(|loan| loan.status == defacto_types::LoanStatus::Declined)
    }

    /// The error an answer other than 2xx stands for.
    pub(crate) fn error(&self) -> Error {
        let (kind, message) = match self.status {
            401 => (
                ErrorKind::Unauthenticated,
                "the server does not accept api_key: check that it belongs to this environment",
            ),
            403 => (
                ErrorKind::PermissionDenied,
                "api_key may not do this: ask Defacto for the permission",
            ),
            404 => (
                ErrorKind::NotFound,
                "nothing found there: check the identifier and the environment",
            ),
            409 => (
                ErrorKind::StateConflict,
                "the object's state does not allow this: read it again, then decide",
            ),
            429 => (
                ErrorKind::RateLimited,
                "too many requests: wait, then try again",
            ),
            501 => (
                ErrorKind::Rejected,
                "the server does not have this operation: nothing was done",
            ),
            status if outcome_of(status) == Outcome::Unknown => match self.retry {
                Retry::Safe if status == 408 => {
                    (ErrorKind::Timeout, "the server gave up waiting: try again")
                }
                Retry::Safe => (
                    ErrorKind::Server,
                    "the server failed: try again later, then ask Defacto",
                ),
                // Whether it acted before it failed is not known (D5).
                _ => (
                    ErrorKind::OutcomeUnknown,
                    "the server failed while it may have acted",
                ),
            },
            400..=499 => (
                ErrorKind::Rejected,
                "the server refused the request: correct what it names",
            ),
            300..=399 => (
                ErrorKind::UnexpectedAnswer,
                "the server redirects, which is not followed: check base_url",
            ),
            _ => (
                ErrorKind::UnexpectedAnswer,
                "the server answers with an unknown status: check base_url",
            ),
        };
        let error = Error::new(kind, message);
        let error = match self.problem() {
            Some(problem) => error.with_problem(problem),
            None => error.with_snippet(self.snippet()),
        };
        self.blame(error)
    }

    fn blame(&self, error: Error) -> Error {
        let error = error
            .with_status(self.status)
            .with_attempts(self.attempts, self.elapsed);
        match self.operation {
            Some(operation) => error.with_operation(operation),
            None => error.with_place(self.place.clone()),
        }
    }

    /// The body as a JSON value of this type.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if self.is_page() {
            return Err(self.page());
        }
        serde_json::from_slice(&self.body).map_err(|source| self.misshapen(&source))
    }

    fn misshapen(&self, source: &serde_json::Error) -> Error {
        // Not the whole error: it may quote a secret.
        self.unreadable(format!(
            "{:?} error at line {} column {}",
            source.classify(),
            source.line(),
            source.column()
        ))
    }

    /// That the body is not what it should be; `place` must not quote it.
    pub(crate) fn unreadable(&self, place: String) -> Error {
        let acted = if matches!(self.retry, Retry::Safe) {
            ""
        } else {
            "the request was carried out, but "
        };
        let error = self.blame(
            Error::new(
                ErrorKind::Decode,
                format!("{acted}the answer does not have the form it should: report this"),
            )
            .with_snippet(self.snippet())
            .with_source(place),
        );
        if acted.is_empty() {
            return error;
        }
        // What was made is known to nobody else.
        error
            .with_recovery(self.advice())
            .with_salt(self.salt.clone())
    }

    fn advice(&self) -> String {
        advice(self.retry, self.salt.as_deref(), self.operation)
    }

    /// Whether the request may have changed something.
    pub(crate) fn is_change(&self) -> bool {
        self.operation.is_none_or(|operation| {
            let is_read = operation.method == defacto_types::operation::Method::Get;
            !is_read && !operation.is_local()
        })
    }

    /// All of it but what the server wrote.
    pub(crate) fn without_content(&self) -> Self {
        Self {
            headers: HeaderMap::new(),
            body: Bytes::new(),
            place: self.place.clone(),
            salt: self.salt.clone(),
            key: self.key.clone(),
            ..*self
        }
    }

    /// The error of an answer to a change that nobody took.
    pub(crate) fn untaken(&self) -> Error {
        let error = Error::new(
            ErrorKind::OutcomeUnknown,
            "the change was made, but its caller had stopped waiting for the answer",
        );
        self.blame(error)
            .with_recovery(self.advice())
            .with_salt(self.salt.clone())
    }

    /// The body as plain text.
    pub(crate) fn text(&self) -> Result<String, Error> {
        if self.is_page() {
            return Err(self.page());
        }
        std::str::from_utf8(&self.body)
            .map(ToOwned::to_owned)
            .map_err(|source| {
                self.blame(
                    Error::new(
                        ErrorKind::Decode,
                        "the answer is not UTF-8 text: check base_url",
                    )
                    .with_source(source),
                )
            })
    }

    /// A body that says nothing.
    #[allow(clippy::unnecessary_wraps)] // Read like the others.
    pub(crate) fn nothing(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Whatever JSON the body is, if there is one.
    pub(crate) fn anything(&self) -> Result<Option<Value>, Error> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        if self.is_text() {
            return self.text().map(|text| Some(Value::String(text)));
        }
        self.json().map(Some)
    }

    /// Whether the server says that it is text rather than JSON.
    pub(crate) fn is_text(&self) -> bool {
        self.media_type().starts_with("text/") && !self.is_page()
    }

    /// Whether a web page stands where the API would have answered otherwise.
    pub(crate) fn is_page(&self) -> bool {
        // Servers put the type on empty answers too.
        self.media_type().eq_ignore_ascii_case("text/html") && !self.body.is_empty()
    }

    pub(crate) fn page(&self) -> Error {
        self.blame(
            Error::new(
                ErrorKind::UnexpectedAnswer,
                "the server answers with a web page: check base_url and the proxy",
            )
            .with_snippet(self.snippet()),
        )
    }

    /// The problem description, if the body is one.
    fn problem(&self) -> Option<Problem> {
        let mut value: Value = serde_json::from_slice(&self.body).ok()?;
        let described = ["type", "title", "status", "detail", "invalid_params"];
        if !described.iter().any(|name| value.get(name).is_some()) {
            return None;
        }
        mask(&mut value, &self.key);
        serde_json::from_value(value).ok()
    }

    /// The start of the body, on one line. Nothing of a success: its fields
    /// may be secrets of any form.
    fn snippet(&self) -> String {
        if self.is_success() && !self.is_page() {
            return String::new();
        }
        // Masked before it is cut: half a key is still half a secret.
        let text = mask_text(&String::from_utf8_lossy(&self.body), &self.key);
        let mut line = String::new();
        for (count, c) in text
            .split_whitespace()
            .flat_map(|word| word.chars().chain([' ']))
            .filter(|c| !c.is_control())
            .enumerate()
        {
            if count == SNIPPET {
                line.push('…');
                break;
            }
            line.push(c);
        }
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use defacto_types::operations::loans::{CREATE, GET};
    use defacto_types::operations::testing::HELLO;

    use super::*;

    fn answer(operation: &'static Operation, status: u16, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            http::HeaderValue::from_static("text/HTML; charset=utf-8"),
        );
        Answer {
            operation: Some(operation),
            retry: operation.retry,
            status,
            headers,
            body: body.to_owned().into(),
            key: Arc::new(Key::new("k-123456789").unwrap()),
            attempts: 1,
            elapsed: Duration::ZERO,
            place: String::new(),
            found: Found::Answered,
            salt: None,
        }
    }

    #[test]
    fn every_status_has_a_kind() {
        for (status, kind) in [
            (301, ErrorKind::UnexpectedAnswer),
            (304, ErrorKind::UnexpectedAnswer),
            (400, ErrorKind::Rejected),
            (401, ErrorKind::Unauthenticated),
            (403, ErrorKind::PermissionDenied),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Timeout),
            (409, ErrorKind::StateConflict),
            (422, ErrorKind::Rejected),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Server),
            (501, ErrorKind::Rejected),
            (503, ErrorKind::Server),
        ] {
            let error = answer(&HELLO, status, "").error();
            assert_eq!((error.kind(), error.status()), (kind, Some(status)));
            assert_eq!(error.operation(), Some(&HELLO));
        }
    }

    #[test]
    fn a_failed_write_may_have_acted() {
        for (operation, kind) in [
            (&CREATE, ErrorKind::OutcomeUnknown),
            (&GET, ErrorKind::Server),
        ] {
            for status in [500, 502, 503, 504] {
                let error = answer(operation, status, "").error();
                assert_eq!(error.kind(), kind, "{operation} {status}");
                assert_eq!(
                    error.is_outcome_unknown(),
                    kind == ErrorKind::OutcomeUnknown
                );
                assert_eq!(error.is_retryable(), kind == ErrorKind::Server);
            }
        }
    }

    #[test]
    fn keeps_a_masked_snippet_or_the_problem() {
        let page = format!("<html>\n k-123456789 {}", "x".repeat(1000));
        let error = answer(&HELLO, 502, &page).error();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("<html> [secret] xxx"), "{shown}");
        assert!(
            !shown.contains("k-123456789") && shown.len() < 1000,
            "{shown}"
        );

        let body = r#"{"type":"t","detail":"bad k-123456789 for FR7630006000011234567890189"}"#;
        let error = answer(&HELLO, 422, body).error();
        let problem = error.problem().unwrap();
        assert_eq!(problem.detail.as_deref(), Some("bad [secret] for FR…0189"));
        assert!(error.to_string().contains("bad [secret]"), "{error}");

        let error = answer(&HELLO, 200, "<p>log in</p>").text().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    }
}
