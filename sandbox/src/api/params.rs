//! Query parameters, and the pages they ask for.

use axum::http::Uri;
use defacto_types::{InvalidParam, Page, Wire};
use jiff::Timestamp;

use crate::policy::Settings;
use crate::problem::Problem;
use crate::world::invalid;
use crate::world::table::{Cursor, Cut, No};

/// The parameters of one request and what is wrong with them. Names the API
/// does not know are let be.
#[derive(Debug)]
pub(super) struct Params {
    path: String,
    pairs: Vec<(String, String)>,
    wrong: Vec<InvalidParam>,
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) size: usize,
    pub(super) after: Option<Cursor>,
}

impl Params {
    pub(super) fn new(uri: &Uri, pairs: Vec<(String, String)>) -> Self {
        Self {
            path: uri.path().to_owned(),
            pairs,
            wrong: Vec::new(),
        }
    }

    /// The values of an array: one for each time it is named.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.pairs
            .iter()
            .filter(|(given, _)| given == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// The values of an array of an enum, all known.
    pub(super) fn all_known<T: From<String>>(
        &mut self,
        name: &str,
        is_known: fn(&T) -> bool,
    ) -> Vec<T> {
        let values: Vec<T> = self.all(name).into_iter().map(T::from).collect();
        if !values.iter().all(is_known) {
            self.wrong.push(invalid(name, "is no value of the API"));
        }
        values
    }

    pub(super) fn one(&self, name: &str) -> Option<String> {
        let mut values = self.pairs.iter().filter(|(given, _)| given == name);
        values.next().map(|(_, value)| value.clone())
    }

    pub(super) fn read<T>(
        &mut self,
        name: &str,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.one(name)?;
        let read = read(&value);
        if read.is_none() {
            self.wrong.push(invalid(name, format!("must be {what}")));
        }
        read
    }

    pub(super) fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.read(name, "an RFC 3339 date and time", |text| {
            // A `+` that was not escaped arrives as a space.
            let text = text.replace(' ', "+");
            let at: defacto_types::Timestamp = text.parse().ok()?;
            Some(at.get())
        })
    }

    pub(super) fn truth(&mut self, name: &str) -> Option<bool> {
        self.read(name, "true or false", |text| match text {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            _ => None,
        })
    }

    pub(super) fn number(&mut self, name: &str) -> Option<i64> {
        self.read(name, "a whole number", |text| text.parse().ok())
    }

    pub(super) fn known<T: From<String>>(
        &mut self,
        name: &str,
        is_known: fn(&T) -> bool,
    ) -> Option<T> {
        self.read(name, "a value of the API", |text| {
            Some(T::from(text.to_owned())).filter(is_known)
        })
    }

    pub(super) fn refuse(&mut self, name: &str, reason: &str) {
        self.wrong.push(invalid(name, reason));
    }

    /// Refuses the request when a parameter was wrong.
    pub(super) fn finish(&mut self) -> Result<(), Problem> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(std::mem::take(&mut self.wrong)))
        }
    }

    /// The page asked for, when no parameter was wrong.
    pub(super) fn part(&mut self, settings: Settings) -> Result<Part, Problem> {
        let after = self.read("cursor", "a cursor of this list", Cursor::parse);
        let (usual, most) = (settings.default_page, settings.largest_page);
        let size = self.number("page_size").unwrap_or(usual.min(most));
        if !(1..=most).contains(&size) {
            self.refuse("page_size", &format!("must be 1 to {most}"));
        }
        self.finish()?;
        Ok(Part {
            size: usize::try_from(size).unwrap_or(1),
            after,
        })
    }

    /// The answer: the rows of the cut, and the way to the next.
    pub(super) fn page<T: Wire>(&self, part: Part, cut: &Cut, show: impl Fn(No) -> T) -> Page<T> {
        let mut page = self.envelope(part, cut);
        page.data = cut.rows.iter().map(|no| show(*no)).collect();
        page
    }

    /// The same without the rows.
    pub(super) fn envelope<T: Wire>(&self, part: Part, cut: &Cut) -> Page<T> {
        let mut page = Page::of(Vec::new());
        page.count = i64::try_from(cut.rows.len()).ok();
        page.page_size = i64::try_from(part.size).ok();
        page.next_page = cut.next.map(|cursor| self.next(cursor));
        page
    }

    /// The same request with another cursor, as a relative URL.
    fn next(&self, cursor: Cursor) -> String {
        let mut url = format!("{}?", self.path);
        for (name, value) in &self.pairs {
            if name != "cursor" {
                url.push_str(&format!("{}={}&", escaped(name), escaped(value)));
            }
        }
        url.push_str(&format!("cursor={cursor}"));
        url
    }
}

/// A list that is given whole.
pub(super) fn whole<T: Wire>(data: Vec<T>) -> Page<T> {
    let mut page = Page::of(data);
    page.page_size = page.count;
    page
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Whether a filter is absent or names this.
pub(super) fn any<T: PartialEq>(wanted: &[T], is: &T) -> bool {
    wanted.is_empty() || wanted.contains(is)
}

/// READ: from is inclusive, to exclusive.
pub(super) fn within(at: Timestamp, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
    from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to)
}
