//! The decisions that can be changed, declared once: parsing, the command
//! line's help and the documentation's table come from this table.

use defacto_types::{DenialCode, InvalidParam};
use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::kind::{Kind, Rate, ReplayStatus, StateStatus, Values};
use super::words::{
    Code, Contradiction, Duplicate, Holidays, NoticeId, Pauses, Rounding, Unmarked, Zone,
};
use super::{SaltReplay, Timing};
use crate::world::invalid;

/// Where a decision's default comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    /// A document says so.
    Read,
    /// Nothing says so; it was inferred.
    Inferred,
}

/// One decision, as it is shown and changed.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) source: Source,
    pub(crate) values: Values,
    show: fn(&Settings) -> Value,
    set: fn(&mut Settings, &Value, &Values) -> Option<()>,
}

impl Entry {
    /// Its value among these.
    pub(crate) fn show(&self, settings: &Settings) -> Value {
        (self.show)(settings)
    }
}

macro_rules! settings {
    ($($doc:literal $source:ident $name:ident: $kind:ty = $default:expr, $values:expr;)+) => {
        /// What a simulator decides, now.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) struct Settings {
            $(#[doc = $doc] pub(crate) $name: $kind,)+
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        /// Every decision that can be changed.
        pub(crate) static TABLE: &[Entry] = &[$(Entry {
            name: stringify!($name),
            doc: $doc,
            source: Source::$source,
            values: $values,
            show: |settings| settings.$name.show(),
            set: |settings, value, values| {
                settings.$name = <$kind as Kind>::read(value, values)?;
                Some(())
            },
        },)+];
    };
}

/// What `timing` was called when there was little else.
const OLDER: &str = "policy";

const CENTS: Values = Values::Whole("cents", 1, 1_000_000_000_000);
const DAYS: Values = Values::Whole("days", 0, 3_650);
const HOURS: Values = Values::Whole("hours", 0, 87_600);

settings! {
    "When loans and payments move on: as they are read, or on their day by the clock" Inferred
    timing: Timing = Timing::Guide, Values::Words(Timing::NAMES);
    "What a known `salt_id` is answered: the loan or plan as it now is, or a refusal" Inferred
    salt_replay: SaltReplay = SaltReplay::ReturnExisting, Values::Words(SaltReplay::NAMES);
    "The status of that answer when it is the loan" Inferred
    salt_replay_status: ReplayStatus = ReplayStatus(201), Values::Words(ReplayStatus::NAMES);
    "The status when an operation does not go with the present state" Inferred
    state_conflict_status: StateStatus = StateStatus(400), Values::Words(StateStatus::NAMES);
    "Interest a day; a loan keeps the rates it was asked for under" Inferred
    daily_rate: Rate = Rate(500), Values::Percent;
    "Interest a day once a loan is late" Inferred
    late_daily_rate: Rate = Rate(1000), Values::Percent;
    "The late rate begins this long after the planned repayment" Inferred
    late_after_planned: i64 = 7, DAYS;
    "or this long after the contractual one, if that is earlier" Inferred
    late_after_contractual: i64 = 30, DAYS;
    "A loan costs at least this many days" Inferred
    fewest_days: i64 = 1, DAYS;
    "What is unpaid is overdue after this" Read
    overdue_after: i64 = 4, DAYS;
    "The ceiling of a new credit line" Inferred
    facility: i64 = 20_000_000, CENTS;
    "The ceiling on a new counterparty, over all borrowers" Inferred
    counterparty_limit: i64 = 20_000_000, CENTS;
    "The largest loan" Read
    largest_loan: i64 = 20_000_000, CENTS;
    "The shortest loan a product names; shorter ones pass" Read
    shortest_loan: i64 = 3, DAYS;
    "The longest loan; a longer one is declined" Inferred
    longest_loan: i64 = 120, DAYS;
    "A payout is instructed this long before its date" Inferred
    instructed_before: i64 = 24, HOURS;
    "Whether a loan in PENDING_VALIDATION can be cancelled" Inferred
    cancels_pending: bool = true, Values::Truth;
    "Whether a repaid loan's fees are billed and settled by themselves; else it stays in TO_REPAY_FEES" Inferred
    settles_fees: bool = true, Values::Truth;
    "`earliest_to_repay_at` by transfer, after the payout or now" Inferred
    earliest_by_transfer: i64 = 1, DAYS;
    "The same by direct debit, in working days" Inferred
    earliest_by_debit: i64 = 3, Values::Whole("working days", 0, 365);
    "A debit's account is fixed this long before its date" Read
    debit_fixed: i64 = 3, DAYS;
    "A repayment may be postponed by this much" Read
    longest_postponement: i64 = 30, DAYS;
    "An offer that waits for consent lapses after this much, in `calendar` only" Inferred
    offer_life: i64 = 7, DAYS;
    "A bill is due this long after it was made" Inferred
    bill_due_after: i64 = 3, DAYS;
    "The most installments of a plan" Inferred
    most_installments: i64 = 120, Values::Whole("installments", 1, 10_000);
    "What of the interest paid the referrer gets" Inferred
    revenue_share: i64 = 10, Values::Whole("percent", 0, 100);
    "An onboarding can be gone on with for this long" Read
    onboarding_life: i64 = 168, HOURS;
    "A link to an onboarding works for this long" Read
    resume_link_life: i64 = 2, HOURS;
    "Items on a page when nothing is asked for" Read
    default_page: i64 = 100, Values::Whole("items", 1, 100_000);
    "The most items on a page" Inferred
    largest_page: i64 = 1000, Values::Whole("items", 1, 100_000);
    "The largest body of a request; a larger one is answered 413" Inferred
    largest_body: i64 = 33_554_432, Values::Whole("bytes", 1_024, 1_073_741_824);
    "Whose midnight ends a day, for interest, dates and working days; a loan keeps it" Inferred
    time_zone: Zone = Zone::Utc, Values::Words(Zone::NAMES);
    "How a part of a cent of interest ends, once a figure; a loan keeps it" Inferred
    rounding: Rounding = Rounding::HalfUp, Values::Words(Rounding::NAMES);
    "The holidays that are no working days; a loan keeps it" Inferred
    holidays: Holidays = Holidays::French, Values::Words(Holidays::NAMES);
    "The scenario of a loan to an account that names none; a loan keeps it" Inferred
    unmarked_iban: Unmarked = Unmarked::Success, Values::Words(Unmarked::NAMES);
    "Whether one IBAN is for one company only; another's use of it is refused" Inferred
    one_iban_one_company: bool = true, Values::Truth;
    "Whether a loan in PENDING_VALIDATION can be changed" Inferred
    edits_pending: bool = false, Values::Truth;
    "What a request for a borrower that is there is answered: the borrower, or a refusal" Inferred
    duplicate_borrower: Duplicate = Duplicate::Existing, Values::Words(Duplicate::NAMES);
    "What happens to a request that contradicts the electronic invoice in it: a refusal, or the request holds" Inferred
    document_contradiction: Contradiction = Contradiction::Refuse, Values::Words(Contradiction::NAMES);
    "The denial code of a borrower that was made ineligible" Inferred
    borrower_denial: Code = Code::of(&DenialCode::DoesNotMatchEligibilityCriteria), Values::Denial;
    "The denial code of an invoice of which a party was made ineligible" Inferred
    counterparty_denial: Code = Code::of(&DenialCode::InvoiceDoesNotMatchEligibilityCriteria), Values::Denial;
    "The denial code of the scenario REJECT" Inferred
    reject_denial: Code = Code::of(&DenialCode::CreditRiskNotEligible), Values::Denial;
    "A link to a document works for this long" Inferred
    link_life: i64 = 15, Values::Whole("minutes", 1, 525_600);
    "A delivery that is not answered with 2xx is sent again after these pauses by the simulator's clock" Inferred
    webhook_retries: Pauses = Pauses::of(&[60, 300, 1_800, 7_200, 43_200]), Values::Pauses;
    "What the `id` of a notice is: its entity's, the same each time, or the notice's own" Inferred
    notice_id: NoticeId = NoticeId::Entity, Values::Words(NoticeId::NAMES);
    "The most of one kind, such as loans or invoices, in an account; one more is answered 422" Inferred
    largest_table: i64 = 4_000_000, Values::Whole("things", 1, 4_000_000_000);
}

impl Settings {
    /// Changes the decision of this name.
    pub(crate) fn set(&mut self, name: &str, value: &Value) -> Result<(), InvalidParam> {
        let is_named =
            |entry: &&Entry| entry.name == name || (entry.name == "timing" && name == OLDER);
        let entry = TABLE.iter().find(is_named);
        let entry = entry.ok_or_else(|| {
            let names: Vec<_> = TABLE.iter().map(|entry| entry.name).collect();
            invalid(
                name,
                format!("is no policy; there are {}", names.join(", ")),
            )
        })?;
        let set = (entry.set)(self, value, &entry.values);
        set.ok_or_else(|| invalid(name, format!("must be {}", entry.values)))
    }

    /// How long a link to a document works.
    pub(crate) fn link_life(&self) -> SignedDuration {
        SignedDuration::from_mins(self.link_life)
    }

    /// Changes all of these, or nothing.
    pub(crate) fn set_all(&mut self, values: &Map<String, Value>) -> Result<(), Vec<InvalidParam>> {
        let mut changed = *self;
        let set = |(name, value): (&String, &Value)| changed.set(name, value).err();
        let wrong: Vec<_> = values.iter().filter_map(set).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        *self = changed;
        Ok(())
    }

    /// All of them by name.
    pub(crate) fn to_json(self) -> Value {
        let shown = TABLE
            .iter()
            .map(|entry| (entry.name.to_owned(), entry.show(&self)));
        Value::Object(shown.collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_can_be_set_to_what_it_shows_as_json_and_as_text() {
        let usual = Settings::default();
        for entry in TABLE {
            let shown = entry.show(&usual);
            let text = match &shown {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            for value in [shown, text.into()] {
                let mut settings = usual;
                settings.set(entry.name, &value).unwrap();
                assert_eq!(settings, usual, "{}", entry.name);
            }
            let refused = Settings::default()
                .set(entry.name, &json!("no such"))
                .unwrap_err();
            assert!(refused.reason.unwrap().contains(&entry.values.to_string()));
        }
    }

    #[test]
    fn all_are_changed_or_none() {
        let mut settings = Settings::default();
        let values = json!({"daily_rate": "0.07", "facility": 0, "no_such": 1});
        let wrong = settings.set_all(values.as_object().unwrap()).unwrap_err();
        let names: Vec<_> = wrong
            .iter()
            .map(|param| param.name.as_deref().unwrap())
            .collect();
        assert_eq!(names, ["facility", "no_such"]);
        assert_eq!(settings, Settings::default());
        let values = json!({"daily_rate": "0.07", "settles_fees": false});
        settings.set_all(values.as_object().unwrap()).unwrap();
        assert_eq!(
            (settings.daily_rate, settings.settles_fees),
            (Rate(700), false)
        );
    }
}
