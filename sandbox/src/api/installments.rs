//! Installments and the plans they are of.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{
    CreateInstallmentPlan, Currency, Installment, InstallmentPaymentAttempt, InstallmentPlan, Page,
    PaymentIntentSummary,
};

use super::{JsonBody, Params, World, all_of, found, view};
use crate::app::App;
use crate::journal::Touched;
use crate::policy;
use crate::problem::Problem;
use crate::world::loan::Reader;
use crate::world::payment::Progress;
use crate::world::table::{No, Order, cut};

/// `installment_plans.create`.
pub(super) async fn create_plan(
    State(app): State<App>,
    JsonBody(body): JsonBody<CreateInstallmentPlan>,
) -> Result<(StatusCode, Touched, Json<InstallmentPlan>), Problem> {
    let shares = body.installments.iter().flat_map(|part| &part.loans);
    let named = Touched::named(shares.filter_map(|share| Some(share.loan_id.as_ref()?.as_str())));
    let (mut world, now) = app.open();
    let no = world.request_plan(body, now);
    let no = no.map_err(|refusal| Problem::from(refusal).about(&named))?;
    let shown = Json(show_plan(&world, no));
    Ok((StatusCode::CREATED, touched(&world, no), shown))
}

/// A plan and its loans.
pub(super) fn touched(world: &World, plan: No) -> Touched {
    let row = &world.plans[plan];
    let loans = row.value.loans.iter().map(|loan| world.loans[*loan].id);
    Touched::of(loans.chain([row.id]))
}

/// `installment_plans.get`.
pub(super) async fn get_plan(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<InstallmentPlan>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.plans.find(&id), "installment plan")?;
    let driver = world.plan_driver(no);
    world.observe(&driver, Reader::Installments, now);
    Ok(Json(show_plan(&world, no)))
}

/// `installments.list`. READ: `gt` and `lt` leave the moment itself out.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Installment>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let loans = params.all("loan_ids");
    let plans = params.all("installment_plan_ids");
    let mut between = |name: &str| {
        [
            params.time(&format!("{name}_gt")),
            params.time(&format!("{name}_lt")),
        ]
    };
    let (paid, to_pay, updated) = (
        between("paid_at"),
        between("to_pay_at"),
        between("updated_at"),
    );
    let part = params.part(app.settings())?;
    let (mut world, now) = app.open();
    let named_plans = all_of(&plans, |id| world.plans.find(id));
    let named_loans = all_of(&loans, |id| world.loans.find(id));
    world.observe_all(Reader::Installments, now);
    let world = &*world;
    let table = &world.installments;
    let rows = if plans.is_empty() {
        table.walk(Order::Falling, part.after)
    } else {
        let rows = named_plans
            .iter()
            .flat_map(|no| &world.plans[*no].value.installments);
        table.narrow(rows.copied().collect(), Order::Falling, part.after)
    };
    let within = |at, [after, before]: [Option<_>; 2]| {
        after.is_none_or(|after| at > after) && before.is_none_or(|before| at < before)
    };
    let cut = cut(rows, part.size, |no| {
        let installment = &table[no].value;
        (plans.is_empty() || named_plans.contains(&installment.plan))
            && (loans.is_empty()
                || installment
                    .shares
                    .iter()
                    .any(|s| named_loans.contains(&s.loan)))
            && (paid == [None, None] || installment.paid_at.is_some_and(|at| within(at, paid)))
            && within(installment.date, to_pay)
            && within(installment.updated_at, updated)
    });
    Ok(Json(params.page(part, &cut, |no| show(world, no))))
}

pub(crate) fn show(world: &World, no: No) -> Installment {
    let row = &world.installments[no];
    let installment = &row.value;
    let plan = &world.plans[installment.plan].value;
    let attempts = installment
        .payments
        .iter()
        .map(|no| attempt(world, *no, &installment.reference));
    Installment::new()
        .attempts(attempts.collect::<Vec<_>>())
        .currency(Currency::Eur)
        .due_amount(installment.amount())
        .from_account_detail(plan.from.as_ref().map(view::account))
        .id(row.id.to_string())
        .last_repayment_date(installment.paid_at)
        .paid_amount(installment.paid())
        .payment_method(plan.method.to_wire())
        .reference(&*installment.reference)
        .scheduled_at(installment.date)
        .to_account_detail(view::own_account())
}

fn attempt(world: &World, no: No, reference: &str) -> InstallmentPaymentAttempt {
    let row = &world.payments[no];
    let payment = &row.value;
    let failure = (payment.progress == Progress::Failed).then_some(policy::FAILURE_REASON);
    InstallmentPaymentAttempt::new()
        .amount(payment.amount)
        .currency(Currency::Eur)
        .failure_reason(failure)
        .paid_at(payment.paid_at)
        .payment_id(row.id.to_string())
        .payment_method(payment.method.to_wire())
        .payment_type(payment.purpose.to_wire())
        .reference(reference)
        .scheduled_at(payment.scheduled_at)
        .status(payment.progress.to_wire())
}

fn show_plan(world: &World, no: No) -> InstallmentPlan {
    let row = &world.plans[no];
    let plan = &row.value;
    let borrower = &world.borrowers[plan.borrower].value;
    let kind = borrower.input.identifier_type.as_ref();
    let installments = plan.installments.iter().map(|no| {
        let row = &world.installments[*no];
        PaymentIntentSummary::new()
            .amount(row.value.amount())
            .date(row.value.date)
            .id(row.id.to_string())
            .status(row.value.status())
    });
    let loans = plan.loans.iter().map(|loan| view::loan_id(world, *loan));
    InstallmentPlan::new()
        .business_identifier(view::identifier(&borrower.key, kind))
        .id(row.id.to_string())
        .installments(installments.collect::<Vec<_>>())
        .loan_ids(loans.collect::<Vec<_>>())
}
