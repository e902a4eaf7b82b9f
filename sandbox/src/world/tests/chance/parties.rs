//! Borrowers and those they trade with, invoices, cards and the referrer.

use defacto_types::{
    AddRepaymentMethod, CounterpartyInput, CreateBorrower, CreateInvoice, CreateOnboarding,
    IdentifierType, PaymentMethod, PublicApiAccountNumber, SandboxCountry, Scenario,
    SharedCounterparty, TypedBusinessIdentifier, UpdateInvoice,
};
use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::super::World;
use super::super::super::interest::plus_days;
use super::super::super::onboarding::Details;
use super::super::BORROWER;
use super::loans::debited;
use super::one_of;
use crate::generate::Generator;

/// Companies that borrow, or may come to; the first is there from the start.
pub(super) const IDENTIFIERS: [&str; 3] = [BORROWER, "111111118", "222222226"];

pub(super) const BUYERS: [&str; 2] = ["444444442", "555555556"];
pub(super) const SELLERS: [&str; 2] = ["666666664", "777777772"];

/// An account with this scenario, always the same for the same owner.
pub(super) fn iban(scenario: &Scenario, owner: usize) -> String {
    Generator::new(1 + owner as u64).iban(&SandboxCountry::Fra, scenario)
}

pub(super) fn account(number: String) -> PublicApiAccountNumber {
    PublicApiAccountNumber::new().account_number(number)
}

pub(super) fn shared(identifier: &str) -> SharedCounterparty {
    SharedCounterparty::new().identifier(identifier)
}

pub(super) fn add_borrower(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let identifier = IDENTIFIERS[rng.random_range(0..IDENTIFIERS.len())];
    let mut body = CreateBorrower::new().identifier(identifier);
    if rng.random() {
        body = body.signed_at(now);
    }
    world.create_borrower(body, now).ok().map(drop)
}

pub(super) fn sign(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let no = one_of(world.borrowers.len(), rng)?;
    world.sign(no, now, now).ok()
}

/// But not the first, so that something always goes on.
pub(super) fn bar(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let no = world.borrower_by_identifier(IDENTIFIERS[rng.random_range(1..IDENTIFIERS.len())])?;
    if rng.random() {
        world.refuse_borrower(no, now).ok()
    } else {
        world.deactivate(no, now).ok()
    }
}

pub(super) fn onboard(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let business = TypedBusinessIdentifier::new()
        .identifier(IDENTIFIERS[rng.random_range(0..IDENTIFIERS.len())])
        .identifier_type(IdentifierType::Siren);
    let body = CreateOnboarding::new()
        .business(business)
        .preferred_language("fr");
    let no = world.create_onboarding(body, now).ok()?;
    let details = Details {
        name: "A".to_owned(),
        first_name: "B".to_owned(),
        last_name: "C".to_owned(),
        ..Details::default()
    };
    world.fill_onboarding(no, details, now).ok()?;
    world.sign_onboarding(no, now).ok().map(drop)
}

pub(super) fn add_method(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let place = rng.random_range(0..IDENTIFIERS.len());
    let no = world.borrower_by_identifier(IDENTIFIERS[place])?;
    let body = AddRepaymentMethod::new()
        .apply_to_all_active_loans(rng.random::<bool>())
        .is_default_repayment_method(rng.random::<bool>());
    let body = if rng.random() {
        body.payment_method(PaymentMethod::Sct)
    } else {
        body.payment_method(PaymentMethod::DirectDebit)
            .from_account(debited(place))
    };
    world.add_repayment_method(no, &body, now).ok().map(drop)
}

pub(super) fn change_eligibility(
    world: &mut World,
    rng: &mut ChaCha8Rng,
    _: Timestamp,
) -> Option<()> {
    let all = [IDENTIFIERS[0], IDENTIFIERS[1], BUYERS[0], SELLERS[1]];
    let eligible = rng.random_ratio(2, 3);
    world.set_eligible(all[rng.random_range(0..all.len())], eligible);
    Some(())
}

pub(super) fn make_invoice(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let party = |identifier: &str| CounterpartyInput::new().identifier(identifier);
    let mut body = CreateInvoice::new()
        .buyer(party(BUYERS[rng.random_range(0..2)]))
        .seller(party(SELLERS[rng.random_range(0..2)]))
        .due_at(plus_days(now, 60))
        .issued_at(now)
        .is_draft(rng.random::<bool>())
        .total_amount(rng.random_range(1..9_000_000));
    if rng.random_ratio(3, 4) {
        body = body.invoice_number("F-2");
    }
    world.create_invoice(body, now).ok().map(drop)
}

pub(super) fn submit_invoice(
    world: &mut World,
    rng: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<()> {
    let no = one_of(world.invoices.len(), rng)?;
    let body = UpdateInvoice::new().invoice_number("F-3");
    world.submit_invoice(no, body, now).ok()
}

pub(super) fn delete_invoice(
    world: &mut World,
    rng: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<()> {
    let no = one_of(world.invoices.len(), rng)?;
    world.delete_invoice(no, now).ok()
}

pub(super) fn use_card(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let (amount, refund) = (rng.random_range(1..500_000), rng.random());
    let entry = world.new_card_entry(now, amount, refund, String::new(), String::new());
    world.use_card(0, entry).ok()
}

pub(super) fn switch_card(world: &mut World, rng: &mut ChaCha8Rng, _: Timestamp) -> Option<()> {
    // Rarely for good.
    let states = ["active", "active", "inactive", "canceled"];
    let known = if rng.random_ratio(1, 9) { 4 } else { 3 };
    let state = states[rng.random_range(0..known)];
    world.set_card_state(0, state).ok()
}

pub(super) fn invoice_share(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let no = one_of(world.revenue_shares.len(), rng)?;
    world.invoice_revenue_share(no, now).ok()
}
