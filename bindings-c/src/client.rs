//! `defacto_client`, and how an operation is called.

use std::ffi::{c_char, c_void};

use defacto::bridge::{self, Door};
use serde_json::{Map, Value as Json, json};

use crate::error::Failure;
use crate::file::File;
use crate::guard::{Fault, guard, plain};
use crate::log::{Log, Sink};
use crate::pages::Pages;
use crate::pointer::{self, Kind, Out};
use crate::status::Status;
use crate::submitted::{Outcome, Submitted};
use crate::value::Value;

/// A client. Used from many threads at once; freed by one while no other uses
/// it.
pub struct Client {
    door: Door,
    /// Closed with the client.
    _log: Option<Sink>,
}

impl Kind for Client {
    const TAG: u64 = 0x4465_4661_436c_6902;
}

/// Opens a client. `settings` has `api_key` (or `api_key_file`) and
/// `environment` (`sandbox` or `production`) or `base_url`, and may have any
/// other setting, such as `timeout` in seconds or `retries`. Nothing is sent.
/// Free `*out` with defacto_client_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_new(
    settings: *const Value,
    out: *mut *mut Client,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let settings = pointer::read(settings, "settings")?.text()?;
        let door = Door::open(settings.as_bytes())?;
        out.give(Client { door, _log: None });
        Ok(())
    })
}

/// Opens a client as defacto_client_new does, which tells `log` what happens in
/// its calls; `context` is handed to it, and may be NULL. Once
/// defacto_client_free has returned `log` is not called any more. Free `*out`
/// with defacto_client_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_new_logged(
    settings: *const Value,
    log: Log,
    context: *mut c_void,
    out: *mut *mut Client,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let sink = Sink::new(log, context)?;
        let settings = pointer::read(settings, "settings")?.text()?;
        let door = Door::open_logged(settings.as_bytes(), sink.teller())?;
        let _log = Some(sink);
        out.give(Client { door, _log });
        Ok(())
    })
}

/// Opens a tracker of a client's loans: a client too, on the same connections,
/// whose changes are written down before they are sent. The functions
/// defacto_tracker_... are called with it, and every other as with the client.
/// `settings` has `store`: a file, "memory" or a postgres:// address; and may have
/// `webhook_tokens`, a list of texts, `actor`, `keep_notifications_days`,
/// `due_soon_days`, `late_after_days` and `credit_low_percent`. The client may be freed before it. Free `*out` with
/// defacto_client_free; its store is closed once no call runs and no list is left
/// either: end a submitted DEFACTO_TRACKER_RUN with defacto_tracker_stop first.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_track(
    client: *const Client,
    settings: *const Value,
    out: *mut *mut Client,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let client = pointer::read(client, "client")?;
        let settings = pointer::read(settings, "settings")?.text()?;
        let door = client.door.track(settings.as_bytes())?;
        out.give(Client { door, _log: None });
        Ok(())
    })
}

/// Frees a client. Calls still running end as they would. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_free(client: *mut Client) {
    plain((), || pointer::free(client));
}

/// Calls any operation by its name, such as DEFACTO_LOANS_CREATE, and waits.
/// `input` has /path, /query, /body and /options, each of which may be left
/// out; NULL is none. Its options are of this call only: /options/timeout,
/// /options/retries ... `file` is for the operations that upload one, else
/// NULL. DEFACTO_LOANS_WAIT_FOR has its terms in /wait, and DEFACTO_RAW what
/// defacto_client_raw takes in /raw/method and /raw/path. Free `*out` with
/// defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_call(
    client: *const Client,
    operation: *const c_char,
    input: *const Value,
    file: *const File,
    out: *mut *mut Value,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let (door, operation) = named(client, operation)?;
        let reply = door.call(operation, whole(input)?.as_bytes(), upload(file)?)?;
        out.give(Value::answered(reply));
        Ok(())
    })
}

/// Sends any operation as defacto_client_call does, and does not wait. Free
/// `*out` with defacto_submitted_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_submit(
    client: *const Client,
    operation: *const c_char,
    input: *const Value,
    file: *const File,
    out: *mut *mut Submitted,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let (door, operation) = named(client, operation)?;
        let (input, file) = (whole(input)?, upload(file)?);
        out.give(Submitted::start(|done| {
            let done = move |result: Result<_, _>| {
                done(result.map_or_else(Outcome::Failed, Outcome::answered))
            };
            door.submit(operation, input.as_bytes(), file, done)
                .map(Some)
        })?);
        Ok(())
    })
}

