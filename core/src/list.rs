//! Lists: one page, page by page, or item by item.

use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use defacto_types::{Page, Wire};
use futures_core::Stream;

use crate::call::{Call, Handle, Pending, WithResponse};
use crate::http::{Answer, Request};
use crate::trail::Trail;
use crate::{Client, Error, blocking};

/// A list operation ready to be sent. Awaited (or sent, with a blocking
/// client) it answers with one page; [`pages`](Self::pages) and
/// [`items`](Self::items) go on until the list ends.
///
/// Every list has this face, whether the API cuts it into pages, sends an
/// envelope without cursor or a bare array.
#[derive(Debug)]
#[must_use = "a list is read when it is awaited, or by `send` of a blocking client"]
pub struct List<T, C: Handle = Client> {
    call: Call<Page<T>, C>,
}

impl<T: Wire, C: Handle> List<T, C> {
    pub(crate) fn new(client: C, request: Request) -> Self {
        Self {
            call: Call::new(client, request, Answer::json),
        }
    }

    /// Starts at a cursor: one that [`Pages::cursor`] gave, perhaps in another
    /// process. The filters must be the same.
    pub fn from_cursor(self, cursor: impl Into<String>) -> Self {
        let (client, mut request, decode) = self.call.into_parts();
        request.set_query("cursor", cursor.into());
        Self {
            call: Call::new(client, request, decode),
        }
    }

    /// How long each page may take, repeats and waits included.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            call: self.call.deadline(deadline),
        }
    }

    /// How often the request of a page is sent again at most.
    pub fn retries(self, retries: u32) -> Self {
        Self {
            call: self.call.retries(retries),
        }
    }

    /// A header of every request.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        Self {
            call: self.call.header(name, value),
        }
    }

    /// A parameter of the query, beside the declared ones.
    pub fn extra_query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            call: self.call.extra_query(name, value),
        }
    }

    /// One page, with status, headers, attempts and body beside it.
    pub fn with_response(self) -> WithResponse<Page<T>, C> {
        self.call.with_response()
    }

    /// Page by page.
    pub fn pages(self) -> Pages<T, C> {
        let (client, request, _) = self.call.into_parts();
        Pages {
            client,
            trail: Trail::new(request),
            pending: None,
            item: std::marker::PhantomData,
        }
    }

    /// Item by item, reading pages as they are needed.
    pub fn items(self) -> Items<T, C> {
        Items {
            pages: self.pages(),
            items: Vec::new().into_iter(),
        }
    }
}

impl<T: Wire + Send + 'static> IntoFuture for List<T> {
    type Output = Result<Page<T>, Error>;
    type IntoFuture = Pending<Page<T>>;

    fn into_future(self) -> Self::IntoFuture {
        self.call.into_future()
    }
}

impl<T> List<T, blocking::Client> {
    /// Reads one page.
    ///
    /// # Errors
    ///
    /// See docs/errors.md; [`Error::kind`] says what to do.
    pub fn send(self) -> Result<Page<T>, Error> {
        self.call.send()
    }
}

/// A list read page by page: an async stream of a [`Client`], an iterator of
/// a [`blocking::Client`]. After an error that may pass
/// ([`Error::is_retryable`]) asking again reads the same page again; any other
/// ends the list, and [`cursor`](Self::cursor) is still where that page begins.
#[must_use = "pages are read when they are asked for"]
pub struct Pages<T, C: Handle = Client> {
    client: C,
    trail: Trail,
    pending: Option<Pending<Answer>>,
    item: std::marker::PhantomData<fn() -> T>,
}

impl<T: Wire, C: Handle> Pages<T, C> {
    /// Where the next page begins, to store and go on from later with
    /// [`List::from_cursor`]; `None` before the first page of a list and after
    /// the last.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.trail.cursor()
    }

    /// Takes a page in and finds where the next one is.
    fn take(&mut self, answer: Result<Answer, Error>) -> Result<Page<T>, Error> {
        let page = answer.and_then(|answer| answer.json());
        self.trail
            .take(page, |page: &Page<T>| page.next_page.as_deref())
    }
}

impl<T: Wire> Pages<T> {
    /// The next page; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        if self.pending.is_none() {
            let Some(request) = self.trail.request() else {
                return Poll::Ready(None);
            };
            let client = self.client.clone();
            self.pending = Some(Box::pin(async move { client.send(request).await }));
        }
        let Some(pending) = &mut self.pending else {
            return Poll::Ready(None);
        };
        let answer = ready!(pending.as_mut().poll(context));
        self.pending = None;
        Poll::Ready(Some(self.take(answer)))
    }
}

impl<T: Wire> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T: Wire> Iterator for Pages<T, blocking::Client> {
    type Item = Result<Page<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let answer = self.client.send(self.trail.request()?);
        Some(self.take(answer))
    }
}

impl<T, C: Handle> std::fmt::Debug for Pages<T, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("cursor", &self.trail.cursor())
            .finish_non_exhaustive()
    }
}

/// A list read item by item: an async stream of a [`Client`], an iterator of
/// a [`blocking::Client`].
#[derive(Debug)]
#[must_use = "items are read when they are asked for"]
pub struct Items<T, C: Handle = Client> {
    pages: Pages<T, C>,
    items: std::vec::IntoIter<T>,
}

impl<T: Wire> Items<T> {
    /// The next item; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Every item that is left.
    ///
    /// # Errors
    ///
    /// The first error ends it.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => self.items = page.data.into_iter(),
            }
        }
    }
}

impl<T: Wire + Unpin> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T: Wire> Iterator for Items<T, blocking::Client> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Err(error) => return Some(Err(error)),
                Ok(page) => self.items = page.data.into_iter(),
            }
        }
    }
}
