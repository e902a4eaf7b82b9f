//! What may be done to a world, by chance: everything that a client, the
//! control API or the time can do to what is owed.

mod levers;
mod loans;
mod parties;
mod plans;

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::World;
use super::super::table::No;

/// Something that can be done; `None` when it was refused.
type Act = fn(&mut World, &mut ChaCha8Rng, Timestamp) -> Option<()>;

/// What is done, and how often.
const ACTS: &[(&str, u32, Act)] = &[
    ("ask for a loan", 12, loans::request),
    ("validate", 4, loans::validate),
    ("cancel", 2, loans::cancel),
    ("change an amount", 4, loans::change_amount),
    ("move a repayment", 4, loans::move_repayment),
    ("set terms", 4, loans::set_terms),
    ("read a loan", 14, loans::read),
    ("read a list", 5, loans::read_all),
    ("report a bill sent", 1, loans::send_bill),
    ("plan", 4, plans::split),
    ("plan a recollection", 6, plans::recollect),
    ("add a borrower", 2, parties::add_borrower),
    ("sign", 2, parties::sign),
    ("bar a borrower", 1, parties::bar),
    ("onboard", 1, parties::onboard),
    ("add a method", 2, parties::add_method),
    ("change eligibility", 2, parties::change_eligibility),
    ("make an invoice", 3, parties::make_invoice),
    ("hand an invoice in", 2, parties::submit_invoice),
    ("delete an invoice", 1, parties::delete_invoice),
    ("buy with a card", 4, parties::use_card),
    ("switch a card", 1, parties::switch_card),
    ("invoice a revenue share", 2, parties::invoice_share),
    ("pay by bank", 4, levers::pay_by_bank),
    ("withhold", 3, levers::withhold),
    ("mark", 2, levers::mark),
    ("repay", 3, levers::repay),
    ("repay a part", 3, levers::repay_part),
    ("resolve", 2, levers::resolve),
    ("decline", 1, levers::decline),
    ("fail a payment", 3, levers::fail),
    ("charge back", 6, levers::charge_back),
    ("step", 3, levers::step),
    ("decide otherwise", 1, levers::decide),
    ("switch the timing", 1, levers::switch_timing),
];

/// The names of all that can be done.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ACTS.iter().map(|(name, _, _)| *name)
}

/// Something, anything, is done; gives what it was, if it was not refused.
pub(crate) fn act(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<&'static str> {
    let all: u32 = ACTS.iter().map(|(_, weight, _)| weight).sum();
    let mut drawn = rng.random_range(0..all);
    let (name, _, act) = ACTS
        .iter()
        .find(|(_, weight, _)| {
            let is_it = drawn < *weight;
            drawn = drawn.saturating_sub(*weight);
            is_it
        })
        .unwrap();
    act(world, rng, now).map(|()| *name)
}

/// One of so many, if there is any.
fn one_of(count: No, rng: &mut ChaCha8Rng) -> Option<No> {
    (count > 0).then(|| rng.random_range(0..count))
}

/// Any loan; rather one of the last, which still move.
fn any_loan(world: &World, rng: &mut ChaCha8Rng) -> Option<No> {
    let count = world.loans.len();
    let first = if rng.random() {
        count.saturating_sub(6)
    } else {
        0
    };
    (count > 0).then(|| rng.random_range(first..count))
}
