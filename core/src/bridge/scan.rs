//! JSON gone through without a value being made of it. All of it is checked
//! as a parser would, but for whether its text is UTF-8: nobody may ever read
//! it.

use std::borrow::Cow;

/// Deeper values are refused; they would be by whoever reads them.
const DEEPEST: u8 = 120;
/// Digits from which on a double may not hold a number.
const LONG: usize = 16;

/// Where it is no JSON, or not the JSON that was asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Fault {
    /// What is there, in words: not the text itself, which may be secret.
    pub(super) what: &'static str,
    pub(super) at: usize,
}

/// Why an answer cannot be used.
#[derive(Debug)]
pub(super) enum Problem {
    Json(Fault),
    Form(&'static str),
}

impl Problem {
    /// In words that quote nothing of it.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Json(Fault { what, at }) => format!("{what} at byte {at}"),
            Self::Form(what) => (*what).to_owned(),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Json(fault)
    }
}

/// A place in JSON text.
#[derive(Debug)]
pub(super) struct Scan<'j> {
    json: &'j [u8],
    at: usize,
    has_long: bool,
}

type Found<T> = Result<T, Fault>;

impl<'j> Scan<'j> {
    pub(super) const fn new(json: &'j [u8]) -> Self {
        Self {
            json,
            at: 0,
            has_long: false,
        }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn left(&self) -> usize {
        self.json.len() - self.at
    }

    /// Whether a number was met that has so many digits that a double may not
    /// hold it.
    pub(super) const fn has_long(&self) -> bool {
        self.has_long
    }

    fn fault<T>(&self, what: &'static str) -> Found<T> {
        Err(Fault { what, at: self.at })
    }

    fn syntax<T>(&self) -> Found<T> {
        match self.json.get(self.at) {
            Some(_) => self.fault("a syntax error"),
            None => self.fault("the end"),
        }
    }

    /// The byte that is next, spaces aside.
    #[inline]
    pub(super) fn peek(&mut self) -> Found<u8> {
        loop {
            match self.json.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return self.fault("the end"),
            }
        }
    }

    /// Goes past the beginning of an object or of a list.
    pub(super) fn open(&mut self, bracket: u8) -> Found<()> {
        if self.peek()? != bracket {
            return self.fault("a value of another type");
        }
        self.at += 1;
        Ok(())
    }

    /// Whether a member comes next; goes past the comma before it, or past the
    /// end.
    #[inline]
    pub(super) fn more(&mut self, first: bool, end: u8) -> Found<bool> {
        let byte = self.peek()?;
        if byte == end {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            if byte != b',' {
                return self.syntax();
            }
            self.at += 1;
            self.peek()?;
        }
        Ok(true)
    }

    /// Goes past a name and its colon, if it is this one as it is mostly
    /// written.
    pub(super) fn is_named(&mut self, name: &str) -> bool {
        let quoted = self.json.get(self.at..).and_then(|rest| {
            let rest = rest.strip_prefix(b"\"")?.strip_prefix(name.as_bytes())?;
            rest.strip_prefix(b"\":")
        });
        if quoted.is_some() {
            self.at += name.len() + 3;
        }
        quoted.is_some()
    }

    /// Goes past a name and its colon.
    pub(super) fn name(&mut self) -> Found<Cow<'j, str>> {
        if self.peek()? != b'"' {
            return self.syntax();
        }
        let name = self.text()?;
        self.colon()?;
        Ok(name)
    }

    fn colon(&mut self) -> Found<()> {
        if self.peek()? != b':' {
            return self.syntax();
        }
        self.at += 1;
        Ok(())
    }

    /// Goes past text and decodes it.
    pub(super) fn text(&mut self) -> Found<Cow<'j, str>> {
        if self.peek()? != b'"' {
            return self.fault("a value of another type");
        }
        let begin = self.at;
        let is_plain = self.string()?;
        let quoted = self.json.get(begin..self.at).unwrap_or_default();
        let text = if is_plain {
            let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
            std::str::from_utf8(inner).ok().map(Cow::Borrowed)
        } else {
            serde_json::from_slice(quoted).ok().map(Cow::Owned)
        };
        text.ok_or(Fault {
            what: "a syntax error",
            at: begin,
        })
    }

    /// Nothing but spaces may be left.
    pub(super) fn finish(&mut self) -> Found<()> {
        match self.peek() {
            Ok(_) => self.syntax(),
            Err(_) => Ok(()),
        }
    }

    /// Goes past a value, whatever it is.
    pub(super) fn skip(&mut self) -> Found<()> {
        self.value(DEEPEST)
    }

    fn value(&mut self, depth: u8) -> Found<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.members(depth, b'}'),
            b'[' => self.members(depth, b']'),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => self.number(),
        }
    }

    fn members(&mut self, depth: u8, end: u8) -> Found<()> {
        let Some(depth) = depth.checked_sub(1) else {
            return self.fault("too many levels");
        };
        self.at += 1;
        let mut first = true;
        while self.more(first, end)? {
            first = false;
            if end == b'}' {
                if self.peek()? != b'"' {
                    return self.syntax();
                }
                self.string()?;
                self.colon()?;
            }
            self.value(depth)?;
        }
        Ok(())
    }

    fn literal(&mut self, word: &[u8]) -> Found<()> {
        for letter in word {
            if self.json.get(self.at) != Some(letter) {
                return self.syntax();
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Found<()> {
        let begin = self.at;
        if self.json.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.json.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.json.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.json.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.json.get(self.at) {
                self.at += 1;
            }
            let exponent = self.at;
            self.digits()?;
            // A double may have no such exponent.
            self.has_long |= self.at - exponent >= 3;
        }
        self.has_long |= self.at - begin >= LONG;
        Ok(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Found<()> {
        let begin = self.at;
        while self.json.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == begin {
            return self.syntax();
        }
        Ok(())
    }

    /// Goes past text; whether it is written as it is read.
    fn string(&mut self) -> Found<bool> {
        self.at += 1;
        let mut is_plain = true;
        loop {
            self.at += plain(self.json.get(self.at..).unwrap_or_default());
            match self.json.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(is_plain);
                }
                Some(b'\\') => {
                    is_plain = false;
                    self.escape()?;
                }
                _ => return self.syntax(),
            }
        }
    }

    fn escape(&mut self) -> Found<()> {
        self.at += 1;
        match self.json.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            // Half a surrogate is for whoever reads the text to refuse.
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.json.get(self.at).is_some_and(u8::is_ascii_hexdigit) {
                        return self.syntax();
                    }
                    self.at += 1;
                }
            }
            _ => return self.syntax(),
        }
        Ok(())
    }
}

