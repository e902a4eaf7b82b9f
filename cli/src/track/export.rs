//! `defacto track export`.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

use clap::Args;
use defacto::tracking::export::{Export as Rows, Format};

use super::store::{StorePlace, no_address};
use crate::failure::{Failure, tell};

/// Writes what the store holds to stdout, or to a file.
///
/// A text that a spreadsheet would take for a formula has an apostrophe before it
/// in a table; the lines of JSON are exact.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// A table of the loans; amounts are in cents.
    #[arg(long, required_unless_present = "jsonl", conflicts_with = "jsonl")]
    csv: bool,
    /// A line of JSON an object: loans, payments, invoices, installments and
    /// credit lines.
    #[arg(long)]
    jsonl: bool,
    /// The changes, in the order they were recorded, in place of the objects.
    #[arg(long)]
    changes: bool,
    /// The file to write: private to you, and there only when it is whole.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace that file where it is there.
    #[arg(long, requires = "output")]
    overwrite: bool,
    #[command(flatten)]
    store: StorePlace,
    /// Taken like everywhere, for errors; the output is as asked for.
    #[arg(long)]
    pub(super) json: bool,
}

impl Export {
    pub(super) async fn run(self) -> Result<(), Failure> {
        if let Some(file) = &self.output {
            no_address(file, "FILE", "path of a file")?;
        }
        let store = self.store.read().await?;
        let format = if self.csv {
            Format::Csv
        } else {
            Format::JsonLines
        };
        let rows = if self.changes {
            Rows::changes(format)
        } else {
            Rows::objects(format)
        };
        let Some(path) = &self.output else {
            let written = rows.write(&*store, &mut io::stdout()).await;
            return written.map(drop).map_err(failed);
        };
        let written = rows.save(&*store, path, self.overwrite).await?;
        tell(&format!("{}: rows {written}", path.display()));
        Ok(())
    }
}

/// Whoever read stdout may have had enough.
fn failed(error: defacto::Error) -> Failure {
    let source = error.source().and_then(|source| source.downcast_ref());
    match source {
        Some(source) if io::Error::kind(source) == io::ErrorKind::BrokenPipe => {
            Failure::unwritten(source)
        }
        _ => error.into(),
    }
}
