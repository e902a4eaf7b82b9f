//! The life of a planned payment: an installment of a plan.

use super::Actor::{Bank, Defacto};
use super::Arrow;
use super::Evidence::{Inferred, Read};
use defacto_types::PaymentIntentStatus::{
    self, Canceled, Draft, InTransit, Instructed, IssueDetected, Paid, PartiallyPaid, Proposed,
    Scheduled, Waiting,
};

/// Every move of an installment.
///
/// Source: that activating a plan leaves its installments proposed is in the
/// specification; the rest is inferred from the statuses' names.
#[rustfmt::skip]
pub static MOVES: &[Arrow<PaymentIntentStatus>] = &[
    Arrow::new(Draft, Proposed, Defacto, Read),
    Arrow::new(Draft, Canceled, Defacto, Inferred),
    Arrow::new(Proposed, Scheduled, Defacto, Inferred),
    Arrow::new(Proposed, Waiting, Defacto, Inferred),
    Arrow::new(Proposed, Canceled, Defacto, Inferred),
    Arrow::new(Waiting, PartiallyPaid, Bank, Inferred),
    Arrow::new(Waiting, Paid, Bank, Inferred),
    Arrow::new(Waiting, Canceled, Defacto, Inferred),
    Arrow::new(Scheduled, Instructed, Defacto, Inferred),
    Arrow::new(Scheduled, Waiting, Defacto, Inferred).back(),
    Arrow::new(Scheduled, Canceled, Defacto, Inferred),
    Arrow::new(Instructed, InTransit, Bank, Inferred),
    Arrow::new(Instructed, IssueDetected, Bank, Inferred),
    Arrow::new(InTransit, PartiallyPaid, Bank, Inferred),
    Arrow::new(InTransit, Paid, Bank, Inferred),
    Arrow::new(InTransit, IssueDetected, Bank, Inferred),
    Arrow::new(PartiallyPaid, Paid, Bank, Inferred),
    Arrow::new(PartiallyPaid, Scheduled, Defacto, Inferred).back(),
    Arrow::new(PartiallyPaid, Canceled, Defacto, Inferred),
    Arrow::new(IssueDetected, Scheduled, Defacto, Inferred).back(),
    Arrow::new(IssueDetected, Waiting, Defacto, Inferred).back(),
    Arrow::new(IssueDetected, Canceled, Defacto, Inferred),
];
