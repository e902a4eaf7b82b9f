//! What no operation of the API does: repayments that come or do not, refusals,
//! and other policies.

use defacto_types::RepayNow;
use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::super::super::World;
use super::super::super::late::Lateness;
use super::super::super::loan::Denial;
use super::{any_loan, one_of};
use crate::policy::Timing;

pub(super) fn pay_by_bank(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let body = RepayNow::new()
        .amount(rng.random_range(1..6_000_000))
        .base_callback_url("https://example.com");
    let no = world.open_checkout(&body, now).unwrap();
    world.end_checkout(no, rng.random(), now).ok()
}

pub(super) fn withhold(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let lateness = [Lateness::Due, Lateness::Late, Lateness::LateRate];
    let lateness = lateness[rng.random_range(0..3)];
    world.withhold(loan, lateness, now).ok().map(drop)
}

pub(super) fn mark(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    world.mark(loan, now);
    Some(())
}

pub(super) fn repay(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    world.repay_loan(loan, None, now).ok()
}

pub(super) fn repay_part(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let part = rng.random_range(1..=world.loans[loan].value.outstanding().max(1));
    world.repay_loan(loan, Some(part), now).ok()
}

pub(super) fn resolve(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    world.resolve(loan, now).ok()
}

pub(super) fn decline(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let why = [Denial::CreditRisk, Denial::Expired];
    world.decline(loan, why[rng.random_range(0..2)], now).ok()
}

pub(super) fn fail(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let payment = one_of(world.payments.len(), rng)?;
    world.fail_payment(payment, now).ok()
}

pub(super) fn charge_back(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let payment = one_of(world.payments.len(), rng)?;
    world.charge_back(payment, now).ok()
}

pub(super) fn step(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    world.step_now(loan, now).ok()
}

/// Another policy from now on.
pub(super) fn decide(world: &mut World, rng: &mut ChaCha8Rng, _: Timestamp) -> Option<()> {
    let (name, value) = match rng.random_range(0..13) {
        0 => ("settles_fees", json!(rng.random_ratio(3, 4))),
        1 => (
            "daily_rate",
            json!(["0", "0.05", "0.12"][rng.random_range(0..3)]),
        ),
        2 => (
            "late_daily_rate",
            json!(["0.05", "0.1", "3"][rng.random_range(0..3)]),
        ),
        3 => ("fewest_days", json!(rng.random_range(0..4))),
        4 => ("late_after_planned", json!(rng.random_range(0..10))),
        5 => ("overdue_after", json!(rng.random_range(0..6))),
        6 => ("facility", json!(rng.random_range(1..40_000_000))),
        7 => ("revenue_share", json!(rng.random_range(0..=100))),
        8 => ("cancels_pending", json!(rng.random::<bool>())),
        9 => ("offer_life", json!(rng.random_range(0..10))),
        11 => ("counterparty_limit", json!(rng.random_range(1..40_000_000))),
        10 => ("longest_loan", json!(rng.random_range(60..200))),
        _ => (
            "salt_replay",
            json!(["existing", "refuse"][rng.random_range(0..2)]),
        ),
    };
    world.settings.set(name, &value).unwrap();
    Some(())
}

pub(super) fn switch_timing(world: &mut World, _: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    world.settings.timing = match world.settings.timing {
        Timing::Guide => Timing::Calendar,
        Timing::Calendar => Timing::Guide,
    };
    world.replan(now);
    Some(())
}
