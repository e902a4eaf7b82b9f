//! Records in an SQLite file.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use serde_json::{Value, json};

use super::record::{Call, Record, Stop, TurnNo, What};
use super::{StateError, VERSION, Why};
use crate::accounts::AccountNo;
use crate::delivery::Answer;

/// Says that the file is of a sandbox: "dfsb".
const APPLICATION: i64 = 0x6466_7362;

/// The tables' form.
const FORM: i64 = 2;

const TABLES: &str = "
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE log (
        no INTEGER PRIMARY KEY,
        real INTEGER NOT NULL,
        now TEXT,
        kind TEXT NOT NULL,
        subject INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        account INTEGER NOT NULL,
        head TEXT NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX stops ON log (kind, subject, stop) WHERE kind = 'leave';
";

#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    database: Connection,
}

impl File {
    /// Opens the file, or makes it. It is nobody else's until it is closed.
    /// The seed is the file's, once it has one. What else a simulator starts
    /// with must be what the file was begun with.
    pub(crate) fn open(
        path: &Path,
        seed: Option<u64>,
        start: &str,
    ) -> Result<(Self, u64), StateError> {
        make_private(path)?;
        let database = Connection::open(path).map_err(|error| refused(path, error))?;
        let file = Self {
            path: path.to_owned(),
            database,
        };
        let seed = file.begin(seed, start)?;
        Ok((file, seed))
    }

    fn begin(&self, seed: Option<u64>, start: &str) -> Result<u64, StateError> {
        let refused = |error| self.refused(error);
        let wrong = |why| StateError::new(&self.path, why);
        let database = &self.database;
        database.busy_timeout(Duration::ZERO).map_err(refused)?;
        // A second process is refused at once rather than let in between.
        database
            .pragma_update(None, "locking_mode", "EXCLUSIVE")
            .map_err(refused)?;
        let number = |name: &str| -> Result<i64, StateError> {
            let read = database.pragma_query_value(None, name, |row| row.get(0));
            read.map_err(refused)
        };
        let is_new = number("page_count")? == 0;
        if !is_new && number("application_id")? != APPLICATION {
            return Err(wrong(Why::Foreign));
        }
        // A killed process loses nothing; a lost power supply the last moment.
        database
            .pragma_update(None, "journal_mode", "WAL")
            .and_then(|()| database.pragma_update(None, "synchronous", "NORMAL"))
            .and_then(|()| database.execute_batch("BEGIN EXCLUSIVE; COMMIT;"))
            .map_err(refused)?;
        if is_new {
            let seed = seed.unwrap_or_default();
            database
                .execute_batch(&format!(
                    "BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORM};
                     {TABLES}
                     INSERT INTO about VALUES
                         ('version', '{VERSION}'), ('seed', '{seed}'), ('start', '{}');
                     COMMIT;",
                    start.replace('\'', "''")
                ))
                .map_err(refused)?;
            return Ok(seed);
        }
        let sound: String = database
            .pragma_query_value(None, "quick_check", |row| row.get(0))
            .map_err(refused)?;
        if sound != "ok" {
            return Err(StateError::because(&self.path, Why::Damaged, sound));
        }
        let form = number("user_version")?;
        if form != FORM {
            return Err(wrong(Why::OtherVersion(format!("form {form}"))));
        }
        let about = |name: &str| -> Result<String, StateError> {
            let read =
                database.query_row("SELECT value FROM about WHERE name = ?", [name], |row| {
                    row.get(0)
                });
            read.map_err(refused)
        };
        let version = about("version")?;
        if version != VERSION {
            return Err(wrong(Why::OtherVersion(version)));
        }
        let begun = about("start")?;
        if begun != start {
            return Err(wrong(Why::OtherStart(begun)));
        }
        let kept: u64 = about("seed")?.parse().map_err(|_| wrong(Why::Damaged))?;
        match seed {
            Some(asked) if asked != kept => Err(wrong(Why::OtherSeed(kept))),
            _ => Ok(kept),
        }
    }

