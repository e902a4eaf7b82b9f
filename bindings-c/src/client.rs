//! `defacto_client`, and how an operation is called.

use std::ffi::c_char;

use defacto::blocking;
use defacto::bridge::{self, Input};
use defacto::types::Operation;
use serde_json::Value as Json;

use crate::error::Failure;
use crate::guard::{Fault, guard, plain};
use crate::pages::Pages;
use crate::pointer::{self, Out};
use crate::status::Status;
use crate::value::Value;

/// A client. Used from many threads at once; freed by one while no other uses
/// it.
pub struct Client(blocking::Client);

/// Opens a client. `settings` has the members `api_key` and `environment`
/// (`sandbox` or `production`) or `base_url`, and may have `timeout` and
/// `deadline` in seconds and `retries`. Nothing is sent. Free `*out` with
/// defacto_client_free and `*error`, which may be NULL, with
/// defacto_error_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_new(
    settings: *const Value,
    out: *mut *mut Client,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let settings = pointer::read(settings, "settings")?;
        out.give(Client(bridge::open(settings.json.clone())?));
        Ok(())
    })
}

/// Frees a client. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_client_free(client: *mut Client) {
    plain((), || pointer::free(client));
}

/// What an operation is called with.
pub(crate) struct Call {
    pub(crate) client: *const Client,
    pub(crate) path: Vec<(&'static str, *const c_char, usize)>,
    pub(crate) query: *const Value,
    pub(crate) body: *const Value,
}

impl Call {
    fn input(&self) -> Result<Input, Fault> {
        let mut input = Input::default();
        for (name, text, length) in &self.path {
            let text = pointer::text(*text, *length, name)?;
            input.path.insert((*name).to_owned(), text.to_owned());
        }
        match pointer::given(self.query).map(|query| &query.json) {
            None => {}
            Some(Json::Object(fields)) => input.query = fields.clone(),
            Some(_) => return Err(Fault::WrongType),
        }
        if let Some(body) = pointer::given(self.body) {
            input.body = body.json.clone();
        }
        Ok(input)
    }

    /// Sends it and waits.
    pub(crate) fn send(
        &self,
        operation: &'static Operation,
        out: *mut *mut Value,
        error: *mut *mut Failure,
    ) -> Status {
        guard(error, || {
            let out = Out::new(out, "out")?;
            let client = pointer::read(self.client, "client")?;
            let answer = client.0.invoke(operation, self.input()?).send()?;
            out.give(Value::new(answer));
            Ok(())
        })
    }

    /// Makes a list of it; nothing is sent yet.
    pub(crate) fn list(
        &self,
        operation: &'static Operation,
        out: *mut *mut Pages,
        error: *mut *mut Failure,
    ) -> Status {
        guard(error, || {
            let out = Out::new(out, "out")?;
            let client = pointer::read(self.client, "client")?;
            out.give(Pages::new(
                client.0.invoke_list(operation, self.input()?).pages(),
            ));
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
