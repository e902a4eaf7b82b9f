//! Whether a copy of a store may have a name.

use std::fs::{File, TryLockError, metadata};
use std::path::Path;

use super::open::{beside, unopened};
use crate::{Error, ErrorKind};

/// Refuses the name of a store that is in use, and of what has the log of another
/// file beside it, which SQLite would take for the copy's. Gives the lock to hold
/// until the copy is there.
pub(super) fn is_free(to: &Path, store: &Path) -> Result<Option<File>, Error> {
    let refused = |why: &str| {
        let message = format!("{}: {why}", to.display());
        Err(Error::new(ErrorKind::InvalidInput, message))
    };
    if let (Ok(to), Ok(store)) = (to.canonicalize(), store.canonicalize())
        && to == store
    {
        return refused("that is the store itself: name another file for its copy");
    }
    for end in ["-wal", "-journal"] {
        if metadata(beside(to, end)).is_ok_and(|log| log.len() > 0) {
            let why = format!(
                "a database's log is beside it ({end}): end what has it open, or name another file"
            );
            return refused(&why);
        }
    }
    // Only a store has one: that of a name nobody has used is not made.
    let lock = match File::open(beside(to, ".lock")) {
        Ok(lock) => lock,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unopened(to, error)),
    };
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => {
            refused("another process has that store open: end it, or name another file")
        }
        Err(TryLockError::Error(error)) => Err(unopened(to, error)),
    }
}
