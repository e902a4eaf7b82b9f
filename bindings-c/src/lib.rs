//! The C library: handles, values by JSON pointer and one function an
//! operation, all over the core's bridge. `include/defacto.h` is its face.
//!
//! Everything that is dereferenced is dereferenced in `pointer`. The other
//! modules are allowed unsafe code only because exporting a function by its
//! name counts as such.

#[allow(unsafe_code)]
mod client;
#[allow(unsafe_code)]
mod copy;
#[allow(unsafe_code)]
mod error;
#[allow(unsafe_code)]
mod file;
#[allow(unsafe_code)]
mod generated;
mod guard;
#[allow(unsafe_code)]
mod library;
mod log;
#[allow(unsafe_code)]
mod pages;
mod path;
#[allow(unsafe_code)]
mod pointer;
#[allow(unsafe_code)]
mod reply;
#[allow(unsafe_code)]
mod shape;
mod status;
#[allow(unsafe_code)]
mod submitted;
#[allow(unsafe_code)]
mod value;
