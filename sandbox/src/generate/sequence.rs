//! Numbers that do not repeat.

use rand::{Rng, RngExt};

/// Visits every number below its room once, out of order, and then begins
/// again: no memory of what was given out is needed.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    room: u64,
    step: u64,
    next: u64,
}

impl Sequence {
    /// A walk through this room, which must not be zero.
    pub(super) fn new(room: u64, rng: &mut impl Rng) -> Self {
        let next = rng.random_range(0..room.max(1));
        // Steps without a common factor come by every number.
        let mut step = rng.random_range(0..room.max(1));
        while common_factor(step, room) > 1 {
            step = (step + 1) % room;
        }
        Self { room, step, next }
    }

    pub(super) fn next(&mut self) -> u64 {
        let number = self.next;
        self.next = (number + self.step) % self.room.max(1);
        number
    }
}

fn common_factor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_factor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn comes_by_every_number_once() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for room in [1, 2, 7, 90, 1000] {
            let mut sequence = Sequence::new(room, &mut rng);
            let seen: HashSet<_> = (0..room).map(|_| sequence.next()).collect();
            assert_eq!(seen, (0..room).collect());
        }
    }
}
