//! Operations of the `onboardings` group.

use crate::operation::{Answer, Body, Method, Operation, param};

/// `POST /onboardings`
pub static CREATE: Operation = Operation::new("onboardings", "create", Method::Post, "/onboardings")
    .doc(
        "Starts the hosted onboarding of a company. It answers 200, or 504 after 30 seconds, and the onboarding lives for 168 hours. Send the user to secure_resume_link when it is present (valid for 2 hours), else to the continue page, and expect a repeat to start another onboarding or give DUPLICATE (INFERRED).",
    )
    .body(Body::Json("CreateOnboarding"))
    .answers(&[200], Answer::Json("Onboarding"))
    .slow()
    .creates();

/// `GET /onboarding/{onboarding_id}`
pub static GET: Operation = Operation::new("onboardings", "get", Method::Get, "/onboarding/{onboarding_id}")
    .doc(
        "Reads the progress and result of an onboarding. The borrower_id is there once the status is COMPLETED. Start again when is_expired is true.",
    )
    .path_params(&[param("onboarding_id", "OnboardingId")])
    .answers(&[200], Answer::Json("Onboarding"));
