//! Operations of the `loans` group.

use crate::operation::{
    Answer, Body, Check, Done, From, Method, Operation, Paging, Retry, Salt, param,
};

/// `POST /loans`
pub static CREATE: Operation = Operation::new("loans", "create", Method::Post, "/loans")
    .doc(
        "Requests a loan for at most one invoice. Always set salt_id, because then a repeat after a 504 (30 seconds) cannot create a second loan. A refusal is a 201 answer with status DECLINED and a denial_reason, and by default the decision arrives later.",
    )
    .body(Body::Json("CreateLoan"))
    .answers(&[201], Answer::Json("Loan"))
    .retry(Retry::Salted(Salt::Body))
    .slow()
    .creates();

/// `GET /loans`
pub static LIST: Operation = Operation::new("loans", "list", Method::Get, "/loans")
    .doc(
        "Lists loans page by page. The entries leave out the documents field. Several filters may be combined.",
    )
    .query("ListLoans")
    .answers(&[200], Answer::List("Loan"))
    .paged(Paging::Cursor);

/// `GET /loan/{loan_id}`
pub static GET: Operation = Operation::new("loans", "get", Method::Get, "/loan/{loan_id}")
    .doc(
        "Reads one loan with its amounts in cents, dates, status and documents. Document links are pre-signed and expire, so do not store them.",
    )
    .path_params(&[param("loan_id", "LoanId")])
    .answers(&[200], Answer::Json("Loan"));

/// `PATCH /loan/{loan_id}`
pub static UPDATE: Operation = Operation::new("loans", "update", Method::Patch, "/loan/{loan_id}")
    .doc(
        "Changes a loan as far as its status allows. All fields may change in SUBMITTED and TO_VALIDATE, only references and to_repay_at in VALIDATED and SCHEDULED, and only to_repay_at (not before earliest_to_repay_at) in TO_REPAY. A repeat with the same values is safe while the status stays the same (INFERRED).",
    )
    .path_params(&[param("loan_id", "LoanId")])
    .body(Body::Json("UpdateLoan"))
    .answers(&[200], Answer::Json("Loan"))
    .retry(Retry::Safe);

/// `POST /loan/{loan_id}/validate`
pub static VALIDATE: Operation = Operation::new("loans", "validate", Method::Post, "/loan/{loan_id}/validate")
    .doc(
        "Gives the borrower's consent to a loan offer. The loan must be TO_VALIDATE. If the answer is lost, read the loan before trying again, because the status may have moved (INFERRED).",
    )
    .path_params(&[param("loan_id", "LoanId")])
    .answers(&[200], Answer::Json("Loan"))
    .retry(Retry::Guarded(Some(Check {
            read: "loans.get",
            query: None,
            done: Done::Status(&["VALIDATED", "SCHEDULED", "INITIATED", "TO_REPAY", "TO_REPAY_FEES", "CLOSED"]),
            undone: &["TO_VALIDATE"],
        })));

/// `POST /loan/{loan_id}/cancel`
pub static CANCEL: Operation = Operation::new("loans", "cancel", Method::Post, "/loan/{loan_id}/cancel")
    .doc(
        "Withdraws a loan before its money leaves. The loan must be TO_VALIDATE, VALIDATED or SCHEDULED, which ends 24 to 48 hours before to_pay_at. If the answer is lost, read the loan before trying again (INFERRED).",
    )
    .path_params(&[param("loan_id", "LoanId")])
    .answers(&[200], Answer::Json("Loan"))
    .retry(Retry::Guarded(Some(Check {
            read: "loans.get",
            query: None,
            done: Done::Status(&["CANCELED"]),
            undone: &["PENDING_VALIDATION", "TO_VALIDATE", "VALIDATED", "SCHEDULED"],
        })));

/// `GET /loan/{loan_id}/events`
pub static LIST_EVENTS: Operation = Operation::new("loans", "list_events", Method::Get, "/loan/{loan_id}/events")
    .doc(
        "Lists the status history of one loan. The answer has the page shape, but no paging parameters exist.",
    )
    .path_params(&[param("loan_id", "LoanId")])
    .answers(&[200], Answer::List("LoanEvent"))
    .paged(Paging::Envelope);

/// `PUT /loan/repayment-terms`
pub static SET_REPAYMENT_TERMS: Operation = Operation::new("loans", "set_repayment_terms", Method::Put, "/loan/repayment-terms")
    .doc(
        "Changes the repayment date, method or account of one or more loans. Each loan must be TO_REPAY or TO_REPAY_FEES and can be postponed once. A 400 answer means that a debit was already instructed, less than 3 days before its date.",
    )
    .body(Body::Json("SetRepaymentTerms"))
    .answers(&[200], Answer::List("Loan"))
    .paged(Paging::Envelope)
    .retry(Retry::Guarded(Some(Check {
            read: "loans.list",
            query: Some(("id", From::Body("repayment_terms", "loan_id"))),
            done: Done::TermsAsAsked,
            undone: &["TO_REPAY", "TO_REPAY_FEES"],
        })));

/// `POST /loan/documents/{document_type}`
pub static FETCH_DOCUMENTS: Operation = Operation::new("loans", "fetch_documents", Method::Post, "/loan/documents/{document_type}")
    .doc(
        "Makes a download link to an archive of loan documents. Loans are chosen by id or by payout period. The link is likely to expire (INFERRED).",
    )
    .path_params(&[param("document_type", "String")])
    .body(Body::Json("FetchLoanDocuments"))
    .answers(&[200], Answer::Json("LoanDocuments"))
    .retry(Retry::Safe);
