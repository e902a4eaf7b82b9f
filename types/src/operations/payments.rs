//! Operations of the `payments` group.

use crate::operation::{Answer, Body, Method, Operation, Paging};

/// `POST /repay/now`
pub static REPAY_NOW: Operation = Operation::new("payments", "repay_now", Method::Post, "/repay/now")
    .doc(
        "Opens a pay-by-bank page to repay a number of cents now. Send the payer to the returned URL. Do not repeat blindly, because each call may start another payment (INFERRED).",
    )
    .body(Body::Json("RepayNow"))
    .answers(&[200], Answer::Json("RepayNowPage"));

/// `GET /payments`
pub static LIST: Operation = Operation::new("payments", "list", Method::Get, "/payments")
    .doc(
        "Lists actual money movements page by page. One payment can settle several loans, bills and intents, so read the shares in related_to.",
    )
    .query("ListPayments")
    .answers(&[200], Answer::List("Payment"))
    .paged(Paging::Cursor);
