//! Intents, each settled by one worker at a time.

use defacto_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::intent::farthest;
use super::super::{Begun, Intent, IntentState};
use super::rows::{count, json, list, micros, parsed};

type Result<T> = rusqlite::Result<T>;

pub(super) fn begin(on: &Connection, new: &Intent) -> Result<Begun> {
    let known = match &new.salt {
        Some(salt) => intent(on, "salt", salt)?,
        None => None,
    };
    match known {
        Some(known) if known.gives_way_to(new) => {
            on.prepare_cached("DELETE FROM intents WHERE id = ?")?
                .execute([&known.id])?;
        }
        Some(known) if known.id != new.id => return Ok(Begun::Known(Box::new(known))),
        _ => {}
    }
    put_intent(on, new)?;
    Ok(Begun::New)
}

pub(super) fn hold(on: &Connection, id: &str, holder: &str, until: Timestamp) -> Result<bool> {
    change(on, id, |intent| intent.hold(holder, until))
}

pub(super) fn claim(
    on: &Connection,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<Intent>> {
    let sql = "SELECT intent FROM intents
               WHERE state = 'open' AND held_until NOT BETWEEN ?1 AND ?2
               ORDER BY made_at LIMIT ?3";
    let held = [micros(now) + 1, farthest(now)];
    let mut claimed: Vec<Intent> = list(on, sql, params![held[0], held[1], count(limit)], |row| {
        parsed(row, 0)
    })?;
    for intent in &mut claimed {
        holder.clone_into(&mut intent.holder);
        intent.held_until = until;
        intent.attempts += 1;
        put_intent(on, intent)?;
    }
    Ok(claimed)
}

pub(super) fn release(
    on: &Connection,
    id: &str,
    holder: &str,
    obstacle: String,
    next: Timestamp,
) -> Result<()> {
    change(on, id, |intent| intent.release(holder, obstacle, next))?;
    Ok(())
}

/// Changes an intent, and says whether it did.
fn change(on: &Connection, id: &str, how: impl FnOnce(&mut Intent) -> bool) -> Result<bool> {
    let Some(mut intent) = intent(on, "id", id)? else {
        return Ok(false);
    };
    let changed = how(&mut intent);
    if changed {
        put_intent(on, &intent)?;
    }
    Ok(changed)
}

/// Intents held by a worker that is gone are free again.
pub(super) fn free(on: &Connection) -> Result<()> {
    let open: Vec<Intent> = list(
        on,
        "SELECT intent FROM intents WHERE state = 'open'",
        params![],
        |row| parsed(row, 0),
    )?;
    for mut intent in open {
        intent.held_until = Timestamp(jiff::Timestamp::UNIX_EPOCH);
        intent.holder.clear();
        put_intent(on, &intent)?;
    }
    Ok(())
}

pub(super) fn intents(on: &Connection, state: IntentState, limit: usize) -> Result<Vec<Intent>> {
    let sql = "SELECT intent FROM intents WHERE state = ? ORDER BY made_at, id LIMIT ?";
    list(on, sql, params![state.as_str(), count(limit)], |row| {
        parsed(row, 0)
    })
}

pub(super) fn intent(on: &Connection, by: &str, value: &str) -> Result<Option<Intent>> {
    on.prepare_cached(&format!("SELECT intent FROM intents WHERE {by} = ?"))?
        .query_row([value], |row| parsed(row, 0))
        .optional()
}

pub(super) fn put_intent(on: &Connection, intent: &Intent) -> Result<()> {
    let sql = "INSERT INTO intents (id, salt, state, made_at, held_until, intent)
               VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET
                   state = excluded.state, held_until = excluded.held_until,
                   intent = excluded.intent";
    on.prepare_cached(sql)?.execute(params![
        intent.id,
        intent.salt,
        intent.state.as_str(),
        micros(intent.made_at),
        micros(intent.held_until),
        json(intent)?,
    ])?;
    Ok(())
}
