//! A page as the faces take it: the server's bytes, and where each item and
//! each of its fields stands in them. A face decodes what is asked for, which
//! of most of a page is nothing.

use std::borrow::Cow;

use bytes::Bytes;

use super::missing::Missing;
use super::scan::{Problem, Scan};
use crate::Error;
use crate::http::Answer;

/// More names than any object of the API has.
const MOST_NAMES: usize = 128;

/// Where a page's items are in its bytes: a table with a row an item.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Index {
    /// The names of the items' fields, in the order they were met; the columns.
    pub names: Vec<String>,
    /// Row after row: where the item begins and ends, then where each field's
    /// value does; 0 and 0 where the item has no such field. Of a field that
    /// comes twice the last counts.
    pub places: Vec<u32>,
    /// Whether a number of the page has so many digits that a double may not
    /// hold it.
    pub has_long_number: bool,
}

impl Index {
    /// How many places a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        2 + 2 * self.names.len()
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        self.places.len() / self.width()
    }
}

/// A page, in the envelope whichever shape it came in.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) json: Bytes,
    /// `None` where there is so much of a page or of its names that it is
    /// better decoded whole.
    pub(super) index: Option<Index>,
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
        let (index, next_page) =
            read(&json, essential).map_err(|problem| answer.unreadable(problem.place()))?;
        Ok(Self {
            json,
            index,
            next_page,
        })
    }
}

/// The index and where the next page is.
fn read(json: &[u8], essential: &[&str]) -> Result<(Option<Index>, Option<String>), Problem> {
    let mut reader = Reader {
        scan: Scan::new(json),
        essential,
        names: Vec::new(),
        items: Vec::new(),
        fields: Vec::new(),
    };
    let next_page = reader.page()?;
    // Places of a longer page do not fit.
    let index = u32::try_from(json.len()).ok().and(reader.index());
    Ok((index, next_page))
}

/// A name that was met.
struct Column {
    name: String,
    /// Its place among the essential ones.
    essential: Option<usize>,
    /// Whether it can be written as it is read.
    is_plain: bool,
}

/// A value of an item: its column, where it begins and ends.
type Field = (u32, u32, u32);

struct Reader<'j> {
    scan: Scan<'j>,
    essential: &'j [&'j str],
    names: Vec<Column>,
    /// Where each item begins and ends, and how many fields came before its end.
    items: Vec<(u32, u32, usize)>,
    fields: Vec<Field>,
}

/// The parts of the envelope.
enum Part {
    Data,
    NextPage,
    Known,
    Other,
}

impl Part {
    fn of(name: &str) -> Self {
        match name {
            "data" => Self::Data,
            "next_page" => Self::NextPage,
            "count" | "page_size" => Self::Known,
            _ => Self::Other,
        }
    }
}

impl Reader<'_> {
    /// Goes through the page, to where the next one is.
    fn page(&mut self) -> Result<Option<String>, Problem> {
        let (mut next_page, mut is_page) = (None, false);
        self.scan.open(b'{')?;
        let mut first = true;
        while self.scan.more(first, b'}')? {
            first = false;
            let part = Part::of(&self.scan.name()?);
            is_page |= matches!(part, Part::Data | Part::Known);
            let is_null = self.scan.peek()? == b'n';
            match part {
                Part::Data if !is_null => self.items()?,
                Part::NextPage if !is_null => next_page = Some(self.scan.text()?.into_owned()),
                _ => self.scan.skip()?,
            }
        }
        self.scan.finish()?;
        if !is_page {
            return Err(Problem::Form("a page without data"));
        }
        Ok(next_page)
    }

    fn items(&mut self) -> Result<(), Problem> {
        // Of a name that comes twice the last counts.
        self.items.clear();
        self.fields.clear();
        self.scan.open(b'[')?;
        let mut first = true;
        while self.scan.more(first, b']')? {
            first = false;
            let is_object = self.scan.peek()? == b'{';
            let begin = self.here();
            if is_object {
                self.item()?;
            } else if self.essential.is_empty() {
                self.scan.skip()?;
            } else {
                return Err(Problem::Form("an item that is no object"));
            }
            if self.items.is_empty() {
                self.make_room(begin);
            }
            self.items.push((begin, self.here(), self.fields.len()));
        }
        Ok(())
    }

    /// Makes room for items like the first, which began here.
    fn make_room(&mut self, begin: u32) {
        let length = self.here().saturating_sub(begin).max(1) as usize;
        let more = self.scan.left() / length;
        self.items.reserve(more + 1);
        self.fields.reserve(more * self.fields.len());
    }

    fn item(&mut self) -> Result<(), Problem> {
        let mut missing = Missing::of(self.essential);
        let mut guess = 0;
        self.scan.open(b'{')?;
        let mut first = true;
        while self.scan.more(first, b'}')? {
            first = false;
            // Items have their fields in the same order, so it is mostly the
            // one behind the last.
            let known = self.names.get(guess).filter(|known| known.is_plain);
            let column = match known.filter(|known| self.scan.is_named(&known.name)) {
                Some(_) => guess,
                None => {
                    let name = self.scan.name()?;
                    self.column(name)
                }
            };
            guess = column + 1;
            if self.scan.peek()? != b'n' {
                let known = self.names.get(column);
                missing.found(known.and_then(|known| known.essential));
            }
            let begin = self.here();
            self.scan.skip()?;
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            self.fields.push((column, begin, self.here()));
        }
        if missing.any() {
            return Err(Problem::Form("an item without an essential field"));
        }
        Ok(())
    }

    /// Where it is. Of a text so long that it does not fit there is no index.
    fn here(&self) -> u32 {
        u32::try_from(self.scan.at()).unwrap_or(u32::MAX)
    }

    fn column(&mut self, name: Cow<'_, str>) -> usize {
        let known = self.names.iter().position(|known| known.name == name);
        if let Some(column) = known {
            return column;
        }
        // Past the most there will be no index, and nobody looks at the names
        // but those that have to be there.
        let essential = self.essential.iter().position(|known| *known == name);
        let column = self.names.len();
        if column <= MOST_NAMES || essential.is_some() {
            self.names.push(Column {
                is_plain: !name.contains(|c| matches!(c, '"' | '\\' | '\0'..'\x20')),
                essential,
                name: name.into_owned(),
            });
        }
        column
    }

    /// What was met, as a table.
    fn index(self) -> Option<Index> {
        if self.names.len() > MOST_NAMES {
            return None;
        }
        let width = 2 + 2 * self.names.len();
        let mut places = vec![0; width * self.items.len()];
        let mut fields = self.fields.into_iter();
        let mut passed = 0;
        for (row, (begin, end, fields_to)) in places.chunks_exact_mut(width).zip(self.items) {
            set(row, 0, begin, end)?;
            for (column, begin, end) in fields.by_ref().take(fields_to - passed) {
                set(row, 2 + 2 * column as usize, begin, end)?;
            }
            passed = fields_to;
        }
        Some(Index {
            names: self.names.into_iter().map(|known| known.name).collect(),
            places,
            has_long_number: self.scan.has_long(),
        })
    }
}

