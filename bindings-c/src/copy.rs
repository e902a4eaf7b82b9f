//! Texts for languages that keep them in memory of their own.

use std::ffi::c_char;

use serde_json::Value as Json;

use crate::guard::{Fault, guard};
use crate::pointer::{self, Out};
use crate::status::Status;
use crate::value::Value;

/// Copies a text, or a number as its exact decimal text, into `size` bytes of
/// the caller's and fills the rest with `fill`: a space for a COBOL field, 0
/// for an array in C. No NUL is added, so `size` counts one where it is
/// wanted. A text that does not fit gives DEFACTO_STATUS_BAD_LENGTH and leaves
/// the buffer as it is; `length` may be NULL, else it is then written too.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_copy_text(
    value: *const Value,
    pointer: *const c_char,
    buffer: *mut c_char,
    size: usize,
    fill: c_char,
    length: *mut usize,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let (found, _) = pointer::read(value, "value")?.find(pointer)?;
        let number;
        let text = match found {
            Json::String(text) => text.as_str(),
            Json::Number(exact) => {
                number = exact.to_string();
                &number
            }
            _ => return Err(Fault::WrongType),
        };
        if let Ok(length) = Out::new(length, "length") {
            length.set(text.len());
        }
        let [fill] = fill.to_ne_bytes();
        pointer::copy(text.as_bytes(), buffer.cast(), size, fill)
    })
}
