//! Companies as registers know them.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use defacto_types::{Address, BusinessSegment, IdentifierType, PublicBusinessData};

use super::view::{self, OrNull};
use super::{Params, World, found};
use crate::app::App;
use crate::problem::Problem;
use crate::world::party::{Company, key_of};

/// `businesses.search_public_data`: the register has the companies that the
/// simulator knows, borrowers and counterparties.
pub(super) async fn search(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Vec<PublicBusinessData>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let identifier = params.one("identifier").unwrap_or_default();
    let key = key_of(&identifier);
    if key.is_empty() {
        params.refuse("identifier", "is missing");
    }
    let kind = params.known("identifier_type", IdentifierType::is_known);
    // READ: nothing else is accepted.
    if kind.is_some_and(|kind| kind != IdentifierType::HrNummer) {
        params.refuse("identifier_type", "must be hr_nummer");
    }
    let narrowed = ["name", "street", "postal_code", "city", "country"]
        .map(|name| params.one(name).map(|text| text.to_lowercase()));
    params.finish()?;
    let (world, _) = app.open();
    let found = world
        .companies(&key)
        .into_iter()
        .map(|company| show(&world, company));
    let found = found.filter(|shown| {
        let address = shown.address.as_ref();
        let of = |field: fn(&Address) -> &Option<String>| address.and_then(|a| field(a).as_deref());
        let fields = [
            shown.name.as_deref(),
            of(|a| &a.address_line_1),
            of(|a| &a.postal_code),
            of(|a| &a.city),
            of(|a| &a.country),
        ];
        narrowed.iter().zip(fields).all(|(wanted, field)| {
            wanted.as_ref().is_none_or(|wanted| {
                field.is_some_and(|field| field.to_lowercase().contains(wanted))
            })
        })
    });
    Ok(Json(found.collect()))
}

fn show(world: &World, company: Company) -> PublicBusinessData {
    let business = view::business(world, company);
    let address = match company {
        Company::Counterparty(_) => business.address,
        Company::Borrower(no) => {
            let given = world.borrowers[no].value.input.address.as_ref();
            given.map(|given| {
                Address::new()
                    .address_line_1(given.address_line_1.clone())
                    .address_line_2(given.address_line_2.clone())
                    .city(given.city.clone())
                    .country(given.country.clone())
                    .postal_code(given.postal_code.clone())
                    .state(given.state.clone())
            })
        }
    };
    PublicBusinessData::new()
        .address(address)
        .identifier(OrNull(business.identifier))
        .identifier_type(OrNull(business.identifier_type))
        .name(business.name)
}

/// `businesses.get_segment`.
pub(super) async fn segment(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<BusinessSegment>, Problem> {
    let (world, _) = app.open();
    let company = found(world.business(&id), "business")?;
    let business = view::business(&world, company);
    let key = business.identifier.unwrap_or_default();
    let shown = BusinessSegment::new()
        .business_id(OrNull(business.id))
        .business_identifier(view::identifier(&key, business.identifier_type.as_ref()))
        .defacto_segment(OrNull(world.segment(company)));
    Ok(Json(shown))
}
