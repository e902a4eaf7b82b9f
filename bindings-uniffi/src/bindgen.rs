//! Writes `kotlin/…/native` and `swift/…/Native.swift` from the built library;
//! see uniffi.mk.

fn main() {
    uniffi::uniffi_bindgen_main();
}
