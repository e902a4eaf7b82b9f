//! The simulator's time: the real one, until it is moved, frozen, made to step
//! or run at another pace.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The time everything in the simulator goes by; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<Mutex<Setting>>);

/// How time passes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// As many times as fast as the real one.
    Running(i32),
    Frozen,
    /// It stands still but for this step with each request to the API.
    Stepping(SignedDuration),
}

#[derive(Clone, Copy, Debug)]
struct Setting {
    mode: Mode,
    /// Where it stands, or stood at the real time of `since`. Without it, the
    /// clock shows the real time.
    at: Option<Timestamp>,
    since: Timestamp,
    /// The real time stands still here meanwhile.
    pinned: Option<Timestamp>,
}

/// A clock as it stood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saved(Setting);

impl Default for Setting {
    fn default() -> Self {
        Self {
            mode: Mode::Running(1),
            at: None,
            since: Timestamp::UNIX_EPOCH,
            pinned: None,
        }
    }
}

impl Setting {
    fn real(self) -> Timestamp {
        self.pinned.unwrap_or_else(Timestamp::now)
    }

    fn now(self) -> Timestamp {
        self.at_real(self.real())
    }

    fn at_real(self, real: Timestamp) -> Timestamp {
        let Some(at) = self.at else {
            return real;
        };
        let Mode::Running(rate) = self.mode else {
            return at;
        };
        let passed = real.duration_since(self.since).checked_mul(rate);
        passed
            .and_then(|passed| at.checked_add(passed).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// Goes on from this moment.
    fn set(&mut self, at: Timestamp) {
        self.at = Some(at);
        self.since = self.real();
    }
}

impl Clock {
    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.setting().now()
    }

    /// What time it is, where that is not simply the real time.
    pub(crate) fn moved(&self) -> Option<Timestamp> {
        let setting = *self.setting();
        setting.at.map(|_| setting.now())
    }

    /// How time passes.
    pub(crate) fn mode(&self) -> Mode {
        self.setting().mode
    }

    /// How long it really takes until then; `None` when it does not come by
    /// itself.
    pub(crate) fn until(&self, moment: Timestamp) -> Option<std::time::Duration> {
        let setting = *self.setting();
        let Mode::Running(rate) = setting.mode else {
            return None;
        };
        let ahead = moment.duration_since(setting.now());
        // One too many, so that it has come when the time is over.
        let real = ahead.checked_div(rate)? + SignedDuration::from_micros(1);
        Some(real.try_into().unwrap_or_default())
    }

    /// Moves it on to this moment; it never goes back.
    pub(crate) fn move_to(&self, moment: Timestamp) {
        let mut setting = self.setting();
        if moment > setting.now() {
            setting.set(moment);
        }
    }

    /// A request to the API arrived.
    pub(crate) fn tick(&self) {
        let mut setting = self.setting();
        if let Mode::Stepping(step) = setting.mode {
            let moved = setting.now().checked_add(step);
            setting.set(moved.unwrap_or(Timestamp::MAX));
        }
    }

    /// Lets time pass in this way from where it stands, so that it never
    /// jumps.
    pub(crate) fn set_mode(&self, mode: Mode) {
        let mut setting = self.setting();
        let now = setting.now();
        setting.set(now);
        setting.mode = mode;
    }

    /// Stops it at this moment, which may be past.
    pub(crate) fn freeze_at(&self, moment: Timestamp) {
        let mut setting = self.setting();
        setting.set(moment);
        setting.mode = Mode::Frozen;
    }

    /// Back to the real time.
    pub(crate) fn reset(&self) {
        let mut setting = self.setting();
        *setting = Setting {
            pinned: setting.pinned,
            ..Setting::default()
        };
    }

    /// Takes this for the real time until it is let go: what happens at once
    /// happens at one time.
    pub(crate) fn pin(&self, real: Option<Timestamp>) {
        self.setting().pinned = real;
    }

    /// What it shows at this real time.
    pub(crate) fn at(&self, real: Timestamp) -> Timestamp {
        self.setting().at_real(real)
    }

    /// Whether time passes by itself.
    pub(crate) fn passes(&self) -> bool {
        matches!(self.mode(), Mode::Running(_))
    }

    /// Nobody was there from one real time to the other: a clock that was
    /// moved goes on from where it stood.
    pub(crate) fn skip(&self, from: Option<Timestamp>, to: Timestamp) {
        let mut setting = self.setting();
        let gap = from.map_or(SignedDuration::ZERO, |from| to.duration_since(from));
        setting.since = setting.since.checked_add(gap).unwrap_or(setting.since);
    }

    /// Where it stands and how time passes, to come back to.
    pub(crate) fn save(&self) -> Saved {
        let setting = *self.setting();
        Saved(Setting {
            at: setting.at.map(|_| setting.now()),
            ..setting
        })
    }

    /// Goes on from where it stood when this was saved.
    pub(crate) fn load(&self, Saved(saved): &Saved) {
        let mut setting = self.setting();
        setting.mode = saved.mode;
        setting.at = saved.at;
        setting.since = setting.real();
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
        clock.move_to(before + DAY);
        assert!(clock.now() >= before + DAY);
        clock.move_to(before);
        assert!(clock.now() >= before + DAY, "it never goes back");
        clock.set_mode(Mode::Frozen);
        clock.reset();
        assert!(clock.now() < before + DAY);
        assert_eq!(clock.mode(), Mode::Running(1));
    }

    #[test]
    fn stands_still_and_runs_on_from_there() {
        let clock = Clock::default();
        let moment: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        clock.freeze_at(moment);
        assert_eq!(clock.now(), moment);
        assert_eq!(clock.until(moment + DAY), None);
        clock.move_to(moment + DAY);
        assert_eq!(clock.now(), moment + DAY);
        clock.set_mode(Mode::Running(1));
        assert!(clock.now() >= moment + DAY);
        assert!(clock.now() < moment + DAY + DAY);
    }

    #[test]
    fn steps_with_each_request() {
        let clock = Clock::default();
        let moment: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        clock.freeze_at(moment);
        clock.tick();
        assert_eq!(clock.now(), moment);
        clock.set_mode(Mode::Stepping(DAY));
        assert_eq!(clock.now(), moment);
        clock.tick();
        clock.tick();
        assert_eq!(clock.now(), moment + DAY + DAY);
    }

    #[test]
    fn runs_at_another_pace() {
        let clock = Clock::default();
        let moment: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        clock.freeze_at(moment);
        // A day in less than 10 milliseconds.
        clock.set_mode(Mode::Running(10_000_000));
        let needed = clock.until(moment + DAY).unwrap();
        assert!(needed <= std::time::Duration::from_millis(9), "{needed:?}");
        while clock.now() < moment + DAY {
            std::thread::yield_now();
        }
    }

    #[test]
    fn does_not_leave_the_calendar() {
        let clock = Clock::default();
        clock.freeze_at(Timestamp::MAX);
        clock.set_mode(Mode::Stepping(DAY));
        clock.tick();
        assert_eq!(clock.now(), Timestamp::MAX);
        clock.set_mode(Mode::Running(i32::MAX));
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
