//! `defacto_value`: what goes in and what comes out.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::sync::{Mutex, OnceLock, PoisonError};

use defacto::bridge::Reply;
use serde_json::{Map, Value as Json};

use crate::guard::{Fault, guard, plain};
use crate::path;
use crate::pointer::{self, Kind, Out};
use crate::status::Status;

/// A JSON value. Read from many threads at once; changed or freed by one
/// thread while no other uses it.
pub struct Value {
    /// An answer, whose bytes are not parsed before a member is asked for.
    reply: Option<Reply>,
    json: OnceLock<Result<Json, String>>,
    /// Whether `json` is no longer what the reply says.
    changed: bool,
    /// Texts handed out, with their NUL, by the pointer they were asked for.
    texts: Mutex<BTreeMap<String, Box<[u8]>>>,
}

impl Kind for Value {
    const TAG: u64 = 0x4465_4661_5661_6c01;
}

/// The name under which the whole JSON text is kept: no pointer, so none of
/// them clashes with it.
const WHOLE: &str = "json";

impl Value {
    pub(crate) fn new(json: Json) -> Self {
        Self {
            reply: None,
            json: Ok(json).into(),
            changed: true,
            texts: Mutex::default(),
        }
    }

    pub(crate) fn answered(reply: Reply) -> Self {
        Self {
            reply: Some(reply),
            json: OnceLock::new(),
            changed: false,
            texts: Mutex::default(),
        }
    }

    fn parse(&self) -> &Result<Json, String> {
        self.json.get_or_init(|| {
            let bytes = self.reply.as_ref().map(|reply| &reply.json[..]);
            serde_json::from_slice(bytes.unwrap_or(b"null")).map_err(|error| error.to_string())
        })
    }

    pub(crate) fn json(&self) -> Result<&Json, Fault> {
        self.parse()
            .as_ref()
            .map_err(|problem| Fault::Json(problem.clone()))
    }

    pub(crate) fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    fn change(&mut self) -> Result<&mut Json, Fault> {
        self.json()?;
        self.changed = true;
        let texts = self.texts.get_mut();
        texts.unwrap_or_else(PoisonError::into_inner).clear();
        match self.json.get_mut() {
            Some(Ok(json)) => Ok(json),
            _ => Err(Fault::Panic),
        }
    }

    /// The JSON text: an unchanged answer's own bytes.
    pub(crate) fn text(&self) -> Result<String, Fault> {
        match &self.reply {
            Some(reply) if !self.changed => {
                String::from_utf8(reply.json.to_vec()).map_err(|_| Fault::Text("the answer"))
            }
            _ => Ok(self.json()?.to_string()),
        }
    }

    pub(crate) fn find(&self, at: *const c_char) -> Result<(&Json, &str), Fault> {
        let at = pointer::text(at, usize::MAX, "pointer")?;
        match self.json()?.pointer(at) {
            None | Some(Json::Null) => Err(Fault::Absent),
            Some(found) => Ok((found, at)),
        }
    }

    /// The text of an answer's essential field, such as `/status`, which is
    /// found without parsing the rest.
    fn head(&self, at: &str) -> Option<&str> {
        if self.changed || self.json.get().is_some() {
            return None;
        }
        let reply = self.reply.as_ref()?;
        let name = at.strip_prefix('/')?;
        let (_, place) = reply.head.iter().find(|(known, _)| *known == name)?;
        match reply.json.get(place.clone())? {
            [b'"', text @ .., b'"'] if !text.contains(&b'\\') => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// The text of a pointer, kept until the value is changed or freed.
    pub(crate) fn keep(&self, at: &str, make: impl FnOnce() -> String) -> (*const c_char, usize) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let text = texts.entry(at.to_owned()).or_insert_with(|| {
            let mut bytes = make().into_bytes();
            bytes.push(0);
            bytes.into_boxed_slice()
        });
        (text.as_ptr().cast(), text.len() - 1)
    }
}

/// A new empty object. Free it with defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_new() -> *mut Value {
    plain(std::ptr::null_mut(), || {
        pointer::new(Value::new(Json::Object(Map::new())))
    })
}

/// Reads JSON text of `length` bytes. Free `*out` with defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_parse(
    text: *const c_char,
    length: usize,
    out: *mut *mut Value,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let text = pointer::text(text, length, "text")?;
        let json = serde_json::from_str(text).map_err(|error| Fault::Json(error.to_string()))?;
        out.give(Value::new(json));
        Ok(())
    })
}

