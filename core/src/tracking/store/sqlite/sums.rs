//! Sums over all loans.

use defacto_types::{Cents, Timestamp};
use rusqlite::{Connection, Row, params};

use super::super::super::days::day;
use super::super::super::{Portfolio, Totals};
use super::rows::{instant, list, micros};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Where loans are: those that are followed, and those that are over and reduced
/// to rows with columns of the same names.
///
/// The index is named: by itself SQLite would read the rows of the tracks.
const SOURCES: [&str; 2] = [
    "tracks INDEXED BY tracks_sums WHERE entity = 'loan'",
    "ledger WHERE TRUE",
];

/// What the loans come to, by the columns of their rows.
pub(super) fn portfolio(on: &Connection, at: Timestamp, days: u32) -> rusqlite::Result<Portfolio> {
    let mut portfolio = Portfolio::new(at, days);
    for source in SOURCES {
        add(&mut portfolio, on, source)?;
    }
    Ok(portfolio)
}

fn add(portfolio: &mut Portfolio, on: &Connection, source: &str) -> rusqlite::Result<()> {
    let until = micros(portfolio.until());
    let now = micros(portfolio.at);

    let sql = format!("SELECT status, count(*) FROM {source} GROUP BY 1");
    let statuses = list(on, &sql, params![], |row| {
        Ok((text(row, 0)?, count(row, 1)?))
    })?;
    for (status, loans) in statuses {
        portfolio.loans += loans;
        *portfolio.by_status.entry(status).or_default() += loans;
    }

    let sql = format!(
        "SELECT currency,
                sum(outstanding > 0), sum(outstanding),
                sum(iif(due_at BETWEEN ?1 AND ?2, outstanding, 0)),
                sum(iif(due_at < ?1, outstanding, 0)),
                sum(iif(late_at < ?1, outstanding, 0)),
                sum(late_at < ?1 AND outstanding > 0),
                sum(fees_expected), sum(fees_paid)
         FROM {source} GROUP BY 1"
    );
    let totals = list(on, &sql, params![now, until], |row| {
        let totals = Totals {
            owing: count(row, 1)?,
            outstanding: Cents(sum(row, 2)?),
            due: Cents(sum(row, 3)?),
            overdue: Cents(sum(row, 4)?),
            late: Cents(sum(row, 5)?),
            late_loans: count(row, 6)?,
            fees_expected: Cents(sum(row, 7)?),
            fees_paid: Cents(sum(row, 8)?),
        };
        Ok((text(row, 0)?, totals))
    })?;
    for (currency, part) in totals {
        portfolio.totals.entry(currency).or_default().add(&part);
    }

    let sql = format!(
        "SELECT due_at / ?3, currency, count(*), sum(outstanding)
         FROM {source} AND outstanding > 0 AND due_at BETWEEN ?1 AND ?2
         GROUP BY 1, 2"
    );
    let dues = list(on, &sql, params![now, until, DAY], |row| {
        let start: i64 = row.get(0)?;
        let start = instant(start.saturating_mul(DAY));
        Ok((day(start), text(row, 1)?, count(row, 2)?, sum(row, 3)?))
    })?;
    for (day, currency, loans, owed) in dues {
        portfolio.add_due(day, currency, loans, Cents(owed));
    }
    Ok(())
}

/// Empty where there is none.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default())
}

/// A sum of nothing is none.
fn sum(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    Ok(row.get::<_, Option<i64>>(column)?.unwrap_or(0))
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(sum(row, column)?.unsigned_abs())
}
