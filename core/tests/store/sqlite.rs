//! What a store in a file does beside that.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use defacto::ErrorKind;
use defacto::tracking::store::{Batch, Begun, IntentState, OpenOptions, Reduction, Sqlite, Store};
use defacto::tracking::{Entity, Subject};

use crate::checks::{self, at, event, intent};

/// A folder of its own, removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("defacto-store-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("loans.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn one() -> Batch {
    Batch {
        observations: vec![event("a", 1, "SUBMITTED")],
        ..Batch::default()
    }
}

fn refusal(options: &OpenOptions, file: &PathBuf) -> String {
    let error = options.open(file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    error.to_string()
}

#[tokio::test]
async fn does_what_every_store_must() {
    let folder = Folder::new();
    let count = AtomicU32::new(0);
    checks::all(|| {
        let name = format!("{}.db", count.fetch_add(1, Ordering::Relaxed));
        Sqlite::open(folder.0.join(name)).unwrap()
    })
    .await;
}

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    let changes = store.commit(one(), at(2)).await.unwrap();
    store.begin(intent("a", "s")).await.unwrap();
    store.receive(b"x".to_vec(), at(3)).await.unwrap();
    drop(store);
    let store = Sqlite::open(folder.file()).unwrap();
    assert_eq!(store.changes(0, 9).await.unwrap(), changes);
    assert_eq!(store.unread(9).await.unwrap().len(), 1);
    // Whoever held it is gone.
    let claimed = store.claim("b".to_owned(), at(3), at(9), 9).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

#[tokio::test]
async fn a_second_one_may_only_read() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    store.commit(one(), at(2)).await.unwrap();
    let said = refusal(&OpenOptions::new(), &folder.file());
    assert!(
        said.contains("another process has the store open"),
        "{said}"
    );

    let report = OpenOptions::new().read_only().open(folder.file()).unwrap();
    assert!(report.track(Subject::loan("a")).await.unwrap().is_some());
    let error = report.set_cursor("x".to_owned(), 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    drop((report, store));
    Sqlite::open(folder.file()).unwrap();
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    for entry in fs::read_dir(&folder.0).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
    }
    drop(store);
}

#[test]
fn what_is_not_its_own_is_refused_and_left_alone() {
    let folder = Folder::new();
    let file = folder.file();
    fs::write(
        &file,
        "a letter to my bank, and not a database at all".repeat(100),
    )
    .unwrap();
    let before = fs::read(&file).unwrap();
    let said = refusal(&OpenOptions::new(), &file);
    assert!(said.contains("no database of a tracker"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);

    let other = folder.0.join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    let said = refusal(&OpenOptions::new(), &other);
    assert!(said.contains("not a tracker's"), "{said}");

    let newer = folder.0.join("newer.db");
    drop(Sqlite::open(&newer).unwrap());
    rusqlite::Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let said = refusal(&OpenOptions::new(), &newer);
    assert!(said.contains("form 99"), "{said}");
    assert!(said.contains("update it"), "{said}");
}

/// Columns that came later are filled from the tracks.
#[tokio::test]
async fn a_store_of_an_earlier_form_is_brought_up_to_date() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    checks::fill(&store).await;
    let sums = store.portfolio(at(0), 30).await.unwrap();
    assert!(sums.loans > 0);
    drop(store);
    rusqlite::Connection::open(folder.file())
        .unwrap()
        .execute_batch(
            "DROP TABLE ledger;
             DROP INDEX tracks_sums;
             DROP INDEX tracks_glances;
             DROP TABLE shares;
             ALTER TABLE tracks DROP COLUMN outstanding;
             ALTER TABLE tracks DROP COLUMN fees_expected;
             ALTER TABLE tracks DROP COLUMN fees_paid;
             ALTER TABLE tracks DROP COLUMN late_at;
             PRAGMA user_version = 1;",
        )
        .unwrap();
    let said = refusal(&OpenOptions::new().read_only(), &folder.file());
    assert!(said.contains("earlier version"), "{said}");
    let store = Sqlite::open(folder.file()).unwrap();
    assert_eq!(store.portfolio(at(0), 30).await.unwrap(), sums);
}

