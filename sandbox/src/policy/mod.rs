//! What no source states, decided here and nowhere else, so that a fact can
//! replace it. What can be changed is in the table of [`settings`]; the rest
//! is named after its row in the list of gaps.

mod kind;
mod settings;
mod words;

use std::time::Duration;

use defacto_types::DataRequestType;

pub(crate) use kind::{Rate, Values};
pub(crate) use settings::{Settings, Source, TABLE};
pub(crate) use words::{
    Contradiction, Duplicate, Holidays, NoticeId, Pauses, Rounding, Unmarked, Zone,
};

/// When automatic steps happen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Timing {
    /// Dates are ignored, and reading is what moves a loan on: one automatic
    /// step each time it is read again in the same way (by its id, in the
    /// list, its history, its payments, the feed, the bills, its installments). A client that only polls
    /// sees every state and always reaches the end, and one that reads the
    /// loan and its payments by turns moves it one step a turn. What was read
    /// stays true until the next read.
    ///
    /// A repayment of the day after is made at its turn and dated a day after
    /// the payout, even when that day has not come.
    Guide,
    /// Dates are honoured: a step happens when its time has come.
    Calendar,
}

/// Same salt, again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SaltReplay {
    /// 201 with the loan as it now is, whatever the body says.
    ReturnExisting,
    /// 422.
    Refuse,
}

/// "Immediately": at most this many loans move on a read that names none.
pub(crate) const STEPS_PER_READ: usize = 1000;

/// READ: characters in a transfer's reference.
pub(crate) const LONGEST_REFERENCE: usize = 35;

/// Why a debit fails that the lever `payment.failed` made fail.
pub(crate) const DEBIT_FAILURE_REASON: &str = "REJECTED_BY_DEBTOR_BANK";

/// The simulator's own account, which pays loans out and is repaid.
pub(crate) const OWN_ACCOUNT: &str = "FR7630006000011234567890189";

/// READ: the bank of every account of the sandbox.
pub(crate) const BIC: &str = "FK2FACTO";

/// Why the payment of the scenario FAIL fails.
pub(crate) const FAILURE_REASON: &str = "REJECTED_BY_BENEFICIARY_BANK";

/// The company the account belongs to, which borrows when a loan names nobody.
pub(crate) const OWN_IDENTIFIER: &str = "900000009";

/// Its name.
pub(crate) const OWN_NAME: &str = "Sandbox Account Holder";

/// INFERRED: the channel of an onboarding that names none.
pub(crate) const REFERRAL: &str = "api";

/// INFERRED: since when deprecated operations are, as the header `Deprecation`
/// (RFC 9745) says it: 2024-01-01.
pub(crate) const DEPRECATED_SINCE: &str = "@1704067200";

/// INFERRED from the names: what is asked for in words or numbers; the rest
/// needs a document.
pub(crate) const ANSWERED_IN_WORDS: [DataRequestType; 6] = [
    DataRequestType::DebtArrears,
    DataRequestType::AdministrativeSeizureExplanation,
    DataRequestType::AllocationSeizureExplanation,
    DataRequestType::OtherSeizureExplanation,
    DataRequestType::InsolvencyEarlySignalExplanation,
    DataRequestType::IbanUsedForSocialSecurityPayments,
];

/// INFERRED: the network of the account's card.
pub(crate) const CARD_BRAND: &str = "visa";

/// INFERRED: the name of loan contracts among the types of documents.
pub(crate) const LOAN_CONTRACT: &str = "contract";

/// INFERRED: an archive has at most the documents of this many loans.
pub(crate) const LARGEST_ARCHIVE: usize = 1000;

/// INFERRED, as all of deliveries: this many wait at most; what comes then is
/// lost and counted.
pub(crate) const LARGEST_OUTBOX: usize = 10_000;

/// The page shows this many requests at most,
pub(crate) const MOST_SHOWN: usize = 500;

/// of one thing this many,
pub(crate) const MOST_ABOUT: usize = 100;

/// this many points of a curve,
pub(crate) const MOST_POINTS: usize = 400;

/// and a loan's interest until this many days after its end.
pub(crate) const DAYS_AFTER: i64 = 14;

/// A walk through time pauses while more deliveries than these wait.
pub(crate) const DELIVERIES_AHEAD: usize = 1000;

/// And does so after each of this many steps.
pub(crate) const STEPS_AT_ONCE: usize = 500;

/// INFERRED: a delivery has this long to be answered, really.
pub(crate) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

/// This many deliveries that are over are kept.
pub(crate) const LARGEST_DELIVERY_LOG: usize = 2000;

/// This many bytes of an answer to a delivery are kept.
pub(crate) const LONGEST_SNIPPET: usize = 1000;

/// Who moves the clock really waits this long at most for deliveries.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How many snapshots there may be: each is a copy of the whole world.
pub(crate) const MOST_SNAPSHOTS: usize = 100;
