//! The ledger of loans that are over, and letting go of what belongs to them.
//!
//! A reduction and a batch exclude each other, by a lock in the database: what is
//! decided about a loan holds until it is done, and nothing of a loan that is being
//! removed comes in meanwhile. Batches do not exclude one another.

use std::borrow::Cow;

use deadpool_postgres::Object;
use defacto_types::{Cents, Timestamp};
use tokio_postgres::Row;

use super::super::super::{Entity, LedgerRow, Moment, Subject, Track};
use super::super::Notification;
use super::super::reduction::{Found, Last, Reduced, Reduction};
use super::ask::{
    Value, begin, count, end, first, instant, list, micros, nothing, number, original, parsed,
    plain, whole,
};
use super::rows::notification;
use super::trouble::Result;

/// Held by every batch while it is written, beside other batches.
pub(super) const BESIDE: &str =
    "SELECT pg_advisory_xact_lock_shared(hashtext(current_schema() || '.ledger'), 1)";

/// Held by a reduction, alone.
const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.ledger'), 1)";

/// The rows of those of the loans that are in the ledger.
pub(super) const FIND: &str = "
    SELECT id, status, seen_from, seen_to, currency, outstanding, fees_expected,
           fees_paid, due_at, late_at
    FROM ledger WHERE id = ANY($1::text[])";

/// Takes loans that are back out of the ledger.
pub(super) const BACK: &str = "DELETE FROM ledger WHERE id = ANY($1::text[])";

/// Removes the rows that a batch made for what then was not taken in.
pub(super) const UNMAKE: &str = "
    DELETE FROM tracks USING unnest($1::text[], $2::text[]) AS made (entity, id)
    WHERE tracks.entity = made.entity AND tracks.id = made.id AND tracks.track = ''";

const PAGE: &str = "
    SELECT id, status, seen_from, seen_to, currency, outstanding, fees_expected,
           fees_paid, due_at, late_at
    FROM ledger WHERE id > $1 ORDER BY id LIMIT $2";

