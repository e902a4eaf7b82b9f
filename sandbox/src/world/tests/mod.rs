//! What holds in every world, whatever is done in it.

mod chance;
mod check;
mod choices;
mod force;

use std::collections::{HashMap, HashSet};

use defacto_types::{
    AccountInput, BusinessIdentifier, CreateBorrower, CreateLoan, PaymentIntentStatus,
    SandboxCountry, Scenario, UpdateLoan,
};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::feed::Kind;
use super::interest::plus_days;
use super::loan::{Denial, Reader};
use super::payment::Purpose;
use super::table::No;
use super::transitions::{ALL, MOVES, Status};
use super::{Refusal, World};
use crate::generate::Generator;
use crate::policy::{self, SaltReplay, Settings, Timing};
pub(crate) use chance::act;
use chance::names;
pub(crate) use check::check;
use check::check_books;

const BORROWER: &str = "333333334";

pub(crate) fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// A world with a borrower that is ready.
fn world(timing: Timing) -> World {
    let mut world = World::new(7, start(), Settings::default());
    world.settings.timing = timing;
    let borrower = CreateBorrower::new()
        .identifier(BORROWER)
        .signed_at(start());
    world.create_borrower(borrower, start()).unwrap();
    world
}

fn request(scenario: &Scenario, amount: i64, now: Timestamp) -> CreateLoan {
    let iban = Generator::new(1).iban(&SandboxCountry::Fra, scenario);
    CreateLoan::new()
        .amount(amount)
        .borrower(BusinessIdentifier::new().identifier(BORROWER))
        .loan_to(AccountInput::new().account_number(iban))
        .to_pay_at(plus_days(now, 5))
        .to_repay_at(plus_days(now, 35))
}

fn ask(world: &mut World, body: CreateLoan, now: Timestamp) -> No {
    world.request_loan(body, now).unwrap()
}

/// How many random sequences of operations are tried, of 200 operations each.
pub(crate) fn cases() -> u64 {
    let set = std::env::var("DEFACTO_CASES").ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// The world of a sequence: every other one goes by the calendar.
pub(crate) fn world_of(seed: u64) -> World {
    world(match seed % 2 {
        0 => Timing::Guide,
        _ => Timing::Calendar,
    })
}

/// Says which sequence failed, if one did.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the sequence of the seed {}", self.0);
        }
    }
}

#[test]
fn it_adds_up_whatever_is_done() {
    let mut reached = HashSet::new();
    let mut parts = HashSet::new();
    let mut kinds = HashSet::new();
    let mut done = HashMap::new();
    let mut recollected = 0;
    for seed in 0..cases() {
        let _told = Seed(seed);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut world = world_of(seed);
        let mut now = start();
        for _ in 0..200 {
            // Now and then long enough to be late.
            let hours = if rng.random_ratio(1, 30) { 40 * 24 } else { 30 };
            now += SignedDuration::from_hours(rng.random_range(0..hours));
            world.advance(now);
            if let Some(name) = act(&mut world, &mut rng, now) {
                *done.entry(name).or_insert(0) += 1;
            }
            check(&world);
            let all = 0..world.installments.len();
            parts.extend(all.map(|no| world.installments[no].value.status()));
        }
        check_books(&world);
        let loans = 0..world.loans.len();
        reached.extend(loans.map(|no| world.loans[no].value.status));
        let payments = 0..world.payments.len();
        kinds.extend(payments.map(|no| world.payments[no].value.purpose));
        recollected += world.recollected;
    }
    // Each thing was done, and each kind of end reached.
    for name in names() {
        assert!(done.contains_key(name), "{name}: {done:?}");
    }
    for end in [
        Status::Closed,
        Status::Canceled,
        Status::Declined,
        Status::IssueDetected,
    ] {
        assert!(reached.contains(&end), "{end:?}");
    }
    for end in [
        PaymentIntentStatus::Paid,
        PaymentIntentStatus::PartiallyPaid,
        PaymentIntentStatus::Canceled,
        PaymentIntentStatus::Proposed,
    ] {
        assert!(parts.contains(&end), "{end:?}");
    }
    for purpose in Purpose::ALL {
        assert!(kinds.contains(&purpose), "{purpose:?}");
    }
    assert!(recollected > 0);
}

