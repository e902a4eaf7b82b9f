//! Passes that failed and are made again.

use std::fmt;
use std::time::Duration;

use crate::Error;

/// A pass of a [`run`](super::Tracker::run), or a reading of notifications, that
/// failed and is made again.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FailedPass<'a> {
    /// Why.
    pub error: &'a Error,
    /// How many failed in a row, with this one.
    pub failures: u32,
    /// How long the run waits before the next.
    pub pause: Duration,
}

pub(super) type Told = Box<dyn Fn(&FailedPass<'_>) + Send + Sync>;

/// Who wants to know of them.
pub(super) struct Failures(Option<Told>);

impl Failures {
    pub(super) fn by(told: Option<Told>) -> Self {
        Self(told)
    }

    pub(super) fn tell(&self, failed: &FailedPass<'_>) {
        if let Some(told) = &self.0 {
            told(failed);
        }
    }
}

impl fmt::Debug for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "told" } else { "untold" })
    }
}