const PUT: &str = "
    INSERT INTO ledger (id, status, seen_from, seen_to, currency, outstanding,
                        fees_expected, fees_paid, due_at, late_at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
                         $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, seen_from = excluded.seen_from, seen_to = excluded.seen_to,
        currency = excluded.currency, outstanding = excluded.outstanding,
        fees_expected = excluded.fees_expected, fees_paid = excluded.fees_paid,
        due_at = excluded.due_at, late_at = excluded.late_at";

const OBJECTS: &str = "
    SELECT track FROM tracks WHERE loan_id = ANY($1::text[]) AND track <> ''
    UNION
    SELECT track FROM shares JOIN tracks USING (entity, id)
    WHERE shares.loan_id = ANY($1::text[])
    UNION
    SELECT track FROM tracks JOIN unnest($2::text[], $3::text[]) AS named (entity, id)
        USING (entity, id)
    WHERE track <> ''";

const NEWEST: &str = "
    SELECT entity, id, max(seq), max(recorded_at)
    FROM changes JOIN unnest($1::text[], $2::text[]) AS named (entity, id) USING (entity, id)
    GROUP BY entity, id";

pub(super) fn row(row: &Row) -> Result<LedgerRow> {
    let date = |column| -> Result<Option<Timestamp>> {
        match row.try_get::<_, Option<i64>>(column)? {
            None => Ok(None),
            Some(_) => instant(row, column).map(Some),
        }
    };
    Ok(LedgerRow {
        loan: original(row.try_get(0)?),
        status: original(row.try_get(1)?).as_str().into(),
        seen: Moment::from((row.try_get(2)?, row.try_get(3)?)),
        currency: original(row.try_get(4)?),
        outstanding: Cents(row.try_get(5)?),
        fees_expected: Cents(row.try_get(6)?),
        fees_paid: Cents(row.try_get(7)?),
        due_at: date(8)?,
        late_at: date(9)?,
    })
}

pub(super) async fn ledger(
    on: &Object,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<LedgerRow>> {
    let after = plain(after.unwrap_or_default());
    list(on, PAGE, &[&after, &count(limit)], row).await
}

pub(super) async fn rows_of(on: &Object, loans: &[String]) -> Result<Vec<LedgerRow>> {
    let loans: Vec<Cow<'_, str>> = loans.iter().map(|loan| plain(loan)).collect();
    list(on, FIND, &[&loans], row).await
}

pub(super) async fn notifications(
    on: &Object,
    after: u64,
    limit: usize,
) -> Result<Vec<Notification>> {
    let sql = "SELECT seq, received_at, body FROM notifications
               WHERE seq > $1 ORDER BY seq LIMIT $2";
    list(on, sql, &[&whole(after), &count(limit)], notification).await
}

pub(super) async fn reduce(on: &Object, reduction: &Reduction) -> Result<Reduced> {
    begin(on).await?;
    list(on, ALONE, &[], |_| Ok(())).await?;
    let found = find(on, reduction).await?;
    let decision = found.decide(reduction);
    if !decision.is_made {
        end(on).await?;
        return Ok(decision.told());
    }
    put(on, &decision.rows).await?;
    let gone = Keys::of(&decision.gone);
    let changes = remove(on, &gone).await?;
    let intents = forget_intents(on, reduction).await?;
    let notifications = forget_notifications(on, &reduction.notifications).await?;
    end(on).await?;
    Ok(Reduced {
        changes,
        intents,
        notifications,
        ..decision.told()
    })
}

async fn find(on: &Object, reduction: &Reduction) -> Result<Found> {
    let mut found = Found::default();
    let loans: Vec<Cow<'_, str>> = reduction.loans.iter().map(|loan| plain(loan)).collect();
    let sql = "SELECT track FROM tracks
               WHERE entity = 'loan' AND id = ANY($1::text[]) AND track <> '' ORDER BY id";
    found.loans = list(on, sql, &[&loans], |row| parsed(row, 0)).await?;
    let named = Keys::of(reduction.objects.keys());
    let values: [Value<'_>; 3] = [&loans, &named.entities, &named.ids];
    let objects: Vec<Track> = list(on, OBJECTS, &values, |row| parsed(row, 0)).await?;
    objects.into_iter().for_each(|object| found.object(object));
    let mentioned: Vec<String> = found.mentioned(reduction).into_iter().collect();
    let rows = rows_of(on, &mentioned).await?;
    found.ledger = rows.into_iter().map(|row| row.loan).collect();
    let keys = Keys::of(found.subjects());
    let last = list(on, NEWEST, &[&keys.entities, &keys.ids], |row| {
        let subject = Subject::new(
            Entity::named(row.try_get(0)?),
            original(row.try_get::<_, &str>(1)?),
        );
        let last = Last {
            seq: number(row, 2)?,
            recorded_at: instant(row, 3)?,
        };
        Ok((subject, last))
    })
    .await?;
    found.last = last.into_iter().collect();
    let sql = "SELECT consumer, seq FROM cursors";
    found.cursors = list(on, sql, &[], |row| {
        Ok((original(row.try_get(0)?), number(row, 1)?))
    })
    .await?;
    Ok(found)
}

async fn put(on: &Object, rows: &[LedgerRow]) -> Result<()> {
    let texts = |get: fn(&LedgerRow) -> &str| -> Vec<Cow<'_, str>> {
        rows.iter().map(|row| plain(get(row))).collect()
    };
    let numbers = |get: fn(&LedgerRow) -> i64| -> Vec<i64> { rows.iter().map(get).collect() };
    let dates = |get: fn(&LedgerRow) -> Option<Timestamp>| -> Vec<Option<i64>> {
        rows.iter().map(|row| get(row).map(micros)).collect()
    };
    let values: [Value<'_>; 10] = [
        &texts(|row| &row.loan),
        &texts(|row| row.status.as_str()),
        &numbers(|row| <(i64, i64)>::from(row.seen).0),
        &numbers(|row| <(i64, i64)>::from(row.seen).1),
        &texts(|row| &row.currency),
        &numbers(|row| row.outstanding.get()),
        &numbers(|row| row.fees_expected.get()),
        &numbers(|row| row.fees_paid.get()),
        &dates(|row| row.due_at),
        &dates(|row| row.late_at),
    ];
    list(on, PUT, &values, |_| Ok(())).await?;
    Ok(())
}

/// Removes what is not followed any more; how many changes that were.
async fn remove(on: &Object, gone: &Keys<'_>) -> Result<u64> {
    let values: [Value<'_>; 2] = [&gone.entities, &gone.ids];
    for table in ["tracks", "shares", "log"] {
        let sql = format!(
            "DELETE FROM {table} USING unnest($1::text[], $2::text[]) AS gone (entity, id)
             WHERE {table}.entity = gone.entity AND {table}.id = gone.id"
        );
        list(on, &sql, &values, |_| Ok(())).await?;
    }
    let sql = "WITH gone AS (
                   DELETE FROM changes
                   USING unnest($1::text[], $2::text[]) AS gone (entity, id)
                   WHERE changes.entity = gone.entity AND changes.id = gone.id RETURNING 1
               ) SELECT count(*) FROM gone";
    counted(on, sql, &values).await
}

async fn forget_intents(on: &Object, reduction: &Reduction) -> Result<u64> {
    let ids: Vec<Cow<'_, str>> = reduction.intents.iter().map(|id| plain(id)).collect();
    let before = reduction.intents_before.map(micros);
    let sql = "WITH gone AS (
                   DELETE FROM intents
                   WHERE state <> 'open' AND (id = ANY($1::text[]) OR made_at < $2::bigint)
                   RETURNING 1
               ) SELECT count(*) FROM gone";
    counted(on, sql, &[&ids, &before]).await
}

async fn forget_notifications(on: &Object, seqs: &[u64]) -> Result<u64> {
    let seqs: Vec<i64> = seqs.iter().copied().map(whole).collect();
    let sql = "WITH gone AS (
                   DELETE FROM notifications WHERE is_read AND seq = ANY($1::bigint[])
                   RETURNING 1
               ) SELECT count(*) FROM gone";
    counted(on, sql, &[&seqs]).await
}

async fn counted(on: &Object, sql: &str, values: &[Value<'_>]) -> Result<u64> {
    let gone = first(on, sql, values, |row| number(row, 0)).await?;
    gone.ok_or_else(nothing)
}

/// Objects, as two columns.
struct Keys<'a> {
    entities: Vec<&'static str>,
    ids: Vec<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    fn of(subjects: impl IntoIterator<Item = &'a Subject>) -> Self {
        let pairs = subjects.into_iter();
        let pairs = pairs.map(|one| (one.entity.as_str(), plain(&one.id)));
        let (entities, ids) = pairs.unzip();
        Self { entities, ids }
    }
}
