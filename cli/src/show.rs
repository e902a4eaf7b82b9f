//! How amounts and dates are written for people.

use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets};
use defacto::types::{Cents, Currency, Timestamp};
use indicatif::{ProgressBar, ProgressStyle};

/// `1,234.56 EUR`.
pub(crate) fn money(amount: Cents, currency: Option<&Currency>) -> String {
    let cents = amount.get();
    let whole = (cents.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if cents < 0 { "-" } else { "" };
    let currency = currency.map_or("EUR", Currency::as_str);
    format!(
        "{sign}{grouped}.{:02} {currency}",
        cents.unsigned_abs() % 100
    )
}

/// The amount, or a dash where the server gives none.
pub(crate) fn money_or_dash(amount: Option<Cents>, currency: Option<&Currency>) -> String {
    amount.map_or_else(|| "-".to_owned(), |amount| money(amount, currency))
}

/// `2026-11-25`, in UTC.
pub(crate) fn day(at: Option<Timestamp>) -> String {
    at.map_or_else(
        || "-".to_owned(),
        |at| at.0.strftime("%Y-%m-%d").to_string(),
    )
}

/// `2026-11-25 10:00:00`, in UTC.
pub(crate) fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(
        || "-".to_owned(),
        |at| at.0.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// `FR88 1111 1015`: an IBAN as it is written on paper.
pub(crate) fn iban(number: &str) -> String {
    let mut spaced = String::new();
    for (index, character) in number.chars().enumerate() {
        if index > 0 && index.is_multiple_of(4) {
            spaced.push(' ');
        }
        spaced.push(character);
    }
    spaced
}

/// A table without borders, as wide as the terminal at most; as wide as it
/// wants to be elsewhere.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.to_vec());
    if let Some((_, width)) = console::Term::stdout().size_checked() {
        table.set_width(width);
    }
    table
}

/// The table's lines without the spaces that fill them up.
pub(crate) fn lines(table: &Table) -> String {
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What turns on a terminal while something takes its time; nothing elsewhere.
pub(crate) fn spinner() -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    // A template that does not parse leaves the default one.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_accounts() {
        for (cents, text) in [
            (0, "0.00 EUR"),
            (5, "0.05 EUR"),
            (-123_456, "-1,234.56 EUR"),
            (20_000_000, "200,000.00 EUR"),
            (10_000_000_000, "100,000,000.00 EUR"),
        ] {
            assert_eq!(money(Cents(cents), None), text);
        }
        assert_eq!(money(Cents(100), Some(&Currency::Gbp)), "1.00 GBP");
        assert_eq!(iban("FR8811111"), "FR88 1111 1");
        assert_eq!(day(None), "-");
    }
}
