//! Writing a batch while others write theirs.
//!
//! Two trips to the server: the first begins a transaction and locks what the
//! batch changes, the second writes and ends it. Between them the tracks are
//! folded here. Everybody locks in the same order: the ledger, which batches
//! share, tracks by kind and id, the intent, notifications by number, marks by
//! name, and the counter of changes at the very end. Nobody can wait for somebody
//! who waits for him.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use deadpool_postgres::Object;
use defacto_types::Timestamp;
use tokio_postgres::Row;

use super::super::super::moment::Span;
use super::super::super::{Change, LedgerRow, Observation, Source, Subject, Track};
use super::super::log::EntryKey;
use super::super::reduction::{loans_about, sift};
use super::super::{Batch, Intent, Numbered};
use super::ask::{begin, end, micros, nothing, number, parsed, plain, send, send_if, whole};
use super::columns::{ChangeColumns, KeptColumns, LogColumns, ShareColumns, TrackColumns};
use super::trouble::Result;
use super::{intents, ledger};

/// Makes the rows of what is not known yet, so that there is something to lock.
/// The arrays are sorted: two that make the same rows meet at the first.
const MAKE: &str = "
    INSERT INTO tracks (entity, id) SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT DO NOTHING";

/// Locks are taken in the order of the rows, since sorting comes first.
const LOCK: &str = "
    SELECT tracks.entity, tracks.id, tracks.track
    FROM unnest($1::text[], $2::text[]) AS wanted (entity, id)
    JOIN tracks USING (entity, id)
    ORDER BY tracks.entity, tracks.id FOR UPDATE OF tracks";

const PUT: &str = "
    UPDATE tracks
    SET loan_id = new.loan_id, status = new.status, needs_a_look = new.needs_a_look,
        currency = new.currency, amount = new.amount, repaid = new.repaid,
        due_at = new.due_at, track = new.track, outstanding = new.outstanding,
        fees_expected = new.fees_expected, fees_paid = new.fees_paid, late_at = new.late_at
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::text[],
                $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[],
                $12::bigint[], $13::bigint[], $14::bigint[])
        AS new (entity, id, loan_id, status, needs_a_look, currency, amount, repaid, due_at,
                track, outstanding, fees_expected, fees_paid, late_at)
    WHERE tracks.entity = new.entity AND tracks.id = new.id";

/// What a payment was for before is not kept.
const UNSHARE: &str = "DELETE FROM shares WHERE entity = 'payment' AND id = ANY($1::text[])";

const SHARE: &str = "
    INSERT INTO shares (loan_id, entity, id)
    SELECT loan_id, 'payment', id FROM unnest($1::text[], $2::text[]) AS new (loan_id, id)";

const LOG: &str = "
    INSERT INTO log (entity, id, status, facts_hash, facts, source,
                     first_from, first_to, last_from, last_to)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[],
                         $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
    ON CONFLICT (entity, id, status, facts_hash) DO UPDATE SET
        first_from = least(log.first_from, excluded.first_from),
        first_to = least(log.first_to, excluded.first_to),
        last_from = greatest(log.last_from, excluded.last_from),
        last_to = greatest(log.last_to, excluded.last_to)";

/// What a status was taken over from is not told again when the log is.
const OTHERS: &str = "
    DELETE FROM log
    USING unnest($1::text[], $2::text[], $3::text[]) AS kept (entity, id, statuses)
    WHERE log.entity = kept.entity AND log.id = kept.id
        AND log.status <> '' AND NOT kept.statuses::jsonb ? log.status";

const READ: &str = "
    UPDATE notifications SET is_read = TRUE
    WHERE seq IN (SELECT seq FROM notifications
                  WHERE seq = ANY($1::bigint[]) AND NOT is_read ORDER BY seq FOR UPDATE)";

const MARK: &str = "
    INSERT INTO marks SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/// Numbers changes in the order in which they become visible: the counter's row
/// stays locked until the transaction ends, so that whoever numbers later also
/// shows later, and who reads `seq > n` misses nothing. A sequence would hand out
/// a number before its row can be seen, and a reader would pass it by. The lock is
/// short: this and `COMMIT` are sent together, after everything else.
const APPEND: &str = "
    WITH counter AS (
        UPDATE counters SET last = last + cardinality($1::text[]) WHERE name = 'changes'
        RETURNING last - cardinality($1::text[]) AS before
    ), added AS (
        INSERT INTO changes (seq, entity, id, loan_id, recorded_at, change)
        SELECT before + place, entity, id, loan_id, $5::bigint, change
        FROM counter, unnest($1::text[], $2::text[], $3::text[], $4::text[])
            WITH ORDINALITY AS new (entity, id, loan_id, change, place)
    )
    SELECT before FROM counter";

