//! The operations that generate test data.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use defacto_types::{
    CounterpartyInput, CreateBorrower, EligibilityScenario, GeneratedIban, GeneratedInvoice,
    IdentifierType, InvalidParam, SandboxCountry, Scenario, SetBusinessEligibility, Wire,
};

use crate::app::App;
use crate::document::Document;
use crate::fields::Fields;
use crate::origin::Origin;
use crate::problem::Problem;
use crate::world::email::is_email;

/// `testing.generate_iban`.
pub(crate) async fn iban(
    State(app): State<App>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<(StatusCode, Json<GeneratedIban>), Problem> {
    let mut fields = Fields::of_both(query, b"")?;
    let country = country(&mut fields);
    let scenario = scenario(&mut fields);
    fields.finish_known()?;
    let generated = GeneratedIban::new().iban(app.generator.iban(&country, &scenario));
    Ok((StatusCode::CREATED, Json(generated)))
}

/// `testing.generate_business`, with the parameters in the query or, as the
/// guides have it, in a body.
pub(crate) async fn business(
    State(app): State<App>,
    Query(query): Query<Vec<(String, String)>>,
    body: Bytes,
) -> Result<Json<CreateBorrower>, Problem> {
    let mut fields = Fields::of_both(query, &body)?;
    let country = country(&mut fields);
    let borrows = fields.take("is_borrower", "must be true or false", |value| {
        value.as_bool().or_else(|| value.as_str()?.parse().ok())
    });
    fields.finish_known()?;
    let borrower = app.generator.borrower(&country, borrows.unwrap_or(true));
    Ok(Json(borrower))
}

/// `testing.generate_invoice`.
pub(crate) async fn invoice(
    State(app): State<App>,
    origin: Origin,
    body: Bytes,
) -> Result<(StatusCode, Json<GeneratedInvoice>), Problem> {
    let mut fields = Fields::of_both(Vec::new(), &body)?;
    let country = country(&mut fields);
    let scenario = scenario(&mut fields);
    let buyer = party(&mut fields, "buyer");
    let seller = party(&mut fields, "seller");
    fields.finish_known()?;
    let now = app.clock.now();
    let draft = app
        .generator
        .invoice(&country, &scenario, seller, buyer, now);
    let path = app.links.publish(
        Document::Invoice(draft.facts()),
        now,
        app.settings().link_life(),
    );
    let generated = GeneratedInvoice::new()
        .invoice_creation_payload(draft.into_payload())
        .pdf_download_url(origin.url(&path));
    Ok((StatusCode::CREATED, Json(generated)))
}

/// `testing.set_business_eligibility`.
pub(crate) async fn set_eligibility(
    State(app): State<App>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let asked: SetBusinessEligibility = serde_json::from_slice(&body)
        .map_err(|_| refused("body", "must be a business identifier and a scenario"))?;
    let identifier = asked
        .business_identifier
        .and_then(|business| business.identifier)
        .filter(|identifier| !identifier.trim().is_empty())
        .ok_or_else(|| refused("business_identifier.identifier", "is required"))?;
    match asked.scenario {
        Some(EligibilityScenario::Ok) => app.world().set_eligible(&identifier, true),
        Some(EligibilityScenario::NotEligible) => app.world().set_eligible(&identifier, false),
        _ => {
            let expected = not_one_of(EligibilityScenario::ALL);
            return Err(refused("scenario", &expected));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

fn country(fields: &mut Fields) -> SandboxCountry {
    fields
        .take("country", &not_one_of(SandboxCountry::ALL), |value| {
            let country = SandboxCountry::from(value.as_str()?.to_owned());
            country.is_known().then_some(country)
        })
        .unwrap_or(SandboxCountry::Fra)
}

fn scenario(fields: &mut Fields) -> Scenario {
    fields
        .take("scenario", &not_one_of(Scenario::ALL), |value| {
            let scenario = Scenario::from(value.as_str()?.to_owned());
            scenario.is_known().then_some(scenario)
        })
        .unwrap_or(Scenario::Success)
}

/// What is declared of a party; what else was sent of it is not shown again.
fn party(fields: &mut Fields, name: &str) -> Option<CounterpartyInput> {
    let mut party: CounterpartyInput = fields.take(name, "must be a company", |value| {
        serde_json::from_value(value.clone()).ok()
    })?;
    let mut missing = Vec::new();
    party.missing(name, &mut missing);
    for path in missing {
        fields.refuse(&path, "is missing");
    }
    let contact = party.contact.as_ref();
    let email = contact.and_then(|contact| contact.email.as_deref());
    if email.is_some_and(|email| !is_email(email)) {
        let path = format!("{name}.contact.email");
        fields.refuse(&path, "must be an email address");
    }
    let scheme = party.identifier_type.as_ref();
    if scheme.is_some_and(|scheme| !scheme.is_known()) {
        let path = format!("{name}.identifier_type");
        fields.refuse(&path, &not_one_of(IdentifierType::ALL));
    }
    party.forget_unknown();
    Some(party)
}

fn not_one_of(values: &[impl ToString]) -> String {
    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
    format!("must be one of {}", values.join(", "))
}

fn refused(name: &str, reason: &str) -> Problem {
    Problem::invalid(vec![InvalidParam::new().name(name).reason(reason)])
}
