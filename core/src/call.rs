//! A call: an operation with everything it needs, not sent yet.

use std::future::{Future, IntoFuture};
use std::ops::Deref;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use defacto_types::Value;
use http::HeaderMap;

use crate::http::{Answer, Found, Request};
use crate::{Client, Error, blocking};

/// What [`Call`] and [`List`](crate::List) become when they are awaited.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

pub(crate) trait Sealed {}

/// A client, of either kind: [`Client`] or [`blocking::Client`].
#[allow(private_bounds)]
pub trait Handle: Clone + Sealed {}

/// An operation ready to be sent, with options for this one call.
///
/// With a [`Client`] it is sent when it is awaited, with a
/// [`blocking::Client`] by `send`.
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited, or by `send` of a blocking client"]
pub struct Call<T, C: Handle = Client> {
    client: C,
    request: Box<Request>,
    decode: Decode<T>,
}

/// How an answer is read.
pub(crate) type Decode<T> = fn(&Answer) -> Result<T, Error>;

impl<T, C: Handle> Call<T, C> {
    pub(crate) fn new(client: C, request: impl Into<Box<Request>>, decode: Decode<T>) -> Self {
        Self {
            client,
            request: request.into(),
            decode,
        }
    }

    pub(crate) fn into_parts(self) -> (C, Box<Request>, Decode<T>) {
        (self.client, self.request, self.decode)
    }

    /// How long this call may take, repeats and waits included.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.request.options.deadline = Some(deadline);
        self
    }

    /// How long one attempt may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.options.timeout = Some(timeout);
        self
    }

    /// How often the request is sent again at most.
    pub fn retries(mut self, retries: u32) -> Self {
        self.request.options.retries = Some(retries);
        self
    }

    /// The idempotency key (`salt_id`) of this creation, kept by the caller
    /// to resume it after a crash.
    pub fn salt_id(mut self, salt: impl Into<String>) -> Self {
        self.request.field("salt_id", Value::String(salt.into()));
        self
    }

    /// A header of this request.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.request.header(name.as_ref(), value.as_ref());
        self
    }

    /// A parameter of the query, beside the declared ones.
    pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.query.push((name.into().into(), value.into()));
        self
    }

    /// A field of the JSON body, beside or instead of a declared one.
    pub fn extra_field(mut self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.request.field(name.as_ref(), value.into());
        self
    }

    /// The same call, answering with status, headers, attempts and body beside
    /// the value.
    pub fn with_response(self) -> WithResponse<T, C> {
        WithResponse(self)
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pending<T>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let answer = self.client.send(self.request).await?;
            (self.decode)(&answer)
        })
    }
}

impl<T> Call<T, blocking::Client> {
    /// Sends the call and waits for its answer.
    ///
    /// # Errors
    ///
    /// See docs/errors.md; [`Error::kind`] says what to do.
    pub fn send(self) -> Result<T, Error> {
        let answer = self.client.send(self.request)?;
        (self.decode)(&answer)
    }
}

/// A call that answers with the whole [`Response`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited, or by `send` of a blocking client"]
pub struct WithResponse<T, C: Handle = Client>(Call<T, C>);

impl<T: Send + 'static> IntoFuture for WithResponse<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = Pending<Response<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let answer = self.0.client.send(self.0.request).await?;
            Response::new((self.0.decode)(&answer)?, answer)
        })
    }
}

impl<T> WithResponse<T, blocking::Client> {
    /// Sends the call and waits for its answer.
    ///
    /// # Errors
    ///
    /// See docs/errors.md; [`Error::kind`] says what to do.
    pub fn send(self) -> Result<Response<T>, Error> {
        let answer = self.0.client.send(self.0.request)?;
        Response::new((self.0.decode)(&answer)?, answer)
    }
}

/// A value and the answer it came in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// How many times the request was sent.
    pub attempts: u32,
    /// How long the call took, waits included.
    pub elapsed: Duration,
    /// The body as it came.
    pub body: Bytes,
}

impl<T> Response<T> {
    fn new(value: T, answer: Answer) -> Result<Self, Error> {
        Ok(Self {
            value,
            status: answer.status,
            headers: answer.headers,
            attempts: answer.attempts,
            elapsed: answer.elapsed,
            body: answer.body,
        })
    }
}

/// Without body and headers: they may hold account numbers and tokens.
impl<T: std::fmt::Debug> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

/// Something a creation answered with, and whether it is new. Behaves as the
/// value itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Created<T> {
    value: T,
    creation: Creation,
}

/// What is known of where a creation's object comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Creation {
    /// This call made it.
    New,
    /// It was there before: the server says so, or it was found after the
    /// server refused to see a known idempotency key again.
    Existing,
    /// The server does not say. So it is with an idempotency key of the
    /// caller's, whose replay is answered like the first request (INFERRED):
    /// who keeps such a key, keeps beside it whether it has been answered.
    Unstated,
}

impl<T> Created<T> {
    pub(crate) fn read(answer: &Answer) -> Result<Self, Error>
    where
        T: serde::de::DeserializeOwned,
    {
        Ok(Self::new(answer.json()?, answer))
    }

    pub(crate) fn new(value: T, answer: &Answer) -> Self {
        let keyed = matches!(answer.retry, defacto_types::operation::Retry::Salted(_));
        let creation = match (answer.found, answer.status) {
            (Found::LookedUp, _) => Creation::Existing,
            // Which of two attempts made it, or whether one did, is not said.
            (Found::AnsweredInDoubt, _) => Creation::Unstated,
            (Found::AnsweredNewSalt, 201) => Creation::New,
            (Found::Answered, 200)
                if answer
                    .operation
                    .is_some_and(|operation| operation.success.contains(&201)) =>
            {
                Creation::Existing
            }
            // Borrowers are INFERRED to be answered with the existing one
            // under any status.
            (Found::Answered, 201)
                if !keyed
                    && answer.operation != Some(&defacto_types::operations::borrowers::CREATE) =>
            {
                Creation::New
            }
            _ => Creation::Unstated,
        };
        Self { value, creation }
    }

    /// Whether this call made it.
    #[must_use]
    pub fn creation(&self) -> Creation {
        self.creation
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Created<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
