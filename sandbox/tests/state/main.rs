//! The world outlives its process: what a file leads to is what was.
#![cfg(feature = "state")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml does not see helpers as tests"
)]

mod accounts;
mod lasts;
mod life;
mod refused;
mod snapshots;
#[path = "../support/mod.rs"]
mod support;
