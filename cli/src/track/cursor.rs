//! How far a consumer of `track changes` is.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use defacto::tracking::store::{Place, Postgres, Store};

use crate::failure::Failure;

/// A consumer's place, where the store is: a file has one writer, which `track run`
/// may be, so that its consumers keep theirs beside it; a database has many.
pub(super) enum Cursor {
    File(Beside),
    Database { store: Postgres, consumer: String },
}

impl Cursor {
    /// The consumer's, and after which change it is to be told.
    pub(super) async fn open(
        place: &Place,
        store: &dyn Store,
        consumer: &str,
    ) -> Result<(Self, u64), Failure> {
        if let Place::Postgres(address) = place {
            let consumer = consumer.to_owned();
            let store = Postgres::open(address).await?;
            let seq = store.cursor(consumer.clone()).await?;
            return Ok((Self::Database { store, consumer }, seq));
        }
        let Place::File(path) = place else {
            return Err(Failure::setting("store: a consumer has no place in it"));
        };
        let mut beside = Beside::open(path, consumer)?;
        let seq = match beside.read()? {
            Some(seq) => seq,
            // A program of the same name may have begun: go on where it is.
            None => {
                let seq = store.cursor(consumer.to_owned()).await?;
                beside.set(seq)?;
                seq
            }
        };
        Ok((Self::File(beside), seq))
    }

    /// All told up to this one.
    pub(super) async fn set(&mut self, seq: u64) -> Result<(), Failure> {
        match self {
            Self::File(beside) => beside.set(seq),
            Self::Database { store, consumer } => {
                Ok(store.set_cursor(consumer.clone(), seq).await?)
            }
        }
    }
}

/// A file with a number beside the store, locked while its consumer is told.
pub(super) struct Beside {
    path: PathBuf,
    file: File,
}

impl Beside {
    fn open(store: &Path, consumer: &str) -> Result<Self, Failure> {
        let mut path = store.as_os_str().to_owned();
        path.push(format!(".{consumer}.cursor"));
        let path = PathBuf::from(path);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&path)
            .map_err(|source| wrong(&path, &source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, file }),
            Err(TryLockError::WouldBlock) => Err(Failure::other(format!(
                "another process tells {consumer} its changes: end it, or name another \
                 --consumer"
            ))),
            Err(TryLockError::Error(source)) => Err(wrong(&path, &source)),
        }
    }

    /// The number; nothing, where it is new.
    fn read(&mut self) -> Result<Option<u64>, Failure> {
        let mut text = String::new();
        self.file
            .read_to_string(&mut text)
            .map_err(|source| wrong(&self.path, &source))?;
        let seq = number(&text, &self.path)?;
        Ok((!text.is_empty()).then_some(seq))
    }

    /// As wide as any number, so that it is written over in place and nothing of a
    /// longer one is left.
    fn set(&mut self, seq: u64) -> Result<(), Failure> {
        let text = format!("{seq:020}\n");
        let write = |file: &mut File| {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        write(&mut self.file).map_err(|source| wrong(&self.path, &source))
    }
}

/// Where the consumers are that keep their place beside a store, by their names.
pub(super) fn beside(place: &Place) -> Result<Vec<(String, u64)>, Failure> {
    let Place::File(store) = place else {
        return Ok(Vec::new());
    };
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
