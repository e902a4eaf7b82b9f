//! Notifications: whether one comes from Defacto, and what it says.
//!
//! Defacto signs nothing. The documented scheme is a secret in the address of the
//! subscription (docs: how-to-secure-my-webhooks), so a receiver checks the token
//! of the query ([`Tokens::accept`]), stores the body, answers, and believes
//! nothing about money before it has read the object with the API.

mod notice;
#[cfg(feature = "tower")]
mod service;
#[cfg(feature = "client")]
mod subscription;
mod token;

pub use notice::{Notice, NoticeError};
pub use token::Tokens;
