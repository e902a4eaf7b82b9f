//! The one runtime of a process for submitted calls: one thread, started with
//! the first of them.

use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Handle};

use crate::{Error, ErrorKind};

/// The runtime and the process it runs in. After a fork the child has this
/// entry but not the thread, and starts its own.
static RUNNING: Mutex<Option<(u32, Handle)>> = Mutex::new(None);

/// A handle to the runtime.
pub(super) fn handle() -> Result<Handle, Error> {
    let failed = |source: std::io::Error| {
        Error::new(
            ErrorKind::Configuration,
            "the thread of submitted calls cannot be started: check the system's limits",
        )
        .with_source(source)
    };
    let process = std::process::id();
    // An entry is written whole or not at all.
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, handle)) = &*running
        && *of == process
    {
        return Ok(handle.clone());
    }
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("defacto".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .map_err(failed)?;
    *running = Some((process, handle.clone()));
    Ok(handle)
}
