//! Verbs of the `money` module.

use crate::function::{Function, Kind, param};

/// Interest on a constant balance.
pub static INTEREST: Function = Function::new("money", "interest", Kind::Cents)
    .doc(
        "Interest in cents on a constant balance: outstanding x days x rate / 100, rounded half up once. Zero days cost nothing. A negative argument is refused.",
    )
    .params(&[
        param("outstanding", Kind::Cents, "What is owed, without interest"),
        param("days", Kind::Days, "For how long"),
        param("daily_rate", Kind::DailyRate, "The rate, such as `0.06`"),
    ]);
