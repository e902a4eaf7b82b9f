//! `defacto track sync`.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Args;
use defacto::tracking::store::{IntentState, Numbered};
use defacto::tracking::{Changes, Tracker};
use serde_json::json;
use tokio::time::sleep;

use super::line;
use super::store::StorePlace;
use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print};
use crate::show::spinner;

/// Under which name `sync` and `run` tell changes.
const CONSUMER: &str = "defacto track";
/// Changes acknowledged at a time.
const CHUNK: usize = 256;
/// The pause before a store that is away is asked again.
const AGAIN: Duration = Duration::from_secs(1);
/// How many open intents are counted at most.
const MANY: usize = 10_000;

/// Catches up with the server once and prints what changed, a line a change.
///
/// Made for a cron job. What an earlier `sync` or `run` recorded and could not
/// print any more is printed too. The last line says how many requests the pass
/// took. One process at a time may have the store open for this.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Sync {
    /// Read every open loan, also where that was done in the last 24 hours.
    #[arg(long)]
    full: bool,
    /// Print nothing where nothing changed, and no last line.
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object a line.
    #[arg(long)]
    pub(super) json: bool,
}

impl Sync {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let tracker = self.store.tracker(&self.connection).await?;
        let turns = !self.json && std::io::stderr().is_terminal();
        let spinner = turns.then(spinner);
        let turning = spinner.clone();
        let tracker = tracker
            .on_progress(move |pass| {
                if let Some(turning) = &turning {
                    let (requests, items) = (pass.requests, pass.items);
                    let told = format!("{requests} requests, {items} loans, payments and events");
                    turning.set_message(told);
                }
            })
            .build();
        let mut teller = Teller::new(&tracker, self.json).await?;
        let synced = self.pass(&tracker).await;
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
        // What was recorded is told, also where the pass then failed.
        let told = teller.tell().await?;
        let (requests, full) = synced?;
        if self.quiet {
            return Ok(());
        }
        let unsettled = tracker
            .store()
            .intents(IntentState::Open, MANY)
            .await?
            .len();
        if self.json {
            let line = json!({ "summary": {
                "changes": told, "requests": requests, "full": full, "open_intents": unsettled,
            }});
            return print(&line.to_string());
        }
        let pass = if full {
            "a full pass"
        } else {
            "a partial pass"
        };
        let mut line = format!("changes {told}, requests {requests}, {pass}");
        if unsettled > 0 {
            line.push_str(&format!(
                "; not settled yet: {unsettled}, see `defacto track intents`"
            ));
        }
        print(&line)
    }

    /// How many requests it took, and whether every open loan was read.
    async fn pass(&self, tracker: &Tracker) -> Result<(u32, bool), Failure> {
        let synced = tracker.sync().await?;
        if synced.full || !self.full {
            return Ok((synced.requests, synced.full));
        }
        let full = tracker.full_pass().await?;
        Ok((synced.requests.saturating_add(full.requests), true))
    }
}

/// Prints the changes that were not printed before.
#[derive(Debug)]
pub(super) struct Teller {
    changes: Changes,
    json: bool,
    /// The last that was printed, until that is acknowledged.
    printed: Option<Numbered>,
    /// How many were printed since.
    since: usize,
}

impl Teller {
    pub(super) async fn new(tracker: &Tracker, json: bool) -> Result<Self, Failure> {
        let changes = tracker.changes(CONSUMER).await?;
        Ok(Self {
            changes,
            json,
            printed: None,
            since: 0,
        })
    }

    /// Prints changes as they come, and ends with what is wrong alone. What a database
    /// that is away keeps is printed after it is back.
    pub(super) async fn follow(&mut self) -> Failure {
        loop {
            match self.tell_next().await {
                Err(failure) if failure.is_passing() => sleep(AGAIN).await,
                Err(failure) => return failure,
                Ok(()) => {}
            }
        }
    }

    async fn tell_next(&mut self) -> Result<(), Failure> {
        let change = self.changes.wait().await?;
        self.print(change).await?;
        self.tell().await.map(drop)
    }

    /// How many there were.
    pub(super) async fn tell(&mut self) -> Result<usize, Failure> {
        let mut told = 0;
        while let Some(change) = self.changes.next().await? {
            self.print(change).await?;
            told += 1;
        }
        self.acknowledge().await?;
        Ok(told)
    }

    async fn print(&mut self, change: Numbered) -> Result<(), Failure> {
        line::tell(&change, self.json)?;
        self.printed = Some(change);
        self.since += 1;
        if self.since >= CHUNK {
            self.acknowledge().await?;
        }
        Ok(())
    }

    /// Acknowledges what was printed; where that fails it is done with what comes next.
    async fn acknowledge(&mut self) -> Result<(), Failure> {
        if let Some(change) = &self.printed {
            self.changes.acknowledge(change).await?;
            self.printed = None;
            self.since = 0;
        }
        Ok(())
    }
}
