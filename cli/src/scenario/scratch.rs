//! A folder of a scenario's own, for the stores of its trackers.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many there were: scenarios may run side by side.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// The folder: made when it is needed, and removed with this.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    is_made: bool,
}

impl Scratch {
    pub(super) fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("defacto-scenario-{}-{number}", std::process::id());
        Self {
            folder: std::env::temp_dir().join(name),
            is_made: false,
        }
    }

    pub(super) fn path(&self) -> String {
        self.folder.display().to_string()
    }

    pub(super) fn make(&mut self) -> Result<(), String> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| format!("{}: {error}", self.folder.display()))?;
        self.is_made = true;
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.is_made {
            // What is left is in the system's folder for what may go.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
