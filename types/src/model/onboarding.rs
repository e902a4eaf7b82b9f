//! Onboardings.

use serde_json::{Map, Value};

use super::{DenialCode, IdentifierType, TypedBusinessIdentifier};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{BorrowerId, Cents, DailyRate, EntityId, OnboardingId, Secret, SecretUrl};

model! {
    /// Outcome of an eligibility check: a verdict plus either the offer or the grounds for refusal.
    pub struct OnboardingOffer = "APIEligibilityResponse" {
        /// Interest offered, in percent per day.
        fees_daily_rate: Option<DailyRate>,
        /// Verdict of the check.
        is_eligible: Option<bool> = required,
        /// Most that could be lent, in cents.
        max_amount: Option<Cents>,
        /// Normal and late rates of the offer.
        pricing_details: Option<PricingDetails>,
        /// Grounds for refusal, possibly several; empty on a positive verdict.
        reasons: Vec<EligibilityDenialReason>,
    }

    /// A data connection linked to an onboarding, such as a bank or accounting tool.
    pub struct Integration = "APIIntegration" {
        /// Unique id of the connection.
        id: EntityId = required,
        /// Whether the connection is live.
        is_connected: Option<bool> = required,
        /// Service being connected (INFERRED).
        name: Option<String> = required,
    }

    /// Journey through which a company becomes a borrower. It stays valid for 168 hours.
    pub struct Onboarding = "APIOnboarding" {
        /// Resulting borrower, known once the journey is `COMPLETED`.
        borrower_id: Option<BorrowerId>,
        /// Company going through the journey.
        business: Option<OnboardingBusiness>,
        /// Eligibility check run for the company.
        eligibility: Option<OnboardingEligibility>,
        /// Email address of the person onboarding.
        email: Option<String>,
        /// Answer given on email tracking pixels; absent when nobody asked.
        email_tracking_consent: Option<bool>,
        /// Identifies this onboarding.
        id: OnboardingId = required,
        /// Data connections attached to the journey.
        integrations: Vec<Integration>,
        /// Connections still required (INFERRED).
        integrations_need: Vec<String>,
        /// Whether the journey has outlived its validity.
        is_expired: Option<bool> = required,
        /// Telephone number of the person onboarding.
        phone_number: Option<String>,
        /// Language to address the borrower in, as a two-letter code.
        preferred_language: Option<String>,
        /// Page the borrower lands on after signing.
        redirect_url: Option<SecretUrl>,
        /// Channel that brought the user in.
        referral: Option<String> = required,
        /// Token for setting a new password; treat as secret (INFERRED).
        reset_password_token: Option<Secret>,
        /// Link for resuming the journey, valid two hours; prefer it when present.
        secure_resume_link: Option<SecretUrl>,
        /// Progress: `CREATED`, `COMPLETED` or `DUPLICATE`.
        status: OnboardingStatus = required,
        /// Person carrying out the journey.
        user: Option<OnboardingUserInfo>,
        /// Answers entered along the way (INFERRED).
        user_input: Option<UserInput>,
        /// Financing need stated by the user (INFERRED).
        user_need: Option<String>,
    }

    /// Company attached to an onboarding.
    pub struct OnboardingBusiness = "APIOnboardingBusiness" {
        /// Customer segment assigned by Defacto (INFERRED).
        defacto_segment: Option<DefactoSegment>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// Registered company name.
        name: Option<String> = required,
    }

    /// Request starting an onboarding journey.
    pub struct CreateOnboarding = "APIOnboardingCreationRequest" {
        /// Company to onboard; partners have to provide it.
        business: Option<TypedBusinessIdentifier>,
        /// Email address of the person onboarding.
        email: Option<String>,
        /// Telephone number of the person onboarding.
        phone_number: Option<String>,
        /// Language to address the borrower in, as a two-letter code.
        preferred_language: Option<String> = required,
        /// Page the borrower lands on after signing.
        redirect_url: Option<SecretUrl>,
        /// Channel that brought the user in.
        referral: Option<String>,
        /// Stage the journey starts at, usually what the user does next.
        step: Option<String>,
        /// Tracking data kept with the journey (INFERRED).
        traceability_payload: Option<Map<String, Value>>,
    }

    /// State of the eligibility check run during an onboarding.
    pub struct OnboardingEligibility = "APIOnboardingEligibilityResponse" {
        /// Whether the check has run to its end (INFERRED).
        finished_processing: Option<bool> = required,
        /// Unique id of the check.
        id: EntityId = required,
        /// Whether the check is still running (INFERRED).
        is_computing: Option<bool> = required,
        /// Outcome, once available (INFERRED).
        response: Option<OnboardingOffer>,
        /// Progress of the check, ending with `DONE`.
        status: OnboardingEligibilityStatus = required,
    }

    /// Rates proposed to a business.
    pub struct PricingDetails = "APIPricingDetails" {
        /// Normal interest, in percent per day.
        fees_daily_rate: Option<DailyRate> = required,
        /// Interest once the loan is late, in percent per day.
        late_daily_rate: Option<DailyRate> = required,
    }

    /// One reason why a request was turned down.
    pub struct EligibilityDenialReason = "EligibilityDenialReason" {
        /// Stable reason code; switch on it, and expect codes that are new to you.
        code: Option<DenialCode> = required,
        /// English explanation meant for debugging, not for end users.
        description: Option<String>,
    }

    /// Person going through an onboarding.
    pub struct OnboardingUserInfo = "OnboardingUserInfo" {
        /// Email address of the person.
        email: Option<String>,
        /// Given name of the person.
        first_name: Option<String>,
        /// Family name of the person.
        last_name: Option<String>,
        /// Phone number of the person.
        phone_number: Option<String>,
        /// Number of active accounts the person has access to (INFERRED).
        total_active_tenants: Option<i64> = required,
    }

    /// Why a user would not connect a bank account during onboarding.
    pub struct ReasonForNotConnectingBankAccount = "ReasonForNotConnectingBankAccount" {
        /// Answer chosen in the questionnaire.
        answer_code: Option<NoBankConnectionReason> = required,
        /// Anything the user added in free text.
        comments: Option<String>,
    }

    /// Answers a user gave about their financing need during onboarding.
    pub struct UserInput = "UserInput" {
        /// Amount wanted, in whole euros and not in cents (INFERRED).
        desired_amount_euros: Option<i64>,
        /// How soon the money is wanted.
        desired_timeline: Option<String>,
        /// Whether the need is `permanent` or `temporary`.
        frequency: Option<NeedFrequency>,
        /// What the money is needed for right now (INFERRED).
        immediate_need: Option<String>,
        /// Tools the user would like to connect (INFERRED).
        integrations_need: Vec<String>,
        /// Category of reason for not going further (INFERRED).
        no_enrollment_category: Option<String>,
        /// Further explanation for not going further (INFERRED).
        no_enrollment_detail: Option<String>,
        /// Why no bank account was connected.
        reason_for_not_connecting_bank_account: Option<ReasonForNotConnectingBankAccount>,
        /// Need expressed by the user.
        user_need: Option<String>,
    }
}

