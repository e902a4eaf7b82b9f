//! The tables and their versions.

use deadpool_postgres::Object;
use tokio_postgres::Client;

use super::commit;
use super::trouble::{Result, Trouble};

/// What only one process at a time does in a database: "dftr", the id a file
/// of a tracker has too.
const MIGRATION: i64 = 0x6466_7472;

/// The steps from each form of the tables to the next; `form` in `about` is the
/// number of steps a store has behind it. Never changed once released.
///
/// Ids are sorted by their bytes, as everywhere else, whatever the database's
/// own order is. `track` is empty only within the transaction that makes it.
const STEPS: &[&str] = &[
    r#"
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE tracks (
        entity TEXT COLLATE "C" NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        loan_id TEXT COLLATE "C",
        status TEXT,
        needs_a_look BOOLEAN NOT NULL DEFAULT FALSE,
        currency TEXT,
        amount BIGINT,
        repaid BIGINT,
        due_at BIGINT,
        track TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (entity, id)
    );
    CREATE INDEX tracks_of_loans ON tracks (loan_id) WHERE loan_id IS NOT NULL;
    CREATE TABLE log (
        seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        entity TEXT COLLATE "C" NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        status TEXT COLLATE "C" NOT NULL,
        facts_hash BYTEA NOT NULL,
        facts TEXT,
        source TEXT NOT NULL,
        first_from BIGINT NOT NULL,
        first_to BIGINT NOT NULL,
        last_from BIGINT NOT NULL,
        last_to BIGINT NOT NULL,
        UNIQUE (entity, id, status, facts_hash)
    );
    CREATE TABLE counters (name TEXT PRIMARY KEY, last BIGINT NOT NULL);
    INSERT INTO counters VALUES ('changes', 0);
    CREATE TABLE changes (
        seq BIGINT PRIMARY KEY,
        entity TEXT COLLATE "C" NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        loan_id TEXT COLLATE "C",
        recorded_at BIGINT NOT NULL,
        change TEXT NOT NULL
    );
    CREATE INDEX changes_of ON changes (entity, id);
    CREATE INDEX changes_of_loans ON changes (loan_id) WHERE loan_id IS NOT NULL;
    CREATE TABLE cursors (consumer TEXT PRIMARY KEY, seq BIGINT NOT NULL);
    CREATE TABLE notifications (
        seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        received_at BIGINT NOT NULL,
        is_read BOOLEAN NOT NULL DEFAULT FALSE,
        body BYTEA NOT NULL
    );
    CREATE INDEX notifications_unread ON notifications (seq) WHERE NOT is_read;
    CREATE TABLE intents (
        id TEXT COLLATE "C" PRIMARY KEY,
        salt TEXT UNIQUE,
        state TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        held_until BIGINT NOT NULL,
        intent TEXT NOT NULL
    );
    CREATE INDEX intents_open ON intents (made_at, id) WHERE state = 'open';
    CREATE TABLE marks (name TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL);
"#,
    r#"
    -- Loans that are over and of which nothing else is left.
    CREATE TABLE ledger (
        id TEXT COLLATE "C" PRIMARY KEY,
        status TEXT NOT NULL,
        seen_from BIGINT NOT NULL,
        seen_to BIGINT NOT NULL,
        currency TEXT NOT NULL,
        outstanding BIGINT NOT NULL,
        fees_expected BIGINT NOT NULL,
        fees_paid BIGINT NOT NULL,
        due_at BIGINT,
        late_at BIGINT
    );
"#,
    r#"
    ALTER TABLE tracks ADD COLUMN outstanding BIGINT;
    ALTER TABLE tracks ADD COLUMN fees_expected BIGINT;
    ALTER TABLE tracks ADD COLUMN fees_paid BIGINT;
    ALTER TABLE tracks ADD COLUMN late_at BIGINT;
    -- All that is added up, without the tracks themselves.
    CREATE INDEX tracks_sums ON tracks (
        currency, status, due_at, late_at, outstanding, fees_expected, fees_paid
    ) WHERE entity = 'loan';
    CREATE INDEX tracks_in_status ON tracks (entity, status, id);
    -- The loans of a payment for several, beside the one in its row.
    CREATE TABLE shares (
        loan_id TEXT COLLATE "C" NOT NULL,
        entity TEXT COLLATE "C" NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        PRIMARY KEY (loan_id, entity, id)
    );
    CREATE INDEX shares_of ON shares (entity, id);
"#,
];

