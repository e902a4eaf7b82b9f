//! A store by its place.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Memory, Store};
use crate::{Error, ErrorKind};

/// How the addresses of databases begin.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Where a store is, as a setting or a command line names it: a file, a
/// `postgres://` address, or `memory`, which forgets at the end of the process.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// In this process alone.
    Memory,
    /// A PostgreSQL database, by its address, which may hold a password.
    Postgres(String),
    /// A file; feature `sqlite`.
    File(PathBuf),
}

/// Without the address, which may hold a password.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

impl Place {
    /// Reads a place.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when there is none, and where it looks like an
    /// address of a database and is none that can be opened: made a file's name, it
    /// would put a password on the disk. The message quotes nothing of it.
    pub fn parse(text: impl AsRef<OsStr>) -> Result<Self, Error> {
        let text = text.as_ref();
        let wrong = |why: &str| Err(Error::new(ErrorKind::Configuration, format!("store {why}")));
        if text.is_empty() {
            return wrong("is empty: pass a file, `memory` or a postgres:// address");
        }
        // What is no Unicode is a file's name.
        let Some(known) = text.to_str() else {
            return Ok(Self::File(text.into()));
        };
        if known == "memory" {
            return Ok(Self::Memory);
        }
        if SCHEMES.iter().any(|scheme| known.starts_with(scheme)) {
            return Ok(Self::Postgres(known.to_owned()));
        }
        let lower = known.to_ascii_lowercase();
        let is_address = lower.starts_with("postgres:")
            || lower.starts_with("postgresql:")
            || lower.contains("://")
            || lower.contains("password=");
        if is_address {
            return wrong(
                "is an address that cannot be opened: write \
                 postgres://ROLE:PASSWORD@HOST:5432/DATABASE, or a file",
            );
        }
        Ok(Self::File(text.into()))
    }

    /// Opens the store for the tracker of a server's loans; made where it is not
    /// there. It belongs to that server from then on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when it cannot be opened, and
    /// [`ErrorKind::Configuration`] where this build has no such store.
    pub async fn open(&self, server: &str) -> Result<Arc<dyn Store>, Error> {
        let server = server.trim_end_matches('/');
        match self {
            Self::Memory => Ok(Arc::new(Memory::new())),
            Self::Postgres(address) => database(address, Some(server), Access::Write).await,
            Self::File(path) => file(path, Some(server), Access::Write),
        }
    }

    /// Opens the store for reading alone, beside trackers that have it open. With a
    /// server it must belong to that one, as where it is [opened](Self::open); without,
    /// it is read whosever it is.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), also where nothing is there yet, and
    /// [`ErrorKind::Configuration`] for a store in memory: a new one has nothing to read.
    pub async fn read(&self, server: Option<&str>) -> Result<Arc<dyn Store>, Error> {
        let server = server.map(|server| server.trim_end_matches('/'));
        match self {
            Self::Memory => Err(Error::new(
                ErrorKind::Configuration,
                "store is `memory`, which has nothing to read: pass a file or a postgres:// \
                 address to open it for reading alone",
            )),
            Self::Postgres(address) => database(address, server, Access::Read).await,
            Self::File(path) => file(path, server, Access::Read),
        }
    }
}

/// What a store is opened for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Access {
    Read,
    Write,
}

#[cfg(feature = "postgres")]
async fn database(
    address: &str,
    server: Option<&str>,
    access: Access,
) -> Result<Arc<dyn Store>, Error> {
    let mut options = super::PostgresOptions::new();
    if let Some(server) = server {
        options = options.bound_to(server);
    }
    if access == Access::Read {
        options = options.read_only();
    }
    Ok(Arc::new(options.open(address).await?))
}

#[cfg(not(feature = "postgres"))]
async fn database(
    _address: &str,
    _server: Option<&str>,
    _access: Access,
) -> Result<Arc<dyn Store>, Error> {
    Err(Error::new(
        ErrorKind::Configuration,
        "store is a PostgreSQL database, which this build cannot open: pass a file",
    ))
}

#[cfg(feature = "sqlite")]
fn file(path: &Path, server: Option<&str>, access: Access) -> Result<Arc<dyn Store>, Error> {
    let mut options = super::OpenOptions::new();
    if let Some(server) = server {
        options = options.bound_to(server);
    }
    if access == Access::Read {
        options = options.read_only();
    }
    Ok(Arc::new(options.open(path)?))
}

#[cfg(not(feature = "sqlite"))]
fn file(_path: &Path, _server: Option<&str>, _access: Access) -> Result<Arc<dyn Store>, Error> {
    Err(Error::new(
        ErrorKind::Configuration,
        "store is a file, which this build cannot open: pass `memory`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_address_is_no_file_and_never_told() {
        let file = |path: &str| Place::File(path.into());
        for (text, place) in [
            ("memory", Place::Memory),
            ("./memory", file("./memory")),
            ("loans.db", file("loans.db")),
            (r"C:\loans.db", file(r"C:\loans.db")),
            ("postgres", file("postgres")),
            (
                "postgresql://a:s3cr3t@h/d",
                Place::Postgres("postgresql://a:s3cr3t@h/d".to_owned()),
            ),
        ] {
            assert_eq!(Place::parse(text).unwrap(), place, "{text}");
            assert!(!format!("{place:?}").contains("s3cr3t"), "{place:?}");
        }
        for text in [
            "",
            "mysql://a:s3cr3t@h/d",
            "POSTGRES://a:s3cr3t@h/d",
            "postgres:a:s3cr3t@h/d",
            "host=h user=a password=s3cr3t",
        ] {
            let error = Place::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
            assert!(error.to_string().contains("postgres://"), "{error}");
            assert!(!error.to_string().contains("s3cr3t"), "{error}");
        }
    }
}
