//! Whose loans a store holds.

use std::sync::{Mutex, PoisonError};

use defacto_types::operations::loans;
use defacto_types::{ListLoans, Loan, LoanStatus, Page};
use uuid::Uuid;

use super::Tracker;
use crate::http::{Request, new_uuid};
use crate::tracking::store::Batch;
use crate::tracking::{Entity, Observation, Source, Status};
use crate::{Error, ErrorKind};

/// The mark that holds a salt, and digests of the keys that have been used.
const MARK: &str = "account";
/// Loans that are asked for: any of them shows that the account is the same.
const SAMPLE: usize = 100;
/// Keys that are remembered, the newest last: two are in use while one takes over
/// from another, and each of several services may have its own.
const KEYS: usize = 32;

/// What is known of the account in this process.
#[derive(Debug, Default)]
pub(super) struct Account(Mutex<Option<Proof>>);

/// The salt, and the digest of the key that was found to be the account's.
#[derive(Clone, Copy, Debug)]
struct Proof {
    salt: Uuid,
    digest: Uuid,
}

impl Account {
    fn is(&self, digest: impl Fn(&Uuid) -> Uuid) -> bool {
        let proof = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        proof.is_some_and(|proof| digest(&proof.salt) == proof.digest)
    }

    fn set(&self, proof: Proof) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(proof);
    }
}

/// The keys that a store remembers.
struct Keys {
    proof: Proof,
    known: Vec<String>,
}

impl Keys {
    fn is_known(&self) -> bool {
        let key = self.proof.digest.to_string();
        self.known.contains(&key)
    }

    /// The mark that remembers this key too.
    fn mark(mut self) -> (String, String) {
        self.known.push(self.proof.digest.to_string());
        let newest = self.known.split_off(self.known.len().saturating_sub(KEYS));
        let mark = format!("{} {}", self.proof.salt, newest.join(" "));
        (MARK.to_owned(), mark)
    }
}

impl Tracker {
    /// Refuses a key of another account than the one whose loans the store holds:
    /// all of them would seem to be gone. No operation names the account, so that a
    /// key that is new to the store has to see a loan of it. Where none is known yet,
    /// any key will do, and is not remembered.
    pub(super) async fn check_account(&self) -> Result<(), Error> {
        if self.is_account() {
            return Ok(());
        }
        let keys = self.keys().await?;
        let proof = keys.proof;
        if !keys.is_known() {
            if !self.see_a_loan().await? {
                return Ok(());
            }
            self.remember(keys).await;
        }
        self.inner.account.set(proof);
        Ok(())
    }

    /// Whether the key in use is known to be the account's.
    fn is_account(&self) -> bool {
        let client = &self.inner.client;
        self.inner.account.is(|salt| client.key_digest(salt))
    }

    async fn keys(&self) -> Result<Keys, Error> {
        let mark = self.inner.store.mark(MARK.to_owned()).await?;
        let mut words = mark.iter().flat_map(|mark| mark.split(' '));
        let salt = words.next().and_then(|word| Uuid::try_parse(word).ok());
        let known = words.map(ToOwned::to_owned).collect();
        let salt = salt.unwrap_or_else(new_uuid);
        let digest = self.inner.client.key_digest(&salt);
        let proof = Proof { salt, digest };
        Ok(Keys { proof, known })
    }

    /// A store that is read alone remembers nothing, and the key is looked at again.
    async fn remember(&self, keys: Keys) {
        let batch = Batch {
            marks: vec![keys.mark()],
            ..Batch::default()
        };
        let remembered = self.inner.store.commit(batch, self.now()).await;
        if let Err(error) = remembered {
            tracing::debug!(%error, "the store does not remember a key of its account");
        }
    }

    /// Adds to the first loans that are written down whose key they were seen with.
    pub(super) async fn sign(&self, batch: &mut Batch) -> Result<(), Error> {
        let is_of_a_loan = |one: &Observation| {
            let is_read = matches!(one.source, Source::Answer | Source::Poll | Source::Adopted);
            one.subject.entity == Entity::Loan && is_read
        };
        if self.is_account() || !batch.observations.iter().any(is_of_a_loan) {
            return Ok(());
        }
        let keys = self.keys().await?;
        let proof = keys.proof;
        if !keys.is_known() {
            batch.marks.push(keys.mark());
        }
        self.inner.account.set(proof);
        Ok(())
    }

    /// Whether the store has loans, of which the key in use sees one.
    async fn see_a_loan(&self) -> Result<bool, Error> {
        let store = &self.inner.store;
        let loans = store.glances(Entity::Loan, None, SAMPLE).await?;
        let listed = loans
            .into_iter()
            .filter(|loan| loan.status.as_ref().is_none_or(is_listed));
        let mut ids: Vec<String> = listed.map(|loan| loan.id).collect();
        if ids.is_empty() {
            let over = store.ledger(None, SAMPLE).await?;
            let listed = over.into_iter().filter(|row| is_listed(&row.status));
            ids.extend(listed.map(|row| row.loan));
        }
        if ids.is_empty() {
            return Ok(false);
        }
        let query = ListLoans::new().id(ids.iter().map(String::as_str).collect::<Vec<_>>());
        let request = Request::new(&loans::LIST).query_of(&query);
        let answer = self.inner.client.send(request.into()).await?;
        let page = answer.json::<Page<Loan>>()?;
        let mut seen = page.data.iter().map(|loan| loan.id.as_str());
        if seen.any(|seen| ids.iter().any(|id| id == seen)) {
            return Ok(true);
        }
        Err(Error::new(
            ErrorKind::Store,
            format!(
                "the store follows loans of another account: with this api_key none of {} of \
                 them is seen, such as {}; use the key of their account, or another store",
                ids.len(),
                ids.first().map_or("", String::as_str)
            ),
        ))
    }
}

/// INFERRED: a loan that was deleted may not be listed any more, and tells nothing.
fn is_listed(status: &Status) -> bool {
    *status != *LoanStatus::Deleted.as_str()
}
