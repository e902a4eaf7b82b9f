//! Intents, each settled by one worker at a time.

use std::borrow::Cow;

use deadpool_postgres::Object;
use defacto_types::Timestamp;

use super::super::intent::farthest;
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
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id";

/// As it is now, and nobody else's meanwhile.
const KNOWN: &str = "SELECT intent FROM intents WHERE salt = $1 OR id = $2 FOR UPDATE";

const DROP: &str = "DELETE FROM intents WHERE id = $1";

/// What another worker is just claiming is passed by and not waited for.
const FREE: &str = "
    SELECT intent FROM intents WHERE state = 'open' AND held_until NOT BETWEEN $1 AND $2
    ORDER BY made_at, id LIMIT $3 FOR UPDATE SKIP LOCKED";

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
    let columns = Columns::of(new)?;
    let made = first(on, MAKE, &columns.values(), |_| Ok(())).await?;
    if made.is_some() {
        return Ok(Begun::New);
    }
    begin_transaction(on).await?;
    let named: [Value<'_>; 2] = [&columns.salt, &columns.id];
    let known = first(on, KNOWN, &named, |row| parsed::<Intent>(row, 0)).await?;
    let begun = match known {
        Some(known) if known.gives_way_to(new) => {
            list(on, DROP, &[&plain(&known.id)], |_| Ok(())).await?;
            first(on, MAKE, &columns.values(), |_| Ok(())).await?;
            Begun::New
        }
        Some(known) if known.id == new.id => Begun::New,
        Some(known) => Begun::Known(Box::new(known)),
        None => return Err(nothing()),
    };
    end(on).await?;
    Ok(begun)
}

pub(super) async fn hold(on: &Object, id: &str, holder: &str, until: Timestamp) -> Result<bool> {
    change(on, id, |intent| intent.hold(holder, until)).await
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
    let (after, farthest) = (micros(now) + 1, farthest(now));
    let (until_micros, limit) = (micros(until), count(limit));
    let ((), rows) = tokio::try_join!(
        biased;
        begin_transaction(on),
        async { send(on, &free, &[&after, &farthest, &limit]).await },
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
    holder: &str,
    obstacle: String,
    next: Timestamp,
) -> Result<()> {
    change(on, id, |intent| intent.release(holder, obstacle, next)).await?;
    Ok(())
}

/// Changes an intent, and says whether it did.
async fn change(on: &Object, id: &str, how: impl FnOnce(&mut Intent) -> bool) -> Result<bool> {
    let lock = on.prepare_cached(LOCK).await?;
    let put = on.prepare_cached(PUT).await?;
    let id = plain(id);
    let ((), rows) = tokio::try_join!(
        biased;
        begin_transaction(on),
        async { send(on, &lock, &[&id]).await },
    )?;
    let mut is_changed = false;
    if let Some(row) = rows.first() {
        let mut intent: Intent = parsed(row, 0)?;
        is_changed = how(&mut intent);
        if is_changed {
            send(on, &put, &Columns::of(&intent)?.values()).await?;
        }
    }
    end(on).await?;
    Ok(is_changed)
}

pub(super) async fn intents(on: &Object, state: IntentState, limit: usize) -> Result<Vec<Intent>> {
    let sql = "SELECT intent FROM intents WHERE state = $1 ORDER BY made_at, id LIMIT $2";
    list(on, sql, &[&state.as_str(), &count(limit)], |row| {
        parsed(row, 0)
    })
    .await
}
