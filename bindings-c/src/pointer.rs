//! Pointers from C, the only place that follows them.
//!
//! What no code here can check is what the header asks of every caller: a
//! handle that is not NULL came from this library and was not freed, a text
//! has the length said, and an out-parameter that is not NULL may be written.
//! Each `SAFETY` comment below leans on that and on nothing else.

use std::ffi::{CStr, c_char};

use crate::guard::Fault;

/// A length that says that the text ends with a NUL.
const TERMINATED: usize = usize::MAX;

/// A handle to read.
pub(crate) fn read<'a, T>(pointer: *const T, name: &'static str) -> Result<&'a T, Fault> {
    // SAFETY: NULL or a live handle of ours, which nobody changes meanwhile.
    unsafe { pointer.as_ref() }.ok_or(Fault::Null(name))
}

/// A handle to read that may be left out.
pub(crate) fn given<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: as in `read`.
    unsafe { pointer.as_ref() }
}

/// A handle to change.
pub(crate) fn change<'a, T>(pointer: *mut T, name: &'static str) -> Result<&'a mut T, Fault> {
    // SAFETY: NULL or a live handle of ours, which nobody else uses meanwhile.
    unsafe { pointer.as_mut() }.ok_or(Fault::Null(name))
}

/// A text, of a length or up to its NUL.
pub(crate) fn text<'a>(
    pointer: *const c_char,
    length: usize,
    name: &'static str,
) -> Result<&'a str, Fault> {
    if pointer.is_null() {
        return Err(Fault::Null(name));
    }
    let bytes = if length == TERMINATED {
        // SAFETY: not NULL, and the caller says that it ends with a NUL.
        unsafe { CStr::from_ptr(pointer) }.to_bytes()
    } else if isize::try_from(length).is_err() {
        return Err(Fault::Length(name));
    } else {
        // SAFETY: not NULL, and the caller says how long it is; no length of
        // an object in memory is above `isize::MAX`.
        unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), length) }
    };
    std::str::from_utf8(bytes).map_err(|_| Fault::Text(name))
}

/// Where a result goes. Made before the work, so that nothing is sent whose
/// result has no place.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    pub(crate) fn new(pointer: *mut T, name: &'static str) -> Result<Self, Fault> {
        if pointer.is_null() {
            return Err(Fault::Null(name));
        }
        Ok(Self(pointer))
    }

    pub(crate) fn set(self, value: T) {
        // SAFETY: not NULL, and the caller says that it may be written. What
        // was there is not dropped: it may be uninitialised.
        unsafe { self.0.write(value) }
    }
}

impl<T> Out<*mut T> {
    /// A new handle, which the caller frees.
    pub(crate) fn give(self, value: T) {
        self.set(new(value));
    }
}

/// A new handle.
pub(crate) fn new<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Ends a handle; NULL is none.
pub(crate) fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: a handle made by `new` that was not freed yet.
        drop(unsafe { Box::from_raw(pointer) });
    }
}