/// The steps after which the rows of the tracks have all their columns.
const WHOLE: usize = 3;

/// Makes the tables what this version needs, or says why they cannot be.
///
/// Processes that start at once take their turns: the lock is held until the
/// transaction ends, and whoever comes second finds nothing left to do.
pub(super) async fn prepare(on: &Object, schema: &str, is_read_only: bool) -> Result<()> {
    let steps = form(on, schema).await?;
    if steps == Some(STEPS.len()) {
        return Ok(());
    }
    if is_read_only {
        let why = match steps {
            None => "there is nothing in the store yet",
            Some(_) => "the store is of an earlier version: open it for writing once",
        };
        return Err(Trouble::Found(why.to_owned()));
    }
    on.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        .await?;
    on.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION])
        .await?;
    let from = form(on, schema).await?;
    let todo: String = STEPS.iter().skip(from.unwrap_or(0)).copied().collect();
    let first = match from {
        None => format!("CREATE SCHEMA IF NOT EXISTS {};", quoted(schema)),
        Some(_) => String::new(),
    };
    on.batch_execute(&format!("{first} {todo}")).await?;
    if from.is_some_and(|from| (1..WHOLE).contains(&from)) {
        commit::rewrite(on).await?;
    }
    on.batch_execute(&format!(
        "INSERT INTO about VALUES ('form', '{}')
         ON CONFLICT (name) DO UPDATE SET value = excluded.value;
         COMMIT",
        STEPS.len()
    ))
    .await?;
    Ok(())
}

/// How many steps a store has behind it; nothing where there is no store.
async fn form(on: &Client, schema: &str) -> Result<Option<usize>> {
    let tables = on
        .query_one(
            "SELECT count(*), count(*) FILTER (WHERE table_name IN ('about', 'counters'))
             FROM information_schema.tables WHERE table_schema = $1",
            &[&schema],
        )
        .await?;
    match (tables.get::<_, i64>(0), tables.get::<_, i64>(1)) {
        (0, _) => return Ok(None),
        (_, 2) => {}
        _ => {
            return Err(Trouble::Found(format!(
                "the schema {schema} is not a tracker's: name another"
            )));
        }
    }
    let version: Option<String> = on
        .query_opt("SELECT value FROM about WHERE name = 'form'", &[])
        .await?
        .map(|row| row.get(0));
    let version = version.unwrap_or_default();
    match version.parse() {
        Ok(steps) if steps <= STEPS.len() => Ok(Some(steps)),
        _ => Err(Trouble::Found(format!(
            "the store has form {version}, of a later version of this library: update it"
        ))),
    }
}

/// A store belongs to what it was first opened for.
pub(super) async fn bind(on: &Client, binding: &str, is_read_only: bool) -> Result<()> {
    if !is_read_only {
        let sql = "INSERT INTO about VALUES ('binding', $1) ON CONFLICT (name) DO NOTHING";
        on.execute(sql, &[&binding]).await?;
    }
    let sql = "SELECT value FROM about WHERE name = 'binding'";
    let bound: Option<String> = on.query_opt(sql, &[]).await?.map(|row| row.get(0));
    // One that belongs to nothing yet may be read for anything.
    let Some(bound) = bound.filter(|bound| bound != binding) else {
        return Ok(());
    };
    Err(Trouble::Found(format!(
        "the store belongs to {bound}, not to {binding}: name another schema or database"
    )))
}

/// A name as SQL writes it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