#[test]
fn a_refused_move_changes_nothing() {
    for from in ALL {
        for to in ALL {
            let mut world = world(Timing::Guide);
            let no = ask(
                &mut world,
                request(&Scenario::Success, 500, start()),
                start(),
            );
            world.loans[no].value.status = from;
            let allowed = MOVES.iter().any(|(_, a, b)| (*a, *b) == (from, to));
            let before = format!("{world:?}");
            let moved = world.enter(no, to, start());
            assert_eq!(moved.is_ok(), allowed, "{from:?} to {to:?}");
            if !allowed {
                assert_eq!(format!("{world:?}"), before);
            }
        }
    }
}

#[test]
fn who_only_polls_reaches_the_end() {
    for (scenario, end) in [
        (Scenario::Success, Status::Closed),
        (Scenario::SuccessOneDayLater, Status::Closed),
        (Scenario::Fail, Status::IssueDetected),
        (Scenario::Reject, Status::Declined),
        (Scenario::Cancel, Status::Canceled),
    ] {
        for amount in [1, 12_000] {
            let mut world = world(Timing::Guide);
            let body = request(&scenario, amount, start()).auto_validate(true);
            let no = ask(&mut world, body, start());
            for _ in 0..10 {
                world.observe_all(Reader::List, start());
            }
            assert_eq!(world.loans[no].value.status, end, "{scenario}");
            assert!(world.agenda.is_empty());
            check(&world);
        }
    }
}

#[test]
fn who_reads_by_turns_misses_nothing() {
    let mut world = world(Timing::Guide);
    let body = request(&Scenario::Success, 12_000, start()).auto_validate(true);
    let no = ask(&mut world, body, start());
    let readers = [Reader::One, Reader::Payments, Reader::Feed, Reader::History];
    let mut seen = vec![Vec::new(); readers.len()];
    for _ in 0..10 {
        for (reader, seen) in readers.into_iter().zip(&mut seen) {
            world.observe(&[no], reader, start());
            seen.push(world.loans[no].value.status);
        }
    }
    for mut statuses in seen {
        statuses.dedup();
        assert_eq!(
            statuses,
            [
                Status::Validated,
                Status::Scheduled,
                Status::Initiated,
                Status::ToRepay,
                Status::ToRepayFees,
                Status::Closed
            ]
        );
    }
}

#[test]
fn the_calendar_keeps_the_dates() {
    let mut world = world(Timing::Calendar);
    let now = start();
    let body = request(&Scenario::Success, 100_000, now).auto_validate(true);
    let no = ask(&mut world, body, now);
    let hour = SignedDuration::from_hours(1);
    for (at, status) in [
        (now, Status::Scheduled),
        (plus_days(now, 4) - hour, Status::Scheduled),
        (plus_days(now, 4), Status::Initiated),
        (plus_days(now, 5) - hour, Status::Initiated),
        (plus_days(now, 5), Status::ToRepay),
        (plus_days(now, 35) - hour, Status::ToRepay),
        (plus_days(now, 36), Status::Closed),
    ] {
        world.observe_all(Reader::List, at);
        world.advance(at);
        assert_eq!(world.loans[no].value.status, status, "{at}");
        check(&world);
    }
    let loan = &world.loans[no].value;
    assert_eq!(loan.paid_at, Some(plus_days(now, 5)));
    assert_eq!(loan.repaid_nominal_at, Some(plus_days(now, 35)));
    assert_eq!(loan.paid_interest, 1_500);
    assert_eq!(loan.fees_estimated(), Some(1_500));
    let kinds: Vec<_> = loan
        .events
        .iter()
        .map(|no| world.feed.get(*no).unwrap().kind)
        .collect();
    assert_eq!(
        kinds,
        [
            Kind::Validated,
            Kind::PaidOut,
            Kind::PrincipalDue,
            Kind::PrincipalRepaid,
            Kind::InterestDue,
            Kind::FeesRepaid
        ]
    );
}

