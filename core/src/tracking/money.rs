//! What a loan costs and owes, from what is known of it and its payments.

use std::fmt;

use defacto_types::{Cents, DailyRate, Date};

use super::days::day;
use super::{Entity, Facts, Track};
use crate::money::{MoneyError, Repayment, Terms, cost, default_late_rate};

/// What a loan costs a day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rates {
    /// Percent per day.
    pub daily: DailyRate,
    /// Percent per day once the loan is late.
    pub late: DailyRate,
}

impl Rates {
    /// This rate, and the usual late rate beside it:
    /// [`default_late_rate`](crate::money::default_late_rate).
    #[must_use]
    pub fn usual(daily: DailyRate) -> Self {
        Self {
            daily,
            late: default_late_rate(daily),
        }
    }

    /// The rates of a borrower's financial product, of which the API tells the
    /// normal one only; nothing where that was not told.
    #[must_use]
    pub fn of(product: &Facts) -> Option<Self> {
        product
            .text("fees_daily_rate")?
            .parse()
            .ok()
            .map(Self::usual)
    }
}

/// Why the money of a loan cannot be told.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MoneyGap {
    /// It is not paid out, or was never read.
    NotPaidOut,
    /// Its financial product was not read: give the rates.
    NoRates,
    /// The payments that are known are not all there were: they do not come to
    /// what the loan says is repaid of its principal.
    Repayments {
        /// Cents of principal that are repaid, by the loan.
        repaid: Cents,
        /// Cents of principal that are repaid, by the payments.
        known: Cents,
    },
    /// The dates and amounts contradict each other.
    Impossible(MoneyError),
}

impl fmt::Display for MoneyGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPaidOut => f.write_str("the loan is not paid out, as far as is known"),
            Self::NoRates => f.write_str(
                "the rate is not known: read the borrower's products (`read_products`), or give the rates",
            ),
            Self::Repayments { repaid, known } => write!(
                f,
                "{} cents of the principal are repaid and payments of {} cents are known: read the payments (reconcile)",
                repaid.get(),
                known.get()
            ),
            Self::Impossible(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MoneyGap {}

impl From<MoneyError> for MoneyGap {
    fn from(error: MoneyError) -> Self {
        Self::Impossible(error)
    }
}

/// What a loan costs and owes on any day, from its fields, its payments and its
/// rates. Amounts in the future are those if nothing more is repaid until then.
///
/// Documented: simple interest on what is outstanding, and when the late rate
/// begins. INFERRED: whose midnight ends a day (UTC), that the day of a repayment
/// belongs to the old balance, and the rounding; see [`crate::money`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LoanMoney {
    principal: Cents,
    paid_on: Date,
    repayments: Vec<Repayment>,
    paid_interest: Cents,
    terms: Terms,
}

impl LoanMoney {
    /// The money of a loan with these fields and payments.
    ///
    /// # Errors
    ///
    /// [`MoneyGap`] where what is known does not suffice.
    pub fn of<'a>(
        id: &str,
        loan: &Facts,
        payments: impl IntoIterator<Item = &'a Track>,
        rates: Rates,
    ) -> Result<Self, MoneyGap> {
        let on = |name| loan.instant(name).map(day);
        let gap = MoneyGap::NotPaidOut;
        let (Some(principal), Some(paid_on)) = (loan.cents("amount"), on("paid_at")) else {
            return Err(gap);
        };
        let repayments = principal_repaid(id, principal, payments);
        let (repaid, known) = (repaid(loan), sum(&repayments));
        if known != repaid {
            return Err(MoneyGap::Repayments { repaid, known });
        }
        // Nobody is late with what was not lent yet.
        let to_repay_on = on("to_repay_at").ok_or(gap)?.max(paid_on);
        let contractual = on("contractual_repayment_date");
        Ok(Self {
            principal,
            paid_on,
            repayments,
            paid_interest: loan.cents("paid_interests_amount").unwrap_or_default(),
            terms: Terms {
                daily_rate: rates.daily,
                late_daily_rate: rates.late,
                to_repay_on,
                contractual_repayment_on: contractual.map_or(to_repay_on, |on| on.max(paid_on)),
            },
        })
    }

    /// The day it is to be repaid.
    #[must_use]
    pub fn matures_on(&self) -> Date {
        self.terms.to_repay_on
    }

    /// Principal that is not repaid by what is known, in cents.
    #[must_use]
    pub fn outstanding(&self) -> Cents {
        let Cents(repaid) = sum(&self.repayments);
        Cents(self.principal.get().saturating_sub(repaid))
    }

    /// Interest that is paid, in cents.
    #[must_use]
    pub fn paid_interest(&self) -> Cents {
        self.paid_interest
    }

    /// Interest from the payout to a day, paid or not, in cents.
    ///
    /// # Errors
    ///
    /// [`MoneyGap::Impossible`] where the loan's dates and amounts contradict
    /// each other.
    pub fn interest_on(&self, on: Date) -> Result<Cents, MoneyGap> {
        self.interest_under(on, &self.terms)
    }

    /// Interest to the day it is to be repaid, in cents.
    ///
    /// # Errors
    ///
    /// As [`interest_on`](Self::interest_on).
    pub fn interest_at_maturity(&self) -> Result<Cents, MoneyGap> {
        self.interest_on(self.matures_on())
    }

    /// What it costs more, in cents, to repay on this day instead of the one
    /// that is agreed, after postponing it there; less than nothing where the day
    /// is earlier.
    ///
    /// The late rate begins 30 days after the contractual day however far the
    /// loan is postponed (documented). Whether the loan may be postponed is told
    /// by the view's actions.
    ///
    /// # Errors
    ///
    /// As [`interest_on`](Self::interest_on).
    pub fn cost_of_postponing(&self, to: Date) -> Result<Cents, MoneyGap> {
        let terms = Terms {
            to_repay_on: to.max(self.paid_on),
            ..self.terms
        };
        let Cents(then) = self.interest_under(to, &terms)?;
        let Cents(now) = self.interest_at_maturity()?;
        Ok(Cents(then.saturating_sub(now)))
    }

    /// What settles the loan on a day, in cents: the principal outstanding and
    /// the interest to that day that is not paid.
    ///
    /// # Errors
    ///
    /// As [`interest_on`](Self::interest_on).
    pub fn payoff(&self, on: Date) -> Result<Cents, MoneyGap> {
        let interest = self.interest_on(on)? - self.paid_interest;
        Ok(self.outstanding() + interest.max(Cents::ZERO))
    }

    fn interest_under(&self, on: Date, terms: &Terms) -> Result<Cents, MoneyGap> {
        let until = on.max(self.paid_on);
        let (principal, repayments) = (self.principal, &self.repayments);
        Ok(cost(principal, self.paid_on, repayments, until, terms)?)
    }
}

