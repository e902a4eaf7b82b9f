//! `defacto track changes`.

use std::time::Duration;

use clap::Args;
use defacto::tracking::store::Store;

use super::cursor::Cursor;
use super::line;
use super::store::StorePlace;
use crate::failure::Failure;
use crate::stop::stop_signal;

/// Changes read at a time.
const CHUNK: usize = 256;
/// How often `--follow` looks for more.
const PAUSE: Duration = Duration::from_secs(1);

/// Prints the changes that a consumer has not been told, and notes that it was.
///
/// At least once and in order: what is printed is acknowledged after it was
/// written, so that a crash in between prints it again. A file is read only, and may
/// be open in `track run` or `track sync`: a consumer's place is in a file of its own
/// beside it. In a database it is one of the store's consumers, on whatever machine:
/// two processes of one consumer are both told.
#[derive(Debug, Args)]
pub(crate) struct Changes {
    /// Who is told: each consumer is told every change. Letters, digits, `-`,
    /// `_`.
    #[arg(long, value_name = "NAME", value_parser = name)]
    consumer: String,
    /// Go on with what comes, until Ctrl-C.
    #[arg(long)]
    follow: bool,
    /// Tell every change after this number again; 0 for all there are.
    #[arg(long, value_name = "SEQ")]
    replay: Option<u64>,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object a line.
    #[arg(long)]
    pub(super) json: bool,
}

impl Changes {
    /// Gives the exit code.
    pub(super) async fn run(self) -> Result<u8, Failure> {
        let stop = stop_signal()?;
        // For reading first, also a database: a wrong address makes no tables.
        let store = self.store.read().await?;
        let place = self.store.place()?;
        let (mut cursor, mut seq) = Cursor::open(&place, &*store, &self.consumer).await?;
        if let Some(replay) = self.replay {
            cursor.set(replay).await?;
            seq = replay;
        }
        tokio::select! {
            code = stop => Ok(code),
            told = self.tell(&*store, &mut cursor, seq) => told.map(|()| 0),
        }
    }

    async fn tell(
        &self,
        store: &dyn Store,
        cursor: &mut Cursor,
        mut seq: u64,
    ) -> Result<(), Failure> {
        loop {
            let changes = store.changes(seq, CHUNK).await?;
            for change in &changes {
                line::tell(change, self.json)?;
            }
            match changes.last() {
                Some(last) => {
                    cursor.set(last.seq).await?;
                    seq = last.seq;
                }
                None if self.follow => tokio::time::sleep(PAUSE).await,
                None => return Ok(()),
            }
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
        return Err("up to 64 letters, digits, `-` and `_`".to_owned());
    }
    Ok(text.to_owned())
}
