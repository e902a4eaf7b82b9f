//! What a loan costs: outstanding × days × rate, half a cent rounded up, once.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::policy;

/// The days a loan runs for and what it costs on each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// The day of the payout.
    pub(crate) from: Date,
    /// The first day of the late rate, if there is one.
    pub(crate) late_from: Option<Date>,
    /// Millionths a day.
    pub(crate) rate: i64,
    /// Millionths a day from `late_from` on.
    pub(crate) late_rate: i64,
}

/// The interest on this principal until this day, in cents.
pub(crate) fn interest(principal: i64, until: Date, terms: &Terms) -> i64 {
    let days = days(terms.from, until).max(policy::FEWEST_DAYS);
    let late = terms
        .late_from
        .map_or(0, |late_from| days_or_none(late_from, until).min(days));
    let normal = days - late;
    let millionths = i128::from(principal)
        * (i128::from(normal) * i128::from(terms.rate)
            + i128::from(late) * i128::from(terms.late_rate));
    let cents = (millionths * 2 + 1_000_000).div_euclid(2_000_000);
    i64::try_from(cents).unwrap_or(i64::MAX)
}

/// When the late rate begins.
pub(crate) fn late_from(planned: Timestamp, contractual: Timestamp) -> Date {
    day(plus_days(planned, policy::LATE_AFTER_PLANNED))
        .min(day(plus_days(contractual, policy::LATE_AFTER_CONTRACTUAL)))
}

/// The day of an instant, in UTC.
pub(crate) fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// Calendar days from one to the other; negative when it is the other way.
pub(crate) fn days(from: Date, until: Date) -> i64 {
    (until - from).get_days().into()
}

fn days_or_none(from: Date, until: Date) -> i64 {
    days(from, until).max(0)
}

/// This many times 24 hours later.
pub(crate) fn plus_days(at: Timestamp, days: i64) -> Timestamp {
    let hours = SignedDuration::from_hours(days.saturating_mul(24));
    at.checked_add(hours).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    fn terms(rate: i64, late_from: Option<Date>) -> Terms {
        Terms {
            from: date(2026, 1, 1),
            late_from,
            rate,
            late_rate: 1000,
        }
    }

    fn after(days: i64) -> Date {
        date(2026, 1, 1) + days.days()
    }

    #[test]
    fn the_published_examples() {
        assert_eq!(interest(10_000, after(60), &terms(600, None)), 360);
        assert_eq!(interest(50_000, after(30), &terms(500, None)), 750);
        let late = terms(600, Some(after(67)));
        assert_eq!(interest(10_000, after(70), &late), 432);
        assert_eq!(interest(10_000, after(67), &late), 402);
    }

    #[test]
    fn the_same_day_costs_one() {
        assert_eq!(interest(10_000, after(0), &terms(500, None)), 5);
        assert_eq!(interest(10_000, after(1), &terms(500, None)), 5);
    }

    #[test]
    fn half_a_cent_is_rounded_up() {
        assert_eq!(interest(1_000, after(1), &terms(500, None)), 1);
        assert_eq!(interest(999, after(1), &terms(500, None)), 0);
        assert_eq!(interest(3_000, after(1), &terms(500, None)), 2);
    }

    #[test]
    fn more_days_never_cost_less() {
        let late = terms(500, Some(after(30)));
        let costs: Vec<_> = (0..90).map(|n| interest(12_345, after(n), &late)).collect();
        assert!(costs.is_sorted());
    }
}
