//! Where the key comes from, so that it can change while the client lives.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::Key;
use crate::{Error, ErrorKind};

type Callback =
    Arc<dyn Fn() -> Result<String, Box<dyn std::error::Error + Send + Sync>> + Send + Sync>;

/// What gives the key.
#[derive(Clone)]
pub(crate) enum Source {
    Value(String),
    File(PathBuf),
    Callback(Callback),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(_) => f.write_str("[secret]"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Callback(_) => f.write_str("Callback"),
        }
    }
}

impl Source {
    fn read(&self) -> Result<Key, Error> {
        match self {
            Self::Value(text) => Key::new(text),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| {
                    Error::new(
                        ErrorKind::Configuration,
                        // Not the path: it may be a key in the wrong place.
                        "api_key_file cannot be read: check path and permissions",
                    )
                    .with_source(source)
                })?;
                // Editors end a file with a line break.
                Key::new(text.trim_end_matches(['\r', '\n']))
            }
            Self::Callback(callback) => {
                let text = callback().map_err(|source| {
                    Error::new(
                        ErrorKind::Configuration,
                        "api_key_callback fails: see its error",
                    )
                    .with_source(source)
                })?;
                Key::new(&text)
            }
        }
    }
}

/// The key in use.
#[derive(Debug)]
pub(crate) struct Credentials {
    source: Source,
    current: RwLock<Arc<Key>>,
}

impl Credentials {
    pub(crate) fn new(source: Source) -> Result<Self, Error> {
        let current = RwLock::new(Arc::new(source.read()?));
        Ok(Self { source, current })
    }

    /// The key to send.
    pub(crate) fn key(&self) -> Arc<Key> {
        // A key is replaced whole, so a poisoned lock guards nothing broken.
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the key again after the server refused `refused`. Whether there
    /// is another one now.
    pub(crate) fn reread(&self, refused: &Key) -> Result<bool, Error> {
        if matches!(self.source, Source::Value(_)) {
            return Ok(false);
        }
        // Another call may have read the new key meanwhile.
        if !self.key().is_same(refused) {
            return Ok(true);
        }
        let key = Arc::new(self.source.read()?);
        let changed = !key.is_same(refused);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(changed)
    }
}
