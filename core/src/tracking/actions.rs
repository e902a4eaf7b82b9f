//! What a client may do with a loan now, until when, and why not otherwise.

use std::fmt;

use defacto_types::{LoanStatus, Timestamp};

use super::Facts;
use super::State;
use super::days::{plus_days, working_days_before};
use crate::lifecycle::Evidence;
use crate::lifecycle::loan::{self, ClientAction};

/// Days a repayment may be postponed by, from the contractual day: help centre.
const LONGEST_POSTPONEMENT: i64 = 30;
/// Days a loan may last, from its payout: help centre.
const LONGEST_LOAN: i64 = 120;
/// The kind of loans that are never postponed: help centre.
const FLEX: &str = "FLEX_FINANCING";
/// Days before a debit from which its account is fixed: specification.
const DEBIT_FIXED: i64 = 3;
/// Hours before the payout between which the money is sent, so that nothing is
/// canceled any more: help centre.
const SENT: [i64; 2] = [2, 1];

/// Something a client may want to do with a loan.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Action {
    /// Accept the offer: `POST /loan/{id}/validate`.
    Validate,
    /// Withdraw the request: `POST /loan/{id}/cancel`.
    Cancel,
    /// Change fields: `PATCH /loan/{id}`.
    Edit,
    /// Change the date, the method or the account of the repayment:
    /// `PUT /loan/repayment-terms`.
    SetRepaymentTerms,
    /// Repay later: the same operation, or the same change of `to_repay_at`.
    Postpone,
    /// Repay principal or interest, by transfer or by letting the debit come.
    Repay,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::Validate,
        Self::Cancel,
        Self::Edit,
        Self::SetRepaymentTerms,
        Self::Postpone,
        Self::Repay,
    ];

    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Cancel => "cancel",
            Self::Edit => "edit",
            Self::SetRepaymentTerms => "set_repayment_terms",
            Self::Postpone => "postpone",
            Self::Repay => "repay",
        }
    }
}

/// Whether an action is allowed now.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Permission {
    /// What may be done, or not.
    pub action: Action,
    /// Why it is not allowed; nothing where it is.
    pub refusal: Option<Refusal>,
    /// How well the rule that decides is known. What is not
    /// [`Read`](Evidence::Read) may turn out otherwise: the server decides.
    pub evidence: Evidence,
    /// Until when it is allowed, where that is known; by then it may be over.
    pub until: Option<Timestamp>,
    /// The latest date that may be asked for.
    pub latest: Option<Timestamp>,
    /// The fields that may be given, by their names on the wire. Of a
    /// repayment: the loan's fields that say where to pay and with what reference;
    /// a tracker keeps no account numbers, and its `payoff` reads them.
    pub fields: &'static [&'static str],
}

impl Permission {
    /// Whether it is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.refusal.is_none()
    }

    fn yes(action: Action, evidence: Evidence) -> Self {
        Self {
            action,
            refusal: None,
            evidence,
            until: None,
            latest: None,
            fields: &[],
        }
    }

    fn no(action: Action, refusal: Refusal, evidence: Evidence) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::yes(action, evidence)
        }
    }
}

/// Why an action is not allowed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The loan's status was never seen, or is in doubt: read it again.
    Unsure,
    /// Its status does not allow it.
    Status(LoanStatus),
    /// Its fields were not read, so that the limits are not known.
    NotRead,
    /// It was postponed before.
    Postponed,
    /// Loans of this kind are not postponed.
    Kind(Box<str>),
    /// It is past the last instant, at which the debit is too close.
    TooClose(Timestamp),
    /// No later date than the one that is agreed is within the limits: 30 days
    /// after the contractual date, and 120 days after the payout.
    Limit(Timestamp),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsure => f.write_str("the loan's status is in doubt: read it again"),
            Self::Status(status) => write!(f, "not while the loan is {}", status.as_str()),
            Self::NotRead => f.write_str("the loan's dates were not read yet"),
            Self::Postponed => f.write_str("a repayment is postponed once only"),
            Self::Kind(kind) => write!(f, "a loan of the kind {kind} is not postponed"),
            Self::TooClose(last) => write!(f, "the debit is too close since {last}"),
            Self::Limit(latest) => write!(f, "no date after {latest} is allowed"),
        }
    }
}

/// What a client may do with a loan at an instant: every [`Action`], in their
/// order. `product` has the fields of the financial product it was taken under,
/// where they were read.
///
/// The statuses are those the operations list (documented); see
/// [`lifecycle::loan::allowed`](crate::lifecycle::loan::allowed). Of postponing
/// the help centre says: once, at most 30 days after the original date, at most
/// 120 days in all, not within two working days of the debit, never for Treasury
/// Flex. INFERRED: that the 120 days begin with the payout, that a loan whose
/// date is after the contractual one was postponed, and that the two days matter
/// for debits alone; the product's default is one working day, so that between
/// two and one the sources are in conflict.
#[must_use]
pub fn actions(
    state: Option<&State>,
    facts: Option<&Facts>,
    product: Option<&Facts>,
    now: Timestamp,
) -> Vec<Permission> {
    let status = match state {
        Some(state) if state.ambiguous.is_empty() => LoanStatus::from(state.status.as_str()),
        _ => {
            let unsure = |action| Permission::no(action, Refusal::Unsure, Evidence::Inferred);
            return Action::ALL.map(unsure).to_vec();
        }
    };
    let none = Facts::default();
    let facts = facts.unwrap_or(&none);
    let kind = product
        .and_then(|product| product.text("product_type"))
        .or(facts.text("loan_type"));
    let judge = |action| match action {
        // Said of Treasury Flex alone.
        Action::Postpone if status == LoanStatus::ToRepay && kind == Some(FLEX) => {
            Permission::no(action, Refusal::Kind(FLEX.into()), Evidence::Read)
        }
        _ => judge(action, &status, facts, now),
    };
    Action::ALL.map(judge).to_vec()
}

