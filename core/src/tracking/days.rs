//! Days, as Defacto counts them.
//!
//! INFERRED: a day ends at midnight UTC; sources name no time zone.

use defacto_types::{Date, Timestamp};
use jiff::civil::Weekday;
use jiff::tz::Offset;
use jiff::{SignedDuration, ToSpan as _};

/// Month and day of the French holidays that never move.
const FIXED: [(i8, i8); 8] = [
    (1, 1),
    (5, 1),
    (5, 8),
    (7, 14),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 25),
];

/// Days after Easter of those that do: Easter Monday, Ascension, Whit Monday.
const MOVING: [i64; 3] = [1, 39, 50];

/// The day of an instant.
pub(crate) fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at.get()).date()
}

/// Days of 24 hours later, or earlier; the end of time where there is none.
pub(crate) fn plus_days(at: Timestamp, days: i64) -> Timestamp {
    let span = SignedDuration::from_secs(days.saturating_mul(86_400));
    let end = if days < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    };
    Timestamp(at.get().checked_add(span).unwrap_or(end))
}

/// The same time of day this many working days earlier: Mondays to Fridays but
/// French public holidays (documented: the help centre counts that way).
pub(crate) fn working_days_before(at: Timestamp, days: u32) -> Timestamp {
    let (mut at, mut left) = (at, days);
    while left > 0 && at.get() > jiff::Timestamp::MIN {
        at = plus_days(at, -1);
        if is_working_day(day(at)) {
            left -= 1;
        }
    }
    at
}

fn is_working_day(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let moving = easter(day.year()).is_some_and(|easter| {
        MOVING
            .iter()
            .any(|days| easter.checked_add(days.days()).ok() == Some(day))
    });
    !weekend && !FIXED.contains(&(day.month(), day.day())) && !moving
}

/// Easter Sunday, by the anonymous Gregorian computation.
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let golden = year_number % 19;
    let (century, rest) = (year_number / 100, year_number % 100);
    let moon =
        (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let shift = (golden + 11 * moon + 22 * sunday) / 451;
    let sum = moon + sunday - 7 * shift + 114;
    let month = i8::try_from(sum / 31).ok()?;
    Date::new(year, month, i8::try_from(sum % 31 + 1).ok()?).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn weekends_and_french_holidays_do_not_count() {
        for (from, days, to) in [
            ("2026-01-07T10:00:00Z", 2, "2026-01-05T10:00:00Z"),
            ("2026-01-05T10:00:00Z", 1, "2026-01-02T10:00:00Z"),
            // New Year's Day, a Thursday.
            ("2026-01-05T10:00:00Z", 2, "2025-12-31T10:00:00Z"),
            // Easter Monday is the 6th.
            ("2026-04-07T10:00:00Z", 1, "2026-04-03T10:00:00Z"),
            // Ascension is the 14th, Whit Monday the 25th of May.
            ("2026-05-15T10:00:00Z", 1, "2026-05-13T10:00:00Z"),
            ("2026-05-26T10:00:00Z", 1, "2026-05-22T10:00:00Z"),
            ("2026-05-26T10:00:00Z", 0, "2026-05-26T10:00:00Z"),
        ] {
            let before = working_days_before(from.parse().unwrap(), days);
            assert_eq!(before, to.parse().unwrap(), "{from} {days}");
        }
        for (year, month, sunday) in [(2024, 3, 31), (2025, 4, 20), (2038, 4, 25)] {
            assert_eq!(easter(year), Some(Date::constant(year, month, sunday)));
        }
    }

    #[test]
    fn a_day_is_from_midnight_to_midnight() {
        let late: Timestamp = "2026-03-01T23:59:59.999999Z".parse().unwrap();
        assert_eq!(day(late), Date::constant(2026, 3, 1));
        assert_eq!(day(plus_days(late, -1)), Date::constant(2026, 2, 28));
        assert_eq!(plus_days(late, i64::MAX).get(), jiff::Timestamp::MAX);
        assert_eq!(plus_days(late, i64::MIN).get(), jiff::Timestamp::MIN);
    }
}
