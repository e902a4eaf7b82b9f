//! Client of the Defacto lending API: loans against invoices, from borrower to
//! repayment.
//!
#![cfg_attr(feature = "client", doc = "```no_run")]
#![cfg_attr(not(feature = "client"), doc = "```ignore")]
//! use defacto::types::ListLoans;
//! use defacto::{Client, Environment};
//!
//! # async fn example() -> Result<(), defacto::Error> {
//! let client = Client::builder()
//!     .api_key("your key")
//!     .environment(Environment::Sandbox)
//!     .build()?;
//! println!("{}", client.hello().await?);
//! let mut loans = client.loans().list(&ListLoans::new()).items();
//! while let Some(loan) = loans.next().await {
//!     let loan = loan?;
//!     println!("{} {:?} {:?}", loan.id, loan.status, loan.amount);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::from_env`] reads the same settings from `DEFACTO_API_KEY`,
//! `DEFACTO_ENV` and `DEFACTO_BASE_URL`. The environment is never guessed:
//! production is used only where it is named. [`blocking`] is the same client
//! for code without async.
//!
//! A lost answer is no failure: what happens then depends on the operation and
//! is told by [`Error::is_outcome_unknown`].
//!
//! Without the default feature `client` what is left is pure: [`lifecycle`],
//! [`money`] and the fold of [`tracking`], with no network, no runtime and no
//! clock.
#![deny(rustdoc::broken_intra_doc_links)]

#[cfg(feature = "client")]
pub mod api;
#[cfg(feature = "client")]
pub mod blocking;
#[cfg(feature = "client")]
pub mod bridge;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
mod check;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
pub mod hook;
#[cfg(feature = "client")]
mod http;
pub mod lifecycle;
#[cfg(feature = "client")]
mod list;
pub mod money;
#[cfg(feature = "client")]
mod raw;
#[cfg(feature = "client")]
mod runtime;
pub mod tracking;
#[cfg(feature = "client")]
mod trail;
#[cfg(feature = "client")]
mod wait;
pub mod webhook;

#[cfg(feature = "client")]
pub use call::{Call, Created, Creation, Handle, Pending, Response, WithResponse};
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder, Environment};
pub use defacto_types as types;
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind};
#[cfg(feature = "client")]
pub use http::{File, transport};
#[cfg(feature = "client")]
pub use list::{Items, List, Pages};
#[cfg(feature = "client")]
pub use raw::Method;
#[cfg(feature = "client")]
pub use wait::Wait;

/// The README's programs, so that they compile.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Those of the guide to tracking.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../docs/tracking.md")]
struct Tracking;
