//! Decisions between a few words, codes and lists.

use std::sync::LazyLock;

use defacto_types::{DenialCode, Scenario};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::kind::{Kind, Values, place};

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident { $($case:ident $word:literal),+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum $name {
            $(#[doc = $word] $case,)+
        }

        impl $name {
            pub(super) const NAMES: &'static [&'static str] = &[$($word),+];
        }

        impl Kind for $name {
            fn read(value: &Value, _: &Values) -> Option<Self> {
                [$(Self::$case),+].get(place(value, Self::NAMES)?).copied()
            }

            fn show(self) -> Value {
                match self {
                    $(Self::$case => $word.into(),)+
                }
            }
        }
    )+};
}

words! {
    /// Whose midnight ends a day.
    Zone { Utc "UTC", Paris "Europe/Paris" }
    /// How parts of a cent end.
    Rounding { HalfUp "half_up", HalfEven "half_even", Up "up", Down "down" }
    /// Which holidays are no working days.
    Holidays { French "french", None "none" }
    /// What a request does that contradicts the electronic invoice in it.
    Contradiction { Refuse "refuse", Ignore "ignore" }
    /// What becomes of a request for a borrower that is there.
    Duplicate { Existing "existing", Refuse "refuse" }
    /// What the `id` of a notice is of.
    NoticeId { Entity "entity", Notice "notice" }
    /// The scenario of an account that names none.
    Unmarked {
        Success "SUCCESS",
        SuccessOneDayLater "SUCCESS_ONE_DAY_LATER",
        Reject "REJECT",
        Fail "FAIL",
        Cancel "CANCEL"
    }
}

/// Central European time by the rule of the law, so that no database of zones
/// is needed.
static PARIS: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC));

impl Zone {
    /// The day of an instant.
    pub(crate) fn day(self, at: Timestamp) -> Date {
        match self {
            Self::Utc => Offset::UTC.to_datetime(at).date(),
            Self::Paris => PARIS.to_datetime(at).date(),
        }
    }

    /// The first instant of a day.
    pub(crate) fn start_of(self, date: Date) -> Option<Timestamp> {
        match self {
            Self::Utc => Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok(),
            Self::Paris => PARIS.to_timestamp(date.at(0, 0, 0, 0)).ok(),
        }
    }
}

impl Rounding {
    /// Whole ones of a sum that is not negative, in millionths.
    pub(crate) fn apply(self, millionths: i128) -> i128 {
        const ONE: i128 = 1_000_000;
        let (whole, rest) = (millionths.div_euclid(ONE), millionths.rem_euclid(ONE));
        let is_up = match self {
            Self::HalfUp => rest * 2 >= ONE,
            Self::HalfEven => rest * 2 > ONE || (rest * 2 == ONE && whole % 2 == 1),
            Self::Up => rest > 0,
            Self::Down => false,
        };
        whole + i128::from(is_up)
    }
}

impl Unmarked {
    pub(crate) fn scenario(self) -> Scenario {
        match self {
            Self::Success => Scenario::Success,
            Self::SuccessOneDayLater => Scenario::SuccessOneDayLater,
            Self::Reject => Scenario::Reject,
            Self::Fail => Scenario::Fail,
            Self::Cancel => Scenario::Cancel,
        }
    }
}

/// A denial code of the API, by its place among them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Code(usize);

impl Code {
    pub(super) fn of(code: &DenialCode) -> Self {
        let place = DenialCode::ALL.iter().position(|known| known == code);
        Self(place.unwrap_or(0))
    }

    pub(crate) fn to_wire(self) -> DenialCode {
        let code = DenialCode::ALL.get(self.0);
        code.cloned().unwrap_or(DenialCode::CreditRiskNotEligible)
    }
}

impl Kind for Code {
    fn read(value: &Value, _: &Values) -> Option<Self> {
        let name = value.as_str()?;
        let place = DenialCode::ALL
            .iter()
            .position(|code| code.as_str() == name);
        place.map(Self)
    }

