//! The financial products of borrowers.

use axum::Json;
use axum::extract::{Path, State};
use defacto_types::{
    BorrowerFinancialProduct, DailyRate, FinancialProductBillingConfiguration,
    FinancialProductConfiguration, FinancialProductInstallmentsConfiguration,
    FinancialProductSummary, InstallmentPlanType, LoanContractType, Page,
    ProductLoanRequestConfiguration, ProductType, ProductUxConfiguration,
};

use super::params::whole;
use super::{World, found};
use crate::app::App;
use crate::policy::Settings;
use crate::problem::Problem;
use crate::world::ledger::Account;
use crate::world::party::product_of;
use crate::world::table::No;

/// `borrowers.list_financial_products`: one, as good as the credit line.
pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Page<BorrowerFinancialProduct>>, Problem> {
    let (world, _) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    Ok(Json(whole(vec![show(&world, no)])))
}

pub(super) fn show(world: &World, no: No) -> BorrowerFinancialProduct {
    let row = &world.borrowers[no];
    let borrower = &row.value;
    let product = FinancialProductSummary::new()
        .configuration(configuration(&world.settings))
        .name("Invoice financing")
        .product_type(ProductType::InvoiceBasedFinancing);
    let balance = |account| world.ledger.balance(account);
    BorrowerFinancialProduct::new()
        .amount_outstanding(balance(Account::Outstanding(no)) + balance(Account::CardUse(no)))
        .amount_pending_validation(balance(Account::PendingValidation(no)))
        .available_amount(world.available(no))
        .borrower_id(row.id.to_string())
        .can_request_loan(borrower.is_ready())
        .fees_daily_rate(
            world
                .settings
                .daily_rate
                .to_string()
                .parse::<DailyRate>()
                .ok(),
        )
        .financial_product(product)
        .id(product_of(row.id).to_string())
        .max_amount(world.settings.facility)
        .status(borrower.product_status())
}

/// The rules of the product: the defaults of the contract, which are those
/// the simulator keeps.
pub(super) fn configuration(settings: &Settings) -> FinancialProductConfiguration {
    let billing = FinancialProductBillingConfiguration::new()
        .bill_overdue_threshold_in_days(settings.overdue_after)
        .loan_overdue_threshold_in_days(settings.overdue_after)
        .penalties_disabled(false);
    let installments = FinancialProductInstallmentsConfiguration::new()
        .available_types([
            InstallmentPlanType::InFine,
            InstallmentPlanType::Installments,
        ])
        .maximum_reschedule_payment_in_days(settings.longest_postponement)
        .minimum_anticipate_payment_in_days(settings.earliest_by_transfer)
        .minimum_business_days_until_due_date_to_reschedule_payment(1);
    let request = ProductLoanRequestConfiguration::new()
        .maximum_duration_in_days(settings.longest_loan)
        .maximum_loan_amount_in_cents(settings.largest_loan)
        .minimum_duration_in_days(settings.shortest_loan);
    FinancialProductConfiguration::new()
        .billing(billing)
        .contract_type(LoanContractType::CreditOperation)
        .installments(installments)
        .ux(ProductUxConfiguration::new().loan_request(request))
}
