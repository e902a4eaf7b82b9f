//! A cost before it is rounded.

use defacto_types::{Cents, DailyRate};

/// A non-negative number of cents, as a fraction: `Decimal` would round a
/// product of more than 28 digits silently, before the one rounding due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Exact {
    pub(super) numerator: i128,
    pub(super) denominator: i128,
}

impl Exact {
    /// The sum of cent-days x rate / 100; no argument may be negative.
    pub(super) fn new(parts: &[(i128, DailyRate)]) -> Option<Self> {
        let scale_of = |rate: DailyRate| rate.get().normalize().scale();
        // What was never charged must not make the rest overflow.
        let parts = || parts.iter().filter(|(cent_days, _)| *cent_days != 0);
        let scale = parts().map(|(_, rate)| scale_of(*rate)).max().unwrap_or(0);
        let mut numerator = 0_i128;
        for (cent_days, rate) in parts() {
            let part = cent_days
                .checked_mul(rate.get().normalize().mantissa())?
                .checked_mul(10_i128.checked_pow(scale - scale_of(*rate))?)?;
            numerator = numerator.checked_add(part)?;
        }
        let denominator = 10_i128.checked_pow(scale.checked_add(2)?)?;
        Some(Self {
            numerator,
            denominator,
        })
    }

    pub(super) fn half_up(self) -> Option<Cents> {
        // The denominator is a multiple of 100: its half is whole.
        let rounded = self.numerator.checked_add(self.denominator / 2)? / self.denominator;
        i64::try_from(rounded).ok().map(Cents)
    }
}
