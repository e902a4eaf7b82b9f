//! What a client tells of its calls while they run.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use defacto_types::Operation;

use crate::ErrorKind;

/// Something that happened in a call. Names the operation's template, never
/// the address with its identifiers, and holds no header and no body.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The operation; `None` for a request made with
    /// [`Client::raw`](crate::Client::raw).
    pub operation: Option<&'static Operation>,
    /// What happened.
    pub stage: Stage<'a>,
}

/// The stages of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Stage<'a> {
    /// A value looks wrong by a rule that was deduced, not documented
    /// (INFERRED): it is sent all the same.
    Warned(&'a str),
    /// An attempt leaves; they are counted from 1.
    Sending {
        /// Which attempt.
        attempt: u32,
    },
    /// An attempt ended, with a status or without an answer.
    Answered {
        /// Which attempt.
        attempt: u32,
        /// The HTTP status, if there was an answer.
        status: Option<u16>,
        /// From sending to the end of the answer.
        elapsed: Duration,
    },
    /// The next attempt waits.
    Waiting {
        /// The attempt that failed.
        attempt: u32,
        /// How long it waits.
        delay: Duration,
    },
    /// The call was dropped while an attempt was under way: a change may have
    /// been made.
    Abandoned {
        /// Which attempt.
        attempt: u32,
        /// The idempotency key it carried.
        salt_id: Option<&'a str>,
    },
    /// The call is over.
    Finished {
        /// How many attempts it took.
        attempts: u32,
        /// The last HTTP status.
        status: Option<u16>,
        /// The kind of its error, if it failed.
        failed: Option<ErrorKind>,
        /// From the call to its end.
        elapsed: Duration,
    },
}

/// A function to call with every event.
#[derive(Clone)]
pub(crate) struct Hook(Arc<dyn Fn(&Event<'_>) + Send + Sync>);

impl Hook {
    pub(crate) fn new(hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    pub(crate) fn call(&self, event: &Event<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}
