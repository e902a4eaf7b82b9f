//! `defacto_pages`: a list, page by page.

use defacto::bridge::DoorPages;

use crate::error::Failure;
use crate::guard::{Fault, guard, plain};
use crate::pointer::{self, Kind, Out};
use crate::status::Status;
use crate::submitted::{Outcome, Submitted};
use crate::value::Value;

/// A list that is being read. Used by one thread at a time.
pub struct Pages(pub(crate) DoorPages);

impl Kind for Pages {
    const TAG: u64 = 0x4465_4661_5061_6704;
}

/// Reads the next page, whose items are in /data/0, /data/1 ... After the last
/// page DEFACTO_STATUS_END comes, and neither `*out` nor `*error` is written.
/// After an error whose /is_retryable is true the same page is read again; any
/// other ends the list. Free `*out` with defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_pages_next(
    pages: *mut Pages,
    out: *mut *mut Value,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let pages = pointer::read(pages, "pages")?;
        out.give(Value::answered(pages.0.next()?.ok_or(Fault::End)?));
        Ok(())
    })
}

/// Reads the next page as defacto_pages_next does, and does not wait. One at
/// a time. Free `*out` with defacto_submitted_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_pages_submit_next(
    pages: *mut Pages,
    out: *mut *mut Submitted,
    error: *mut *mut Failure,
) -> Status {
    guard(error, || {
        let out = Out::new(out, "out")?;
        let pages = pointer::read(pages, "pages")?;
        out.give(Submitted::start(|done| {
            pages.0.submit_next(move |result| {
                done(match result {
                    Ok(page) => page.map_or(Outcome::Ended, Outcome::answered),
                    Err(error) => Outcome::Failed(error),
                });
            })
        })?);
        Ok(())
    })
}

/// Where the next page begins, as a new text value to keep and to go on from
/// as /query/cursor, even in another process. DEFACTO_STATUS_ABSENT before the
/// first page and after the last. Free `*out` with defacto_value_free.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_pages_cursor(pages: *const Pages, out: *mut *mut Value) -> Status {
    guard(std::ptr::null_mut(), || {
        let out = Out::new(out, "out")?;
        let cursor = pointer::read(pages, "pages")?.0.cursor();
        out.give(Value::new(cursor.ok_or(Fault::Absent)?.into()));
        Ok(())
    })
}

/// Frees a list. NULL does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn defacto_pages_free(pages: *mut Pages) {
    plain((), || pointer::free(pages));
}
