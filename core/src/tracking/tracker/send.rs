//! Changes that are written down before they are asked for.

use std::future::pending;
use std::time::Duration;

use defacto_types::operation::{Retry, Salt};
use defacto_types::{Map, Operation, Timestamp, Value};
use uuid::Uuid;

use super::Tracker;
use crate::call::Call;
use crate::http::{Answer, Found, Request, new_salt, new_uuid};
use crate::tracking::Source;
use crate::tracking::read::STAMP;
use crate::tracking::store::{Batch, Begun, Intent, IntentState, Numbered, Outcome};
use crate::{Error, ErrorKind};

/// How long a worker that has begun an intent may take before another settles
/// it: longer than any call.
pub(super) const HOLD: Duration = Duration::from_secs(180);
/// How much longer than its caller waits for it.
const MARGIN: Duration = Duration::from_secs(60);
/// The longest of these.
const LONGEST: Duration = Duration::from_secs(3_600);

impl Tracker {
    /// Sends a change: writes down that it is meant to be made, asks for it, and
    /// writes down what became of it. Killed at any point, the next
    /// [`settle`](Self::settle) finds out. A read is sent as it is.
    ///
    /// A creation with an idempotency key that is known already is resumed: the
    /// server answers with what it made.
    ///
    /// # Errors
    ///
    /// As the call's own; [`ErrorKind::Store`] when it could not be written
    /// down, in which case nothing was sent, and [`ErrorKind::OutcomeUnknown`] when
    /// that was so of the answer;
    /// [`ErrorKind::InvalidInput`] when the idempotency key was used with another
    /// body. A form or a file is refused: only JSON is written down.
    pub async fn send<T>(&self, call: Call<T>) -> Result<T, Error> {
        self.send_as(call, None).await
    }

