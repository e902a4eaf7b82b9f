//! Companies that do not exist.

use defacto_types::{
    BirthPlace, BusinessAddress, CounterpartyInput, CreateAddress, CreateBorrower, CreateOwner,
    Date, DirectorInput, DirectorRole, EntityType, IdentifierType, SandboxCountry,
};
use rand::{Rng, RngExt};

use super::identifier::Identifier;

const FIRST_NAMES: [&str; 16] = [
    "Alice", "Bruno", "Camille", "David", "Elena", "Fabien", "Greta", "Hugo", "Ines", "Jonas",
    "Karin", "Louis", "Marta", "Noah", "Olivia", "Pierre",
];

const LAST_NAMES: [&str; 16] = [
    "Arnaud", "Bernard", "Castillo", "Dubois", "Evers", "Fischer", "Garnier", "Hansen", "Ibarra",
    "Janssens", "Keller", "Lambert", "Moreau", "Navarro", "Olsen", "Peeters",
];

const STREETS: [&str; 6] = [
    "Long Street",
    "Mill Lane",
    "Station Road",
    "Harbour Way",
    "Market Square",
    "Garden Row",
];

/// A person's first and last name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    first: &'static str,
    last: &'static str,
}

impl Person {
    pub(super) fn new(rng: &mut impl Rng) -> Self {
        Self {
            first: pick(&FIRST_NAMES, rng),
            last: pick(&LAST_NAMES, rng),
        }
    }

    /// Named as Defacto's own generator names companies.
    fn company(self) -> String {
        format!("{} {} Co.", self.first, self.last)
    }

    /// At a domain that is reserved for examples, so no mail arrives.
    fn email(self) -> String {
        format!("{}.{}@example.com", self.first, self.last).to_lowercase()
    }
}

/// Where the companies of a country are.
struct Place {
    city: &'static str,
    postal_code: &'static str,
    legal_form: &'static str,
    language: &'static str,
    dialing_code: &'static str,
}

impl Place {
    fn of(country: &SandboxCountry) -> Self {
        let (city, postal_code, legal_form, language, dialing_code) = match country {
            SandboxCountry::Bel => ("Bruxelles", "1000", "SRL", "fr", "+32"),
            SandboxCountry::Deu => ("Hamburg", "20095", "GmbH", "de", "+49"),
            SandboxCountry::Esp => ("Madrid", "28001", "SL", "es", "+34"),
            SandboxCountry::Guf => ("Cayenne", "97300", "SAS", "fr", "+594"),
            SandboxCountry::Isl => ("Reykjavík", "101", "ehf.", "en", "+354"),
            SandboxCountry::Maf => ("Marigot", "97150", "SAS", "fr", "+590"),
            SandboxCountry::Nld => ("Amsterdam", "1012", "BV", "nl", "+31"),
            SandboxCountry::Reu => ("Saint-Denis", "97400", "SAS", "fr", "+262"),
            _ => ("Paris", "75002", "SAS", "fr", "+33"),
        };
        Self {
            city,
            postal_code,
            legal_form,
            language,
            dialing_code,
        }
    }
}

/// A body for `POST /borrowers`. A company that shall not borrow
/// (`iban` is `None`) has no account and no owner. It is not signed: when the
/// terms were accepted is the caller's to say.
pub(super) fn borrower(
    country: &SandboxCountry,
    identifier: Identifier,
    iban: Option<String>,
    rng: &mut impl Rng,
) -> CreateBorrower {
    let person = Person::new(rng);
    let place = Place::of(country);
    let line = format!("{} {}", rng.random_range(1..200), pick(&STREETS, rng));
    let born = born(rng);
    let phone = format!(
        "{}6{}",
        place.dialing_code,
        rng.random_range(10_000_000..100_000_000)
    );
    let owner = iban.is_some().then(|| {
        CreateOwner::new()
            .first_name(person.first)
            .last_name(person.last)
            .email(person.email())
            .phone_number(phone.as_str())
            .birth_date(born)
    });
    let home = CreateAddress::new()
        .address_line_1(line.as_str())
        .city(place.city)
        .postal_code(place.postal_code)
        .country(country.as_str());
    let director = DirectorInput::new()
        .entity_type(EntityType::People)
        .role(DirectorRole::Director)
        .first_name(person.first)
        .last_name(person.last)
        .birth_date(born)
        .birth_place(BirthPlace::new().city(place.city).country(country.as_str()))
        .nationality(country.as_str())
        .business_email(person.email())
        .business_phone_number(phone.as_str())
        .address(home);
    let address = BusinessAddress::new()
        .address_line_1(line.as_str())
        .city(place.city)
        .postal_code(place.postal_code)
        .country(country.as_str());
    CreateBorrower::new()
        .identifier(identifier.number)
        .identifier_type(identifier.kind)
        .name(person.company())
        .legal_form(place.legal_form)
        .vat_number(identifier.vat_number)
        .address(address)
        .directors(vec![director])
        .owner(owner)
        .account_number(iban)
        .preferred_language(place.language)
}

/// The other party of an invoice. A SIREN goes without its type, as
/// Defacto's generator writes it; no other number can be told without.
pub(super) fn party(identifier: Identifier, rng: &mut impl Rng) -> CounterpartyInput {
    let stated = identifier.kind != IdentifierType::Siren;
    CounterpartyInput::new()
        .name(Person::new(rng).company())
        .identifier(identifier.number)
        .identifier_type(stated.then_some(identifier.kind))
}

/// A birthday of an adult.
fn born(rng: &mut impl Rng) -> Date {
    let (year, month, day) = (
        rng.random_range(1955..=1999),
        rng.random_range(1..=12),
        rng.random_range(1..=28),
    );
    Date::new(year, month, day).unwrap_or_default()
}

fn pick(words: &'static [&'static str], rng: &mut impl Rng) -> &'static str {
    words
        .get(rng.random_range(0..words.len()))
        .copied()
        .unwrap_or_default()
}
