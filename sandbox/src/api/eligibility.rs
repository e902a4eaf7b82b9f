//! Eligibility, and the reasons against it.

use axum::Json;
use axum::extract::State;
use defacto_types::{
    BusinessIdentifierRequired, CheckBorrower, DenialCode, DenialCodeTexts, Eligibility,
    EligibilityDenialReason, IdentifierType, InvalidParam,
};

use super::JsonBody;
use crate::app::App;
use crate::problem::Problem;
use crate::text;
use crate::world::invalid;

/// `eligibility.check_borrower`.
pub(super) async fn borrower(
    State(app): State<App>,
    JsonBody(body): JsonBody<CheckBorrower>,
) -> Result<Json<Eligibility>, Problem> {
    let identifier = checked(body.identifier, body.identifier_type.as_ref())?;
    let denials = app.open().0.borrower_denials(&identifier);
    Ok(Json(verdict(denials)))
}

/// `eligibility.check_beneficiary`.
pub(super) async fn beneficiary(
    State(app): State<App>,
    JsonBody(body): JsonBody<BusinessIdentifierRequired>,
) -> Result<Json<Eligibility>, Problem> {
    let identifier = checked(body.identifier, body.identifier_type.as_ref())?;
    let denials = app.open().0.beneficiary_denials(&identifier);
    Ok(Json(verdict(denials)))
}

/// `eligibility.list_reasons`.
pub(super) async fn reasons() -> Json<Vec<DenialCodeTexts>> {
    let shown = DenialCode::ALL.iter().map(|code| {
        DenialCodeTexts::new()
            .denial_code_name(code.as_str())
            .translations(text::denial_code(code.as_str()))
    });
    Json(shown.collect())
}

fn checked(identifier: Option<String>, kind: Option<&IdentifierType>) -> Result<String, Problem> {
    let mut wrong: Vec<InvalidParam> = Vec::new();
    let identifier = identifier.unwrap_or_default();
    if identifier.trim().is_empty() {
        wrong.push(invalid("identifier", "must not be empty"));
    }
    if !kind.is_some_and(IdentifierType::is_known) {
        wrong.push(invalid("identifier_type", "must be a known kind of number"));
    }
    if wrong.is_empty() {
        Ok(identifier)
    } else {
        Err(Problem::invalid(wrong))
    }
}

fn verdict(denials: Vec<DenialCode>) -> Eligibility {
    Eligibility::new()
        .is_eligible(denials.is_empty())
        .reasons(denials.into_iter().map(reason).collect::<Vec<_>>())
}

/// A denial with its English text.
pub(super) fn reason(code: DenialCode) -> EligibilityDenialReason {
    let text = text::denial_code(code.as_str()).and_then(|texts| texts.en);
    EligibilityDenialReason::new().code(code).description(text)
}
