//! Operations of the `testing` group.

use crate::operation::{Answer, Body, Method, Operation, Retry};

/// `GET /hello`
pub static HELLO: Operation = Operation::new("testing", "hello", Method::Get, "/hello")
    .doc(
        "Checks that the API is reachable and that the key is accepted. The answer is a plain text greeting, not JSON.",
    )
    .answers(&[200], Answer::Text);

/// `GET /sandbox/iban-generator`
pub static GENERATE_IBAN: Operation = Operation::new("testing", "generate_iban", Method::Get, "/sandbox/iban-generator")
    .doc(
        "Makes a test IBAN that triggers the chosen scenario. It answers 201 and every call gives a new IBAN. Use one IBAN for one counterparty or borrower only, with the BIC FK2FACTO, and never in production.",
    )
    .query("GenerateIban")
    .answers(&[201], Answer::Json("GeneratedIban"))
    .sandbox_only();

/// `GET /sandbox/business-generator`
pub static GENERATE_BUSINESS: Operation = Operation::new("testing", "generate_business", Method::Get, "/sandbox/business-generator")
    .doc(
        "Makes a fake company as a ready borrower creation body. Nothing is stored, so send the result to POST /borrowers yourself. The data is not valid in production.",
    )
    .query("GenerateBusiness")
    .answers(&[200], Answer::Json("CreateBorrower"))
    .sandbox_only();

/// `POST /sandbox/invoice-generator`
pub static GENERATE_INVOICE: Operation = Operation::new("testing", "generate_invoice", Method::Post, "/sandbox/invoice-generator")
    .doc(
        "Makes a fake invoice body and a PDF link for the chosen scenario. No invoice is stored, so send the body to POST /invoices or put it into POST /loans. The answer is large because it holds the PDF in base64.",
    )
    .body(Body::Json("GenerateInvoice"))
    .answers(&[201], Answer::Json("GeneratedInvoice"))
    .retry(Retry::Safe)
    .sandbox_only();

/// `POST /sandbox/business-eligible`
pub static SET_BUSINESS_ELIGIBILITY: Operation = Operation::new("testing", "set_business_eligibility", Method::Post, "/sandbox/business-eligible")
    .doc(
        "Sets whether a test company counts as eligible. It acts on the company as borrower and as the other party of an invoice. It answers 204 and repeating the same call changes nothing more (INFERRED).",
    )
    .body(Body::Json("SetBusinessEligibility"))
    .answers(&[204], Answer::Empty)
    .retry(Retry::Safe)
    .sandbox_only();
