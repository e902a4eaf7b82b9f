//! What a loan costs: outstanding × days × rate, rounded once.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::policy::{Rounding, Zone};

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
    /// It costs at least this many days.
    pub(crate) fewest_days: i64,
    /// Whose midnight ends a day.
    pub(crate) zone: Zone,
    pub(crate) rounding: Rounding,
}

/// The interest on this principal until this day, in cents. The day of a part
/// that was repaid still belongs to the balance before it.
pub(crate) fn interest(
    principal: i64,
    parts: &[(Timestamp, i64)],
    until: Date,
    terms: &Terms,
) -> i64 {
    let mut millionths = 0;
    let mut outstanding = principal;
    let mut from = terms.from;
    for (at, amount) in parts {
        let day = terms.zone.day(*at).clamp(from, until.max(from));
        millionths += accrued(outstanding, from, day, terms);
        outstanding -= amount;
        from = day;
    }
    let until = until.max(from);
    millionths += accrued(outstanding, from, until, terms);
    // What was repaid on its first day was lent for one.
    if days(terms.from, until) < terms.fewest_days {
        let rate = i128::from(terms.fewest_days) * i128::from(terms.rate);
        millionths = i128::from(principal) * rate;
    }
    i64::try_from(terms.rounding.apply(millionths)).unwrap_or(i64::MAX)
}

/// What a balance costs from one day to another, in millionths of a cent.
fn accrued(outstanding: i64, from: Date, until: Date, terms: &Terms) -> i128 {
    let all = days_or_none(from, until);
    let late = terms
        .late_from
        .map_or(0, |late_from| days_or_none(late_from.max(from), until));
    i128::from(outstanding)
        * (i128::from(all - late) * i128::from(terms.rate)
            + i128::from(late) * i128::from(terms.late_rate))
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
            fewest_days: 1,
            from: date(2026, 1, 1),
            late_from,
            rate,
            late_rate: 1000,
            zone: Zone::Utc,
            rounding: Rounding::HalfUp,
        }
    }

    fn after(days: i64) -> Date {
        date(2026, 1, 1) + days.days()
    }

    #[test]
    fn the_published_examples() {
        assert_eq!(interest(10_000, &[], after(60), &terms(600, None)), 360);
        assert_eq!(interest(50_000, &[], after(30), &terms(500, None)), 750);
        let late = terms(600, Some(after(67)));
        assert_eq!(interest(10_000, &[], after(70), &late), 432);
        assert_eq!(interest(10_000, &[], after(67), &late), 402);
    }

    #[test]
    fn the_same_day_costs_one() {
        assert_eq!(interest(10_000, &[], after(0), &terms(500, None)), 5);
        assert_eq!(interest(10_000, &[], after(1), &terms(500, None)), 5);
    }

    #[test]
    fn half_a_cent_is_rounded_up() {
        assert_eq!(interest(1_000, &[], after(1), &terms(500, None)), 1);
        assert_eq!(interest(999, &[], after(1), &terms(500, None)), 0);
        assert_eq!(interest(3_000, &[], after(1), &terms(500, None)), 2);
    }

    #[test]
    fn a_part_repaid_costs_nothing_from_the_next_day() {
        let at = |days: i64| -> Timestamp {
            let midnight: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
            plus_days(midnight, days)
        };
        let parts = [(at(10), 5_000), (at(10), 2_000), (at(20), 3_000)];
        // 10,000 × 10 + 3,000 × 10 days at 0.05 %.
        assert_eq!(interest(10_000, &parts, after(20), &terms(500, None)), 65);
        assert_eq!(
            interest(10_000, &parts[..1], after(20), &terms(500, None)),
            75
        );
        // From day 15 at 0.1 %: 10,000 × 10, 3,000 × 5, 3,000 × 5 late.
        let late = terms(500, Some(after(15)));
        assert_eq!(interest(10_000, &parts, after(20), &late), 73);
        assert_eq!(
            interest(10_000, &[(at(0), 10_000)], after(0), &terms(500, None)),
            5
        );
    }

    #[test]
    fn more_days_never_cost_less() {
        let late = terms(500, Some(after(30)));
        let costs: Vec<_> = (0..90)
            .map(|n| interest(12_345, &[], after(n), &late))
            .collect();
        assert!(costs.is_sorted());
    }
}
