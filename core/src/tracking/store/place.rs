//! A store by its place.

use std::sync::Arc;

use super::{Memory, Store};
use crate::Error;

/// The store at a place: `memory`, a `postgres://` address or a file. It belongs to
/// the server from then on.
pub(crate) async fn open(place: &str, server: &str) -> Result<Arc<dyn Store>, Error> {
    let server = server.trim_end_matches('/');
    if place == "memory" {
        return Ok(Arc::new(Memory::new()));
    }
    if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        #[cfg(feature = "postgres")]
        {
            let options = super::PostgresOptions::new().bound_to(server);
            return Ok(Arc::new(options.open(place).await?));
        }
        #[cfg(not(feature = "postgres"))]
        return Err(Error::new(
            crate::ErrorKind::Configuration,
            "store is a PostgreSQL database, which this build cannot open: pass a file",
        ));
    }
    #[cfg(feature = "sqlite")]
    {
        let options = super::OpenOptions::new().bound_to(server);
        Ok(Arc::new(options.open(place)?))
    }
    #[cfg(not(feature = "sqlite"))]
    {
        let _ = server;
        Err(Error::new(
            crate::ErrorKind::Configuration,
            "store is a file, which this build cannot open: pass `memory`",
        ))
    }
}