/// Before there was a ledger, what was removed stayed in the file as free space.
#[tokio::test]
async fn a_store_without_a_ledger_is_given_one_and_its_free_space_is_cleared() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    checks::fill(&store).await;
    let sums = store.portfolio(at(0), 30).await.unwrap();
    drop(store);
    let before = rusqlite::Connection::open(folder.file()).unwrap();
    before
        .execute_batch(
            "DROP TABLE ledger;
             DROP INDEX tracks_glances;
             DROP TABLE shares;
             PRAGMA secure_delete = OFF;
             INSERT INTO marks VALUES ('old', 'company 552100554');
             DELETE FROM marks;
             PRAGMA user_version = 2;",
        )
        .unwrap();
    drop(before);
    let holds = || {
        let bytes = fs::read(folder.file()).unwrap();
        bytes.windows(9).any(|part| part == b"552100554")
    };
    assert!(holds());
    let store = Sqlite::open(folder.file()).unwrap();
    assert_eq!(store.portfolio(at(0), 30).await.unwrap(), sums);
    assert_eq!(store.ledger(None, 9).await.unwrap(), []);
    store.reduce(Reduction::default()).await.unwrap();
    assert!(!holds());
}

#[tokio::test]
async fn what_is_reduced_waits_for_those_that_read() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    store.commit(one(), at(2)).await.unwrap();
    let reader = rusqlite::Connection::open(folder.file()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM tracks;")
        .unwrap();
    store.commit(one(), at(3)).await.unwrap();
    store.receive(b"x".to_vec(), at(3)).await.unwrap();
    let error = store.reduce(Reduction::default()).await.unwrap_err();
    assert!(
        error.to_string().contains("ask for the same again"),
        "{error}"
    );
    reader.execute_batch("COMMIT").unwrap();
    store.reduce(Reduction::default()).await.unwrap();
    let log = folder.0.join("loans.db-wal");
    assert_eq!(fs::metadata(log).unwrap().len(), 0);
}

#[test]
fn it_belongs_to_what_it_was_made_for() {
    let folder = Folder::new();
    let mine = OpenOptions::new().bound_to("sandbox of acme");
    drop(mine.open(folder.file()).unwrap());
    drop(mine.open(folder.file()).unwrap());
    mine.clone().read_only().open(folder.file()).unwrap();
    let other = OpenOptions::new().bound_to("production of acme");
    for other in [other.clone(), other.read_only()] {
        let said = refusal(&other, &folder.file());
        assert!(said.contains("belongs to sandbox of acme"), "{said}");
    }
    // One that belongs to nothing yet is read for anything.
    let unbound = folder.0.join("unbound.db");
    drop(OpenOptions::new().open(&unbound).unwrap());
    mine.read_only().open(&unbound).unwrap();
}

#[tokio::test]
async fn damage_is_found_and_named() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    for loan in 0..500 {
        let batch = Batch {
            observations: vec![event(&loan.to_string(), 1, "SUBMITTED")],
            ..Batch::default()
        };
        store.commit(batch, at(2)).await.unwrap();
    }
    assert_eq!(store.check().await.unwrap(), [""; 0]);
    store.backup(folder.0.join("copy.db")).await.unwrap();
    drop(store);

    let copy = Sqlite::open(folder.0.join("copy.db")).unwrap();
    assert_eq!(copy.changes(0, 9_999).await.unwrap().len(), 500);
    drop(copy);

    let mut bytes = fs::read(folder.file()).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 8_192].fill(0x5a);
    fs::write(folder.file(), bytes).unwrap();
    for options in [OpenOptions::new(), OpenOptions::new().read_only()] {
        let said = refusal(&options, &folder.file());
        assert!(said.contains("damaged: restore a backup"), "{said}");
    }
}

fn log_file(folder: &Folder) -> PathBuf {
    let mut name = folder.file().into_os_string();
    name.push("-wal");
    name.into()
}

