//! Repayment in installments, and of what is late.

use defacto_types::{
    BusinessIdentifierRequired, ComputePlan, CreateInstallmentPlan, CreateRecollectionCase,
    IdentifierType, InstallmentInput, InstallmentLoanInput, PaymentMethod, RecollectionActionInput,
    RecollectionInstallmentInput, RecollectionInstallmentLoanInput, RecollectionPlanInput,
    RepaymentAccountInput, Scenario,
};
use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::super::World;
use super::super::super::interest::plus_days;
use super::super::super::table::No;
use super::super::super::transitions::Status;
use super::any_loan;
use super::parties::{IDENTIFIERS, iban};

/// A plan over this loan and others of its borrower that can be repaid.
pub(super) fn split(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let borrower = world.loans[loan].value.borrower;
    let others = (0..world.loans.len()).filter(|no| *no != loan && no % 2 == 0);
    let open = |no: &No| {
        let loan = &world.loans[*no].value;
        loan.status == Status::ToRepay && loan.borrower == borrower
    };
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
    let mut body = CreateInstallmentPlan::new()
        .installments(installments.collect::<Vec<_>>())
        .payment_method(PaymentMethod::Sct);
    // Without a salt, the loans are it.
    if rng.random_ratio(9, 10) {
        body = body.salt_id(format!("{now}"));
    }
    let key = &world.borrowers[borrower].value.key;
    if let Some(known) = IDENTIFIERS.iter().position(|it| it == key)
        && rng.random()
    {
        body = body
            .payment_method(PaymentMethod::DirectDebit)
            .from_account(
                RepaymentAccountInput::new().account_number(iban(&Scenario::Success, known)),
            );
    }
    world.request_plan(body, now).ok().map(drop)
}

/// A case of a loan that is late, and a plan in it.
pub(super) fn recollect(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let late = (0..world.loans.len()).find(|no| world.is_late(*no, now))?;
    let borrower = world.loans[late].value.borrower;
    let debtor = BusinessIdentifierRequired::new()
        .identifier(world.borrowers[borrower].value.key.clone())
        .identifier_type(IdentifierType::Siren);
    let body = CreateRecollectionCase::new()
        .agent("a")
        .debtor_business(debtor)
        .loan_ids([world.loans[late].id.to_string()])
        .next_action(RecollectionActionInput::new().action_name("a").due_at(now));
    let case = world.open_case(body, now).ok()?;
    let method = if rng.random() {
        PaymentMethod::Sct
    } else {
        PaymentMethod::DirectDebit
    };
    let ask = ComputePlan::new()
        .number_of_installment(rng.random_range(1..5))
        .recollection_fees(rng.random_range(0..100))
        .repayment_method(method)
        .start_date(now);
    // Only its interest may be late.
    let computed = world.compute_plan(case, &ask, now).ok()?;
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
        .payment_method(computed.method.clone())
        .installments(parts.collect::<Vec<_>>());
    let made = world.plan_case(case, &body, now);
    // What was computed is taken as it is, but for who has no account.
    let has_account = world.main_method(borrower).account.is_some();
    assert!(made.is_ok() || (computed.method == PaymentMethod::DirectDebit && !has_account));
    made.ok().map(drop)
}
