//! `defacto track backup`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::store::{StorePlace, no_address, reading};
use crate::failure::{Failure, print};

/// Copies the store into a file, while `track run` or a program has it open.
///
/// The copy is a store, whole and as of one moment; it is private to you, and there
/// only when it is whole. What was purged or erased since stays in it. A PostgreSQL
/// database is copied by its own tools: pg_dump --schema=defacto.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write.
    #[arg(value_name = "FILE")]
    to: PathBuf,
    /// Replace that file where it is there. A store that is in use is never
    /// replaced.
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Backup {
    pub(super) async fn run(self) -> Result<(), Failure> {
        no_address(&self.to, "FILE", "path of a file")?;
        let Some(path) = self.store.file()? else {
            return Err(Failure::setting(
                "store is a PostgreSQL database, which its own tools copy: use \
                 pg_dump --schema=defacto",
            ));
        };
        let store = reading().open(path)?;
        store.backup_with(&self.to, self.overwrite).await?;
        let unread = |source| {
            let what = format!("{}: the copy cannot be looked at", self.to.display());
            Failure::runtime(&what, &source)
        };
        let bytes = std::fs::metadata(&self.to).map_err(unread)?.len();
        let path = self.to.display().to_string();
        if self.json {
            return print(&json!({ "path": path, "bytes": bytes }).to_string());
        }
        print(&format!("{path}: {bytes} bytes"))
    }
}