/// How many bytes come before a quote, a backslash or what text may not hold.
/// Eight at a time; sixteen and more were slower, since most texts are short.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let marks = odd(*chunk);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    at + end.unwrap_or(rest.len())
}

/// The high bit of each byte that does not stand in text as it is. A byte above
/// such a one may be marked too; only the lowest mark is used.
#[inline]
const fn odd(bytes: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    let word = u64::from_le_bytes(bytes);
    // With one bit turned a quote comes directly behind the controls.
    let quotes_and_controls = (word ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
    let slashes = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    (quotes_and_controls | slashes) & !word & (ONES * 0x80)
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    fn whole(json: &[u8]) -> Found<bool> {
        let mut scan = Scan::new(json);
        scan.skip()?;
        scan.finish()?;
        Ok(scan.has_long())
    }

    #[test]
    fn takes_what_a_parser_takes() {
        let pieces = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"a\":",
            "\\",
            "\\n",
            "\\u00e9",
            "\\x",
            "\\ud83d\\ude00",
            "\\ud83d",
            "\\udc00",
            "\\u12",
            "0",
            "-",
            "1",
            "12",
            ".5",
            "e3",
            "E+",
            "-0",
            "01",
            "true",
            "false",
            "null",
            "nul",
            " ",
            "\n",
            "\t",
            "\u{1}",
            "\u{e9}",
            "long text",
        ];
        let mut chance = StdRng::seed_from_u64(11);
        let (mut taken, mut refused) = (0, 0);
        for _ in 0..400_000 {
            let count = chance.random_range(1..7);
            let json: String = (0..count)
                .map(|_| pieces[chance.random_range(0..pieces.len())])
                .collect();
            // No value, in which a number beyond a double would be refused.
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            assert_eq!(whole(json.as_bytes()).is_ok(), is_json, "{json}");
            *if is_json { &mut taken } else { &mut refused } += 1;
        }
        assert!(taken > 10_000 && refused > 10_000, "{taken} {refused}");
    }

    #[test]
    fn text_ends_wherever_its_quote_stands() {
        for length in 0..40 {
            for odd in ["\"", "\\", "\n", "\u{0}", "\u{1f}"] {
                let text = format!(
                    "{}{odd}{}",
                    "\u{e9}x\u{7f} ".repeat(length),
                    "y\"".repeat(9)
                );
                let expected = text.len() - odd.len() - 18;
                assert_eq!(plain(text.as_bytes()), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn levels_end_somewhere() {
        let nested = |depth| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(whole(&nested(usize::from(DEEPEST))).is_ok());
        assert_eq!(whole(&nested(100_000)).unwrap_err().what, "too many levels");
    }

    #[test]
    fn says_where_a_number_is_long() {
        for (json, long) in [
            ("[1,-2.5,\"1234567890123456789\"]", false),
            ("[123456789012345]", false),
            ("[1234567890123456]", true),
            ("{\"a\":-0.12345678901234567}", true),
            ("[1e22,\"1e400\"]", false),
            ("[1e400]", true),
            ("{\"a\":-1.5E-324}", true),
        ] {
            assert_eq!(whole(json.as_bytes()), Ok(long), "{json}");
        }
    }
}
