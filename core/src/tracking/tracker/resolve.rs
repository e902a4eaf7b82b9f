//! Changes that only a person can settle.

use std::time::Duration;

use super::Tracker;
use super::send::after;
use crate::http::new_uuid;
use crate::tracking::store::{Batch, Intent, IntentState, Outcome};
use crate::{Error, ErrorKind};

/// How long a worker keeps off where this process ends in the middle of it.
const HELD: Duration = Duration::from_secs(10);

impl Tracker {
    /// Settles an intent by what a person found out, where
    /// [`settle`](Self::settle) has no way to tell, such as from Defacto: whether the
    /// change was made, and who says so. Nothing is sent. What is resolved as not made
    /// may be asked for again with the same idempotency key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where no intent of this id is open,
    /// [`ErrorKind::StateConflict`] where a worker has it, whose request may be under
    /// way, [`ErrorKind::InvalidInput`] without a reason, [`ErrorKind::Store`] when the
    /// store cannot be read or written.
    pub async fn resolve(&self, id: &str, was_made: bool, reason: &str) -> Result<Intent, Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "reason is empty: say how it is known, such as who told it",
            ));
        }
        let store = &self.inner.store;
        let open = store.intents(IntentState::Open, usize::MAX).await?;
        let Some(mut intent) = open.into_iter().find(|intent| intent.id == id) else {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("intent_id `{id}` is of no open intent: list them with intents"),
            ));
        };
        // Nobody's from then on but this call's, so that no worker sends it meanwhile.
        intent.holder = new_uuid().to_string();
        intent.held_until = after(self.now(), HELD);
        let (id, holder) = (intent.id.clone(), intent.holder.clone());
        if !store.hold(id, holder, intent.held_until).await? {
            return Err(Error::new(
                ErrorKind::StateConflict,
                format!(
                    "the request of intent `{}` may be under way: settle or sync first",
                    intent.id
                ),
            ));
        }
        let outcome = Outcome {
            state: if was_made {
                IntentState::Done
            } else {
                IntentState::Refused
            },
            subject: None,
            reason: Some(format!("resolved by hand: {reason}")),
        };
        self.commit(Batch {
            settled: Some((intent.id.clone(), outcome.clone())),
            ..Batch::default()
        })
        .await?;
        intent.settle(outcome);
        Ok(intent)
    }
}
