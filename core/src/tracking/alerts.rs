//! What somebody should know of now.

use std::collections::BTreeSet;

use defacto_types::{Cents, LoanStatus, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::days::plus_days;
use super::{Anomaly, Entity, Facts, State, Track};
use crate::lifecycle::loan;

/// A kind of alert.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AlertName {
    /// Principal is due within the days of the policy.
    DueSoon,
    /// The day it was to be repaid has come, and principal is owed.
    FallenDue,
    /// Principal is owed longer after the contractual date than the policy says.
    Late,
    /// A payment failed, and what it was for is still open.
    PaymentFailed,
    /// The loan is in its status longer than the policy says.
    Stuck,
    /// Little is left of a credit line.
    CreditLow,
    /// What cannot be was seen.
    Anomaly,
    /// Passes find changes that no notification told of. It is about the account,
    /// not about an object: its subject is `notifications`, of [`Entity::Other`].
    Silent,
}

impl AlertName {
    /// Its name in stores and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DueSoon => "due_soon",
            Self::FallenDue => "fallen_due",
            Self::Late => "late",
            Self::PaymentFailed => "payment_failed",
            Self::Stuck => "stuck",
            Self::CreditLow => "credit_low",
            Self::Anomaly => "anomaly",
            Self::Silent => "silent",
        }
    }
}

/// Something somebody should know of, as long as it lasts.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Alert {
    /// What kind it is.
    pub name: AlertName,
    /// What it is about: the date that it is due at, the payment that failed, the
    /// status it is stuck in, the statuses that do not go together. Where this is
    /// another, so is the alert.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub about: Option<Box<str>>,
}

impl Alert {
    fn new(name: AlertName, about: Option<String>) -> Self {
        Self {
            name,
            about: about.map(Into::into),
        }
    }

    /// Notifications have not come since then.
    #[cfg(feature = "client")]
    pub(super) fn silent(since: Timestamp) -> Self {
        Self::new(AlertName::Silent, Some(since.to_string()))
    }
}

/// When alerts are raised.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AlertPolicy {
    /// Days before the repayment from which it is due soon; 7 unless set.
    pub due_soon_days: u32,
    /// Days after the contractual date after which a loan is late; 4 unless set,
    /// the default of Defacto's products (documented).
    pub late_after_days: u32,
    /// Percent of a credit line below which little is left; 10 unless set.
    pub credit_low_percent: u32,
    /// How long a loan may be in a status. One that waits for its payout is
    /// measured from the planned date on.
    pub longest_in: Vec<(LoanStatus, SignedDuration)>,
    /// How long after a pass found a change that no notification told of they are
    /// silent; an hour unless set. Only where notifications came before or tokens
    /// for them were set; who subscribes to few events sets it to
    /// [`SignedDuration::MAX`].
    pub silent_after: SignedDuration,
}

impl Default for AlertPolicy {
    /// A review takes up to two working days and a payment up to three
    /// (documented), hence four and five days; interest is billed monthly and
    /// debited within three days, hence 40. The others are ours.
    fn default() -> Self {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        Self {
            due_soon_days: 7,
            late_after_days: 4,
            credit_low_percent: 10,
            silent_after: SignedDuration::from_hours(1),
            longest_in: vec![
                (LoanStatus::Submitted, SignedDuration::from_hours(1)),
                (LoanStatus::PendingValidation, days(4)),
                (LoanStatus::ToValidate, days(3)),
                (LoanStatus::Validated, days(1)),
                (LoanStatus::Scheduled, days(1)),
                (LoanStatus::Initiated, days(5)),
                (LoanStatus::ToRepayFees, days(40)),
                (LoanStatus::IssueDetected, days(1)),
            ],
        }
    }
}

