//! `defacto_pages`: a list, page by page.

use defacto::{Pages as Core, blocking, bridge};

use crate::error::Failure;
use crate::guard::{Fault, guard, plain};
use crate::pointer::{self, Out};
use crate::status::Status;
use crate::value::Value;

/// A list that is being read. Used by one thread at a time.
pub struct Pages(Core<serde_json::Value, blocking::Client>);

impl Pages {
    pub(crate) fn new(pages: Core<serde_json::Value, blocking::Client>) -> Self {
        Self(pages)
    }
}

/// Reads the next page, whose items are in /data/0, /data/1 ... After the last
/// page DEFACTO_STATUS_END comes, and neither `*out` nor `*error` is written.
/// After an error the same page is read again. Free `*out` with
/// defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_pages_next(
    pages: *mut Pages,
    out: *mut *mut Value,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let pages = pointer::change(pages, "pages")?;
        let page = pages.0.next().ok_or(Fault::End)??;
        out.give(Value::new(bridge::page(&page)?));
        Ok(())
    })
}

/// Frees a list. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_pages_free(pages: *mut Pages) {
    plain((), || pointer::free(pages));
}
