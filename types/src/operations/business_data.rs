//! Operations of the `business_data` group.

use crate::operation::{Answer, Body, Method, Operation, Retry, Salt, param};

/// `POST /business/data/batch-upload`
pub static OPEN_BATCH: Operation = Operation::new("business_data", "open_batch", Method::Post, "/business/data/batch-upload")
    .doc(
        "Opens a batch for sharing data about one company. Pass the returned id with each data upload and close the batch at the end. By default it cancels an open batch of the same company, so a repeat drops the earlier one.",
    )
    .body(Body::Json("OpenBatch"))
    .answers(&[201], Answer::Json("Batch"))
    .creates();

/// `POST /business/data/batch-upload/{batch_id}/close`
pub static CLOSE_BATCH: Operation = Operation::new("business_data", "close_batch", Method::Post, "/business/data/batch-upload/{batch_id}/close")
    .doc(
        "Closes a batch so that its data is used. Without this call the data is ignored. Check the returned status before a repeat (INFERRED).",
    )
    .path_params(&[param("batch_id", "BatchId")])
    .answers(&[200], Answer::Json("Batch"))
    .retry(Retry::Guarded(None));

/// `POST /business/data/accounts`
pub static UPLOAD_ACCOUNTS: Operation = Operation::new("business_data", "upload_accounts", Method::Post, "/business/data/accounts")
    .doc(
        "Shares bank account balances of a company. It answers 204, and data already sent cannot be updated. The id of an account links it to the account field of transactions, and the IBAN may serve as id.",
    )
    .body(Body::Json("UploadAccounts"))
    .answers(&[204], Answer::Empty);

/// `POST /business/data/account-transactions`
pub static UPLOAD_TRANSACTIONS: Operation = Operation::new("business_data", "upload_transactions", Method::Post, "/business/data/account-transactions")
    .doc(
        "Shares bank transactions of a company. It answers 204, and data already sent cannot be updated. Give each transaction a stable salt_id so that a repeat does not count it twice (INFERRED).",
    )
    .body(Body::Json("UploadTransactions"))
    .answers(&[204], Answer::Empty)
    .retry(Retry::Salted(Salt::Items("transactions")));

/// `POST /business/data/invoices`
pub static UPLOAD_INVOICES: Operation = Operation::new("business_data", "upload_invoices", Method::Post, "/business/data/invoices")
    .doc(
        "Shares invoices of a company for scoring, not for financing. It answers 204, and data already sent cannot be updated. Give each invoice a stable salt_id so that a repeat does not count it twice (INFERRED).",
    )
    .body(Body::Json("UploadInvoices"))
    .answers(&[204], Answer::Empty)
    .retry(Retry::Salted(Salt::Items("invoices")));
