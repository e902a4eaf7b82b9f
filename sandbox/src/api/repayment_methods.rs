//! The ways in which borrowers repay.

use axum::Json;
use axum::extract::{Path, State};
use defacto_types::{
    AccountInput, AccountNumberType, AddRepaymentMethod, BankIdentifierType, Page,
    RepaymentMethodDetails, RepaymentMethodStatus,
};

use super::params::whole;
use super::{JsonBody, World, found};
use crate::app::App;
use crate::journal::Touched;
use crate::policy;
use crate::problem::Problem;
use crate::world::payment::Method;
use crate::world::repayment_method::RepaymentMethod;
use crate::world::table::No;

/// `borrowers.list_repayment_methods`.
pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Page<RepaymentMethodDetails>>, Problem> {
    let (world, _) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    let methods = world.borrowers[no].value.methods.iter();
    let shown = methods.map(|method| show(&world, no, method));
    Ok(Json(whole(shown.collect())))
}

/// `borrowers.add_repayment_method`.
pub(super) async fn add(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<AddRepaymentMethod>,
) -> Result<(Touched, Json<RepaymentMethodDetails>), Problem> {
    let (mut world, now) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    let (place, changed) = world.add_repayment_method(no, &body, now)?;
    let touched = Touched::of(changed.iter().map(|loan| world.loans[*loan].id));
    let method = world.borrowers[no].value.methods.get(place);
    let method = found(method.cloned(), "repayment method")?;
    Ok((touched, Json(show(&world, no, &method))))
}

fn show(world: &World, borrower: No, method: &RepaymentMethod) -> RepaymentMethodDetails {
    let borrower = &world.borrowers[borrower].value;
    let status = if borrower.deactivated {
        RepaymentMethodStatus::Deactivated
    } else if borrower.is_ready() {
        RepaymentMethodStatus::Ready
    } else {
        RepaymentMethodStatus::New
    };
    let account = |iban: &str, bic: Option<&str>| {
        AccountInput::new()
            .account_number(iban)
            .account_number_type(AccountNumberType::Iban)
            .bank_identifier(bic.unwrap_or(policy::BIC))
            .bank_identifier_type(BankIdentifierType::Bic)
    };
    let transfer = method.method == Method::Transfer;
    let debited = method.account.as_ref();
    RepaymentMethodDetails::new()
        .account_to_credit(transfer.then(|| account(policy::OWN_ACCOUNT, None)))
        .account_to_debit(debited.map(|debited| account(&debited.iban, debited.bic.as_deref())))
        .is_main(method.main)
        .payment_method(method.method.to_wire())
        .status(status)
}
