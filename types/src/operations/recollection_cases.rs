//! Operations of the `recollection_cases` group.

use crate::operation::{Answer, Body, Method, Operation, Paging, Retry, param};

/// `GET /recollection-cases`
pub static LIST: Operation = Operation::new("recollection_cases", "list", Method::Get, "/recollection-cases")
    .doc(
        "Lists the recollection cases of one debtor. Both parameters are required. The answer has the page shape, but no paging parameters exist.",
    )
    .query("ListRecollectionCases")
    .answers(&[200], Answer::List("RecollectionCase"))
    .paged(Paging::Envelope);

/// `POST /recollection-cases`
pub static CREATE: Operation = Operation::new("recollection_cases", "create", Method::Post, "/recollection-cases")
    .doc(
        "Opens a recollection case against a late debtor. Give at least one loan and a next action with a name and a due date. A repeat may open a second case (INFERRED).",
    )
    .body(Body::Json("CreateRecollectionCase"))
    .answers(&[201], Answer::Json("RecollectionCase"))
    .creates();

/// `GET /recollection-case/{recollection_case_id}`
pub static GET: Operation = Operation::new(
    "recollection_cases",
    "get",
    Method::Get,
    "/recollection-case/{recollection_case_id}",
)
.doc("Reads one recollection case with its actions and strategies.")
.path_params(&[param("recollection_case_id", "RecollectionCaseId")])
.answers(&[200], Answer::Json("RecollectionCase"));

/// `PUT /recollection-case/{recollection_case_id}`
pub static UPDATE: Operation = Operation::new("recollection_cases", "update", Method::Put, "/recollection-case/{recollection_case_id}")
    .doc(
        "Sets the notes of a recollection case. The new notes replace the old ones, so a repeat is safe (INFERRED).",
    )
    .path_params(&[param("recollection_case_id", "RecollectionCaseId")])
    .body(Body::Json("UpdateRecollectionCase"))
    .answers(&[200], Answer::Json("RecollectionCase"))
    .retry(Retry::Safe);

/// `POST /recollection-case/{recollection_case_id}/installment-plans/compute`
pub static COMPUTE_PLAN: Operation = Operation::new("recollection_cases", "compute_plan", Method::Post, "/recollection-case/{recollection_case_id}/installment-plans/compute")
    .doc(
        "Simulates an installment plan for a recollection case. The dates avoid weekends and bank holidays, and the result is the body for creating the plan. Nothing is stored, so a repeat is safe (INFERRED).",
    )
    .path_params(&[param("recollection_case_id", "RecollectionCaseId")])
    .body(Body::Json("ComputePlan"))
    .answers(&[200], Answer::Json("RecollectionPlanInput"))
    .retry(Retry::Safe);

/// `POST /recollection-case/{recollection_case_id}/installment-plans`
pub static CREATE_PLAN: Operation = Operation::new("recollection_cases", "create_plan", Method::Post, "/recollection-case/{recollection_case_id}/installment-plans")
    .doc(
        "Creates an installment plan for a recollection case. The installments must come from the compute call, and DIRECT_DEBIT uses the borrower's main repayment account. There is no repeat key, so read the case before a retry (INFERRED).",
    )
    .path_params(&[param("recollection_case_id", "RecollectionCaseId")])
    .body(Body::Json("RecollectionPlanInput"))
    .answers(&[201], Answer::Json("RecollectionInstallmentPlan"))
    .creates();
