//! A loan, as the simulator keeps it: small, since there may be many.

use defacto_types::{Currency, DenialCode, LoanType, Map, Scenario, Value};
use jiff::Timestamp;
use jiff::civil::Date;

use super::feed::Kind;
use super::interest::{self, Terms, interest};
use super::loan_file::LoanFile;
use super::party::{BankAccount, Company};
use super::payment::Method;
use super::table::No;
use super::transitions::Status;
use super::working_days::plus_working_days;
use crate::generate::marked_scenario;
use crate::policy::{Holidays, Rate, Rounding, Settings, Unmarked, Zone};

/// Why a loan was refused: the denial codes the simulator gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Denial {
    /// The scenario REJECT.
    CreditRisk,
    /// The borrower was made ineligible.
    Borrower,
    /// The other party of the invoice was made ineligible.
    Invoice,
    /// The borrower is not, or no longer, allowed loans.
    BorrowerStatus,
    /// READ: a request above the available amount.
    Funds,
    /// Max duration.
    Duration,
    /// The offer was not accepted in time.
    Expired,
    /// A request above what is left of the buyer's credit limit.
    BuyerLimit,
    /// Or the seller's.
    SellerLimit,
}

impl Denial {
    pub(crate) fn to_wire(self, settings: &Settings) -> DenialCode {
        match self {
            Self::CreditRisk => settings.reject_denial.to_wire(),
            Self::Borrower => settings.borrower_denial.to_wire(),
            Self::Invoice => settings.counterparty_denial.to_wire(),
            Self::BorrowerStatus => DenialCode::BorrowerStatus,
            Self::Funds => DenialCode::AmountSuperiorToAvailableBalance,
            Self::Duration => DenialCode::ExcessiveDurationLoanRequest,
            Self::Expired => DenialCode::LoanRequestExpired,
            Self::BuyerLimit => DenialCode::MaxAmountExceededBuyer,
            Self::SellerLimit => DenialCode::MaxAmountExceededSeller,
        }
    }
}

/// Where a loan's share of the credit line is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hold {
    Nothing,
    PendingValidation,
    Pending,
    Outstanding,
}

/// A way to read about a loan.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reader {
    One = 1,
    List = 2,
    History = 4,
    Payments = 8,
    Feed = 16,
    Bills = 32,
    Installments = 64,
}

/// A status and when it was entered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) status: Status,
}

/// What a loan was asked for under; a policy changed later is for new ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    rate: i64,
    late_rate: i64,
    fewest_days: i64,
    late_after_planned: i64,
    late_after_contractual: i64,
    earliest_by_transfer: i64,
    earliest_by_debit: i64,
    zone: Zone,
    rounding: Rounding,
    holidays: Holidays,
    unmarked: Unmarked,
}

impl From<&Settings> for Conditions {
    fn from(settings: &Settings) -> Self {
        Self {
            rate: settings.daily_rate.0,
            late_rate: settings.late_daily_rate.0,
            fewest_days: settings.fewest_days,
            late_after_planned: settings.late_after_planned,
            late_after_contractual: settings.late_after_contractual,
            earliest_by_transfer: settings.earliest_by_transfer,
            earliest_by_debit: settings.earliest_by_debit,
            zone: settings.time_zone,
            rounding: settings.rounding,
            holidays: settings.holidays,
            unmarked: settings.unmarked_iban,
        }
    }
}

impl Conditions {
    /// When the late rate begins.
    pub(crate) fn late_from(&self, planned: Timestamp, contractual: Timestamp) -> Date {
        let after = |at, days| self.zone.day(interest::plus_days(at, days));
        after(planned, self.late_after_planned).min(after(contractual, self.late_after_contractual))
    }

    /// Whose midnight ends its days.
    pub(crate) fn zone(&self) -> Zone {
        self.zone
    }

