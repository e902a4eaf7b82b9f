//! The tracker: the fold, what it costs to make things durable, and whole books.

pub mod book;
pub mod durable;
pub mod folds;
pub mod pass;
pub mod shared;

use std::path::PathBuf;

use defacto::types::Timestamp;

use crate::Outcome;

/// A folder of its own on the disk that is measured, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Outcome<Self> {
        let base = std::env::var_os("BENCH_FOLDER")
            .map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
        let path = base.join(format!("tracking-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn instant(micros: i64) -> Outcome<Timestamp> {
    Ok(Timestamp(jiff::Timestamp::from_microsecond(micros)?))
}
