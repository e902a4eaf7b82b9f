//! The way through a list's pages, from cursor to cursor.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::http::Request;
use crate::{Error, ErrorKind};

/// Where a list that is read page by page has come to.
#[derive(Debug)]
pub(crate) struct Trail {
    request: Box<Request>,
    cursor: Option<String>,
    /// Hashes of the cursors followed: a list must not lead back to itself.
    seen: HashSet<u64>,
    ended: bool,
}

impl Trail {
    pub(crate) fn new(request: Box<Request>) -> Self {
        let cursor = request
            .query
            .iter()
            .find(|(name, _)| name == "cursor")
            .map(|(_, value)| value.clone());
        Self {
            request,
            cursor,
            seen: HashSet::new(),
            ended: false,
        }
    }

    /// The request of the next page; `None` after the last.
    pub(crate) fn request(&self) -> Option<Box<Request>> {
        (!self.ended).then(|| self.request.clone())
    }

    /// Where the next page begins.
    pub(crate) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Takes a page in: goes on behind it, or ends where its error stays.
    pub(crate) fn take<P>(
        &mut self,
        page: Result<P, Error>,
        next_page: impl Fn(&P) -> Option<&str>,
    ) -> Result<P, Error> {
        match &page {
            Ok(page) => self.follow(next_page(page))?,
            // Asked for again and again it would fail for ever.
            Err(error) if !error.is_retryable() && error.kind() != ErrorKind::Canceled => {
                self.ended = true;
            }
            Err(_) => {}
        }
        page
    }

    /// Goes on to where a page says that the next one is.
    fn follow(&mut self, next_page: Option<&str>) -> Result<(), Error> {
        let Some(next) = next_page.map(str::trim).filter(|next| !next.is_empty()) else {
            self.ended = true;
            self.cursor = None;
            return Ok(());
        };
        let Some(next) = cursor_of(next) else {
            return self.stop("next_page is an address without a cursor: report this to Defacto");
        };
        let mut hasher = DefaultHasher::new();
        next.hash(&mut hasher);
        if self.cursor.as_deref() == Some(&next) || !self.seen.insert(hasher.finish()) {
            return self.stop("the list leads back to a page it had: report this to Defacto");
        }
        self.request.set_query("cursor", next.clone());
        self.cursor = Some(next);
        Ok(())
    }

    /// Ends where there is no way on: asked again, it would read the same page.
    fn stop(&mut self, problem: &str) -> Result<(), Error> {
        self.ended = true;
        let error = Error::new(ErrorKind::UnexpectedAnswer, problem);
        Err(self.request.blame(error))
    }
}

/// The cursor in `next_page`, which is a cursor or an address that carries
/// one (the sources disagree). Only the cursor is taken from an address: the
/// request stays ours, with its host and filters.
fn cursor_of(next: &str) -> Option<String> {
    // Opaque cursors may begin with a slash.
    let is_address = next.contains("://") || next.contains('?');
    if !is_address {
        return Some(next.to_owned());
    }
    let (_, query) = next.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| name == "cursor" && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::cursor_of;

    #[test]
    fn finds_the_cursor_in_both_forms() {
        for (next, cursor) in [
            ("1504224000000_10", Some("1504224000000_10")),
            ("abc==", Some("abc==")),
            ("/abc==", Some("/abc==")),
            ("/loans?page_size=100&cursor=15_10", Some("15_10")),
            ("?cursor=a%2Fb", Some("a/b")),
            ("https://other.example/loans?cursor=x#f", Some("x")),
            ("/loans?page_size=100", None),
            ("/loans?cursor=", None),
            ("https://other.example/loans", None),
        ] {
            assert_eq!(cursor_of(next).as_deref(), cursor, "{next}");
        }
    }
}
