//! How calls that end on the core's thread come back to JavaScript's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use defacto::bridge::{self, Reply, Ticket};
use defacto::{Error, File};
use napi::bindgen_prelude::{Buffer, Function, Uint32Array};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Result, Status};
use napi_derive::napi;

use crate::exact::is_exact;
use crate::{Door, Pages, thrown};

/// Does not keep the process alive: the JavaScript side does, while a call
/// is under way.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// All calls of one JavaScript context that are under way.
#[napi]
pub struct Hub {
    shared: Arc<Shared>,
    tickets: HashMap<u32, Ticket>,
}

/// What the core's thread sees of it.
struct Shared {
    ended: Mutex<Vec<Ended>>,
    wake: Wake,
}

impl Shared {
    /// Wakes JavaScript for the first of a batch; the rest is taken with it.
    /// Where the context is gone nobody asks any more.
    fn end(&self, ended: Ended) {
        let mut all = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = all.is_empty();
        all.push(ended);
        drop(all);
        if is_first {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

/// How a call ended: with an answer, with a failure, or, of a list, with
/// neither when it has no more pages.
#[napi(object, object_from_js = false)]
pub struct Ended {
    /// The call's number.
    pub id: u32,
    /// The answer's JSON.
    pub json: Option<String>,
    /// The answer's HTTP status.
    pub status: Option<u16>,
    /// How many times the request was sent.
    pub attempts: Option<u32>,
    /// How long the call took, in seconds.
    pub elapsed: Option<f64>,
    /// Of a creation: whether it is new.
    pub creation: Option<String>,
    /// The failure's JSON.
    pub failure: Option<String>,
    /// A page's JSON, instead of `json`.
    pub page: Option<Buffer>,
    /// Of a page: whether each byte is a character.
    pub is_ascii: Option<bool>,
    /// Of a page: whether no number needs more than a double.
    pub is_exact: Option<bool>,
    /// Of a page: the names of its items' fields.
    pub names: Option<Vec<String>>,
    /// Of a page: where its items and their fields are in its bytes.
    pub places: Option<Uint32Array>,
}

impl Ended {
    fn new(id: u32, result: std::result::Result<Option<Reply>, Error>) -> Self {
        let mut ended = Self {
            id,
            json: None,
            status: None,
            attempts: None,
            elapsed: None,
            creation: None,
            failure: None,
            page: None,
            is_ascii: None,
            is_exact: None,
            names: None,
            places: None,
        };
        match result {
            Ok(Some(reply)) => {
                let index = reply.index.filter(|index| !index.places.is_empty());
                ended.status = Some(reply.status);
                ended.attempts = Some(reply.attempts);
                ended.elapsed = Some(reply.elapsed.as_secs_f64());
                ended.creation = reply.creation.map(|creation| format!("{creation:?}"));
                if let Some(index) = index {
                    // Most of a page never becomes a string.
                    ended.is_ascii = Some(reply.json.is_ascii());
                    ended.is_exact = Some(is_exact(&reply.json));
                    ended.page = Some(Vec::from(reply.json).into());
                    ended.names = Some(index.names);
                    ended.places = Some(Uint32Array::new(index.places));
                } else {
                    ended.json = Some(text(Vec::from(reply.json)));
                }
            }
            Ok(None) => {}
            Err(error) => ended.failure = Some(bridge::failure(&error).to_string()),
        }
        ended
    }
}

/// What a field nobody reads may hold is not checked by the core.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A file to upload.
#[napi(object, object_to_js = false)]
pub struct Upload {
    /// Its name, as the server sees it.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub content: Buffer,
}

#[napi]
impl Hub {
    /// `wake` is called when calls have ended, on the thread of its context.
    #[napi(constructor, catch_unwind)]
    pub fn new(wake: Function<'_, (), ()>) -> Result<Self> {
        let wake = wake.build_threadsafe_function().weak::<true>().build()?;
        Ok(Self {
            shared: Arc::new(Shared {
                ended: Mutex::new(Vec::new()),
                wake,
            }),
            tickets: HashMap::new(),
        })
    }

    /// Sends an operation; it ends under this number.
    #[napi(catch_unwind)]
    pub fn submit(
        &mut self,
        door: &Door,
        id: u32,
        operation: String,
        input: String,
        file: Option<Upload>,
    ) -> Result<()> {
        let file =
            file.map(|file| File::new(file.name, file.media_type, Vec::<u8>::from(file.content)));
        let shared = self.shared.clone();
        let done = move |reply: std::result::Result<Reply, Error>| {
            shared.end(Ended::new(id, reply.map(Some)));
        };
        let ticket = door.0.submit(&operation, input.as_bytes(), file, done);
        let ticket = ticket.map_err(|error| thrown(&error))?;
        self.tickets.insert(id, ticket);
        Ok(())
    }

    /// Asks for a list's next page; it comes under this number.
    #[napi(catch_unwind)]
    pub fn submit_next(&mut self, pages: &Pages, id: u32) -> Result<()> {
        let shared = self.shared.clone();
        let ticket = pages
            .0
            .submit_next(move |reply| shared.end(Ended::new(id, reply)));
        if let Some(ticket) = ticket.map_err(|error| thrown(&error))? {
            self.tickets.insert(id, ticket);
        }
        Ok(())
    }

    /// Stops waiting for a call, which then ends as canceled.
    #[napi(catch_unwind)]
    pub fn cancel(&self, id: u32) {
        if let Some(ticket) = self.tickets.get(&id) {
            ticket.cancel();
        }
    }

    /// The calls that have ended since the last time.
    #[napi(catch_unwind)]
    pub fn take(&mut self) -> Vec<Ended> {
        let ended = {
            let mut all = self
                .shared
                .ended
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *all)
        };
        for call in &ended {
            self.tickets.remove(&call.id);
        }
        ended
    }
}

/// The context ends: nobody waits for its calls any more.
impl Drop for Hub {
    fn drop(&mut self) {
        for ticket in self.tickets.values() {
            ticket.cancel();
        }
    }
}
