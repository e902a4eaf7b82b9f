//! Operations of the `events` group.

use crate::operation::{Answer, Method, Operation, Paging};

/// `GET /events`
pub static LIST: Operation = Operation::new("events", "list", Method::Get, "/events")
    .doc(
        "Lists accounting events of loans page by page. Amounts are in cents. Use it to catch up after missed webhooks.",
    )
    .query("ListEvents")
    .answers(&[200], Answer::List("LedgerEvent"))
    .paged(Paging::Cursor);
