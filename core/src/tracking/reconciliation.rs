//! What the server has and the store has not, or otherwise.

use std::collections::BTreeMap;
#[cfg(feature = "client")]
use std::collections::BTreeSet;
use std::fmt;

use defacto_types::{Cents, Timestamp};
use serde::Serialize;

#[cfg(feature = "client")]
use super::Subject;
use super::{Fact, Facts, LedgerRow, Observation, Track};

/// A comparison of everything the server lists with the store.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Reconciliation {
    /// When it began.
    pub at: Timestamp,
    /// Loans that the server listed.
    pub loans: u64,
    /// Payments that it listed.
    pub payments: u64,
    /// How many requests it took.
    pub requests: u32,
    /// Loans by status, by the server and by the store.
    pub by_status: BTreeMap<String, Count>,
    /// Loans and payments that the store has not.
    pub missing: Vec<String>,
    /// Loans and payments that the store has and the server did not list.
    pub extra: Vec<String>,
    /// Fields and statuses that differ, of loans and payments.
    pub differing: Vec<Difference>,
    /// Money that does not add up, by what the server says.
    pub imbalances: Vec<Imbalance>,
    /// Objects of which the store was given what the server says.
    pub adopted: u64,
}

/// How many loans are in a status.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// By the server's list.
    pub server: u64,
    /// By the store.
    pub store: u64,
}

/// A field that is not what the store has.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The kind and id of the object.
    pub of: String,
    /// The field's name on the wire.
    pub field: String,
    /// What the store has.
    pub store: Option<Fact>,
    /// What the server says.
    pub server: Option<Fact>,
}

/// Two sums that should be one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Imbalance {
    /// The loan's id.
    pub loan: String,
    /// What does not add up.
    pub of: Sum,
    /// What the loan says, in cents.
    pub told: Cents,
    /// What it should be by the parts, in cents.
    pub parts: Cents,
}

/// A sum that is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sum {
    /// `repaid_amount`: the principal and the interest that are repaid
    /// (INFERRED).
    Repaid,
    /// `repaid_nominal_amount`, at most the amount.
    Principal,
    /// `amount`: the payments that paid the loan out.
    PaidOut,
    /// `repaid_nominal_amount`: the payments of principal less those taken back.
    PrincipalPayments,
    /// `paid_interests_amount`: the payments of interest less those taken back.
    InterestPayments,
    /// `repaid_amount`: all repayments less those taken back, where a payment
    /// does not say what of it is principal.
    Payments,
}

impl Sum {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Repaid => "repaid is not principal and interest",
            Self::Principal => "more principal is repaid than was lent",
            Self::PaidOut => "the payouts are not the amount",
            Self::PrincipalPayments => "the payments of principal are not what is repaid",
            Self::InterestPayments => "the payments of interest are not what is paid",
            Self::Payments => "the repayments are not what is repaid",
        }
    }
}

impl Reconciliation {
    /// Of nothing yet.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            loans: 0,
            payments: 0,
            requests: 0,
            by_status: BTreeMap::new(),
            missing: Vec::new(),
            extra: Vec::new(),
            differing: Vec::new(),
            imbalances: Vec::new(),
            adopted: 0,
        }
    }

    /// Whether the store has what the server has, and all adds up.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.missing.is_empty()
            && self.extra.is_empty()
            && self.differing.is_empty()
            && self.imbalances.is_empty()
    }

    /// Notes an object that the store has, unless the server listed it.
    #[cfg(feature = "client")]
    pub(crate) fn seek(&mut self, subject: &Subject, listed: &BTreeSet<String>) {
        if !listed.contains(&subject.id) {
            self.extra.push(subject.to_string());
        }
    }

    /// As [`seek`](Self::seek), and counts a loan by its status in the store.
    #[cfg(feature = "client")]
    pub(crate) fn count(&mut self, loan: &Subject, status: String, listed: &BTreeSet<String>) {
        self.by_status.entry(status).or_default().store += 1;
        self.seek(loan, listed);
    }

    /// Notes in what the store differs from what was read; whether it does.
    pub fn compare(&mut self, store: Option<&Track>, read: &Observation) -> bool {
        let subject = &read.subject;
        let of = format!("{} {}", subject.entity.as_str(), subject.id);
        let Some(store) = store else {
            self.missing.push(of);
            return true;
        };
        let before = self.differing.len();
        let text = |status: &super::Status| Fact::from(status.as_str());
        let ours = store.state().map(|state| text(&state.status));
        let theirs = read.status.as_ref().map(text);
        let mut note = |field: &str, ours: Option<Fact>, theirs: Option<Fact>| {
            if ours != theirs {
                self.differing.push(Difference {
                    of: of.clone(),
                    field: field.to_owned(),
                    store: ours,
                    server: theirs,
                });
            }
        };
        note("status", ours, theirs);
        let none = Facts::default();
        let (ours, theirs) = (store.facts(), read.facts.as_ref());
        let (ours, theirs) = (ours.unwrap_or(&none), theirs.unwrap_or(&none));
        for (name, fact) in theirs.iter() {
            note(name, ours.get(name), Some(fact));
        }
        for (name, fact) in ours.iter().filter(|(name, _)| theirs.get(name).is_none()) {
            note(name, Some(fact), None);
        }
        self.differing.len() > before
    }

    /// Notes in what a loan of the ledger differs from what was read, which can be
    /// its status alone; whether it does.
    pub fn compare_row(&mut self, row: &LedgerRow, read: &Observation) -> bool {
        if read.status.as_ref() == Some(&row.status) {
            return false;
        }
        self.differing.push(Difference {
            of: read.subject.to_string(),
            field: "status".to_owned(),
            store: Some(Fact::from(row.status.as_str())),
            server: read.status.as_ref().map(|one| Fact::from(one.as_str())),
        });
        true
    }

    /// Notes which sums of a loan do not add up.
    pub fn weigh(&mut self, loan: &str, facts: &Facts, flows: Option<&Flows>) {
        let cents = |name| facts.number(name).unwrap_or(0);
        let (principal, interest) = (
            cents("repaid_nominal_amount"),
            cents("paid_interests_amount"),
        );
        let mut check = |of, told: i64, parts: i64| {
            if told != parts {
                self.imbalances.push(Imbalance {
                    loan: loan.to_owned(),
                    of,
                    told: Cents(told),
                    parts: Cents(parts),
                });
            }
        };
        let repaid = cents("repaid_amount");
        check(Sum::Repaid, repaid, principal.saturating_add(interest));
        check(Sum::Principal, principal, principal.min(cents("amount")));
        let none = Flows::default();
        let flows = flows.unwrap_or(&none);
        if facts.has("paid_at") {
            check(Sum::PaidOut, cents("amount"), flows.paid_out);
        }
        if flows.whole == 0 {
            check(Sum::PrincipalPayments, principal, flows.principal);
            check(Sum::InterestPayments, interest, flows.interest);
        } else {
            let parts = flows.principal + flows.interest + flows.whole;
            check(Sum::Payments, repaid, parts);
        }
    }
}