#[test]
fn the_calendar_follows_a_postponement() {
    let mut world = world(Timing::Calendar);
    let now = start();
    let body = request(&Scenario::Success, 100_000, now).auto_validate(true);
    let no = ask(&mut world, body, now);
    let lent = plus_days(now, 10);
    world.advance(lent);
    let later = |days| UpdateLoan::new().to_repay_at(plus_days(start(), days));
    assert!(world.update_loan(no, later(66), lent).is_err());
    world.update_loan(no, later(60), lent).unwrap();
    assert!(world.update_loan(no, later(61), lent).is_err());
    world.advance(plus_days(now, 59));
    assert_eq!(world.loans[no].value.status, Status::ToRepay);
    world.advance(plus_days(now, 60));
    let loan = &world.loans[no].value;
    assert_eq!(loan.status, Status::Closed);
    assert_eq!(loan.contractual, Some(plus_days(now, 35)));
    let told: Vec<_> = loan
        .events
        .iter()
        .map(|no| world.feed.get(*no).unwrap())
        .map(|event| (event.kind, event.at))
        .collect();
    assert_eq!(
        told[2..5],
        [
            (Kind::PrincipalDue, plus_days(now, 35)),
            (Kind::PrincipalLate, plus_days(now, 39)),
            (Kind::PrincipalRepaid, plus_days(now, 60))
        ]
    );
    check(&world);
}

#[test]
fn a_day_later_in_the_calendar_is_the_day_after_the_payout() {
    let mut world = world(Timing::Calendar);
    let now = start();
    let body = request(&Scenario::SuccessOneDayLater, 100_000, now).auto_validate(true);
    let no = ask(&mut world, body, now);
    world.advance(plus_days(now, 300));
    let loan = &world.loans[no].value;
    assert_eq!(loan.repaid_nominal_at, Some(plus_days(now, 6)));
    assert_eq!(loan.paid_interest, 50);
}

#[test]
fn a_new_date_does_not_change_interest_that_is_billed() {
    let mut world = world(Timing::Guide);
    let now = start();
    let body = request(&Scenario::Success, 100_000, now).auto_validate(true);
    let no = ask(&mut world, body, now);
    let late = plus_days(now, 100);
    while world.loans[no].value.status != Status::ToRepay {
        world.observe(&[no], Reader::One, now);
    }
    while world.loans[no].value.status != Status::ToRepayFees {
        world.observe(&[no], Reader::One, late);
    }
    let billed = world.loans[no].value.fees_ongoing(late);
    world.loans[no].value.to_repay_at = plus_days(now, 90);
    assert_eq!(world.loans[no].value.fees_ongoing(late), billed);
}

#[test]
fn a_known_salt_may_be_refused() {
    let mut world = world(Timing::Guide);
    let body = || request(&Scenario::Success, 500, start()).salt_id("s");
    let no = ask(&mut world, body(), start());
    assert_eq!(ask(&mut world, body(), start()), no);
    world.settings.salt_replay = SaltReplay::Refuse;
    let refused = world.request_loan(body(), start());
    assert!(matches!(refused, Err(Refusal::Invalid(_))));
    assert_eq!(world.loans.len(), 1);
}

#[test]
fn who_is_not_eligible_is_declined() {
    let mut world = world(Timing::Guide);
    let body = || request(&Scenario::Success, 500, start()).wait_for_validation(true);
    world.set_eligible("333 333 334", false);
    let no = ask(&mut world, body(), start());
    assert_eq!(world.loans[no].value.denial, Some(Denial::Borrower));
    world.set_eligible(BORROWER, true);
    let no = ask(&mut world, body(), start());
    assert_eq!(world.loans[no].value.status, Status::ToValidate);
}

#[test]
fn a_seed_fixes_the_ids() {
    let ids = |seed| {
        let mut world = World::new(seed, start(), Settings::default());
        let body = CreateBorrower::new().identifier(BORROWER);
        let no = world.create_borrower(body, start()).unwrap();
        world.borrowers[no].id
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
}

#[test]
fn the_own_account_is_an_iban() {
    assert!(crate::generate::is_iban(policy::OWN_ACCOUNT));
}
