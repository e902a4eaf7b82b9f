//! Recollection cases.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{
    ComputePlan, CreateRecollectionCase, IdentifierType, Page, RecollectionAction,
    RecollectionActionStatus, RecollectionCase, RecollectionInstallmentInput,
    RecollectionInstallmentLoanInput, RecollectionInstallmentPlan, RecollectionPlanInput,
    RecollectionStrategy, RecollectionStrategyType, UpdateRecollectionCase,
};

use super::params::whole;
use super::{JsonBody, Params, World, found, installments, view};
use crate::app::App;
use crate::journal::Touched;
use crate::problem::Problem;
use crate::world::table::No;

/// `recollection_cases.list`. READ: both parameters are required.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<RecollectionCase>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let identifier = params.one("identifier").unwrap_or_default();
    if identifier.trim().is_empty() {
        params.refuse("identifier", "is missing");
    }
    if params.one("identifier_type").is_none() {
        params.refuse("identifier_type", "is missing");
    }
    let kind = params.known("identifier_type", IdentifierType::is_known);
    params.finish()?;
    let (world, _) = app.open();
    let cases = world.cases_of(&identifier).into_iter();
    let cases = cases.filter(|no| Some(&world.cases[*no].value.kind) == kind.as_ref());
    Ok(Json(whole(cases.map(|no| show(&world, no)).collect())))
}

/// `recollection_cases.create`.
pub(super) async fn create(
    State(app): State<App>,
    JsonBody(body): JsonBody<CreateRecollectionCase>,
) -> Result<(StatusCode, Touched, Json<RecollectionCase>), Problem> {
    let touched = Touched::named(body.loan_ids.iter().map(|id| id.as_str()));
    let (mut world, now) = app.open();
    let no = world.open_case(body, now);
    let no = no.map_err(|refusal| Problem::from(refusal).about(&touched))?;
    Ok((StatusCode::CREATED, touched, Json(show(&world, no))))
}

/// `recollection_cases.get`.
pub(super) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<RecollectionCase>, Problem> {
    let (world, _) = app.open();
    let no = found(world.cases.find(&id), "recollection case")?;
    Ok(Json(show(&world, no)))
}

/// `recollection_cases.update`.
pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<UpdateRecollectionCase>,
) -> Result<Json<RecollectionCase>, Problem> {
    let (mut world, _) = app.open();
    let no = found(world.cases.find(&id), "recollection case")?;
    world.cases[no].value.notes = body.recollection_notes;
    Ok(Json(show(&world, no)))
}

/// `recollection_cases.compute_plan`.
pub(super) async fn compute_plan(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<ComputePlan>,
) -> Result<Json<RecollectionPlanInput>, Problem> {
    let (world, now) = app.open();
    let no = found(world.cases.find(&id), "recollection case")?;
    let computed = world.compute_plan(no, &body, now)?;
    let installments = computed.installments.iter().map(|part| {
        let shares = part.shares.iter();
        let loans = shares.clone().map(|(loan, amount)| {
            RecollectionInstallmentLoanInput::new()
                .amount(*amount)
                .loan_id(view::loan_id(&world, *loan))
        });
        RecollectionInstallmentInput::new()
            .amount(part.fees + shares.map(|(_, amount)| amount).sum::<i64>())
            .date(part.date)
            .loans(loans.collect::<Vec<_>>())
            .recollection_fees(part.fees)
    });
    let plan = RecollectionPlanInput::new()
        .installments(installments.collect::<Vec<_>>())
        .payment_method(computed.method);
    Ok(Json(plan))
}

/// `recollection_cases.create_plan`.
pub(super) async fn create_plan(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<RecollectionPlanInput>,
) -> Result<(StatusCode, Touched, Json<RecollectionInstallmentPlan>), Problem> {
    let (mut world, now) = app.open();
    let no = found(world.cases.find(&id), "recollection case")?;
    let plan = world.plan_case(no, &body, now)?;
    let shown = RecollectionInstallmentPlan::new()
        .installment_plan_id(world.plans[plan].id.to_string())
        .recollection_case(show(&world, no));
    let touched = installments::touched(&world, plan);
    Ok((StatusCode::CREATED, touched, Json(shown)))
}

fn show(world: &World, no: No) -> RecollectionCase {
    let row = &world.cases[no];
    let case = &row.value;
    let debtor = &world.borrowers[case.borrower].value.key;
    let action = RecollectionAction::new()
        .action_name(case.action.name.as_str())
        .action_status(RecollectionActionStatus::Scheduled)
        .action_status_date(row.created)
        .id(case.action.id.to_string())
        .original_due_at(case.action.due_at)
        .short_description(case.action.description.clone());
    let last = case.strategies.last();
    let strategies = case.strategies.iter().map(|id| {
        RecollectionStrategy::new()
            .id(id.to_string())
            .is_active(Some(id) == last)
            .strategy_type(RecollectionStrategyType::InstallmentPlan)
    });
    let loans = case.loans.iter().map(|loan| view::loan_id(world, *loan));
    RecollectionCase::new()
        .agent(case.agent.as_str())
        .debtor_business(view::identifier(debtor, Some(&case.kind)))
        .id(row.id.to_string())
        .loan_ids(loans.collect::<Vec<_>>())
        .next_action(action)
        .past_actions(Vec::<RecollectionAction>::new())
        .recollection_notes(case.notes.clone())
        .strategies(strategies.collect::<Vec<_>>())
}
