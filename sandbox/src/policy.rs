//! What no source states, decided here and nowhere else. Each entry is named
//! after its row in the list of gaps, so that a fact can replace it.

use std::time::Duration;

use defacto_types::{DataRequestType, DenialCode};
use jiff::SignedDuration;

/// When automatic steps happen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
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
    #[default]
    Guide,
    /// Dates are honoured: a step happens when its time has come.
    Calendar,
}

impl Timing {
    pub(crate) const ALL: [Self; 2] = [Self::Guide, Self::Calendar];

    /// Its name in the control API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Calendar => "calendar",
        }
    }
}

/// Same salt, again.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum SaltReplay {
    /// 201 with the loan as it now is, whatever the body says.
    #[default]
    ReturnExisting,
    /// 422.
    Refuse,
}

impl SaltReplay {
    pub(crate) const ALL: [Self; 2] = [Self::ReturnExisting, Self::Refuse];

    /// Its name in the control API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ReturnExisting => "existing",
            Self::Refuse => "refuse",
        }
    }
}

/// What can be switched while the simulator runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) timing: Timing,
    pub(crate) salt_replay: SaltReplay,
}

/// "Immediately": at most this many loans move on a read that names none.
pub(crate) const STEPS_PER_READ: usize = 1000;

/// The payout is instructed this long before its date.
pub(crate) const INSTRUCTED_BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// Sandbox rate and facility: the normal rate, in millionths a day.
pub(crate) const DAILY_RATE: i64 = 500;

/// The same as the API writes it, in percent a day.
pub(crate) const DAILY_RATE_PERCENT: &str = "0.05";

/// The late rate as the API writes it, in percent a day.
pub(crate) const LATE_DAILY_RATE_PERCENT: &str = "0.1";

/// The late rate, in millionths a day.
pub(crate) const LATE_DAILY_RATE: i64 = 1000;

/// Sandbox rate and facility: the ceiling of a credit line, in cents.
pub(crate) const FACILITY: i64 = 20_000_000;

/// READ: the largest loan, in cents.
pub(crate) const LARGEST_LOAN: i64 = 20_000_000;

/// READ: the shortest a product takes, in days. Shorter requests pass, since
/// nothing says that they do not.
pub(crate) const SHORTEST_LOAN: i64 = 3;

/// READ: what is unpaid is overdue after this many days.
pub(crate) const OVERDUE_AFTER: i64 = 4;

/// Maximum duration of a loan, in days; a longer one is declined.
pub(crate) const LONGEST_LOAN: i64 = 120;

/// READ: a repayment may be postponed by this many days.
pub(crate) const LONGEST_POSTPONEMENT: i64 = 30;

/// Day count: a loan costs at least this many days.
pub(crate) const FEWEST_DAYS: i64 = 1;

/// Late start: this long after the planned repayment,
pub(crate) const LATE_AFTER_PLANNED: i64 = 7;

/// or this long after the contractual one, whichever is first.
pub(crate) const LATE_AFTER_CONTRACTUAL: i64 = 30;

/// `TO_REPAY -> CLOSED` vs via `TO_REPAY_FEES`: the repayment is nominal and
/// the fees are billed and settled at the next step.
pub(crate) const SETTLES_FEES: bool = true;

/// `PENDING_VALIDATION` cancel: allowed. (PATCH is refused.)
pub(crate) const CANCELS_PENDING: bool = true;

/// `earliest_to_repay_at`, in days after the payout, by transfer;
pub(crate) const EARLIEST_BY_TRANSFER: i64 = 1;

/// and by direct debit, in working days.
pub(crate) const EARLIEST_BY_DEBIT: i64 = 3;

/// READ: a debit's account is fixed this many days before its date.
pub(crate) const DEBIT_FIXED_DAYS: i64 = 3;

/// Max `page_size`.
pub(crate) const LARGEST_PAGE: i64 = 1000;

/// READ: items on a page when nothing is asked for.
pub(crate) const DEFAULT_PAGE: i64 = 100;

/// READ: characters in a transfer's reference.
pub(crate) const LONGEST_REFERENCE: usize = 35;

/// Why a debit fails that the lever `payment.failed` made fail.
pub(crate) const DEBIT_FAILURE_REASON: &str = "REJECTED_BY_DEBTOR_BANK";

/// Offer expiry: an offer that waits for consent lapses after this many days,
/// in `calendar` only. Nothing says how many.
pub(crate) const OFFER_LIFE: i64 = 7;

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

/// Largest body taken: invoices carry their PDF.
pub(crate) const LARGEST_BODY: usize = 32 << 20;

/// Denial code for NOT_ELIGIBLE, of a borrower;
pub(crate) const BORROWER_DENIAL: DenialCode = DenialCode::DoesNotMatchEligibilityCriteria;

/// and of the other party of an invoice, whose credit limit is nothing.
pub(crate) const COUNTERPARTY_DENIAL: DenialCode =
    DenialCode::InvoiceDoesNotMatchEligibilityCriteria;

/// INFERRED: the ceiling on one counterparty, in cents, over all borrowers.
pub(crate) const COUNTERPARTY_LIMIT: i64 = 20_000_000;

/// READ: an onboarding can be gone on with for this long.
pub(crate) const ONBOARDING_LIFE: SignedDuration = SignedDuration::from_hours(168);

/// READ: and each link to it for this long.
pub(crate) const RESUME_LINK_LIFE: SignedDuration = SignedDuration::from_hours(2);

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

/// Bill split across months: not split. Interest is billed once, when the
/// principal is repaid, and the bill is due this many days later.
pub(crate) const BILL_DUE_AFTER: i64 = 3;

/// INFERRED: more installments than these are not planned.
pub(crate) const MOST_INSTALLMENTS: usize = 120;

/// INFERRED: what of the interest paid the referrer gets.
pub(crate) const REVENUE_SHARE_PERCENT: i64 = 10;

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

/// INFERRED: what was not answered with 2xx is sent again this much later, by
/// the simulator's clock; then it has failed.
pub(crate) const RETRIED_AFTER: [SignedDuration; 5] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(12),
];

/// This many deliveries that are over are kept.
pub(crate) const LARGEST_DELIVERY_LOG: usize = 2000;

/// This many bytes of an answer to a delivery are kept.
pub(crate) const LONGEST_SNIPPET: usize = 1000;

/// Who moves the clock really waits this long at most for deliveries.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60);
