//! What a whole book comes to.

use std::collections::BTreeMap;

use defacto_types::{Cents, Date, Timestamp};
use serde::Serialize;

use super::days::{day, plus_days};
use super::{Entity, LedgerRow, Track};

/// What of a loan is added up.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Figures {
    /// Empty where none was seen.
    pub(crate) status: String,
    /// Empty where none was told.
    pub(crate) currency: String,
    /// Principal that is lent and not repaid, in cents.
    pub(crate) outstanding: i64,
    /// Interest to come if it is repaid on time, in cents.
    pub(crate) fees_expected: i64,
    /// Interest that is paid, in cents.
    pub(crate) fees_paid: i64,
    /// When it is to be repaid.
    pub(crate) due_at: Option<Timestamp>,
    /// After when it is late as long as it owes.
    pub(crate) late_at: Option<Timestamp>,
}

impl Figures {
    /// Those of a loan; nothing of anything else.
    pub(crate) fn of(track: &Track) -> Option<Self> {
        if track.subject().entity != Entity::Loan {
            return None;
        }
        let state = track.state();
        let status = state.map(|state| state.status.to_string());
        let mut figures = Self {
            status: status.unwrap_or_default(),
            ..Self::default()
        };
        let Some(facts) = track.facts() else {
            return Some(figures);
        };
        figures.currency = facts.text("currency").unwrap_or_default().to_owned();
        figures.fees_paid = facts.number("paid_interests_amount").unwrap_or(0);
        figures.due_at = facts.instant("to_repay_at");
        figures.late_at = facts.late_basis();
        if let Some(Cents(outstanding)) = facts.outstanding() {
            figures.outstanding = outstanding.max(0);
            if !facts.has("closed_at") {
                let estimated = facts.number("fees_estimated").unwrap_or(0);
                figures.fees_expected = estimated.saturating_sub(figures.fees_paid).max(0);
            }
        }
        Some(figures)
    }
}

/// What a book of loans comes to at an instant.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Portfolio {
    /// When.
    pub at: Timestamp,
    /// How many days ahead [`due`](Totals::due) and [`dues`](Self::dues) look.
    pub days: u32,
    /// How many loans there are.
    pub loans: u64,
    /// How many are in which status; those that were never seen in one under an
    /// empty name.
    pub by_status: BTreeMap<String, u64>,
    /// The sums by currency; under an empty name where none was told.
    pub totals: BTreeMap<String, Totals>,
    /// What is due on which day (UTC), by day and currency.
    pub dues: Vec<Due>,
}

/// Sums of one currency, in cents.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// How many loans owe principal.
    pub owing: u64,
    /// The principal they owe.
    pub outstanding: Cents,
    /// What of it is due within the days asked for.
    pub due: Cents,
    /// What of it is past its date, agreed or postponed.
    pub overdue: Cents,
    /// What of it is past its contractual date: late, as Defacto counts.
    pub late: Cents,
    /// How many loans that are.
    pub late_loans: u64,
    /// Interest to come if everything is repaid on time.
    pub fees_expected: Cents,
    /// Interest that is paid.
    pub fees_paid: Cents,
}

impl Totals {
    /// Adds those of other loans.
    #[cfg(feature = "sqlite")]
    pub(crate) fn add(&mut self, other: &Self) {
        self.owing += other.owing;
        self.outstanding += other.outstanding;
        self.due += other.due;
        self.overdue += other.overdue;
        self.late += other.late;
        self.late_loans += other.late_loans;
        self.fees_expected += other.fees_expected;
        self.fees_paid += other.fees_paid;
    }
}

/// Principal that is due on a day.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Due {
    /// The day (UTC).
    pub day: Date,
    /// The currency; empty where none was told.
    pub currency: String,
    /// Of how many loans.
    pub loans: u64,
    /// In cents.
    pub outstanding: Cents,
}

impl Portfolio {
    /// Of no loans.
    #[must_use]
    pub fn new(at: Timestamp, days: u32) -> Self {
        Self {
            at,
            days,
            loans: 0,
            by_status: BTreeMap::new(),
            totals: BTreeMap::new(),
            dues: Vec::new(),
        }
    }

    /// The last instant within the days asked for.
    pub(crate) fn until(&self) -> Timestamp {
        plus_days(self.at, self.days.into())
    }

    /// Adds a loan; what is none changes nothing.
    pub fn take(&mut self, track: &Track) {
        if let Some(loan) = Figures::of(track) {
            self.add(loan);
        }
    }

    /// Adds a loan that was reduced to a row of the ledger.
    pub fn take_row(&mut self, row: &LedgerRow) {
        self.add(row.figures());
    }

    fn add(&mut self, loan: Figures) {
        self.loans += 1;
        *self.by_status.entry(loan.status).or_default() += 1;
        let (at, until) = (self.at, self.until());
        let totals = self.totals.entry(loan.currency.clone()).or_default();
        let owed = Cents(loan.outstanding);
        totals.fees_expected += Cents(loan.fees_expected);
        totals.fees_paid += Cents(loan.fees_paid);
        if loan.outstanding == 0 {
            return;
        }
        totals.owing += 1;
        totals.outstanding += owed;
        if loan.late_at.is_some_and(|late| late < at) {
            totals.late += owed;
            totals.late_loans += 1;
        }
        let Some(due) = loan.due_at else { return };
        if due < at {
            totals.overdue += owed;
        } else if due <= until {
            totals.due += owed;
            self.add_due(day(due), loan.currency, 1, owed);
        }
    }

    /// Adds what is due on a day.
    pub(crate) fn add_due(&mut self, day: Date, currency: String, loans: u64, owed: Cents) {
        let place = self
            .dues
            .binary_search_by(|one| (one.day, &one.currency).cmp(&(day, &currency)));
        match place {
            Ok(at) => {
                self.dues[at].loans += loans;
                self.dues[at].outstanding += owed;
            }
            Err(at) => self.dues.insert(
                at,
                Due {
                    day,
                    currency,
                    loans,
                    outstanding: owed,
                },
            ),
        }
    }
}
