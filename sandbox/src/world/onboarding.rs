//! The journey on which a company becomes a borrower.

use defacto_types::{CreateBorrower, CreateOnboarding, CreateOwner, IdentifierType};
use jiff::{SignedDuration, Timestamp};

use super::batch::check_business;
use super::email::check_email;
use super::id::Id;
use super::party::{BankAccount, key_of};
use super::table::No;
use super::{Refusal, World, invalid};
use crate::policy;

/// One journey.
#[derive(Clone, Debug)]
pub(crate) struct Onboarding {
    /// The company's number, without spaces.
    pub(crate) key: String,
    pub(crate) kind: IdentifierType,
    pub(crate) email: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) language: String,
    pub(crate) redirect_url: Option<Box<str>>,
    pub(crate) referral: String,
    /// Whether the company was already on its way, or a borrower.
    pub(crate) is_duplicate: bool,
    /// What was filled in on the page.
    pub(crate) details: Option<Details>,
    /// The borrower it led to.
    pub(crate) borrower: Option<No>,
}

/// What the page asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details {
    pub(crate) name: String,
    pub(crate) legal_form: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) iban: String,
}

impl World {
    pub(crate) fn create_onboarding(
        &mut self,
        body: CreateOnboarding,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        self.check_room(self.onboardings.len() as usize, "onboardings")?;
        let mut wrong = Vec::new();
        let language = body.preferred_language.unwrap_or_default();
        if language.len() != 2 || !language.bytes().all(|b| b.is_ascii_alphabetic()) {
            let reason = "must be a two-letter code";
            wrong.push(invalid("preferred_language", reason));
        }
        // READ: partners have to name the company.
        let business = body.business.unwrap_or_default();
        let key = key_of(business.identifier.as_deref().unwrap_or_default());
        let kind = business.identifier_type;
        check_business("business.", &key, kind.as_ref(), &mut wrong);
        check_email("email", body.email.as_deref(), &mut wrong);
        let redirect_url = body.redirect_url.map(|url| Box::from(url.expose()));
        if redirect_url.as_deref().is_some_and(|url| !is_web(url)) {
            wrong.push(invalid("redirect_url", "must be an http or https URL"));
        }
        let Some(kind) = kind.filter(|_| wrong.is_empty()) else {
            return Err(Refusal::Invalid(wrong));
        };
        let is_duplicate = self.borrower_by_identifier(&key).is_some()
            || (0..self.onboardings.len()).any(|no| {
                let other = &self.onboardings[no].value;
                other.key == key && !other.is_duplicate && !self.is_expired(no, now)
            });
        let id = self.new_id();
        let onboarding = Onboarding {
            key,
            kind,
            email: body.email,
            phone_number: body.phone_number,
            language: language.to_lowercase(),
            redirect_url,
            referral: body.referral.unwrap_or_else(|| policy::REFERRAL.to_owned()),
            is_duplicate,
            details: None,
            borrower: None,
        };
        Ok(self.onboardings.push(id, now, onboarding))
    }

    /// READ: a journey lasts 168 hours.
    pub(crate) fn is_expired(&self, no: No, now: Timestamp) -> bool {
        let row = &self.onboardings[no];
        let end = row
            .created
            .checked_add(SignedDuration::from_hours(self.settings.onboarding_life));
        row.value.borrower.is_none() && end.is_ok_and(|end| now >= end)
    }

    /// The token of a resume link made now: it says when, and cannot be made
    /// for another journey.
    pub(crate) fn resume_token(&self, no: No, now: Timestamp) -> String {
        let second = now.as_second();
        format!("{second}-{}", token(self.onboardings[no].id, second))
    }

    /// READ: a resume link works for 2 hours.
    pub(crate) fn resumes(&self, no: No, text: &str, now: Timestamp) -> bool {
        let Some((second, given)) = text.split_once('-') else {
            return false;
        };
        let Ok(second) = second.parse::<i64>() else {
            return false;
        };
        let age = now.as_second().saturating_sub(second);
        given == token(self.onboardings[no].id, second)
            && (0..self.settings.resume_link_life * 3600).contains(&age)
    }

    /// Keeps what was filled in.
    pub(crate) fn fill_onboarding(
        &mut self,
        no: No,
        details: Details,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.still_open(no, now)?;
        let mut wrong = Vec::new();
        for (name, text) in [
            ("name", &details.name),
            ("first_name", &details.first_name),
            ("last_name", &details.last_name),
        ] {
            if text.trim().is_empty() {
                wrong.push(invalid(name, "must not be empty"));
            }
        }
        let email = Some(details.email.as_str()).filter(|email| !email.is_empty());
        check_email("email", email, &mut wrong);
        if !details.iban.is_empty() && BankAccount::new(&details.iban, None).is_none() {
            wrong.push(invalid("iban", "must be an IBAN"));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        self.onboardings[no].value.details = Some(details);
        Ok(())
    }

    /// Signs: the company becomes a borrower that is ready.
    pub(crate) fn sign_onboarding(&mut self, no: No, now: Timestamp) -> Result<No, Refusal> {
        self.still_open(no, now)?;
        let onboarding = &self.onboardings[no].value;
        let Some(details) = onboarding.details.clone() else {
            return Err(Refusal::invalid("name", "must be filled in first"));
        };
        if !self.is_eligible(&onboarding.key) {
            let detail = "the company is not eligible";
            return Err(Refusal::State(detail.to_owned()));
        }
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let owner = CreateOwner::new()
            .first_name(details.first_name)
            .last_name(details.last_name)
            .email(some(details.email).or_else(|| onboarding.email.clone()))
            .phone_number(onboarding.phone_number.clone());
        let body = CreateBorrower::new()
            .identifier(onboarding.key.as_str())
            .identifier_type(onboarding.kind.clone())
            .name(details.name)
            .legal_form(some(details.legal_form))
            .owner(owner)
            .account_number(some(details.iban))
            .preferred_language(onboarding.language.as_str())
            .signed_at(now);
        let borrower = self.create_borrower(body, now)?;
        self.onboardings[no].value.borrower = Some(borrower);
        Ok(borrower)
    }

    fn still_open(&self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let onboarding = &self.onboardings[no].value;
        let detail = if onboarding.is_duplicate {
            "the company is already onboarded or on its way"
        } else if onboarding.borrower.is_some() {
            "the onboarding is completed"
        } else if self.is_expired(no, now) {
            "the onboarding has expired"
        } else {
            return Ok(());
        };
        Err(Refusal::State(detail.to_owned()))
    }
}

fn token(id: Id, second: i64) -> String {
    let salt = u128::from(second.unsigned_abs()) | 1 << 127;
    id.sibling(salt).to_string()
}

/// Whether a link may be shown: nothing that a browser would run.
pub(crate) fn is_web(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    }) && url.bytes().all(|b| b.is_ascii_graphic())
}
