//! One call: attempts, waits, and recovery of lost answers, under one
//! deadline.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use defacto_types::operation::{Retry, Salt};
use http::Method;
use http::header::RETRY_AFTER;
use tracing::Instrument as _;

use super::answer::{Answer, Found};
use super::outgoing::outgoing;
use super::recover::{self, State};
use super::request::{Request, new_salt};
use super::retry::{Outcome, Step, backoff, decide, outcome_of, retry_after};
use super::transport::{Failure, FailureKind, Transport};
use crate::client::{Key, Shared};
use crate::hook::Stage;
use crate::{Error, ErrorKind};

/// Sends a request and, where its class allows, repeats it until it is
/// answered or the deadline is over.
pub(crate) async fn send(
    client: &Shared,
    transport: &dyn Transport,
    request: Box<Request>,
) -> Result<Answer, Error> {
    let (mut call, made_salt) = Call::open(client, transport, request)?;
    let span = call.span();
    let result = call.run().instrument(span).await;
    call.close(result, made_salt)
}

/// As [`send`], until the caller stops waiting; the error then says whether a
/// change may have been made.
pub(crate) async fn send_until(
    client: &Shared,
    transport: &dyn Transport,
    request: Box<Request>,
    stop: impl Future<Output = ()>,
) -> Result<Answer, Error> {
    let (mut call, made_salt) = Call::open(client, transport, request)?;
    let span = call.span();
    let answered = tokio::select! {
        biased;
        result = call.run().instrument(span) => Some(result),
        () = stop => None,
    };
    let result = answered.unwrap_or_else(|| Err(call.stopped()));
    call.close(result, made_salt)
}
/// A call under way.
struct Call<'a> {
    client: &'a Shared,
    transport: &'a dyn Transport,
    /// Boxed, since a call is moved a few times and each place has its size.
    request: Box<Request>,
    attempts: u32,
    started: Instant,
    /// The time from then to the end of the last attempt.
    elapsed: Duration,
    deadline: Duration,
    retries: u32,
    /// Why an earlier attempt may have acted; never set for a read.
    doubt: Option<Error>,
    /// The last attempt's error otherwise.
    failure: Option<Error>,
    in_flight: bool,
    finished: bool,
    /// Requests that were refused for a key that has since been replaced.
    rotated: u32,
}

impl<'a> Call<'a> {
    /// Checks the request and gives it its salt, and says whether that is new.
    fn open(
        client: &'a Shared,
        transport: &'a dyn Transport,
        mut request: Box<Request>,
    ) -> Result<(Self, bool), Error> {
        request.verify(client.settings.local_checks)?;
        for finding in request.findings.iter().filter(|finding| !finding.refuses) {
            client.tell(&request, Stage::Warned(&finding.text));
        }
        let made_salt = match (request.retry, &request.salt) {
            (Retry::Salted(Salt::Body), None) => {
                let salt = new_salt();
                request.append_salt(&salt);
                request.salt = Some(salt);
                true
            }
            (Retry::Salted(Salt::Items(list)), _) => {
                request.salt_items(list);
                false
            }
            _ => false,
        };
        let call = Self {
            client,
            transport,
            attempts: 0,
            started: Instant::now(),
            elapsed: Duration::ZERO,
            deadline: request.options.deadline.unwrap_or(client.settings.deadline),
            retries: request.options.retries.unwrap_or(client.settings.retries),
            doubt: None,
            failure: None,
            in_flight: false,
            finished: false,
            rotated: 0,
            request,
        };
        Ok((call, made_salt))
    }

    fn span(&self) -> tracing::Span {
        tracing::debug_span!(
            "defacto.call",
            operation = self.request.operation.map(tracing::field::display),
            class = self.request.retry.class(),
        )
    }

    /// Tells the end of the call to whoever listens.
    fn close(mut self, result: Result<Answer, Error>, made_salt: bool) -> Result<Answer, Error> {
        self.finish(&result);
        let salt = self.request.salt.take();
        result.map(|mut answer| {
            answer.salt = salt;
            if made_salt && answer.found != Found::LookedUp {
                answer.found = Found::AnsweredNewSalt;
            }
            answer
        })
    }

    /// The error of a call that its caller no longer waits for.
    fn stopped(&mut self) -> Error {
        self.elapsed = self.started.elapsed();
        let open = std::mem::take(&mut self.in_flight) || self.doubt.take().is_some();
        let error = if open && self.is_write() {
            self.tell_abandoned();
            let lost = Error::new(
                ErrorKind::OutcomeUnknown,
                "the caller stopped waiting before the answer: the change may have been made",
            );
            lost.with_recovery(self.advice())
        } else {
            Error::new(ErrorKind::Canceled, "the caller stopped waiting")
        };
        self.request
            .blame(error)
            .with_attempts(self.attempts, self.elapsed)
            .with_salt(self.request.salt.clone())
    }

