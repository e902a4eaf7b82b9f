//! The rows of an export, some at a time.

use csv::Writer;
use serde_json::Value;

use super::cell::{CHANGES, LOANS, cell};
use super::{Export, Format, What};
use crate::tracking::Entity;
use crate::tracking::store::Store;
use crate::{Error, ErrorKind};

/// Objects or changes read at a time.
const CHUNK: usize = 1_000;

/// Where an export is. It holds no store, so that who drives it elsewhere may
/// take it there and back.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The headings, of a table.
    columns: Option<&'static [&'static str]>,
    place: Place,
    has_begun: bool,
    made: u64,
}

#[derive(Debug)]
enum Place {
    /// The next change is after this one.
    Changes(u64),
    /// The next object is of the first of these kinds, after this id.
    Objects(&'static [Entity], Option<String>),
}

impl Rows {
    pub(crate) fn new(export: Export) -> Self {
        let is_table = export.format == Format::Csv;
        let (columns, place) = match export.what {
            What::Changes => (CHANGES, Place::Changes(0)),
            What::Objects if is_table => (LOANS, Place::Objects(&[Entity::Loan], None)),
            What::Objects => (LOANS, Place::Objects(Entity::ALL, None)),
        };
        Self {
            columns: is_table.then_some(columns),
            place,
            has_begun: false,
            made: 0,
        }
    }

    /// How many rows there were so far.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    /// The next rows, as they are written; nothing at the end.
    pub(crate) async fn next(&mut self, store: &dyn Store) -> Result<Option<Vec<u8>>, Error> {
        let objects = self.read(store).await?;
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        if objects.is_empty() && !(is_first && self.columns.is_some()) {
            return Ok(None);
        }
        self.made += u64::try_from(objects.len()).unwrap_or_default();
        match self.columns {
            Some(columns) => table(columns, is_first, &objects).map(Some),
            None => Ok(Some(lines(&objects))),
        }
    }

    async fn read(&mut self, store: &dyn Store) -> Result<Vec<Value>, Error> {
        match &mut self.place {
            Place::Changes(after) => {
                let changes = store.changes(*after, CHUNK).await?;
                if let Some(last) = changes.last() {
                    *after = last.seq;
                }
                let reports = changes.iter().map(|one| serde_json::to_value(one.report()));
                reports.collect::<Result<_, _>>().map_err(unmade)
            }
            Place::Objects(kinds, after) => {
                while let Some((kind, others)) = kinds.split_first() {
                    let tracks = store.tracks(*kind, after.take(), CHUNK).await?;
                    if let Some(last) = tracks.last() {
                        *after = Some(last.subject().id.clone());
                        return Ok(tracks.iter().map(|track| track.to_json()).collect());
                    }
                    *kinds = others;
                }
                Ok(Vec::new())
            }
        }
    }
}

fn lines(objects: &[Value]) -> Vec<u8> {
    let lines = objects.iter().map(|object| format!("{object}\n"));
    lines.collect::<String>().into_bytes()
}

fn table(columns: &[&str], with_head: bool, objects: &[Value]) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::from_writer(Vec::new());
    if with_head {
        writer.write_record(columns).map_err(unmade)?;
    }
    for object in objects {
        let cells = columns.iter().map(|name| cell(object, name));
        writer.write_record(cells).map_err(unmade)?;
    }
    writer
        .into_inner()
        .map_err(|error| unmade(error.into_error()))
}

fn unmade(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Store, "a row of the export cannot be made").with_source(source)
}