pub(super) async fn commit(on: &Object, batch: Batch, now: Timestamp) -> Result<Vec<Numbered>> {
    let [beside, rows, back, unmake] = [
        on.prepare_cached(ledger::BESIDE).await?,
        on.prepare_cached(ledger::FIND).await?,
        on.prepare_cached(ledger::BACK).await?,
        on.prepare_cached(ledger::UNMAKE).await?,
    ];
    let [unshare, share] = [
        on.prepare_cached(UNSHARE).await?,
        on.prepare_cached(SHARE).await?,
    ];
    let [
        make,
        lock,
        put,
        others,
        log,
        read,
        mark,
        append,
        find,
        settle,
    ] = [
        on.prepare_cached(MAKE).await?,
        on.prepare_cached(LOCK).await?,
        on.prepare_cached(PUT).await?,
        on.prepare_cached(OTHERS).await?,
        on.prepare_cached(LOG).await?,
        on.prepare_cached(READ).await?,
        on.prepare_cached(MARK).await?,
        on.prepare_cached(APPEND).await?,
        on.prepare_cached(intents::LOCK).await?,
        on.prepare_cached(intents::PUT).await?,
    ];

    let wanted = Keys::of(&batch.observations);
    let about: Vec<Cow<'_, str>> = loans_about(&batch.observations)
        .into_iter()
        .map(plain)
        .collect();
    let settled = batch.settled.as_ref().map_or("", |(id, _)| id);
    let ((), _, rows, _, locked, found) = tokio::try_join!(
        biased;
        begin(on),
        async { send_if(!wanted.is_empty(), on, &beside, &[]).await },
        async { send_if(!about.is_empty(), on, &rows, &[&about]).await },
        async { send_if(!wanted.is_empty(), on, &make, &[&wanted.entities, &wanted.ids]).await },
        async { send_if(!wanted.is_empty(), on, &lock, &[&wanted.entities, &wanted.ids]).await },
        async { send_if(batch.settled.is_some(), on, &find, &[&plain(settled)]).await },
    )?;

    let mut fold = Fold::default();
    for row in &locked {
        fold.known(row)?;
    }
    let rows: Vec<LedgerRow> = rows.iter().map(ledger::row).collect::<Result<_>>()?;
    let wanted = wanted.owned();
    let (observations, returned) = sift(batch.observations, &rows);
    let returned: Vec<Cow<'_, str>> = returned.iter().map(|loan| plain(loan)).collect();
    let mut made = Vec::new();
    for observation in &observations {
        made.extend(fold.take(observation));
    }
    let idle = wanted.without(&fold, !rows.is_empty());
    made.extend(batch.changes);
    for change in made.iter_mut().filter(|change| change.lacks_its_loan()) {
        if let Some(track) = fold.tracks.get(&change.subject) {
            change.place(track);
        }
    }
    let intent: Option<Intent> = match (found.first(), batch.settled) {
        (Some(row), Some((_, outcome))) => {
            let mut intent: Intent = parsed(row, 0)?;
            intent.settle(outcome);
            Some(intent)
        }
        _ => None,
    };

    let adopted = observations
        .iter()
        .filter(|one| one.source == Source::Adopted && one.status.is_some())
        .filter_map(|one| fold.tracks.get(&one.subject));
    let adopted = KeptColumns::of(adopted)?;
    let tracks = TrackColumns::of(fold.changed())?;
    let shares = ShareColumns::of(fold.changed());
    let entries = LogColumns::of(&fold.log)?;
    let changes = ChangeColumns::of(&made)?;
    let settled = intent.as_ref().map(intents::Columns::of).transpose()?;
    let seqs: Vec<i64> = batch.read.iter().copied().map(whole).collect();
    // The last of a name counts, and each is there once.
    let marks: BTreeMap<Cow<'_, str>, Cow<'_, str>> = batch
        .marks
        .iter()
        .map(|(name, value)| (plain(name), plain(value)))
        .collect();
    let (names, values): (Vec<_>, Vec<_>) = marks.into_iter().unzip();

    let at = micros(now);
    let (_, _, _, _, _, _, _, _, _, _, before, ()) = tokio::try_join!(
        biased;
        async { send_if(!returned.is_empty(), on, &back, &[&returned]).await },
        async { send_if(!idle.is_empty(), on, &unmake, &[&idle.entities, &idle.ids]).await },
        async { send_if(!tracks.ids.is_empty(), on, &put, &tracks.values()).await },
        async { send_if(!shares.payments.is_empty(), on, &unshare, &[&shares.payments]).await },
        async { send_if(shares.has_several(), on, &share, &shares.values()).await },
        async { send_if(!adopted.ids.is_empty(), on, &others, &adopted.values()).await },
        async { send_if(!entries.ids.is_empty(), on, &log, &entries.values()).await },
        async {
            match &settled {
                Some(intent) => send(on, &settle, &intent.values()).await,
                None => Ok(Vec::new()),
            }
        },
        async { send_if(!seqs.is_empty(), on, &read, &[&seqs]).await },
        async { send_if(!names.is_empty(), on, &mark, &[&names, &values]).await },
        async { send_if(!made.is_empty(), on, &append, &changes.values(&at)).await },
        end(on),
    )?;
    numbered(&before, made, now)
}