    /// The rate in millionths a day.
    pub(crate) fn rate(&self) -> Rate {
        Rate(self.rate)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Loan {
    pub(crate) conditions: Conditions,
    pub(crate) status: Status,
    pub(crate) borrower: No,
    pub(crate) invoice: Option<No>,
    /// Buyer and seller of the invoice as it was when the loan was asked for.
    pub(crate) parties: [Option<No>; 2],
    pub(crate) beneficiary: Company,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) loan_type: LoanType,
    pub(crate) loan_to: BankAccount,
    pub(crate) loan_to_references: Vec<Box<str>>,
    pub(crate) repayment_from_references: Vec<Box<str>>,
    pub(crate) repayment_to_references: Vec<Box<str>>,
    pub(crate) repayment_method: Method,
    pub(crate) repayment_from: Option<BankAccount>,
    pub(crate) to_pay_at: Timestamp,
    pub(crate) to_repay_at: Timestamp,
    pub(crate) contractual: Option<Timestamp>,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) repaid_nominal_at: Option<Timestamp>,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) repaid_nominal: i64,
    pub(crate) paid_interest: i64,
    /// The interest billed so far, in cents.
    pub(crate) billed: i64,
    /// The interest the referrer has had its part of, in cents.
    pub(crate) shared: i64,
    /// Whether its repayment does not come by itself any more.
    pub(crate) is_withheld: bool,
    /// The interest, once the principal is repaid: no new date changes it.
    pub(crate) final_interest: Option<i64>,
    pub(crate) denial: Option<Denial>,
    pub(crate) hold: Hold,
    pub(crate) auto_validate: bool,
    pub(crate) postponed: bool,
    pub(crate) metadata: Option<Box<Map<String, Value>>>,
    pub(crate) notification_emails: Vec<Box<str>>,
    pub(crate) lender_id: Option<Box<str>>,
    pub(crate) transfer_contract_url: Option<Box<str>>,
    pub(crate) history: Vec<Moment>,
    /// Repayments of the principal but the one that ended it, if it was one.
    pub(crate) parts: Vec<(Timestamp, i64)>,
    /// The installments asked for.
    pub(crate) installments: Vec<(Timestamp, i64)>,
    pub(crate) plan: Option<No>,
    /// What of the passing of its date the feed was told last.
    pub(crate) told: Option<Kind>,
    pub(crate) files: Vec<LoanFile>,
    pub(crate) bill: Option<No>,
    pub(crate) payments: Vec<No>,
    pub(crate) events: Vec<No>,
    /// The ways in which it was read in its present status: one bit each.
    pub(crate) seen: u8,
    /// When it is on the agenda.
    pub(crate) due: Option<Timestamp>,
}

impl Loan {
    /// What happens to it in the sandbox.
    pub(crate) fn scenario(&self) -> Scenario {
        let marked = marked_scenario(&self.loan_to.iban);
        marked.unwrap_or_else(|| self.conditions.unmarked.scenario())
    }

    /// What is lent, or would be, and not repaid.
    pub(crate) fn outstanding(&self) -> i64 {
        self.amount - self.repaid_nominal
    }

    /// The parties whose limits it takes from, each once.
    pub(crate) fn limited(&self) -> [Option<No>; 2] {
        let [buyer, seller] = self.parties;
        [buyer, seller.filter(|seller| Some(*seller) != buyer)]
    }

    /// When it entered its status.
    pub(crate) fn since(&self) -> Timestamp {
        self.history
            .last()
            .map_or(self.to_pay_at, |moment| moment.at)
    }

    /// Days from the payout to the repayment, as planned.
    pub(crate) fn planned_days(&self) -> i64 {
        let zone = self.conditions.zone;
        interest::days(zone.day(self.to_pay_at), zone.day(self.to_repay_at))
    }

    fn terms(&self, paid_at: Timestamp) -> Terms {
        // Where dates are ignored they may be over before the payout, and
        // nobody is late with what was not yet lent.
        let planned = self.to_repay_at.max(paid_at);
        let contractual = self.contractual.unwrap_or(planned).max(paid_at);
        Terms {
            from: self.conditions.zone.day(paid_at),
            late_from: Some(self.conditions.late_from(planned, contractual)),
            rate: self.conditions.rate,
            late_rate: self.conditions.late_rate,
            fewest_days: self.conditions.fewest_days,
            zone: self.conditions.zone,
            rounding: self.conditions.rounding,
        }
    }

    /// `fees_estimated` before approval: nothing.
    pub(crate) fn fees_estimated(&self) -> Option<i64> {
        match self.status {
            Status::Submitted | Status::PendingValidation | Status::Declined => None,
            _ => {
                let from = self.paid_at.unwrap_or(self.to_pay_at);
                let until = self.contractual.unwrap_or(self.to_repay_at);
                Some(interest(
                    self.amount,
                    &[],
                    self.conditions.zone.day(until),
                    &self.terms(from),
                ))
            }
        }
    }

    /// `fees_ongoing` before payout / after close: nothing before, and frozen
    /// once the principal is repaid.
    pub(crate) fn fees_ongoing(&self, now: Timestamp) -> Option<i64> {
        let Some((paid_at, day)) = self.paid_at.zip(self.fees_day(now)) else {
            return self.paid_at.and(self.final_interest);
        };
        Some(interest(
            self.amount,
            &self.parts,
            day,
            &self.terms(paid_at),
        ))
    }

    /// The day that the ongoing fees are of; `None` where it makes no difference.
    pub(crate) fn fees_day(&self, now: Timestamp) -> Option<Date> {
        let paid_at = self.paid_at.filter(|_| self.final_interest.is_none())?;
        Some(self.conditions.zone.day(now.max(paid_at)))
    }

    /// The moment that the earliest repayment is reckoned from.
    pub(crate) fn earliest_from(&self, now: Timestamp) -> Timestamp {
        self.paid_at.unwrap_or(self.to_pay_at).max(now)
    }

    pub(crate) fn earliest_to_repay_at(&self, now: Timestamp) -> Timestamp {
        let from = self.earliest_from(now);
        match self.repayment_method {
            Method::Transfer => interest::plus_days(from, self.conditions.earliest_by_transfer),
            Method::Debit => {
                let Conditions { zone, holidays, .. } = self.conditions;
                plus_working_days(from, self.conditions.earliest_by_debit, zone, holidays)
            }
        }
    }
}