/// What the payments of a loan come to, in cents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flows {
    paid_out: i64,
    principal: i64,
    interest: i64,
    /// Of which it is not said what is principal.
    whole: i64,
}

/// What payments did to loans, and what of it was taken back.
#[derive(Clone, Debug, Default)]
pub struct Book {
    loans: BTreeMap<String, Flows>,
    /// The type of each share of a payment that was paid.
    kinds: BTreeMap<String, String>,
    /// Charged back: the payment, the loan and the amount.
    undone: Vec<(String, String, i64)>,
}

impl Book {
    /// Takes in a payment that was read.
    pub fn take(&mut self, payment: &Observation) {
        let is_paid = payment.status.as_ref().is_some_and(|one| *one == "PAID");
        let Some(facts) = payment.facts.as_ref().filter(|_| is_paid) else {
            return;
        };
        let undoes = facts.text("charged_back_payment_id");
        for (name, fact) in facts.iter() {
            let (Some(share), Fact::Number(cents)) = (name.strip_prefix("share."), fact) else {
                continue;
            };
            let Some((loan, kind)) = share.rsplit_once('.') else {
                continue;
            };
            match undoes {
                Some(undone) => {
                    let one = (undone.to_owned(), loan.to_owned(), cents);
                    self.undone.push(one);
                }
                None => {
                    let of = format!("{} {loan}", payment.subject.id);
                    self.kinds.insert(of, kind.to_owned());
                    self.flow(loan, kind, cents);
                }
            }
        }
    }

    /// What each loan's payments come to, once all were taken in.
    #[must_use]
    pub fn close(mut self) -> BTreeMap<String, Flows> {
        for (payment, loan, cents) in std::mem::take(&mut self.undone) {
            let kind = self.kinds.get(&format!("{payment} {loan}")).cloned();
            self.flow(&loan, kind.as_deref().unwrap_or("REPAYMENT_FULL"), -cents);
        }
        self.loans
    }

    fn flow(&mut self, loan: &str, kind: &str, cents: i64) {
        let flows = self.loans.entry(loan.to_owned()).or_default();
        match kind {
            "LOAN_PAYMENT" => flows.paid_out += cents,
            "REPAYMENT_NOMINAL" => flows.principal += cents,
            "REPAYMENT_FEES" => flows.interest += cents,
            "REPAYMENT_FULL" => flows.whole += cents,
            // What is no repayment of a loan.
            _ => {}
        }
    }
}

impl fmt::Display for Reconciliation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} loans and {} payments compared at {} in {} requests",
            self.loans, self.payments, self.at, self.requests
        )?;
        for (status, Count { server, store }) in &self.by_status {
            let mark = if server == store { "" } else { "  differs" };
            let status = if status.is_empty() { "(none)" } else { status };
            writeln!(f, "  {status:<20} {server:>8} {store:>8}{mark}")?;
        }
        for one in &self.missing {
            writeln!(f, "missing: {one}")?;
        }
        for one in &self.extra {
            writeln!(f, "extra: {one}")?;
        }
        for one in &self.differing {
            let (store, server) = (shown(one.store.as_ref()), shown(one.server.as_ref()));
            writeln!(
                f,
                "differs: {} {}: {store} here, {server} there",
                one.of, one.field
            )?;
        }
        for one in &self.imbalances {
            writeln!(
                f,
                "does not add up: loan {}: {}: {} and {} cents",
                one.loan,
                one.of.as_str(),
                one.told.get(),
                one.parts.get()
            )?;
        }
        match (self.is_clean(), self.adopted) {
            (true, _) => f.write_str("all as it should be"),
            (false, 0) => f.write_str("nothing was changed"),
            (false, adopted) => write!(f, "{adopted} taken over from the server"),
        }
    }
}

fn shown(fact: Option<&Fact>) -> String {
    match fact {
        None => "nothing".to_owned(),
        Some(fact) => fact.to_string(),
    }
}
