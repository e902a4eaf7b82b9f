//! Operations of the `borrowers` group.

use crate::operation::{Answer, Body, Check, Done, Method, Operation, Paging, Retry, param};

/// `POST /borrowers`
pub static CREATE: Operation = Operation::new("borrowers", "create", Method::Post, "/borrowers")
    .doc(
        "Enrols a company as borrower and opens its credit line. With wait_for_ready the answer takes 4 to 8 seconds and loans are possible at once, otherwise wait for the credit line; a 504 comes after 30 seconds and a 400 lists missing data. There is no repeat key, so look for the borrower by its company number before a retry (INFERRED).",
    )
    .body(Body::Json("CreateBorrower"))
    .answers(&[201], Answer::Json("Borrower"))
    .slow()
    .creates();

/// `GET /borrowers`
pub static LIST: Operation = Operation::new("borrowers", "list", Method::Get, "/borrowers")
    .doc("Lists the borrowers of your account page by page.")
    .query("ListBorrowers")
    .answers(&[200], Answer::List("Borrower"))
    .paged(Paging::Cursor);

/// `GET /borrower/{borrower_id}`
pub static GET: Operation = Operation::new("borrowers", "get", Method::Get, "/borrower/{borrower_id}")
    .doc(
        "Reads one borrower with accounts, compliance checks and next actions. The contract link is pre-signed and expires, so do not store it.",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .answers(&[200], Answer::Json("Borrower"));

/// `POST /borrower/{borrower_id}/sign`
pub static SIGN: Operation = Operation::new("borrowers", "sign", Method::Post, "/borrower/{borrower_id}/sign")
    .doc(
        "Records when a borrower accepted the terms and conditions. With wait_for_ready the answer comes once the credit line exists, after 4 to 8 seconds. Read the borrower before a repeat (INFERRED).",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .body(Body::Json("SignBorrower"))
    .answers(&[200], Answer::Json("Borrower"))
    .retry(Retry::Guarded(Some(Check {
            read: "borrowers.get",
            query: None,
            done: Done::Present("signed_at"),
            undone: &["TO_SIGN"],
        })));

/// `POST /borrower/{borrower_id}/owner`
pub static CREATE_OWNER: Operation = Operation::new("borrowers", "create_owner", Method::Post, "/borrower/{borrower_id}/owner")
    .doc(
        "Adds an owner with identity documents to a borrower. It answers 201. A repeat may add the person twice (INFERRED).",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .body(Body::Json("CreateOwner"))
    .answers(&[201], Answer::Json("CreatedOwner"))
    .creates();

/// `POST /borrower/{borrower_id}/deactivate`
pub static DEACTIVATE: Operation = Operation::new("borrowers", "deactivate", Method::Post, "/borrower/{borrower_id}/deactivate")
    .doc(
        "Deactivates a borrower. It answers 204 without a body. Whether this can be undone and what happens to open loans is not documented, so do not repeat blindly (INFERRED).",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .answers(&[204], Answer::Empty)
    .retry(Retry::Guarded(Some(Check {
            read: "borrowers.get",
            query: None,
            done: Done::Status(&["DEACTIVATED"]),
            undone: &["TO_SIGN", "SIGNED", "SDD_SETUP", "ALL_PAYMENT_SETUP", "READY", "BLOCKED"],
        })));

/// `GET /borrower/{borrower_id}/repayment-methods`
pub static LIST_REPAYMENT_METHODS: Operation = Operation::new("borrowers", "list_repayment_methods", Method::Get, "/borrower/{borrower_id}/repayment-methods")
    .doc(
        "Lists the ways in which a borrower can repay. The answer has the page shape, but no paging parameters exist.",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .answers(&[200], Answer::List("RepaymentMethodDetails"))
    .paged(Paging::Envelope);

/// `POST /borrower/{borrower_id}/repayment-methods`
pub static ADD_REPAYMENT_METHOD: Operation = Operation::new("borrowers", "add_repayment_method", Method::Post, "/borrower/{borrower_id}/repayment-methods")
    .doc(
        "Adds or picks a repayment method of a borrower. DIRECT_DEBIT needs an account, and on request the method becomes the default or moves to all loans in TO_REPAY and TO_REPAY_FEES, while the payout account of loans never changes. A repeat may add a second method (INFERRED).",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .body(Body::Json("AddRepaymentMethod"))
    .answers(&[200], Answer::Json("RepaymentMethodDetails"))
    .creates();

/// `GET /borrower/{borrower_id}/financial-products`
pub static LIST_FINANCIAL_PRODUCTS: Operation = Operation::new("borrowers", "list_financial_products", Method::Get, "/borrower/{borrower_id}/financial-products")
    .doc(
        "Lists the products under which a borrower may request loans. Each has its rate in percent per day and its limits in cents, and can_request_loan tells whether it is usable now. The answer has the page shape, but no paging parameters exist.",
    )
    .path_params(&[param("borrower_id", "BorrowerId")])
    .answers(&[200], Answer::List("BorrowerFinancialProduct"))
    .paged(Paging::Envelope);