open_enum! {
    /// Stage of the hosted sign-up of a company.
    pub enum OnboardingStatus {
        /// The sign-up is open.
        Created = "CREATED",
        /// The sign-up is finished and gives a borrower id.
        Completed = "COMPLETED",
        /// The company already has another sign-up (INFERRED).
        Duplicate = "DUPLICATE",
    }

    /// Stage of the eligibility decision during sign-up.
    pub enum OnboardingEligibilityStatus {
        /// The company must do something first (INFERRED).
        PendingUserAction = "PENDING_USER_ACTION",
        /// Defacto is deciding (INFERRED).
        PendingValidation = "PENDING_VALIDATION",
        /// The decision is made (INFERRED).
        Done = "DONE",
    }

    /// Segment in which Defacto ranks a company. What the segments mean is not documented.
    pub enum DefactoSegment {
        /// First segment.
        Cat1 = "CAT1",
        /// Second segment.
        Cat2 = "CAT2",
        /// Third segment.
        Cat3 = "CAT3",
        /// Fourth segment.
        Cat4 = "CAT4",
    }

    /// How often a company needs financing.
    pub enum NeedFrequency {
        /// The need is lasting (INFERRED).
        Permanent = "permanent",
        /// The need is short-lived (INFERRED).
        Temporary = "temporary",
    }

    /// Answer to why no bank account was connected.
    pub enum NoBankConnectionReason {
        /// The user has no bank credentials of the company.
        NoAccessToCompanyBankCredentials = "no-access-to-company-bank-credentials",
        /// The user does not want to connect a bank account.
        NotComfortableWithBankAccountConnection = "not-comfortable-with-bank-account-connection",
        /// The user would rather upload documents.
        PreferToShareDocuments = "prefer-to-share-documents",
        /// Another reason.
        Other = "other",
    }
}
