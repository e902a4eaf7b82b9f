//! Asynchronous client of the Defacto lending API.
//!
//! ```no_run
//! use defacto::{Client, Environment};
//!
//! # async fn example() -> Result<(), defacto::Error> {
//! let client = Client::builder()
//!     .api_key("your key")
//!     .environment(Environment::Sandbox)
//!     .build()?;
//! println!("{}", client.hello().await?);
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::from_env`] reads the same settings from `DEFACTO_API_KEY`,
//! `DEFACTO_ENV` and `DEFACTO_BASE_URL`. The environment is never guessed:
//! production is used only where it is named.
#![deny(rustdoc::broken_intra_doc_links)]

mod client;
mod error;
mod http;
pub mod lifecycle;
pub mod money;

pub use client::{Client, ClientBuilder, Environment};
pub use defacto_types as types;
pub use error::{Error, ErrorKind};
