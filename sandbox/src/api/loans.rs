//! Loans.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use defacto_types::{
    CreateLoan, EntityType, Loan, LoanEvent, LoanSort, Page, SetRepaymentTerms, UpdateLoan,
};
use jiff::Timestamp;

use super::body::{write, written};
use super::loan_filter::Filter;
use super::params::whole;
use super::{JsonBody, Params, World, all_of, found, loan_documents, loan_view};
use crate::app::App;
use crate::journal::Touched;
use crate::origin::Origin;
use crate::problem::Problem;
use crate::world::Refusal;
use crate::world::loan::Reader;
use crate::world::table::{No, cut};

/// `loans.create`.
pub(super) async fn create(
    State(app): State<App>,
    origin: Origin,
    JsonBody(body): JsonBody<CreateLoan>,
) -> Result<(StatusCode, Touched, Json<Loan>), Problem> {
    let (mut world, now) = app.open();
    let before = world.loans.len();
    let no = world.request_loan(body, now)?;
    let status = match world.loans.len() == before {
        true => StatusCode::from_u16(world.settings.salt_replay_status.0),
        false => Ok(StatusCode::CREATED),
    };
    let loan = &world.loans[no].value;
    let invoice = loan.invoice.map(|invoice| world.invoices[invoice].id);
    let own = [world.loans[no].id, world.borrowers[loan.borrower].id];
    let touched = Touched::of(own.into_iter().chain(invoice));
    let shown = Json(show(&app, &origin, &world, no, now));
    Ok((status.unwrap_or(StatusCode::CREATED), touched, shown))
}

/// `loans.get`.
pub(super) async fn get(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.loans.find(&id), "loan")?;
    world.observe(&[no], Reader::One, now);
    if world.loans[no].value.files.is_empty() {
        written(app.loan_texts.alone(&world, no, now))
    } else {
        // Each answer has links of its own.
        written(write(&show(&app, &origin, &world, no, now)))
    }
}

/// `loans.list_events`.
pub(super) async fn list_events(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Page<LoanEvent>>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.loans.find(&id), "loan")?;
    world.observe(&[no], Reader::History, now);
    let history = world.loans[no].value.history.iter().map(|moment| {
        LoanEvent::new()
            .entity_type(EntityType::Loan)
            .status(moment.status.to_wire())
            .timestamp(moment.at)
            .transition_name(moment.status.transition())
    });
    Ok(Json(whole(history.collect())))
}

/// `loans.validate`.
pub(super) async fn validate(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Json<Loan>, Problem> {
    act(&app, &origin, &id, World::validate)
}

/// `loans.cancel`.
pub(super) async fn cancel(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Json<Loan>, Problem> {
    act(&app, &origin, &id, World::cancel)
}

/// `loans.update`.
pub(super) async fn update(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<UpdateLoan>,
) -> Result<Json<Loan>, Problem> {
    act(&app, &origin, &id, |world, no, now| {
        world.update_loan(no, body, now)
    })
}

fn act(
    app: &App,
    origin: &Origin,
    id: &str,
    act: impl FnOnce(&mut World, No, Timestamp) -> Result<(), Refusal>,
) -> Result<Json<Loan>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.loans.find(id), "loan")?;
    act(&mut world, no, now)?;
    Ok(Json(show(app, origin, &world, no, now)))
}

/// `loans.set_repayment_terms`.
pub(super) async fn set_repayment_terms(
    State(app): State<App>,
    origin: Origin,
    JsonBody(body): JsonBody<SetRepaymentTerms>,
) -> Result<(Touched, Json<Page<Loan>>), Problem> {
    let named = body.repayment_terms.iter();
    let touched = Touched::named(named.filter_map(|terms| Some(terms.loan_id.as_ref()?.as_str())));
    let (mut world, now) = app.open();
    let loans = world.set_terms(body.repayment_terms, now);
    let loans = loans.map_err(|refusal| Problem::from(refusal).about(&touched))?;
    let shown = loans.iter().map(|no| show(&app, &origin, &world, *no, now));
    Ok((touched, Json(whole(shown.collect()))))
}

/// One loan, with links to its documents.
fn show(app: &App, origin: &Origin, world: &World, no: No, now: Timestamp) -> Loan {
    let mut shown = loan_view::show(world, no, now);
    if !world.loans[no].value.files.is_empty() {
        shown.documents = loan_documents::attached(app, origin, world, no, now);
    }
    shown
}

/// `loans.list`.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    page(&app, &uri, pairs, true)
}

/// The same, without being a reader that moves loans.
pub(crate) async fn look(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    page(&app, &uri, pairs, false)
}

fn page(
    app: &App,
    uri: &Uri,
    pairs: Vec<(String, String)>,
    is_reader: bool,
) -> Result<Response, Problem> {
    let mut params = Params::new(uri, pairs);
    let sort = params.known("sort_by", LoanSort::is_known);
    let (mut world, now) = app.open();
    let named = params.all("id");
    let filter = Filter::read(&mut params, &world, now);
    let part = params.part(world.settings)?;
    if !is_reader {
        // Looked at as it stands.
    } else if named.is_empty() {
        world.observe_all(Reader::List, now);
    } else {
        let named = all_of(&named, |id| world.loans.find(id));
        world.observe(&named, Reader::List, now);
    }
    let world = &*world;
    let rows = filter.rows(world, sort.as_ref(), part);
    let cut = cut(rows, part.size, |no| filter.keeps(world, no));
    let envelope = params.envelope(part, &cut);
    written(app.loan_texts.page(world, &envelope, &cut.rows, now))
}