/// What is to be known of an object now: of a loan with its payments, or of a
/// credit line. It depends on what is known alone, and not on the order in which
/// it was learned.
#[must_use]
pub fn alerts<'a>(
    track: &Track,
    payments: impl IntoIterator<Item = &'a Track>,
    now: Timestamp,
    policy: &AlertPolicy,
) -> BTreeSet<Alert> {
    let mut raised = BTreeSet::new();
    let facts = track.facts();
    let state = track.state();
    if track.subject().entity == Entity::CreditLine {
        raised.extend(facts.and_then(|facts| credit(facts, policy)));
        return raised;
    }
    let anomalies = state.iter().flat_map(|state| &state.anomalies);
    raised.extend(anomalies.map(|one| Alert::new(AlertName::Anomaly, Some(described(one)))));
    if track.subject().entity != Entity::Loan {
        return raised;
    }
    if let Some(facts) = facts {
        due(facts, now, policy, &mut raised);
    }
    // Whether it is stuck or waits for money is not known where its status is not.
    if let Some(state) = state.filter(|state| state.ambiguous.is_empty()) {
        raised.extend(stuck(&state, facts, now, policy));
        let failed = payments
            .into_iter()
            .filter(|payment| failed(&track.subject().id, &state, facts, payment))
            .map(|payment| payment.subject().id.clone());
        raised.extend(failed.map(|id| Alert::new(AlertName::PaymentFailed, Some(id))));
    }
    raised
}

fn described(anomaly: &Anomaly) -> String {
    match anomaly {
        Anomaly::AfterEnd { end, seen } => format!("{seen} after {end}"),
        Anomaly::Unreachable { from, to } => format!("{to} from {from}"),
    }
}

fn credit(facts: &Facts, policy: &AlertPolicy) -> Option<Alert> {
    let most = i128::from(facts.number("max_amount")?);
    let left = i128::from(facts.number("available_amount")?);
    let is_low = left * 100 < most * i128::from(policy.credit_low_percent);
    is_low.then(|| Alert::new(AlertName::CreditLow, None))
}

fn due(facts: &Facts, now: Timestamp, policy: &AlertPolicy, raised: &mut BTreeSet<Alert>) {
    let Some(agreed) = facts.instant("to_repay_at") else {
        return;
    };
    if facts.outstanding().is_none_or(|cents| cents <= Cents::ZERO) {
        return;
    }
    let about = |at: Timestamp| Some(at.to_string());
    if now >= agreed {
        raised.insert(Alert::new(AlertName::FallenDue, about(agreed)));
    } else if now >= plus_days(agreed, -i64::from(policy.due_soon_days)) {
        raised.insert(Alert::new(AlertName::DueSoon, about(agreed)));
    }
    // A postponed loan counts as late all the same (documented).
    let contractual = facts.late_basis().unwrap_or(agreed);
    if now > plus_days(contractual, policy.late_after_days.into()) {
        raised.insert(Alert::new(AlertName::Late, about(contractual)));
    }
}

fn stuck(
    state: &State,
    facts: Option<&Facts>,
    now: Timestamp,
    policy: &AlertPolicy,
) -> Option<Alert> {
    let status = LoanStatus::from(state.status.as_str());
    let (_, longest) = policy.longest_in.iter().find(|(one, _)| *one == status)?;
    let waits = matches!(status, LoanStatus::Scheduled | LoanStatus::Initiated);
    let planned = facts.and_then(|facts| facts.instant("to_pay_at"));
    let since = state.since.end();
    let since = planned.filter(|_| waits).map_or(since, |at| at.max(since));
    let is_stuck = now.get().duration_since(since.get()) > *longest;
    is_stuck.then(|| Alert::new(AlertName::Stuck, Some(status.to_string())))
}

/// Whether a payment of the loan failed, and what it was for is still open.
fn failed(loan: &str, state: &State, facts: Option<&Facts>, payment: &Track) -> bool {
    let is_failed = payment.subject().entity == Entity::Payment
        && payment
            .state()
            .is_some_and(|state| state.status == "FAILED");
    let Some(shares) = payment.facts().filter(|_| is_failed) else {
        return false;
    };
    let status = LoanStatus::from(state.status.as_str());
    if loan::is_terminal(&status) || loan::is_settled(&status) {
        return false;
    }
    let owed = facts.and_then(Facts::outstanding);
    shares.shares_of(loan).any(|(kind, _)| match kind {
        "LOAN_PAYMENT" => owed.is_none(),
        "REPAYMENT_NOMINAL" => owed.is_some_and(|cents| cents > Cents::ZERO),
        _ => true,
    })
}
