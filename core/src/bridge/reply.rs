//! An answer as the faces take it: the server's own bytes, and what is known
//! of them.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use defacto_types::operation::{Answer as Declared, Paging};
use defacto_types::{Operation, Value};
use http::HeaderMap;
use serde::de::IgnoredAny;

use super::essential::essential;
use super::object::{self, Head};
use super::page::{Index, Page};
use crate::http::Answer;
use crate::{Created, Creation, Error};

/// What an operation answered.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply {
    /// JSON: the server's bytes as they came where they are an object or a
    /// page, text as a string, nothing as `null`, a bare array as a page.
    pub json: Bytes,
    /// The HTTP status.
    pub status: u16,
    /// How many times the request was sent.
    pub attempts: u32,
    /// How long the call took, waits included.
    pub elapsed: Duration,
    /// Of a creation: whether it is new.
    pub creation: Option<Creation>,
    /// Of a page: where its items are in `json`; `None` also where they are
    /// better decoded all at once.
    pub index: Option<Index>,
    /// Of an object: where in `json` the values are of the fields without
    /// which it is of no use, such as its id and its status.
    pub head: Vec<(&'static str, Range<usize>)>,
    /// Of a page: where the next one is, as the server wrote it.
    pub(crate) next_page: Option<String>,
    headers: HeaderMap,
    /// The answer to a change, for whom nobody takes it.
    change: Option<Box<Answer>>,
}

impl Reply {
    /// The answer, known to be JSON; its fields are not looked at.
    pub(crate) fn read(mut answer: Answer) -> Result<Self, Error> {
        let operation = answer.operation;
        // What a face makes text of must be text.
        if std::str::from_utf8(&answer.body).is_err() {
            return Err(answer.unreadable("not UTF-8".to_owned()));
        }
        let (mut next_page, mut index, mut head) = (None, None, Head::new());
        let text =
            |answer: &Answer| Ok::<_, Error>(Value::String(answer.text()?).to_string().into());
        let json = match operation.map(|operation| operation.answer) {
            Some(Declared::Text | Declared::Csv) => text(&answer)?,
            Some(Declared::Empty) => Bytes::from_static(b"null"),
            Some(Declared::List(ty)) if operation.is_some_and(is_list) => {
                let page = Page::read(&answer, essential(ty))?;
                (next_page, index) = (page.next_page, page.index);
                page.json
            }
            Some(Declared::Json(ty)) => {
                head = answer.object(essential(ty))?;
                answer.body.clone()
            }
            _ if answer.body.iter().all(u8::is_ascii_whitespace) => Bytes::from_static(b"null"),
            _ if answer.is_text() => text(&answer)?,
            _ => {
                answer.json::<IgnoredAny>()?;
                answer.body.clone()
            }
        };
        let creates = operation.is_some_and(|operation| operation.creates);
        Ok(Self {
            json,
            status: answer.status,
            attempts: answer.attempts,
            elapsed: answer.elapsed,
            creation: creates.then(|| Created::new((), &answer).creation()),
            index,
            head,
            next_page,
            change: answer
                .is_change()
                .then(|| Box::new(answer.without_content())),
            headers: std::mem::take(&mut answer.headers),
        })
    }

    /// The headers that are text, with their names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.iter();
        headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// A header, if there is one of this name that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether it answers a change.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.change.is_some()
    }

    /// What a caller is told that had stopped waiting when the answer came:
    /// that the change was made and how to find it. `None` of a read.
    #[must_use]
    pub fn untaken(&self) -> Option<Error> {
        self.change.as_ref().map(|answer| answer.untaken())
    }
}

fn is_list(operation: &Operation) -> bool {
    operation.paging != Paging::None
}

impl Answer {
    /// Where the essential fields of the object are that it must be.
    pub(super) fn object(&self, essential: &'static [&'static str]) -> Result<Head, Error> {
        if self.is_page() {
            return Err(self.page());
        }
        object::read(&self.body, essential).map_err(|problem| self.unreadable(problem.place()))
    }
}

/// Not the body: it may hold account numbers and tokens.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("bytes", &self.json.len())
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .field("creation", &self.creation)
            .finish_non_exhaustive()
    }
}
