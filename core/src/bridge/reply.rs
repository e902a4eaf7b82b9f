//! An answer as the faces take it: the server's own bytes, and what is known
//! of them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use defacto_types::operation::{Answer as Declared, Paging};
use defacto_types::{Operation, Value};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::essential::essential;
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
    /// Of a page: where in `json` each item stands, so that a face need read
    /// only those that are looked at.
    pub items: Option<Vec<Range<usize>>>,
    /// Of a page: where the next one is, as the server wrote it.
    pub(crate) next_page: Option<String>,
}

impl Reply {
    /// The answer, known to be JSON; its fields are not looked at.
    pub(crate) fn read(answer: &Answer) -> Result<Self, Error> {
        let operation = answer.operation;
        let mut next_page = None;
        let mut items = None;
        let json = match operation.map(|operation| operation.answer) {
            Some(Declared::Text | Declared::Csv) => {
                Value::String(answer.text()?).to_string().into()
            }
            Some(Declared::Empty) => Bytes::from_static(b"null"),
            Some(Declared::List(_)) if operation.is_some_and(is_list) => {
                let page = page(answer)?;
                next_page = page.next;
                items = Some(page.items);
                page.json
            }
            Some(Declared::Json(ty)) => {
                answer.json_as(Object(essential(ty)))?;
                answer.body.clone()
            }
            _ if answer.body.iter().all(u8::is_ascii_whitespace) => Bytes::from_static(b"null"),
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
            creation: creates.then(|| Created::new((), answer).creation()),
            items,
            next_page,
        })
    }
}

fn is_list(operation: &Operation) -> bool {
    operation.paging != Paging::None
}

struct Page {
    json: Bytes,
    items: Vec<Range<usize>>,
    next: Option<String>,
}

/// The page, in the envelope whichever shape it came in, and what it says of
/// the next one.
fn page(answer: &Answer) -> Result<Page, Error> {
    let body = &answer.body;
    if body.trim_ascii_start().starts_with(b"[") {
        const START: &[u8] = b"{\"data\":";
        let items = answer.json_as(PhantomData::<Vec<&RawValue>>)?;
        let items = places(&items, body, START.len());
        let json = [START, body, b"}"].concat().into();
        return Ok(Page {
            json,
            items,
            next: None,
        });
    }
    let Envelope { items, next } = answer.json_as(PhantomData)?;
    Ok(Page {
        items: places(&items, body, 0),
        json: body.clone(),
        next,
    })
}

/// Where the items stand in the text they were read from, moved by `offset`.
fn places(items: &[&RawValue], text: &[u8], offset: usize) -> Vec<Range<usize>> {
    let base = text.as_ptr().addr();
    items
        .iter()
        .map(|item| {
            let start = item.get().as_ptr().addr().saturating_sub(base) + offset;
            start..start + item.get().len()
        })
        .collect()
}

/// An object that has these fields; the same objects are refused that their
/// types refuse.
pub(crate) struct Object(pub(crate) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Object {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = 0;
        while let Some(name) = map.next_key::<String>()? {
            if self.0.contains(&name.as_str()) {
                found += usize::from(map.next_value::<Option<IgnoredAny>>()?.is_some());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found < self.0.len() {
            return Err(A::Error::custom("an essential field is missing"));
        }
        Ok(())
    }
}

/// What the client itself needs of a page.
struct Envelope<'a> {
    items: Vec<&'a RawValue>,
    next: Option<String>,
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EnvelopeVisitor;

        impl<'de> Visitor<'de> for EnvelopeVisitor {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a page")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
                let mut next = None;
                let mut items = None;
                let mut known = false;
                while let Some(name) = map.next_key::<String>()? {
                    known |= matches!(name.as_str(), "data" | "count" | "page_size");
                    match name.as_str() {
                        "next_page" => next = map.next_value()?,
                        "data" => items = map.next_value()?,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                if !known {
                    return Err(A::Error::missing_field("data"));
                }
                Ok(Envelope {
                    items: items.unwrap_or_default(),
                    next,
                })
            }
        }

        deserializer.deserialize_map(EnvelopeVisitor)
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
            .field("items", &self.items.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}
