//! Borrowers.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{
    AccountNumberType, Address, BankIdentifierType, Borrower, BorrowerAccount,
    BorrowerComplianceChecks, BorrowerNextAction, BorrowerOwner, BorrowerStatus, Cents,
    ComplianceStatus, CreateBorrower, CreateOwner, CreatedOwner, Director, DirectorInput, Page,
    ReturnedAddress, SignBorrower,
};

use jiff::Timestamp;

use super::params::within;
use super::view::OrNull;
use super::{JsonBody, Params, World, all_of, found, view};
use crate::app::App;
use crate::document::{ContractFacts, Document, Party};
use crate::journal::Touched;
use crate::origin::Origin;
use crate::policy;
use crate::problem::Problem;
use crate::world::party::{Owner, key_of};
use crate::world::table::{No, Order, cut};

/// `borrowers.create`.
pub(super) async fn create(
    State(app): State<App>,
    origin: Origin,
    JsonBody(body): JsonBody<CreateBorrower>,
) -> Result<(StatusCode, Touched, Json<Borrower>), Problem> {
    let (mut world, now) = app.open();
    let no = world.create_borrower(body, now)?;
    let contract = contract(&app, &origin, &world, no, now);
    let touched = Touched::of([world.borrowers[no].id]);
    let shown = Json(show(&world, no, contract));
    Ok((StatusCode::CREATED, touched, shown))
}

/// `borrowers.list`.
pub(crate) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Borrower>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let ids = params.all("borrower_id");
    let identifier = params.one("borrower_identifier").map(|text| key_of(&text));
    let from = params.time("from_signed_at");
    let to = params.time("to_signed_at");
    let part = params.part(app.settings())?;
    let (world, _) = app.open();
    let table = &world.borrowers;
    let rows = if !ids.is_empty() {
        let rows = all_of(&ids, |id| table.find(id));
        table.narrow(rows, Order::Falling, part.after)
    } else if let Some(identifier) = &identifier {
        let rows = world.borrower_by_identifier(identifier);
        table.narrow(rows.into_iter().collect(), Order::Falling, part.after)
    } else {
        table.walk(Order::Falling, part.after)
    };
    let cut = cut(rows, part.size, |no| {
        let borrower = &table[no].value;
        no != world.own
            && identifier.as_ref().is_none_or(|key| borrower.key == *key)
            && ((from.is_none() && to.is_none())
                || borrower
                    .signed_at
                    .is_some_and(|at| within(at, from, None) && to.is_none_or(|to| at <= to)))
    });
    Ok(Json(params.page(part, &cut, |no| show(&world, no, None))))
}

/// `borrowers.get`.
pub(super) async fn get(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Json<Borrower>, Problem> {
    let (world, now) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    let contract = contract(&app, &origin, &world, no, now);
    Ok(Json(show(&world, no, contract)))
}

/// `borrowers.sign`.
pub(super) async fn sign(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<SignBorrower>,
) -> Result<Json<Borrower>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    world.sign(no, body.signed_at.map_or(now, |at| at.get()), now)?;
    let contract = contract(&app, &origin, &world, no, now);
    Ok(Json(show(&world, no, contract)))
}

