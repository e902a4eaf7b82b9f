//! Links to documents: whoever has one needs no key, and it does not last.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Document;
use crate::control;

/// How many links are remembered; the oldest are forgotten first.
const CAPACITY: usize = 10_000;

/// Keeps the tokens' chance apart from the generated data's, so that a link
/// more does not change what is generated next.
const APART: u64 = 0x6c69_6e6b;

/// The links given out; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Links(Arc<Mutex<Shelf>>);

#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    rng: ChaCha8Rng,
    documents: HashMap<String, (Arc<Document>, Timestamp)>,
    /// The tokens, the oldest first.
    order: VecDeque<String>,
}

impl Shelf {
    fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ APART),
            documents: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl Links {
    /// No link yet, with tokens drawn from this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Shelf::new(seed))))
    }

    /// Makes a link to a document, and gives its path below the base URL. It
    /// works for this long.
    pub(crate) fn publish(
        &self,
        document: Document,
        now: Timestamp,
        life: SignedDuration,
    ) -> String {
        let mut shelf = self.shelf();
        if shelf.order.len() >= CAPACITY {
            let oldest = shelf.order.pop_front();
            oldest.and_then(|token| shelf.documents.remove(&token));
        }
        let token = format!("{:032x}", shelf.rng.random::<u128>());
        let expires = now.checked_add(life).unwrap_or(Timestamp::MAX);
        shelf.order.push_back(token.clone());
        let path = format!("{}/documents/{token}", control::PREFIX);
        shelf.documents.insert(token, (Arc::new(document), expires));
        path
    }

    /// The document behind a token, unless its link has expired.
    pub(crate) fn find(&self, token: &str, now: Timestamp) -> Option<Arc<Document>> {
        let shelf = self.shelf();
        let (document, expires) = shelf.documents.get(token)?;
        (now < *expires).then(|| Arc::clone(document))
    }

    /// Forgets every link, and draws from this seed.
    pub(crate) fn reset(&self, seed: u64) {
        *self.shelf() = Shelf::new(seed);
    }

    /// The links there are, to come back to.
    pub(crate) fn save(&self) -> Shelf {
        self.shelf().clone()
    }

    /// As it was when this was saved.
    pub(crate) fn load(&self, saved: &Shelf) {
        *self.shelf() = saved.clone();
    }

    /// A token without its document is a link that does not work, which is
    /// all that a poisoned lock can guard.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    const LIFE: SignedDuration = SignedDuration::from_mins(15);

    use super::super::{ContractFacts, Party};
    use super::*;

    fn document() -> Document {
        Document::Contract(ContractFacts {
            number: "1".to_owned(),
            borrower: Party::default(),
            signed_at: None,
            facility: 1.into(),
            rate: String::new(),
            iban: None,
        })
    }

    fn token(path: &str) -> &str {
        path.rsplit('/').next().unwrap()
    }

    #[test]
    fn a_link_expires() {
        let links = Links::new(0);
        let now: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        let path = links.publish(document(), now, LIFE);
        let last = now + LIFE - SignedDuration::from_secs(1);
        assert!(links.find(token(&path), last).is_some());
        assert!(links.find(token(&path), now + LIFE).is_none());
        assert!(links.find("", now).is_none());
        assert_ne!(links.publish(document(), now, LIFE), path);
        links.reset(0);
        assert!(links.find(token(&path), now).is_none());
    }

    #[test]
    fn forgets_the_oldest_when_full() {
        let links = Links::new(0);
        let now = Timestamp::UNIX_EPOCH;
        let paths: Vec<_> = (0..=CAPACITY)
            .map(|_| links.publish(document(), now, LIFE))
            .collect();
        assert!(links.find(token(&paths[0]), now).is_none());
        assert!(links.find(token(&paths[1]), now).is_some());
        assert_eq!(links.shelf().documents.len(), CAPACITY);
    }
}
