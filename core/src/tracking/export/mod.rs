//! What a store holds, written out for other programs: a table for a
//! spreadsheet, or a line of JSON an object.
//!
//! [`Export`] needs a [`Store`] alone, no client, so that a report may be made
//! beside a tracker that has the store open. Amounts are in cents, times in UTC.
//! It reads some thousand rows at a time, however many there are; what is recorded
//! meanwhile may or may not be in it.

mod cell;
mod file;
mod object;
mod rows;

use std::io::Write;
use std::path::Path;

pub(crate) use file::PrivateFile;
pub(crate) use rows::Rows;

use super::store::Store;
use super::tracker::Tracker;
use crate::{Error, ErrorKind};

/// How an export is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// A JSON object a line, with all that is known; exact.
    JsonLines,
    /// A table with a line of headings, quoted as RFC 4180 says. A text that a
    /// spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a
    /// tab or a carriage return) has an apostrophe put before it: invoice numbers
    /// and reasons are written by others. Numbers stay as they are.
    Csv,
}

impl Format {
    /// That of a file by its name: [`Csv`](Self::Csv) where it ends in `.csv`, or
    /// else [`JsonLines`](Self::JsonLines).
    #[must_use]
    pub fn of_path(path: &Path) -> Self {
        let ending = path.extension().unwrap_or_default();
        if ending.eq_ignore_ascii_case("csv") {
            Self::Csv
        } else {
            Self::JsonLines
        }
    }
}

/// Which of a store's contents are exported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum What {
    Objects,
    Changes,
}

/// What is to be written out, and how.
///
/// ```
/// # async fn example() -> Result<(), defacto::Error> {
/// use defacto::tracking::export::{Export, Format};
/// use defacto::tracking::store::Memory;
///
/// let (store, mut table) = (Memory::new(), Vec::new());
/// let rows = Export::objects(Format::Csv).write(&store, &mut table).await?;
/// assert_eq!(rows, 0);
/// assert!(table.starts_with(b"id,status,since,outstanding"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Export {
    what: What,
    format: Format,
}

impl Export {
    /// The objects: as [`Csv`](Format::Csv) the loans, a column a field that a
    /// report needs; as [`JsonLines`](Format::JsonLines) loans, payments,
    /// invoices, installments and credit lines with every field.
    #[must_use]
    pub fn objects(format: Format) -> Self {
        let what = What::Objects;
        Self { what, format }
    }

    /// The changes, in the order they were recorded.
    #[must_use]
    pub fn changes(format: Format) -> Self {
        let what = What::Changes;
        Self { what, format }
    }

    /// Writes it, and says how many rows there are; a table's headings are none.
    ///
    /// # Errors
    ///
    /// When the store cannot be read; [`ErrorKind::Store`] with the
    /// [`std::io::Error`] as its source when `out` cannot be written.
    pub async fn write(
        self,
        store: &dyn Store,
        out: &mut (dyn Write + Send),
    ) -> Result<u64, Error> {
        let mut rows = Rows::new(self);
        while let Some(some) = rows.next(store).await? {
            out.write_all(&some).map_err(unwritten)?;
        }
        out.flush().map_err(unwritten)?;
        Ok(rows.made())
    }

    /// Writes it to a file, and says how many rows there are. The file can be read
    /// by its user alone, and appears under its name when it is whole: until then
    /// it is beside it, under another.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); [`ErrorKind::InvalidInput`] where there is such
    /// a file and it is not to be overwritten, or no file can be made there.
    pub async fn save(
        self,
        store: &dyn Store,
        path: impl AsRef<Path>,
        overwrite: bool,
    ) -> Result<u64, Error> {
        let mut file = PrivateFile::beside(path.as_ref(), overwrite)?;
        let rows = self.write(store, &mut file).await?;
        file.publish().await?;
        Ok(rows)
    }
}

impl Tracker {
    /// Writes out what the tracker's store holds, and says how many rows there
    /// are. The server is not asked.
    ///
    /// # Errors
    ///
    /// As [`Export::write`].
    pub async fn export(&self, export: Export, out: &mut (dyn Write + Send)) -> Result<u64, Error> {
        export.write(self.store(), out).await
    }

    /// The same to a file of its own.
    ///
    /// # Errors
    ///
    /// As [`Export::save`].
    pub async fn export_file(
        &self,
        export: Export,
        path: impl AsRef<Path>,
        overwrite: bool,
    ) -> Result<u64, Error> {
        export.save(self.store(), path, overwrite).await
    }
}

/// The output cannot be written.
pub(crate) fn unwritten(source: std::io::Error) -> Error {
    let message = "the file cannot be written: check where it goes";
    Error::new(ErrorKind::Store, message).with_source(source)
}
