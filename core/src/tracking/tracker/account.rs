//! Whose loans a store holds.

use std::sync::{Mutex, PoisonError};

use defacto_types::operations::loans;
use defacto_types::{ListLoans, Loan, LoanStatus, Page};
use uuid::Uuid;

use super::Tracker;
use crate::http::{Request, new_uuid};
use crate::tracking::store::Batch;
use crate::tracking::{Entity, Status};
use crate::{Error, ErrorKind};

/// The mark that holds a salt, and digests of the keys that have been used.
const MARK: &str = "account";
/// Loans that are asked for: any of them shows that the account is the same.
const SAMPLE: usize = 100;
/// Keys that are remembered, the newest last: two are in use while one takes over
/// from another, and each of several services may have its own.
const KEYS: usize = 8;

/// The salt, and the digest of the key that was found to be the account's.
#[derive(Debug, Default)]
pub(super) struct Account(Mutex<Option<(Uuid, Uuid)>>);

impl Account {
    fn is(&self, digest: impl Fn(&Uuid) -> Uuid) -> bool {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.is_some_and(|(salt, known)| digest(&salt) == known)
    }

    fn set(&self, salt: Uuid, digest: Uuid) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((salt, digest));
    }
}

impl Tracker {
    /// Refuses a key of another account than the one whose loans the store holds:
    /// all of them would seem to be gone. No operation names the account, so that a
    /// key that is new to the store has to see a loan of it. Where none is known,
    /// any key will do.
    pub(super) async fn check_account(&self) -> Result<(), Error> {
        let client = &self.inner.client;
        if self.inner.account.is(|salt| client.key_digest(salt)) {
            return Ok(());
        }
        let mark = self.inner.store.mark(MARK.to_owned()).await?;
        let mut words = mark.iter().flat_map(|mark| mark.split(' '));
        let salt = words.next().and_then(|word| Uuid::try_parse(word).ok());
        let mut keys: Vec<String> = words.map(ToOwned::to_owned).collect();
        let is_new = salt.is_none();
        let salt = salt.unwrap_or_else(new_uuid);
        let digest = client.key_digest(&salt);
        let key = digest.to_string();
        if !keys.contains(&key) {
            if !is_new {
                self.see_a_loan().await?;
            }
            keys.push(key);
            let newest = keys.split_off(keys.len().saturating_sub(KEYS));
            let mark = format!("{salt} {}", newest.join(" "));
            let marks = vec![(MARK.to_owned(), mark)];
            self.commit(Batch {
                marks,
                ..Batch::default()
            })
            .await?;
        }
        self.inner.account.set(salt, digest);
        Ok(())
    }

    async fn see_a_loan(&self) -> Result<(), Error> {
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
            return Ok(());
        }
        let query = ListLoans::new().id(ids.iter().map(String::as_str).collect::<Vec<_>>());
        let request = Request::new(&loans::LIST).query_of(&query);
        let answer = self.inner.client.send(request.into()).await?;
        let page = answer.json::<Page<Loan>>()?;
        let mut seen = page.data.iter().map(|loan| loan.id.as_str());
        if seen.any(|seen| ids.iter().any(|id| id == seen)) {
            return Ok(());
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
