//! What every store must do, whichever keeps the data: one list of checks, run
//! with each of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

#[cfg(feature = "sqlite")]
mod backup;
mod checks;
#[cfg(feature = "postgres")]
mod leases;
#[cfg(feature = "sqlite")]
#[path = "../lives/mod.rs"]
mod lives;
#[cfg(feature = "postgres")]
mod outages;
mod plain;
#[cfg(feature = "postgres")]
mod postgres;
mod reductions;
#[cfg(feature = "sqlite")]
mod repeats;
#[cfg(feature = "sqlite")]
mod replays;
#[cfg(feature = "postgres")]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "postgres")]
#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "postgres")]
mod turns;

use defacto::tracking::store::Memory;

#[tokio::test]
async fn memory() {
    checks::all(Memory::new).await;
}
