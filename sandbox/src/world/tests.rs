//! What holds in every world, whatever is done in it.

use std::collections::HashSet;

use defacto_types::{
    AccountInput, BusinessIdentifier, CreateBorrower, CreateLoan, PaymentMethod, RepaymentTerms,
    SandboxCountry, Scenario, SctRepaymentMethod, UpdateLoan,
};
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::feed::Kind;
use super::interest::plus_days;
use super::ledger::Account;
use super::loan::{Denial, Hold, Loan, Reader};
use super::payment::{Progress, Purpose};
use super::table::No;
use super::transitions::{ALL, MOVES, Status};
use super::{Refusal, World};
use crate::generate::Generator;
use crate::policy::{self, SaltReplay, Timing};

const BORROWER: &str = "333333334";

fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// A world with a borrower that is ready.
fn world(timing: Timing) -> World {
    let mut world = World::new(7, start());
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

/// Everything that must add up.
fn check(world: &World) {
    assert_eq!(world.ledger.total(), 0);
    let balance = |account| world.ledger.balance(account);
    for borrower in 0..world.borrowers.len() {
        let row = &world.borrowers[borrower].value;
        let held = |hold: Hold| -> i64 {
            row.loans
                .iter()
                .map(|no| &world.loans[*no].value)
                .filter(|loan| loan.hold == hold)
                .map(Loan::outstanding)
                .sum()
        };
        let pending_validation = balance(Account::PendingValidation(borrower));
        let pending = balance(Account::Pending(borrower));
        let outstanding = balance(Account::Outstanding(borrower));
        assert_eq!(pending_validation, held(Hold::PendingValidation));
        assert_eq!(pending, held(Hold::Pending));
        assert_eq!(outstanding, held(Hold::Outstanding));
        assert!(world.available(borrower) >= 0);
        assert_eq!(
            world.available(borrower) + pending_validation + pending + outstanding,
            -balance(Account::Pool(borrower))
        );
    }
    for party in 0..world.counterparties.len() {
        let exposure: i64 = (0..world.loans.len())
            .map(|no| &world.loans[no].value)
            .filter(|loan| loan.hold != Hold::Nothing && loan.parties.contains(&Some(party)))
            .map(Loan::outstanding)
            .sum();
        let room = balance(Account::Room(party));
        assert_eq!(balance(Account::Exposure(party)), exposure);
        assert!(room >= 0);
        assert_eq!(room + exposure, policy::COUNTERPARTY_LIMIT);
        assert_eq!(-balance(Account::Limit(party)), policy::COUNTERPARTY_LIMIT);
    }
    let mut cash = 0;
    let mut income = 0;
    for no in 0..world.loans.len() {
        let loan = &world.loans[no].value;
        let owed = if loan.paid_at.is_some() {
            loan.amount - loan.repaid_nominal
        } else {
            0
        };
        assert_eq!(balance(Account::Principal(no)), owed);
        let interest = balance(Account::Interest(no));
        assert_eq!(interest > 0, loan.status == Status::ToRepayFees);
        if loan.status == Status::Closed {
            assert_eq!(loan.repaid_nominal, loan.amount);
            assert_eq!(Some(loan.paid_interest), loan.fees_ongoing(Timestamp::MAX));
        }
        cash += loan.paid_interest - owed;
        income += loan.paid_interest + interest;
        let moves = loan.history.windows(2);
        assert!(moves.clone().all(|w| w[0].status.may_become(w[1].status)));
        assert!(loan.history.is_sorted_by_key(|moment| moment.at));
        let paid: i64 = loan
            .payments
            .iter()
            .map(|payment| &world.payments[*payment].value)
            .filter(|payment| payment.progress == Progress::Paid)
            .filter(|payment| payment.purpose != Purpose::Payout)
            .map(|payment| payment.amount)
            .sum();
        assert_eq!(paid, loan.repaid_nominal + loan.paid_interest);
    }
    assert_eq!(balance(Account::Cash), cash);
    assert_eq!(balance(Account::Income), -income);
    let rows = world.loans.len() as usize;
    assert_eq!(world.loans_by_payout.len(), rows);
    assert_eq!(world.loans_by_repayment.len(), rows);
    assert_eq!(world.payments_by_date.len(), world.payments.len() as usize);
}

/// Something, anything, is done.
fn act(world: &mut World, rng: &mut impl Rng, now: Timestamp) {
    let loans = world.loans.len();
    let loan = if loans == 0 {
        0
    } else {
        rng.random_range(0..loans)
    };
    match rng.random_range(0..12) {
        0..3 => {
            let scenario = &Scenario::ALL[rng.random_range(0..Scenario::ALL.len())];
            let amount = rng.random_range(1..9_000_000);
            let body = request(scenario, amount, now)
                .auto_validate(rng.random::<bool>())
                .wait_for_validation(rng.random::<bool>());
            let _ = world.request_loan(body, now);
        }
        _ if loans == 0 => {}
        3 => _ = world.validate(loan, now),
        4 if rng.random() => _ = world.cancel(loan, now),
        5 => {
            let amount = rng.random_range(1..9_000_000);
            _ = world.update_loan(loan, UpdateLoan::new().amount(amount), now);
        }
        6 => {
            let date = plus_days(now, rng.random_range(0..60));
            _ = world.update_loan(loan, UpdateLoan::new().to_repay_at(date), now);
        }
        7 => {
            let terms = RepaymentTerms::new()
                .loan_id(world.loans[loan].id.to_string())
                .repayment_date(plus_days(now, rng.random_range(0..60)))
                .repayment_method(PaymentMethod::Sct)
                .sct(SctRepaymentMethod::new());
            _ = world.set_terms(vec![terms], now);
        }
        8 => world.set_eligible(BORROWER, rng.random()),
        9 => world.observe_all(Reader::List, now),
        _ => world.observe(&[loan], Reader::One, now),
    }
}

#[test]
fn it_adds_up_whatever_is_done() {
    let mut reached = HashSet::new();
    for seed in 0..30 {
        for timing in [Timing::Guide, Timing::Calendar] {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut world = world(timing);
            let mut now = start();
            for _ in 0..200 {
                now += SignedDuration::from_hours(rng.random_range(0..30));
                world.advance(now);
                act(&mut world, &mut rng, now);
                check(&world);
            }
            let loans = 0..world.loans.len();
            reached.extend(loans.map(|no| world.loans[no].value.status));
        }
    }
    for end in [
        Status::Closed,
        Status::Canceled,
        Status::Declined,
        Status::IssueDetected,
    ] {
        assert!(reached.contains(&end), "{end:?}");
    }
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
        let mut world = World::new(seed, start());
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