/// Of a large file that is only if it was left as it was in use.
#[tokio::test]
async fn a_large_file_is_checked_after_a_process_that_did_not_close_it() {
    const LARGE: usize = 33 << 20;
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    for _ in 0..=LARGE / 1_000_000 {
        store.receive(vec![0x20; 1_000_000], at(1)).await.unwrap();
    }
    drop(store);
    // As a process that is killed leaves its files.
    let store = Sqlite::open(folder.file()).unwrap();
    store.commit(one(), at(2)).await.unwrap();
    let mut bytes = fs::read(folder.file()).unwrap();
    let log = fs::read(log_file(&folder)).unwrap();
    drop(store);
    assert!(bytes.len() > LARGE && !log.is_empty());

    let half = bytes.len() / 2;
    bytes[half..half + 8_192].fill(0x5a);
    fs::write(folder.file(), &bytes).unwrap();
    drop(Sqlite::open(folder.file()).unwrap());
    fs::write(folder.file(), &bytes).unwrap();
    fs::write(log_file(&folder), log).unwrap();
    let said = refusal(&OpenOptions::new(), &folder.file());
    assert!(said.contains("damaged: restore a backup"), "{said}");
}

/// What is told to have failed is not written: it would be asked for later on, beside
/// what its caller does instead.
#[tokio::test]
async fn what_another_program_keeps_from_being_written_is_not_written_later() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    store.commit(one(), at(2)).await.unwrap();
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let holding = std::thread::spawn(move || {
        // Longer than the store waits, and less than it would wait twice.
        std::thread::sleep(std::time::Duration::from_millis(7_000));
        other.execute_batch("COMMIT").unwrap();
    });
    let batch = Batch {
        observations: vec![event("loan-2", 1, "SUBMITTED")],
        ..Batch::default()
    };
    let (begun, committed) = tokio::join!(
        store.begin(checks::intent("i", "salt")),
        store.commit(batch, at(3))
    );
    for error in [begun.unwrap_err(), committed.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(
            error.to_string().contains("another program holds"),
            "{error}"
        );
    }
    holding.join().unwrap();
    assert_eq!(store.intents(IntentState::Open, 9).await.unwrap(), []);
    assert_eq!(store.tracks(Entity::Loan, None, 9).await.unwrap().len(), 1);
    // And the store is as good as before.
    let begun = store.begin(checks::intent("i", "salt")).await.unwrap();
    assert!(matches!(begun, Begun::New));
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_kept() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    store.commit(one(), at(2)).await.unwrap();
    drop(store);
    // A limit on the file stands for a disk that is full.
    let store = OpenOptions::new()
        .largest_pages(40)
        .open(folder.file())
        .unwrap();
    let mut kept = 1;
    let error = loop {
        let batch = Batch {
            observations: vec![event(&format!("loan-{kept}"), 1, "SUBMITTED")],
            ..Batch::default()
        };
        match store.commit(batch, at(3)).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 10_000);
    };
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(store.changes(0, 99_999).await.unwrap().len(), kept);
    drop(store);
    let store = Sqlite::open(folder.file()).unwrap();
    assert_eq!(store.changes(0, 99_999).await.unwrap().len(), kept);
    store.commit(one(), at(2)).await.unwrap();
}

/// Many at once are written together, and each is answered.
#[tokio::test]
async fn writes_at_once_are_all_kept() {
    let folder = Folder::new();
    let store = std::sync::Arc::new(Sqlite::open(folder.file()).unwrap());
    let writes: Vec<_> = (0..200)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.receive(vec![number], at(1)).await.unwrap() })
        })
        .collect();
    let mut seqs = Vec::new();
    for write in writes {
        seqs.push(write.await.unwrap());
    }
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs.len(), 200);
    assert_eq!(store.unread(999).await.unwrap().len(), 200);
}

#[tokio::test]
async fn the_log_is_moved_beside_the_writes() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.file()).unwrap();
    let moved = || fs::metadata(folder.file()).unwrap().len() > 1 << 20;
    // Fewer pages than those from which on the writer itself moves them.
    for second in 0..4_000 {
        let body = vec![b' '; 8_000];
        store.receive(body, at(second)).await.unwrap();
        if moved() {
            return;
        }
    }
    panic!("nothing of the log came into the database");
}