    pub(crate) fn append(&self, record: &Record) -> Result<(), StateError> {
        let (kind, subject, stop) = match &record.what {
            What::Start => ("start", 0, 0),
            What::Tick(_) => ("tick", 0, 0),
            What::Begin(turn, _) => ("begin", *turn, 0),
            What::Leave(turn, stop) => ("leave", *turn, *stop),
            What::Continue(turn, stop) => ("continue", *turn, *stop),
            What::Gone(turn, stop) => ("gone", *turn, *stop),
            What::Delivered(_, no, _) => ("delivered", *no, 0),
        };
        let account = match &record.what {
            What::Begin(_, call) => call.account,
            What::Tick(account) | What::Delivered(account, ..) => *account,
            _ => 0,
        };
        let (head, body): (String, &[u8]) = match &record.what {
            What::Begin(_, call) => {
                let head = json!({
                    "account": call.name,
                    "method": call.method,
                    "target": call.target,
                    "headers": call.headers,
                    "has_key": call.has_key,
                });
                (head.to_string(), &call.body)
            }
            What::Delivered(_, _, answer) => {
                let head = json!({
                    "status": answer.status,
                    "error": answer.error,
                    "took_ms": answer.took_ms,
                });
                (head.to_string(), answer.body.as_bytes())
            }
            _ => (String::new(), &[]),
        };
        let values = params![
            nanoseconds(record.real),
            record.now.map(|now| now.to_string()),
            kind,
            i64::try_from(subject).unwrap_or(i64::MAX),
            stop,
            i64::try_from(account).unwrap_or(i64::MAX),
            head,
            body,
        ];
        let mut insert = self
            .database
            .prepare_cached(
                "INSERT INTO log (real, now, kind, subject, stop, account, head, body)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .map_err(|error| self.refused(error))?;
        let done = insert.execute(values);
        done.map(drop).map_err(|error| self.refused(error))
    }

    pub(crate) fn read(&self, after: u64, most: usize) -> Result<Vec<Record>, StateError> {
        let refused = |error| self.refused(error);
        let mut select = self
            .database
            .prepare_cached("SELECT * FROM log WHERE no > ? ORDER BY no LIMIT ?")
            .map_err(refused)?;
        let span = params![
            i64::try_from(after).unwrap_or(i64::MAX),
            i64::try_from(most).unwrap_or(i64::MAX),
        ];
        let mut rows = select.query(span).map_err(refused)?;
        let mut records = Vec::new();
        while let Some(row) = rows.next().map_err(refused)? {
            let record = read(row).map_err(refused)?;
            records.push(record.ok_or_else(|| StateError::new(&self.path, Why::Damaged))?);
        }
        Ok(records)
    }

    pub(crate) fn stops(&self) -> Result<(HashSet<(TurnNo, Stop)>, TurnNo), StateError> {
        let refused = |error| self.refused(error);
        let mut select = self
            .database
            .prepare("SELECT subject, stop FROM log WHERE kind = 'leave'")
            .map_err(refused)?;
        let stops = select
            .query_map([], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
            })
            .and_then(Iterator::collect)
            .map_err(refused)?;
        let last: Option<i64> = self
            .database
            .query_row(
                "SELECT subject FROM log WHERE kind = 'begin' ORDER BY no DESC LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(refused)?;
        Ok((stops, last.map_or(0, i64::unsigned_abs)))
    }

    fn refused(&self, error: rusqlite::Error) -> StateError {
        refused(&self.path, error)
    }
}

/// What clients sent is nobody else's business.
fn make_private(path: &Path) -> Result<(), StateError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(StateError::because(path, Why::Unusable, error)),
    }
}

fn refused(path: &Path, error: rusqlite::Error) -> StateError {
    let why = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Why::InUse,
        Some(ErrorCode::NotADatabase) => Why::Foreign,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory,
        ) => Why::Unusable,
        _ => Why::Damaged,
    };
    StateError::because(path, why, error)
}

/// `None` when the row is none that is written here.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let kind: String = row.get("kind")?;
    let subject = row.get::<_, i64>("subject")?.unsigned_abs();
    let stop: Stop = row.get("stop")?;
    let account = usize::try_from(row.get::<_, i64>("account")?).unwrap_or_default();
    let head: String = row.get("head")?;
    let body: Vec<u8> = row.get("body")?;
    let head: Value = serde_json::from_str(&head).unwrap_or_default();
    let text = |name: &str| head[name].as_str().map(str::to_owned);
    let what = match kind.as_str() {
        "start" => Some(What::Start),
        "tick" => Some(What::Tick(account)),
        "begin" => call(account, &head, body).map(|call| What::Begin(subject, call)),
        "leave" => Some(What::Leave(subject, stop)),
        "continue" => Some(What::Continue(subject, stop)),
        "gone" => Some(What::Gone(subject, stop)),
        "delivered" => Some(What::Delivered(
            account,
            subject,
            Answer {
                status: head["status"].as_u64().and_then(|it| it.try_into().ok()),
                error: text("error"),
                body: String::from_utf8_lossy(&body).into_owned(),
                took_ms: head["took_ms"].as_u64().unwrap_or_default(),
            },
        )),
        _ => None,
    };
    let real = moment(row.get("real")?);
    let now = row.get::<_, Option<String>>("now")?;
    let now = now.and_then(|now| now.parse().ok());
    let record = |what| Record { real, now, what };
    Ok(what.map(record))
}

fn call(account: AccountNo, head: &Value, body: Vec<u8>) -> Option<Call> {
    let headers = head["headers"].as_array()?.iter().map(|pair| {
        let text = |index: usize| pair[index].as_str().map(str::to_owned);
        Some((text(0)?, text(1)?))
    });
    Some(Call {
        account,
        name: head["account"].as_str().map(str::to_owned),
        method: head["method"].as_str()?.to_owned(),
        target: head["target"].as_str()?.to_owned(),
        headers: headers.collect::<Option<_>>()?,
        has_key: head["has_key"].as_bool()?,
        body: body.into(),
    })
}

/// A real time, which is not past the year 2262.
fn nanoseconds(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_nanosecond()).unwrap_or(i64::MAX)
}

fn moment(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or(Timestamp::MAX)
}