/// Numbers changes within a transaction, which ends next: until then nobody else
/// does.
pub(super) async fn append(
    on: &Object,
    changes: Vec<Change>,
    now: Timestamp,
) -> Result<Vec<Numbered>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let columns = ChangeColumns::of(&changes)?;
    let statement = on.prepare_cached(APPEND).await?;
    let before = send(on, &statement, &columns.values(&micros(now))).await?;
    numbered(&before, changes, now)
}

/// Changes with the numbers that [`APPEND`] gave them.
fn numbered(before: &[Row], changes: Vec<Change>, now: Timestamp) -> Result<Vec<Numbered>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let before = number(before.first().ok_or_else(nothing)?, 0)?;
    Ok((before + 1..)
        .zip(changes)
        .map(|(seq, change)| Numbered {
            seq,
            recorded_at: now,
            change,
        })
        .collect())
}

/// Tracks that are written again at a time.
const AT_ONCE: i64 = 1_000;

/// Writes every track again, for columns that are new.
pub(super) async fn rewrite(on: &Object) -> Result<()> {
    let put = on.prepare(PUT).await?;
    let page = "SELECT entity, id, track FROM tracks WHERE (entity, id) > ($1, $2)
                ORDER BY entity, id LIMIT $3";
    let page = on.prepare(page).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = send(on, &page, &[&after.0, &after.1, &AT_ONCE]).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = (last.try_get(0)?, last.try_get(1)?);
        let tracks = rows.iter().map(|row| parsed(row, 2));
        let tracks: Vec<Track> = tracks.collect::<Result<_>>()?;
        let columns = TrackColumns::of(&tracks)?;
        send(on, &put, &columns.values()).await?;
        let shares = ShareColumns::of(&tracks);
        if shares.has_several() {
            let share = on.prepare(SHARE).await?;
            send(on, &share, &shares.values()).await?;
        }
    }
}

/// The tracks a batch may change, sorted.
struct Keys<'a> {
    entities: Vec<&'static str>,
    ids: Vec<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    /// What tells neither a status nor fields changes no track.
    fn of(observations: &'a [Observation]) -> Self {
        let keys: BTreeSet<(&'static str, Cow<'a, str>)> = observations
            .iter()
            .filter(|one| one.status.is_some() || one.facts.is_some())
            .map(|one| (one.subject.entity.as_str(), plain(&one.subject.id)))
            .collect();
        let (entities, ids) = keys.into_iter().unzip();
        Self { entities, ids }
    }

    fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn owned(self) -> Keys<'static> {
        let ids = self.ids.into_iter();
        Keys {
            entities: self.entities,
            ids: ids.map(|id| Cow::Owned(id.into_owned())).collect(),
        }
    }

    /// Those that were not folded, where the ledger kept some out.
    fn without(self, fold: &Fold, kept_out: bool) -> Self {
        if !kept_out {
            return Self {
                entities: Vec::new(),
                ids: Vec::new(),
            };
        }
        let folded: BTreeSet<(&str, Cow<'_, str>)> = fold
            .tracks
            .keys()
            .map(|subject| (subject.entity.as_str(), plain(&subject.id)))
            .collect();
        let keys = self.entities.into_iter().zip(self.ids);
        let idle = keys.filter(|(entity, id)| !folded.contains(&(entity, Cow::Borrowed(&**id))));
        let (entities, ids) = idle.unzip();
        Self { entities, ids }
    }
}

/// Tracks being folded, and what of the observations was new.
#[derive(Default)]
struct Fold {
    tracks: HashMap<Subject, Track>,
    changed: BTreeSet<Subject>,
    /// Entries in the order they were begun, each once.
    log: Vec<(EntryKey, Span, Source)>,
    entries: HashMap<EntryKey, usize>,
}

impl Fold {
    fn known(&mut self, row: &Row) -> Result<()> {
        let text: &str = row.try_get(2)?;
        if !text.is_empty() {
            let track: Track = serde_json::from_str(text)?;
            self.tracks.insert(track.subject().clone(), track);
        }
        Ok(())
    }

    fn changed(&self) -> impl Iterator<Item = &Track> {
        let changed = self.changed.iter();
        changed.filter_map(|subject| self.tracks.get(subject))
    }

    fn take(&mut self, observation: &Observation) -> Vec<Change> {
        let subject = &observation.subject;
        let track = self
            .tracks
            .entry(subject.clone())
            .or_insert_with(|| Track::new(subject.clone()));
        let before = track.clone();
        let changes = track.fold(observation);
        if *track != before {
            self.changed.insert(subject.clone());
            self.log(observation);
        }
        changes
    }

    fn log(&mut self, observation: &Observation) {
        let key = EntryKey::of(observation);
        let known = self.entries.get(&key).and_then(|&at| self.log.get_mut(at));
        match known {
            Some((_, span, _)) => span.join(observation.moment),
            None => {
                self.entries.insert(key.clone(), self.log.len());
                self.log
                    .push((key, observation.moment.into(), observation.source));
            }
        }
    }
}
