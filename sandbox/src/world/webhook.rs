//! Webhook subscriptions, and the notices that wait to be delivered.
//!
//! The rest of the world says what happened with [`World::notify`]. What a
//! notice says is fixed by [`World::seal`], once the move it tells of is whole
//! and before the next one; what delivers takes the sealed notices out with
//! [`World::take_notices`]. Nothing is kept of what nobody subscribed to.

use std::collections::{BTreeMap, VecDeque};

use defacto_types::{Value, WebhookEventType, WebhookInput};
use jiff::Timestamp;

use super::onboarding::is_web;
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World, invalid};
use crate::policy;

#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) name: String,
    pub(crate) to_url: Box<str>,
    pub(crate) event_types: Vec<WebhookEventType>,
    pub(crate) is_deleted: bool,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Entity {
    Loan(No),
    Payment(No),
    Invoice(No),
    /// By its borrower.
    CreditLine(No),
    /// Of a counterparty.
    CreditLimit(No),
    /// By its borrower, who has one.
    FinancialProduct(No),
}

/// Something that happened, for one subscription.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) subscription: No,
    pub(crate) at: Timestamp,
    pub(crate) event_type: WebhookEventType,
    pub(crate) entity: Entity,
    /// The status that was entered; empty for what has none.
    pub(crate) status: Box<str>,
    pub(crate) transition: Option<&'static str>,
}

/// A notice with its body, as the entity was when it happened.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) notice: Notice,
    pub(crate) webhook_id: String,
    pub(crate) to_url: Box<str>,
    pub(crate) entity_id: Box<str>,
    pub(crate) body: String,
}

/// How the body of a notice is written.
pub(crate) type Write = fn(&World, &Notice) -> Value;

/// The notices not yet taken, the oldest first, and what happened so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    /// What is said of the world is not the world's business.
    pub(crate) write: Option<Write>,
    fresh: Vec<Notice>,
    sealed: VecDeque<Sealed>,
    /// How often each event happened, subscribed to or not.
    happened: BTreeMap<String, u64>,
}

impl World {
    pub(crate) fn subscribe(&mut self, body: WebhookInput, now: Timestamp) -> Result<No, Refusal> {
        self.check_room(self.webhooks.len() as usize, "webhooks")?;
        let subscription = read(body)?;
        let id = self.new_id();
        Ok(self.webhooks.push(id, now, subscription))
    }

    /// READ: the whole of it is replaced.
    pub(crate) fn resubscribe(&mut self, no: No, body: WebhookInput) -> Result<(), Refusal> {
        self.webhooks[no].value = read(body)?;
        Ok(())
    }

    pub(crate) fn unsubscribe(&mut self, no: No) {
        self.webhooks[no].value.is_deleted = true;
        self.seal();
        let sealed = &mut self.outbox.sealed;
        sealed.retain(|sealed| sealed.notice.subscription != no);
    }

    /// The subscription with this id, unless it was deleted.
    pub(crate) fn webhook(&self, id: &str) -> Option<No> {
        let no = self.webhooks.find(id)?;
        (!self.webhooks[no].value.is_deleted).then_some(no)
    }

    /// Tells whoever subscribed that something happened.
    pub(super) fn notify(
        &mut self,
        at: Timestamp,
        event_type: &WebhookEventType,
        entity: Entity,
        status: &str,
        transition: Option<&'static str>,
    ) {
        self.count(event_type.as_str());
        for subscription in 0..self.webhooks.len() {
            let wanted = &self.webhooks[subscription].value;
            if wanted.is_deleted || !wanted.event_types.contains(event_type) {
                continue;
            }
            self.outbox.fresh.push(Notice {
                subscription,
                at,
                event_type: event_type.clone(),
                entity,
                status: status.into(),
                transition,
            });
        }
    }

    /// The same, for the events that are named after a status.
    pub(super) fn notify_status(
        &mut self,
        at: Timestamp,
        kind: &str,
        entity: Entity,
        status: &str,
        transition: Option<&'static str>,
    ) {
        let event_type = WebhookEventType::from(format!("{kind}.{status}"));
        // Some statuses have no event: PROPOSED of a payment is one.
        if event_type.is_known() {
            self.notify(at, &event_type, entity, status, transition);
        }
    }

    pub(super) fn notify_loan(&mut self, no: No, status: Status, at: Timestamp) {
        let (name, transition) = (status.to_wire(), status.transition());
        let entity = Entity::Loan(no);
        self.notify_status(at, "Loan", entity, name.as_str(), Some(transition));
    }

