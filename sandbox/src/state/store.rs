//! Where the records are kept.

use std::collections::HashSet;

use super::StateError;
#[cfg(feature = "state")]
use super::file::File;
use super::record::{Record, Stop, TurnNo, What};

/// How many records are read at a time.
const CHUNK: usize = 1000;

/// All records of a simulator, in order.
#[derive(Debug)]
pub(crate) enum Store {
    Memory(Vec<Record>),
    #[cfg(feature = "state")]
    File(File),
}

impl Store {
    /// Keeps one more; it outlives the process where it returns.
    pub(crate) fn append(&mut self, record: Record) -> Result<(), StateError> {
        match self {
            Self::Memory(records) => {
                records.push(record);
                Ok(())
            }
            #[cfg(feature = "state")]
            Self::File(file) => file.append(&record),
        }
    }

    /// Some of the records, after so many; none after the last.
    pub(crate) fn read(&self, after: u64) -> Result<Vec<Record>, StateError> {
        match self {
            Self::Memory(records) => {
                let after = usize::try_from(after).unwrap_or(usize::MAX);
                Ok(records.iter().skip(after).take(CHUNK).cloned().collect())
            }
            #[cfg(feature = "state")]
            Self::File(file) => file.read(after, CHUNK),
        }
    }

    /// Where a request stepped aside, and the number of the last request.
    pub(crate) fn stops(&self) -> Result<(HashSet<(TurnNo, Stop)>, TurnNo), StateError> {
        match self {
            Self::Memory(records) => {
                let mut stops = HashSet::new();
                let mut last = 0;
                for record in records {
                    match record.what {
                        What::Leave(turn, stop) => {
                            stops.insert((turn, stop));
                        }
                        What::Begin(turn, _) => last = turn,
                        _ => {}
                    }
                }
                Ok((stops, last))
            }
            #[cfg(feature = "state")]
            Self::File(file) => file.stops(),
        }
    }
}
