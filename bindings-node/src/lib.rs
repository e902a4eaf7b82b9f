//! The native half of the npm package: names and JSON in, JSON out. All that a
//! JavaScript programmer sees is in `lib`, and nothing here knows an
//! operation, a status or a retry rule.

mod hub;
mod sheet;

use defacto::bridge::{self, DoorPages};
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde_json::Value;

/// A client. One belongs to one JavaScript context; what it needs is shared
/// with no other.
#[napi]
pub struct Door(pub(crate) bridge::Door);

#[napi]
impl Door {
    /// Opens a client with its settings as JSON; nothing is sent.
    #[napi(constructor, catch_unwind)]
    pub fn new(settings: String) -> Result<Self> {
        let door = bridge::Door::open(settings.as_bytes());
        door.map(Self).map_err(|error| thrown(&error))
    }

    /// A tracker of its loans with its settings as JSON: a client too.
    #[napi(catch_unwind)]
    pub fn track(&self, settings: String) -> Result<Self> {
        let door = self.0.track(settings.as_bytes());
        door.map(Self).map_err(|error| thrown(&error))
    }

    /// Lets go of the connections, and of a tracker's store.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.0.close();
    }

    /// A list operation, page by page; nothing is sent yet.
    #[napi(catch_unwind)]
    pub fn pages(&self, operation: String, input: String) -> Result<Pages> {
        let pages = self.0.pages(&operation, input.as_bytes());
        pages.map(Pages).map_err(|error| thrown(&error))
    }
}

/// A list read page by page.
#[napi]
pub struct Pages(DoorPages);

#[napi]
impl Pages {
    /// Where the next page begins.
    #[napi(getter, catch_unwind)]
    pub fn cursor(&self) -> Option<String> {
        self.0.cursor()
    }
}

/// A verb of the library by its name, with its arguments and its result as
/// JSON.
#[napi(catch_unwind)]
pub fn verb(name: String, arguments: String) -> Result<String> {
    let arguments: Value = serde_json::from_str(&arguments)
        .map_err(|source| Error::new(Status::InvalidArg, source.to_string()))?;
    match bridge::call(&name, arguments) {
        Ok(value) => Ok(value.to_string()),
        Err(error) => Err(thrown(&error)),
    }
}

/// An error as `lib/failure.js` reads it.
fn thrown(error: &defacto::Error) -> Error {
    Error::new(Status::GenericFailure, bridge::failure(error).to_string())
}
