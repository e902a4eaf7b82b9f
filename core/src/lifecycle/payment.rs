//! The life of a payment.

use super::Actor::{Bank, Client, Defacto};
use super::Arrow;
use super::Evidence::{Inferred, Read};
use defacto_types::PaymentStatus::{
    self, Canceled, Failed, InTransit, Instructed, Paid, Proposed, Scheduled,
};

/// Every move of a payment.
///
/// Source: the help centre's meanings of the statuses; that they follow each
/// other in this order is inferred. A debit that is charged back stays paid: the
/// reversal is a payment of its own (INFERRED).
#[rustfmt::skip]
pub static MOVES: &[Arrow<PaymentStatus>] = &[
    Arrow::new(Proposed, Scheduled, Defacto, Inferred),
    Arrow::new(Proposed, Canceled, Client, Read),
    Arrow::new(Scheduled, Instructed, Defacto, Inferred),
    Arrow::new(Scheduled, Canceled, Client, Read),
    Arrow::new(Instructed, InTransit, Bank, Inferred),
    Arrow::new(Instructed, Failed, Bank, Inferred),
    Arrow::new(InTransit, Paid, Bank, Inferred),
    Arrow::new(InTransit, Failed, Bank, Inferred),
];
