//! Company numbers as each country writes them.

use std::collections::HashMap;

use defacto_types::{IdentifierType, SandboxCountry};
use rand::Rng;

use super::sequence::Sequence;
use super::siren;

/// The courts whose registers German companies are in.
const COURTS: [&str; 5] = ["Hamburg", "Berlin", "Frankfurt", "Bremen", "Stuttgart"];

/// A company's number, in its country's own form.
#[derive(Clone, Debug)]
pub(super) struct Identifier {
    pub(super) number: String,
    pub(super) kind: IdentifierType,
    /// `None` where it does not follow from the number.
    pub(super) vat_number: Option<String>,
}

/// The numbers given out so far, a sequence for each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Identifiers(HashMap<&'static str, Sequence>);

impl Identifiers {
    /// A number no other generated company of this country has.
    pub(super) fn next(&mut self, country: &SandboxCountry, rng: &mut impl Rng) -> Identifier {
        match country {
            SandboxCountry::Bel => {
                let digits = self.number("bel", 1_000_000, 9_000_000, rng);
                let number = format!("0{digits}{:02}", 97 - digits % 97);
                let vat = format!("BE{number}");
                of(number, IdentifierType::BelgiumRegistrationNumber, Some(vat))
            }
            SandboxCountry::Deu => {
                let entry = self.number("deu", 0, 450_000, rng);
                let court = COURTS.get((entry % 5) as usize).unwrap_or(&"Hamburg");
                let number = format!("{court} HRB {}", 10_000 + entry / 5);
                of(number, IdentifierType::HrNummer, None)
            }
            SandboxCountry::Esp => {
                let number = cif(self.number("esp", 1_000_000, 9_000_000, rng));
                let vat = format!("ES{number}");
                of(number, IdentifierType::Cif, Some(vat))
            }
            SandboxCountry::Isl => {
                let number = format!("IS{}", self.number("isl", 100_000, 900_000, rng));
                of(number.clone(), IdentifierType::VatNumber, Some(number))
            }
            SandboxCountry::Nld => {
                let number = self.number("nld", 10_000_000, 90_000_000, rng).to_string();
                of(number, IdentifierType::Kvk, None)
            }
            // The French territories overseas are in the French register.
            _ => {
                let number = siren::siren(self.number("fra", 10_000_000, 90_000_000, rng));
                let vat = siren::vat_number(&number);
                of(number, IdentifierType::Siren, vat)
            }
        }
    }

    fn number(&mut self, kind: &'static str, from: u64, room: u64, rng: &mut impl Rng) -> u64 {
        let sequence = self
            .0
            .entry(kind)
            .or_insert_with(|| Sequence::new(room, rng));
        from + sequence.next()
    }
}

fn of(number: String, kind: IdentifierType, vat_number: Option<String>) -> Identifier {
    Identifier {
        number,
        kind,
        vat_number,
    }
}

/// A Spanish number: the letter of a limited company, 7 digits, and the one
/// that makes their sum right.
fn cif(digits: u64) -> String {
    let digits = format!("{digits:07}");
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = digit * weight;
            product / 10 + product % 10
        })
        .sum();
    format!("B{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn follows_the_countrys_rule_and_does_not_repeat() {
        assert_eq!(cif(5_881_850), "B58818501");
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut identifiers = Identifiers::default();
        let mut seen = HashSet::new();
        for country in SandboxCountry::ALL {
            for _ in 0..200 {
                let made = identifiers.next(country, &mut rng);
                let length = made.number.len();
                match made.kind {
                    IdentifierType::Siren => assert_eq!(length, 9),
                    IdentifierType::Cif => assert_eq!(length, 9),
                    IdentifierType::Kvk => assert_eq!(length, 8),
                    IdentifierType::BelgiumRegistrationNumber => {
                        let (body, check) = made.number.split_at(8);
                        let body: u64 = body.parse().unwrap();
                        assert_eq!(97 - body % 97, check.parse::<u64>().unwrap());
                    }
                    _ => {}
                }
                assert!(seen.insert(made.number));
            }
        }
    }
}
