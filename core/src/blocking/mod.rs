//! The client and the tracker for code without async: the same groups, operations,
//! verbs and errors; a call is sent by [`Call::send`](crate::Call::send), and lists
//! and changes are iterators.
//!
//! ```no_run
//! # fn example() -> Result<(), defacto::Error> {
//! let client = defacto::blocking::Client::from_env()?;
//! let loan = client.loans().get("5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11").send()?;
//! println!("{:?}", loan.status);
//! # Ok(())
//! # }
//! ```

mod changes;
mod client;
mod purge;
mod receiver;
mod tracker;
mod wait;

use std::time::Duration;

pub use changes::Changes;
pub use client::Client;
pub use receiver::Receiver;
pub use tracker::Tracker;
pub use wait::TrackedWait;

use crate::{Error, ErrorKind};

/// How often a waiting call asks whether to wait on: soon enough for a finger
/// on Ctrl-C.
pub(crate) const SLICE: Duration = Duration::from_millis(50);

/// Asks every [`SLICE`] whether to wait on, and ends when not.
pub(crate) async fn until_not(wait_on: &mut (dyn FnMut() -> bool + Send)) {
    loop {
        tokio::time::sleep(SLICE).await;
        if !wait_on() {
            return;
        }
    }
}

/// Refuses what belongs to the process this one was forked from: both would
/// read from the same connections.
pub(crate) fn same_process(process: u32) -> Result<(), Error> {
    if process == std::process::id() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "this client was made before a fork: make a new one in this process",
    ))
}
