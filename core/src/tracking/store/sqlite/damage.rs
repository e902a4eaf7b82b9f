//! What is damaged in a file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Result};

/// What is wrong with the file; nothing, where it is sound. On a connection of its
/// own: a transaction that met a damaged page cannot be committed, and what was found
/// would be lost with it.
pub(super) fn found(path: &Path) -> Result<Vec<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let on = &Connection::open_with_flags(path, flags)?;
    on.busy_timeout(Duration::from_secs(5))?;
    match told(on, "20") {
        // A tree whose root cannot be read ends the whole check before it has said
        // anything: then each table by itself, of which the others are told.
        Err(error) => match by_table(on) {
            Ok(found) if !found.is_empty() => Ok(found),
            _ => Err(error),
        },
        found => found,
    }
}

fn by_table(on: &Connection) -> Result<Vec<String>> {
    let mut tables = on.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables: Result<Vec<String>> = tables.query_map([], |row| row.get(0))?.collect();
    let mut found = Vec::new();
    for table in tables? {
        match told(on, &format!("'{table}'")) {
            Ok(lines) => found.extend(lines),
            Err(error) => found.push(format!("table {table}: {error}")),
        }
    }
    Ok(found)
}

/// What SQLite's check says of the whole file, or of a table and its indexes.
fn told(on: &Connection, of: &str) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut read = on.prepare(&format!("PRAGMA integrity_check({of})"))?;
    for line in read.query_map([], |row| row.get::<_, String>(0))? {
        match line {
            // The lines of pages come as one, below a heading.
            Ok(lines) => {
                let lines = lines.lines().filter(|line| !line.starts_with("***"));
                found.extend(lines.map(str::to_owned));
            }
            // It tells of a page that cannot be read, and then trips over it: what
            // it has told is what is wrong.
            Err(_) if !found.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    found.retain(|line| line != "ok");
    Ok(found)
}
