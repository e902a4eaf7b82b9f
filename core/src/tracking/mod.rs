//! Loans followed for as long as they live.
//!
//! The state of a loan is a function of the set of [`Observation`]s made of it,
//! whoever made them and in whatever order they came: [`Track::fold`] takes one
//! in and says what it changed. No clock is read and nothing is sent here.
//!
//! The contract of a [`Track`]:
//!
//! - An event holds at its timestamp, a snapshot at some moment between sending
//!   and receiving ([`Moment`]). What is wholly later wins. Of what overlaps the
//!   status wins that the others lead to; where that decides nothing the track is
//!   [ambiguous](State::ambiguous) and should be read again.
//! - A status that ends a loan is never left, except for a closed loan by a
//!   chargeback. What contradicts it, or could not have followed, is an
//!   [`Anomaly`]: kept and reported, never dropped.
//! - Steps that must have happened unseen are inferred and marked so.
//! - Statuses, fields and events this version does not know are kept.
//!
//! What a user does with it, what is stored and what a pass cannot see stands in
//! `docs/tracking.md`.

mod actions;
mod alerts;
mod change;
mod days;
mod entity;
#[cfg(feature = "client")]
pub mod export;
mod facts;
mod fold;
#[cfg(feature = "client")]
mod ids;
mod ledger;
mod machine;
mod moment;
mod money;
mod observation;
mod portfolio;
mod read;
mod reconciliation;
#[cfg(feature = "client")]
pub(crate) mod report;
mod sights;
#[cfg(feature = "client")]
pub mod store;
#[cfg(feature = "client")]
mod tracker;

pub use actions::{Action, Permission, Refusal, actions};
pub use alerts::{Alert, AlertName, AlertPolicy, alerts};
pub use change::{Change, ChangeKind};
pub use entity::{Entity, Subject};
pub use facts::{Fact, Facts};
pub use fold::{Known, Track};
pub use ledger::LedgerRow;
pub use machine::Status;
pub use moment::Moment;
pub use money::{LoanMoney, MoneyGap, Rates};
pub use observation::{Observation, Source};
pub use portfolio::{Due, Portfolio, Totals};
pub use reconciliation::{Book, Count, Difference, Flows, Imbalance, Reconciliation, Sum};
pub use sights::{Anomaly, State};
#[cfg(feature = "client")]
pub use tracker::{
    Changes, FailedPass, Health, LoanView, Outlook, Payoff, Progress, Purged, Received, Receiver,
    Settled, Synced, TrackedWait, Tracker, TrackerBuilder, is_final, is_open, slowed,
};
