//! Where a tracker keeps what it knows.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use defacto::Client;
use defacto::tracking::store::{OpenOptions, Place, Store};
use defacto::tracking::{Tracker, TrackerBuilder};

use crate::connection::Connection;
use crate::failure::Failure;

/// Where the store is unless something says otherwise.
const USUAL: &str = "defacto-track.db";

/// The option that names the store, the same for every command.
///
/// Read here and not by clap, which quotes what it cannot read: a password may be
/// in it.
#[derive(Clone, Args)]
pub(super) struct StorePlace {
    /// The tracker's store: a file, or the postgres:// address of a database.
    /// DEFACTO_STORE unless given, where other users of this machine do not see a
    /// password, or else ./defacto-track.db.
    #[arg(long, value_name = "FILE_OR_ADDRESS")]
    store: Option<OsString>,
}

impl fmt::Debug for StorePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorePlace").finish_non_exhaustive()
    }
}

impl StorePlace {
    /// What it names.
    pub(super) fn place(&self) -> Result<Place, Failure> {
        let variable = || std::env::var_os("DEFACTO_STORE").filter(|value| !value.is_empty());
        let named = self.store.clone().or_else(variable);
        let place = Place::parse(named.unwrap_or_else(|| USUAL.into()))?;
        if place == Place::Memory {
            return Err(Failure::setting(
                "store is `memory`, which would be gone with the end of this command: name a \
                 file (./memory is one) or a postgres:// address",
            ));
        }
        Ok(place)
    }

    /// For the tracker of a server's loans; made where it is not there. It
    /// belongs to that server from then on.
    pub(super) async fn open(&self, client: &Client) -> Result<Arc<dyn Store>, Failure> {
        Ok(self.place()?.open(client.base_url()).await?)
    }

    /// A tracker on it, of the account that the options or variables name.
    pub(super) async fn tracker(&self, connection: &Connection) -> Result<TrackerBuilder, Failure> {
        let open = connection.or_variables()?;
        let store = self.open(&open.client).await?;
        Ok(Tracker::sharing(open.client, store))
    }

    /// The file it is, which was made; nothing, where it is a database.
    pub(super) fn file(&self) -> Result<Option<PathBuf>, Failure> {
        let place = self.place()?;
        is_there(&place)?;
        match place {
            Place::File(path) => Ok(Some(path)),
            _ => Ok(None),
        }
    }

    /// For reading alone, beside a tracker that has it open.
    pub(super) async fn read(&self) -> Result<Arc<dyn Store>, Failure> {
        let place = self.place()?;
        is_there(&place)?;
        Ok(place.read(None).await?)
    }
}

/// Refuses the address of a database where a file or an id belongs: its password would
/// be in every message about it.
pub(super) fn no_address(given: impl AsRef<OsStr>, name: &str, is: &str) -> Result<(), Failure> {
    match Place::parse(given) {
        Ok(Place::File(_) | Place::Memory) => Ok(()),
        _ => Err(Failure::usage(format!(
            "{name} is no {is}: pass one, and a database's address to --store"
        ))),
    }
}

/// For reading a file alone.
pub(super) fn reading() -> OpenOptions {
    OpenOptions::new().read_only()
}

/// A file must have been made: reading makes none. Of a database its tables are
/// looked for when it is opened.
fn is_there(place: &Place) -> Result<(), Failure> {
    match place {
        Place::File(path) if !path.exists() => Err(Failure::other(format!(
            "{}: there is no store yet: `defacto track sync` makes one, --store names another",
            path.display()
        ))),
        _ => Ok(()),
    }
}