/// Frees a value and every text it gave. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_free(value: *mut Value) {
    plain((), || pointer::free(value));
}

fn set(value: *mut Value, at: *const c_char, new: impl FnOnce() -> Result<Json, Fault>) -> Status {
    guard(std::ptr::null_mut(), || {
        let at = pointer::text(at, usize::MAX, "pointer")?;
        // Made first: it may be read from the value that is changed.
        let new = new()?;
        let value = pointer::change(value, "value")?;
        let depth = path::depth(&new);
        *path::make(value.change()?, at, depth)? = new;
        Ok(())
    })
}

/// Sets a whole number: an amount in cents, a count.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_set_i64(
    value: *mut Value,
    pointer: *const c_char,
    number: i64,
) -> Status {
    set(value, pointer, || Ok(number.into()))
}

/// Sets true or false.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_set_bool(
    value: *mut Value,
    pointer: *const c_char,
    truth: bool,
) -> Status {
    set(value, pointer, || Ok(truth.into()))
}

/// Sets a text of `length` bytes, which is copied. Dates are RFC 3339 texts,
/// rates decimal texts.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_set_text(
    value: *mut Value,
    pointer: *const c_char,
    text: *const c_char,
    length: usize,
) -> Status {
    set(value, pointer, || {
        Ok(pointer::text(text, length, "text")?.into())
    })
}

/// Sets an explicit null, which clears a field in a change.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_set_null(value: *mut Value, pointer: *const c_char) -> Status {
    set(value, pointer, || Ok(Json::Null))
}

/// Sets a copy of a part of another value.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_set_value(
    value: *mut Value,
    pointer: *const c_char,
    from: *const Value,
    from_pointer: *const c_char,
) -> Status {
    set(value, pointer, || {
        Ok(pointer::read(from, "from")?.find(from_pointer)?.0.clone())
    })
}

/// Reads a whole number. `*out` is written only on success.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_get_i64(
    value: *const Value,
    pointer: *const c_char,
    out: *mut i64,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let (found, _) = pointer::read(value, "value")?.find(pointer)?;
        out.set(found.as_i64().ok_or(Fault::WrongType)?);
        Ok(())
    })
}

/// Reads true or false. `*out` is written only on success.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_get_bool(
    value: *const Value,
    pointer: *const c_char,
    out: *mut bool,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let (found, _) = pointer::read(value, "value")?.find(pointer)?;
        out.set(found.as_bool().ok_or(Fault::WrongType)?);
        Ok(())
    })
}

/// Reads a text, or a number as its exact decimal text. `*out` ends with a
/// NUL and lives until the value is changed or freed; `length` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_get_text(
    value: *const Value,
    pointer: *const c_char,
    out: *mut *const c_char,
    length: *mut usize,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let value = pointer::read(value, "value")?;
        let at = pointer::text(pointer, usize::MAX, "pointer")?;
        let (text, bytes) = match value.head(at) {
            Some(text) => value.keep(at, || text.to_owned()),
            None => match value.find(pointer)? {
                (Json::String(text), at) => value.keep(at, || text.clone()),
                (Json::Number(number), at) => value.keep(at, || number.to_string()),
                _ => return Err(Fault::WrongType),
            },
        };
        out.set(text);
        if let Ok(length) = Out::new(length, "length") {
            length.set(bytes);
        }
        Ok(())
    })
}

/// Counts the items of a list or the members of an object.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_count(
    value: *const Value,
    pointer: *const c_char,
    out: *mut usize,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        out.set(match pointer::read(value, "value")?.find(pointer)?.0 {
            Json::Array(items) => items.len(),
            Json::Object(members) => members.len(),
            _ => return Err(Fault::WrongType),
        });
        Ok(())
    })
}

/// Gives the value as JSON text: of an answer the server's own bytes, unless
/// it was changed. `*out` ends with a NUL and lives until the value is changed
/// or freed; `length` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_value_json(
    value: *const Value,
    out: *mut *const c_char,
    length: *mut usize,
) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let value = pointer::read(value, "value")?;
        let json = value.text()?;
        let (text, bytes) = value.keep(WHOLE, || json);
        out.set(text);
        if let Ok(length) = Out::new(length, "length") {
            length.set(bytes);
        }
        Ok(())
    })
}
