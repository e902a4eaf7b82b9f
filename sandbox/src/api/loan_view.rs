//! A loan as the API shows it.

use std::collections::BTreeMap;

use defacto_types::Loan;
use jiff::Timestamp;

use super::{World, view};
use crate::world::loan::Denial;
use crate::world::party::{Company, product_of};
use crate::world::table::No;

/// One loan.
pub(super) fn show(world: &World, no: No, now: Timestamp) -> Loan {
    show_in_list(world, no, now).documents(Vec::<defacto_types::LoanDocument>::new())
}

/// One of many: without its documents.
pub(super) fn show_in_list(world: &World, no: No, now: Timestamp) -> Loan {
    let row = &world.loans[no];
    let loan = &row.value;
    let invoices: Vec<_> = loan
        .invoice
        .iter()
        .map(|invoice| world.invoices[*invoice].id.to_string())
        .collect();
    // By field: a setter moves the loan, which is large. Lists go through
    // theirs, which keeps the empty ones.
    let mut shown = Loan::new()
        .deposits(BTreeMap::new())
        .invoice_ids(invoices)
        .loan_from_references(texts(&loan.loan_to_references))
        .loan_to_references(texts(&loan.loan_to_references))
        .notification_emails(texts(&loan.notification_emails))
        .repayment_from_references(texts(&loan.repayment_from_references))
        .repayment_to_references(texts(&loan.repayment_to_references));
    let product = product_of(world.borrowers[loan.borrower].id);
    shown.amount = Some(loan.amount.into());
    shown.beneficiary = Some(view::business(world, loan.beneficiary));
    shown.borrower = Some(view::business(world, Company::Borrower(loan.borrower)));
    shown.borrower_financial_product_id = Some(product.to_string().into());
    shown.closed_at = loan.closed_at.map(Into::into);
    shown.contractual_repayment_date = loan.contractual.map(Into::into);
    shown.currency = Some(loan.currency.clone());
    shown.denial_reason = loan.denial.map(Denial::to_wire);
    shown.earliest_to_repay_at = Some(loan.earliest_to_repay_at(now).into());
    shown.fees_estimated = loan.fees_estimated().map(Into::into);
    shown.fees_ongoing = loan.fees_ongoing(now).map(Into::into);
    shown.id = row.id.to_string().into();
    shown.loan_from = Some(view::own_account());
    shown.loan_to = Some(view::account(&loan.loan_to));
    shown.loan_type = Some(loan.loan_type.clone());
    shown.metadata = loan.metadata.as_deref().cloned();
    shown.paid_at = loan.paid_at.map(Into::into);
    shown.paid_interests_amount = Some(loan.paid_interest.into());
    shown.repaid_amount = Some((loan.repaid_nominal + loan.paid_interest).into());
    shown.repaid_nominal_amount = Some(loan.repaid_nominal.into());
    shown.repaid_nominal_at = loan.repaid_nominal_at.map(Into::into);
    shown.repayment_from = loan.repayment_from.as_ref().map(view::account);
    shown.repayment_method = Some(loan.repayment_method.to_wire());
    shown.repayment_to = Some(view::own_account());
    shown.status = loan.status.to_wire();
    shown.submitted_at = Some(row.created.into());
    shown.to_pay_at = Some(loan.to_pay_at.into());
    shown.to_repay_at = Some(loan.to_repay_at.into());
    shown.transfer_contract_url = loan.transfer_contract_url.as_deref().map(Into::into);
    shown
}

fn texts(references: &[Box<str>]) -> Vec<String> {
    references.iter().map(|text| text.to_string()).collect()
}
