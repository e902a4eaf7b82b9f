//! What goes over the wire of the Defacto lending API.
//!
//! No rule and no formula lives here: those are the client's (`defacto`) and,
//! written a second time on purpose, the simulator's (`defacto-sandbox`).
#![deny(rustdoc::broken_intra_doc_links)]

#[cfg(feature = "schema")]
pub mod catalogue;
mod error_kind;
pub mod function;
pub mod functions;
pub mod model;
pub mod operation;
pub mod operations;
#[cfg(feature = "schema")]
pub mod schema;
pub mod setting;
mod tracker;
pub mod waiter;
pub mod wire;

pub use error_kind::ErrorKind;
pub use function::Function;
pub use functions::FUNCTIONS;
pub use jiff::civil::Date;
pub use model::*;
pub use operation::Operation;
pub use operations::OPERATIONS;
pub use serde_json::{Map, Value};
pub use setting::{OPTIONS, SETTINGS, Setting, SettingKind, TRACKER_SETTINGS};
pub use tracker::{TRACKER, TRACKER_DOC};
pub use waiter::{WAITERS, Waiter};
pub use wire::*;
