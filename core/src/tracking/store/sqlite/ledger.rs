//! The ledger of loans that are over, and letting go of what belongs to them.

use defacto_types::Cents;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::super::super::{LedgerRow, Moment, Observation, Subject};
use super::super::Notification;
use super::super::reduction::{Found, Last, Reduced, Reduction, loans_about, sift};
use super::repeats::Repeats;
use super::rows::{count, instant, list, micros, notification, related, track, whole};

type Result<T> = rusqlite::Result<T>;

const COLUMNS: &str = "id, status, seen_from, seen_to, currency, outstanding, fees_expected,
                       fees_paid, due_at, late_at";

fn row(row: &Row<'_>) -> Result<LedgerRow> {
    Ok(LedgerRow {
        loan: row.get(0)?,
        status: row.get::<_, String>(1)?.as_str().into(),
        seen: Moment::from((row.get(2)?, row.get(3)?)),
        currency: row.get(4)?,
        outstanding: Cents(row.get(5)?),
        fees_expected: Cents(row.get(6)?),
        fees_paid: Cents(row.get(7)?),
        due_at: row.get::<_, Option<i64>>(8)?.map(instant),
        late_at: row.get::<_, Option<i64>>(9)?.map(instant),
    })
}

pub(super) fn ledger(on: &Connection, after: Option<&str>, limit: usize) -> Result<Vec<LedgerRow>> {
    let sql = format!("SELECT {COLUMNS} FROM ledger WHERE id > ? ORDER BY id LIMIT ?");
    let after = after.unwrap_or_default();
    list(on, &sql, params![after, count(limit)], row)
}

/// The rows of those of the loans that are in the ledger.
pub(super) fn rows_of(
    on: &Connection,
    loans: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Vec<LedgerRow>> {
    let mut find = on.prepare_cached(&format!("SELECT {COLUMNS} FROM ledger WHERE id = ?"))?;
    let mut rows = Vec::new();
    for loan in loans {
        rows.extend(find.query_row([loan.as_ref()], row).optional()?);
    }
    Ok(rows)
}

/// What of observations is taken in; the loans that are back leave the ledger.
pub(super) fn take(on: &Connection, observations: Vec<Observation>) -> Result<Vec<Observation>> {
    let rows = rows_of(on, loans_about(&observations))?;
    let (taken, back) = sift(observations, &rows);
    for loan in back {
        on.prepare_cached("DELETE FROM ledger WHERE id = ?")?
            .execute([loan])?;
    }
    Ok(taken)
}

pub(super) fn notifications(
    on: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<Notification>> {
    let sql = "SELECT seq, received_at, body FROM notifications
               WHERE seq > ? ORDER BY seq LIMIT ?";
    list(on, sql, params![whole(after), count(limit)], notification)
}

pub(super) fn reduce(on: &Connection, reduction: &Reduction, repeats: &Repeats) -> Result<Reduced> {
    let found = find(on, reduction)?;
    let decision = found.decide(reduction);
    if !decision.is_made {
        return Ok(decision.told());
    }
    // What goes must be taken in again where it comes back.
    repeats.forget();
    for row in &decision.rows {
        put(on, row)?;
    }
    let mut changes = 0;
    for subject in &decision.gone {
        let key = [subject.entity.as_str(), &subject.id];
        on.prepare_cached("DELETE FROM tracks WHERE entity = ? AND id = ?")?
            .execute(key)?;
        on.prepare_cached("DELETE FROM shares WHERE entity = ? AND id = ?")?
            .execute(key)?;
        on.prepare_cached("DELETE FROM log WHERE entity = ? AND id = ?")?
            .execute(key)?;
        changes += on
            .prepare_cached("DELETE FROM changes WHERE entity = ? AND id = ?")?
            .execute(key)?;
    }
    let mut intents = 0;
    for id in &reduction.intents {
        intents += on
            .prepare_cached("DELETE FROM intents WHERE id = ? AND state <> 'open'")?
            .execute([id])?;
    }
    if let Some(before) = reduction.intents_before {
        intents += on
            .prepare_cached("DELETE FROM intents WHERE made_at < ? AND state <> 'open'")?
            .execute([micros(before)])?;
    }
    let mut notifications = 0;
    for seq in &reduction.notifications {
        notifications += on
            .prepare_cached("DELETE FROM notifications WHERE seq = ? AND is_read = 1")?
            .execute([whole(*seq)])?;
    }
    Ok(Reduced {
        changes: counted(changes),
        intents: counted(intents),
        notifications: counted(notifications),
        ..decision.told()
    })
}

fn find(on: &Connection, reduction: &Reduction) -> Result<Found> {
    let mut found = Found::default();
    for loan in &reduction.loans {
        found.loans.extend(track(on, &Subject::loan(loan))?);
        for object in related(on, loan)? {
            found.object(object);
        }
    }
    for subject in reduction.objects.keys() {
        if let Some(object) = track(on, subject)? {
            found.object(object);
        }
    }
    let rows = rows_of(on, found.mentioned(reduction))?;
    found.ledger = rows.into_iter().map(|row| row.loan).collect();
    let sql = "SELECT max(seq), max(recorded_at) FROM changes WHERE entity = ? AND id = ?";
    let mut newest = on.prepare_cached(sql)?;
    let mut last = Vec::new();
    for subject in found.subjects() {
        let key = [subject.entity.as_str(), &subject.id];
        let newest = newest.query_row(key, |row| {
            let (seq, at): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
            Ok(seq.zip(at).map(|(seq, at)| Last {
                seq: seq.unsigned_abs(),
                recorded_at: instant(at),
            }))
        })?;
        last.extend(newest.map(|newest| (subject.clone(), newest)));
    }
    found.last = last.into_iter().collect();
    found.cursors = list(on, "SELECT consumer, seq FROM cursors", params![], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    Ok(found)
}

fn put(on: &Connection, row: &LedgerRow) -> Result<()> {
    let (from, to) = row.seen.into();
    on.prepare_cached(&format!(
        "INSERT OR REPLACE INTO ledger ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))?
    .execute(params![
        row.loan,
        row.status.as_str(),
        from,
        to,
        row.currency,
        row.outstanding.get(),
        row.fees_expected.get(),
        row.fees_paid.get(),
        row.due_at.map(micros),
        row.late_at.map(micros),
    ])?;
    Ok(())
}

fn counted(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
