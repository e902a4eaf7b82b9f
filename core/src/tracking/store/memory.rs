//! A store that forgets at the end of the process.

mod reduce;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use defacto_types::Timestamp;

use super::super::moment::Span;
use super::super::{Change, Entity, LedgerRow, Observation, Source, Subject, Track};
use super::log::{EntryKey, unpack};
use super::reduction::{loans_about, sift};
use super::{
    Batch, Begun, Exchange, Intent, IntentState, Notification, Numbered, Reduced, Reduction, Store,
    Task,
};

/// A store that forgets at the end of the process: for tests, and for programs
/// that read the whole book when they start.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    tracks: BTreeMap<Subject, Track>,
    /// Entries in the order they were begun; nothing in the place of one that was
    /// removed.
    log: Vec<Option<(EntryKey, Span, Source)>>,
    /// The places of entries in it, by the hashes of their keys.
    entries: HashMap<u64, Vec<usize>>,
    changes: Vec<Numbered>,
    /// The number of the last change there ever was.
    numbered: u64,
    ledger: BTreeMap<String, LedgerRow>,
    cursors: HashMap<String, u64>,
    notifications: BTreeMap<u64, Notification>,
    received: u64,
    intents: BTreeMap<String, Intent>,
    marks: HashMap<String, String>,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // What panicked elsewhere left no write half made: each is a few moves.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(key: &EntryKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl Tables {
    fn observe(&mut self, observation: &Observation) -> Vec<Change> {
        let key = EntryKey::of(observation);
        let places = self.entries.entry(hash(&key)).or_default();
        let is_it = |at: &&usize| matches!(self.log.get(**at), Some(Some(one)) if one.0 == key);
        match places.iter().find(is_it).copied() {
            Some(at) => {
                if let Some(Some((_, span, _))) = self.log.get_mut(at) {
                    span.join(observation.moment);
                }
            }
            None => {
                places.push(self.log.len());
                self.log
                    .push(Some((key, observation.moment.into(), observation.source)));
            }
        }
        let track = self
            .tracks
            .entry(observation.subject.clone())
            .or_insert_with(|| Track::new(observation.subject.clone()));
        let changes = track.fold(observation);
        if observation.source == Source::Adopted {
            // What it was taken over from is not told again when the log is.
            for entry in &mut self.log {
                let is_gone = entry.as_ref().is_some_and(|(key, ..)| {
                    let status = key.status.as_ref();
                    key.subject == observation.subject
                        && status.is_some_and(|one| !track.statuses().any(|kept| kept == one))
                });
                if is_gone {
                    *entry = None;
                }
            }
        }
        changes
    }

    fn commit(&mut self, batch: Batch, now: Timestamp) -> Vec<Numbered> {
        let rows = self.rows_of(loans_about(&batch.observations));
        let (observations, back) = sift(batch.observations, &rows);
        for loan in back {
            self.ledger.remove(&loan);
        }
        let mut made: Vec<Change> = Vec::new();
        for observation in &observations {
            made.extend(self.observe(observation));
        }
        made.extend(batch.changes);
        for change in made.iter_mut().filter(|change| change.lacks_its_loan()) {
            if let Some(track) = self.tracks.get(&change.subject) {
                change.place(track);
            }
        }
        let first = self.numbered + 1;
        let numbered: Vec<Numbered> = (first..)
            .zip(made)
            .map(|(seq, change)| Numbered {
                seq,
                recorded_at: now,
                change,
            })
            .collect();
        self.numbered = numbered.last().map_or(self.numbered, |change| change.seq);
        self.changes.extend(numbered.iter().cloned());
        for seq in batch.read {
            self.notifications.remove(&seq);
        }
        if let Some((id, outcome)) = batch.settled
            && let Some(intent) = self.intents.get_mut(&id)
        {
            intent.settle(outcome);
        }
        self.marks.extend(batch.marks);
        numbered
    }

    fn claim(
        &mut self,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Vec<Intent> {
        self.intents
            .values_mut()
            .filter(|intent| intent.state == IntentState::Open && intent.is_free(now))
            .take(limit)
            .map(|intent| {
                holder.clone_into(&mut intent.holder);
                intent.held_until = until;
                intent.attempts += 1;
                intent.clone()
            })
            .collect()
    }
}

