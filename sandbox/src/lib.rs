//! A stateful simulator of the Defacto lending API.
//!
//! It listens on a real port, so that a client in any language can talk to
//! it. All 77 operations live as in the documented sandbox, on a double-entry
//! ledger. Its own API below `/_sandbox` makes requests fail on purpose, moves
//! the time and tells which requests arrived.
//!
//! ```no_run
//! # async fn run() -> Result<(), defacto_sandbox::StartError> {
//! let sandbox = defacto_sandbox::Sandbox::start().await?;
//! let base_url = sandbox.base_url();
//! // Point a client at `base_url`, with any key.
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
#![deny(rustdoc::broken_intra_doc_links)]

mod accounts;
mod api;
mod app;
mod auth;
mod changes;
mod clock;
mod companion;
mod config;
mod connection;
#[cfg(feature = "contract")]
mod contract;
mod control;
mod delivery;
mod demo;
mod document;
mod fault;
mod fields;
#[cfg(test)]
mod fuzz;
mod generate;
mod handle;
mod journal;
mod origin;
mod page;
mod policy;
mod problem;
mod reset;
mod routes;
pub mod scenario;
mod server;
mod state;
mod text;
mod time;
mod trigger;
mod web;
mod world;

pub use config::{ConfigError, Policy, fault_presets, policies};
#[cfg(feature = "contract")]
pub use contract::Checked;
pub use control::control_openapi;
pub use generate::scenario_of;
pub use handle::{ControlError, Happened};
pub use server::{Builder, Sandbox, StartError};
pub use state::{StateError, Why};
pub use trigger::triggers;
pub use world::transitions::loan_moves;
