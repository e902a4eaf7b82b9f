//! `defacto_submitted`: a call that runs while the program goes on.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use defacto::Error;
use defacto::bridge::{Reply, Ticket};

use crate::error::Failure;
use crate::guard::{Fault, guard, plain};
use crate::pointer::{self, Kind, Out};
use crate::status::Status;
use crate::value::Value;

/// How a submitted call ended.
pub(crate) enum Outcome {
    Answered(Box<Reply>),
    Failed(Error),
    /// A list has no more pages.
    Ended,
}

impl Outcome {
    pub(crate) fn answered(reply: Reply) -> Self {
        Self::Answered(Box::new(reply))
    }
}

enum State {
    Running,
    Ended(Outcome),
    Taken,
}

/// A submitted call. Waited for and tested from many threads at once; freed by
/// one while no other uses it.
pub struct Submitted {
    shared: Arc<Shared>,
    ticket: Option<Ticket>,
    process: u32,
    #[cfg(unix)]
    reader: std::sync::OnceLock<std::io::PipeReader>,
}

impl Kind for Submitted {
    const TAG: u64 = 0x4465_4661_5375_6206;
}

struct Shared {
    state: Mutex<State>,
    ended: Condvar,
    /// What makes the descriptor readable once it is dropped.
    #[cfg(unix)]
    writer: Mutex<Option<std::io::PipeWriter>>,
}

/// Each field is written whole, so a poisoned lock guards nothing broken.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// The first end counts.
    fn end(&self, outcome: Outcome) {
        let mut state = lock(&self.state);
        if matches!(*state, State::Running) {
            *state = State::Ended(outcome);
            self.ended.notify_all();
            #[cfg(unix)]
            self.tell();
        }
    }

    /// Makes the descriptor readable: with a byte, since not every way of
    /// polling counts a closed pipe as readable.
    #[cfg(unix)]
    fn tell(&self) {
        use std::io::Write as _;
        if let Some(mut writer) = lock(&self.writer).take() {
            // If nobody reads any more nobody waits either.
            let _ = writer.write_all(&[1]);
        }
    }

    /// Takes the outcome, after waiting for it at most this long; `None` for
    /// as long as it takes.
    fn take(&self, wait: Option<Duration>) -> Result<Outcome, Fault> {
        let running = |state: &mut State| matches!(state, State::Running);
        let state = lock(&self.state);
        let mut state = match wait {
            None => {
                let ended = self.ended.wait_while(state, running);
                ended.unwrap_or_else(PoisonError::into_inner)
            }
            Some(wait) => {
                let ended = self.ended.wait_timeout_while(state, wait, running);
                ended.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        match std::mem::replace(&mut *state, State::Taken) {
            State::Ended(outcome) => Ok(outcome),
            State::Taken => Err(Fault::Taken),
            State::Running => {
                *state = State::Running;
                Err(Fault::Running)
            }
        }
    }
}

impl Submitted {
    /// Starts a call that ends with `done`.
    pub(crate) fn start(
        submit: impl FnOnce(Box<dyn FnOnce(Outcome) + Send>) -> Result<Option<Ticket>, Error>,
    ) -> Result<Self, Fault> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::Running),
            ended: Condvar::new(),
            #[cfg(unix)]
            writer: Mutex::new(None),
        });
        let ending = shared.clone();
        let ticket = submit(Box::new(move |outcome| ending.end(outcome)))?;
        Ok(Self {
            shared,
            ticket,
            process: std::process::id(),
            #[cfg(unix)]
            reader: std::sync::OnceLock::new(),
        })
    }

    /// Refuses a call of the process this one was forked from: nobody is left
    /// here to end it, and its locks may be held by threads that are not here.
    fn same_process(&self) -> Result<(), Fault> {
        if std::process::id() == self.process {
            Ok(())
        } else {
            Err(Fault::Forked)
        }
    }

    fn cancel(&self) {
        if let (Some(ticket), Ok(())) = (&self.ticket, self.same_process()) {
            ticket.cancel();
        }
    }
}

impl Drop for Submitted {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Takes the result once the call has ended, after waiting for so many
/// milliseconds; a negative number waits for as long as it takes, 0 does not
/// wait. While it runs DEFACTO_STATUS_RUNNING comes, and nothing is written;
/// of a list's page also DEFACTO_STATUS_END. The result is taken once. Free
/// `*out` with defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_submitted_wait(
    submitted: *const Submitted,
    milliseconds: i64,
    out: *mut *mut Value,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let submitted = pointer::read(submitted, "submitted")?;
        submitted.same_process()?;
        let wait = u64::try_from(milliseconds).ok().map(Duration::from_millis);
        match submitted.shared.take(wait)? {
            Outcome::Answered(reply) => out.give(Value::answered(*reply)),
            Outcome::Failed(error) => return Err(Fault::Core(error)),
            Outcome::Ended => return Err(Fault::End),
        }
        Ok(())
    })
}

/// Whether the call has ended; true of one that nobody will end, as after a
/// fork.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_submitted_is_done(submitted: *const Submitted) -> bool {
    plain(true, || {
        pointer::read(submitted, "submitted").map_or(true, |call| {
            call.same_process().is_err() || !matches!(*lock(&call.shared.state), State::Running)
        })
    })
}

/// A descriptor for poll, epoll or select that becomes readable when the call
/// has ended. Do not read from it or close it: it lives as long as the call.
/// Only on Unix.
#[cfg(unix)]
#[unsafe(no_mangle)]
pub extern "C" fn defacto_submitted_descriptor(
    submitted: *const Submitted,
    out: *mut i32,
    error: *mut *mut Failure,
) -> Status {
    use std::os::fd::AsRawFd as _;
    guard(error, || {
        let out = Out::new(out, "out")?;
        let submitted = pointer::read(submitted, "submitted")?;
        submitted.same_process()?;
        // Held from the look at the state on, so that its end is not missed.
        let state = lock(&submitted.shared.state);
        if submitted.reader.get().is_none() {
            let (reader, writer) = std::io::pipe().map_err(Fault::System)?;
            *lock(&submitted.shared.writer) = Some(writer);
            let _ = submitted.reader.set(reader);
            if !matches!(*state, State::Running) {
                submitted.shared.tell();
            }
        }
        drop(state);
        let reader = submitted.reader.get().ok_or(Fault::Panic)?;
        out.set(reader.as_raw_fd());
        Ok(())
    })
}

/// Stops a call that still runs. It ends soon: with
/// DEFACTO_STATUS_OUTCOME_UNKNOWN where a change may have been made, with
/// DEFACTO_STATUS_CANCELED otherwise; wait for it as for any end. NULL does
/// nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_submitted_cancel(submitted: *const Submitted) {
    plain((), || {
        if let Ok(submitted) = pointer::read(submitted, "submitted") {
            submitted.cancel();
        }
    });
}

/// Frees a call, and cancels it if it still runs. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_submitted_free(submitted: *mut Submitted) {
    plain((), || pointer::free(submitted));
}
