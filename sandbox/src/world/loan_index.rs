//! Where to look for loans of a status or a date: a list that is filtered goes
//! through few of the others.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::World;
use super::lists::{List, Lists};
use super::loan::Loan;
use super::table::{No, Sorted};
use super::transitions::{ALL, Status};

/// In microseconds, as dates are sorted.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A moment, and one after it; neither has to be given.
pub(crate) type Period = (Option<Timestamp>, Option<Timestamp>);

/// The loans by what lists of them are filtered by.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoanIndex {
    by_status: [BTreeSet<No>; ALL.len()],
    pub(crate) payout: Dates,
    pub(crate) repayment: Dates,
    /// Of those that have such a date.
    pub(crate) contractual: Dates,
}

/// Loans by one of their dates: in its order, and of each day (UTC) in the
/// order of creation. A period has some days, however many loans it has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dates {
    pub(crate) sorted: Sorted,
    by_day: BTreeMap<i64, BTreeSet<No>>,
}

impl LoanIndex {
    fn insert(&mut self, no: No, loan: &Loan) {
        self.by_status[loan.status as usize].insert(no);
        self.payout.insert(no, loan.to_pay_at);
        self.repayment.insert(no, loan.to_repay_at);
        if let Some(at) = loan.contractual {
            self.contractual.insert(no, at);
        }
    }

    fn remove(&mut self, no: No, loan: &Loan) {
        self.by_status[loan.status as usize].remove(&no);
        self.payout.remove(no, loan.to_pay_at);
        self.repayment.remove(no, loan.to_repay_at);
        if let Some(at) = loan.contractual {
            self.contractual.remove(no, at);
        }
    }

    /// The loan entered another status.
    pub(super) fn moved(&mut self, no: No, from: Status, to: Status) {
        self.by_status[from as usize].remove(&no);
        self.by_status[to as usize].insert(no);
    }

    /// Those in one of these statuses.
    pub(crate) fn in_status(&self, wanted: impl Fn(Status) -> bool) -> Lists<'_> {
        let wanted = Status::all().filter(|status| wanted(*status));
        Lists(
            wanted
                .map(|status| List::Set(&self.by_status[status as usize]))
                .collect(),
        )
    }
}

impl Dates {
    fn insert(&mut self, no: No, at: Timestamp) {
        let at = at.as_microsecond();
        self.sorted.insert((at, no));
        self.by_day
            .entry(at.div_euclid(DAY))
            .or_default()
            .insert(no);
    }

    /// A loan has another date, or its first one.
    pub(super) fn change(&mut self, no: No, from: Option<Timestamp>, to: Timestamp) {
        if let Some(from) = from {
            self.remove(no, from);
        }
        self.insert(no, to);
    }

    fn remove(&mut self, no: No, at: Timestamp) {
        let at = at.as_microsecond();
        self.sorted.remove(&(at, no));
        let day = at.div_euclid(DAY);
        if let Some(loans) = self.by_day.get_mut(&day) {
            loans.remove(&no);
            if loans.is_empty() {
                self.by_day.remove(&day);
            }
        }
    }

    /// Those of the days that this period touches.
    pub(crate) fn within(&self, (from, to): Period) -> Lists<'_> {
        let day = |at: Timestamp| at.as_microsecond().div_euclid(DAY);
        let (from, to) = (from.map_or(i64::MIN, day), to.map_or(i64::MAX, day));
        // A range that runs backwards is none to the map.
        let days = (from <= to).then(|| self.by_day.range(from..=to));
        Lists(
            days.into_iter()
                .flatten()
                .map(|(_, loans)| List::Set(loans))
                .collect(),
        )
    }
}

impl World {
    pub(super) fn index_loan(&mut self, no: No) {
        self.loan_index.insert(no, &self.loans[no].value);
    }

    pub(super) fn unindex_loan(&mut self, no: No) {
        self.loan_index.remove(no, &self.loans[no].value);
    }
}