fn set(row: &mut [u32], at: usize, begin: u32, end: u32) -> Option<()> {
    row.get_mut(at..at + 2)?.copy_from_slice(&[begin, end]);
    Some(())
}

#[cfg(test)]
mod tests {
    use defacto_types::{Map, Value};
    use rand::rngs::StdRng;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    fn value(chance: &mut StdRng, depth: u32) -> Value {
        match chance.random_range(0..if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::from(chance.random::<i64>()),
            // Which every parser reads alike.
            3 => Value::from(f64::from(chance.random::<i16>()) / 8.0),
            4 => Value::String(text(chance)),
            5 => (0..chance.random_range(0..4))
                .map(|_| value(chance, depth - 1))
                .collect(),
            _ => Value::Object(object(chance, depth - 1)),
        }
    }

    fn text(chance: &mut StdRng) -> String {
        let letters = [
            "a",
            "\"",
            "\\",
            "{",
            "}",
            "[",
            ",",
            ":",
            "\u{e9}",
            "\n",
            "id",
            "\u{1f600}",
        ];
        (0..chance.random_range(0..6))
            .map(|_| letters[chance.random_range(0..letters.len())])
            .collect()
    }

    fn object(chance: &mut StdRng, depth: u32) -> Map<String, Value> {
        (0..chance.random_range(0..6))
            .map(|_| (text(chance), value(chance, depth)))
            .collect()
    }

    #[test]
    fn the_table_has_what_a_parser_reads() {
        let mut chance = StdRng::seed_from_u64(7);
        for _ in 0..2000 {
            let items: Vec<_> = (0..chance.random_range(0..5))
                .map(|_| Value::Object(object(&mut chance, 3)))
                .collect();
            let page = serde_json::json!({"data": items, "next_page": "x"});
            let json = if chance.random() {
                page.to_string()
            } else {
                serde_json::to_string_pretty(&page).unwrap()
            };
            let (index, next_page) = read(json.as_bytes(), &[]).unwrap();
            let index = index.unwrap();
            assert_eq!(next_page.as_deref(), Some("x"));
            assert_eq!(index.items(), items.len());
            for (row, item) in index.places.chunks(index.width()).zip(&items) {
                let part = |at: usize| &json[row[at] as usize..row[at + 1] as usize];
                let read: Value = serde_json::from_str(part(0)).unwrap();
                assert_eq!(&read, item);
                for (column, name) in index.names.iter().enumerate() {
                    let field = part(2 + 2 * column);
                    let read = (!field.is_empty()).then(|| serde_json::from_str(field).unwrap());
                    assert_eq!(read.as_ref(), item.get(name), "{name} of {json}");
                }
            }
            // Cut anywhere it is no page.
            let cut = (0..json.len()).rev().find(|at| json.is_char_boundary(*at));
            assert!(read(&json.as_bytes()[..cut.unwrap()], &[]).is_err());
        }
    }

    #[test]
    fn a_page_of_too_many_names_is_better_read_whole() {
        let item: Map<_, _> = (0..200).map(|n| (n.to_string(), Value::Null)).collect();
        let json = serde_json::json!({"data": [item]}).to_string();
        assert_eq!(read(json.as_bytes(), &[]).unwrap().0, None);
    }
}
