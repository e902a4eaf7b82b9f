//! A page as JavaScript holds it: the core's bytes, of which it asks for what
//! is read.

use std::ops::Range;

use defacto::bridge::{Index, Reply};
use napi::bindgen_prelude::ObjectFinalize;
use napi::{Env, JsString, Result};
use napi_derive::napi;

/// A page whose items nobody has parsed.
#[napi(custom_finalize)]
pub struct Sheet {
    reply: Reply,
    index: Index,
}

impl Sheet {
    pub(crate) const fn new(reply: Reply, index: Index) -> Self {
        Self { reply, index }
    }

    /// The bytes outside of JavaScript's memory, which its garbage collector
    /// would know nothing of.
    pub(crate) fn weight(&self) -> i64 {
        let places = self.index.places.len() * size_of::<u32>();
        i64::try_from(self.reply.json.len() + places).unwrap_or(i64::MAX)
    }

    fn part(&self, range: Range<usize>) -> &[u8] {
        self.reply.json.get(range).unwrap_or_default()
    }

    /// Where the value at this place of a row is; `None` where the item has
    /// none.
    fn place(row: &[u32], at: usize) -> Option<Range<usize>> {
        match row.get(at..at + 2) {
            Some(&[begin, end]) if end > 0 => Some(begin as usize..end as usize),
            _ => None,
        }
    }

    fn row(&self, row: u32) -> &[u32] {
        let width = self.index.width();
        let begin = width * row as usize;
        self.index
            .places
            .get(begin..begin + width)
            .unwrap_or_default()
    }

    fn column_of(&self, name: &str) -> Option<usize> {
        let column = self.index.names.iter().position(|known| known == name)?;
        Some(2 + 2 * column)
    }
}

impl ObjectFinalize for Sheet {
    fn finalize(self, env: Env) -> Result<()> {
        env.adjust_external_memory(-self.weight()).map(|_| ())
    }
}

#[napi]
impl Sheet {
    /// How many items there are.
    #[napi(catch_unwind)]
    pub fn count(&self) -> u32 {
        u32::try_from(self.index.items()).unwrap_or(u32::MAX)
    }

    /// Whether no number needs more than a double.
    #[napi(catch_unwind)]
    pub fn is_exact(&self) -> bool {
        !self.index.has_long_number
    }

    /// The JSON of the page.
    #[napi(catch_unwind)]
    pub fn text<'env>(&self, env: &'env Env) -> Result<JsString<'env>> {
        text(env, &self.reply.json)
    }

    /// The JSON of an item.
    #[napi(catch_unwind)]
    pub fn item<'env>(&self, env: &'env Env, row: u32) -> Result<JsString<'env>> {
        let place = Self::place(self.row(row), 0).unwrap_or_default();
        text(env, self.part(place))
    }

    /// The JSON of one field of an item, if it has it.
    #[napi(catch_unwind)]
    pub fn field<'env>(
        &self,
        env: &'env Env,
        row: u32,
        name: String,
    ) -> Result<Option<JsString<'env>>> {
        let column = self.column_of(&name);
        let place = column.and_then(|column| Self::place(self.row(row), column));
        place.map(|place| text(env, self.part(place))).transpose()
    }

    /// The JSON of a list of one field of all items, null where an item does
    /// not have it; none where no item has it.
    #[napi(catch_unwind)]
    pub fn column<'env>(&self, env: &'env Env, name: String) -> Result<Option<JsString<'env>>> {
        let Some(column) = self.column_of(&name) else {
            return Ok(None);
        };
        let rows = || self.index.places.chunks_exact(self.index.width());
        let places = || rows().map(|row| Self::place(row, column));
        let length = places()
            .flatten()
            .map(|place| place.len() + 1)
            .sum::<usize>();
        let mut json = Vec::with_capacity(length + 5 * self.index.items() + 2);
        json.push(b'[');
        for place in places() {
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend_from_slice(place.map_or(b"null", |place| self.part(place)));
        }
        json.push(b']');
        text(env, &json).map(Some)
    }
}

/// Text of JavaScript's. What a field nobody reads may hold is not checked by
/// the core.
pub(crate) fn text<'env>(env: &'env Env, bytes: &[u8]) -> Result<JsString<'env>> {
    if bytes.is_ascii() {
        // Copied without being looked at again.
        return env.create_string_latin1(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => env.create_string(text),
        Err(_) => env.create_string(String::from_utf8_lossy(bytes)),
    }
}
