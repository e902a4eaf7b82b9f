//! Which of an object's essential fields have not been seen.

/// The fields still missing, as bits; a field that comes twice is one.
pub(super) struct Missing(u32);

impl Missing {
    pub(super) fn of(fields: &[&str]) -> Self {
        Self(
            fields
                .iter()
                .enumerate()
                .fold(0, |bits, (at, _)| bits | 1 << at),
        )
    }

    /// Notes the field at this place among the essential ones, if any.
    pub(super) fn found(&mut self, at: Option<usize>) {
        if let Some(at) = at {
            self.0 &= !(1 << at);
        }
    }

    pub(super) fn any(&self) -> bool {
        self.0 != 0
    }
}
