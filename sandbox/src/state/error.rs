//! Why a state is not taken up.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// A state file cannot be used. The message names the file and says what to
/// do.
#[derive(Debug)]
pub struct StateError {
    path: PathBuf,
    why: Why,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What is the matter with a state file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// It cannot be opened, read or written: the cause says why.
    Unusable,
    /// Another sandbox has it open.
    InUse,
    /// It was not written by a sandbox.
    Foreign,
    /// It was written by this other version, in which the same requests may
    /// have another outcome.
    OtherVersion(String),
    /// What is in it is broken.
    Damaged,
    /// It was begun with this other seed.
    OtherSeed(u64),
    /// It was begun with other policies, faults, accounts or data: with these,
    /// as JSON.
    OtherStart(String),
}

impl StateError {
    pub(crate) fn new(path: &Path, why: Why) -> Self {
        Self {
            path: path.to_owned(),
            why,
            source: None,
        }
    }

    #[cfg(feature = "state")]
    pub(crate) fn because(
        path: &Path,
        why: Why,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(path, why)
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is the matter with it.
    #[must_use]
    pub fn why(&self) -> &Why {
        &self.why
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.path.display();
        match &self.why {
            Why::Unusable => write!(
                f,
                "the state file {file} cannot be used: check its path, permissions and disk space"
            ),
            Why::InUse => write!(
                f,
                "the state file {file} is in use: stop the other sandbox, or choose another file"
            ),
            Why::Foreign => write!(
                f,
                "{file} is no state file of a sandbox: choose another, which is made if it is not \
                 there"
            ),
            Why::OtherVersion(version) => write!(
                f,
                "the state file {file} is of version {version}, and this is {}: export it with the \
                 version that wrote it and run the scenario here, or choose another file",
                super::VERSION
            ),
            Why::Damaged => write!(
                f,
                "the state file {file} is damaged: restore it from a copy, or remove it to start \
                 over"
            ),
            Why::OtherSeed(seed) => write!(
                f,
                "the state file {file} was begun with seed {seed}: leave the seed out, or choose \
                 another file"
            ),
            Why::OtherStart(start) => write!(
                f,
                "the state file {file} was begun with other policies, faults, accounts or seed \
                 data: start with the same, or choose another file; it was begun with {start}"
            ),
        }
    }
}

impl Error for StateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
