//! Moves made by hand, mixed with everything else.

use std::collections::HashSet;

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::force::is_known;
use super::super::transitions::{ALL, MOVES, Status};
use super::{Seed, act, cases, check, check_books, start, world_of};

#[test]
fn it_adds_up_whatever_is_moved_by_hand() {
    let mut made = HashSet::new();
    for case in 0..cases() {
        let _told = Seed(case);
        let mut rng = ChaCha8Rng::seed_from_u64(case);
        let mut world = world_of(case);
        let mut now = start();
        for _ in 0..200 {
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
                    let reached = world.loans[no].value.status;
                    // Without a cent of interest there are no fees to wait for.
                    let is_free = (to, reached) == (Status::ToRepayFees, Status::Closed);
                    assert!(reached == to || is_free, "{reached:?} for {to:?}");
                    made.insert((from, reached));
                }
            } else {
                act(&mut world, &mut rng, now);
            }
            check(&world);
        }
        check_books(&world);
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
