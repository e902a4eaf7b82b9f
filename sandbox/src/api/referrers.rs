//! The account's referrer and its revenue shares.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use defacto_types::{
    AccountDetails, AccountNumberType, BankIdentifierType, BusinessIdentifierWithName, Currency,
    Decimal, ExecutionRule, FinancialProduct, PaymentIntent, PaymentIntentRelations,
    PaymentIntentStatus, PaymentMethod, PaymentType, ProductType, PublicApiAccountNumber, Referrer,
    ReferrerConfig, ReferrerRevenueShareConfig, ReferrerType, RevenueShare, RevenueShareFrequency,
    RevenueShareStatus, RevenueShareType, RevenueSharingDuration,
};

use super::view::OrNull;
use super::{World, found, payment_view, view};
use crate::app::App;
use crate::policy;
use crate::problem::Problem;
use crate::world::id::Id;
use crate::world::party::business_of;
use crate::world::table::No;

/// `referrers.get`.
pub(super) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Referrer>, Problem> {
    let (world, _) = app.open();
    known(&world, &id)?;
    Ok(Json(show(&world)))
}

/// `referrers.upload_invoice`. No body is declared, so whatever comes is the
/// invoice; it is read to its end, as a connection asks for.
pub(super) async fn upload_invoice(
    State(app): State<App>,
    Path((id, share)): Path<(String, String)>,
    _: Bytes,
) -> Result<Json<RevenueShare>, Problem> {
    let (mut world, now) = app.open();
    known(&world, &id)?;
    let no = found(world.revenue_shares.find(&share), "revenue share")?;
    world.invoice_revenue_share(no, now)?;
    Ok(Json(show_share(&world, no)))
}

fn known(world: &World, id: &str) -> Result<(), Problem> {
    let is_known = Id::parse(id) == Some(world.referrer());
    found(is_known.then_some(()), "referrer")
}

fn show(world: &World) -> Referrer {
    let id = world.referrer();
    let own = &world.borrowers[world.own];
    let kind = own.value.input.identifier_type.as_ref();
    let account = PublicApiAccountNumber::new()
        .account_number(policy::OWN_ACCOUNT)
        .account_number_type(AccountNumberType::Iban);
    let revenue = ReferrerRevenueShareConfig::new()
        .execution_rule(
            ExecutionRule::new()
                .frequency(RevenueShareFrequency::Monthly)
                .interval(1),
        )
        .revenue_share_notification_emails(Vec::<String>::new())
        .revenue_share_rate(
            world
                .settings
                .revenue_share
                .to_string()
                .parse::<Decimal>()
                .ok(),
        )
        .revenue_share_type(RevenueShareType::PartnerRevenueShare)
        .shared_to_account(account)
        .sharing_duration(RevenueSharingDuration::SixMonths)
        .vat_included(false);
    let config = ReferrerConfig::new()
        .referral_code(policy::REFERRAL)
        .referral_codes(vec![policy::REFERRAL])
        .referrer_type(ReferrerType::TechPartner)
        .revenue_share_config(revenue);
    let product = FinancialProduct::new()
        .configuration(super::financial_products::configuration(&world.settings))
        .id(id.sibling(1).to_string())
        .lender_id(id.sibling(2).to_string())
        .name("Invoice financing")
        .product_type(ProductType::InvoiceBasedFinancing)
        .rac_id(id.sibling(3).to_string());
    Referrer::new()
        .business_id(business_of(own.id).to_string())
        .business_identifier(view::identifier(&own.value.key, kind))
        .config(config)
        .distribution_id(id.sibling(4).to_string())
        .financial_products(vec![product])
        .id(id.to_string())
        .name(own.value.input.name.clone())
        .referrer_type(ReferrerType::TechPartner)
}

fn show_share(world: &World, no: No) -> RevenueShare {
    let row = &world.revenue_shares[no];
    let share = &row.value;
    let own = &world.borrowers[world.own];
    let kind = own.value.input.identifier_type.as_ref();
    let business = BusinessIdentifierWithName::new()
        .identifier(own.value.key.as_str())
        .identifier_type(view::kind(kind, &own.value.key))
        .name(OrNull(own.value.input.name.clone()));
    let is_paid = share.status == RevenueShareStatus::Paid;
    let to = AccountDetails::new()
        .account_number(policy::OWN_ACCOUNT)
        .account_number_type(AccountNumberType::Iban)
        .bank_identifier(policy::BIC)
        .bank_identifier_type(BankIdentifierType::Bic);
    let intent = PaymentIntent::new()
        .amount(share.amount)
        .currency(Currency::Eur)
        .from_business_id(row.id.sibling(1).to_string())
        .id(row.id.sibling(2).to_string())
        .paid_amount(if is_paid { share.amount } else { 0 })
        .paid_at(share.end.filter(|_| is_paid))
        .payment_method(PaymentMethod::Sct)
        .payment_type(PaymentType::RevenueShare)
        .reference(format!("SHARE {}", row.id.short()))
        .related_to(PaymentIntentRelations::new())
        .scheduled_at(share.end.unwrap_or(share.start))
        .status(if is_paid {
            PaymentIntentStatus::Paid
        } else {
            PaymentIntentStatus::Proposed
        })
        .to_account_details(to)
        .to_business_id(business_of(own.id).to_string());
    RevenueShare::new()
        .end_date(share.end.unwrap_or(share.start))
        .id(row.id.to_string())
        .payment(
            share
                .payment
                .map(|payment| payment_view::show(world, payment)),
        )
        .payment_intent(intent)
        .revenue_shared_with_business(business)
        .start_date(share.start)
        .status(share.status.clone())
}
