//! Finding out what became of changes whose answer nobody has.

use std::time::Duration;

use defacto_types::operation::Retry;
use defacto_types::operations::{borrowers, invoices, loans};
use defacto_types::{Invoice, ListInvoices, Loan, Operation, Timestamp, Value};

use super::Tracker;
use super::send::{HOLD, after, is_open};
use crate::http::{Answer, Request, State, look};
use crate::tracking::read::STAMP;
use crate::tracking::store::{Batch, Intent, IntentState, Numbered, Outcome};
use crate::{Error, ErrorKind};

/// Intents claimed at a time: few, so that workers that share a store share them
/// too.
const CHUNK: usize = 8;
/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(3_600);
/// How long a creation without a key may still be on its way to the server,
/// which gives up after 30 s (docs): one that is not found before is not made
/// again.
const GRACE: Duration = Duration::from_secs(60);
/// What a look may take.
const LOOK: Duration = Duration::from_secs(30);

/// What settling found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Settled {
    /// Changes that were made.
    pub done: usize,
    /// Changes that were refused.
    pub refused: usize,
    /// Changes of which it is still not known.
    pub open: usize,
}

/// What a look showed of an intent.
enum Found {
    /// It was carried out; the id of what it made, where that is known.
    Done(Option<String>),
    /// It was not, or asking again is harmless.
    Ask,
    /// It looks as if it was, as far as can be seen; asking for the same again is
    /// harmless, and a refusal says nothing.
    Repeat,
    /// It cannot be told now.
    Unknown(String),
}

impl Tracker {
    /// Finds out what became of changes whose answer nobody has: one with an
    /// idempotency key is asked for again with the same key, one that a state
    /// guards is read first, and a creation without a key is looked up by what
    /// names its object. What cannot be told is tried again later.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written. What goes wrong with the server
    /// leaves the intent open.
    pub async fn settle(&self) -> Result<Settled, Error> {
        Ok(self.settle_all().await?.0)
    }

    /// As [`settle`](Self::settle), with what changed by it.
    pub(super) async fn settle_all(&self) -> Result<(Settled, Vec<Numbered>), Error> {
        self.check_account().await?;
        let mut settled = Settled::default();
        let mut changes = Vec::new();
        loop {
            let now = self.now();
            let holder = self.inner.holder.clone();
            let until = after(now, HOLD);
            let claimed = self.inner.store.claim(holder, now, until, CHUNK).await?;
            if claimed.is_empty() {
                return Ok((settled, changes));
            }
            for mut intent in claimed {
                if self.flying().contains(&intent.id) {
                    continue;
                }
                let flight = self.fly(&intent.id);
                // Those before it took their time.
                if !self.keep(&mut intent).await? {
                    continue;
                }
                match self.settle_one(&mut intent, &mut changes).await? {
                    IntentState::Done => settled.done += 1,
                    IntentState::Refused => settled.refused += 1,
                    IntentState::Open => settled.open += 1,
                }
                drop(flight);
            }
        }
    }

    async fn settle_one(
        &self,
        intent: &mut Intent,
        changes: &mut Vec<Numbered>,
    ) -> Result<IntentState, Error> {
        let Some(request) = rebuilt(intent) else {
            let outcome = Outcome {
                state: IntentState::Refused,
                subject: None,
                reason: Some(format!(
                    "this version has no operation {}",
                    intent.operation
                )),
            };
            self.end(intent, outcome).await?;
            return Ok(IntentState::Refused);
        };
        match self.find(intent, &request, changes).await {
            Found::Done(subject) => {
                let outcome = Outcome {
                    state: IntentState::Done,
                    subject,
                    reason: None,
                };
                self.end(intent, outcome).await?;
                Ok(IntentState::Done)
            }
            Found::Unknown(obstacle) => {
                self.put_off(intent, obstacle).await?;
                Ok(IntentState::Open)
            }
            found @ (Found::Ask | Found::Repeat) => {
                // So did looking. Another may have it by now.
                if !self.keep(intent).await? {
                    return Ok(IntentState::Open);
                }
                let sent = self.now();
                let result = self.inner.client.send(request.into()).await;
                match result {
                    Err(error)
                        if is_open(&error)
                            || is_passing(intent, &error)
                            || matches!(found, Found::Repeat) =>
                    {
                        self.put_off(intent, error.to_string()).await?;
                        Ok(IntentState::Open)
                    }
                    result => match self.conclude(&intent.id, sent, result).await {
                        Ok((_, made)) => {
                            changes.extend(made);
                            Ok(IntentState::Done)
                        }
                        Err(error) if error.kind() == ErrorKind::Store => Err(error),
                        Err(_) => Ok(IntentState::Refused),
                    },
                }
            }
        }
    }

