//! How the simulator behaves where no source says what the real API does.

use std::sync::{Arc, Mutex, PoisonError};

/// What a second `POST /loans` with a known salt is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SaltReplay {
    /// The existing loan.
    #[default]
    Existing,
    /// A refusal.
    Refuse,
}

/// When the simulator moves loans and payments on by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Policy {
    /// At once, as the guide says of the sandbox.
    #[default]
    Guide,
    /// On the day it is due by the clock.
    Calendar,
}

impl SaltReplay {
    pub(crate) const ALL: [Self; 2] = [Self::Existing, Self::Refuse];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Existing => "existing",
            Self::Refuse => "refuse",
        }
    }
}

impl Policy {
    pub(crate) const ALL: [Self; 2] = [Self::Guide, Self::Calendar];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Calendar => "calendar",
        }
    }
}

/// The choices in force; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings(Arc<Mutex<(SaltReplay, Policy)>>);

impl Settings {
    pub(crate) fn salt_replay(&self) -> SaltReplay {
        self.choices().0
    }

    pub(crate) fn policy(&self) -> Policy {
        self.choices().1
    }

    /// Changes what is given, and leaves the rest.
    pub(crate) fn set(&self, salt_replay: Option<SaltReplay>, policy: Option<Policy>) {
        let mut choices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        choices.0 = salt_replay.unwrap_or(choices.0);
        choices.1 = policy.unwrap_or(choices.1);
    }

    /// Back to the defaults.
    pub(crate) fn reset(&self) {
        self.set(Some(SaltReplay::default()), Some(Policy::default()));
    }

    /// Copied under the lock, so even a poisoned one guards nothing broken.
    fn choices(&self) -> (SaltReplay, Policy) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
