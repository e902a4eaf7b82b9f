//! A tracker as another language holds it: its settings, and its verbs by name.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use defacto_types as t;
use defacto_types::operation::Retry;
use defacto_types::{Operation, WebhookEventType, Wire};
use http::HeaderMap;
use tokio::sync::Mutex as Turn;

use super::settings::{TrackerPlan, tracker_plan};
use super::task::parse;
use super::waiting::Waiting;
use super::{Input, Reply};
use crate::http::{Answer, Found, Request};
use crate::tracking::export::{Export, Format};
use crate::tracking::report::{alert, changes, count, number};
use crate::tracking::store::{IntentState, Place};
use crate::tracking::{Changes, Receiver, Tracker, TrackerBuilder};
use crate::webhook::Tokens;
use crate::{Client, Error, ErrorKind};

/// How long `stop` waits for a pass unless it is told.
const PATIENCE: i64 = 10;
/// How far ahead a portfolio looks unless it is told, in days.
const AHEAD: i64 = 30;
/// How many intents are listed unless it is told.
const INTENTS: i64 = 100;

/// A tracker, and who is being told its changes.
#[derive(Debug)]
pub(super) struct Tracking {
    tracker: Tracker,
    actor: Option<String>,
    receiver: Receiver,
    consumers: Mutex<HashMap<String, Arc<Turn<Changes>>>>,
}

impl Tracking {
    /// A tracker with [`TRACKER_SETTINGS`](crate::types::TRACKER_SETTINGS) as a
    /// JSON object.
    pub(super) async fn open(client: Client, settings: &[u8]) -> Result<Self, Error> {
        let plan = tracker_plan(parse("settings", settings)?)?;
        let place = Place::parse(&plan.store)?;
        let store = match plan.read_only {
            true => place.read(Some(client.base_url())).await?,
            false => place.open(client.base_url()).await?,
        };
        let tracker = TrackerBuilder::new(client, store).alerts(plan.alerts);
        let tracker = match plan.keep_notifications {
            Some(time) => tracker.keep_notifications(time).build(),
            None => tracker.build(),
        };
        let TrackerPlan { tokens, actor, .. } = plan;
        Ok(Self {
            receiver: tracker.receiver(Tokens::new(tokens)),
            tracker,
            actor,
            consumers: Mutex::default(),
        })
    }

    /// Sends a request: what changes something is written down first.
    pub(super) async fn carry_out(
        &self,
        request: Box<Request>,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let actor = self.actor.as_deref();
        self.tracker.carry_out(request, actor, stop).await
    }

    /// Waits for an object by all that the tracker learns.
    pub(super) async fn wait(
        &self,
        waiting: Box<Waiting>,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        waiting.by(&self.tracker, stop).await
    }

    /// Carries a verb out.
    pub(super) async fn act(&self, verb: &'static Operation, input: Input) -> Result<Reply, Error> {
        let json = self.value(verb, &input).await.map_err(|error| {
            // An error of a request names the request's operation.
            match error.operation() {
                None => error.with_operation(verb),
                Some(_) => error,
            }
        })?;
        Reply::read(self.answer(verb, json))
    }

