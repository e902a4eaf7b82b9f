//! Reads and writes of the tables.

use defacto_types::Timestamp;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::super::moment::{Moment, Span};
use super::super::super::portfolio::Figures;
use super::super::super::{Change, Entity, Observation, Source, Status, Subject, Track};
use super::super::log::{EntryKey, facts_hash, unpack};
use super::super::{Batch, Glance, Notification, Numbered};
use super::intents::{intent, put_intent};
use super::ledger;
use super::repeats::Repeats;

type Result<T> = rusqlite::Result<T>;

pub(super) fn commit(
    on: &Connection,
    batch: Batch,
    now: Timestamp,
    repeats: &Repeats,
) -> Result<Vec<Numbered>> {
    let mut made: Vec<Change> = Vec::new();
    let seen = ledger::take(on, batch.observations)?;
    // What is seen of one object at once is read and written once.
    for seen in seen.chunk_by(|one, other| one.subject == other.subject) {
        observe(on, seen, repeats, &mut made)?;
    }
    made.extend(batch.changes);
    for change in made.iter_mut().filter(|change| change.lacks_its_loan()) {
        if let Some(track) = track(on, &change.subject)? {
            change.place(&track);
        }
    }
    let mut numbered = Vec::with_capacity(made.len());
    for change in made {
        numbered.push(append(on, change, now)?);
    }
    for seq in batch.read {
        on.prepare_cached("UPDATE notifications SET is_read = 1 WHERE seq = ?")?
            .execute([whole(seq)])?;
    }
    if let Some((id, outcome)) = batch.settled
        && let Some(mut intent) = intent(on, "id", &id)?
    {
        intent.settle(outcome);
        put_intent(on, &intent)?;
    }
    for (name, value) in batch.marks {
        on.prepare_cached("INSERT OR REPLACE INTO marks VALUES (?, ?)")?
            .execute([name, value])?;
    }
    Ok(numbered)
}

fn observe(
    on: &Connection,
    seen: &[Observation],
    repeats: &Repeats,
    made: &mut Vec<Change>,
) -> Result<()> {
    let Some(Observation { subject, .. }) = seen.first() else {
        return Ok(());
    };
    let mut known = track(on, subject)?.unwrap_or_else(|| Track::new(subject.clone()));
    let facets = |track: &Track| (track.facts().is_some(), track.needs_a_look());
    let (before, told) = (facets(&known), made.len());
    let mut is_more = false;
    for observation in repeats.left_of(&known).iter().chain(seen) {
        let (tells_more, changes) = known.take(observation);
        if tells_more {
            log(on, observation)?;
        }
        is_more |= tells_more;
        made.extend(changes);
        if observation.source == Source::Adopted {
            forget_others(on, &known)?;
        }
    }
    repeats.note(seen, &known);
    if !is_more {
        return Ok(());
    }
    if made.len() > told || facets(&known) != before {
        return put_track(on, &known);
    }
    // It was only seen again, as a rule: no column of an index is another.
    on.prepare_cached("UPDATE tracks SET track = ? WHERE entity = ? AND id = ?")?
        .execute(params![json(&known)?, subject.entity.as_str(), subject.id])?;
    Ok(())
}

/// What a status was taken over from is not told again when the log is.
fn forget_others(on: &Connection, track: &Track) -> Result<()> {
    let kept: Vec<&str> = track.statuses().map(Status::as_str).collect();
    on.prepare_cached(
        "DELETE FROM log WHERE entity = ? AND id = ? AND status <> ''
         AND status NOT IN (SELECT value FROM json_each(?))",
    )?
    .execute(params![
        track.subject().entity.as_str(),
        track.subject().id,
        json(&kept)?,
    ])?;
    Ok(())
}

fn log(on: &Connection, observation: &Observation) -> Result<()> {
    let key = EntryKey::of(observation);
    let facts = key.facts.as_ref().map(json).transpose()?;
    let hash = facts_hash(facts.as_deref());
    let (from, to) = observation.moment.into();
    on.prepare_cached(
        "INSERT INTO log (entity, id, status, facts_hash, facts, source,
                          first_from, first_to, last_from, last_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?8)
         ON CONFLICT (entity, id, status, facts_hash) DO UPDATE SET
             first_from = min(first_from, ?7), first_to = min(first_to, ?8),
             last_from = max(last_from, ?7), last_to = max(last_to, ?8)",
    )?
    .execute(params![
        key.subject.entity.as_str(),
        key.subject.id,
        key.status.as_ref().map_or("", Status::as_str),
        hash.as_bytes().as_slice(),
        facts,
        observation.source.as_str(),
        from,
        to,
    ])?;
    Ok(())
}

