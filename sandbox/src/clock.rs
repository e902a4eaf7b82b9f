//! The simulator's time: the real one, until it is moved or frozen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The time everything in the simulator goes by; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<Mutex<Setting>>);

#[derive(Clone, Copy, Debug, Default)]
struct Setting {
    /// How far the clock runs ahead of the real time.
    ahead: SignedDuration,
    /// Where it stands still, if it does.
    frozen: Option<Timestamp>,
}

impl Setting {
    fn now(self) -> Timestamp {
        self.frozen.unwrap_or_else(|| {
            let real = Timestamp::now();
            real.checked_add(self.ahead).unwrap_or(real)
        })
    }

    /// Runs on from this moment.
    fn run_from(moment: Timestamp) -> Self {
        Self {
            ahead: moment.duration_since(Timestamp::now()),
            frozen: None,
        }
    }
}

impl Clock {
    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.setting().now()
    }

    /// Whether it stands still.
    pub(crate) fn is_frozen(&self) -> bool {
        self.setting().frozen.is_some()
    }

    /// Moves it, frozen or not. `None` when that leads out of the calendar;
    /// the clock is then left as it was.
    pub(crate) fn advance(&self, by: SignedDuration) -> Option<Timestamp> {
        let mut setting = self.setting();
        let moved = setting.now().checked_add(by).ok()?;
        *setting = if setting.frozen.is_some() {
            Setting {
                frozen: Some(moved),
                ..*setting
            }
        } else {
            Setting::run_from(moved)
        };
        Some(moved)
    }

    /// Stops it at this moment, or where it is.
    pub(crate) fn freeze(&self, at: Option<Timestamp>) {
        let mut setting = self.setting();
        setting.frozen = Some(at.unwrap_or_else(|| setting.now()));
    }

    /// Lets it run on from where it stands, so that time never jumps.
    pub(crate) fn unfreeze(&self) {
        let mut setting = self.setting();
        if let Some(moment) = setting.frozen {
            *setting = Setting::run_from(moment);
        }
    }

    /// Back to the real time.
    pub(crate) fn reset(&self) {
        *self.setting() = Setting::default();
    }

    /// A setting is replaced whole, so a poisoned lock guards nothing broken.
    fn setting(&self) -> MutexGuard<'_, Setting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[test]
    fn is_real_until_moved_and_after_reset() {
        let clock = Clock::default();
        let before = Timestamp::now();
        assert!(clock.now() >= before && clock.now() <= Timestamp::now());
        clock.advance(DAY);
        assert!(clock.now() >= before + DAY);
        clock.freeze(None);
        clock.reset();
        assert!(clock.now() < before + DAY);
        assert!(!clock.is_frozen());
    }

    #[test]
    fn stands_still_and_runs_on_from_there() {
        let clock = Clock::default();
        let moment: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        clock.freeze(Some(moment));
        assert_eq!(clock.now(), moment);
        assert_eq!(clock.advance(DAY), Some(moment + DAY));
        assert_eq!(clock.now(), moment + DAY);
        clock.unfreeze();
        assert!(clock.now() >= moment + DAY);
        assert!(clock.now() < moment + DAY + DAY);
    }

    #[test]
    fn does_not_leave_the_calendar() {
        let clock = Clock::default();
        clock.freeze(Some(Timestamp::MAX));
        assert_eq!(clock.advance(DAY), None);
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
