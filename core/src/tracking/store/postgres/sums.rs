//! Sums over all loans.

use deadpool_postgres::Object;
use defacto_types::{Cents, Timestamp};
use tokio_postgres::Row;

use super::super::super::days::day;
use super::super::super::moment::instant;
use super::super::super::{Portfolio, Totals};
use super::ask::{Value, end, list, micros, number, original};
use super::trouble::Result;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Where loans are: those that are followed, and those that are over and reduced to
/// rows.
const LOANS: &str = "
    (SELECT status, currency, due_at, late_at, outstanding, fees_expected, fees_paid
     FROM tracks WHERE entity = 'loan'
     UNION ALL
     SELECT status, currency, due_at, late_at, outstanding, fees_expected, fees_paid
     FROM ledger) AS loans";

/// What the loans come to, by the columns of their rows, all as of one moment.
pub(super) async fn portfolio(on: &Object, at: Timestamp, days: u32) -> Result<Portfolio> {
    let mut portfolio = Portfolio::new(at, days);
    let (now, until) = (micros(at), micros(portfolio.until()));
    on.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;

    let sql = format!("SELECT coalesce(status, ''), count(*) FROM {LOANS} GROUP BY 1");
    let statuses = list(on, &sql, &[], |row| {
        Ok((original(row.try_get(0)?), number(row, 1)?))
    });
    for (status, loans) in statuses.await? {
        portfolio.loans += loans;
        portfolio.by_status.insert(status, loans);
    }

    let sql = format!(
        "SELECT coalesce(currency, ''),
                count(*) FILTER (WHERE outstanding > 0),
                coalesce(sum(outstanding), 0)::bigint,
                coalesce(sum(outstanding) FILTER (WHERE due_at BETWEEN $1 AND $2), 0)::bigint,
                coalesce(sum(outstanding) FILTER (WHERE due_at < $1), 0)::bigint,
                coalesce(sum(outstanding) FILTER (WHERE late_at < $1), 0)::bigint,
                count(*) FILTER (WHERE late_at < $1 AND outstanding > 0),
                coalesce(sum(fees_expected), 0)::bigint,
                coalesce(sum(fees_paid), 0)::bigint
         FROM {LOANS} GROUP BY 1"
    );
    let cents = |row: &Row, column| -> Result<Cents> { Ok(Cents(row.try_get(column)?)) };
    let window: [Value<'_>; 3] = [&now, &until, &DAY];
    let totals = list(on, &sql, &window[..2], |row| {
        let totals = Totals {
            owing: number(row, 1)?,
            outstanding: cents(row, 2)?,
            due: cents(row, 3)?,
            overdue: cents(row, 4)?,
            late: cents(row, 5)?,
            late_loans: number(row, 6)?,
            fees_expected: cents(row, 7)?,
            fees_paid: cents(row, 8)?,
        };
        Ok((original(row.try_get(0)?), totals))
    });
    portfolio.totals.extend(totals.await?);

    let sql = format!(
        "SELECT due_at / $3, coalesce(currency, ''), count(*), sum(outstanding)::bigint
         FROM {LOANS} WHERE outstanding > 0 AND due_at BETWEEN $1 AND $2
         GROUP BY 1, 2"
    );
    let dues = list(on, &sql, &window, |row| {
        let start: i64 = row.try_get(0)?;
        let day = day(instant(start.saturating_mul(DAY)));
        let currency = original(row.try_get(1)?);
        Ok((day, currency, number(row, 2)?, cents(row, 3)?))
    });
    for (day, currency, loans, owed) in dues.await? {
        portfolio.add_due(day, currency, loans, owed);
    }
    end(on).await?;
    Ok(portfolio)
}
