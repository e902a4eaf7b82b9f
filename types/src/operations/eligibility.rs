//! Operations of the `eligibility` group.

use crate::operation::{Answer, Body, Method, Operation, Paging, Retry};

/// `POST /eligibility/borrower`
pub static CHECK_BORROWER: Operation = Operation::new("eligibility", "check_borrower", Method::Post, "/eligibility/borrower")
    .doc(
        "Asks whether a company could become a borrower. A negative answer without reasons means maybe, decided after data is shared. Nothing is created, so a repeat is safe (INFERRED).",
    )
    .body(Body::Json("CheckBorrower"))
    .answers(&[200], Answer::Json("Eligibility"))
    .retry(Retry::Safe);

/// `POST /eligibility/beneficiary`
pub static CHECK_BENEFICIARY: Operation = Operation::new("eligibility", "check_beneficiary", Method::Post, "/eligibility/beneficiary")
    .doc(
        "Asks whether a company may receive loan money on its own account. A negative answer does not block the loan, but the money must then go to the borrower's own account. Nothing is created, so a repeat is safe (INFERRED).",
    )
    .body(Body::Json("BusinessIdentifierRequired"))
    .answers(&[200], Answer::Json("Eligibility"))
    .retry(Retry::Safe);

/// `GET /eligibility/reasons`
pub static LIST_REASONS: Operation = Operation::new("eligibility", "list_reasons", Method::Get, "/eligibility/reasons")
    .doc(
        "Lists all denial codes with their texts. The answer is a bare array. The list can grow at any time.",
    )
    .answers(&[200], Answer::List("DenialCodeTexts"))
    .paged(Paging::Array);
