//! Client of the Defacto lending API: loans against invoices, from borrower to
//! repayment.
//!
//! ```no_run
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
#![deny(rustdoc::broken_intra_doc_links)]

pub mod api;
pub mod blocking;
pub mod bridge;
mod call;
mod check;
mod client;
mod error;
pub mod hook;
mod http;
pub mod lifecycle;
mod list;
pub mod money;
mod raw;
mod wait;

pub use call::{Call, Created, Creation, Handle, Pending, Response, WithResponse};
pub use client::{Client, ClientBuilder, Environment};
pub use defacto_types as types;
pub use error::{Error, ErrorKind};
pub use http::{File, transport};
pub use list::{Items, List, Pages};
pub use raw::Method;
pub use wait::Wait;
