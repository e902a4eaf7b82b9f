//! A store and the account whose loans it holds.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::tracking::Tracker;
use defacto::tracking::store::OpenOptions;
use defacto::{Client, ErrorKind};
use support::{KEY, Lab, request};

const OTHER: &str = "key-of-another-account-0123";
const ROTATED: &str = "key-in-place-of-the-first";

/// An operation in the journal of the other account.
fn of_other(operation: &str) -> String {
    format!("{operation}&account=other")
}

/// A file with one account's loan, and the key of another account.
struct Desk {
    lab: Lab,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let lab = Lab::start().await;
        lab.add_account("other", OTHER).await;
        let folder = tempfile::tempdir().unwrap();
        Self { lab, folder }
    }

    /// The tracker with a key; only one at a time has the file.
    fn with(&self, key: &str) -> (Client, Tracker) {
        let client = self.lab.builder().api_key(key).build().unwrap();
        let store = OpenOptions::new().open(self.folder.path().join("loans.db"));
        let tracker = Tracker::new(client.clone(), store.unwrap());
        (client, tracker)
    }

    async fn lend(&self) -> String {
        let (client, tracker) = self.with(KEY);
        let body = request(&client).await;
        let loan = tracker.send(client.loans().create(&body)).await.unwrap();
        loan.id.to_string()
    }
}

#[tokio::test]
async fn a_key_that_sees_none_of_the_loans_is_refused_before_anything_is_sent() {
    let desk = Desk::new().await;
    let loan = desk.lend().await;
    let (client, tracker) = desk.with(OTHER);
    let refused = tracker.sync().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Store);
    let message = refused.to_string();
    assert!(message.contains("another account"), "{message}");
    assert!(message.contains(&loan), "{message}");
    assert!(!message.contains(OTHER), "{message}");

    let refused = tracker.send(client.loans().cancel(&loan)).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Store);
    let refused = tracker.send(client.loans().get(&loan));
    assert_eq!(refused.await.unwrap_err().kind(), ErrorKind::Store);
    let refused = tracker.settle().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Store);
    assert!(
        desk.lab
            .requests(&of_other("loans.cancel"))
            .await
            .is_empty()
    );
    // Each was a look for a loan, and nothing else.
    assert_eq!(desk.lab.requests(&of_other("loans.list")).await.len(), 4);
    // What is known stays readable, and stays what it was.
    assert!(tracker.loan(&loan).await.unwrap().is_some());
}

#[tokio::test]
async fn a_new_key_of_the_same_account_is_looked_at_once() {
    let desk = Desk::new().await;
    desk.lend().await;
    for key in [ROTATED, ROTATED, KEY] {
        let (_, tracker) = desk.with(key);
        tracker.settle().await.unwrap();
        tracker.settle().await.unwrap();
    }
    assert_eq!(desk.lab.requests("loans.list").await.len(), 1);
}

#[tokio::test]
async fn the_loans_of_the_ledger_tell_the_account_too() {
    let desk = Desk::new().await;
    let loan = desk.lend().await;
    {
        let (client, tracker) = desk.with(KEY);
        tracker.send(client.loans().cancel(&loan)).await.unwrap();
        let everything = support::days_from_now(1);
        let purged = tracker.purge(everything).await.unwrap();
        assert_eq!(purged.loans, 1);
    }
    {
        let (_, tracker) = desk.with(OTHER);
        let refused = tracker.sync().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Store);
    }
    let (_, tracker) = desk.with(ROTATED);
    tracker.sync().await.unwrap();
}

#[tokio::test]
async fn no_key_is_in_the_store() {
    let desk = Desk::new().await;
    desk.lend().await;
    let (_, tracker) = desk.with(ROTATED);
    tracker.settle().await.unwrap();
    let mark = tracker.store().mark("account".to_owned()).await.unwrap();
    let mark = mark.unwrap();
    assert_eq!(mark.split(' ').count(), 3, "{mark}");
    drop(tracker);
    for file in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for key in [KEY, ROTATED] {
            assert!(!bytes.windows(key.len()).any(|part| part == key.as_bytes()));
        }
    }
}

#[tokio::test]
async fn a_key_that_found_nothing_is_not_remembered() {
    let desk = Desk::new().await;
    for _ in 0..2 {
        // Of the other account, which has no loans.
        let (_, tracker) = desk.with(OTHER);
        tracker.sync().await.unwrap();
    }
    desk.lend().await;
    let (_, tracker) = desk.with(OTHER);
    let refused = tracker.sync().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Store);
}

#[tokio::test]
async fn a_store_that_is_read_alone_takes_another_key_of_its_account() {
    let desk = Desk::new().await;
    desk.lend().await;
    let client = desk.lab.builder().api_key(ROTATED).build().unwrap();
    let store = OpenOptions::new().read_only();
    let store = store.open(desk.folder.path().join("loans.db")).unwrap();
    let report = Tracker::new(client, store).reconcile(false).await.unwrap();
    assert_eq!(report.loans, 1);
}
