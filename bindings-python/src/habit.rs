//! How the objects in one place of a page have been read so far: most programs
//! read the same fields of each, and most items say the same as the one before.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pyo3::prelude::*;

/// So many fields of an object are read one by one; with another one it is
/// decoded whole.
const ALONE: u32 = 3;

/// So many objects in one place are decoded whole before the others are at
/// their first field.
const WHOLE: u32 = 2;

/// What was made of a field's text the last time.
pub(crate) type Last = Option<(Range<usize>, Py<PyAny>)>;

/// What is known of the object that was decoded last.
#[derive(Default)]
pub(crate) struct Before {
    /// By field.
    pub(crate) values: Vec<Last>,
    /// Its fields, in the order of its text: the next one's is mostly the same.
    pub(crate) order: Vec<usize>,
}

/// One for the items of a page, and below it one for each field of theirs that
/// is an object. All places are in the text of that page.
#[derive(Default)]
pub(crate) struct Habit {
    /// How many of them were decoded whole.
    whole: AtomicU32,
    before: Mutex<Before>,
    inner: OnceLock<Vec<OnceLock<Arc<Habit>>>>,
}

impl Habit {
    /// Whether an object is better decoded whole of which so many fields have
    /// been read.
    pub(crate) fn is_whole(&self, reads: u32) -> bool {
        reads >= ALONE || self.whole.load(Ordering::Relaxed) >= WHOLE
    }

    /// The habit of the objects in a field.
    pub(crate) fn inner(&self, field: usize, fields: usize) -> Arc<Self> {
        let inner = self
            .inner
            .get_or_init(|| (0..fields).map(|_| OnceLock::new()).collect());
        inner.get(field).map_or_else(Arc::default, |inner| {
            inner.get_or_init(Arc::default).clone()
        })
    }

    /// Takes out what is known of the last one; nobody waits while more is made, which may
    /// run any code there is.
    pub(crate) fn take(&self, fields: usize) -> Before {
        let mut before = std::mem::take(&mut *self.lock());
        before.values.resize_with(fields, || None);
        before
    }

    /// Puts it back after one more object was decoded whole.
    pub(crate) fn put(&self, now: Before) {
        self.whole.fetch_add(1, Ordering::Relaxed);
        let before = std::mem::replace(&mut *self.lock(), now);
        // Objects end here, after the lock.
        drop(before);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Before> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
