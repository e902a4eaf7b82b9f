//! Companies borrowers trade with, and how much is financed on each.

use defacto_types::{
    Address, CounterpartyContact, CounterpartyInput, CreateCounterparty, DenialCode,
    IdentifierType, RelationType, WebhookEventType,
};
use jiff::Timestamp;

use super::email::check_email;
use super::ledger::Account;
use super::party::{Company, business_of, key_of, key_of_party};
use super::table::No;
use super::webhook::Entity;
use super::{Refusal, World, invalid};

#[derive(Clone, Debug)]
pub(crate) struct Counterparty {
    pub(crate) key: String,
    pub(crate) identifier: Option<Box<str>>,
    pub(crate) identifier_type: Option<IdentifierType>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) vat_number: Option<Box<str>>,
    pub(crate) address: Option<Box<Address>>,
    pub(crate) contact: Option<Box<CounterpartyContact>>,
    pub(crate) relations: Vec<RelationType>,
}

impl World {
    /// The counterparty with its number and whether it is new.
    pub(crate) fn create_counterparty(
        &mut self,
        body: CreateCounterparty,
        now: Timestamp,
    ) -> Result<(No, bool), Refusal> {
        self.check_room(self.counterparties.len() as usize, "counterparties")?;
        let mut wrong = Vec::new();
        if body.relation_types.is_empty() {
            wrong.push(invalid("relation_types", "must name a relation"));
        }
        if body
            .relation_types
            .iter()
            .any(|relation| !relation.is_known())
        {
            wrong.push(invalid("relation_types", "is no known relation"));
        }
        let party = CounterpartyInput::new()
            .address(body.address)
            .contact(body.contact)
            .identifier(body.identifier)
            .identifier_type(body.identifier_type)
            .name(body.name)
            .vat_number(body.vat_number);
        if key_of(party.identifier.as_deref().unwrap_or_default()).is_empty() {
            wrong.push(invalid("identifier", "must not be empty"));
        }
        let contact = party.contact.as_ref();
        let email = contact.and_then(|contact| contact.email.as_deref());
        check_email("contact.email", email, &mut wrong);
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let before = self.counterparties.len();
        let no = self.add_counterparty(party, &body.relation_types, now);
        let no = no.ok_or_else(|| Refusal::invalid("identifier", "must not be empty"))?;
        Ok((no, self.counterparties.len() > before))
    }

    /// `None` when nothing identifies the company.
    pub(super) fn add_counterparty(
        &mut self,
        party: CounterpartyInput,
        relations: &[RelationType],
        now: Timestamp,
    ) -> Option<No> {
        let key = key_of_party(&party)?;
        if let Some(no) = self.counterparty_keys.get(&key).copied() {
            let known = self.counterparties.unshown(no);
            for relation in relations {
                if !known.relations.contains(relation) {
                    known.relations.push(relation.clone());
                }
            }
            return Some(no);
        }
        let id = self.new_id();
        let no = self.counterparties.push(
            id,
            now,
            Counterparty {
                key: key.clone(),
                identifier: party.identifier.map(|text| key_of(&text).into()),
                identifier_type: party.identifier_type,
                name: party.name.map(Into::into),
                vat_number: party.vat_number.map(Into::into),
                address: party.address.map(Box::new),
                contact: party.contact.map(Box::new),
                relations: relations.to_vec(),
            },
        );
        self.counterparty_keys.insert(key, no);
        self.businesses
            .insert(business_of(id), Company::Counterparty(no));
        let (limit, room) = (Account::Limit(no), Account::Room(no));
        self.ledger
            .shift(now, limit, room, self.settings.counterparty_limit);
        let created = WebhookEventType::CounterpartyCreditLimitCreated;
        self.notify(now, &created, Entity::CreditLimit(no), "", None);
        Some(no)
    }

    /// The ceiling on a counterparty, what is left of it, and why it is what
    /// it is.
    pub(crate) fn credit_limit(&self, no: No) -> (i64, i64, Option<DenialCode>) {
        if !self.is_eligible(&self.counterparties[no].value.key) {
            let denial = self.settings.counterparty_denial.to_wire();
            return (0, 0, Some(denial));
        }
        let limit = -self.ledger.balance(Account::Limit(no));
        (limit, self.ledger.balance(Account::Room(no)), None)
    }
}
