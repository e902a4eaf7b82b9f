//! What can go wrong with a database, and what to do.

use std::error::Error as _;
use std::time::Duration;

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::error::{DbError, SqlState};

use super::super::refused;
use crate::Error;

/// What went wrong, before it has the database's name.
#[derive(Debug)]
pub(super) enum Trouble {
    Server(tokio_postgres::Error),
    /// What a row holds cannot be written or read.
    Json(serde_json::Error),
    /// There was no answer in time.
    Late,
    /// What the store itself found.
    Found(String),
}

pub(super) type Result<T> = std::result::Result<T, Trouble>;

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<PoolError> for Trouble {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                Self::Server(error)
            }
            PoolError::Timeout(_) => Self::Late,
            other => Self::Found(other.to_string()),
        }
    }
}

/// An error with the database's name and what to do. What the server says of
/// single rows is left out: they hold account numbers.
pub(super) fn explain(place: &str, trouble: Trouble) -> Error {
    match trouble {
        Trouble::Found(why) => refused(format!("{place}: {why}")),
        Trouble::Late => refused(format!(
            "{place}: no answer in time: the server is overloaded or out of reach; try again"
        ))
        .with_retry_after(Some(SOON)),
        Trouble::Json(error) => refused(format!(
            "{place}: a row cannot be read: it was changed by another program, or by a later version of this library"
        ))
        .with_source(error),
        Trouble::Server(error) => match error.as_db_error() {
            Some(said) => refused(format!("{place}: {}", refusal(said)))
                .with_retry_after(is_passing(said.code()).then_some(SOON)),
            None => {
                let (why, passes) = break_down(&error);
                refused(format!("{place}: {why}"))
                    .with_retry_after(passes.then_some(SOON))
                    .with_source(error)
            }
        },
    }
}

/// When what may pass is worth another try.
const SOON: Duration = Duration::from_secs(1);

/// Whether what the server refused it may do after a while.
fn is_passing(code: &SqlState) -> bool {
    [
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::QUERY_CANCELED,
    ]
    .contains(code)
}

/// What the server refused.
fn refusal(said: &DbError) -> String {
    let code = said.code();
    let hint = if *code == SqlState::INVALID_PASSWORD
        || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
    {
        "the server refuses the role or its password: correct the address"
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "there is no such database: make it, or correct the address"
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "the role may not do this: grant it"
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        "the store is open for reading alone, or the server is a standby"
    } else if *code == SqlState::DISK_FULL {
        "the server's disk is full: make room"
    } else if *code == SqlState::TOO_MANY_CONNECTIONS {
        "the server has no connection left: raise its max_connections, or let each process have fewer"
    } else if *code == SqlState::ADMIN_SHUTDOWN
        || *code == SqlState::CRASH_SHUTDOWN
        || *code == SqlState::CANNOT_CONNECT_NOW
    {
        "the server ends or starts: try again"
    } else {
        return format!("{} ({})", said.message(), code.code());
    };
    format!("{hint} ({})", said.message())
}

/// What became of the connection, and whether the next call may have another.
fn break_down(error: &tokio_postgres::Error) -> (String, bool) {
    const LOST: &str = "the connection was lost: the next call connects again";
    if error.is_closed() {
        return (LOST.to_owned(), true);
    }
    let mut causes = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        causes = format!("{causes}: {cause}");
        next = cause.source();
    }
    let (hint, passes) = if causes.contains("certificate") {
        let hint = "the server's certificate is not trusted: name its authority with `trusting` or SSL_CERT_FILE";
        (hint, false)
    } else if causes.starts_with("error performing TLS") {
        let hint = "no encrypted connection: set sslmode=disable where the network is private";
        (hint, false)
    } else if causes.starts_with("error connecting") || causes.starts_with("timeout") {
        (
            "the server cannot be reached: start it, or correct the address",
            true,
        )
    } else if causes.starts_with("error communicating") {
        (LOST, true)
    } else {
        return (causes, false);
    };
    (format!("{hint} ({causes})"), passes)
}