fn put_track(on: &Connection, track: &Track) -> Result<()> {
    let facts = track.facts();
    let number = |name| facts.and_then(|facts| facts.number(name));
    let loan = Figures::of(track);
    let sql = "INSERT OR REPLACE INTO tracks (
                   entity, id, loan_id, status, needs_a_look, currency, amount, repaid, due_at,
                   track, outstanding, fees_expected, fees_paid, late_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    on.prepare_cached(sql)?.execute(params![
        track.subject().entity.as_str(),
        track.subject().id,
        track.loan_id(),
        track.state().map(|state| state.status.to_string()),
        track.needs_a_look(),
        facts.and_then(|facts| facts.text("currency")),
        number("amount"),
        number("repaid_nominal_amount"),
        facts
            .and_then(|facts| facts.instant("to_repay_at"))
            .map(micros),
        json(track)?,
        loan.as_ref().map(|loan| loan.outstanding),
        loan.as_ref().map(|loan| loan.fees_expected),
        loan.as_ref().map(|loan| loan.fees_paid),
        loan.and_then(|loan| loan.late_at).map(micros),
    ])?;
    put_shares(on, track)
}

/// A payment alone can be for several loans.
fn put_shares(on: &Connection, track: &Track) -> Result<()> {
    let Subject { entity, id } = track.subject();
    if *entity != Entity::Payment {
        return Ok(());
    }
    on.prepare_cached("DELETE FROM shares WHERE entity = ? AND id = ?")?
        .execute([entity.as_str(), id])?;
    for loan in track.other_loans() {
        on.prepare_cached("INSERT INTO shares VALUES (?, ?, ?)")?
            .execute([loan, entity.as_str(), id])?;
    }
    Ok(())
}

/// Writes every track again, for columns that are new.
pub(super) fn rewrite(on: &Connection) -> Result<()> {
    for entity in Entity::ALL {
        let mut after = None;
        loop {
            let tracks = tracks(on, *entity, after.as_deref(), 1_000)?;
            let Some(last) = tracks.last() else { break };
            after = Some(last.subject().id.clone());
            for track in &tracks {
                put_track(on, track)?;
            }
        }
    }
    Ok(())
}

fn append(on: &Connection, change: Change, now: Timestamp) -> Result<Numbered> {
    on.prepare_cached(
        "INSERT INTO changes (entity, id, loan_id, recorded_at, change) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![
        change.subject.entity.as_str(),
        change.subject.id,
        change.loan_id,
        micros(now),
        json(&change)?,
    ])?;
    Ok(Numbered {
        seq: on.last_insert_rowid().unsigned_abs(),
        recorded_at: now,
        change,
    })
}

pub(super) fn track(on: &Connection, subject: &Subject) -> Result<Option<Track>> {
    on.prepare_cached("SELECT track FROM tracks WHERE entity = ? AND id = ?")?
        .query_row([subject.entity.as_str(), &subject.id], |row| parsed(row, 0))
        .optional()
}

