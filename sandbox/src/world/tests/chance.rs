//! What may be done to a world, by chance.

use defacto_types::{
    BusinessIdentifierRequired, ComputePlan, CreateInstallmentPlan, CreateRecollectionCase,
    IdentifierType, InstallmentInput, InstallmentLoanInput, PaymentMethod, RecollectionActionInput,
    RecollectionInstallmentInput, RecollectionInstallmentLoanInput, RecollectionPlanInput,
    RepayNow, RepaymentTerms, Scenario, SctRepaymentMethod, UpdateLoan,
};
use jiff::Timestamp;
use rand::{Rng, RngExt};

use super::super::World;
use super::super::interest::plus_days;
use super::super::late::Lateness;
use super::super::loan::{Denial, Reader};
use super::super::table::No;
use super::super::transitions::Status;
use super::{BORROWER, request};

/// Something, anything, is done.
pub(super) fn act(world: &mut World, rng: &mut impl Rng, now: Timestamp) {
    let loans = world.loans.len();
    let loan = if loans == 0 {
        0
    } else {
        rng.random_range(0..loans)
    };
    match rng.random_range(0..24) {
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
        10 => split(world, rng, loan, now),
        11 => {
            let body = RepayNow::new()
                .amount(rng.random_range(1..6_000_000))
                .base_callback_url("https://example.com");
            let no = world.open_checkout(&body, now).unwrap();
            _ = world.end_checkout(no, rng.random(), now);
        }
        14 | 15 => {
            if let Some(late) = (0..loans).find(|no| world.is_late(*no, now)) {
                recollect(world, rng, late, now);
            }
        }
        12 => {
            let (amount, refund) = (rng.random_range(1..500_000), rng.random());
            let entry = world.new_card_entry(now, amount, refund, String::new(), String::new());
            _ = world.use_card(0, entry);
        }
        13 if rng.random() => {
            let last = world.revenue_shares.len() - 1;
            world.invoice_revenue_share(last, now).unwrap();
        }
        14..18 => pull(world, rng, loan, now),
        _ => world.observe(&[loan], Reader::One, now),
    }
}

/// A lever that no operation of the API has.
fn pull(world: &mut World, rng: &mut impl Rng, loan: No, now: Timestamp) {
    let payment = rng.random_range(0..world.payments.len().max(1));
    match rng.random_range(0..9) {
        0..2 => {
            let lateness = [Lateness::Due, Lateness::Late, Lateness::LateRate];
            _ = world.withhold(loan, lateness[rng.random_range(0..3)], now);
        }
        2 => world.mark(loan, now),
        3 => {
            let part = rng.random::<bool>().then(|| rng.random_range(1..100_000));
            _ = world.repay_loan(loan, part, now);
        }
        4 => _ = world.resolve(loan, now),
        5 => {
            let why = [Denial::CreditRisk, Denial::Expired];
            _ = world.decline(loan, why[rng.random_range(0..2)], now);
        }
        _ if world.payments.len() == 0 => {}
        6 => _ = world.fail_payment(payment, now),
        _ => _ = world.charge_back(payment, now),
    }
}

/// A case of this loan, and a plan in it.
fn recollect(world: &mut World, rng: &mut impl Rng, loan: No, now: Timestamp) {
    let debtor = BusinessIdentifierRequired::new()
        .identifier(BORROWER)
        .identifier_type(IdentifierType::Siren);
    let body = CreateRecollectionCase::new()
        .agent("a")
        .debtor_business(debtor)
        .loan_ids([world.loans[loan].id.to_string()])
        .next_action(RecollectionActionInput::new().action_name("a").due_at(now));
    let Ok(case) = world.open_case(body, now) else {
        return;
    };
    let ask = ComputePlan::new()
        .number_of_installment(rng.random_range(1..5))
        .recollection_fees(rng.random_range(0..100))
        .start_date(now);
    // Only its interest may be late.
    let Ok(computed) = world.compute_plan(case, &ask, now) else {
        return;
    };
    let parts = computed.installments.iter().map(|part| {
        let shares = part.shares.iter().map(|(loan, share)| {
            RecollectionInstallmentLoanInput::new()
                .loan_id(world.loans[*loan].id.to_string())
                .amount(*share)
        });
        RecollectionInstallmentInput::new()
            .amount(part.fees + part.shares.iter().map(|(_, share)| share).sum::<i64>())
            .date(part.date)
            .loans(shares.collect::<Vec<_>>())
            .recollection_fees(part.fees)
    });
    let body = RecollectionPlanInput::new()
        .payment_method(computed.method)
        .installments(parts.collect::<Vec<_>>());
    world.plan_case(case, &body, now).unwrap();
}

/// A plan over this loan and the others that can be repaid.
fn split(world: &mut World, rng: &mut impl Rng, loan: No, now: Timestamp) {
    let others = (0..world.loans.len()).filter(|no| *no != loan && no % 2 == 0);
    let open = |no: &No| world.loans[*no].value.status == Status::ToRepay;
    let loans: Vec<_> = std::iter::once(loan).chain(others).filter(open).collect();
    let parts = rng.random_range(1..4);
    let installments = (0..parts).map(|part| {
        let shares: Vec<_> = loans
            .iter()
            .map(|no| {
                let owed = world.loans[*no].value.outstanding();
                let share = owed / parts + if part == 0 { owed % parts } else { 0 };
                (world.loans[*no].id.to_string(), share)
            })
            .filter(|(_, share)| *share > 0)
            .collect();
        let total: i64 = shares.iter().map(|(_, share)| share).sum();
        let shares: Vec<_> = shares
            .into_iter()
            .map(|(id, share)| InstallmentLoanInput::new().loan_id(id).amount(share))
            .collect();
        InstallmentInput::new()
            .amount(total)
            .date(plus_days(now, 10 * (part + 1)))
            .loans(shares)
    });
    let body = CreateInstallmentPlan::new()
        .installments(installments.collect::<Vec<_>>())
        .payment_method(PaymentMethod::Sct)
        .salt_id(format!("{now}"));
    let _ = world.request_plan(body, now);
}