    pub(super) fn notify_payment(&mut self, no: No, at: Timestamp) {
        let status = self.payments[no].value.progress.to_wire();
        self.notify_status(at, "Payment", Entity::Payment(no), status.as_str(), None);
    }

    pub(super) fn notify_invoice(&mut self, no: No, status: &str, at: Timestamp) {
        // READ: the one transition that is documented.
        let transition = (status == "SUBMITTED").then_some("SUBMIT");
        self.notify_status(at, "Invoice", Entity::Invoice(no), status, transition);
    }

    /// The balances of a borrower's credit line changed.
    pub(super) fn notify_balance(&mut self, borrower: No, at: Timestamp) {
        let (event, line) = (
            WebhookEventType::CreditLineBalanceUpdated,
            Entity::CreditLine(borrower),
        );
        self.notify(at, &event, line, "", None);
    }

    /// What is left of a counterparty's limit changed.
    pub(super) fn notify_limit(&mut self, party: No, at: Timestamp) {
        let event = WebhookEventType::CounterpartyCreditLimitUpdated;
        self.notify(at, &event, Entity::CreditLimit(party), "", None);
    }

    pub(super) fn count(&mut self, event: &str) {
        let happened = &mut self.outbox.happened;
        if let Some(count) = happened.get_mut(event) {
            *count += 1;
        } else {
            happened.insert(event.to_owned(), 1);
        }
    }

    /// What happened since this was last asked, by event.
    pub(crate) fn take_happened(&mut self) -> BTreeMap<String, u64> {
        std::mem::take(&mut self.outbox.happened)
    }

    /// Writes down what waits to be told, with every entity as it is now.
    pub(crate) fn seal(&mut self) {
        for notice in std::mem::take(&mut self.outbox.fresh) {
            let Some(write) = self.outbox.write else {
                continue;
            };
            let body = write(self, &notice);
            let subscription = &self.webhooks[notice.subscription];
            let sealed = Sealed {
                webhook_id: subscription.id.to_string(),
                to_url: subscription.value.to_url.clone(),
                entity_id: body["id"].as_str().unwrap_or_default().into(),
                body: body.to_string(),
                notice,
            };
            if self.outbox.sealed.len() >= policy::LARGEST_OUTBOX {
                self.outbox.sealed.pop_front();
            }
            self.outbox.sealed.push_back(sealed);
        }
    }

    /// Takes out what waits to be delivered.
    pub(crate) fn take_notices(&mut self) -> VecDeque<Sealed> {
        self.seal();
        std::mem::take(&mut self.outbox.sealed)
    }
}

fn read(body: WebhookInput) -> Result<Subscription, Refusal> {
    let mut wrong = Vec::new();
    let name = body.name.unwrap_or_default();
    if name.trim().is_empty() {
        wrong.push(invalid("name", "must not be empty"));
    }
    let to_url = body.to_url.as_ref().map_or("", |url| url.expose());
    if !is_deliverable(to_url) {
        let reason = "must be an https URL, or one of this machine";
        wrong.push(invalid("to_url", reason));
    }
    if body.event_types.is_empty() {
        wrong.push(invalid("event_types", "must name one at least"));
    }
    for (index, event_type) in body.event_types.iter().enumerate() {
        if !event_type.is_known() {
            let name = format!("event_types[{index}]");
            wrong.push(invalid(name, "is no event of the API"));
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    Ok(Subscription {
        name,
        to_url: to_url.into(),
        event_types: body.event_types,
        is_deleted: false,
    })
}

/// "Redirects": https is required outside of this machine.
fn is_deliverable(url: &str) -> bool {
    let is_https = url
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    is_web(url) && !host(url).is_empty() && (is_https || is_local(url))
}

/// Whether a URL leads to this machine.
pub(crate) fn is_local(url: &str) -> bool {
    let host = host(url);
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn host(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for url in [
            "https://example.com/hook?key=1",
            "http://localhost:3000",
            "http://127.0.0.1:1/x",
            "http://user:word@[::1]:80/",
        ] {
            assert!(is_deliverable(url), "{url}");
        }
        for url in [
            "",
            "https://",
            "http://example.com",
            "http://localhost@example.com",
            "ftp://localhost",
            "http://localhost.example.com",
        ] {
            assert!(!is_deliverable(url), "{url}");
        }
    }
}
