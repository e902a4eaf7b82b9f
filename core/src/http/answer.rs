//! What came back, and what it means.

use defacto_types::operation::Retry;
use defacto_types::{Operation, Problem, Value, mask_account};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::client::Key;
use crate::{Error, ErrorKind};

/// How much of a body that is no problem description an error keeps.
const SNIPPET: usize = 200;

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer<'key> {
    operation: &'static Operation,
    status: u16,
    media_type: String,
    body: Vec<u8>,
    key: &'key Key,
}

impl<'key> Answer<'key> {
    pub(crate) fn new(
        operation: &'static Operation,
        response: &Response,
        body: Vec<u8>,
        key: &'key Key,
    ) -> Self {
        let media_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        Self {
            operation,
            status: response.status().as_u16(),
            media_type,
            body,
            key,
        }
    }

    /// This answer if it is a success, else the error it stands for.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let (kind, message) = match self.status {
            200..=299 => return Ok(self),
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
            408 => (ErrorKind::Timeout, "the server gave up waiting: try again"),
            409 => (
                ErrorKind::StateConflict,
                "the object's state does not allow this: read it again, then decide",
            ),
            429 => (
                ErrorKind::RateLimited,
                "too many requests: wait, then try again",
            ),
            400..=499 => (
                ErrorKind::Rejected,
                "the server refused the request: correct what it names",
            ),
            // Whether it acted before it failed is not known (D5).
            500..=599 if !repeatable(self.operation) => (
                ErrorKind::OutcomeUnknown,
                "the server failed while it may have acted: read the object before sending again",
            ),
            500..=599 => (
                ErrorKind::Server,
                "the server failed: try again later, then ask Defacto",
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
        Err(match self.problem() {
            Some(problem) => error.with_problem(problem),
            None => error.with_snippet(self.snippet()),
        }
        .with_operation(self.operation)
        .with_status(self.status))
    }

    /// The body as plain text.
    pub(crate) fn into_text(self) -> Result<String, Error> {
        if self.media_type.contains("html") {
            return Err(Error::new(
                ErrorKind::UnexpectedAnswer,
                "the server answers with a web page: check base_url and the proxy",
            )
            .with_snippet(self.snippet())
            .with_operation(self.operation)
            .with_status(self.status));
        }
        let (operation, status) = (self.operation, self.status);
        String::from_utf8(self.body).map_err(|source| {
            Error::new(
                ErrorKind::Decode,
                "the answer is not UTF-8 text: check base_url",
            )
            // Not the whole error: its `Debug` would show the body.
            .with_source(source.utf8_error())
            .with_operation(operation)
            .with_status(status)
        })
    }

    /// The problem description, if the body is one.
    fn problem(&self) -> Option<Problem> {
        let mut value: Value = serde_json::from_slice(&self.body).ok()?;
        let described = ["type", "title", "status", "detail", "invalid_params"];
        if !described.iter().any(|name| value.get(name).is_some()) {
            return None;
        }
        mask(&mut value, self.key);
        serde_json::from_value(value).ok()
    }

