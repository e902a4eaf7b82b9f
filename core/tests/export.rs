//! What a store holds, written out.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use defacto::ErrorKind;
use defacto::tracking::export::{Export, Format};
use defacto::tracking::store::{Batch, Memory, Store as _};
use defacto::tracking::{Facts, Moment, Observation, Source, Subject};
use defacto::types::Timestamp;
use serde_json::Value;

/// More than are read at a time, twice.
const MANY: usize = 2_001;

fn noon() -> Timestamp {
    "2030-01-07T12:00:00Z".parse().unwrap()
}

/// A store with so many loans, and one payment.
async fn book(loans: usize) -> Memory {
    let store = Memory::new();
    let loan = |index: usize| Observation {
        subject: Subject::loan(format!("loan-{index:05}")),
        moment: Moment::at(noon()),
        source: Source::Poll,
        status: Some("TO_REPAY".into()),
        facts: Some(
            Facts::default()
                .with("amount", Some(1_050))
                .with("paid_at", Some(noon()))
                .with("currency", Some("EUR"))
                .with("invoice_id", Some("=1+1,\"x\"")),
        ),
    };
    let payment = Observation::event(
        Subject::new(defacto::tracking::Entity::Payment, "pay"),
        noon(),
        Source::Poll,
        "PAID".into(),
    );
    let batch = Batch {
        observations: (0..loans).map(loan).chain([payment]).collect(),
        ..Batch::default()
    };
    store.commit(batch, noon()).await.unwrap();
    store
}

/// A folder of a test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.0).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn every_object_and_change_has_one_row() {
    let store = book(MANY).await;
    let mut lines = Vec::new();
    let rows = Export::objects(Format::JsonLines);
    let rows = rows.write(&store, &mut lines).await.unwrap();
    let objects: Vec<Value> = String::from_utf8(lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((objects.len(), rows), (MANY + 1, MANY as u64 + 1));
    let ids: std::collections::BTreeSet<&str> = objects
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids.len(), MANY + 1);
    assert_eq!(objects[0]["outstanding"], 1_050);
    assert_eq!(objects[0]["facts"]["invoice_id"], "=1+1,\"x\"");

    let mut table = Vec::new();
    let rows = Export::objects(Format::Csv);
    let rows = rows.write(&store, &mut table).await.unwrap();
    let table = String::from_utf8(table).unwrap();
    assert_eq!(rows, MANY as u64);
    assert_eq!(table.lines().count(), MANY + 1);
    assert_eq!(
        table.lines().filter(|line| line.starts_with("id,")).count(),
        1
    );
    assert_eq!(
        table.lines().nth(1).unwrap(),
        "loan-00000,TO_REPAY,2030-01-07T12:00:00.000000+00:00,1050,,,,EUR,1050,,,,,,,2030-01-07T12:00:00.000000+00:00,,,\
         \"'=1+1,\"\"x\"\"\","
    );

    let mut changes = Vec::new();
    let rows = Export::changes(Format::JsonLines);
    let rows = rows.write(&store, &mut changes).await.unwrap();
    let recorded = store.changes(0, usize::MAX).await.unwrap().len();
    assert_eq!(rows, recorded as u64);
    assert_eq!(
        String::from_utf8(changes).unwrap().lines().count(),
        recorded
    );
}

#[tokio::test]
async fn a_file_is_private_whole_and_not_overwritten_unasked() {
    let folder = Folder::new("file");
    let store = book(3).await;
    let path = folder.0.join("loans.CSV");
    assert_eq!(Format::of_path(&path), Format::Csv);
    let export = Export::objects(Format::Csv);
    assert_eq!(export.save(&store, &path, false).await.unwrap(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let first = std::fs::read(&path).unwrap();

    let lines = Export::objects(Format::JsonLines);
    let error = lines.save(&store, &path, false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("overwrite"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), first);
    assert_eq!(lines.save(&store, &path, true).await.unwrap(), 4);
    assert!(std::fs::read(&path).unwrap().starts_with(b"{"));
    assert_eq!(folder.names(), ["loans.CSV"]);

    for nowhere in [folder.0.join("not/there.csv"), PathBuf::new(), "/".into()] {
        let error = export.save(&store, &nowhere, false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{nowhere:?}");
    }
    // A folder is no file to be replaced, and nothing is left beside it.
    std::fs::create_dir(folder.0.join("folder")).unwrap();
    let error = export.save(&store, folder.0.join("folder"), true).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Store);
    assert_eq!(folder.names().len(), 2);
}

/// A disk that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_an_error_with_its_cause() {
    let export = Export::changes(Format::Csv);
    let error = export.write(&Memory::new(), &mut Full).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    let source = std::error::Error::source(&error).unwrap();
    let source: &io::Error = source.downcast_ref().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::StorageFull);
}
