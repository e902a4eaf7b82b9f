//! How fields are kept: in one piece of memory, sorted by name, that is the same for
//! the same fields. A tracker of a large account holds some twenty fields of each
//! loan; as texts each on its own they would take three times the room, and a pass
//! would spend its time on making them.
//!
//! A field is a number for its name (or [`OTHER`], and the name), a byte for what its
//! value is, and the value. Nothing of this is written to a store.

use defacto_types::Timestamp;

use super::super::moment::instant;
use super::name::Name;

/// Where the name follows.
const OTHER: u8 = u8::MAX;

const NUMBER: u8 = 0;
const INSTANT: u8 = 1;
const TEXT: u8 = 2;

/// What a field is set to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Value<'a> {
    /// Cents, or a count.
    Number(i64),
    /// In whole microseconds.
    Instant(i64),
    /// A text.
    Text(&'a str),
}

/// The fields of a packed object, by name.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn number(&mut self) -> Option<i64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*number))
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn text(&mut self) -> Option<&'a str> {
        let (length, rest) = self.0.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (text, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = match self.byte()? {
            OTHER => self.text()?,
            known => Name::numbered(usize::from(known))?.as_str(),
        };
        let value = match self.byte()? {
            NUMBER => Value::Number(self.number()?),
            INSTANT => Value::Instant(self.number()?),
            _ => Value::Text(self.text()?),
        };
        Some((name, value))
    }
}

/// Fields that are being put together.
#[derive(Clone, Debug, Default)]
pub(super) struct Packing {
    bytes: Vec<u8>,
    /// Where the last field begins.
    last: usize,
}

impl Packing {
    pub(super) fn new() -> Self {
        Self {
            // As a rule enough for a loan.
            bytes: Vec::with_capacity(512),
            last: 0,
        }
    }

    pub(super) fn again(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        let mut last = 0;
        let mut place = 0;
        while fields.next().is_some() {
            last = place;
            place = bytes.len() - fields.0.len();
        }
        Self {
            bytes: bytes.to_vec(),
            last,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Sets a field of a name that has a number; quickest in their order.
    pub(super) fn set(&mut self, name: Name, value: Value<'_>) {
        match self.bytes.get(self.last) {
            Some(last) if *last >= name as u8 => self.insert(Some(name), name.as_str(), value),
            _ => self.append(Some(name), name.as_str(), value),
        }
    }

    /// Sets a field of any name.
    pub(super) fn set_named(&mut self, text: &str, value: Value<'_>) {
        let name = Name::of(text);
        let value = match value {
            // What is an instant by its name is one also where it comes as a text.
            Value::Text(text) if name.is_some_and(Name::is_instant) => {
                of_instant(text).unwrap_or(value)
            }
            _ => value,
        };
        let last = Fields(self.bytes.get(self.last..).unwrap_or_default()).next();
        match last {
            Some((last, _)) if last >= text => self.insert(name, text, value),
            _ => self.append(name, text, value),
        }
    }

    fn append(&mut self, name: Option<Name>, text: &str, value: Value<'_>) {
        self.last = self.bytes.len();
        put(&mut self.bytes, name, text, value);
    }

    fn insert(&mut self, name: Option<Name>, text: &str, value: Value<'_>) {
        // In the place of this name, or before the first that is later.
        let mut fields = Fields(&self.bytes);
        let (from, to) = loop {
            let from = self.bytes.len() - fields.0.len();
            match fields.next() {
                Some((other, _)) if other < text => {}
                Some((other, _)) if other == text => {
                    break (from, self.bytes.len() - fields.0.len());
                }
                _ => break (from, from),
            }
        };
        let mut field = Vec::new();
        put(&mut field, name, text, value);
        if from < self.last {
            self.last = self.last + field.len() - (to - from);
        }
        self.bytes.splice(from..to, field);
    }
}

fn put(bytes: &mut Vec<u8>, name: Option<Name>, text: &str, value: Value<'_>) {
    match name {
        Some(name) => bytes.push(name as u8),
        None => {
            bytes.push(OTHER);
            put_text(bytes, text);
        }
    }
    match value {
        Value::Number(number) => {
            bytes.push(NUMBER);
            bytes.extend(number.to_le_bytes());
        }
        Value::Instant(micros) => {
            bytes.push(INSTANT);
            bytes.extend(micros.to_le_bytes());
        }
        Value::Text(text) => {
            bytes.push(TEXT);
            put_text(bytes, text);
        }
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    // No field comes near: a whole answer is smaller.
    let mut length = text.len().min(0xFFFF_FFFF);
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    bytes.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(text.as_bytes().get(..length).unwrap_or_default());
}

/// An instant that is written as its text was.
fn of_instant(text: &str) -> Option<Value<'static>> {
    let read: Timestamp = text.parse().ok()?;
    let micros = read.get().as_microsecond();
    (instant(micros).to_string() == text).then_some(Value::Instant(micros))
}
