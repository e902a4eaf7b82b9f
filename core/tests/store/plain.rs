//! What a store does by default.

use defacto::tracking::store::{
    Batch, Begun, Exchange, Intent, IntentState, Notification, Numbered, Reduced, Reduction, Store,
    Task,
};
use defacto::tracking::{Change, Entity, LedgerRow, Observation, Subject, Track};
use defacto::types::Timestamp;

/// A store whose sums are made by the default, from its tracks and its ledger.
#[derive(Debug)]
pub(crate) struct Plain<'a>(pub(crate) &'a dyn Store);

impl Store for Plain<'_> {
    fn tracks(&self, entity: Entity, after: Option<String>, limit: usize) -> Task<'_, Vec<Track>> {
        self.0.tracks(entity, after, limit)
    }

    fn commit(&self, batch: Batch, now: Timestamp) -> Task<'_, Vec<Numbered>> {
        self.0.commit(batch, now)
    }

    fn track(&self, subject: Subject) -> Task<'_, Option<Track>> {
        self.0.track(subject)
    }

    fn related(&self, loan_id: String) -> Task<'_, Vec<Track>> {
        self.0.related(loan_id)
    }

    fn changes(&self, after: u64, limit: usize) -> Task<'_, Vec<Numbered>> {
        self.0.changes(after, limit)
    }

    fn history(&self, subject: Subject) -> Task<'_, Vec<Numbered>> {
        self.0.history(subject)
    }

    fn cursor(&self, consumer: String) -> Task<'_, u64> {
        self.0.cursor(consumer)
    }

    fn set_cursor(&self, consumer: String, seq: u64) -> Task<'_, ()> {
        self.0.set_cursor(consumer, seq)
    }

    fn receive(&self, body: Vec<u8>, received_at: Timestamp) -> Task<'_, u64> {
        self.0.receive(body, received_at)
    }

    fn unread(&self, limit: usize) -> Task<'_, Vec<Notification>> {
        self.0.unread(limit)
    }

    fn forget_notifications(&self, before: Timestamp) -> Task<'_, u64> {
        self.0.forget_notifications(before)
    }

    fn begin(&self, intent: Intent) -> Task<'_, Begun> {
        self.0.begin(intent)
    }

    fn claim(
        &self,
        holder: String,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Task<'_, Vec<Intent>> {
        self.0.claim(holder, now, until, limit)
    }

    fn hold(&self, id: String, holder: String, until: Timestamp) -> Task<'_, bool> {
        self.0.hold(id, holder, until)
    }

    fn release(
        &self,
        id: String,
        holder: String,
        obstacle: String,
        next_at: Timestamp,
    ) -> Task<'_, ()> {
        self.0.release(id, holder, obstacle, next_at)
    }

    fn intents(&self, state: IntentState, limit: usize) -> Task<'_, Vec<Intent>> {
        self.0.intents(state, limit)
    }

    fn mark(&self, name: String) -> Task<'_, Option<String>> {
        self.0.mark(name)
    }

    fn exchange(
        &self,
        mark: Exchange,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Task<'_, Option<Vec<Numbered>>> {
        self.0.exchange(mark, changes, now)
    }

    fn observations(&self, after: u64, limit: usize) -> Task<'_, Vec<(u64, Observation)>> {
        self.0.observations(after, limit)
    }

    fn notifications(&self, after: u64, limit: usize) -> Task<'_, Vec<Notification>> {
        self.0.notifications(after, limit)
    }

    fn reduce(&self, reduction: Reduction) -> Task<'_, Reduced> {
        self.0.reduce(reduction)
    }

    fn ledger(&self, after: Option<String>, limit: usize) -> Task<'_, Vec<LedgerRow>> {
        self.0.ledger(after, limit)
    }

    fn rows_of(&self, loans: Vec<String>) -> Task<'_, Vec<LedgerRow>> {
        self.0.rows_of(loans)
    }
}
