//! IBANs that carry their scenario: bank code `11111`, then `0N559`, where
//! the digit N is the scenario.

use std::collections::HashMap;

use defacto_types::{SandboxCountry, Scenario};
use rand::Rng;

use super::sequence::Sequence;

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

    /// What comes after the scenario's digit. Belgium and the Netherlands
    /// have no room for it.
    fn tail(&self) -> &'static str {
        if self.digits >= 18 { TAIL } else { "" }
    }

    /// The digits that are free.
    fn free(&self) -> usize {
        self.digits
            .saturating_sub(MARK.len() + 1 + self.tail().len())
    }

    /// How many IBANs of one scenario there are.
    fn room(&self) -> u64 {
        let digits = (0..self.free()).fold(1, |room: u64, _| room.saturating_mul(10));
        (0..self.letters).fold(digits, |room, _| room.saturating_mul(26))
    }

    /// The IBAN with this number among those of the scenario.
    fn write(&self, scenario: char, mut number: u64) -> String {
        let mut account = String::new();
        for _ in 0..self.letters {
            account.extend(('A'..='Z').nth((number % 26) as usize));
            number /= 26;
        }
        account.push_str(MARK);
        account.push(scenario);
        account.push_str(self.tail());
        let free = self.free();
        account.push_str(&format!("{number:0free$}"));
        let check = 98 - remainder(&format!("{account}{}00", self.prefix));
        format!("{}{check:02}{account}", self.prefix)
    }
}

/// The IBANs given out so far, a sequence for each country's format and
/// scenario.
#[derive(Clone, Debug, Default)]
pub(super) struct Ibans(HashMap<(&'static str, char), Sequence>);

impl Ibans {
    /// An IBAN of this country that [`scenario_of`] decodes to this scenario,
    /// and that comes again only once the format has no other left: Belgium's
    /// has room for 100,000 of a scenario, the others for millions. Its
    /// national check digits are as arbitrary as the rest.
    pub(super) fn next(
        &mut self,
        country: &SandboxCountry,
        scenario: &Scenario,
        rng: &mut impl Rng,
    ) -> String {
        let format = Format::of(country);
        let digit = digit(scenario);
        let number = self
            .0
            .entry((format.prefix, digit))
            .or_insert_with(|| Sequence::new(format.room(), rng))
            .next();
        format.write(digit, number)
    }
}

/// What the sandbox does with a loan paid to this IBAN: `SUCCESS` unless it
/// is a test IBAN of another scenario.
///
/// Only the part that carries the scenario is looked at; the IBAN's check
/// digits are not.
#[must_use]
pub fn scenario_of(iban: &str) -> Scenario {
    marked_scenario(iban).unwrap_or(Scenario::Success)
}

/// The scenario an IBAN names, if it names one.
pub(crate) fn marked_scenario(iban: &str) -> Option<Scenario> {
    iban.get(4..)
        .map(|account| account.trim_start_matches(|c: char| c.is_ascii_uppercase()))
        .and_then(|account| account.strip_prefix(MARK)?.chars().next())
        .and_then(|found| DIGITS.into_iter().find(|(_, digit)| *digit == found))
        .map(|(scenario, _)| scenario)
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
    use std::collections::HashSet;

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
        let mut ibans = Ibans::default();
        let mut seen = HashSet::new();
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
                    let iban = ibans.next(country, scenario, &mut rng);
                    assert!(iban.parse::<Iban>().is_ok(), "{iban}");
                    assert!(iban.starts_with(prefix), "{iban}");
                    assert_eq!(iban.len(), length, "{iban}");
                    assert_eq!(scenario_of(&iban), *scenario, "{iban}");
                    assert!(seen.insert(iban));
                }
            }
        }
    }

    #[test]
    fn a_seed_fixes_the_sequence() {
        let sequence = |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut ibans = Ibans::default();
            [(); 3].map(|()| ibans.next(&SandboxCountry::Fra, &Scenario::Success, &mut rng))
        };
        assert_eq!(sequence(1), sequence(1));
        assert_ne!(sequence(1), sequence(2));
    }
}
