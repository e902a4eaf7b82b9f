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

/// What a handle points to: its kind, then the thing itself. The kind is what
/// finds a handle of another type, and within limits one that was freed.
#[repr(C)]
pub(crate) struct Handle<T> {
    tag: u64,
    value: T,
}

/// A type that has handles.
pub(crate) trait Kind {
    /// A number no other type has and memory is unlikely to hold.
    const TAG: u64;
}

/// The tag's top bit: a handle inside another one, which is never freed.
const LENT: u64 = 1 << 63;

impl<T: Kind> Handle<T> {
    /// For a handle that lives inside another.
    pub(crate) fn lent(value: T) -> Self {
        Self {
            tag: T::TAG | LENT,
            value,
        }
    }

    /// The handle as C holds it.
    pub(crate) fn lend(&self) -> *const T {
        (&raw const *self).cast()
    }
}

/// The tag of what is there, if it can be a handle of ours.
fn tag_of<T>(pointer: *const T) -> Option<u64> {
    let tag = pointer.cast::<u64>();
    // SAFETY: not NULL and aligned; every handle of ours begins with its tag,
    // and nobody passes anything else. Volatile, so that the tag taken away
    // from a freed handle is looked at.
    (!tag.is_null() && tag.is_aligned()).then(|| unsafe { tag.read_volatile() })
}

fn check<T: Kind>(pointer: *const T, name: &'static str) -> Result<(), Fault> {
    if pointer.is_null() {
        return Err(Fault::Null(name));
    }
    match tag_of(pointer) {
        Some(tag) if tag & !LENT == T::TAG => Ok(()),
        _ => Err(Fault::Handle(name)),
    }
}

/// A handle to read.
pub(crate) fn read<'a, T: Kind>(pointer: *const T, name: &'static str) -> Result<&'a T, Fault> {
    check(pointer, name)?;
    // SAFETY: a live handle of ours by its tag, which nobody changes meanwhile.
    Ok(&unsafe { &*pointer.cast::<Handle<T>>() }.value)
}

/// A handle to read that may be left out.
pub(crate) fn given<'a, T: Kind>(
    pointer: *const T,
    name: &'static str,
) -> Result<Option<&'a T>, Fault> {
    match read(pointer, name) {
        Ok(value) => Ok(Some(value)),
        Err(Fault::Null(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A handle to change.
pub(crate) fn change<'a, T: Kind>(pointer: *mut T, name: &'static str) -> Result<&'a mut T, Fault> {
    check(pointer, name)?;
    // SAFETY: a live handle of ours by its tag, which nobody else uses
    // meanwhile.
    Ok(&mut unsafe { &mut *pointer.cast::<Handle<T>>() }.value)
}

/// So many bytes.
pub(crate) fn bytes<'a>(
    pointer: *const u8,
    length: usize,
    name: &'static str,
) -> Result<&'a [u8], Fault> {
    if pointer.is_null() {
        return Err(Fault::Null(name));
    }
    if isize::try_from(length).is_err() {
        return Err(Fault::Length(name));
    }
    // SAFETY: not NULL, and the caller says how long it is; no length of an
    // object in memory is above `isize::MAX`.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
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
    let text = if length == TERMINATED {
        // SAFETY: not NULL, and the caller says that it ends with a NUL.
        unsafe { CStr::from_ptr(pointer) }.to_bytes()
    } else {
        bytes(pointer.cast(), length, name)?
    };
    std::str::from_utf8(text).map_err(|_| Fault::Text(name))
}

/// Writes a text into memory of the caller's and fills up what is left of it.
/// One that does not fit leaves the memory as it is.
pub(crate) fn copy(text: &[u8], pointer: *mut u8, size: usize, fill: u8) -> Result<(), Fault> {
    if pointer.is_null() {
        return Err(Fault::Null("buffer"));
    }
    let Some(left) = size.checked_sub(text.len()) else {
        return Err(Fault::Length("buffer"));
    };
    if isize::try_from(size).is_err() {
        return Err(Fault::Length("buffer"));
    }
    // SAFETY: not NULL, and the caller says that `size` bytes may be written;
    // the text is no longer than that, and is ours, so that they do not
    // overlap.
    unsafe {
        pointer.copy_from_nonoverlapping(text.as_ptr(), text.len());
        pointer.add(text.len()).write_bytes(fill, left);
    }
    Ok(())
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

impl<T: Kind> Out<*mut T> {
    /// A new handle, which the caller frees.
    pub(crate) fn give(self, value: T) {
        self.set(new(value));
    }
}

/// A new handle.
pub(crate) fn new<T: Kind>(value: T) -> *mut T {
    Box::into_raw(Box::new(Handle { tag: T::TAG, value })).cast()
}

/// Ends a handle; NULL is none, and one that is lent, of another type or known
/// to be freed is left alone.
pub(crate) fn free<T: Kind>(pointer: *mut T) {
    if pointer.is_null() || tag_of(pointer) != Some(T::TAG) {
        return;
    }
    let handle = pointer.cast::<Handle<T>>();
    // SAFETY: a handle made by `new` that was not freed yet, by its tag. The
    // write is volatile, since nothing reads it before the memory is given back.
    unsafe {
        (&raw mut (*handle).tag).write_volatile(0);
        drop(Box::from_raw(handle));
    }
}
