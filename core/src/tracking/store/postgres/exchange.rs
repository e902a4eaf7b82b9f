//! Setting a mark that nobody has set meanwhile.

use deadpool_postgres::Object;
use defacto_types::Timestamp;

use super::super::super::Change;
use super::super::{Exchange, Numbered};
use super::ask::{begin, end, list, plain};
use super::commit::append;
use super::trouble::Result;

/// Makes the row, so that there is something to lock; a mark that was never set is
/// empty within the transaction that makes it.
const MAKE: &str = "INSERT INTO marks VALUES ($1, '') ON CONFLICT DO NOTHING";
const LOCK: &str = "SELECT value FROM marks WHERE name = $1 FOR UPDATE";
const PUT: &str = "UPDATE marks SET value = $2 WHERE name = $1";

/// As a batch that writes a mark does, it locks the mark and then the counter of
/// changes.
pub(super) async fn exchange(
    on: &Object,
    mark: Exchange,
    changes: Vec<Change>,
    now: Timestamp,
) -> Result<Option<Vec<Numbered>>> {
    let name = plain(&mark.name);
    begin(on).await?;
    list(on, MAKE, &[&name], |_| Ok(())).await?;
    let found: Vec<String> = list(on, LOCK, &[&name], |row| Ok(row.try_get(0)?)).await?;
    let found = found.first().map_or("", String::as_str);
    if found != plain(mark.from.as_deref().unwrap_or_default()) {
        on.batch_execute("ROLLBACK").await?;
        return Ok(None);
    }
    list(on, PUT, &[&name, &plain(&mark.to)], |_| Ok(())).await?;
    let numbered = append(on, changes, now).await?;
    end(on).await?;
    Ok(Some(numbered))
}