    async fn find(&self, intent: &Intent, request: &Request, changes: &mut Vec<Numbered>) -> Found {
        let found = match request.retry {
            // The server knows the key; where it refuses a known one, the loan
            // bears the tracker's mark.
            Retry::Salted(_) if request.operation == Some(&loans::CREATE) => {
                self.find_loan(intent, changes).await
            }
            Retry::Salted(_) | Retry::Safe => return Found::Ask,
            Retry::Guarded(_) => {
                let (shared, transport) = self.inner.client.parts();
                return match look(shared, transport, request, LOOK).await {
                    State::Done(answer) => self.took(&answer, request, changes).await,
                    State::Undone => Found::Ask,
                    // The account cannot be seen in a loan. Terms that are the same are
                    // no further postponement (INFERRED).
                    State::Unknown if request.operation == Some(&loans::SET_REPAYMENT_TERMS) => {
                        Found::Repeat
                    }
                    State::Unknown => {
                        Found::Unknown("the state does not tell whether it was made".to_owned())
                    }
                };
            }
            _ if request.operation == Some(&invoices::CREATE) => self.find_invoice(intent).await,
            _ if request.operation == Some(&borrowers::CREATE) => self.find_borrower(intent).await,
            _ => return Found::Unknown("there is no way to tell: ask Defacto".to_owned()),
        };
        let is_early =
            matches!(request.retry, Retry::Once) && self.now() < after(intent.made_at, GRACE);
        match found {
            Ok(Some(id)) => Found::Done(Some(id)),
            Ok(None) if is_early => {
                Found::Unknown("it is not there, and may still arrive".to_owned())
            }
            Ok(None) => Found::Ask,
            Err(error) => Found::Unknown(error.to_string()),
        }
    }

    /// Takes in what a look showed of a guarded change.
    async fn took(&self, answer: &Answer, request: &Request, changes: &mut Vec<Numbered>) -> Found {
        let sent = self.now();
        let seen = self.seen(sent, answer);
        let observations = self.shown(answer, seen, crate::tracking::Source::Poll);
        match self.observe(observations).await {
            Ok(made) => {
                changes.extend(made);
                Found::Done(request.params.first().map(|(_, id)| id.clone()))
            }
            Err(error) => Found::Unknown(error.to_string()),
        }
    }

