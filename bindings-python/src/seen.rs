//! Where the fields of an object stand in its text, as far as somebody has
//! looked.

use std::ops::Range;

use serde_json::value::RawValue;

/// What was found of a field.
pub(crate) enum Found {
    /// Where its value stands.
    At(Range<usize>),
    /// It is not there.
    Nowhere,
    /// A name before it is written with escapes: read all of the object.
    Unclear,
}

/// The fields passed on the way to the last one asked for.
#[derive(Default)]
pub(crate) struct Seen {
    /// Names and values.
    fields: Vec<(Range<usize>, Range<usize>)>,
    /// Where the next one begins.
    at: usize,
    ended: bool,
    unclear: bool,
}

impl Seen {
    /// Finds a field of `text`, which has been read as JSON before. Of a name
    /// that stands there twice the last counts, as everywhere.
    pub(crate) fn find(&mut self, text: &[u8], name: &str) -> Found {
        while !self.ended && !self.unclear {
            match self.next(text) {
                Some((place, value)) => {
                    self.at = value.end;
                    self.fields.push((place, value));
                }
                None => self.unclear = !self.ended,
            }
        }
        if self.unclear {
            return Found::Unclear;
        }
        let is_it = |place: &Range<usize>| text.get(place.clone()) == Some(name.as_bytes());
        let found = self.fields.iter().rfind(|(place, _)| is_it(place));
        found.map_or(Found::Nowhere, |(_, value)| Found::At(value.clone()))
    }

    /// The next field; `None` at the end, or where it is unclear.
    fn next(&mut self, text: &[u8]) -> Option<(Range<usize>, Range<usize>)> {
        let mut at = skip_space(text, self.at);
        if matches!(text.get(at)?, b'{' | b',') {
            at = skip_space(text, at + 1);
        }
        if text.get(at)? == &b'}' {
            self.ended = true;
            return None;
        }
        let start = at + 1;
        let length = text.get(start..)?.iter().position(|byte| *byte == b'"')?;
        let name = start..start + length;
        if text.get(name.clone())?.contains(&b'\\') {
            return None;
        }
        // Behind the colon.
        at = skip_space(text, name.end + 1) + 1;
        let rest = text.get(at..)?;
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
        let value = values.next()?.ok()?.get();
        let start = at + value.as_ptr().addr().saturating_sub(rest.as_ptr().addr());
        Some((name, start..start + value.len()))
    }
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let space = text
        .iter()
        .skip(at)
        .take_while(|byte| byte.is_ascii_whitespace());
    at + space.count()
}
