//! French company numbers: 8 digits and the one that makes Luhn's sum right.

/// The SIREN that begins with these 8 digits.
pub(super) fn siren(digits: u64) -> String {
    let begin = format!("{:08}", digits % 100_000_000);
    let check = (10 - luhn(&format!("{begin}0")) % 10) % 10;
    format!("{begin}{check}")
}

/// Its VAT number.
pub(super) fn vat_number(siren: &str) -> Option<String> {
    let number: u64 = siren.parse().ok()?;
    Some(format!("FR{:02}{siren}", (12 + 3 * (number % 97)) % 97))
}

/// The sum that a valid number makes a multiple of ten.
fn luhn(digits: &str) -> u32 {
    digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = digit * weight;
            product / 10 + product % 10
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completes_the_number() {
        assert_eq!(siren(40_483_304), "404833048");
        assert_eq!(siren(73_282_932), "732829320");
        for digits in [10_000_000, 55_210_055, 99_999_999] {
            assert_eq!(luhn(&siren(digits)) % 10, 0);
        }
        assert_eq!(vat_number("404833048").as_deref(), Some("FR83404833048"));
    }
}
