//! `defacto_error`: what went wrong.

use std::ffi::c_char;

use serde_json::Value as Json;

use crate::guard::plain;
use crate::pointer::{self, Handle, Kind};
use crate::status::Status;
use crate::value::{Value, defacto_value_get_text};

/// What went wrong. Read from many threads at once.
pub struct Failure {
    status: Status,
    details: Handle<Value>,
}

impl Kind for Failure {
    const TAG: u64 = 0x4465_4661_4572_7203;
}

impl Failure {
    pub(crate) fn new(status: Status, details: Json) -> Self {
        Self {
            status,
            details: Handle::lent(Value::new(details)),
        }
    }
}

/// The kind of error; the value to switch on.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_error_status(error: *const Failure) -> Status {
    plain(Status::Panic, || match pointer::given(error, "error") {
        Ok(error) => error.map_or(Status::Ok, |error| error.status),
        Err(_) => Status::WrongHandle,
    })
}

/// What went wrong and what to do next. Lives as long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_error_message(error: *const Failure) -> *const c_char {
    plain(c"".as_ptr(), || {
        let mut text = c"".as_ptr();
        if let Ok(error) = pointer::read(error, "error") {
            // Without a message the empty text stays.
            let _ = defacto_value_get_text(
                error.details.lend(),
                c"/message".as_ptr(),
                &raw mut text,
                std::ptr::null_mut(),
            );
        }
        text
    })
}

/// Everything else: /status, /operation, /attempts, /salt_id,
/// /is_outcome_unknown, /problem/title ... Lives as long as the error; do not
/// free it.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_error_details(error: *const Failure) -> *const Value {
    plain(std::ptr::null(), || {
        pointer::read(error, "error").map_or(std::ptr::null(), |error| error.details.lend())
    })
}

/// Frees an error and every text it gave. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_error_free(error: *mut Failure) {
    plain((), || pointer::free(error));
}
