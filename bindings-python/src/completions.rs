//! Answers of submitted calls on their way into an event loop: a queue, and a
//! descriptor that becomes readable once for however many there are.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};

use defacto::Error;
use defacto::bridge::Reply;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::client::{Answer, answer};
use crate::failure::raise;

/// A call's token with its answer or its exception.
type Completion<'py> = (u64, Option<Answer<'py>>, Option<Py<PyAny>>);

/// A call's token with its page or answer, or its error.
type Ended = (u64, Result<Option<Reply>, Error>);

/// The queue of one event loop.
#[pyclass(frozen)]
pub(crate) struct NativeCompletions {
    queue: Arc<Queue>,
    bell: UnixStream,
}

struct Queue {
    done: Mutex<Vec<Ended>>,
    rope: UnixStream,
}

#[pymethods]
impl NativeCompletions {
    #[new]
    fn new() -> PyResult<Self> {
        let pair = || {
            let (rope, bell) = UnixStream::pair()?;
            rope.set_nonblocking(true)?;
            bell.set_nonblocking(true)?;
            Ok((rope, bell))
        };
        let (rope, bell) = pair().map_err(|error: io::Error| PyOSError::new_err(error))?;
        let done = Mutex::default();
        let queue = Arc::new(Queue { done, rope });
        Ok(Self { queue, bell })
    }

    /// What the loop watches.
    fn fileno(&self) -> RawFd {
        self.bell.as_raw_fd()
    }

    /// Takes everything that has ended.
    fn drain<'py>(&self, py: Python<'py>) -> Vec<Completion<'py>> {
        // First the bell: what is pushed from here on rings it again. Nothing
        // to read means that an earlier drain took what this one was rung for.
        let _ = (&self.bell).read(&mut [0; 64]);
        std::mem::take(&mut *self.queue.lock())
            .into_iter()
            .map(|(token, result)| {
                let made = match result {
                    Ok(reply) => reply.map(|reply| answer(py, &reply)).transpose(),
                    Err(error) => Err(raise(py, &error)),
                };
                match made {
                    Ok(reply) => (token, reply, None),
                    Err(error) => (token, None, Some(error.into_value(py).into_any())),
                }
            })
            .collect()
    }
}

impl NativeCompletions {
    /// Where the answer of the call with this token goes. It is called on the
    /// runtime's thread and must not wait for the interpreter.
    pub(crate) fn sender(
        &self,
        token: u64,
    ) -> impl FnOnce(Result<Option<Reply>, Error>) + Send + 'static {
        let queue = self.queue.clone();
        move |result| queue.push(token, result)
    }
}

impl Queue {
    fn push(&self, token: u64, result: Result<Option<Reply>, Error>) {
        let mut done = self.lock();
        let is_first = done.is_empty();
        done.push((token, result));
        drop(done);
        if is_first {
            // A full pipe has rung already; a closed one has no listener.
            let _ = (&self.rope).write(&[1]);
        }
    }

    /// An entry is pushed whole or not at all.
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Ended>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
