//! How far a pass has come.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use defacto_types::Timestamp;

/// How far a pass that is under way has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// When it began.
    pub began: Timestamp,
    /// Whether it reads every open loan.
    pub full: bool,
    /// Pages read so far.
    pub requests: u32,
    /// Loans, payments and events on them.
    pub items: u64,
}

pub(super) type Told = Box<dyn Fn(&Progress) + Send + Sync>;

/// The pass that is under way, and who wants to know.
#[derive(Default)]
pub(super) struct Watched {
    pass: Mutex<Option<Progress>>,
    told: Option<Told>,
}

impl Watched {
    pub(super) fn by(told: Option<Told>) -> Self {
        Self {
            pass: Mutex::default(),
            told,
        }
    }

    pub(super) fn begin(&self, began: Timestamp, full: bool) -> Pass<'_> {
        self.set(Some(Progress {
            began,
            full,
            requests: 0,
            items: 0,
        }));
        Pass(self)
    }

    /// A page was read, of so many items.
    pub(super) fn page(&self, items: usize) {
        let mut progress = self.now();
        if let Some(progress) = &mut progress {
            progress.requests += 1;
            progress.items += u64::try_from(items).unwrap_or_default();
            if let Some(told) = &self.told {
                told(progress);
            }
        }
        self.set(progress);
    }

    pub(super) fn now(&self) -> Option<Progress> {
        *self.pass.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, progress: Option<Progress>) {
        *self.pass.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched")
            .field("pass", &self.now())
            .finish_non_exhaustive()
    }
}

/// A pass under way; over when it is dropped.
#[derive(Debug)]
pub(super) struct Pass<'a>(&'a Watched);

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}
