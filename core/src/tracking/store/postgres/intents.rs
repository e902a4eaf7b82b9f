//! Intents, each settled by one worker at a time.

use std::borrow::Cow;

use deadpool_postgres::Object;
use defacto_types::Timestamp;

use super::super::{Begun, Intent, IntentState};
use super::ask::{
    Value, begin as begin_transaction, count, end, first, json, list, micros, nothing, parsed,
    plain, send,
};
use super::trouble::Result;

pub(super) const LOCK: &str = "SELECT intent FROM intents WHERE id = $1 FOR UPDATE";

pub(super) const PUT: &str =
    "UPDATE intents SET state = $3, made_at = $4, held_until = $5, intent = $6, salt = $2
     WHERE id = $1";

/// Whoever comes second waits until the first has ended, and then finds it.
const MAKE: &str = "
    INSERT INTO intents (id, salt, state, made_at, held_until, intent)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (salt) DO NOTHING RETURNING id";

/// What another worker is just claiming is passed by and not waited for.
const FREE: &str = "
    SELECT intent FROM intents WHERE state = 'open' AND held_until <= $1
    ORDER BY made_at, id LIMIT $2 FOR UPDATE SKIP LOCKED";

const TAKE: &str = "
    UPDATE intents SET held_until = $3, intent = new.intent
    FROM unnest($1::text[], $2::text[]) AS new (id, intent) WHERE intents.id = new.id";

/// An intent as its row has it.
pub(super) struct Columns<'a> {
    id: Cow<'a, str>,
    salt: Option<Cow<'a, str>>,
    state: &'static str,
    made_at: i64,
    held_until: i64,
    text: String,
}

impl<'a> Columns<'a> {
    pub(super) fn of(intent: &'a Intent) -> Result<Self> {
        Ok(Self {
            id: plain(&intent.id),
            salt: intent.salt.as_deref().map(plain),
            state: intent.state.as_str(),
            made_at: micros(intent.made_at),
            held_until: micros(intent.held_until),
            text: json(intent)?,
        })
    }

    pub(super) fn values(&self) -> [Value<'_>; 6] {
        [
            &self.id,
            &self.salt,
            &self.state,
            &self.made_at,
            &self.held_until,
            &self.text,
        ]
    }
}

pub(super) async fn begin(on: &Object, new: &Intent) -> Result<Begun> {
    let made = first(on, MAKE, &Columns::of(new)?.values(), |_| Ok(())).await?;
    if made.is_some() {
        return Ok(Begun::New);
    }
    let salt = new.salt.as_deref().map(plain);
    let sql = "SELECT intent FROM intents WHERE salt = $1";
    let known = first(on, sql, &[&salt], |row| parsed(row, 0)).await?;
    Ok(Begun::Known(Box::new(known.ok_or_else(nothing)?)))
}

pub(super) async fn claim(
    on: &Object,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<Intent>> {
    let free = on.prepare_cached(FREE).await?;
    let take = on.prepare_cached(TAKE).await?;
    let (now, until_micros, limit) = (micros(now), micros(until), count(limit));
    let ((), rows) = tokio::try_join!(
        biased;
        begin_transaction(on),
        async { send(on, &free, &[&now, &limit]).await },
    )?;
    let mut claimed = Vec::with_capacity(rows.len());
    let (mut ids, mut texts) = (Vec::new(), Vec::new());
    for row in &rows {
        let mut intent: Intent = parsed(row, 0)?;
        holder.clone_into(&mut intent.holder);
        intent.held_until = until;
        intent.attempts += 1;
        ids.push(plain(&intent.id).into_owned());
        texts.push(json(&intent)?);
        claimed.push(intent);
    }
    tokio::try_join!(
        biased;
        async { send(on, &take, &[&ids, &texts, &until_micros]).await },
        end(on),
    )?;
    Ok(claimed)
}

/// What is settled already has nothing in its way.
pub(super) async fn release(
    on: &Object,
    id: &str,
    obstacle: String,
    next: Timestamp,
) -> Result<()> {
    let lock = on.prepare_cached(LOCK).await?;
    let put = on.prepare_cached(PUT).await?;
    let id = plain(id);
    let ((), rows) = tokio::try_join!(
        biased;
        begin_transaction(on),
        async { send(on, &lock, &[&id]).await },
    )?;
    if let Some(row) = rows.first() {
        let mut intent: Intent = parsed(row, 0)?;
        if intent.state == IntentState::Open {
            intent.obstacle = Some(obstacle);
            intent.held_until = next;
            send(on, &put, &Columns::of(&intent)?.values()).await?;
        }
    }
    end(on).await
}

pub(super) async fn intents(on: &Object, state: IntentState, limit: usize) -> Result<Vec<Intent>> {
    let sql = "SELECT intent FROM intents WHERE state = $1 ORDER BY made_at, id LIMIT $2";
    list(on, sql, &[&state.as_str(), &count(limit)], |row| {
        parsed(row, 0)
    })
    .await
}