fn judge(action: Action, status: &LoanStatus, facts: &Facts, now: Timestamp) -> Permission {
    let (asked, evidence) = match action {
        Action::Validate => (ClientAction::Validate, Evidence::Read),
        Action::Cancel if *status == LoanStatus::PendingValidation => {
            (ClientAction::Cancel, Evidence::Conflict)
        }
        Action::Cancel => (ClientAction::Cancel, Evidence::Read),
        Action::Edit => (ClientAction::Edit, Evidence::Read),
        Action::SetRepaymentTerms => (ClientAction::SetRepaymentTerms, Evidence::Read),
        Action::Postpone => return postponement(status, facts, now),
        // Interest is debited when it is billed; that it may be transferred
        // before is deduced.
        Action::Repay if *status == LoanStatus::ToRepayFees => {
            return Permission {
                fields: ACCOUNT,
                ..Permission::yes(action, Evidence::Inferred)
            };
        }
        Action::Repay => (ClientAction::Repay, Evidence::Read),
    };
    if !loan::allowed(status).contains(&asked) {
        let evidence = if status.is_known() {
            evidence
        } else {
            Evidence::Inferred
        };
        return Permission::no(action, Refusal::Status(status.clone()), evidence);
    }
    let allowed = Permission::yes(action, evidence);
    match action {
        Action::Cancel => Permission {
            until: sent(facts, now),
            ..allowed
        },
        Action::Edit => Permission {
            fields: loan::editable_fields(status),
            latest: (*status == LoanStatus::ToRepay)
                .then(|| latest_date(facts))
                .flatten(),
            ..allowed
        },
        Action::SetRepaymentTerms => terms(allowed, facts, now),
        Action::Repay => Permission {
            fields: ACCOUNT,
            ..allowed
        },
        _ => allowed,
    }
}

const ACCOUNT: &[&str] = &["repayment_to.account_number", "repayment_to_references"];

/// When the money is sent: the earliest that is still to come.
fn sent(facts: &Facts, now: Timestamp) -> Option<Timestamp> {
    let to_pay_at = facts.instant("to_pay_at")?;
    SENT.into_iter()
        .map(|days| plus_days(to_pay_at, -days))
        .find(|at| *at > now)
}

/// The account of a debit is fixed shortly before.
fn terms(allowed: Permission, facts: &Facts, now: Timestamp) -> Permission {
    let due = facts.instant("to_repay_at").filter(|_| is_debit(facts));
    let fixed = due.map(|due| plus_days(due, -DEBIT_FIXED));
    let fields: &[_] = match fixed {
        Some(fixed) if fixed < now => &["repayment_date", "repayment_method"],
        _ => &["repayment_date", "repayment_method", "direct_debit", "sct"],
    };
    Permission { fields, ..allowed }
}

fn is_debit(facts: &Facts) -> bool {
    facts.text("repayment_method") == Some("DIRECT_DEBIT")
}

/// The latest date a repayment may be moved to, once.
fn latest_date(facts: &Facts) -> Option<Timestamp> {
    let agreed = facts.instant("to_repay_at")?;
    let contractual = facts
        .instant("contractual_repayment_date")
        .unwrap_or(agreed);
    if agreed > contractual {
        return Some(agreed);
    }
    let paid_at = facts.instant("paid_at")?;
    let longest = plus_days(contractual, LONGEST_POSTPONEMENT);
    Some(longest.min(plus_days(paid_at, LONGEST_LOAN)).max(agreed))
}

fn postponement(status: &LoanStatus, facts: &Facts, now: Timestamp) -> Permission {
    let action = Action::Postpone;
    let no = |refusal, evidence| Permission::no(action, refusal, evidence);
    if *status != LoanStatus::ToRepay {
        // Of a loan whose principal is repaid the terms may be changed, and what
        // that would postpone is said nowhere.
        let evidence = if *status == LoanStatus::ToRepayFees || !status.is_known() {
            Evidence::Inferred
        } else {
            Evidence::Read
        };
        return no(Refusal::Status(status.clone()), evidence);
    }
    let (Some(agreed), Some(latest)) = (facts.instant("to_repay_at"), latest_date(facts)) else {
        return no(Refusal::NotRead, Evidence::Inferred);
    };
    let contractual = facts.instant("contractual_repayment_date");
    if contractual.is_some_and(|contractual| agreed > contractual) {
        return no(Refusal::Postponed, Evidence::Read);
    }
    if latest <= agreed {
        return no(Refusal::Limit(latest), Evidence::Read);
    }
    let mut allowed = Permission {
        latest: Some(latest),
        fields: &["repayment_date"],
        ..Permission::yes(action, Evidence::Read)
    };
    if is_debit(facts) {
        let (two, one) = (
            working_days_before(agreed, 2),
            working_days_before(agreed, 1),
        );
        if now >= two {
            let evidence = if now >= one {
                Evidence::Read
            } else {
                Evidence::Conflict
            };
            return no(Refusal::TooClose(two), evidence);
        }
        allowed.until = Some(two);
    }
    allowed
}