    async fn value(&self, verb: &'static Operation, input: &Input) -> Result<Vec<u8>, Error> {
        let tracker = &self.tracker;
        let path = |name: &str| {
            let given = input.path.get(name).filter(|text| !text.is_empty());
            given.map(String::as_str).ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidInput,
                    format!("{name} is missing: pass it"),
                )
            })
        };
        match verb.name {
            "sync" => object(&tracker.sync().await?.report()),
            "run" => {
                let asked: t::AskRun = body(input)?;
                let every = asked
                    .every
                    .map(|every| seconds("every", every))
                    .transpose()?;
                tracker.run(every).await?;
                Ok(Vec::new())
            }
            "stop" => {
                let asked: t::AskStop = body(input)?;
                let patience = seconds("timeout", asked.timeout.unwrap_or(PATIENCE))?;
                tracker.stop(patience).await;
                Ok(Vec::new())
            }
            "settle" => object(&tracker.settle().await?.report()),
            "receive" => {
                let asked: t::AskReceive = body(input)?;
                let query = asked.query.as_ref().map_or("", |query| query.expose());
                let query = query.trim_start_matches('?');
                let notification = asked.notification.unwrap_or_default();
                let status = self.receiver.receive(query, notification.as_bytes()).await;
                object(&t::NotificationAnswer::new().status(i64::from(status)))
            }
            "ingest" => {
                let asked: t::AskIngest = body(input)?;
                let notification = asked.notification.unwrap_or_default();
                let seq = tracker.ingest(notification, asked.received_at).await?;
                object(&t::StoredNotification::new().seq(number(seq)))
            }
            "digest" => list(&changes(&tracker.digest().await?)),
            "rewind" => {
                let consumer = path("consumer")?;
                let begun = tracker.changes(consumer).await?;
                self.begin(consumer, begun);
                Ok(Vec::new())
            }
            "replay" => {
                let (consumer, seq) = (path("consumer")?, place(input)?);
                let begun = tracker.replay(consumer, seq).await?;
                self.begin(consumer, begun);
                Ok(Vec::new())
            }
            "next_change" => {
                let asked: t::AskNextChange = body(input)?;
                let wait = seconds("wait", asked.wait.unwrap_or(0))?;
                let change = self.next_change(path("consumer")?, wait).await?;
                let next = t::NextChange::new();
                object(&match change {
                    Some(change) => next.change(change),
                    None => next,
                })
            }
            "acknowledge" => {
                let seq = place(input)?;
                let store = tracker.store();
                store.set_cursor(path("consumer")?.to_owned(), seq).await?;
                Ok(Vec::new())
            }
            "loan" => {
                let id = path("loan_id")?;
                let Some(loan) = tracker.loan(id).await? else {
                    return Err(Error::new(
                        ErrorKind::NotFound,
                        "loan_id is of no loan that was seen: read it, or sync",
                    ));
                };
                let mut report = loan.report(tracker.server_now());
                let known = tracker.outlook(id).await?;
                if let Some(source) = known.as_ref().and_then(|known| known.source) {
                    report = report.source(source.as_str());
                }
                if let Some(at) = known.and_then(|known| known.next_look) {
                    report = report.next_look(at);
                }
                object(&report)
            }
            "timeline" => list(&changes(&tracker.timeline(path("loan_id")?).await?)),
            "explain" => list(&changes(&tracker.explain(path("loan_id")?).await?)),
            "payoff" => {
                let asked: t::AskPayoff = body(input)?;
                let payoff = tracker.payoff(path("loan_id")?).await?;
                object(&payoff.report(asked.on, asked.postponed_to)?)
            }
            "portfolio" => {
                let asked: t::AskPortfolio = body(input)?;
                let days = asked.days.unwrap_or(AHEAD);
                let days = u32::try_from(days).map_err(|_| refused("days", "0 or more"))?;
                let portfolio = tracker.portfolio(tracker.server_now(), days).await?;
                object(&portfolio.report())
            }
            "alerts" => {
                let alerts = tracker.alerts().await?;
                let alerts = alerts.iter().map(|(subject, one)| alert(subject, one));
                list(&alerts.collect::<Vec<_>>())
            }
            "check_alerts" => list(&changes(&tracker.check_alerts().await?)),
            "reconcile" => {
                let asked: t::AskReconcile = body(input)?;
                let report = tracker.reconcile(asked.fix.unwrap_or(false)).await?;
                object(&report.report())
            }
            "purge" => {
                let asked: t::AskPurge = body(input)?;
                let before = asked
                    .before
                    .ok_or_else(|| refused("before", "an instant"))?;
                object(&tracker.purge(before).await?.report())
            }
            "erase" => {
                let asked: t::AskErase = body(input)?;
                let borrower = asked.borrower.unwrap_or_default();
                object(&tracker.erase(borrower).await?.report())
            }
            "read_products" => {
                let borrower = path("borrower_id")?;
                list(&changes(&tracker.read_products(borrower).await?))
            }
            "ensure_webhook" => object(&self.ensure_webhook(body(input)?).await?),
            "intents" => self.intents(body(input)?).await,
            "resolve" => {
                let asked: t::AskResolve = body(input)?;
                let (was_made, reason) = (asked.was_made, asked.reason.unwrap_or_default());
                let intent = path("intent_id")?;
                let resolved = tracker.resolve(intent, was_made.unwrap_or(false), &reason);
                object(&resolved.await?.report())
            }
            "health" => self.health().await,
            "metrics" => Ok(tracker.metrics().await?.into_bytes()),
            "export" => self.export(body(input)?).await,
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("there is no verb `{verb}`"),
            )),
        }
    }

    fn begin(&self, consumer: &str, changes: Changes) {
        let changes = Arc::new(Turn::new(changes));
        self.consumers().insert(consumer.to_owned(), changes);
    }

    async fn next_change(
        &self,
        consumer: &str,
        wait: Duration,
    ) -> Result<Option<t::TrackedChange>, Error> {
        let begun = self.consumers().get(consumer).cloned();
        let turn = match begun {
            Some(turn) => turn,
            None => {
                let begun = Arc::new(Turn::new(self.tracker.changes(consumer).await?));
                // Another call may have begun meanwhile.
                let mut consumers = self.consumers();
                consumers
                    .entry(consumer.to_owned())
                    .or_insert(begun)
                    .clone()
            }
        };
        let mut told = turn.lock().await;
        let next = match told.next().await? {
            None if !wait.is_zero() => match tokio::time::timeout(wait, told.wait()).await {
                Ok(next) => Some(next?),
                Err(_) => None,
            },
            next => next,
        };
        Ok(next.map(|next| next.report()))
    }

    /// An entry is put in whole, so a poisoned lock guards nothing broken.
    fn consumers(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Turn<Changes>>>> {
        self.consumers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn ensure_webhook(&self, asked: t::AskWebhook) -> Result<t::Webhook, Error> {
        let name = asked.name.unwrap_or_default();
        let to_url = asked.to_url.as_ref().map_or("", |url| url.expose());
        let events = match asked.event_types.as_slice() {
            [] => WebhookEventType::ALL,
            events => events,
        };
        self.tracker.ensure_webhook(&name, to_url, events).await
    }

    async fn intents(&self, asked: t::AskIntents) -> Result<Vec<u8>, Error> {
        let state = match asked.state.as_deref() {
            None | Some("open") => IntentState::Open,
            Some("done") => IntentState::Done,
            Some("refused") => IntentState::Refused,
            Some(_) => return Err(refused("state", "open, done or refused")),
        };
        let limit = usize::try_from(asked.limit.unwrap_or(INTENTS))
            .map_err(|_| refused("limit", "0 or more"))?;
        let intents = self.tracker.store().intents(state, limit).await?;
        let intents = intents.iter().map(crate::tracking::store::Intent::report);
        list(&intents.collect::<Vec<_>>())
    }

    async fn health(&self) -> Result<Vec<u8>, Error> {
        let health = self.tracker.health().await?;
        let received = self.receiver.received();
        let mut report = t::TrackerHealth::new()
            .open_intents(count(health.open_intents))
            .unread_notifications(count(health.unread_notifications))
            .alerts(count(health.alerts))
            .stored(number(received.stored))
            .refused(number(received.refused))
            .failed(number(received.failed));
        if let Some(at) = health.last_notification {
            report = report.last_notification(at);
        }
        if let Some(at) = health.silent_since {
            report = report.silent_since(at);
        }
        if let Some(pass) = health.pass {
            report = report
                .pass_began(pass.began)
                .pass_requests(i64::from(pass.requests))
                .pass_items(number(pass.items));
        }
        if let Some(at) = health.last_full_pass {
            report = report.last_full_pass(at);
        }
        if let Some(at) = health.last_pass {
            report = report.last_pass(at);
        }
        object(&report)
    }

    async fn export(&self, asked: t::AskExport) -> Result<Vec<u8>, Error> {
        let path = PathBuf::from(asked.path.unwrap_or_default());
        let format = match asked.format.as_deref() {
            None => Format::of_path(&path),
            Some("jsonl") => Format::JsonLines,
            Some("csv") => Format::Csv,
            Some(_) => return Err(refused("format", "jsonl or csv")),
        };
        let export = match asked.what.as_deref() {
            None | Some("objects") => Export::objects(format),
            Some("changes") => Export::changes(format),
            Some(_) => return Err(refused("what", "objects or changes")),
        };
        let overwrite = asked.overwrite.unwrap_or(false);
        let rows = self.tracker.export_file(export, path, overwrite).await?;
        object(&t::ExportReport::new().rows(number(rows)))
    }

    /// As if a server had said it, so that it is read as everything else is.
    fn answer(&self, verb: &'static Operation, body: Vec<u8>) -> Answer {
        let (shared, _) = self.tracker.client().parts();
        Answer {
            operation: Some(verb),
            retry: Retry::Safe,
            status: 200,
            headers: HeaderMap::new(),
            body: Bytes::from(body),
            key: shared.credentials.key(),
            attempts: 0,
            elapsed: Duration::ZERO,
            place: String::new(),
            found: Found::default(),
            salt: None,
        }
    }
}

/// What the verb was given, with what must be given in it.
fn body<T: Wire + Default>(input: &Input) -> Result<T, Error> {
    if input.body.is_null() {
        return checked(T::default());
    }
    let given = serde_json::from_value(input.body.clone())
        .map_err(|error| Error::new(ErrorKind::InvalidInput, error.to_string()))?;
    checked(given)
}

fn checked<T: Wire>(given: T) -> Result<T, Error> {
    let mut missing = Vec::new();
    given.missing("", &mut missing);
    match missing.first() {
        None => Ok(given),
        Some(field) => Err(Error::new(
            ErrorKind::InvalidInput,
            format!("{field} is missing: pass it"),
        )),
    }
}

fn place(input: &Input) -> Result<u64, Error> {
    let asked: t::AskPlace = body(input)?;
    u64::try_from(asked.seq.unwrap_or_default()).map_err(|_| refused("seq", "0 or more"))
}

fn seconds(name: &str, given: i64) -> Result<Duration, Error> {
    let seconds = u64::try_from(given).map_err(|_| refused(name, "seconds, 0 or more"))?;
    Ok(Duration::from_secs(seconds))
}

fn refused(name: &str, fix: &str) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("{name} cannot be used: pass {fix}"),
    )
}

fn object(model: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(model).map_err(|source| {
        Error::new(ErrorKind::Decode, "what a tracker knows cannot be written").with_source(source)
    })
}

fn list(items: &[impl serde::Serialize]) -> Result<Vec<u8>, Error> {
    object(&items)
}
