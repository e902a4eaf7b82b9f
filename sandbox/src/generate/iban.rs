//! IBANs that carry their scenario: bank code `11111`, then `0N559`, where
//! the digit N is the scenario.

use defacto_types::{SandboxCountry, Scenario};
use rand::{Rng, RngExt};

/// The scenarios and their digit. 3 and 5 are INFERRED.
const DIGITS: [(Scenario, char); 5] = [
    (Scenario::Success, '1'),
    (Scenario::SuccessOneDayLater, '2'),
    (Scenario::Reject, '3'),
    (Scenario::Fail, '4'),
    (Scenario::Cancel, '5'),
];

/// What comes before the scenario's digit.
const MARK: &str = "111110";

/// What comes after it, where the country's format has room.
const TAIL: &str = "559";

/// How a country writes its IBANs.
struct Format {
    prefix: &'static str,
    /// Letters the account begins with.
    letters: usize,
    /// Digits after them.
    digits: usize,
}

impl Format {
    /// The French overseas territories have French IBANs, and a country
    /// unknown here gets one too.
    fn of(country: &SandboxCountry) -> Self {
        let (prefix, letters, digits) = match country {
            SandboxCountry::Bel => ("BE", 0, 12),
            SandboxCountry::Deu => ("DE", 0, 18),
            SandboxCountry::Esp => ("ES", 0, 20),
            SandboxCountry::Isl => ("IS", 0, 22),
            SandboxCountry::Nld => ("NL", 4, 10),
            _ => ("FR", 0, 23),
        };
        Self {
            prefix,
            letters,
            digits,
        }
    }
}

/// A random IBAN of this country that [`scenario_of`] decodes to this
/// scenario. Its national check digits are as random as the rest.
pub(crate) fn generate(
    country: &SandboxCountry,
    scenario: &Scenario,
    rng: &mut impl Rng,
) -> String {
    let format = Format::of(country);
    let mut account = String::new();
    for _ in 0..format.letters {
        account.push(char::from(rng.random_range(b'A'..=b'Z')));
    }
    account.push_str(MARK);
    account.push(digit(scenario));
    let length = format.letters + format.digits;
    // Belgium and the Netherlands have no room for it and enough chance.
    if length >= 18 {
        account.push_str(TAIL);
    }
    while account.len() < length {
        account.push(char::from(rng.random_range(b'0'..=b'9')));
    }
    let check = 98 - remainder(&format!("{account}{}00", format.prefix));
    format!("{}{check:02}{account}", format.prefix)
}

/// What the sandbox does with a loan paid to this IBAN: `SUCCESS` unless it
/// is a test IBAN of another scenario.
///
/// Only the part that carries the scenario is looked at; the IBAN's check
/// digits are not.
#[must_use]
pub fn scenario_of(iban: &str) -> Scenario {
    iban.get(4..)
        .map(|account| account.trim_start_matches(|c: char| c.is_ascii_uppercase()))
        .and_then(|account| account.strip_prefix(MARK)?.chars().next())
        .and_then(|found| DIGITS.into_iter().find(|(_, digit)| *digit == found))
        .map_or(Scenario::Success, |(scenario, _)| scenario)
}

/// Whether this text, without spaces and in capitals, is an IBAN by its check
/// digits. National check digits are not looked at.
pub(crate) fn is_iban(text: &str) -> bool {
    let shaped = (15..=34).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && text.chars().take(2).all(|c| c.is_ascii_uppercase())
        && text.chars().skip(2).take(2).all(|c| c.is_ascii_digit());
    shaped && remainder(&format!("{}{}", &text[4..], &text[..4])) == 1
}

/// The digit of a scenario; that of `SUCCESS` when it is unknown here.
fn digit(scenario: &Scenario) -> char {
    DIGITS
        .iter()
        .find(|(known, _)| known == scenario)
        .map_or('1', |(_, digit)| *digit)
}

/// The remainder by 97 of the number this text is with A = 10 to Z = 35.
fn remainder(text: &str) -> u32 {
    text.chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |sum, value| {
            let shift = if value < 10 { 10 } else { 100 };
            (sum * shift + value) % 97
        })
}

#[cfg(test)]
mod tests {
    use iban::Iban;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn decodes_the_published_ibans() {
        for (iban, scenario) in [
            ("FR8811111015593603018280926", Scenario::Success),
            ("FR3711111025593244332331294", Scenario::SuccessOneDayLater),
            ("FR1311111045594746737398900", Scenario::Fail),
            ("FR0411111015593938077866975", Scenario::Success),
            ("FR5311111025595493042168862", Scenario::SuccessOneDayLater),
            ("FR8311111045596870129022225", Scenario::Fail),
        ] {
            assert_eq!(scenario_of(iban), scenario, "{iban}");
        }
    }

    #[test]
    fn any_other_account_succeeds() {
        for iban in [
            "",
            "FR",
            "é111",
            "FR7630006000011234567890189",
            "FR001111109",
        ] {
            assert_eq!(scenario_of(iban), Scenario::Success, "{iban:?}");
        }
    }

    #[test]
    fn generates_valid_ibans_of_every_scenario() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for country in SandboxCountry::ALL {
            let (prefix, length) = match country.as_str() {
                "BEL" => ("BE", 16),
                "DEU" => ("DE", 22),
                "ESP" => ("ES", 24),
                "ISL" => ("IS", 26),
                "NLD" => ("NL", 18),
                _ => ("FR", 27),
            };
            for scenario in Scenario::ALL {
                for _ in 0..200 {
                    let iban = generate(country, scenario, &mut rng);
                    assert!(iban.parse::<Iban>().is_ok(), "{iban}");
                    assert!(iban.starts_with(prefix), "{iban}");
                    assert_eq!(iban.len(), length, "{iban}");
                    assert_eq!(scenario_of(&iban), *scenario, "{iban}");
                }
            }
        }
    }

    #[test]
    fn a_seed_fixes_the_sequence() {
        let sequence = |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            [(); 3].map(|()| generate(&SandboxCountry::Fra, &Scenario::Success, &mut rng))
        };
        assert_eq!(sequence(1), sequence(1));
        assert_ne!(sequence(1), sequence(2));
    }
}