fn done<'a, T: Send + 'a>(value: T) -> Task<'a, T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Store for Memory {
    fn commit(&self, batch: Batch, now: Timestamp) -> Task<'_, Vec<Numbered>> {
        done(self.tables().commit(batch, now))
    }

    fn track(&self, subject: Subject) -> Task<'_, Option<Track>> {
        done(self.tables().tracks.get(&subject).cloned())
    }

    fn tracks(&self, entity: Entity, after: Option<String>, limit: usize) -> Task<'_, Vec<Track>> {
        let tables = self.tables();
        let start = Subject::new(entity, after.as_deref().unwrap_or_default());
        let found = tables
            .tracks
            .range(start..)
            .map(|(_, track)| track)
            .take_while(|track| track.subject().entity == entity)
            .filter(|track| after.as_deref() != Some(&track.subject().id))
            .take(limit)
            .cloned()
            .collect();
        done(found)
    }

    fn related(&self, loan_id: String) -> Task<'_, Vec<Track>> {
        let tables = self.tables();
        let found = tables
            .tracks
            .values()
            .filter(|track| track.is_of(&loan_id))
            .cloned()
            .collect();
        done(found)
    }

    fn changes(&self, after: u64, limit: usize) -> Task<'_, Vec<Numbered>> {
        let tables = self.tables();
        let start = tables.changes.partition_point(|change| change.seq <= after);
        done(
            tables
                .changes
                .iter()
                .skip(start)
                .take(limit)
                .cloned()
                .collect(),
        )
    }

    fn history(&self, subject: Subject) -> Task<'_, Vec<Numbered>> {
        let tables = self.tables();
        let of_loan = |one: &Subject| {
            let track = tables.tracks.get(one);
            track.is_some_and(|track| track.is_of(&subject.id))
        };
        let found = tables
            .changes
            .iter()
            .filter(|one| {
                one.change.subject == subject
                    || subject.entity == Entity::Loan
                        && (one.change.loan_id.as_deref() == Some(&*subject.id)
                            || of_loan(&one.change.subject))
            })
            .cloned()
            .collect();
        done(found)
    }

    fn last_changes(&self, subject: Subject, limit: usize) -> Task<'_, Vec<Numbered>> {
        let tables = self.tables();
        let own = tables.changes.iter().rev();
        let own = own.filter(|one| one.change.subject == subject);
        done(own.take(limit).cloned().collect())
    }

    fn cursor(&self, consumer: String) -> Task<'_, u64> {
        done(self.tables().cursors.get(&consumer).copied().unwrap_or(0))
    }

    fn set_cursor(&self, consumer: String, seq: u64) -> Task<'_, ()> {
        self.tables().cursors.insert(consumer, seq);
        done(())
    }

    fn receive(&self, body: Vec<u8>, received_at: Timestamp) -> Task<'_, u64> {
        let mut tables = self.tables();
        tables.received += 1;
        let seq = tables.received;
        let notification = Notification {
            seq,
            received_at,
            body,
        };
        tables.notifications.insert(seq, notification);
        done(seq)
    }

    fn unread(&self, limit: usize) -> Task<'_, Vec<Notification>> {
        done(
            self.tables()
                .notifications
                .values()
                .take(limit)
                .cloned()
                .collect(),
        )
    }

    /// None is kept that was read.
    fn forget_notifications(&self, _before: Timestamp) -> Task<'_, u64> {
        done(0)
    }

    fn begin(&self, intent: Intent) -> Task<'_, Begun> {
        let mut tables = self.tables();
        let known = tables
            .intents
            .values()
            .find(|known| known.salt.is_some() && known.salt == intent.salt);
        match known {
            Some(known) if known.gives_way_to(&intent) => {
                let known = known.id.clone();
                tables.intents.remove(&known);
            }
            Some(known) if known.id != intent.id => {
                return done(Begun::Known(Box::new(known.clone())));
            }
            _ => {}
        }
        tables.intents.insert(intent.id.clone(), intent);
        done(Begun::New)
    }

    fn claim(
        &self,
        holder: String,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Task<'_, Vec<Intent>> {
        done(self.tables().claim(&holder, now, until, limit))
    }

    fn hold(&self, id: String, holder: String, until: Timestamp) -> Task<'_, bool> {
        let mut tables = self.tables();
        let known = tables.intents.get_mut(&id);
        done(known.is_some_and(|intent| intent.hold(&holder, until)))
    }

    fn release(
        &self,
        id: String,
        holder: String,
        obstacle: String,
        next_at: Timestamp,
    ) -> Task<'_, ()> {
        if let Some(intent) = self.tables().intents.get_mut(&id) {
            intent.release(&holder, obstacle, next_at);
        }
        done(())
    }

    fn intents(&self, state: IntentState, limit: usize) -> Task<'_, Vec<Intent>> {
        let tables = self.tables();
        let found = tables
            .intents
            .values()
            .filter(|intent| intent.state == state)
            .take(limit)
            .cloned()
            .collect();
        done(found)
    }

    fn mark(&self, name: String) -> Task<'_, Option<String>> {
        done(self.tables().marks.get(&name).cloned())
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn exchange(
        &self,
        mark: Exchange,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Task<'_, Option<Vec<Numbered>>> {
        let mut tables = self.tables();
        if tables.marks.get(&mark.name) != mark.from.as_ref() {
            return done(None);
        }
        done(Some(tables.commit(mark.batch(changes), now)))
    }

    fn observations(&self, after: u64, limit: usize) -> Task<'_, Vec<(u64, Observation)>> {
        let tables = self.tables();
        let start = usize::try_from(after).unwrap_or(usize::MAX);
        let found = (after + 1..)
            .zip(tables.log.iter().skip(start))
            .filter_map(|(seq, entry)| Some((seq, entry.as_ref()?)))
            .take(limit)
            .flat_map(|(seq, (key, span, source))| {
                unpack(key, *span, *source)
                    .into_iter()
                    .map(move |one| (seq, one))
            })
            .collect();
        done(found)
    }

    /// None is kept that was read.
    fn notifications(&self, after: u64, limit: usize) -> Task<'_, Vec<Notification>> {
        let tables = self.tables();
        let later = tables.notifications.range(after.saturating_add(1)..);
        done(later.take(limit).map(|(_, one)| one.clone()).collect())
    }

    fn reduce(&self, reduction: Reduction) -> Task<'_, Reduced> {
        done(self.tables().reduce(&reduction))
    }

    fn ledger(&self, after: Option<String>, limit: usize) -> Task<'_, Vec<LedgerRow>> {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let tables = self.tables();
        let start = after.map_or_else(|| Included(String::new()), Excluded);
        let rows = tables.ledger.range((start, Unbounded)).take(limit);
        done(rows.map(|(_, row)| row.clone()).collect())
    }

    fn rows_of(&self, loans: Vec<String>) -> Task<'_, Vec<LedgerRow>> {
        done(self.tables().rows_of(loans))
    }
}
