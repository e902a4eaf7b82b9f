//! Passes the linker what an addon needs; among it that the library stays
//! loaded when the worker that loaded it ends, since our thread runs on.

fn main() {
    napi_build::setup();
}
