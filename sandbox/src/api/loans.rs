//! Loans.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use defacto_types::{
    CreateLoan, EntityType, Loan, LoanEvent, LoanSort, LoanStatus, LoanType, Page,
    SetRepaymentTerms, UpdateLoan,
};
use jiff::Timestamp;

use super::body::written;
use super::params::{any, whole, within};
use super::{JsonBody, Params, World, all_of, found, loan_documents, loan_view};
use crate::app::App;
use crate::journal::Touched;
use crate::origin::Origin;
use crate::problem::Problem;
use crate::world::Refusal;
use crate::world::interest::plus_days;
use crate::world::loan::Reader;
use crate::world::party::key_of;
use crate::world::table::{No, Order, cut, walk_sorted};

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
    Ok(written(&show(&app, &origin, &world, no, now)))
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

/// What `loans.list` keeps.
struct Filter {
    ids: Vec<String>,
    borrowers: Vec<String>,
    types: Vec<LoanType>,
    statuses: Vec<LoanStatus>,
    guarantor: bool,
    postponed: Option<bool>,
    query: Option<String>,
    contractual: (Option<Timestamp>, Option<Timestamp>),
    to_pay_at: (Option<Timestamp>, Option<Timestamp>),
    to_repay_at: (Option<Timestamp>, Option<Timestamp>),
}

impl Filter {
    fn read(params: &mut Params, now: Timestamp) -> Self {
        let mut to_repay_at = (
            params.time("to_repay_at_from"),
            params.time("to_repay_at_to"),
        );
        if let Some(days) = params.number("to_repay_at_within_days") {
            if to_repay_at != (None, None) {
                let reason = "excludes to_repay_at_from and to_repay_at_to";
                params.refuse("to_repay_at_within_days", reason);
            }
            to_repay_at = (Some(now), Some(plus_days(now, days)));
        }
        // Nobody guarantees a loan here.
        let called = params.truth("guarantee_called") == Some(true);
        Self {
            ids: params.all("id"),
            borrowers: params.all("borrower").iter().map(|t| key_of(t)).collect(),
            types: params.all_known("loan_type", LoanType::is_known),
            statuses: params.all_known("status", LoanStatus::is_known),
            guarantor: called || params.one("guarantor").is_some(),
            postponed: params.truth("postponed"),
            query: params.one("query").map(|text| text.to_lowercase()),
            contractual: (
                params.time("contractual_repayment_date_from"),
                params.time("contractual_repayment_date_to"),
            ),
            to_pay_at: (params.time("to_pay_at_from"), params.time("to_pay_at_to")),
            to_repay_at,
        }
    }

    fn keeps(&self, world: &World, no: No) -> bool {
        let row = &world.loans[no];
        let loan = &row.value;
        let contractual = loan.contractual;
        !self.guarantor
            && any(&self.statuses, &loan.status.to_wire())
            && any(&self.types, &loan.loan_type)
            && (self.ids.is_empty() || self.ids.contains(&row.id.to_string()))
            && any(&self.borrowers, &world.borrowers[loan.borrower].value.key)
            && self.postponed.is_none_or(|wanted| loan.postponed == wanted)
            && (self.contractual == (None, None)
                || contractual.is_some_and(|at| within(at, self.contractual.0, self.contractual.1)))
            && within(loan.to_pay_at, self.to_pay_at.0, self.to_pay_at.1)
            && within(loan.to_repay_at, self.to_repay_at.0, self.to_repay_at.1)
            && self
                .query
                .as_ref()
                .is_none_or(|text| matches(world, no, text))
    }
}

/// Whether a loan's id, invoice number, amount, fees, status or counterparty
/// has this text in it.
fn matches(world: &World, no: No, text: &str) -> bool {
    let row = &world.loans[no];
    let loan = &row.value;
    let invoice = loan.invoice.map(|invoice| &world.invoices[invoice].value);
    let number = invoice.and_then(|invoice| invoice.number.as_deref());
    let names = invoice
        .map(|invoice| [invoice.buyer, invoice.seller])
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|party| world.counterparties[party].value.name.as_deref());
    let fees = loan.fees_estimated().map(|fees| fees.to_string());
    let own = [
        row.id.to_string(),
        loan.amount.to_string(),
        loan.status.to_wire().as_str().to_owned(),
    ];
    own.iter()
        .map(String::as_str)
        .chain(fees.as_deref())
        .chain(number)
        .chain(names)
        .any(|field| field.to_lowercase().contains(text))
}

/// `loans.list`.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Loan>>, Problem> {
    page(&app, &uri, pairs, true)
}

/// The same, without being a reader that moves loans.
pub(crate) async fn look(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Loan>>, Problem> {
    page(&app, &uri, pairs, false)
}

fn page(
    app: &App,
    uri: &Uri,
    pairs: Vec<(String, String)>,
    is_reader: bool,
) -> Result<Json<Page<Loan>>, Problem> {
    let mut params = Params::new(uri, pairs);
    let sort = params.known("sort_by", LoanSort::is_known);
    let (mut world, now) = app.open();
    let filter = Filter::read(&mut params, now);
    let part = params.part(world.settings)?;
    let named = all_of(&filter.ids, |id| world.loans.find(id));
    if !is_reader {
        // Looked at as it stands.
    } else if filter.ids.is_empty() {
        world.observe_all(Reader::List, now);
    } else {
        world.observe(&named, Reader::List, now);
    }
    let world = &*world;
    let table = &world.loans;
    let order = match sort {
        Some(LoanSort::CreatedAtAsc | LoanSort::ToPayAtAsc | LoanSort::ToRepayAtAsc) => {
            Order::Rising
        }
        _ => Order::Falling,
    };
    let rows = match sort {
        Some(LoanSort::ToPayAtAsc | LoanSort::ToPayAtDesc) => {
            walk_sorted(&world.loans_by_payout, order, part.after)
        }
        Some(LoanSort::ToRepayAtAsc | LoanSort::ToRepayAtDesc) => {
            walk_sorted(&world.loans_by_repayment, order, part.after)
        }
        _ if !filter.ids.is_empty() => table.narrow(named, order, part.after),
        _ if !filter.borrowers.is_empty() => {
            let rows = filter
                .borrowers
                .iter()
                .filter_map(|key| world.borrower_by_identifier(key))
                .flat_map(|no| world.borrowers[no].value.loans.iter().copied());
            table.narrow(rows.collect(), order, part.after)
        }
        _ => table.walk(order, part.after),
    };
    let cut = cut(rows, part.size, |no| filter.keeps(world, no));
    Ok(Json(params.page(part, &cut, |no| {
        loan_view::show_in_list(world, no, now)
    })))
}
