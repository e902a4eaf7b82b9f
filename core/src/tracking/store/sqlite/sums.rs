//! Sums over all loans.

use defacto_types::{Cents, Timestamp};
use rusqlite::{Connection, Row, params};

use super::super::super::days::day;
use super::super::super::{Portfolio, Totals};
use super::rows::{instant, list, micros};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What the loans come to, by the columns of their rows.
pub(super) fn portfolio(on: &Connection, at: Timestamp, days: u32) -> rusqlite::Result<Portfolio> {
    let mut portfolio = Portfolio::new(at, days);
    let until = micros(portfolio.until());
    let now = micros(at);

    let sql = "SELECT ifnull(status, ''), count(*) FROM tracks WHERE entity = 'loan' GROUP BY 1";
    let statuses = list(on, sql, params![], |row| {
        Ok((row.get::<_, String>(0)?, count(row, 1)?))
    })?;
    portfolio.loans = statuses.iter().map(|(_, loans)| loans).sum();
    portfolio.by_status = statuses.into_iter().collect();

    let sql = "SELECT ifnull(currency, ''),
                      sum(outstanding > 0), sum(outstanding),
                      sum(iif(due_at BETWEEN ?1 AND ?2, outstanding, 0)),
                      sum(iif(due_at < ?1, outstanding, 0)),
                      sum(iif(late_at < ?1, outstanding, 0)),
                      sum(late_at < ?1 AND outstanding > 0),
                      sum(fees_expected), sum(fees_paid)
               FROM tracks WHERE entity = 'loan' GROUP BY 1";
    let totals = list(on, sql, params![now, until], |row| {
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
        Ok((row.get::<_, String>(0)?, totals))
    })?;
    portfolio.totals = totals.into_iter().collect();

    let sql = "SELECT due_at / ?3, ifnull(currency, ''), count(*), sum(outstanding)
               FROM tracks
               WHERE entity = 'loan' AND outstanding > 0 AND due_at BETWEEN ?1 AND ?2
               GROUP BY 1, 2";
    let dues = list(on, sql, params![now, until, DAY], |row| {
        let start: i64 = row.get(0)?;
        let start = instant(start.saturating_mul(DAY));
        Ok((day(start), row.get(1)?, count(row, 2)?, sum(row, 3)?))
    })?;
    for (day, currency, loans, owed) in dues {
        portfolio.add_due(day, currency, loans, Cents(owed));
    }
    Ok(portfolio)
}

/// A sum of nothing is none.
fn sum(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    Ok(row.get::<_, Option<i64>>(column)?.unwrap_or(0))
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(sum(row, column)?.unsigned_abs())
}
