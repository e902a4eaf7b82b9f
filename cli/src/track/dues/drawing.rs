//! What is due, for people.

use std::collections::{BTreeMap, BTreeSet};

use defacto::tracking::{Due, Portfolio};
use defacto::types::Cents;

use super::{amount, calendar, loans, today};

/// What a line has at most.
const WIDTH: usize = 80;
/// What a bar has at most, so that few dues are no wall.
const LONGEST: usize = 30;

/// The months with the days marked, then the days with their sums, and what that
/// comes to.
pub(super) fn draw(portfolio: &Portfolio) -> String {
    let marked: BTreeSet<_> = portfolio.dues.iter().map(|due| due.day).collect();
    let mut lines = Vec::new();
    if !marked.is_empty() {
        lines.extend(calendar::draw(&marked, today(portfolio)));
        lines.push(String::new());
        lines.extend(days(&portfolio.dues));
        lines.push(String::new());
    }
    lines.extend(sums(portfolio));
    lines.join("\n")
}

/// A line a day and currency, with a bar for its part of the currency's largest.
fn days(dues: &[Due]) -> Vec<String> {
    let mut largest = BTreeMap::<&str, i64>::new();
    for due in dues {
        let one = largest.entry(&due.currency).or_default();
        *one = due.outstanding.get().max(*one);
    }
    let rows: Vec<[String; 3]> = dues
        .iter()
        .map(|due| {
            [
                due.day.strftime("%a %Y-%m-%d").to_string(),
                loans(due.loans),
                amount(due.outstanding, &due.currency),
            ]
        })
        .collect();
    let wide = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (many, sum) = (wide(1), wide(2));
    let rest = WIDTH.saturating_sub(wide(0) + many + sum + 6).min(LONGEST);
    let line = |(due, [day, count, money]): (&Due, &[String; 3])| {
        let most = largest.get(&*due.currency).copied().unwrap_or(0);
        let bar = "#".repeat(part(due.outstanding, most, rest));
        let line = format!("{day}  {count:>many$}  {money:>sum$}  {bar}");
        line.trim_end().to_owned()
    };
    dues.iter().zip(&rows).map(line).collect()
}

/// So many of `rest` characters; one at least.
fn part(of: Cents, most: i64, rest: usize) -> usize {
    let (of, most) = (i128::from(of.get()), i128::from(most.max(1)));
    let part = of * i128::try_from(rest).unwrap_or(0) / most;
    usize::try_from(part).unwrap_or(0).clamp(1, rest.max(1))
}

/// What is due in all, and what was before, a line a currency.
fn sums(portfolio: &Portfolio) -> Vec<String> {
    let mut lines = Vec::new();
    for (currency, totals) in &portfolio.totals {
        let dues = portfolio.dues.iter();
        let count = dues.filter(|due| due.currency == *currency);
        let count = count.map(|due| due.loans).sum();
        if count == 0 && totals.overdue == Cents(0) {
            continue;
        }
        let mut line = format!(
            "Due in {} days: {} of {}",
            portfolio.days,
            amount(totals.due, currency),
            loans(count)
        );
        if totals.overdue != Cents(0) {
            let overdue = amount(totals.overdue, currency);
            line.push_str(&format!("; overdue: {overdue}"));
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(format!("Nothing is due in {} days.", portfolio.days));
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use defacto::tracking::{Facts, Moment, Observation, Source, Subject, Track};
    use defacto::types::Timestamp;

    use super::*;

    fn loan(id: &str, cents: i64, currency: &str, due: &str) -> Track {
        let at: Timestamp = "2030-01-07T10:00:00Z".parse().unwrap();
        let due: Timestamp = due.parse().unwrap();
        let mut track = Track::new(Subject::loan(id));
        track.fold(&Observation {
            subject: Subject::loan(id),
            moment: Moment::at(at),
            source: Source::Poll,
            status: Some("TO_REPAY".into()),
            facts: Some(
                Facts::default()
                    .with("amount", Some(cents))
                    .with("currency", Some(currency))
                    .with("paid_at", Some(at))
                    .with("to_repay_at", Some(due)),
            ),
        });
        track
    }

    fn book(loans: &[(i64, &str, &str)]) -> Portfolio {
        let at = "2030-01-07T10:00:00Z".parse().unwrap();
        let mut book = Portfolio::new(at, 90);
        for (index, (cents, currency, due)) in loans.iter().enumerate() {
            book.take(&loan(&index.to_string(), *cents, currency, due));
        }
        book
    }

    #[test]
    fn days_have_bars_of_their_currency() {
        let drawn = draw(&book(&[
            (1_234_567, "EUR", "2030-01-31T10:00:00Z"),
            (1, "EUR", "2030-01-31T23:00:00Z"),
            (600_000, "EUR", "2030-02-14T10:00:00Z"),
            (50_000, "GBP", "2030-02-14T10:00:00Z"),
            (1_000, "EUR", "2030-02-15T10:00:00Z"),
            (4_200, "EUR", "2030-01-06T10:00:00Z"),
            (9_900, "EUR", "2031-01-06T10:00:00Z"),
        ]));
        let expected = "
     January 2030             February 2030
 Mo Tu We Th Fr Sa Su      Mo Tu We Th Fr Sa Su
     1  2  3  4  5  6                   1  2  3
( 7) 8  9 10 11 12 13       4  5  6  7  8  9 10
 14 15 16 17 18 19 20      11 12 13[14|15]16 17
 21 22 23 24 25 26 27      18 19 20 21 22 23 24
 28 29 30[31]              25 26 27 28

Thu 2030-01-31  2 loans  12,345.68 EUR  ##############################
Thu 2030-02-14   1 loan   6,000.00 EUR  ##############
Thu 2030-02-14   1 loan     500.00 GBP  ##############################
Fri 2030-02-15   1 loan      10.00 EUR  #

Due in 90 days: 18,355.68 EUR of 4 loans; overdue: 42.00 EUR
Due in 90 days: 500.00 GBP of 1 loan";
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn nothing_is_due_of_nothing_and_a_fortune_fits_the_line() {
        assert_eq!(draw(&book(&[])), "Nothing is due in 90 days.");
        let drawn = draw(&book(&[(i64::MAX, "EUR", "2030-01-31T10:00:00Z")]));
        assert!(drawn.contains("92,233,720,368,547,758.07 EUR"), "{drawn}");
        assert!(drawn.lines().all(|line| line.len() <= WIDTH), "{drawn}");
    }
}
