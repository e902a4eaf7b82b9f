//! Operations of the `bills` group.

use crate::operation::{Answer, Body, Check, Done, From, Method, Operation, Paging, Retry, param};

/// `GET /bills`
pub static LIST: Operation = Operation::new("bills", "list", Method::Get, "/bills")
    .doc(
        "Lists Defacto's fee invoices page by page. By default these are your own, and bills of your borrowers depend on your contract.",
    )
    .query("ListBills")
    .answers(&[200], Answer::List("Bill"))
    .paged(Paging::Cursor);

/// `POST /bill/{bill_id}/sent`
pub static REPORT_SENT: Operation = Operation::new("bills", "report_sent", Method::Post, "/bill/{bill_id}/sent")
    .doc(
        "Reports that you sent a bill to its payer yourself. The bill must be VALIDATED, and the call is only for partners who send bills on their own. It answers 204; check the bill before a repeat (INFERRED).",
    )
    .path_params(&[param("bill_id", "BillId")])
    .body(Body::Json("ReportBillSent"))
    .answers(&[204], Answer::Empty)
    .retry(Retry::Guarded(Some(Check {
            read: "bills.list",
            query: Some(("bill_id", From::Path("bill_id"))),
            done: Done::Status(&["SENT_TO_PAYER", "TO_PAY", "PAID"]),
            undone: &["VALIDATED"],
        })));
