//! The life of an invoice.

use super::Actor::{Bank, Client, Defacto};
use super::Arrow;
use super::Evidence::{Inferred, Read};
use defacto_types::InvoiceStatus::{
    self, Declined, Deleted, Paid, Submitted, ToEdit, ToSubmit, Verified,
};

/// Every move of an invoice.
///
/// Source: the specification, where read; the names of statuses and events
/// otherwise.
#[rustfmt::skip]
pub static MOVES: &[Arrow<InvoiceStatus>] = &[
    Arrow::new(ToSubmit, Submitted, Client, Read),
    Arrow::new(ToSubmit, Deleted, Client, Inferred),
    Arrow::new(Submitted, Verified, Defacto, Read),
    Arrow::new(Submitted, ToEdit, Defacto, Read),
    Arrow::new(Submitted, Declined, Defacto, Inferred),
    Arrow::new(Submitted, Deleted, Client, Inferred),
    Arrow::new(ToEdit, Submitted, Client, Read).back(),
    Arrow::new(ToEdit, Deleted, Client, Inferred),
    Arrow::new(Verified, Paid, Bank, Inferred),
    Arrow::new(Verified, Deleted, Client, Inferred),
];