    fn show(self) -> Value {
        self.to_wire().as_str().into()
    }
}

/// The longest list of pauses.
const MOST_PAUSES: usize = 10;

/// The longest pause, in seconds: a year.
const LONGEST_PAUSE: u32 = 365 * 24 * 3600;

/// Pauses between attempts, in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Pauses {
    seconds: [u32; MOST_PAUSES],
    count: usize,
}

impl Pauses {
    pub(super) fn of(given: &[u32]) -> Self {
        let mut seconds = [0; MOST_PAUSES];
        let count = given.len().min(MOST_PAUSES);
        for (place, pause) in seconds.iter_mut().zip(given) {
            *place = *pause;
        }
        Self { seconds, count }
    }

    /// The pause after so many attempts; nothing when none follows.
    pub(crate) fn after(&self, attempts: usize) -> Option<SignedDuration> {
        let pauses = self.seconds.get(..self.count)?;
        let pause = pauses.get(attempts.checked_sub(1)?)?;
        Some(SignedDuration::from_secs(i64::from(*pause)))
    }
}

impl Kind for Pauses {
    fn read(value: &Value, _: &Values) -> Option<Self> {
        let text = value.as_str()?.trim();
        let mut pauses = Vec::new();
        if !text.is_empty() {
            for part in text.split(',') {
                let pause: u32 = part.trim().parse().ok()?;
                (pause <= LONGEST_PAUSE).then(|| pauses.push(pause))?;
            }
        }
        (pauses.len() <= MOST_PAUSES).then(|| Self::of(&pauses))
    }

    fn show(self) -> Value {
        let pauses = self.seconds.iter().take(self.count);
        let texts: Vec<_> = pauses.map(ToString::to_string).collect();
        texts.join(",").into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_in_paris_begins_before_it_does_in_utc() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (text, utc, paris) in [
            // Summer time begins on 2026-03-29 at 01:00 UTC and ends on 2026-10-25.
            ("2026-01-31T23:30:00Z", date(2026, 1, 31), date(2026, 2, 1)),
            ("2026-01-31T22:30:00Z", date(2026, 1, 31), date(2026, 1, 31)),
            ("2026-06-30T22:30:00Z", date(2026, 6, 30), date(2026, 7, 1)),
            (
                "2026-10-25T22:30:00Z",
                date(2026, 10, 25),
                date(2026, 10, 25),
            ),
        ] {
            assert_eq!(Zone::Utc.day(at(text)), utc);
            assert_eq!(Zone::Paris.day(at(text)), paris);
        }
        let begun = Zone::Paris.start_of(date(2026, 7, 1));
        assert_eq!(begun, Some(at("2026-06-30T22:00:00Z")));
    }

    #[test]
    fn parts_of_a_cent_end_as_decided() {
        for (millionths, ends) in [
            (2_500_000, [3, 2, 3, 2]),
            (3_500_000, [4, 4, 4, 3]),
            (2_500_001, [3, 3, 3, 2]),
            (2_000_001, [2, 2, 3, 2]),
            (2_000_000, [2, 2, 2, 2]),
        ] {
            let all = [
                Rounding::HalfUp,
                Rounding::HalfEven,
                Rounding::Up,
                Rounding::Down,
            ];
            assert_eq!(all.map(|one| one.apply(millionths)), ends, "{millionths}");
        }
    }

    #[test]
    fn pauses_are_seconds_between_commas() {
        let read = |text: &str| Pauses::read(&json!(text), &Values::Pauses);
        let pauses = read("1, 2,31536000").unwrap();
        assert_eq!(pauses.show(), json!("1,2,31536000"));
        assert_eq!(pauses.after(2), Some(SignedDuration::from_secs(2)));
        assert_eq!((pauses.after(0), pauses.after(4)), (None, None));
        assert_eq!(read("").unwrap().after(1), None);
        for text in ["x", "-1", "1,", "31536001", "1,1,1,1,1,1,1,1,1,1,1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
