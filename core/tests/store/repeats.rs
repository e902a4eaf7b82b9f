//! What is seen again and is the same is not written again, and nothing else is
//! another.

use std::time::Duration;

use defacto::tracking::store::{Batch, OpenOptions, Sqlite, Store};
use defacto::tracking::{Change, Facts, Moment, Observation, Source, Subject};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::checks::{at, event, read, seen};
use crate::sqlite::Folder;

const STATUSES: [&str; 5] = [
    "VALIDATED",
    "SCHEDULED",
    "INITIATED",
    "TO_REPAY",
    "TO_REPAY_FEES",
];
const LOANS: [&str; 2] = ["a", "b"];
/// Steps of a history.
const STEPS: usize = 60;

/// What a pass shows of a loan.
fn look(loan: &str, second: i64, status: &str, amount: i64) -> [Observation; 2] {
    let facts = Facts::default().with("amount", Some(amount));
    let status = Observation {
        moment: Moment::between(at(second - 1), at(second + 1)),
        source: Source::Poll,
        ..event(loan, second, status)
    };
    [status, read(Subject::loan(loan), second, facts)]
}

async fn commit(store: &Sqlite, batch: Batch) -> Vec<Change> {
    let made = store.commit(batch, at(0)).await.unwrap();
    made.into_iter().map(|one| one.change).collect()
}

#[tokio::test]
async fn nothing_is_told_otherwise() {
    let folder = Folder::new();
    for seed in 0..40 {
        let mut rng = StdRng::seed_from_u64(seed);
        let open = |name: &str, time| {
            let options = OpenOptions::new().rewritten_after(time);
            options
                .open(folder.0.join(format!("{name}-{seed}.db")))
                .unwrap()
        };
        let usual = open("usual", Duration::from_secs(300));
        let exact = open("exact", Duration::ZERO);
        let (mut now, mut step, mut amount) = (1_000, 0, 5);
        for _ in 0..STEPS {
            now += rng.random_range(0..120);
            // Standing still is what happens most.
            match rng.random_range(0..12) {
                0 if step + 1 < STATUSES.len() => step += 1,
                1 => amount = rng.random_range(5..7),
                _ => {}
            }
            let loan = LOANS[rng.random_range(0..LOANS.len())];
            // Some comes late, and some tells of what is over.
            let when = match rng.random_range(0..8) {
                0 => now - rng.random_range(0..900),
                _ => now,
            };
            let status = STATUSES[step.saturating_sub(usize::from(rng.random_ratio(1, 15)))];
            let batch = if rng.random_ratio(1, 6) {
                seen([event(loan, when, status)])
            } else {
                seen(look(loan, when, status, amount))
            };
            let told = commit(&usual, batch.clone()).await;
            assert_eq!(told, commit(&exact, batch).await, "seed {seed}");
        }
        for loan in LOANS {
            // What was left out is taken in with whatever comes next.
            for store in [&usual, &exact] {
                commit(store, seen([event(loan, 1, "SUBMITTED")])).await;
            }
            let subject = Subject::loan(loan);
            let known = usual.track(subject.clone()).await.unwrap();
            assert_eq!(known, exact.track(subject).await.unwrap(), "seed {seed}");
        }
    }
}

#[tokio::test]
async fn a_pass_over_what_stands_still_writes_nothing_for_a_while() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    let written = async || {
        let log = store.observations(0, 9).await.unwrap();
        log.into_iter().map(|(_, one)| one.moment.end()).max()
    };
    for (second, last) in [(10, 10), (20, 10), (309, 10), (311, 311), (400, 311)] {
        commit(&store, seen(look("a", second, "TO_REPAY", 5))).await;
        assert_eq!(written().await, Some(at(last + 1)), "{second}");
    }
    // What is not the same is.
    commit(&store, seen(look("a", 401, "TO_REPAY", 4))).await;
    assert_eq!(written().await, Some(at(402)));
}