    fn advice(&self) -> String {
        let Request {
            retry,
            salt,
            operation,
            ..
        } = &*self.request;
        recover::advice(*retry, salt.as_deref(), *operation)
    }

    fn tell_abandoned(&self) {
        self.tell(Stage::Abandoned {
            attempt: self.attempts,
            salt_id: self.request.salt.as_deref(),
        });
    }

    async fn run(&mut self) -> Result<Answer, Error> {
        loop {
            let key = self.client.credentials.key();
            let (outcome, error) = match self.attempt(&key).await {
                Ok(answer) if answer.is_declined_loan() => return Ok(answer),
                Ok(mut answer) if answer.is_success() && !answer.is_page() => {
                    if self.attempts == 1 {
                        self.client.budget.earn();
                    }
                    if self.doubt.is_some() {
                        answer.found = Found::AnsweredInDoubt;
                    }
                    return Ok(answer);
                }
                Ok(answer) if answer.status == 401 && self.rotated == 0 => {
                    match self.client.credentials.reread(&key) {
                        // Refused unread, so with a new key it is no repeat.
                        Ok(true) => {
                            self.rotated = 1;
                            continue;
                        }
                        Ok(false) => self.judge(&answer),
                        Err(error) => (Outcome::Refused, self.request.blame(error)),
                    }
                }
                Ok(answer) => self.judge(&answer),
                Err(failure) => self.explain(failure),
            };
            let step = decide(self.request.retry, outcome, self.doubt.is_some());
            let wait = error.retry_after();
            if outcome == Outcome::Unknown && self.is_write() {
                self.doubt = Some(error);
            } else {
                self.failure = Some(error);
            }
            match step {
                Step::Repeat => {}
                Step::Stop | Step::Unknown => return Err(self.end()),
                // Zero retries is exactly one request.
                Step::Look | Step::Search if self.retries == 0 => return Err(self.end()),
                Step::Look => {
                    let look =
                        recover::look(self.client, self.transport, &self.request, self.left());
                    // Boxed, since every call has the size of its largest part.
                    match Box::pin(look).await {
                        State::Done(answer) => return Ok(self.found(*answer)),
                        State::Undone if outcome == Outcome::Unknown => {}
                        // A refusal where nothing was done yet does not say
                        // that the lost request will not arrive after all.
                        State::Undone | State::Unknown => return Err(self.end()),
                    }
                }
                Step::Search => {
                    let (elapsed, left) = (self.started.elapsed(), self.left());
                    let search =
                        recover::search(self.client, self.transport, &self.request, elapsed, left);
                    return match Box::pin(search).await {
                        Some(answer) => Ok(self.found(answer)),
                        None => Err(self.end()),
                    };
                }
            }
            if self.attempts - self.rotated > self.retries || !self.client.budget.take() {
                return Err(self.end());
            }
            let delay = backoff(
                self.client.settings.pace,
                self.attempts,
                wait,
                rand::random(),
            );
            if delay >= self.left() {
                return Err(self.end());
            }
            self.tell(Stage::Waiting {
                attempt: self.attempts,
                delay,
            });
            tokio::time::sleep(delay).await;
        }
    }

    fn is_safe(&self) -> bool {
        matches!(self.request.retry, Retry::Safe)
    }

    fn is_write(&self) -> bool {
        !matches!(
            self.request.method,
            Method::GET | Method::HEAD | Method::OPTIONS
        )
    }

    fn tell(&self, stage: Stage<'_>) {
        self.client.tell(&self.request, stage);
    }

    /// An answer that was read instead of the lost one.
    fn found(&self, mut answer: Answer) -> Answer {
        answer.attempts = self.attempts;
        answer.elapsed = self.started.elapsed();
        answer
    }

    fn finish(&mut self, result: &Result<Answer, Error>) {
        self.finished = true;
        let (status, failed) = match result {
            Ok(answer) => (Some(answer.status), None),
            Err(error) => (error.status(), Some(error.kind())),
        };
        self.tell(Stage::Finished {
            attempts: self.attempts,
            status,
            failed,
            elapsed: self.elapsed,
        });
    }

    /// What remains of the deadline.
    fn left(&self) -> Duration {
        match self.attempts {
            // Asking for the time costs about as much as the rest of a step.
            0 | 1 if self.elapsed.is_zero() => self.deadline,
            _ => self.deadline.saturating_sub(self.started.elapsed()),
        }
    }