/// `borrowers.deactivate`.
pub(super) async fn deactivate(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    world.deactivate(no, now)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `borrowers.create_owner`.
pub(super) async fn create_owner(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<CreateOwner>,
) -> Result<(StatusCode, Json<CreatedOwner>), Problem> {
    let (mut world, _) = app.open();
    let no = found(world.borrowers.find(&id), "borrower")?;
    let owner = world.add_owner(no, body)?;
    let shown = CreatedOwner::new()
        .email(OrNull(owner.email))
        .id(owner.id.to_string())
        .phone_number(OrNull(owner.phone_number));
    Ok((StatusCode::CREATED, Json(shown)))
}

/// A fresh link to the borrower's contract, once it has signed one.
fn contract(app: &App, origin: &Origin, world: &World, no: No, now: Timestamp) -> Option<String> {
    let row = &world.borrowers[no];
    let borrower = &row.value;
    borrower.signed_at?;
    let facts = ContractFacts {
        number: row.id.sibling(0x0044).to_string(),
        borrower: Party {
            name: borrower.input.name.clone().unwrap_or_default(),
            identifier: borrower.key.clone(),
        },
        signed_at: borrower.signed_at,
        facility: Cents(world.settings.facility),
        rate: format!("{} %", world.settings.daily_rate),
        iban: borrower
            .input
            .account_number
            .as_ref()
            .map(|number| number.expose().to_owned()),
    };
    Some(
        origin.url(
            &app.links
                .publish(Document::Contract(facts), now, world.settings.link_life()),
        ),
    )
}

/// A borrower as the API shows it; the contract's link is made for each
/// answer and kept nowhere.
pub(crate) fn show(world: &World, no: No, contract_url: Option<String>) -> Borrower {
    let row = &world.borrowers[no];
    let borrower = &row.value;
    let input = &borrower.input;
    let status = if borrower.deactivated {
        BorrowerStatus::Deactivated
    } else if borrower.is_refused {
        BorrowerStatus::Prohibited
    } else if borrower.is_ready() {
        BorrowerStatus::Ready
    } else {
        BorrowerStatus::ToSign
    };
    let compliance = if borrower.is_refused {
        ComplianceStatus::Rejected
    } else if borrower.signed_at.is_some() {
        ComplianceStatus::Approved
    } else {
        ComplianceStatus::PendingUserAction
    };
    let accounts: Vec<_> = input
        .account_number
        .iter()
        .map(|number| {
            BorrowerAccount::new()
                .account_number(number)
                .account_number_type(AccountNumberType::Iban)
                .bank_identifier(policy::BIC)
                .bank_identifier_type(BankIdentifierType::Bic)
        })
        .collect();
    let next: Vec<_> = (status == BorrowerStatus::ToSign)
        .then_some(BorrowerNextAction::FillKybCase)
        .into_iter()
        .collect();
    let first = input.owner.as_ref().map(|owner| Owner {
        id: row.id.sibling(0x0043),
        email: owner.email.clone(),
        phone_number: owner.phone_number.clone(),
    });
    let owner = first.or_else(|| borrower.owners.first().cloned());
    let owner = owner.map(|owner| {
        BorrowerOwner::new()
            .id(owner.id.to_string())
            .phone_number(owner.phone_number)
            .email(OrNull(owner.email))
    });
    let address = input.address.as_ref().map(|given| {
        Address::new()
            .address_line_1(given.address_line_1.clone())
            .address_line_2(given.address_line_2.clone())
            .city(given.city.clone())
            .country(given.country.clone())
            .postal_code(given.postal_code.clone())
            .state(given.state.clone())
    });
    let directors: Vec<_> = input.directors.iter().map(director).collect();
    Borrower::new()
        .accounts(accounts)
        .address(address)
        .can_reonboard(false)
        .compliance_checks(BorrowerComplianceChecks::new().status(compliance))
        .contract_s3_url(contract_url)
        .directors((!directors.is_empty()).then_some(directors))
        .id(row.id.to_string())
        .identifier(borrower.key.as_str())
        .identifier_type(view::kind(input.identifier_type.as_ref(), &borrower.key))
        .legal_form(input.legal_form.clone())
        .metadata(input.metadata.clone())
        .name(input.name.clone())
        .next_actions(next)
        .owner(owner)
        .signed_at(borrower.signed_at)
        .status(status)
        .vat_number(input.vat_number.clone())
}

fn director(input: &DirectorInput) -> Director {
    let input = input.clone();
    let address = |address: Option<defacto_types::CreateAddress>| {
        address.map(|given| {
            ReturnedAddress::new()
                .address_line_1(given.address_line_1)
                .address_line_2(given.address_line_2)
                .city(given.city)
                .country(given.country)
                .postal_code(given.postal_code)
                .state(given.state)
        })
    };
    Director::new()
        .address(address(input.address))
        .birth_date(input.birth_date)
        .birth_place(input.birth_place)
        .business_email(input.business_email)
        .business_phone_number(input.business_phone_number)
        .entity_type(input.entity_type)
        .first_name(input.first_name)
        .id(input.id)
        .identifier(input.identifier)
        .identifier_type(input.identifier_type)
        .last_name(input.last_name)
        .legal_name(input.legal_name)
        .nationality(input.nationality)
        .role(input.role)
        .siege_address(address(input.siege_address))
        .title(input.title)
}