/// Whether payments of a loan are not known, by what it says is repaid.
#[cfg(feature = "client")]
pub(super) fn lacks_payments(id: &str, loan: &Facts, payments: &[Track]) -> bool {
    let Some(principal) = loan.cents("amount") else {
        return false;
    };
    sum(&principal_repaid(id, principal, payments)) != repaid(loan)
}

/// Principal that is repaid, by the loan.
fn repaid(loan: &Facts) -> Cents {
    loan.cents("repaid_nominal_amount").unwrap_or_default()
}

fn sum(repayments: &[Repayment]) -> Cents {
    Cents(repayments.iter().map(|one| one.principal.get()).sum())
}

/// What each paid payment of a loan did to its principal, in the order they
/// came.
fn principal_repaid<'a>(
    loan: &str,
    principal: Cents,
    payments: impl IntoIterator<Item = &'a Track>,
) -> Vec<Repayment> {
    let mut paid: Vec<Paid<'_>> = payments
        .into_iter()
        .filter_map(|track| Paid::of(track, loan))
        .collect();
    paid.sort_by_key(|one| (one.on, one.undoes.is_some(), one.id));
    let mut left = principal.get();
    let mut done: Vec<(&str, Repayment)> = Vec::new();
    for one in &paid {
        let amount = match one.undoes {
            // What was taken back is as much of the principal as it had been.
            Some(undone) => done
                .iter()
                .find(|(id, _)| *id == undone)
                .map(|(_, repayment)| -one.whole.min(repayment.principal.get()))
                .unwrap_or_default(),
            // INFERRED: what pays all pays the principal first.
            None => one.nominal + one.full.min((left - one.nominal).max(0)),
        };
        left -= amount;
        let principal = Cents(amount);
        done.push((
            one.id,
            Repayment {
                on: one.on,
                principal,
            },
        ));
    }
    done.into_iter()
        .map(|(_, repayment)| repayment)
        .filter(|repayment| repayment.principal != Cents::ZERO)
        .collect()
}

/// A payment that was paid, as far as it is about one loan.
struct Paid<'a> {
    id: &'a str,
    on: Date,
    /// Cents that repay principal.
    nominal: i64,
    /// Cents that repay principal and interest.
    full: i64,
    /// Cents of whatever kind.
    whole: i64,
    /// The payment it takes back.
    undoes: Option<&'a str>,
}

impl<'a> Paid<'a> {
    fn of(track: &'a Track, loan: &str) -> Option<Self> {
        let is_paid = track.subject().entity == Entity::Payment
            && track.state().is_some_and(|state| state.status == "PAID");
        let facts = track.facts().filter(|_| is_paid)?;
        let shares = || facts.shares_of(loan);
        let sum = |kind: &str| -> i64 {
            let of_kind = shares().filter(|(one, _)| *one == kind);
            of_kind.map(|(_, Cents(cents))| cents).sum()
        };
        Some(Self {
            id: &track.subject().id,
            on: day(facts.instant("paid_at")?),
            nominal: sum("REPAYMENT_NOMINAL"),
            full: sum("REPAYMENT_FULL"),
            whole: shares().map(|(_, Cents(cents))| cents).sum(),
            undoes: facts.text("charged_back_payment_id"),
        })
    }
}
