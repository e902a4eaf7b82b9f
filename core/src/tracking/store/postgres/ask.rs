//! Statements, their values and their rows.

use std::borrow::Cow;
use std::fmt;

use bytes::BytesMut;
use deadpool_postgres::Object;
use defacto_types::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Row, Statement};

use super::super::super::moment::Moment;
use super::trouble::{Result, Trouble};

/// A value for a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// A value that does not show: tokio-postgres writes those of each statement to
/// the log where that is set to tell everything, and they hold account numbers.
struct Hidden<'a>(Value<'a>);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl ToSql for Hidden<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.to_sql_checked(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.to_sql_checked(ty, out)
    }
}

/// The rows a prepared statement gives. It is sent when this is first polled:
/// several that are joined are on their way at once, in their order.
pub(super) async fn send(
    on: &Object,
    statement: &Statement,
    values: &[Value<'_>],
) -> Result<Vec<Row>> {
    let hidden: Vec<Hidden<'_>> = values.iter().map(|value| Hidden(*value)).collect();
    let values: Vec<Value<'_>> = hidden.iter().map(|value| value as Value<'_>).collect();
    Ok(on.query(statement, &values).await?)
}

/// As [`send`], where there is something to say.
pub(super) async fn send_if(
    condition: bool,
    on: &Object,
    statement: &Statement,
    values: &[Value<'_>],
) -> Result<Vec<Row>> {
    if condition {
        send(on, statement, values).await
    } else {
        Ok(Vec::new())
    }
}

/// The rows a statement gives; prepared once a connection.
pub(super) async fn list<T>(
    on: &Object,
    sql: &str,
    values: &[Value<'_>],
    read: impl FnMut(&Row) -> Result<T>,
) -> Result<Vec<T>> {
    let statement = on.prepare_cached(sql).await?;
    let rows = send(on, &statement, values).await?;
    rows.iter().map(read).collect()
}

/// The first row of them.
pub(super) async fn first<T>(
    on: &Object,
    sql: &str,
    values: &[Value<'_>],
    read: impl FnMut(&Row) -> Result<T>,
) -> Result<Option<T>> {
    Ok(list(on, sql, values, read).await?.into_iter().next())
}

/// Begins a transaction. Each statement sees what was written before it, and a
/// lock that was waited for gives the newest row, whatever the database's own
/// setting is.
pub(super) async fn begin(on: &Object) -> Result<()> {
    Ok(on
        .batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        .await?)
}

/// Ends it. After a statement that failed the server makes a rollback of it.
pub(super) async fn end(on: &Object) -> Result<()> {
    Ok(on.batch_execute("COMMIT").await?)
}

pub(super) fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

pub(super) fn parsed<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T> {
    Ok(serde_json::from_str(row.try_get(column)?)?)
}

/// Text as the server takes it: it has no NUL.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', '\u{1}']) {
        Cow::Owned(text.replace('\u{1}', "\u{1}1").replace('\0', "\u{1}0"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What [`plain`] was made of.
pub(super) fn original(text: &str) -> String {
    text.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}")
}

pub(super) fn micros(instant: Timestamp) -> i64 {
    instant.get().as_microsecond()
}

pub(super) fn instant(row: &Row, column: usize) -> Result<Timestamp> {
    let micros: i64 = row.try_get(column)?;
    Ok(Moment::from((micros, micros)).start())
}

/// The server's numbers are signed; ours count from 1 and never come near.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn number(row: &Row, column: usize) -> Result<u64> {
    Ok(row.try_get::<_, i64>(column)?.unsigned_abs())
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A statement that always gives a row gave none.
pub(super) fn nothing() -> Trouble {
    Trouble::Found("the tables were changed by another program: restore a backup".to_owned())
}
