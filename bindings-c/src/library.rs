//! What the library is.

use std::ffi::{CStr, c_char};

/// Counts up with every change that a program compiled before does not bear;
/// the number in the soname.
const ABI: u32 = 0;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// The version of the library that runs, such as "0.1.0". Never freed.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The ABI of the library that runs; DEFACTO_ABI is the one compiled against.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_abi() -> u32 {
    ABI
}
