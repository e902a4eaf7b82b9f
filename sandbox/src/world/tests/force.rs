//! Moves made by hand, mixed with everything else.

use std::collections::HashSet;

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::force::is_known;
use super::super::transitions::{ALL, MOVES, Status};
use super::{act, cases, check, start, world};
use crate::policy::Timing;

#[test]
fn it_adds_up_whatever_is_moved_by_hand() {
    let mut made = HashSet::new();
    for case in 0..cases() {
        let timing = if case % 2 == 0 {
            Timing::Guide
        } else {
            Timing::Calendar
        };
        let mut rng = ChaCha8Rng::seed_from_u64(case);
        let mut world = world(timing);
        let mut now = start();
        for _ in 0..60 {
            now += SignedDuration::from_hours(rng.random_range(0..24 * 7));
            world.advance(now);
            if rng.random() && world.loans.len() > 0 {
                let no = rng.random_range(0..world.loans.len());
                let from = world.loans[no].value.status;
                let moves: Vec<_> = world.moves(no).map(|(_, to)| to).collect();
                let to = if moves.is_empty() || rng.random_ratio(1, 10) {
                    ALL[rng.random_range(0..ALL.len())]
                } else {
                    moves[rng.random_range(0..moves.len())]
                };
                if world.move_to(no, to, now).is_ok() {
                    assert_eq!(world.loans[no].value.status, to);
                    made.insert((from, to));
                }
            } else {
                act(&mut world, &mut rng, now);
            }
            check(&world);
        }
    }
    for (row, from, to) in MOVES {
        // A request is PENDING_VALIDATION by the time it is answered.
        let is_made = *from != Status::Submitted && is_known(*from, *to);
        assert_eq!(
            made.contains(&(*from, *to)),
            is_made,
            "{row} {from:?} {to:?}"
        );
    }
}
