//! A page as the faces take it: the server's bytes, where each item stands in
//! them, and its fields that most programs look at. A face then decodes an
//! item when more of it is asked for, which most of a page never is.

use std::ops::Range;

use bytes::Bytes;
use defacto_types::GLANCE;
use jiter::{Jiter, JiterError, JsonErrorType, Peek};

use super::missing::Missing;
use crate::Error;
use crate::http::Answer;

/// An item of a page, by its places in the page's bytes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Item {
    /// The item's JSON.
    pub span: Range<usize>,
    /// The JSON of its fields [`GLANCE`]; empty where it has none of that name.
    pub glance: [Range<usize>; GLANCE.len()],
}

/// A page, in the envelope whichever shape it came in.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) json: Bytes,
    pub(super) items: Vec<Item>,
    /// Where the next one is, as the server wrote it.
    pub(super) next_page: Option<String>,
}

impl Page {
    /// Reads a page whose items must have these fields.
    pub(super) fn read(answer: &Answer, essential: &[&str]) -> Result<Self, Error> {
        if answer.is_page() {
            return Err(answer.page());
        }
        let body = &answer.body;
        let json = if body.trim_ascii_start().starts_with(b"[") {
            let mut json = Vec::with_capacity(body.len() + 10);
            json.extend_from_slice(b"{\"data\":");
            json.extend_from_slice(body);
            json.push(b'}');
            json.into()
        } else {
            body.clone()
        };
        let mut reader = Reader {
            json: Jiter::new(&json),
            essential,
        };
        let (items, next_page) = reader.page().map_err(|problem| {
            let place = match problem {
                Problem::Json(error) => {
                    format!("{} at byte {}", kind(&error), error.index)
                }
                Problem::Form(what) => what.to_owned(),
            };
            answer.unreadable(place)
        })?;
        Ok(Self {
            json,
            items,
            next_page,
        })
    }
}

enum Problem {
    Json(JiterError),
    Form(&'static str),
}

impl From<JiterError> for Problem {
    fn from(error: JiterError) -> Self {
        Self::Json(error)
    }
}

/// Not the error's own text, which may quote the answer.
fn kind(error: &JiterError) -> &'static str {
    match error.error_type {
        jiter::JiterErrorType::WrongType { .. } => "a value of another type",
        jiter::JiterErrorType::JsonError(
            JsonErrorType::EofWhileParsingValue
            | JsonErrorType::EofWhileParsingObject
            | JsonErrorType::EofWhileParsingList
            | JsonErrorType::EofWhileParsingString,
        ) => "the end",
        jiter::JiterErrorType::JsonError(_) => "a syntax error",
    }
}

struct Reader<'j> {
    json: Jiter<'j>,
    essential: &'j [&'j str],
}

impl Reader<'_> {
    fn page(&mut self) -> Result<(Vec<Item>, Option<String>), Problem> {
        enum Field {
            Data,
            NextPage,
            Envelope,
            Other,
        }
        let (mut items, mut next_page, mut is_page) = (Vec::new(), None, false);
        let mut name = self.json.next_object()?.map(field);
        fn field(name: &str) -> Field {
            match name {
                "data" => Field::Data,
                "next_page" => Field::NextPage,
                "count" | "page_size" => Field::Envelope,
                _ => Field::Other,
            }
        }
        while let Some(field_of) = name {
            is_page |= matches!(field_of, Field::Data | Field::Envelope);
            match (field_of, self.json.peek()?) {
                (Field::Data, Peek::Null) => self.json.next_skip()?,
                (Field::Data, _) => items = self.items()?,
                (Field::NextPage, Peek::Null) => self.json.next_skip()?,
                (Field::NextPage, _) => next_page = Some(self.json.next_str()?.to_owned()),
                _ => self.json.next_skip()?,
            }
            name = self.json.next_key()?.map(field);
        }
        self.json.finish()?;
        if !is_page {
            return Err(Problem::Form("a page without data"));
        }
        Ok((items, next_page))
    }

    fn items(&mut self) -> Result<Vec<Item>, Problem> {
        let mut items = Vec::new();
        let mut next = self.json.next_array()?;
        while let Some(peek) = next {
            let start = self.json.current_index();
            let mut item = Item::default();
            if peek == Peek::Object {
                self.item(&mut item)?;
            } else if self.essential.is_empty() {
                self.json.known_skip(peek)?;
            } else {
                return Err(Problem::Form("an item that is no object"));
            }
            item.span = start..self.json.current_index();
            items.push(item);
            next = self.json.array_step()?;
        }
        Ok(items)
    }

    fn item(&mut self, item: &mut Item) -> Result<(), Problem> {
        let mut missing = Missing::of(self.essential);
        let mut name = self.json.known_object()?;
        while let Some(field) = name {
            let place = GLANCE.iter().position(|glance| *glance == field);
            let essential = self.essential.iter().position(|name| *name == field);
            let peek = self.json.peek()?;
            if peek != Peek::Null {
                missing.found(essential);
            }
            let start = self.json.current_index();
            self.json.known_skip(peek)?;
            if let Some(glance) = place.and_then(|place| item.glance.get_mut(place)) {
                *glance = start..self.json.current_index();
            }
            name = self.json.next_key()?;
        }
        if missing.any() {
            return Err(Problem::Form("an item without an essential field"));
        }
        Ok(())
    }
}
