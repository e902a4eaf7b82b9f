//! The tables and their versions.

use rusqlite::Connection;

/// Says that the file is of a tracker: "dftr".
pub(super) const APPLICATION: i64 = 0x6466_7472;

/// The steps from each form of the tables to the next; a file's `user_version`
/// is the number of steps it has behind it. Never changed once released.
pub(super) const STEPS: &[&str] = &[
    "
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE tracks (
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        loan_id TEXT,
        status TEXT,
        needs_a_look INTEGER NOT NULL,
        currency TEXT,
        amount INTEGER,
        repaid INTEGER,
        due_at INTEGER,
        track TEXT NOT NULL,
        PRIMARY KEY (entity, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tracks_of_loans ON tracks (loan_id) WHERE loan_id IS NOT NULL;
    CREATE TABLE log (
        seq INTEGER PRIMARY KEY,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        status TEXT NOT NULL,
        facts_hash BLOB NOT NULL,
        facts TEXT,
        source TEXT NOT NULL,
        first_from INTEGER NOT NULL,
        first_to INTEGER NOT NULL,
        last_from INTEGER NOT NULL,
        last_to INTEGER NOT NULL,
        UNIQUE (entity, id, status, facts_hash)
    ) STRICT;
    CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        loan_id TEXT,
        recorded_at INTEGER NOT NULL,
        change TEXT NOT NULL
    ) STRICT;
    CREATE INDEX changes_of ON changes (entity, id);
    CREATE INDEX changes_of_loans ON changes (loan_id) WHERE loan_id IS NOT NULL;
    CREATE TABLE cursors (consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE notifications (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        received_at INTEGER NOT NULL,
        is_read INTEGER NOT NULL DEFAULT 0,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX notifications_unread ON notifications (seq) WHERE is_read = 0;
    CREATE TABLE intents (
        id TEXT PRIMARY KEY,
        salt TEXT UNIQUE,
        state TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        held_until INTEGER NOT NULL,
        intent TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX intents_open ON intents (made_at) WHERE state = 'open';
    CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE tracks ADD COLUMN outstanding INTEGER;
    ALTER TABLE tracks ADD COLUMN fees_expected INTEGER;
    ALTER TABLE tracks ADD COLUMN fees_paid INTEGER;
    ALTER TABLE tracks ADD COLUMN late_at INTEGER;
    -- All that is added up, without the tracks themselves.
    CREATE INDEX tracks_sums ON tracks (
        currency, status, due_at, late_at, outstanding, fees_expected, fees_paid
    ) WHERE entity = 'loan';
",
    "
    -- Loans that are over and of which nothing else is left.
    CREATE TABLE ledger (
        id TEXT PRIMARY KEY,
        status TEXT NOT NULL,
        seen_from INTEGER NOT NULL,
        seen_to INTEGER NOT NULL,
        currency TEXT NOT NULL,
        outstanding INTEGER NOT NULL,
        fees_expected INTEGER NOT NULL,
        fees_paid INTEGER NOT NULL,
        due_at INTEGER,
        late_at INTEGER
    ) STRICT, WITHOUT ROWID;
",
    "
    -- In the order they were begun: to begin or settle one touches half the pages.
    CREATE TABLE intents_in_order (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        salt TEXT UNIQUE,
        state TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        held_until INTEGER NOT NULL,
        intent TEXT NOT NULL
    ) STRICT;
    INSERT INTO intents_in_order (id, salt, state, made_at, held_until, intent)
        SELECT id, salt, state, made_at, held_until, intent FROM intents ORDER BY made_at, id;
    DROP TABLE intents;
    ALTER TABLE intents_in_order RENAME TO intents;
    CREATE INDEX intents_open ON intents (made_at) WHERE state = 'open';
    -- All that a pass looks at, without the tracks themselves.
    CREATE INDEX tracks_glances ON tracks (entity, id, status, needs_a_look);
",
    "
    -- The loans of a payment for several, beside the one in its row.
    CREATE TABLE shares (
        loan_id TEXT NOT NULL,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (loan_id, entity, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX shares_of ON shares (entity, id);
",
];

/// The steps after which the rows of the tracks have all their columns.
const WHOLE: usize = 5;

/// What a file is.
pub(super) enum Form {
    /// Nothing is in it yet.
    Empty,
    /// A tracker's, with this many steps behind it.
    Ours(usize),
    /// Something else's.
    Foreign,
    /// A tracker's of a later version.
    Newer(i64),
}

pub(super) fn form(connection: &Connection) -> rusqlite::Result<Form> {
    let number = |name: &str| -> rusqlite::Result<i64> {
        connection.pragma_query_value(None, name, |row| row.get(0))
    };
    let objects: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match number("application_id")? {
        0 if objects == 0 => return Ok(Form::Empty),
        APPLICATION => {}
        _ => return Ok(Form::Foreign),
    }
    let version = number("user_version")?;
    Ok(match usize::try_from(version) {
        Ok(steps) if steps <= STEPS.len() => Form::Ours(steps),
        _ => Form::Newer(version),
    })
}

/// Takes the steps that are left, all or none; `rewrite` fills the columns that
/// are new where there are rows.
pub(super) fn migrate(
    connection: &Connection,
    from: usize,
    rewrite: fn(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let steps: String = STEPS.iter().skip(from).copied().collect();
    let done = connection
        .execute_batch(&format!("BEGIN IMMEDIATE; {steps}"))
        .and_then(|()| {
            if (1..WHOLE).contains(&from) {
                rewrite(connection)
            } else {
                Ok(())
            }
        })
        .and_then(|()| {
            connection.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {}; COMMIT;",
                STEPS.len()
            ))
        });
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}
