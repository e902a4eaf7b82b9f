//! Onboardings. The page they lead to is served below the control API.

use axum::Json;
use axum::extract::{Path, State};
use defacto_types::{
    CreateOnboarding, DailyRate, Onboarding, OnboardingBusiness, OnboardingEligibility,
    OnboardingEligibilityStatus, OnboardingOffer, OnboardingStatus, OnboardingUserInfo,
    PricingDetails,
};
use jiff::Timestamp;

use super::eligibility::reason;
use super::{JsonBody, World, found};
use crate::app::App;
use crate::origin::Origin;
use crate::page;
use crate::problem::Problem;
use crate::world::table::No;

/// `onboardings.create`. READ: it answers 200.
pub(super) async fn create(
    State(app): State<App>,
    origin: Origin,
    JsonBody(body): JsonBody<CreateOnboarding>,
) -> Result<Json<Onboarding>, Problem> {
    let (mut world, now) = app.open();
    let no = world.create_onboarding(body, now)?;
    Ok(Json(show(&world, &origin, no, now)))
}

/// `onboardings.get`.
pub(super) async fn get(
    State(app): State<App>,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Json<Onboarding>, Problem> {
    let (world, now) = app.open();
    let no = found(world.onboardings.find(&id), "onboarding")?;
    Ok(Json(show(&world, &origin, no, now)))
}

fn show(world: &World, origin: &Origin, no: No, now: Timestamp) -> Onboarding {
    let row = &world.onboardings[no];
    let onboarding = &row.value;
    let is_expired = world.is_expired(no, now);
    let is_open = onboarding.borrower.is_none() && !onboarding.is_duplicate && !is_expired;
    let status = if onboarding.is_duplicate {
        OnboardingStatus::Duplicate
    } else if onboarding.borrower.is_some() {
        OnboardingStatus::Completed
    } else {
        OnboardingStatus::Created
    };
    let details = onboarding.details.as_ref();
    let borrower = onboarding.borrower;
    // INFERRED: a name is required, so a business that was not named yet goes by
    // its number.
    let business = OnboardingBusiness::new()
        .defacto_segment(
            borrower.and_then(|no| world.segment(crate::world::party::Company::Borrower(no))),
        )
        .identifier(onboarding.key.as_str())
        .identifier_type(onboarding.kind.clone())
        .name(details.map_or(onboarding.key.as_str(), |details| &details.name));
    let user = details.map(|details| {
        OnboardingUserInfo::new()
            .email(Some(details.email.as_str()).filter(|email| !email.is_empty()))
            .first_name(details.first_name.as_str())
            .last_name(details.last_name.as_str())
            .phone_number(onboarding.phone_number.clone())
            .total_active_tenants(1)
    });
    let link = is_open.then(|| origin.url(&page::onboarding_path(world, no, now)));
    Onboarding::new()
        .borrower_id(borrower.map(|no| world.borrowers[no].id.to_string()))
        .business(business)
        .eligibility(eligibility(world, no))
        .email(onboarding.email.clone())
        .id(row.id.to_string())
        .is_expired(is_expired)
        .phone_number(onboarding.phone_number.clone())
        .preferred_language(onboarding.language.as_str())
        .redirect_url(onboarding.redirect_url.as_deref())
        .referral(onboarding.referral.as_str())
        .secure_resume_link(link)
        .status(status)
        .user(user)
}

/// The check is done once the page is filled in: there is nothing to wait for.
fn eligibility(world: &World, no: No) -> OnboardingEligibility {
    let row = &world.onboardings[no];
    let is_done = row.value.details.is_some();
    let denials = world.borrower_denials(&row.value.key);
    let offer = if denials.is_empty() {
        let rate: Option<DailyRate> = world.settings.daily_rate.to_string().parse().ok();
        let late: Option<DailyRate> = world.settings.late_daily_rate.to_string().parse().ok();
        OnboardingOffer::new()
            .fees_daily_rate(rate)
            .is_eligible(true)
            .max_amount(world.settings.facility)
            .pricing_details(
                PricingDetails::new()
                    .fees_daily_rate(rate)
                    .late_daily_rate(late),
            )
    } else {
        OnboardingOffer::new()
            .is_eligible(false)
            .reasons(denials.into_iter().map(reason).collect::<Vec<_>>())
    };
    OnboardingEligibility::new()
        .finished_processing(is_done)
        .id(row.id.sibling(0x00e1).to_string())
        .is_computing(false)
        .response(is_done.then_some(offer))
        .status(if is_done {
            OnboardingEligibilityStatus::Done
        } else {
            OnboardingEligibilityStatus::PendingUserAction
        })
}