    /// The loan that bears the mark of an intent, among those of its invoice.
    async fn find_loan(
        &self,
        intent: &Intent,
        changes: &mut Vec<Numbered>,
    ) -> Result<Option<String>, Error> {
        let Some(body) = &intent.body else {
            return Ok(None);
        };
        let mut query = ListInvoices::new();
        if let Some(ids) = body
            .get("invoice_ids")
            .and_then(Value::as_array)
            .filter(|ids| !ids.is_empty())
        {
            query = query.invoice_id(ids.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        } else if let Some(number) = body
            .pointer("/invoices/0/invoice_number")
            .and_then(Value::as_str)
        {
            query = query.query(number);
        } else {
            return Ok(None);
        }
        let mut loans_of = Vec::new();
        let request = Request::new(&invoices::LIST).query_of(&query);
        let mut pages = self.pages::<Invoice>(request);
        while let Some((page, _)) = pages.next().await? {
            loans_of.extend(page.data.into_iter().flat_map(|invoice| invoice.loan_ids));
        }
        for id in loans_of {
            let request = Request::new(&loans::GET).path("loan_id", id.as_str());
            let (answer, seen) = self.ask(request.into()).await?;
            let loan: Loan = answer.json()?;
            let stamp = loan.metadata.as_ref().and_then(|data| data.get(STAMP));
            if stamp.and_then(Value::as_str) == Some(&intent.id) {
                let seen = super::read::of_loan(&loan, seen, crate::tracking::Source::Poll);
                changes.extend(self.observe(seen).await?);
                return Ok(Some(loan.id.to_string()));
            }
        }
        Ok(None)
    }

    /// The invoice of the same number and amount: two of them are one.
    async fn find_invoice(&self, intent: &Intent) -> Result<Option<String>, Error> {
        let body = intent.body.clone().unwrap_or_default();
        let Some(number) = body.get("invoice_number").and_then(Value::as_str) else {
            return Ok(None);
        };
        let total = body.get("total_amount").and_then(Value::as_i64);
        let query = ListInvoices::new().query(number);
        let is_same = |invoice: &Invoice| {
            invoice.invoice_number.as_deref() == Some(number)
                && (total.is_none() || invoice.total_amount.map(|cents| cents.0) == total)
        };
        let request = Request::new(&invoices::LIST).query_of(&query);
        let mut pages = self.pages::<Invoice>(request);
        while let Some((page, _)) = pages.next().await? {
            if let Some(invoice) = page.data.into_iter().find(is_same) {
                return Ok(Some(invoice.id.to_string()));
            }
        }
        Ok(None)
    }

    /// The borrower of the same company number.
    async fn find_borrower(&self, intent: &Intent) -> Result<Option<String>, Error> {
        let body = intent.body.clone().unwrap_or_default();
        let Some(identifier) = body.get("identifier").and_then(Value::as_str) else {
            return Ok(None);
        };
        let found = self.borrower_of(identifier).await?;
        Ok(found.map(|borrower| borrower.to_string()))
    }

    /// Holds an intent for as long as a request may take; not, where another has it, or
    /// it is settled by now: each was claimed with others that took their time.
    async fn keep(&self, intent: &mut Intent) -> Result<bool, Error> {
        let now = self.now();
        let (id, holder) = (intent.id.clone(), self.inner.holder.clone());
        intent.held_until = after(now, HOLD);
        self.inner.store.hold(id, holder, intent.held_until).await
    }

    async fn end(&self, intent: &Intent, outcome: Outcome) -> Result<(), Error> {
        self.commit(Batch {
            settled: Some((intent.id.clone(), outcome)),
            ..Batch::default()
        })
        .await?;
        Ok(())
    }

    /// Later, and later each time.
    async fn put_off(&self, intent: &Intent, obstacle: String) -> Result<(), Error> {
        let pause = Duration::from_secs(1)
            .saturating_mul(1 << intent.attempts.min(12))
            .min(LONGEST);
        let next: Timestamp = after(self.now(), pause);
        self.give_back(&intent.id, obstacle, next).await
    }
}

/// Whether the request was not made and may be later. That this one was not allowed,
/// or led nowhere, does not say that the first did not make anything.
fn is_passing(intent: &Intent, error: &Error) -> bool {
    let makes = Operation::find(&intent.operation)
        .is_some_and(|operation| matches!(operation.retry, Retry::Salted(_) | Retry::Once));
    error.is_retryable()
        || match error.kind() {
            ErrorKind::Canceled | ErrorKind::Unauthenticated => true,
            ErrorKind::PermissionDenied | ErrorKind::NotFound | ErrorKind::UnexpectedAnswer => {
                makes
            }
            _ => false,
        }
}

/// The request of an intent, as it was first sent.
fn rebuilt(intent: &Intent) -> Option<Request> {
    let operation = Operation::find(&intent.operation)?;
    let mut request = Request::new(operation);
    for param in operation.path_params {
        let (_, value) = intent.params.iter().find(|(name, _)| name == param.name)?;
        request = request.path(param.name, value);
    }
    if let Some(body) = &intent.body {
        request = request.json_value(body);
    }
    Some(request.salted(intent.salt.as_deref()))
}
