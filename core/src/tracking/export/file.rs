//! A file that is there whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::sync::oneshot;

use super::unwritten;
use crate::{Error, ErrorKind};

/// A file being written beside the one it is to be, private to its user. Where it
/// is dropped before it is published it is removed.
#[derive(Debug)]
pub(crate) struct PrivateFile {
    part: NamedTempFile,
    path: PathBuf,
    overwrite: bool,
}

impl PrivateFile {
    pub(crate) fn beside(path: &Path, overwrite: bool) -> Result<Self, Error> {
        if path.file_name().is_none() {
            let message = "path names no file: pass that of one";
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        // Found out before everything is read. It is looked at again at the end.
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(is_there(path));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let part = tempfile::Builder::new()
            .prefix(".defacto-part-")
            .tempfile_in(folder)
            .map_err(|source| {
                let message = format!(
                    "{}: no file can be made there: pass the path of another",
                    path.display()
                );
                Error::new(ErrorKind::InvalidInput, message).with_source(source)
            })?;
        Ok(Self {
            part,
            path: path.to_owned(),
            overwrite,
        })
    }

    /// Where it is until it has its name, for what opens it itself.
    #[cfg(feature = "sqlite")]
    pub(crate) fn part(&self) -> &Path {
        self.part.path()
    }

    /// Gives the file its name, once the disk has it. That may take a while, so it
    /// is done on a thread of its own: others run on the caller's.
    pub(crate) async fn publish(self) -> Result<(), Error> {
        let (done, published) = oneshot::channel();
        let thread = std::thread::Builder::new().name("defacto-file".to_owned());
        thread
            .spawn(move || drop(done.send(self.publish_here())))
            .map_err(unwritten)?;
        let left = |_| Err(unwritten(io::Error::other("its thread ended")));
        published.await.unwrap_or_else(left)
    }

    /// The same on this thread.
    pub(crate) fn publish_here(self) -> Result<(), Error> {
        let Self {
            part,
            path,
            overwrite,
        } = self;
        part.as_file().sync_all().map_err(unwritten)?;
        let published = if overwrite {
            part.persist(&path)
        } else {
            part.persist_noclobber(&path)
        };
        match published {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(is_there(&path))
            }
            Err(error) => Err(unwritten(error.error)),
        }
    }
}

impl Write for PrivateFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.part.flush()
    }
}

fn is_there(path: &Path) -> Error {
    let message = format!(
        "{}: there is such a file: pass overwrite to replace it, or another path",
        path.display()
    );
    Error::new(ErrorKind::InvalidInput, message)
}