    /// As [`send`](Self::send), noting who meant it.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_as<T>(&self, call: Call<T>, actor: Option<&str>) -> Result<T, Error> {
        let (_, request, decode) = call.into_parts();
        decode(&self.carry_out(request, actor, pending()).await?)
    }

    /// What [`send`](Self::send) does, until `stop` is over: then a change under
    /// way is of unknown outcome, and settled later.
    pub(crate) async fn carry_out(
        &self,
        mut request: Box<Request>,
        actor: Option<&str>,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let checks = self.inner.client.parts().0.settings.local_checks;
        request.verify(checks)?;
        tokio::pin!(stop);
        tokio::select! {
            biased;
            checked = self.check_account() => checked?,
            () = stop.as_mut() => return Err(stopped(request.operation)),
        }
        let Some(operation) = request.operation.filter(|operation| operation.is_write()) else {
            let sent = self.now();
            let answer = self.inner.client.send_until(request, stop.as_mut()).await?;
            let seen = self.seen(sent, &answer);
            let observations = self.shown(&answer, seen, Source::Answer);
            self.observe(observations).await?;
            return Ok(answer);
        };
        let id = new_uuid().to_string();
        let made_salt = prepare(operation, &mut request, &id);
        let intent = self.intent(operation, &request, id, actor)?;
        let (id, earlier) = match self.begin(&intent).await? {
            Begun::New => (intent.id, None),
            Begun::Known(known) => {
                if known.body_hash != intent.body_hash {
                    return Err(other_body(operation, &known, &intent));
                }
                restamp(&mut request, &intent.id, &known.id);
                (known.id, Some(known.state))
            }
        };
        let flight = self.fly(&id);
        let sent = self.now();
        let salt = request.salt.clone();
        let mut result = self.inner.client.send_until(request, stop.as_mut()).await;
        // The client was given the key, and cannot know that it is new.
        if let Ok(answer) = &mut result
            && made_salt
            && answer.found != Found::LookedUp
        {
            answer.found = Found::AnsweredNewSalt;
        }
        let concluded = match (earlier, result) {
            (Some(earlier), Err(error)) => match self.leave(&id, earlier, error).await {
                Ok(error) | Err(error) => Err(error),
            },
            (_, result) => self.conclude(&id, sent, result).await,
        };
        drop(flight);
        match concluded {
            Ok((answer, _)) => Ok(answer),
            Err(error) if error.kind() == ErrorKind::Store => {
                Err(unwritten(operation, salt, error))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes an intent down. Where it is not known whether it was, it is tried once
    /// more; then the change may be asked for later although this call sent nothing.
    async fn begin(&self, intent: &Intent) -> Result<Begun, Error> {
        let store = &self.inner.store;
        match store.begin(intent.clone()).await {
            Err(error) if store.is_shared() && error.retry_after().is_some() => {}
            begun => return begun,
        }
        store.begin(intent.clone()).await.map_err(|error| {
            let doubt = Error::new(
                ErrorKind::OutcomeUnknown,
                "the store does not tell whether the change was written down, and nothing was \
                 sent yet: the next settling sends it if it was",
            );
            doubt.with_salt(intent.salt.clone()).with_source(error)
        })
    }

    /// Leaves an intent that was there before as it is, where another request for it
    /// has failed: that one says nothing of what the earlier did.
    async fn leave(&self, id: &str, earlier: IntentState, error: Error) -> Result<Error, Error> {
        if earlier == IntentState::Done {
            return Ok(error);
        }
        self.give_back(id, error.to_string(), self.now()).await?;
        if error.is_outcome_unknown() {
            return Ok(error);
        }
        let doubt = Error::new(
            ErrorKind::OutcomeUnknown,
            format!(
                "{error}; an earlier request with this salt_id is not settled, and may have been \
                 carried out: sync or settle finds out"
            ),
        );
        let doubt = match error.operation() {
            Some(operation) => doubt.with_operation(operation),
            None => doubt,
        };
        Ok(doubt.with_source(error))
    }

    /// Writes down what became of an intent whose request has come back, and
    /// gives what changed with it.
    pub(super) async fn conclude(
        &self,
        id: &str,
        sent: Timestamp,
        result: Result<Answer, Error>,
    ) -> Result<(Answer, Vec<Numbered>), Error> {
        match result {
            Ok(answer) => {
                let seen = self.seen(sent, &answer);
                let outcome = Outcome {
                    state: IntentState::Done,
                    subject: made(&answer),
                    reason: None,
                };
                let changes = self
                    .commit(Batch {
                        observations: self.shown(&answer, seen, Source::Answer),
                        settled: Some((id.to_owned(), outcome)),
                        ..Batch::default()
                    })
                    .await?;
                Ok((answer, changes))
            }
            Err(error) if is_open(&error) => {
                self.give_back(id, error.to_string(), self.now()).await?;
                Err(error)
            }
            Err(error) => {
                let outcome = Outcome {
                    state: IntentState::Refused,
                    subject: None,
                    reason: Some(error.to_string()),
                };
                self.commit(Batch {
                    settled: Some((id.to_owned(), outcome)),
                    ..Batch::default()
                })
                .await?;
                Err(error)
            }
        }
    }

    /// Gives an intent of this tracker's back, unsettled.
    pub(super) async fn give_back(
        &self,
        id: &str,
        obstacle: String,
        next_at: Timestamp,
    ) -> Result<(), Error> {
        let holder = self.inner.holder.clone();
        let store = &self.inner.store;
        store
            .release(id.to_owned(), holder, obstacle, next_at)
            .await
    }

    fn intent(
        &self,
        operation: &'static Operation,
        request: &Request,
        id: String,
        actor: Option<&str>,
    ) -> Result<Intent, Error> {
        let body = request.body_value();
        if body.is_none() && request.has_body() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the body is a form or a file, which a tracker does not write down: \
                 send it with the client itself",
            )
            .with_operation(operation));
        }
        let now = self.now();
        Ok(Intent {
            id,
            operation: operation.to_string(),
            params: request
                .params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            body_hash: hash(body.as_ref()),
            salt: request.salt.clone(),
            body,
            actor: actor.map(ToOwned::to_owned),
            made_at: now,
            state: IntentState::Open,
            holder: self.inner.holder.clone(),
            held_until: after(now, holding(request)),
            attempts: 1,
            obstacle: None,
            outcome: None,
        })
    }

    /// Notes that a request of an intent is under way in this process.
    pub(super) fn fly(&self, id: &str) -> Flight {
        self.flying().insert(id.to_owned());
        Flight {
            tracker: self.clone(),
            id: id.to_owned(),
        }
    }
}

