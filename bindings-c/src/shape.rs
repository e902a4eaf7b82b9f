//! What a value looks like, for a program that does not know it beforehand.

use std::ffi::c_char;

use serde_json::Value as Json;

use crate::guard::{Fault, guard};
use crate::pointer::{self, Out};
use crate::status::Status;
use crate::value::Value;

/// What a part of a value is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(i32)]
pub enum Shape {
    /// Null.
    Null = 0,
    /// True or false.
    Bool = 1,
    /// A number, whole or not.
    Number = 2,
    /// A text.
    Text = 3,
    /// A list.
    List = 4,
    /// An object.
    Object = 5,
}

/// Tells what is at a pointer; DEFACTO_STATUS_ABSENT where nothing is. Here
/// alone null is something.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_shape(
    value: *const Value,
    pointer: *const c_char,
    out: *mut Shape,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let at = pointer::text(pointer, usize::MAX, "pointer")?;
        let found = pointer::read(value, "value")?.json()?.pointer(at);
        out.set(match found.ok_or(Fault::Absent)? {
            Json::Null => Shape::Null,
            Json::Bool(_) => Shape::Bool,
            Json::Number(_) => Shape::Number,
            Json::String(_) => Shape::Text,
            Json::Array(_) => Shape::List,
            Json::Object(_) => Shape::Object,
        });
        Ok(())
    })
}

/// Gives the name of an object's member by its place, from 0 to what
/// defacto_value_count says. `*out` ends with a NUL and lives until the value
/// is changed or freed; `length` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_name(
    value: *const Value,
    pointer: *const c_char,
    place: usize,
    out: *mut *const c_char,
    length: *mut usize,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let value = pointer::read(value, "value")?;
        let (found, at) = value.find(pointer)?;
        let members = found.as_object().ok_or(Fault::WrongType)?;
        let name = members.keys().nth(place).ok_or(Fault::Absent)?;
        // No pointer begins like this, so that no value's text is in the way.
        let (text, bytes) = value.keep(&format!("name {place} {at}"), || name.clone());
        out.set(text);
        if let Ok(length) = Out::new(length, "length") {
            length.set(bytes);
        }
        Ok(())
    })
}
