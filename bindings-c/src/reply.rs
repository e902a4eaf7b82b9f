//! What is known of an answer beside its JSON.

use std::ffi::c_char;

use defacto::Creation as Core;
use defacto::bridge::Reply;

use crate::guard::{Fault, guard, plain};
use crate::pointer::{self, Out};
use crate::status::Status;
use crate::value::Value;

/// Whether what was to be created is new.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(i32)]
pub enum Creation {
    /// The value is no answer of a creation.
    None = 0,
    /// The call made it.
    New = 1,
    /// It was there before.
    Existing = 2,
    /// The server does not say.
    Unstated = 3,
}

/// What the reply says; `otherwise` of a value that is no answer.
fn ask<T>(value: *const Value, otherwise: T, what: impl FnOnce(&Reply) -> T) -> T {
    plain(None, || {
        pointer::read(value, "value").ok()?.reply().map(what)
    })
    .unwrap_or(otherwise)
}

/// The HTTP status of an answer; 0 of any other value.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_status(value: *const Value) -> u16 {
    ask(value, 0, |reply| reply.status)
}

/// How many times the request of an answer was sent; 0 of any other value.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_attempts(value: *const Value) -> u32 {
    ask(value, 0, |reply| reply.attempts)
}

/// How many milliseconds the call of an answer took, waits included; 0 of any
/// other value.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_elapsed(value: *const Value) -> u64 {
    ask(value, 0, |reply| {
        u64::try_from(reply.elapsed.as_millis()).unwrap_or(u64::MAX)
    })
}

/// Of a creation's answer: whether it is new.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_creation(value: *const Value) -> Creation {
    ask(value, Creation::None, |reply| match reply.creation {
        None => Creation::None,
        Some(Core::New) => Creation::New,
        Some(Core::Existing) => Creation::Existing,
        Some(_) => Creation::Unstated,
    })
}

/// Reads a header of an answer. `name` ends with a NUL, and its case does not
/// matter; of a header that came more than once this is the first. `*out` ends
/// with a NUL and lives until the value is changed or freed; `length` may be
/// NULL. DEFACTO_STATUS_ABSENT where there is no such header that is text, and
/// of any other value.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_header(
    value: *const Value,
    name: *const c_char,
    out: *mut *const c_char,
    length: *mut usize,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let value = pointer::read(value, "value")?;
        let name = pointer::text(name, usize::MAX, "name")?.to_ascii_lowercase();
        let header = value.reply().and_then(|reply| reply.header(&name));
        let header = header.ok_or(Fault::Absent)?;
        let (text, bytes) = value.keep(&format!("header:{name}"), || header.to_owned());
        out.set(text);
        if let Ok(length) = Out::new(length, "length") {
            length.set(bytes);
        }
        Ok(())
    })
}
