//! The native half of the Kotlin and Swift packages: names and JSON in, JSON
//! out, over `defacto::bridge`. All that a programmer sees is generated on top;
//! nothing here knows an operation, a status or a retry rule.

// The scaffolding that UniFFI's macros write exports functions by name and is
// not documented. There is no unsafe code by hand.
#![allow(unsafe_code, missing_docs)]

use std::collections::HashMap;
use std::sync::Arc;

use defacto::bridge::{self, DoorPages};
use defacto::{Error, File};
use serde_json::Value;

uniffi::setup_scaffolding!("defacto");

/// What the host's language does for a client.
#[uniffi::export(with_foreign)]
pub trait Host: Send + Sync {
    /// Whether to wait on for an answer; asked some twenty times a second on
    /// the thread that waits.
    fn wait_on(&self) -> bool;
    /// A line for the log, on the thread where it happens; levels as in
    /// Python's `logging`. Must not fail.
    fn log(&self, level: u8, line: String);
}

/// Why a call failed: all of it, as JSON.
#[derive(Debug, uniffi::Error)]
pub enum Failure {
    /// The one case: what there is to tell apart is in the JSON.
    Failed {
        /// The error as docs/errors.md names its parts.
        json: String,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Failed { json } = self;
        f.write_str(json)
    }
}

impl std::error::Error for Failure {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed {
            json: bridge::failure(&error).to_string(),
        }
    }
}

/// A file to upload.
#[derive(uniffi::Record)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// What is in it.
    pub content: Vec<u8>,
}

impl From<Upload> for File {
    fn from(upload: Upload) -> Self {
        Self::new(upload.name, upload.media_type, upload.content)
    }
}

/// What an operation answered.
#[derive(uniffi::Record)]
pub struct Reply {
    /// The result as JSON, as `defacto::bridge::Reply` has it.
    pub json: String,
    /// The HTTP status.
    pub status: u16,
    /// How many times the request was sent.
    pub attempts: u32,
    /// How long the call took in seconds, waits included.
    pub elapsed: f64,
    /// Of a creation: `New`, `Existing` or `Unstated`.
    pub creation: Option<String>,
    /// The headers that are text, with their names in lower case; of one that
    /// came more than once the first.
    pub headers: HashMap<String, String>,
}

impl From<bridge::Reply> for Reply {
    fn from(reply: bridge::Reply) -> Self {
        let mut headers = HashMap::new();
        for (name, value) in reply.headers() {
            let first = headers.entry(name.to_owned());
            first.or_insert_with(|| value.to_owned());
        }
        Self {
            // JSON is UTF-8, and the core has read it.
            json: String::from_utf8_lossy(&reply.json).into_owned(),
            status: reply.status,
            attempts: reply.attempts,
            elapsed: reply.elapsed.as_secs_f64(),
            creation: reply.creation.map(|creation| format!("{creation:?}")),
            headers,
        }
    }
}

/// A client.
#[derive(uniffi::Object)]
pub struct Door {
    door: bridge::Door,
    host: Arc<dyn Host>,
}

#[uniffi::export]
impl Door {
    /// Opens a client with its settings as JSON; nothing is sent. `is_logged`
    /// says whether the host wants lines for its log.
    #[uniffi::constructor]
    pub fn open(settings: &str, host: Arc<dyn Host>, is_logged: bool) -> Result<Self, Failure> {
        let door = if is_logged {
            let host = Arc::clone(&host);
            bridge::Door::open_logged(settings.as_bytes(), move |note| {
                host.log(note.level() as u8, note.to_string());
            })
        } else {
            bridge::Door::open(settings.as_bytes())
        };
        Ok(Self { door: door?, host })
    }

    /// Sends an operation (`loans.create`) with its input as JSON and waits
    /// for its answer.
    pub fn call(
        &self,
        operation: &str,
        input: &str,
        file: Option<Upload>,
    ) -> Result<Reply, Failure> {
        let file = file.map(File::from);
        let mut wait_on = || self.host.wait_on();
        let reply = self
            .door
            .call_while(operation, input.as_bytes(), file, &mut wait_on);
        Ok(reply?.into())
    }

    /// A tracker of its loans with its settings as JSON: a client too.
    pub fn track(&self, settings: &str) -> Result<Self, Failure> {
        Ok(Self {
            door: self.door.track(settings.as_bytes())?,
            host: Arc::clone(&self.host),
        })
    }

    /// Closes the client, whatever still holds it: a list that was begun and not
    /// collected yet would keep a tracker's store open.
    pub fn shut(&self) {
        self.door.close();
    }

    /// A list operation, page by page; nothing is sent yet.
    pub fn pages(&self, operation: &str, input: &str) -> Result<Pages, Failure> {
        Ok(Pages {
            pages: self.door.pages(operation, input.as_bytes())?,
            host: Arc::clone(&self.host),
        })
    }
}

/// A list read page by page.
#[derive(uniffi::Object)]
pub struct Pages {
    pages: DoorPages,
    host: Arc<dyn Host>,
}

#[uniffi::export]
impl Pages {
    /// The next page; none after the last. After an error that may pass the
    /// same page is read again.
    pub fn next(&self) -> Result<Option<Reply>, Failure> {
        let mut wait_on = || self.host.wait_on();
        Ok(self.pages.next_while(&mut wait_on)?.map(Reply::from))
    }

    /// Where the next page begins.
    pub fn cursor(&self) -> Option<String> {
        self.pages.cursor()
    }
}

/// A verb of the library by its name, with its arguments and its result as
/// JSON.
#[uniffi::export]
pub fn verb(name: &str, arguments: &str) -> Result<String, Failure> {
    // What is no JSON is no object either, and refused as such.
    let arguments = serde_json::from_str(arguments).unwrap_or(Value::Null);
    Ok(bridge::call(name, arguments)?.to_string())
}

/// The version of the library.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
