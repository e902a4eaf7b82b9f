//! A loan as the API shows it.

use std::collections::BTreeMap;

use defacto_types::Loan;
use jiff::Timestamp;

use super::{World, view};
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
    Loan::new()
        .amount(loan.amount)
        .beneficiary(view::business(world, loan.beneficiary))
        .borrower(view::business(world, Company::Borrower(loan.borrower)))
        .borrower_financial_product_id(product_of(world.borrowers[loan.borrower].id).to_string())
        .closed_at(loan.closed_at)
        .contractual_repayment_date(loan.contractual)
        .currency(loan.currency.clone())
        .denial_reason(loan.denial.map(|denial| denial.to_wire().to_string()))
        .deposits(BTreeMap::new())
        .earliest_to_repay_at(loan.earliest_to_repay_at(now))
        .fees_estimated(loan.fees_estimated())
        .fees_ongoing(loan.fees_ongoing(now))
        .id(row.id.to_string())
        .invoice_ids(invoices)
        .loan_from(view::own_account())
        .loan_from_references(texts(&loan.loan_to_references))
        .loan_to(view::account(&loan.loan_to))
        .loan_to_references(texts(&loan.loan_to_references))
        .loan_type(loan.loan_type.clone())
        .metadata(loan.metadata.as_deref().cloned())
        .notification_emails(texts(&loan.notification_emails))
        .paid_at(loan.paid_at)
        .paid_interests_amount(loan.paid_interest)
        .repaid_amount(loan.repaid_nominal + loan.paid_interest)
        .repaid_nominal_amount(loan.repaid_nominal)
        .repaid_nominal_at(loan.repaid_nominal_at)
        .repayment_from(loan.repayment_from.as_ref().map(view::account))
        .repayment_from_references(texts(&loan.repayment_from_references))
        .repayment_method(loan.repayment_method.to_wire())
        .repayment_to(view::own_account())
        .repayment_to_references(texts(&loan.repayment_to_references))
        .status(loan.status.to_wire())
        .submitted_at(row.created)
        .to_pay_at(loan.to_pay_at)
        .to_repay_at(loan.to_repay_at)
        .transfer_contract_url(loan.transfer_contract_url.as_deref())
}

fn texts(references: &[Box<str>]) -> Vec<String> {
    references.iter().map(|text| text.to_string()).collect()
}
