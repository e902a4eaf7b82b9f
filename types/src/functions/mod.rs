//! The library's verbs that are not HTTP, one file a module.

use crate::function::Function;

pub mod money;

/// Every verb.
pub static FUNCTIONS: &[&Function] = &[&money::INTEREST];
