//! How a value is written on the wire: the macros that declare models, open
//! enums and identifiers, and the scalar types they are made of.

mod id;
pub(crate) mod model;
mod money;
mod open_enum;
mod page;
mod problem;
mod scalar;
mod secret;
mod time;

pub use id::*;
pub use model::{Extra, Field, IntoField, Null, Slot, Wire};
pub use money::{Cents, DailyRate, Decimal, ParseDecimalError};
pub(crate) use open_enum::open_enum;
pub use page::Page;
pub use problem::{InvalidParam, Problem};
pub use secret::{AccountNumber, Base64Document, Secret, SecretUrl, mask_account};
pub use time::Timestamp;
