//! A copy of a store that is in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use defacto::tracking::store::{Numbered, Sqlite, Store as _};
use defacto::tracking::{Subject, Track};

use crate::checks::{at, event, seen};
use crate::sqlite::Folder;

/// Longer than a copy takes.
const PATIENCE: Duration = Duration::from_secs(10);

async fn changes(store: &Sqlite) -> Vec<Numbered> {
    store.changes(0, usize::MAX >> 1).await.unwrap()
}

/// It is whole and as of one moment, however much is written meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn it_has_all_that_was_written_until_a_moment_and_nothing_after() {
    let folder = Folder::new();
    let store = Arc::new(Sqlite::open(folder.file()).unwrap());
    // More than are copied at a stroke.
    for _ in 0..24 {
        store.receive(vec![b' '; 1_000_000], at(1)).await.unwrap();
    }
    let (written, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let shared = Arc::new((written, is_over));
    let writing = tokio::spawn({
        let (store, shared) = (store.clone(), shared.clone());
        async move {
            let mut loan = 0;
            while !shared.1.load(Ordering::Relaxed) {
                let batch = seen([
                    event(&format!("loan-{loan}"), 1, "SUBMITTED"),
                    event(&format!("loan-{loan}"), 2, "VALIDATED"),
                ]);
                let made = store.commit(batch, at(3)).await.unwrap();
                shared.0.store(made[1].seq, Ordering::Relaxed);
                loan += 1;
            }
        }
    });
    let written = || shared.0.load(Ordering::Relaxed);
    let mut copies = Vec::new();
    for number in 0..3 {
        let from = written();
        while written() < from + 20 {
            tokio::task::yield_now().await;
        }
        let before = written();
        let file = folder.0.join(format!("copy-{number}.db"));
        let backup = tokio::time::timeout(PATIENCE, store.backup(&file)).await;
        backup.expect("the copy never ends").unwrap();
        copies.push((file, before));
    }
    // It went on meanwhile, and goes on.
    let after = written();
    while written() < after + 2 {
        tokio::task::yield_now().await;
    }
    shared.1.store(true, Ordering::Relaxed);
    writing.await.unwrap();

    let all = changes(&store).await;
    for (file, before) in copies {
        let copy = Sqlite::open(&file).unwrap();
        assert_eq!(copy.check().await.unwrap(), [""; 0]);
        let kept = changes(&copy).await;
        assert_eq!(kept, all[..kept.len()]);
        let last = kept.last().unwrap();
        assert!(last.seq >= before && last.seq <= after);
        // Of what was written at once there is all.
        assert_eq!(kept.len() % 2, 0);
        let known = async |store: &Sqlite, subject: &Subject| -> Option<Track> {
            store.track(subject.clone()).await.unwrap()
        };
        let subject = &last.change.subject;
        assert_eq!(known(&copy, subject).await, known(&store, subject).await);
        let next = all[kept.len()].change.subject.clone();
        assert_eq!(known(&copy, &next).await, None);
        assert_eq!(copy.unread(99).await.unwrap().len(), 24);
    }
}
