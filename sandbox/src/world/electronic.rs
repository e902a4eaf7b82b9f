//! Requests that carry an electronic invoice: what it says completes them.

use std::fmt::Display;

use defacto_types::{CounterpartyInput, Currency, InvalidParam};
use jiff::{SignedDuration, Timestamp};

use super::invoice::Fields;
use super::party::key_of;
use super::{Refusal, World, invalid};
use crate::policy::Contradiction;

/// A date and the day printed for it may be in two time zones.
const SAME_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Takes what the document says where the request says nothing, and tells when
/// they contradict.
fn fill<T: Display>(
    mine: &mut Option<T>,
    printed: Option<T>,
    name: String,
    agrees: impl FnOnce(&T, &T) -> bool,
    wrong: &mut Vec<InvalidParam>,
) {
    match (&mine, printed) {
        (None, printed) => *mine = printed,
        (Some(mine), Some(printed)) if !agrees(mine, &printed) => {
            let reason = format!("is {mine}, and {printed} in the electronic invoice");
            wrong.push(invalid(name, reason));
        }
        _ => {}
    }
}

/// The same for a company.
fn fill_party(
    mine: &mut Option<CounterpartyInput>,
    printed: Option<CounterpartyInput>,
    at: &str,
    wrong: &mut Vec<InvalidParam>,
) {
    let (Some(party), Some(printed)) = (mine.as_mut(), printed.clone()) else {
        *mine = mine.take().or(printed);
        return;
    };
    // Numbers of two kinds cannot be compared.
    if party.identifier_type.is_none() || party.identifier_type == printed.identifier_type {
        let same = |a: &String, b: &String| key_of(a) == key_of(b);
        let name = format!("{at}.identifier");
        fill(&mut party.identifier, printed.identifier, name, same, wrong);
        party.identifier_type = party.identifier_type.take().or(printed.identifier_type);
    }
    party.vat_number = party.vat_number.take().or(printed.vat_number);
    party.name = party.name.take().or(printed.name);
}

impl Fields {
    /// Completes a request with what the electronic invoice in it says; gives
    /// what contradicts it. What is still owed may have changed since, and the
    /// account paid to is the request's to say.
    fn complete(&mut self, printed: Self, at: &str) -> Vec<InvalidParam> {
        let mut wrong = Vec::new();
        let name = |field: &str| format!("{at}{field}");
        for (field, mine, printed) in [
            ("net_amount", &mut self.net_amount, printed.net_amount),
            ("tax_amount", &mut self.tax_amount, printed.tax_amount),
            ("total_amount", &mut self.total_amount, printed.total_amount),
        ] {
            fill(mine, printed, name(field), i64::eq, &mut wrong);
        }
        let same_day = |a: &Timestamp, b: &Timestamp| a.duration_since(*b).abs() <= SAME_DAY;
        for (field, mine, printed) in [
            ("due_at", &mut self.due_at, printed.due_at),
            ("issued_at", &mut self.issued_at, printed.issued_at),
        ] {
            fill(mine, printed, name(field), same_day, &mut wrong);
        }
        let (mine, number) = (&mut self.number, printed.number);
        let same = |a: &String, b: &String| a.trim() == b.trim();
        fill(mine, number, name("invoice_number"), same, &mut wrong);
        let (mine, currency) = (&mut self.currency, printed.currency);
        fill(mine, currency, name("currency"), Currency::eq, &mut wrong);
        fill_party(&mut self.buyer, printed.buyer, &name("buyer"), &mut wrong);
        fill_party(
            &mut self.seller,
            printed.seller,
            &name("seller"),
            &mut wrong,
        );
        self.to_pay_amount = self.to_pay_amount.or(printed.to_pay_amount);
        self.account = self.account.take().or(printed.account);
        wrong
    }
}

impl World {
    /// What a request says of an invoice, and the electronic invoice in it.
    pub(super) fn completed(
        &self,
        mut fields: Fields,
        printed: Option<Fields>,
        at: &str,
    ) -> Result<Fields, Refusal> {
        let wrong = printed.map_or_else(Vec::new, |printed| fields.complete(printed, at));
        match self.settings.document_contradiction {
            Contradiction::Refuse if !wrong.is_empty() => Err(Refusal::Invalid(wrong)),
            _ => Ok(fields),
        }
    }
}
