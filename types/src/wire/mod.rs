//! How a value is written on the wire: the macros that declare models, open
//! enums and identifiers, and the scalar types they are made of.

mod extra;
mod field;
mod id;
pub(crate) mod model;
mod money;
mod open_enum;
mod page;
mod problem;
mod scalar;
mod secret;
mod slot;
mod time;

pub use extra::Extra;
pub use field::{Field, IntoField, Null};
pub use id::*;
pub use money::{Cents, DailyRate, Decimal, ParseDecimalError};
pub(crate) use open_enum::open_enum;
pub use page::Page;
pub use problem::{InvalidParam, Problem};
pub use secret::{AccountNumber, Base64Document, Secret, SecretUrl, mask_account};
pub use slot::{Slot, Wire};
pub use time::Timestamp;
