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
/// Days that are one list: a period of many days has few lists to go through.
const SPAN: i64 = 16;
/// Further from 1970 than any date, in days.
const FAR: i64 = 4_000_000;

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

/// Loans by one of their dates: in its order, and of each day (UTC) and each span
/// of days in the order of creation. A period has some of these, however many
/// loans it has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dates {
    pub(crate) sorted: Sorted,
    by_day: BTreeMap<i64, BTreeSet<No>>,
    by_span: BTreeMap<i64, BTreeSet<No>>,
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
        let day = at.div_euclid(DAY);
        let span = day.div_euclid(SPAN);
        for (map, key) in [(&mut self.by_day, day), (&mut self.by_span, span)] {
            map.entry(key).or_default().insert(no);
        }
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
        let span = day.div_euclid(SPAN);
        for (map, key) in [(&mut self.by_day, day), (&mut self.by_span, span)] {
            if let Some(loans) = map.get_mut(&key) {
                loans.remove(&no);
                if loans.is_empty() {
                    map.remove(&key);
                }
            }
        }
    }

    /// Those of the days that this period touches.
    pub(crate) fn within(&self, (from, to): Period) -> Lists<'_> {
        let day = |at: Timestamp| at.as_microsecond().div_euclid(DAY);
        let (from, to) = (from.map_or(-FAR, day), to.map_or(FAR, day));
        // The first span that lies whole within it, and the first that does not.
        let (first, end) = (
            (from + SPAN - 1).div_euclid(SPAN),
            (to + 1).div_euclid(SPAN),
        );
        let mut lists = Lists(Vec::new());
        if first < end {
            lists.add(&self.by_day, from, first * SPAN);
            lists.add(&self.by_span, first, end);
            lists.add(&self.by_day, end * SPAN, to + 1);
        } else {
            lists.add(&self.by_day, from, to + 1);
        }
        lists
    }
}

impl<'a> Lists<'a> {
    /// Those of the keys before `end`; a range that runs backwards has none.
    fn add(&mut self, map: &'a BTreeMap<i64, BTreeSet<No>>, from: i64, end: i64) {
        if from < end {
            let sets = map.range(from..end).map(|(_, loans)| List::Set(loans));
            self.0.extend(sets);
        }
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
