//! The time it is in the simulator.

/// The real time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {}

impl Clock {
    pub(crate) fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}
