//! Operations of the `credit_lines` group.

use crate::operation::{Answer, Method, Operation, Paging, param};

/// `GET /credit_lines`
pub static LIST: Operation = Operation::new("credit_lines", "list", Method::Get, "/credit_lines")
    .doc(
        "Lists the credit lines opened for your company, page by page. By default it holds those of your borrowers and your own. Poll it with a company number to learn when a new borrower can request loans.",
    )
    .query("ListCreditLines")
    .answers(&[200], Answer::List("CreditLine"))
    .paged(Paging::Cursor);

/// `GET /credit_line`
pub static GET_OWN: Operation = Operation::new("credit_lines", "get_own", Method::Get, "/credit_line")
    .doc(
        "Reads the credit line of your own account. Deprecated, and the maximum exposure of the partner is no longer given.",
    )
    .answers(&[200], Answer::Json("TenantCreditLine"))
    .deprecated();

/// `GET /credit_line/{credit_line_id}`
pub static GET: Operation = Operation::new(
    "credit_lines",
    "get",
    Method::Get,
    "/credit_line/{credit_line_id}",
)
.doc("Reads one credit line. Deprecated, use the financial products of the borrower instead.")
.path_params(&[param("credit_line_id", "CreditLineId")])
.query("GetCreditLine")
.answers(&[200], Answer::Json("CreditLine"))
.deprecated();
