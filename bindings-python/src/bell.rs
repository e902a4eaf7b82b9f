//! What wakes an event loop from another thread.

#[cfg(unix)]
use std::io::{self, Read as _, Write as _};
#[cfg(unix)]
use std::os::{fd::AsRawFd as _, unix::net::UnixStream};

#[cfg(unix)]
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// Rung from any thread, heard by one loop.
pub(crate) enum Bell {
    /// A pair of descriptors: to ring takes no interpreter.
    #[cfg(unix)]
    Descriptors { rope: UnixStream, bell: UnixStream },
    /// For loops that watch no descriptors: a function to be called, on the
    /// thread that rings.
    Callback(Py<PyAny>),
}

impl Bell {
    /// A pair of descriptors; `None` where there are none.
    #[cfg(unix)]
    pub(crate) fn descriptors() -> PyResult<Option<Self>> {
        let pair = || {
            let (rope, bell) = UnixStream::pair()?;
            rope.set_nonblocking(true)?;
            bell.set_nonblocking(true)?;
            Ok(Self::Descriptors { rope, bell })
        };
        pair()
            .map(Some)
            .map_err(|error: io::Error| PyOSError::new_err(error))
    }

    /// A pair of descriptors; `None` where there are none.
    #[cfg(not(unix))]
    pub(crate) fn descriptors() -> PyResult<Option<Self>> {
        Ok(None)
    }

    /// What the loop watches.
    pub(crate) fn fileno(&self) -> Option<i32> {
        match self {
            #[cfg(unix)]
            Self::Descriptors { bell, .. } => Some(bell.as_raw_fd()),
            Self::Callback(_) => None,
        }
    }

    pub(crate) fn ring(&self) {
        match self {
            #[cfg(unix)]
            Self::Descriptors { rope, .. } => {
                // A full pipe has rung already; a closed one has no listener.
                let _ = (&*rope).write(&[1]);
            }
            Self::Callback(wake) => {
                // An interpreter that goes away has no loop to wake.
                let _ = Python::try_attach(|py| {
                    if let Err(error) = wake.call0(py) {
                        error.write_unraisable(py, None);
                    }
                });
            }
        }
    }

    /// Takes the ringing in.
    pub(crate) fn heard(&self) {
        #[cfg(unix)]
        if let Self::Descriptors { bell, .. } = self {
            // Nothing to read means that an earlier drain took what this one
            // was rung for.
            let _ = (&*bell).read(&mut [0; 64]);
        }
    }
}
