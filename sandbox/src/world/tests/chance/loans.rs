//! What a client does to loans.

use defacto_types::{
    AccountInput, BusinessIdentifier, CreateLoan, CreateLoanInvoice, DebitedAccountNumber,
    DirectDebitRepaymentMethod, LoanInstallment, PaymentMethod, RepaymentTerms, ReportBillSent,
    Scenario, SctRepaymentMethod, UpdateLoan,
};
use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::super::World;
use super::super::super::interest::plus_days;
use super::super::super::invoice::Stage;
use super::super::super::loan::Reader;
use super::parties::{BUYERS, IDENTIFIERS, SELLERS, account, iban, shared};
use super::{any_loan, one_of};

pub(super) fn request(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let scenario = &Scenario::ALL[rng.random_range(0..Scenario::ALL.len())];
    let amount = rng.random_range(1..9_000_000);
    let borrower = rng.random_range(0..IDENTIFIERS.len());
    let to_pay_at = plus_days(now, rng.random_range(0..8));
    let to_repay_at = plus_days(to_pay_at, rng.random_range(1..130));
    let mut owner = borrower;
    let mut body = CreateLoan::new()
        .amount(amount)
        .auto_validate(rng.random::<bool>())
        .wait_for_validation(rng.random::<bool>())
        .to_pay_at(to_pay_at)
        .to_repay_at(to_repay_at);
    // Who names nobody borrows for the account's own company.
    if rng.random_ratio(9, 10) {
        let named = BusinessIdentifier::new().identifier(IDENTIFIERS[borrower]);
        body = body.borrower(named);
    } else {
        owner = IDENTIFIERS.len();
    }
    if rng.random_ratio(1, 10) {
        body = body.salt_id(format!("salt {}", rng.random_range(0..4)));
    }
    if rng.random_ratio(1, 6) {
        let first = amount / 2;
        let middle = plus_days(to_pay_at, 1).min(to_repay_at);
        let part = |amount: i64, at| LoanInstallment::new().amount(amount).date(at);
        body = body.installments([part(first, middle), part(amount - first, to_repay_at)]);
    }
    match rng.random_range(0..4) {
        0 => {
            let (buyer, seller) = (rng.random_range(0..2), rng.random_range(0..2));
            owner = 10 + seller;
            body = body.invoices([CreateLoanInvoice::new()
                .buyer(shared(BUYERS[buyer]))
                .seller(shared(SELLERS[seller]))
                .due_at(to_repay_at)
                .issued_at(now)
                .invoice_number("F-1")
                .total_amount(amount + rng.random_range(0..2))]);
        }
        1 => {
            let all = 0..world.invoices.len();
            let mut verified = all.rev().filter(|no| {
                let invoice = &world.invoices[*no].value;
                invoice.stage == Stage::Verified && !world.is_financed(*no)
            });
            if let Some(no) = verified.next() {
                body = body
                    .invoice_ids([world.invoices[no].id.to_string()])
                    .amount(amount.min(world.invoices[no].value.total_amount.unwrap()));
            }
        }
        _ => {}
    }
    let to = AccountInput::new().account_number(iban(scenario, owner));
    world.request_loan(body.loan_to(to), now).ok().map(drop)
}

pub(super) fn validate(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    world.validate(loan, now).ok()
}

pub(super) fn cancel(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    world.cancel(loan, now).ok()
}

pub(super) fn change_amount(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let body = UpdateLoan::new().amount(rng.random_range(1..9_000_000));
    world.update_loan(loan, body, now).ok()
}

pub(super) fn move_repayment(
    world: &mut World,
    rng: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let date = plus_days(now, rng.random_range(0..60));
    let body = UpdateLoan::new().to_repay_at(date);
    world.update_loan(loan, body, now).ok()
}

pub(super) fn set_terms(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let mut all = Vec::new();
    for _ in 0..rng.random_range(1..3) {
        let loan = any_loan(world, rng)?;
        let terms = RepaymentTerms::new()
            .loan_id(world.loans[loan].id.to_string())
            .repayment_date(plus_days(now, rng.random_range(0..60)));
        all.push(if rng.random() {
            terms
                .repayment_method(PaymentMethod::Sct)
                .sct(SctRepaymentMethod::new())
        } else {
            let from = DebitedAccountNumber::new().account_number(iban(&Scenario::Success, 0));
            let debit = DirectDebitRepaymentMethod::new().from_account(from);
            terms
                .repayment_method(PaymentMethod::DirectDebit)
                .direct_debit(debit)
        });
    }
    world.set_terms(all, now).ok().map(drop)
}

const READERS: [Reader; 7] = [
    Reader::One,
    Reader::List,
    Reader::History,
    Reader::Payments,
    Reader::Feed,
    Reader::Bills,
    Reader::Installments,
];

pub(super) fn read(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let loan = any_loan(world, rng)?;
    let reader = READERS[rng.random_range(0..READERS.len())];
    world.observe(&[loan], reader, now);
    // Who reads a thing twice sees it move.
    world.observe(&[loan], reader, now);
    Some(())
}

pub(super) fn read_all(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    world.observe_all(READERS[rng.random_range(0..READERS.len())], now);
    Some(())
}

pub(super) fn send_bill(world: &mut World, rng: &mut ChaCha8Rng, now: Timestamp) -> Option<()> {
    let bill = one_of(world.bills.len(), rng)?;
    let body = ReportBillSent::new()
        .sent_on(now)
        .to_email_addresses(["a@example.com"]);
    world.report_bill_sent(bill, &body).ok()
}

/// An account to debit, which is the borrower's.
pub(super) fn debited(borrower: usize) -> defacto_types::PublicApiAccountNumber {
    account(iban(&Scenario::Success, borrower))
}
