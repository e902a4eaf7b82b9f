//! Operations of the `installments` group.

use crate::operation::{Answer, Method, Operation, Paging};

/// `GET /installments`
pub static LIST: Operation = Operation::new("installments", "list", Method::Get, "/installments")
    .doc("Lists the installments of repayment plans page by page. Amounts are in cents.")
    .query("ListInstallments")
    .answers(&[200], Answer::List("Installment"))
    .paged(Paging::Cursor);
