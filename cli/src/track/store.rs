//! The file a tracker keeps what it knows in.

use std::path::PathBuf;

use clap::Args;
use defacto::Client;
use defacto::tracking::store::{OpenOptions, Sqlite};

use crate::failure::Failure;

/// Where the store is unless something says otherwise.
const USUAL: &str = "defacto-track.db";

/// The option that names the store, the same for every command.
#[derive(Clone, Debug, Args)]
pub(super) struct StoreFile {
    /// The tracker's store; DEFACTO_STORE unless given, or else
    /// ./defacto-track.db.
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

impl StoreFile {
    /// The file's path.
    pub(super) fn path(&self) -> PathBuf {
        let variable = || std::env::var_os("DEFACTO_STORE").filter(|value| !value.is_empty());
        match &self.store {
            Some(path) => path.clone(),
            None => variable().map_or_else(|| USUAL.into(), Into::into),
        }
    }

    /// For the tracker of a server's loans; made where it is not there. It
    /// belongs to that server from then on.
    pub(super) fn open(&self, client: &Client) -> Result<Sqlite, Failure> {
        let server = client.base_url().trim_end_matches('/');
        let store = OpenOptions::new().bound_to(server).open(self.path())?;
        Ok(store)
    }

    /// For reading alone, beside a tracker that has it open.
    pub(super) fn read(&self) -> Result<Sqlite, Failure> {
        let path = self.path();
        if !path.exists() {
            return Err(Failure::other(format!(
                "{}: there is no store yet: `defacto track sync` makes one, --store names another",
                path.display()
            )));
        }
        Ok(OpenOptions::new().read_only().open(path)?)
    }
}
