//! What a world does when it is decided otherwise than usual.

use defacto_types::{DenialCode, PaymentMethod};
use jiff::Timestamp;
use serde_json::json;

use super::*;

const IBAN: &str = "DE89370400440532013000";

fn decided(name: &str, value: &str) -> World {
    let mut world = world(Timing::Guide);
    world.settings.set(name, &json!(value)).unwrap();
    world
}

/// A loan that is paid out at this moment.
fn lent(world: &mut World, amount: i64, at: &str) -> No {
    let at: Timestamp = at.parse().unwrap();
    let body = request(&Scenario::Success, amount, at).auto_validate(true);
    let no = ask(world, body, at);
    world.bring_to_repay(no, at).unwrap();
    no
}

#[test]
fn a_day_ends_at_the_midnight_that_was_decided() {
    for (zone, cents) in [("UTC", 50), ("Europe/Paris", 100)] {
        let mut world = decided("time_zone", zone);
        let no = lent(&mut world, 100_000, "2026-01-10T22:30:00Z");
        let now = "2026-01-11T23:30:00Z".parse().unwrap();
        // Another zone from now on is for new loans.
        world.settings.set("time_zone", &json!("UTC")).unwrap();
        assert_eq!(
            world.loans[no].value.fees_ongoing(now),
            Some(cents),
            "{zone}"
        );
    }
}

#[test]
fn parts_of_a_cent_end_as_it_was_decided() {
    // Half a cent a day, and one and a half after three.
    for (rounding, ends) in [
        ("half_up", [1, 2]),
        ("half_even", [0, 2]),
        ("up", [1, 2]),
        ("down", [0, 1]),
    ] {
        let mut world = decided("rounding", rounding);
        let no = lent(&mut world, 1_000, "2026-01-10T10:00:00Z");
        let paid = world.loans[no].value.paid_at.unwrap();
        let after = |days| {
            world.loans[no]
                .value
                .fees_ongoing(plus_days(paid, days))
                .unwrap()
        };
        assert_eq!([after(1), after(3)], ends, "{rounding}");
    }
}

#[test]
fn an_account_without_a_mark_has_the_scenario_that_was_decided() {
    let body = || {
        request(&Scenario::Success, 500, start())
            .loan_to(AccountInput::new().account_number(IBAN))
            .wait_for_validation(true)
    };
    let mut usual = world(Timing::Guide);
    let no = ask(&mut usual, body(), start());
    assert_eq!(usual.loans[no].value.status, Status::ToValidate);
    let mut world = decided("unmarked_iban", "REJECT");
    let no = ask(&mut world, body(), start());
    assert_eq!(world.loans[no].value.denial, Some(Denial::CreditRisk));
    // One with a mark keeps its own.
    let marked = request(&Scenario::Success, 500, start()).wait_for_validation(true);
    let no = ask(&mut world, marked, start());
    assert_eq!(world.loans[no].value.status, Status::ToValidate);
}

#[test]
fn one_account_may_be_of_two_companies_where_it_is_decided_so() {
    let other = || {
        CreateBorrower::new()
            .identifier("111111118")
            .account_number(IBAN)
    };
    for (value, is_taken) in [("true", false), ("false", true)] {
        let mut world = decided("one_iban_one_company", value);
        let first = CreateBorrower::new()
            .identifier("222222226")
            .account_number(IBAN);
        world.create_borrower(first, start()).unwrap();
        assert_eq!(world.create_borrower(other(), start()).is_ok(), is_taken);
    }
}

#[test]
fn a_request_that_waits_is_changed_where_it_is_decided_so() {
    for (value, is_changed) in [("false", false), ("true", true)] {
        let mut world = decided("edits_pending", value);
        let no = ask(
            &mut world,
            request(&Scenario::Success, 500, start()),
            start(),
        );
        assert_eq!(world.loans[no].value.status, Status::PendingValidation);
        let changed = world.update_loan(no, UpdateLoan::new().amount(700), start());
        assert_eq!(changed.is_ok(), is_changed);
        let amount = world.loans[no].value.amount;
        assert_eq!(amount, if is_changed { 700 } else { 500 });
        check(&world);
    }
}

#[test]
fn a_borrower_twice_is_refused_where_it_is_decided_so() {
    let again = || CreateBorrower::new().identifier(BORROWER);
    assert!(
        world(Timing::Guide)
            .create_borrower(again(), start())
            .is_ok()
    );
    let refused = decided("duplicate_borrower", "refuse").create_borrower(again(), start());
    assert!(matches!(refused, Err(Refusal::State(_))));
}

#[test]
fn refusals_have_the_codes_that_were_decided() {
    let mut world = decided("borrower_denial", "ACTIVITY_NOT_ELIGIBLE_BORROWER");
    let code = DenialCode::from("ACTIVITY_NOT_ELIGIBLE_BORROWER".to_owned());
    assert!(code.is_known());
    world.set_eligible(BORROWER, false);
    assert_eq!(
        world.borrower_denials(BORROWER),
        std::slice::from_ref(&code)
    );
    assert_eq!(Denial::Borrower.to_wire(&world.settings), code);
    for (name, denial) in [
        ("counterparty_denial", Denial::Invoice),
        ("reject_denial", Denial::CreditRisk),
    ] {
        assert_ne!(denial.to_wire(&world.settings), code);
        world.settings.set(name, &json!(code.as_str())).unwrap();
        assert_eq!(denial.to_wire(&world.settings), code);
    }
    assert!(
        world
            .settings
            .set("reject_denial", &json!("NO_SUCH"))
            .is_err()
    );
}

#[test]
fn debits_come_on_holidays_where_it_is_decided_so() {
    // The 1st of May 2026 is a Friday, and no working day in France.
    for (holidays, first) in [("french", "2026-05-04"), ("none", "2026-05-01")] {
        let mut world = decided("holidays", holidays);
        world.settings.set("earliest_by_debit", &json!(1)).unwrap();
        let no = lent(&mut world, 1_000, "2026-04-30T10:00:00Z");
        let body = UpdateLoan::new().repayment_method(PaymentMethod::DirectDebit);
        world.loans[no].value.status = Status::ToValidate;
        world.update_loan(no, body, start()).unwrap();
        let at = "2026-04-30T10:00:00Z".parse().unwrap();
        let earliest = world.loans[no].value.earliest_to_repay_at(at).to_string();
        assert!(earliest.starts_with(first), "{earliest}");
    }
}