/// A request of an intent under way; ends when it is dropped.
#[derive(Debug)]
pub(super) struct Flight {
    tracker: Tracker,
    id: String,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.tracker.flying().remove(&self.id);
    }
}

/// How long a request's intent is held: no shorter than its caller waits for it.
fn holding(request: &Request) -> Duration {
    let patience = request.options.deadline.unwrap_or_default();
    HOLD.max(patience.saturating_add(MARGIN)).min(LONGEST)
}

/// Gives the mark of an intent the id of the one that was there before.
fn restamp(request: &mut Request, from: &str, to: &str) {
    let Some(body) = request.body_value() else {
        return;
    };
    let Some(metadata) = body.get("metadata").and_then(Value::as_object) else {
        return;
    };
    if metadata.get(STAMP).and_then(Value::as_str) == Some(from) {
        let mut metadata = metadata.clone();
        metadata.insert(STAMP.to_owned(), to.into());
        request.field("metadata", Value::Object(metadata));
    }
}

/// Gives a creation its idempotency key, and a loan the mark by which it is
/// found again where the server refuses a known key. Says whether the key is new.
fn prepare(operation: &Operation, request: &mut Request, id: &str) -> bool {
    let is_keyed = matches!(
        operation.retry,
        Retry::Salted(Salt::Body | Salt::BodyIfGiven)
    );
    let makes_salt = is_keyed && request.salt.is_none();
    if makes_salt {
        let salt = new_salt();
        request.append_salt(&salt);
        request.salt = Some(salt);
    }
    if let Retry::Salted(Salt::Items(list)) = operation.retry {
        request.salt_items(list);
    }
    if *operation == defacto_types::operations::loans::CREATE {
        let body = request.body_value().unwrap_or_default();
        let mut metadata = match body.get("metadata") {
            Some(Value::Object(metadata)) => metadata.clone(),
            _ => Map::new(),
        };
        metadata
            .entry(STAMP)
            .or_insert_with(|| Value::String(id.to_owned()));
        request.field("metadata", Value::Object(metadata));
    }
    makes_salt
}

/// Of the body without what the tracker adds.
fn hash(body: Option<&Value>) -> String {
    let mut body = body.cloned().unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("salt_id");
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove(STAMP);
            if metadata.is_empty() {
                fields.remove("metadata");
            }
        }
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, body.to_string().as_bytes()).to_string()
}

fn other_body(operation: &'static Operation, known: &Intent, new: &Intent) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!(
            "salt_id was used for another body (hash {}, this one has {}): \
             repeat the first one, or leave salt_id out for a new one",
            known.body_hash, new.body_hash
        ),
    )
    .with_operation(operation)
}

/// Where the caller did not wait for the account to be looked at.
fn stopped(operation: Option<&'static Operation>) -> Error {
    let error = Error::new(
        ErrorKind::Canceled,
        "the caller stopped waiting; nothing was sent",
    );
    match operation {
        Some(operation) => error.with_operation(operation),
        None => error,
    }
}

/// Where a request was sent and the store could not take what became of it: an error of
/// the store says that nothing was sent.
fn unwritten(operation: &'static Operation, salt: Option<String>, error: Error) -> Error {
    let doubt = Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the request was sent, and what became of it could not be written down ({error}): \
             sync or settle finds out"
        ),
    );
    doubt
        .with_operation(operation)
        .with_retry_after(error.retry_after())
        .with_salt(salt)
        .with_source(error)
}

/// Whether the change may have been made all the same.
pub(super) fn is_open(error: &Error) -> bool {
    error.is_outcome_unknown() || error.kind() == ErrorKind::Decode
}

/// The id of what an answer shows.
fn made(answer: &Answer) -> Option<String> {
    let body = answer.json::<Value>().ok()?;
    body.get("id")?.as_str().map(ToOwned::to_owned)
}

pub(super) fn after(instant: Timestamp, by: Duration) -> Timestamp {
    let by = jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX);
    Timestamp(
        instant
            .get()
            .checked_add(by)
            .unwrap_or(jiff::Timestamp::MAX),
    )
}
