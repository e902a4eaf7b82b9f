//! `defacto track check`.

use std::io;

use clap::Args;
use defacto::Error;
use defacto::tracking::export::{Export, Format};
use defacto::tracking::store::{IntentState, Store};
use serde_json::json;

use super::store::{StorePlace, reading};
use crate::failure::{Failure, print};

/// The exit code where something is damaged.
const DAMAGED: u8 = 1;
/// Rows read at a time.
const CHUNK: usize = 1_000;

/// Reads what the store holds and says what is damaged.
///
/// Of a file every page and index is compared. Of a file and a database every object,
/// change, observation, notification and intent is read, settled ones too, and every
/// row of loans that were purged; not the places of consumers and the marks of passes.
/// Whether a database's pages are sound its own pg_amcheck says. Exit
/// code 0 where the store is sound, and 1 where it is not: restore a backup. `track
/// run` or a program may have it open meanwhile.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

/// What was read, and what is wrong.
#[derive(Default)]
struct Found {
    objects: u64,
    changes: u64,
    problems: Vec<String>,
}

impl Check {
    /// Gives the exit code.
    pub(super) async fn run(self) -> Result<u8, Failure> {
        let mut found = Found::default();
        match self.store.file()? {
            Some(path) => {
                let store = reading().unchecked().open(path)?;
                let problems = store.check().await;
                let problems = found.unless("pages", problems)?;
                found.problems.extend(problems);
                // Pages that do not hold together make rows that cannot be read.
                if found.problems.is_empty() {
                    found.read(&store).await?;
                }
            }
            None => found.read(&*self.store.read().await?).await?,
        }
        found.show(self.json)?;
        Ok(if found.problems.is_empty() {
            0
        } else {
            DAMAGED
        })
    }
}

impl Found {
    async fn read(&mut self, store: &dyn Store) -> Result<(), Failure> {
        let mut nowhere = io::sink();
        let objects = Export::objects(Format::JsonLines);
        let objects = objects.write(store, &mut nowhere).await;
        self.objects = self.unless("objects", objects)?;
        let changes = Export::changes(Format::JsonLines);
        let changes = changes.write(store, &mut nowhere).await;
        self.changes = self.unless("changes", changes)?;
        self.unless("observations", observations(store).await)?;
        self.unless("notifications", notifications(store).await)?;
        self.unless("ledger", ledger(store).await)?;
        for state in [IntentState::Open, IntentState::Done, IntentState::Refused] {
            let intents = store.intents(state, usize::MAX).await;
            self.unless("intents", intents.map(drop))?;
        }
        Ok(())
    }

    /// Notes what cannot be read. What may pass, as a lost connection does, says
    /// nothing of the store.
    fn unless<T: Default>(&mut self, of: &str, read: Result<T, Error>) -> Result<T, Failure> {
        match read {
            Err(error) if error.retry_after().is_none() => {
                let failure = Failure::from(error);
                self.problems.push(format!("{of}: {}", failure.message()));
                Ok(T::default())
            }
            read => Ok(read?),
        }
    }

    fn show(&self, json: bool) -> Result<(), Failure> {
        let Self {
            objects,
            changes,
            problems,
        } = self;
        let is_sound = problems.is_empty();
        if json {
            let report = json!({
                "is_sound": is_sound,
                "problems": problems,
                "objects": objects,
                "changes": changes,
            });
            return print(&report.to_string());
        }
        for problem in problems {
            print(&format!("damaged: {problem}"))?;
        }
        print(&if is_sound {
            format!("sound: objects {objects}, changes {changes}")
        } else {
            "restore a backup".to_owned()
        })
    }
}

async fn observations(store: &dyn Store) -> Result<(), Error> {
    let mut after = 0;
    while let Some((last, _)) = store.observations(after, CHUNK).await?.pop() {
        after = last;
    }
    Ok(())
}

async fn notifications(store: &dyn Store) -> Result<(), Error> {
    let mut after = 0;
    // Of up to 1 MiB each.
    while let Some(last) = store.notifications(after, CHUNK / 100).await?.pop() {
        after = last.seq;
    }
    Ok(())
}

async fn ledger(store: &dyn Store) -> Result<(), Error> {
    let mut after = None;
    while let Some(last) = store.ledger(after, CHUNK).await?.pop() {
        after = Some(last.loan);
    }
    Ok(())
}