    async fn attempt(&mut self, key: &Arc<Key>) -> Result<Answer, Failure> {
        self.attempts += 1;
        let number = self.attempts;
        self.tell(Stage::Sending { attempt: number });
        let settings = &self.client.settings;
        let timeout = match self.request.options.timeout {
            Some(timeout) => timeout,
            None if self
                .request
                .operation
                .is_some_and(|operation| operation.slow) =>
            {
                settings.slow_timeout.max(settings.timeout)
            }
            None => settings.timeout,
        };
        let outgoing = outgoing(self.client, &self.request, key, timeout.min(self.left()));
        let began = match number {
            1 => Duration::ZERO,
            _ => self.started.elapsed(),
        };
        self.in_flight = true;
        let span = tracing::debug_span!("defacto.attempt", attempt = number);
        let result = self.transport.send(outgoing).instrument(span).await;
        self.in_flight = false;
        self.elapsed = self.started.elapsed();
        self.tell(Stage::Answered {
            attempt: number,
            status: result.as_ref().ok().map(|answer| answer.status.as_u16()),
            elapsed: self.elapsed.saturating_sub(began),
        });
        let incoming = result?;
        Ok(Answer {
            operation: self.request.operation,
            retry: self.request.retry,
            status: incoming.status.as_u16(),
            headers: incoming.headers,
            body: incoming.body,
            key: key.clone(),
            attempts: number,
            elapsed: self.elapsed,
            place: match self.request.operation {
                Some(_) => String::new(),
                None => self.request.place(),
            },
            found: Found::Answered,
            salt: None,
        })
    }

    /// An answer that is not the one asked for.
    fn judge(&self, answer: &Answer) -> (Outcome, Error) {
        let wait = answer
            .headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| retry_after(text, SystemTime::now()));
        if answer.is_success() {
            // A web page in the API's place: the request may have passed it.
            return (Outcome::Unknown, answer.page());
        }
        (
            outcome_of(answer.status),
            answer.error().with_retry_after(wait),
        )
    }

    /// An attempt without an answer.
    fn explain(&self, failure: Failure) -> (Outcome, Error) {
        let safe = self.is_safe();
        let (outcome, kind, message) = match failure.kind {
            FailureKind::NotSent => (
                Outcome::NotSent,
                ErrorKind::Connection,
                "no connection to the server: check base_url, the network and the proxy, then try again",
            ),
            FailureKind::Unsendable => (
                Outcome::Refused,
                ErrorKind::InvalidInput,
                "the request cannot be built: check base_url and the identifiers passed",
            ),
            FailureKind::TooLarge if safe => (
                Outcome::Refused,
                ErrorKind::UnexpectedAnswer,
                "the answer is too large: ask for less at a time",
            ),
            _ if !safe => (
                Outcome::Unknown,
                ErrorKind::OutcomeUnknown,
                "the answer was lost: the change may have been made",
            ),
            FailureKind::TimedOut => (
                Outcome::Unknown,
                ErrorKind::Timeout,
                "no answer in time: try again or set a longer timeout",
            ),
            FailureKind::Lost | FailureKind::TooLarge => (
                Outcome::Unknown,
                ErrorKind::Connection,
                "the connection broke before the answer was complete: try again",
            ),
        };
        let error = Error::new(kind, message)
            .with_attempts(self.attempts, self.started.elapsed())
            .with_source(failure.source);
        (outcome, self.request.blame(error))
    }

    /// The error the call ends with: that its outcome is unknown, as soon as
    /// one attempt may have acted, whatever came after.
    fn end(&mut self) -> Error {
        let (attempts, elapsed) = (self.attempts, self.started.elapsed());
        let repeatable = self.is_safe()
            && self
                .failure
                .as_ref()
                .is_none_or(|failure| failure.is_retryable());
        let error = match (self.doubt.take(), self.failure.take()) {
            // The same again is harmless: the caller may go on where this ends.
            (Some(doubt), failure) if repeatable => failure.unwrap_or(doubt),
            (Some(doubt), _) => doubt
                .with_kind(ErrorKind::OutcomeUnknown)
                .with_recovery(self.advice()),
            (None, Some(failure)) => failure,
            (None, None) => self.request.blame(Error::new(
                ErrorKind::Timeout,
                "the deadline was over before the request was sent: allow more time",
            )),
        };
        error
            .with_attempts(attempts, elapsed)
            .with_salt(self.request.salt.clone())
    }
}

/// A call dropped while a change may have been made: nobody is left to tell
/// but the hook and the log.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        let open = self.in_flight || self.doubt.is_some();
        if !self.finished && open && self.is_write() {
            self.tell_abandoned();
        }
    }
}
