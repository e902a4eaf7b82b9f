//! A loan as the API shows it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use defacto_types::{InvoiceId, Loan, LoanDocument};
use jiff::Timestamp;

use super::{World, view};
use crate::world::party::{Company, product_of};
use crate::world::table::No;

/// One loan.
pub(crate) fn show(world: &World, no: No, now: Timestamp) -> Loan {
    show_as(&WITH_DOCUMENTS, world, no, now)
}

/// One of many: without its documents.
pub(super) fn show_in_list(world: &World, no: No, now: Timestamp) -> Loan {
    show_as(&BLANK, world, no, now)
}

/// A loan whose lists are there and empty: what a setter is for. A setter moves
/// the loan, which is large, so every loan is made from one of these.
static BLANK: LazyLock<Loan> = LazyLock::new(|| {
    Loan::new()
        .deposits(BTreeMap::new())
        .invoice_ids(Vec::<InvoiceId>::new())
        .loan_from_references(Vec::<String>::new())
        .loan_to_references(Vec::<String>::new())
        .notification_emails(Vec::<String>::new())
        .repayment_from_references(Vec::<String>::new())
        .repayment_to_references(Vec::<String>::new())
});

static WITH_DOCUMENTS: LazyLock<Loan> =
    LazyLock::new(|| BLANK.clone().documents(Vec::<LoanDocument>::new()));

fn show_as(blank: &Loan, world: &World, no: No, now: Timestamp) -> Loan {
    let row = &world.loans[no];
    let loan = &row.value;
    let mut shown = blank.clone();
    shown.invoice_ids = loan
        .invoice
        .iter()
        .map(|invoice| world.invoices[*invoice].id.to_string().into())
        .collect();
    shown.loan_from_references = texts(&loan.loan_to_references);
    shown.loan_to_references = texts(&loan.loan_to_references);
    shown.notification_emails = texts(&loan.notification_emails);
    shown.repayment_from_references = texts(&loan.repayment_from_references);
    shown.repayment_to_references = texts(&loan.repayment_to_references);
    let product = product_of(world.borrowers[loan.borrower].id);
    shown.amount = Some(loan.amount.into());
    shown.beneficiary = Some(view::business(world, loan.beneficiary));
    shown.borrower = Some(view::business(world, Company::Borrower(loan.borrower)));
    shown.borrower_financial_product_id = Some(product.to_string().into());
    shown.closed_at = loan.closed_at.map(Into::into);
    shown.contractual_repayment_date = loan.contractual.map(Into::into);
    shown.currency = Some(loan.currency.clone());
    shown.denial_reason = loan.denial.map(|denial| denial.to_wire(&world.settings));
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
