//! What scenarios and conformance cases have in common: values that refer to
//! earlier results, and rules for what is expected (conformance/README.md).

mod expect;

pub use expect::{Saved, compare, fill};
