//! Operations of the `invoices` group.

use crate::operation::{Answer, Body, Check, Done, Method, Operation, Paging, Retry, param};

/// `POST /invoices`
pub static CREATE: Operation = Operation::new("invoices", "create", Method::Post, "/invoices")
    .doc(
        "Creates an invoice from its data and its PDF in base64. Set is_draft to keep it editable, otherwise it goes to verification at once. There is no repeat key, so search for the invoice number before a retry (INFERRED).",
    )
    .body(Body::Json("CreateInvoice"))
    .answers(&[201], Answer::Json("Invoice"))
    .creates();

/// `POST /invoices/upload`
pub static UPLOAD: Operation = Operation::new("invoices", "upload", Method::Post, "/invoices/upload")
    .doc(
        "Creates an invoice by reading its data from a PDF. The file goes into a multipart form whose file part is not named in the contract. A repeat may create a second invoice (INFERRED).",
    )
    .query("UploadInvoiceParties")
    .body(Body::Multipart("UploadInvoiceFile"))
    .answers(&[201], Answer::Json("Invoice"))
    .creates();

/// `GET /invoices`
pub static LIST: Operation = Operation::new("invoices", "list", Method::Get, "/invoices")
    .doc("Lists invoices page by page.")
    .query("ListInvoices")
    .answers(&[200], Answer::List("Invoice"))
    .paged(Paging::Cursor);

/// `GET /invoice/{invoice_id}`
pub static GET: Operation = Operation::new("invoices", "get", Method::Get, "/invoice/{invoice_id}")
    .doc(
        "Reads one invoice with its status and amounts in cents. Document links expire, so do not store them.",
    )
    .path_params(&[param("invoice_id", "InvoiceId")])
    .answers(&[200], Answer::Json("Invoice"));

/// `PATCH /invoice/{invoice_id}`
pub static UPDATE: Operation = Operation::new("invoices", "update", Method::Patch, "/invoice/{invoice_id}")
    .doc(
        "Changes fields of an invoice. The invoice must be TO_SUBMIT or TO_EDIT. A repeat with the same values is safe while the status stays the same (INFERRED).",
    )
    .path_params(&[param("invoice_id", "InvoiceId")])
    .body(Body::Json("UpdateInvoice"))
    .answers(&[200], Answer::Json("Invoice"))
    .retry(Retry::Safe);

/// `POST /invoice/{invoice_id}/submit`
pub static SUBMIT: Operation = Operation::new("invoices", "submit", Method::Post, "/invoice/{invoice_id}/submit")
    .doc(
        "Hands an invoice in for verification, with last changes in the body. The invoice must be TO_SUBMIT or TO_EDIT. A 422 answer lists the fields that are still missing.",
    )
    .path_params(&[param("invoice_id", "InvoiceId")])
    .body(Body::Json("UpdateInvoice"))
    .answers(&[200], Answer::Json("Invoice"))
    .retry(Retry::Guarded(Some(Check {
            read: "invoices.get",
            query: None,
            done: Done::Status(&["SUBMITTED", "VERIFIED"]),
            undone: &["TO_SUBMIT"],
        })));

/// `DELETE /invoice/{invoice_id}`
pub static DELETE: Operation = Operation::new("invoices", "delete", Method::Delete, "/invoice/{invoice_id}")
    .doc(
        "Deletes an invoice and returns it. The answer is 200 with a body, and the required status is not documented. Read the invoice before a repeat (INFERRED).",
    )
    .path_params(&[param("invoice_id", "InvoiceId")])
    .answers(&[200], Answer::Json("Invoice"))
    .retry(Retry::Guarded(Some(Check {
            read: "invoices.get",
            query: None,
            done: Done::Gone("DELETED"),
            undone: &["TO_SUBMIT", "TO_EDIT", "SUBMITTED", "VERIFIED"],
        })));
