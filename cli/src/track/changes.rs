//! `defacto track changes`.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use defacto::tracking::store::{Sqlite, Store as _};

use super::line;
use super::store::StoreFile;
use crate::failure::Failure;
use crate::stop::stop_signal;

/// Changes read at a time.
const CHUNK: usize = 256;
/// How often `--follow` looks for more.
const PAUSE: Duration = Duration::from_secs(1);

/// Prints the changes that a consumer has not been told, and notes that it was.
///
/// At least once and in order: what is printed is acknowledged after it was
/// written, so that a crash in between prints it again. The store is read only,
/// and may be open in `track run` or `track sync`: a consumer's place is in a
/// file of its own beside it.
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
    store: StoreFile,
    /// Print one JSON object a line.
    #[arg(long)]
    pub(super) json: bool,
}

impl Changes {
    /// Gives the exit code.
    pub(super) async fn run(self) -> Result<u8, Failure> {
        let stop = stop_signal()?;
        let store = self.store.read()?;
        let mut place = Place::open(&self.store.path(), &self.consumer)?;
        if let Some(seq) = self.replay {
            place.set(seq)?;
        } else if place.is_new {
            // A program of the same name may have begun: go on where it is.
            place.set(store.cursor(self.consumer.clone()).await?)?;
        }
        tokio::select! {
            code = stop => Ok(code),
            told = self.tell(&store, &mut place) => told.map(|()| 0),
        }
    }

    async fn tell(&self, store: &Sqlite, place: &mut Place) -> Result<(), Failure> {
        loop {
            let changes = store.changes(place.seq, CHUNK).await?;
            for change in &changes {
                line::tell(change, self.json)?;
            }
            match changes.last() {
                Some(last) => place.set(last.seq)?,
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

/// How far a consumer is: a file with a number, locked while it is told.
struct Place {
    path: PathBuf,
    file: File,
    seq: u64,
    is_new: bool,
}

impl Place {
    fn open(store: &Path, consumer: &str) -> Result<Self, Failure> {
        let mut path = store.as_os_str().to_owned();
        path.push(format!(".{consumer}.cursor"));
        let path = PathBuf::from(path);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options
            .open(&path)
            .map_err(|source| wrong(&path, &source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::other(format!(
                    "another process tells {consumer} its changes: end it, or name another \
                     --consumer"
                )));
            }
            Err(TryLockError::Error(source)) => return Err(wrong(&path, &source)),
        }
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|source| wrong(&path, &source))?;
        let seq = number(&text, &path)?;
        Ok(Self {
            path,
            file,
            seq,
            is_new: text.is_empty(),
        })
    }

    /// All told up to this one. As wide as any number, so that it is written
    /// over in place and nothing of a longer one is left.
    fn set(&mut self, seq: u64) -> Result<(), Failure> {
        let text = format!("{seq:020}\n");
        let write = |file: &mut File| {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        write(&mut self.file).map_err(|source| wrong(&self.path, &source))?;
        self.seq = seq;
        Ok(())
    }
}

/// Where the consumers are that keep their place beside a store, by their names.
pub(super) fn places(store: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let folder = match store.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let name = store.file_name().unwrap_or_default();
    let begin = format!("{}.", name.to_string_lossy());
    let mut places = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|source| wrong(folder, &source))? {
        let path = entry.map_err(|source| wrong(folder, &source))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let consumer = name.strip_prefix(&begin);
        let Some(consumer) = consumer.and_then(|name| name.strip_suffix(".cursor")) else {
            continue;
        };
        let text = std::fs::read_to_string(&path).map_err(|source| wrong(&path, &source))?;
        places.push((consumer.to_owned(), number(&text, &path)?));
    }
    Ok(places)
}

fn number(text: &str, path: &Path) -> Result<u64, Failure> {
    match text.trim() {
        "" => Ok(0),
        text => text.parse().map_err(|_| {
            Failure::other(format!(
                "{}: there is no number in it: say where to go on with --replay after \
                 removing it",
                path.display()
            ))
        }),
    }
}

fn wrong(path: &Path, source: &std::io::Error) -> Failure {
    let what = format!("{}: the consumer's place cannot be kept", path.display());
    Failure::runtime(&what, source)
}
