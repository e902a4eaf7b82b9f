//! Business-day calendar: Monday to Friday, without French public holidays
//! unless it is decided otherwise.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::interest::plus_days;
use crate::policy::{Holidays, Zone};

/// Month and day of the holidays that never move.
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

/// Days after Easter of those that move: Easter Monday, Ascension, Whit
/// Monday.
const MOVING: [i64; 3] = [1, 39, 50];

/// This many working days later, at the same time of day.
pub(crate) fn plus_working_days(
    at: Timestamp,
    days: i64,
    zone: Zone,
    holidays: Holidays,
) -> Timestamp {
    let mut at = at;
    let mut left = days;
    while left > 0 && at < Timestamp::MAX {
        at = plus_days(at, 1);
        if is_working_day(zone.day(at), holidays) {
            left -= 1;
        }
    }
    at
}

/// This time of day on the first working day from here on.
pub(crate) fn next_working_day(at: Timestamp, zone: Zone, holidays: Holidays) -> Timestamp {
    let mut at = at;
    while at < Timestamp::MAX && !is_working_day(zone.day(at), holidays) {
        at = plus_days(at, 1);
    }
    at
}

fn is_working_day(date: Date, holidays: Holidays) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let fixed = FIXED.contains(&(date.month(), date.day()));
    let moving = easter(date.year()).is_some_and(|easter| {
        MOVING
            .iter()
            .any(|days| easter.checked_add(days.days()).ok() == Some(date))
    });
    !(weekend || (holidays == Holidays::French && (fixed || moving)))
}

/// Easter Sunday, by the anonymous Gregorian algorithm.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (century, of_century) = (y / 100, y % 100);
    let golden = y % 19;
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * late + 114;
    Date::new(
        year,
        i8::try_from(sum / 31).ok()?,
        i8::try_from(sum % 31 + 1).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(from: Timestamp, days: i64) -> Date {
        Zone::Utc.day(plus_working_days(from, days, Zone::Utc, Holidays::French))
    }

    #[test]
    fn holidays_are_working_days_where_it_is_decided_so() {
        // New Year's Day 2026 is a Thursday.
        let before: Timestamp = "2025-12-31T10:00:00Z".parse().unwrap();
        let after = plus_working_days(before, 1, Zone::Utc, Holidays::None);
        assert_eq!(Zone::Utc.day(after), date(2026, 1, 1));
        assert_eq!(day(before, 1), date(2026, 1, 2));
    }

    #[test]
    fn easter_is_when_it_was() {
        for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let friday: Timestamp = "2026-01-02T10:00:00Z".parse().unwrap();
        assert_eq!(day(friday, 1), date(2026, 1, 5));
        assert_eq!(day(friday, 3), date(2026, 1, 7));
        // Easter Monday is the 6th.
        let thursday: Timestamp = "2026-04-02T10:00:00Z".parse().unwrap();
        assert_eq!(day(thursday, 2), date(2026, 4, 7));
    }
}