    /// The start of the body, on one line.
    fn snippet(&self) -> String {
        // Masked before it is cut: half a key is still half a secret.
        let text = mask_text(&String::from_utf8_lossy(&self.body), self.key);
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

fn mask(value: &mut Value, key: &Key) {
    match value {
        Value::String(text) => *text = mask_text(text, key),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, key)),
        Value::Object(fields) => {
            for (mut name, mut field) in std::mem::take(fields) {
                name = mask_text(&name, key);
                mask(&mut field, key);
                fields.insert(name, field);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `text` without the key and without account numbers.
fn mask_text(text: &str, key: &Key) -> String {
    mask_accounts(&key.mask(text))
}

fn mask_accounts(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut inside_word = false;
    while let Some(c) = rest.chars().next() {
        let length = if inside_word { None } else { account(rest) };
        let step = match length {
            Some(length) => {
                masked.push_str(&mask_account(rest.get(..length).unwrap_or_default()));
                length
            }
            None => {
                masked.push(c);
                c.len_utf8()
            }
        };
        inside_word = length.is_some() || c.is_alphanumeric();
        rest = rest.get(step..).unwrap_or_default();
    }
    masked
}

/// How many bytes at the start of `text` look like an IBAN: country, check
/// digits and 11 to 30 more, in one run or in groups of four.
fn account(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let [a, b, c, d, ..] = bytes else { return None };
    if ![a, b].iter().all(|byte| byte.is_ascii_alphabetic())
        || ![c, d].iter().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let run = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    };
    let mut end = run(0);
    let mut count = end;
    if end == 4 {
        // Grouped. A word of the sentence that follows is no group.
        while bytes.get(end) == Some(&b' ') {
            let length = run(end + 1);
            let group = bytes.get(end + 1..end + 1 + length).unwrap_or_default();
            let is_group = (1..=4).contains(&length)
                && (group.iter().any(u8::is_ascii_digit)
                    || group.iter().all(u8::is_ascii_uppercase));
            if !is_group || count + length > 34 {
                break;
            }
            end += 1 + length;
            count += length;
            if length < 4 {
                break;
            }
        }
    }
    (15..=34).contains(&count).then_some(end)
}

/// Whether a lost or failed answer leaves nothing to find out, because the
/// request may simply be sent again.
pub(super) fn repeatable(operation: &Operation) -> bool {
    matches!(operation.retry, Retry::Safe)
}

#[cfg(test)]
mod tests {
    use defacto_types::operations::loans::{CREATE, GET};
    use defacto_types::operations::testing::HELLO;

    use super::*;

    #[test]
    fn masks_account_numbers_only() {
        for (text, expected) in [
            ("FR7630006000011234567890189 is closed", "FR…0189 is closed"),
            (
                "account FR76 3000 6000 0112 3456 7890 189 is closed",
                "account FR…0189 is closed",
            ),
            ("(GB29 NWBK 6016 1331 9268 19)", "(GB…6819)"),
            (
                "loan 0b9f3c1e-ab12-4cde-8f00-1234567890ab é",
                "loan 0b9f3c1e-ab12-4cde-8f00-1234567890ab é",
            ),
            ("AB12", "AB12"),
        ] {
            assert_eq!(mask_accounts(text), expected);
        }
    }

    fn answer<'key>(status: u16, body: &str, key: &'key Key) -> Answer<'key> {
        Answer {
            operation: &HELLO,
            status,
            media_type: "text/html".to_owned(),
            body: body.as_bytes().to_vec(),
            key,
        }
    }

    #[test]
    fn every_status_has_a_kind() {
        let key = Key::new("k-123456789").unwrap();
        for (status, kind) in [
            (301, ErrorKind::UnexpectedAnswer),
            (304, ErrorKind::UnexpectedAnswer),
            (400, ErrorKind::Rejected),
            (401, ErrorKind::Unauthenticated),
            (403, ErrorKind::PermissionDenied),
            (404, ErrorKind::NotFound),
            (409, ErrorKind::StateConflict),
            (422, ErrorKind::Rejected),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Server),
            (503, ErrorKind::Server),
        ] {
            let error = answer(status, "", &key).checked().unwrap_err();
            assert_eq!((error.kind(), error.status()), (kind, Some(status)));
            assert_eq!(error.operation(), Some(&HELLO));
        }
    }

    #[test]
    fn a_failed_write_may_have_acted() {
        let key = Key::new("k-123456789").unwrap();
        for (operation, kind) in [
            (&CREATE, ErrorKind::OutcomeUnknown),
            (&GET, ErrorKind::Server),
        ] {
            for status in [500, 502, 503, 504] {
                let mut answer = answer(status, "", &key);
                answer.operation = operation;
                let error = answer.checked().unwrap_err();
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
        let key = Key::new("k-123456789").unwrap();
        let page = format!("<html>\n k-123456789 {}", "x".repeat(1000));
        let error = answer(502, &page, &key).checked().unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("<html> [secret] xxx"), "{shown}");
        assert!(
            !shown.contains("k-123456789") && shown.len() < 1000,
            "{shown}"
        );

        let body = r#"{"type":"t","detail":"bad k-123456789 for FR7630006000011234567890189"}"#;
        let error = answer(422, body, &key).checked().unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(problem.detail.as_deref(), Some("bad [secret] for FR…0189"));
        assert!(error.to_string().contains("bad [secret]"), "{error}");

        let error = answer(200, "<p>log in</p>", &key).into_text().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    }
}
