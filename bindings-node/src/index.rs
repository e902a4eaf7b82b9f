//! Where the fields of a page's items are in its bytes, so that JavaScript reads
//! one without parsing the rest.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// More names than any object of the API has: the page is odd, and parsed whole.
const MOST_NAMES: usize = 128;

/// A table with a row an item.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Index {
    /// The columns' names.
    pub(crate) names: Vec<String>,
    /// A row is the begin and the end of the item, then of each field; 0 and 0
    /// where it has no such field.
    pub(crate) places: Vec<u32>,
}

/// The index of a page; `None` where something is unusual enough that it had
/// better be parsed whole.
pub(crate) fn index(json: &str) -> Option<Index> {
    let mut found = Found::default();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    PageSeed {
        json,
        found: &mut found,
    }
    .deserialize(&mut deserializer)
    .ok()?;
    found.table()
}

/// Digits from which on a number may not be what a double holds.
const LONG: usize = 16;

/// Whether no number of the text has so many digits that JavaScript's own
/// parser could lose one.
pub(crate) fn is_exact(json: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    // A run this long has a digit at one of every so many places.
    (LONG - 1..json.len()).step_by(LONG).all(|at| {
        let (before, behind) = json.split_at(at);
        let first = before.iter().rposition(|byte| !is_digit(byte));
        let begin = first.map_or(0, |place| place + 1);
        let length = at - begin + behind.iter().take_while(|byte| is_digit(byte)).count();
        // In a text there is a quote or a letter before it, or a sign or a
        // space: then the slower parser finds that it is none.
        length < LONG
            || !first
                .and_then(|place| json.get(place))
                .is_none_or(|byte| b":,[-".contains(byte) || byte.is_ascii_whitespace())
    })
}

/// What was found, in the order of the text.
#[derive(Default)]
struct Found<'a> {
    names: Vec<&'a str>,
    items: Vec<(usize, usize)>,
    /// The item, the column and the place of each field.
    fields: Vec<(usize, usize, usize, usize)>,
}

impl<'a> Found<'a> {
    /// The column of a name. Items have their fields in the same order, so it
    /// is mostly the one behind the last.
    fn column(&mut self, guess: usize, name: &'a str) -> Option<usize> {
        if self.names.get(guess) == Some(&name) {
            return Some(guess);
        }
        if let Some(column) = self.names.iter().position(|known| *known == name) {
            return Some(column);
        }
        self.names.push(name);
        (self.names.len() <= MOST_NAMES).then(|| self.names.len() - 1)
    }

    fn table(&self) -> Option<Index> {
        let width = 2 + 2 * self.names.len();
        let mut places = vec![0; width * self.items.len()];
        let mut fields = self.fields.iter().peekable();
        for (row, (begin, end)) in self.items.iter().enumerate() {
            let cells = places.get_mut(row * width..(row + 1) * width)?;
            let place = |byte: &usize| u32::try_from(*byte).ok();
            cells
                .get_mut(..2)?
                .copy_from_slice(&[place(begin)?, place(end)?]);
            while let Some((_, column, begin, end)) = fields.next_if(|field| field.0 == row) {
                let cell = cells.get_mut(2 + 2 * column..4 + 2 * column)?;
                cell.copy_from_slice(&[place(begin)?, place(end)?]);
            }
        }
        Some(Index {
            names: self.names.iter().map(|name| (*name).to_owned()).collect(),
            places,
        })
    }
}

/// Where a part of the text begins in it.
fn place(json: &str, part: &str) -> Option<usize> {
    (part.as_ptr() as usize).checked_sub(json.as_ptr() as usize)
}

struct PageSeed<'a, 'f> {
    json: &'a str,
    found: &'f mut Found<'a>,
}

impl<'a> DeserializeSeed<'a> for PageSeed<'a, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for PageSeed<'a, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<&str>()? {
            if name == "data" {
                // Of a name that is there twice the last counts.
                *self.found = Found::default();
                map.next_value_seed(ItemsSeed(PageSeed {
                    json: self.json,
                    found: self.found,
                }))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct ItemsSeed<'a, 'f>(PageSeed<'a, 'f>);

impl<'a> DeserializeSeed<'a> for ItemsSeed<'a, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for ItemsSeed<'a, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        let PageSeed { json, found } = self.0;
        while list.next_element_seed(ItemSeed { json, found })?.is_some() {}
        Ok(())
    }
}

struct ItemSeed<'a, 'f> {
    json: &'a str,
    found: &'f mut Found<'a>,
}

impl<'a> DeserializeSeed<'a> for ItemSeed<'a, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for ItemSeed<'a, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let odd = || A::Error::custom("parsed whole");
        let row = self.found.items.len();
        let mut guess = 0;
        let mut around = None;
        // A name with an escape in it is not borrowed, which ends here.
        while let Some(name) = map.next_key::<&str>()? {
            let value: &RawValue = map.next_value()?;
            let begin = place(self.json, value.get()).ok_or_else(odd)?;
            let end = begin + value.get().len();
            let column = self.found.column(guess, name).ok_or_else(odd)?;
            guess = column + 1;
            self.found.fields.push((row, column, begin, end));
            let first = place(self.json, name).ok_or_else(odd)?;
            around = Some((around.map_or(first, |(first, _)| first), end));
        }
        // The braces are before the first name and behind the last value.
        let (first, last) = around.ok_or_else(odd)?;
        let before = self.json.get(..first).and_then(|text| text.rfind('{'));
        let behind = self.json.get(last..).and_then(|text| text.find('}'));
        let (begin, behind) = before.zip(behind).ok_or_else(odd)?;
        self.found.items.push((begin, last + behind + 1));
        Ok(())
    }
}
