//! Operations of the `installment_plans` group.

use crate::operation::{Answer, Body, Method, Operation, Retry, Salt, param};

/// `POST /installment-plans`
pub static CREATE: Operation = Operation::new("installment_plans", "create", Method::Post, "/installment-plans")
    .doc(
        "Replaces the scheduled payments of loans by an installment plan. It answers 201 at once and activates the plan in the background. A repeat with the same salt_id returns the first plan, and without salt_id the key comes from the loan ids, so always set it for a second plan.",
    )
    .body(Body::Json("CreateInstallmentPlan"))
    .answers(&[201], Answer::Json("InstallmentPlan"))
    .retry(Retry::Salted(Salt::BodyIfGiven))
    .creates();

/// `GET /installment-plan/{installment_plan_id}`
pub static GET: Operation = Operation::new("installment_plans", "get", Method::Get, "/installment-plan/{installment_plan_id}")
    .doc(
        "Reads one installment plan. The plan has no status of its own, and it is settled when every installment is PAID.",
    )
    .path_params(&[param("installment_plan_id", "InstallmentPlanId")])
    .answers(&[200], Answer::Json("InstallmentPlan"));
