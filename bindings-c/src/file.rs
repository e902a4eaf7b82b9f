//! `defacto_file`: what an upload sends.

use std::ffi::c_char;

use crate::error::Failure;
use crate::guard::{guard, plain};
use crate::pointer::{self, Kind, Out};
use crate::status::Status;

/// A file to upload. Read from many threads at once.
pub struct File(pub(crate) defacto::File);

impl Kind for File {
    const TAG: u64 = 0x4465_4661_4669_6c05;
}

/// A file of `size` bytes, which are copied. `name` is the one the server
/// sees, `media_type` such as `application/pdf`. Free `*out` with
/// defacto_file_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_file_new(
    name: *const c_char,
    name_length: usize,
    media_type: *const c_char,
    media_type_length: usize,
    content: *const u8,
    size: usize,
    out: *mut *mut File,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let name = pointer::text(name, name_length, "name")?;
        let media_type = pointer::text(media_type, media_type_length, "media_type")?;
        let content = pointer::bytes(content, size, "content")?;
        out.give(File(defacto::File::new(name, media_type, content.to_vec())));
        Ok(())
    })
}

/// Frees a file. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_file_free(file: *mut File) {
    plain((), || pointer::free(file));
}
