//! The tables of [`lifecycle`](crate::lifecycle), made ready for the fold.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use defacto_types::{InvoiceStatus, LoanStatus, PaymentIntentStatus, PaymentStatus};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Entity;
use crate::lifecycle::{installment, invoice, loan, payment};

/// A status by its name on the wire; one that this version does not know is
/// kept as the server wrote it.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Status(Cow<'static, str>);

impl Status {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Status {
    fn from(text: &str) -> Self {
        let known = NAMES.binary_search(&text).ok();
        let known = known.and_then(|at| NAMES.get(at).copied());
        Self(match known {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(text.to_owned()),
        })
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<str> for Status {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Status {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(
            Cow::<'de, str>::deserialize(deserializer)?.as_ref(),
        ))
    }
}

/// A set of a machine's statuses, a bit each.
type Set = u16;

/// What leads where, as sets of statuses.
pub(super) struct Machine {
    names: Vec<&'static str>,
    /// What one move leads to, set-backs left out.
    next: Vec<Set>,
    /// What any number of moves lead to.
    reach: Vec<Set>,
    /// The same, set-backs left out.
    ahead: Vec<Set>,
    terminal: Set,
    settled: Set,
}

/// One arrow: from, to, and whether it is a set-back.
type Arrow = (&'static str, &'static str, bool);

impl Machine {
    fn new(
        names: Vec<&'static str>,
        arrows: &[Arrow],
        terminal: &[&'static str],
        settled: &[&'static str],
    ) -> Self {
        let place = |name: &str| names.iter().position(|known| *known == name);
        let set = |wanted: &[&str]| {
            wanted
                .iter()
                .filter_map(|name| place(name))
                .fold(0, |set, at| set | bit(at))
        };
        let direct = |back: bool| {
            let mut next = vec![0; names.len()];
            for (from, to, setback) in arrows {
                if let (Some(from), Some(to), true) = (place(from), place(to), back || !setback) {
                    next[from] |= bit(to);
                }
            }
            next
        };
        let (terminal, settled) = (set(terminal), set(settled));
        Self {
            reach: closure(direct(true)),
            ahead: closure(direct(false)),
            next: direct(false),
            names,
            terminal,
            settled,
        }
    }

    /// The machine of an entity; one without statuses knows none.
    pub(super) fn of(entity: Entity) -> &'static Self {
        &MACHINES[entity as usize]
    }

    pub(super) fn place(&self, status: &Status) -> Option<usize> {
        self.names.iter().position(|name| *name == status.0)
    }

    pub(super) fn is_terminal(&self, status: &Status) -> bool {
        self.place(status)
            .is_some_and(|at| self.terminal & bit(at) != 0)
    }

    pub(super) fn is_settled(&self, status: &Status) -> bool {
        self.place(status)
            .is_some_and(|at| self.settled & bit(at) != 0)
    }

    /// Whether nothing is ruled out, or some moves lead there.
    pub(super) fn can_reach(&self, from: &Status, to: &Status) -> bool {
        match (self.place(from), self.place(to)) {
            (Some(from), Some(to)) => self.reach[from] & bit(to) != 0,
            _ => true,
        }
    }

    /// Whether `to` certainly lies on the way from `from` without a set-back:
    /// false where either is unknown.
    pub(super) fn leads_to(&self, from: &Status, to: &Status) -> bool {
        match (self.place(from), self.place(to)) {
            (Some(from), Some(to)) => self.ahead[from] & bit(to) != 0,
            _ => false,
        }
    }

    /// The statuses that no way from `from` to `to` can go round, in the order
    /// they are passed. With no `from`, those before `to` since the beginning.
    pub(super) fn passed(&self, from: Option<&Status>, to: &Status) -> Vec<Status> {
        let start = match from {
            Some(status) => self.place(status),
            None => Some(0),
        };
        let (Some(start), Some(end)) = (start, self.place(to)) else {
            return Vec::new();
        };
        if start == end || self.ahead[start] & bit(end) == 0 {
            return Vec::new();
        }
        let mut passed: Vec<usize> = (0..self.names.len())
            .filter(|&at| at != end && (at != start || from.is_none()))
            .filter(|&at| at == start || !self.leads_without(start, end, at))
            .collect();
        // Of two that cannot be gone round, the first leads to the second.
        passed.sort_by_key(|&at| (self.ahead[at] & !bit(at)).count_ones());
        passed.reverse();
        passed
            .into_iter()
            .map(|at| Status(Cow::Borrowed(self.names[at])))
            .collect()
    }

    fn leads_without(&self, start: usize, end: usize, closed: usize) -> bool {
        let (mut seen, mut new) = (bit(start), bit(start));
        while new != 0 {
            let mut next = 0;
            for at in (0..self.names.len()).filter(|&at| new & bit(at) != 0) {
                next |= self.next[at];
            }
            new = next & !seen & !bit(closed);
            seen |= new;
        }
        seen & bit(end) != 0
    }
}

fn bit(at: usize) -> Set {
    1 << at
}

fn closure(direct: Vec<Set>) -> Vec<Set> {
    let mut sets = direct;
    loop {
        let before = sets.clone();
        for set in &mut sets {
            for (at, next) in before.iter().enumerate() {
                if *set & bit(at) != 0 {
                    *set |= next;
                }
            }
        }
        if sets == before {
            return sets;
        }
    }
}

/// Every status of any table, sorted.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let names = MACHINES.iter().flat_map(|machine| &machine.names);
    let names: BTreeSet<&'static str> = names.copied().collect();
    names.into_iter().collect()
});

/// In the order of [`Entity`].
static MACHINES: LazyLock<[Machine; 6]> = LazyLock::new(|| {
    let loans = Machine::new(
        LoanStatus::ALL.iter().map(LoanStatus::as_str).collect(),
        &loan::MOVES
            .iter()
            .filter_map(|step| {
                let setback = matches!(step.id, "L18" | "L20");
                Some((step.from.as_ref()?.as_str(), step.to.as_str(), setback))
            })
            .collect::<Vec<_>>(),
        &["DECLINED", "CANCELED", "DELETED"],
        &["CLOSED"],
    );
    let payments = Machine::new(
        PaymentStatus::ALL
            .iter()
            .map(PaymentStatus::as_str)
            .collect(),
        &arrows(payment::MOVES, PaymentStatus::as_str),
        &["CANCELED", "PAID", "FAILED"],
        &[],
    );
    let invoices = Machine::new(
        InvoiceStatus::ALL
            .iter()
            .map(InvoiceStatus::as_str)
            .collect(),
        &arrows(invoice::MOVES, InvoiceStatus::as_str),
        &["DECLINED", "DELETED", "PAID"],
        &[],
    );
    let installments = Machine::new(
        PaymentIntentStatus::ALL
            .iter()
            .map(PaymentIntentStatus::as_str)
            .collect(),
        &arrows(installment::MOVES, PaymentIntentStatus::as_str),
        &["CANCELED", "PAID"],
        &[],
    );
    let none = || Machine::new(Vec::new(), &[], &[], &[]);
    [loans, payments, invoices, installments, none(), none()]
});

fn arrows<S: 'static>(
    moves: &'static [crate::lifecycle::Arrow<S>],
    name: fn(&'static S) -> &'static str,
) -> Vec<Arrow> {
    moves
        .iter()
        .map(|arrow| (name(&arrow.from), name(&arrow.to), arrow.setback))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(from: Option<&str>, to: &str) -> Vec<String> {
        Machine::of(Entity::Loan)
            .passed(from.map(Status::from).as_ref(), &to.into())
            .iter()
            .map(Status::to_string)
            .collect()
    }

    #[test]
    fn only_what_cannot_be_gone_round_was_passed() {
        assert_eq!(
            passed(Some("SUBMITTED"), "TO_REPAY"),
            ["VALIDATED", "SCHEDULED", "INITIATED"]
        );
        assert_eq!(passed(None, "PENDING_VALIDATION"), ["SUBMITTED"]);
        assert_eq!(
            passed(None, "CLOSED"),
            [
                "SUBMITTED",
                "VALIDATED",
                "SCHEDULED",
                "INITIATED",
                "TO_REPAY"
            ]
        );
        // Either way round: nothing is certain.
        assert_eq!(passed(Some("SUBMITTED"), "DECLINED"), [""; 0]);
        assert_eq!(passed(Some("CLOSED"), "TO_REPAY"), [""; 0]);
        assert_eq!(passed(Some("TOMORROW"), "CLOSED"), [""; 0]);
    }

    /// The sets against the walk over the table they are made from.
    #[test]
    fn the_sets_are_those_of_the_table() {
        let machine = Machine::of(Entity::Loan);
        for from in LoanStatus::ALL {
            for to in LoanStatus::ALL {
                let (a, b) = (from.as_str().into(), to.as_str().into());
                assert_eq!(machine.can_reach(&a, &b), loan::can_reach(from, to));
                assert_eq!(machine.leads_to(&a, &b), loan::lies_ahead(from, to));
            }
            let status = from.as_str().into();
            assert_eq!(machine.is_terminal(&status), loan::is_terminal(from));
            assert_eq!(machine.is_settled(&status), loan::is_settled(from));
        }
    }
}
