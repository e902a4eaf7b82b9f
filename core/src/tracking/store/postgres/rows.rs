//! Reads, and writes of one row.

use deadpool_postgres::Object;
use defacto_types::Timestamp;
use tokio_postgres::Row;

use super::super::super::moment::{Moment, Span};
use super::super::super::{Entity, Observation, Source, Status, Subject, Track};
use super::super::log::{EntryKey, unpack};
use super::super::{Glance, Notification, Numbered};
use super::ask::{
    count, first, instant, list, micros, nothing, number, original, parsed, plain, whole,
};
use super::trouble::Result;

pub(super) async fn track(on: &Object, subject: &Subject) -> Result<Option<Track>> {
    let sql = "SELECT track FROM tracks WHERE entity = $1 AND id = $2";
    let values = [&subject.entity.as_str() as _, &plain(&subject.id) as _];
    first(on, sql, &values, |row| parsed(row, 0)).await
}

pub(super) async fn tracks(
    on: &Object,
    entity: Entity,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Track>> {
    let sql = "SELECT track FROM tracks WHERE entity = $1 AND id > $2 ORDER BY id LIMIT $3";
    let after = plain(after.unwrap_or_default());
    let values = [&entity.as_str() as _, &after as _, &count(limit) as _];
    list(on, sql, &values, |row| parsed(row, 0)).await
}

pub(super) async fn in_status(on: &Object, entity: Entity, status: &str) -> Result<Vec<Track>> {
    let sql = "SELECT track FROM tracks WHERE entity = $1 AND status = $2 ORDER BY id";
    let values = [&entity.as_str() as _, &plain(status) as _];
    list(on, sql, &values, |row| parsed(row, 0)).await
}

pub(super) async fn glances(
    on: &Object,
    entity: Entity,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Glance>> {
    let sql = "SELECT id, status, needs_a_look FROM tracks
               WHERE entity = $1 AND id > $2 ORDER BY id LIMIT $3";
    let after = plain(after.unwrap_or_default());
    let values = [&entity.as_str() as _, &after as _, &count(limit) as _];
    list(on, sql, &values, |row| {
        let status: Option<&str> = row.try_get(1)?;
        Ok(Glance {
            id: original(row.try_get(0)?),
            status: status.map(|status| Status::from(&*original(status))),
            needs_a_look: row.try_get(2)?,
        })
    })
    .await
}

pub(super) async fn related(on: &Object, loan_id: &str) -> Result<Vec<Track>> {
    let sql = "SELECT track, entity, id FROM tracks WHERE loan_id = $1
               UNION ALL
               SELECT track, entity, id FROM shares JOIN tracks USING (entity, id)
               WHERE shares.loan_id = $1
               ORDER BY 2, 3";
    list(on, sql, &[&plain(loan_id)], |row| parsed(row, 0)).await
}

pub(super) async fn changes(on: &Object, after: u64, limit: usize) -> Result<Vec<Numbered>> {
    let sql = "SELECT seq, recorded_at, change FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2";
    list(on, sql, &[&whole(after), &count(limit)], numbered).await
}

pub(super) async fn history(on: &Object, subject: &Subject) -> Result<Vec<Numbered>> {
    let sql = "SELECT seq, recorded_at, change FROM changes WHERE entity = $1 AND id = $2
               UNION
               SELECT seq, recorded_at, change FROM changes WHERE $1 = 'loan' AND loan_id = $2
               UNION
               SELECT seq, recorded_at, change FROM shares JOIN changes USING (entity, id)
               WHERE $1 = 'loan' AND shares.loan_id = $2
               ORDER BY seq";
    let values = [&subject.entity.as_str() as _, &plain(&subject.id) as _];
    list(on, sql, &values, numbered).await
}

pub(super) async fn last_changes(
    on: &Object,
    subject: &Subject,
    limit: usize,
) -> Result<Vec<Numbered>> {
    let sql = "SELECT seq, recorded_at, change FROM changes
               WHERE entity = $1 AND id = $2 ORDER BY seq DESC LIMIT $3";
    let values = [
        &subject.entity.as_str() as _,
        &plain(&subject.id) as _,
        &count(limit) as _,
    ];
    list(on, sql, &values, numbered).await
}

fn numbered(row: &Row) -> Result<Numbered> {
    Ok(Numbered {
        seq: number(row, 0)?,
        recorded_at: instant(row, 1)?,
        change: parsed(row, 2)?,
    })
}

pub(super) async fn cursor(on: &Object, consumer: &str) -> Result<u64> {
    let sql = "SELECT seq FROM cursors WHERE consumer = $1";
    let seq = first(on, sql, &[&plain(consumer)], |row| number(row, 0)).await?;
    Ok(seq.unwrap_or(0))
}

pub(super) async fn set_cursor(on: &Object, consumer: &str, seq: u64) -> Result<()> {
    let sql = "INSERT INTO cursors VALUES ($1, $2)
               ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq";
    let values = [&plain(consumer) as _, &whole(seq) as _];
    list(on, sql, &values, |_| Ok(())).await?;
    Ok(())
}

pub(super) async fn receive(on: &Object, body: &[u8], received_at: Timestamp) -> Result<u64> {
    let sql = "INSERT INTO notifications (received_at, body) VALUES ($1, $2) RETURNING seq";
    let values = [&micros(received_at) as _, &body as _];
    let seq = first(on, sql, &values, |row| number(row, 0)).await?;
    seq.ok_or_else(nothing)
}

pub(super) async fn unread(on: &Object, limit: usize) -> Result<Vec<Notification>> {
    let sql = "SELECT seq, received_at, body FROM notifications
               WHERE NOT is_read ORDER BY seq LIMIT $1";
    list(on, sql, &[&count(limit)], notification).await
}

pub(super) fn notification(row: &Row) -> Result<Notification> {
    Ok(Notification {
        seq: number(row, 0)?,
        received_at: instant(row, 1)?,
        body: row.try_get(2)?,
    })
}

pub(super) async fn forget_read(on: &Object, before: Timestamp) -> Result<u64> {
    let sql = "WITH gone AS (
                   DELETE FROM notifications WHERE is_read AND received_at < $1 RETURNING 1
               ) SELECT count(*) FROM gone";
    let gone = first(on, sql, &[&micros(before)], |row| number(row, 0)).await?;
    gone.ok_or_else(nothing)
}

pub(super) async fn mark(on: &Object, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM marks WHERE name = $1";
    first(on, sql, &[&plain(name)], |row| {
        Ok(original(row.try_get(0)?))
    })
    .await
}

pub(super) async fn observations(
    on: &Object,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, Observation)>> {
    let sql = "SELECT seq, entity, id, status, facts, source,
                      first_from, first_to, last_from, last_to
               FROM log WHERE seq > $1 ORDER BY seq LIMIT $2";
    let entries = list(on, sql, &[&whole(after), &count(limit)], |row| {
        let entity = Entity::named(row.try_get(1)?);
        let id = original(row.try_get(2)?);
        let status = original(row.try_get(3)?);
        let facts: Option<&str> = row.try_get(4)?;
        let key = EntryKey {
            subject: Subject::new(entity, id),
            status: (!status.is_empty()).then(|| status.as_str().into()),
            facts: facts.map(serde_json::from_str).transpose()?,
        };
        let span = Span {
            first: Moment::from((row.try_get(6)?, row.try_get(7)?)),
            last: Moment::from((row.try_get(8)?, row.try_get(9)?)),
        };
        let source = Source::named(row.try_get(5)?);
        let seq = number(row, 0)?;
        Ok(unpack(&key, span, source)
            .into_iter()
            .map(move |one| (seq, one)))
    })
    .await?;
    Ok(entries.into_iter().flatten().collect())
}