/// Sends a request that no operation stands for, and waits: `method` such as
/// "GET", which ends with a NUL, and a path of the API, such as "/loans".
/// `input` has /query, /body and /options, each of which may be left out; NULL
/// is none. `file` is sent as a form instead of the body; NULL is none. What
/// is no read is sent once only. Free `*out` with defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_raw(
    client: *const Client,
    method: *const c_char,
    path: *const c_char,
    path_length: usize,
    input: *const Value,
    file: *const File,
    out: *mut *mut Value,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let client = pointer::read(client, "client")?;
        let method = pointer::text(method, usize::MAX, "method")?;
        let path = pointer::text(path, path_length, "path")?;
        let mut whole = match pointer::given(input, "input")? {
            Some(input) => input.json()?.clone(),
            None => json!({}),
        };
        // The core refuses what is no object.
        if let Json::Object(parts) = &mut whole {
            parts.insert("raw".to_owned(), json!({"method": method, "path": path}));
        }
        let whole = whole.to_string();
        let reply = client.door.call("raw", whole.as_bytes(), upload(file)?)?;
        out.give(Value::answered(reply));
        Ok(())
    })
}

/// Makes a list of any list operation, with input as for defacto_client_call.
/// Nothing is sent before defacto_pages_next. Free `*out` with
/// defacto_pages_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_list(
    client: *const Client,
    operation: *const c_char,
    input: *const Value,
    out: *mut *mut Pages,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let (door, operation) = named(client, operation)?;
        out.give(Pages(door.pages(operation, whole(input)?.as_bytes())?));
        Ok(())
    })
}

fn named<'a>(
    client: *const Client,
    operation: *const c_char,
) -> Result<(&'a Door, &'a str), Fault> {
    let client = pointer::read(client, "client")?;
    Ok((
        &client.door,
        pointer::text(operation, usize::MAX, "operation")?,
    ))
}

fn whole(input: *const Value) -> Result<String, Fault> {
    pointer::given(input, "input")?.map_or(Ok("{}".to_owned()), Value::text)
}

fn upload(file: *const File) -> Result<Option<defacto::File>, Fault> {
    Ok(pointer::given(file, "file")?.map(|file| file.0.clone()))
}

/// A part of an operation's input, as JSON.
fn part(value: *const Value, name: &'static str) -> Result<String, Fault> {
    pointer::given(value, name)?.map_or(Ok("null".to_owned()), Value::text)
}

/// What an operation is called with.
pub(crate) struct Call {
    pub(crate) client: *const Client,
    pub(crate) path: Vec<(&'static str, *const c_char, usize)>,
    pub(crate) query: *const Value,
    pub(crate) body: *const Value,
    pub(crate) file: *const File,
}

impl Call {
    /// `more` are parts of the input beside, with a comma in front.
    fn input(&self, more: &str) -> Result<String, Fault> {
        let mut path = Map::new();
        for (name, text, length) in &self.path {
            let text = pointer::text(*text, *length, name)?;
            path.insert((*name).to_owned(), text.into());
        }
        let (query, body) = (part(self.query, "query")?, part(self.body, "body")?);
        let path = Json::Object(path);
        Ok(format!(
            r#"{{"path":{path},"query":{query},"body":{body}{more}}}"#
        ))
    }

    /// Sends it and waits for the answer.
    pub(crate) fn send(
        &self,
        operation: &str,
        out: *mut *mut Value,
        error: *mut *mut Failure,
    ) -> Status {
        self.run(operation, || Ok(String::new()), out, error)
    }

    /// Waits as the terms in `wait` say.
    pub(crate) fn wait(
        &self,
        waiter: &str,
        wait: *const Value,
        out: *mut *mut Value,
        error: *mut *mut Failure,
    ) -> Status {
        let terms = || Ok(format!(r#","wait":{}"#, part(wait, "wait")?));
        self.run(waiter, terms, out, error)
    }

    fn run(
        &self,
        name: &str,
        more: impl FnOnce() -> Result<String, Fault>,
        out: *mut *mut Value,
        error: *mut *mut Failure,
    ) -> Status {
        guard(error, || {
            let out = Out::new(out, "out")?;
            let client = pointer::read(self.client, "client")?;
            let file = upload(self.file)?;
            let input = self.input(&more()?)?;
            let reply = client.door.call(name, input.as_bytes(), file)?;
            out.give(Value::answered(reply));
            Ok(())
        })
    }

    /// Makes a list of it; nothing is sent yet.
    pub(crate) fn list(
        &self,
        operation: &str,
        out: *mut *mut Pages,
        error: *mut *mut Failure,
    ) -> Status {
        guard(error, || {
            let out = Out::new(out, "out")?;
            let client = pointer::read(self.client, "client")?;
            let input = self.input("")?;
            out.give(Pages(client.door.pages(operation, input.as_bytes())?));
            Ok(())
        })
    }
}

/// Calls a verb of the library whose result is a whole number.
pub(crate) fn function(
    name: &str,
    arguments: impl FnOnce() -> Result<Json, Fault>,
    out: *mut i64,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let result = bridge::call(name, arguments()?)?;
        out.set(result.as_i64().ok_or(Fault::WrongType)?);
        Ok(())
    })
}