pub(super) fn tracks(
    on: &Connection,
    entity: Entity,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Track>> {
    let sql = "SELECT track FROM tracks WHERE entity = ? AND id > ? ORDER BY id LIMIT ?";
    let after = after.unwrap_or_default();
    list(
        on,
        sql,
        params![entity.as_str(), after, count(limit)],
        |row| parsed(row, 0),
    )
}

pub(super) fn glances(
    on: &Connection,
    entity: Entity,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Glance>> {
    // By itself SQLite would read the tracks.
    let sql = "SELECT id, status, needs_a_look FROM tracks INDEXED BY tracks_glances
               WHERE entity = ? AND id > ? ORDER BY id LIMIT ?";
    let after = after.unwrap_or_default();
    let values = params![entity.as_str(), after, count(limit)];
    list(on, sql, values, |row| {
        let status: Option<String> = row.get(1)?;
        Ok(Glance {
            id: row.get(0)?,
            status: status.as_deref().map(Status::from),
            needs_a_look: row.get(2)?,
        })
    })
}

pub(super) fn in_status(on: &Connection, entity: Entity, status: &str) -> Result<Vec<Track>> {
    let sql = "SELECT track FROM tracks WHERE entity = ? AND status = ? ORDER BY id";
    list(on, sql, params![entity.as_str(), status], |row| {
        parsed(row, 0)
    })
}

pub(super) fn related(on: &Connection, loan_id: &str) -> Result<Vec<Track>> {
    let sql = "SELECT track, entity, id FROM tracks WHERE loan_id = ?1
               UNION ALL
               SELECT track, entity, id FROM shares JOIN tracks USING (entity, id)
               WHERE shares.loan_id = ?1
               ORDER BY 2, 3";
    list(on, sql, params![loan_id], |row| parsed(row, 0))
}

pub(super) fn changes(on: &Connection, after: u64, limit: usize) -> Result<Vec<Numbered>> {
    let sql = "SELECT seq, recorded_at, change FROM changes WHERE seq > ? ORDER BY seq LIMIT ?";
    list(on, sql, params![whole(after), count(limit)], numbered)
}

pub(super) fn history(on: &Connection, subject: &Subject) -> Result<Vec<Numbered>> {
    let sql = "SELECT seq, recorded_at, change FROM changes
               WHERE entity = ?1 AND id = ?2 OR ?1 = 'loan' AND loan_id = ?2
               UNION
               SELECT seq, recorded_at, change FROM shares JOIN changes USING (entity, id)
               WHERE ?1 = 'loan' AND shares.loan_id = ?2
               ORDER BY 1";
    list(
        on,
        sql,
        params![subject.entity.as_str(), subject.id],
        numbered,
    )
}

pub(super) fn last_changes(
    on: &Connection,
    subject: &Subject,
    limit: usize,
) -> Result<Vec<Numbered>> {
    let sql = "SELECT seq, recorded_at, change FROM changes
               WHERE entity = ? AND id = ? ORDER BY seq DESC LIMIT ?";
    let values = params![subject.entity.as_str(), subject.id, count(limit)];
    list(on, sql, values, numbered)
}

fn numbered(row: &Row<'_>) -> Result<Numbered> {
    Ok(Numbered {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        recorded_at: instant(row.get(1)?),
        change: parsed(row, 2)?,
    })
}

pub(super) fn cursor(on: &Connection, consumer: &str) -> Result<u64> {
    let seq: Option<i64> = on
        .prepare_cached("SELECT seq FROM cursors WHERE consumer = ?")?
        .query_row([consumer], |row| row.get(0))
        .optional()?;
    Ok(seq.unwrap_or(0).unsigned_abs())
}

pub(super) fn set_cursor(on: &Connection, consumer: &str, seq: u64) -> Result<()> {
    on.prepare_cached("INSERT OR REPLACE INTO cursors VALUES (?, ?)")?
        .execute(params![consumer, whole(seq)])?;
    Ok(())
}

pub(super) fn receive(on: &Connection, body: &[u8], received_at: Timestamp) -> Result<u64> {
    on.prepare_cached("INSERT INTO notifications (received_at, body) VALUES (?, ?)")?
        .execute(params![micros(received_at), body])?;
    Ok(on.last_insert_rowid().unsigned_abs())
}

pub(super) fn unread(on: &Connection, limit: usize) -> Result<Vec<Notification>> {
    let sql = "SELECT seq, received_at, body FROM notifications
               WHERE is_read = 0 ORDER BY seq LIMIT ?";
    list(on, sql, params![count(limit)], notification)
}

pub(super) fn notification(row: &Row<'_>) -> Result<Notification> {
    Ok(Notification {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        received_at: instant(row.get(1)?),
        body: row.get(2)?,
    })
}

pub(super) fn forget_read(on: &Connection, before: Timestamp) -> Result<u64> {
    let gone = on
        .prepare_cached("DELETE FROM notifications WHERE is_read = 1 AND received_at < ?")?
        .execute([micros(before)])?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

pub(super) fn mark(on: &Connection, name: &str) -> Result<Option<String>> {
    on.prepare_cached("SELECT value FROM marks WHERE name = ?")?
        .query_row([name], |row| row.get(0))
        .optional()
}

pub(super) fn observations(
    on: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, Observation)>> {
    let sql = "SELECT seq, entity, id, status, facts, source,
                      first_from, first_to, last_from, last_to
               FROM log WHERE seq > ? ORDER BY seq LIMIT ?";
    let entries = list(on, sql, params![whole(after), count(limit)], |row| {
        let status: String = row.get(3)?;
        let key = EntryKey {
            subject: Subject::new(
                Entity::named(&row.get::<_, String>(1)?),
                row.get::<_, String>(2)?,
            ),
            status: (!status.is_empty()).then(|| status.as_str().into()),
            facts: match row.get_ref(4)? {
                ValueRef::Null => None,
                _ => Some(parsed(row, 4)?),
            },
        };
        let span = Span {
            first: Moment::from((row.get(6)?, row.get(7)?)),
            last: Moment::from((row.get(8)?, row.get(9)?)),
        };
        let seq = row.get::<_, i64>(0)?.unsigned_abs();
        Ok((seq, key, span, Source::named(&row.get::<_, String>(5)?)))
    })?;
    Ok(entries
        .into_iter()
        .flat_map(|(seq, key, span, source)| {
            unpack(&key, span, source)
                .into_iter()
                .map(move |one| (seq, one))
        })
        .collect())
}

pub(super) fn list<T>(
    on: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    on.prepare_cached(sql)?.query_map(values, read)?.collect()
}

pub(super) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(super) fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

pub(super) fn micros(instant: Timestamp) -> i64 {
    instant.get().as_microsecond()
}

pub(super) fn instant(micros: i64) -> Timestamp {
    Moment::from((micros, micros)).start()
}

/// SQLite's numbers are signed; ours count from 1 and never come near.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
