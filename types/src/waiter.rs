//! What waits for an object to change, as data: the fifth table. A waiter reads
//! the object again and again and answers as its read does.

use std::fmt;

use crate::operations::loans;
use crate::setting::setting;
use crate::{Operation, Setting, SettingKind};

/// A verb that waits.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Waiter {
    /// The resource group: `loans`.
    pub group: &'static str,
    /// The verb inside the group: `wait_for`.
    pub name: &'static str,
    /// What reads the object; the waiter takes the same path parameters.
    pub read: &'static Operation,
    /// The enum of the statuses to wait for, which are `statuses`.
    pub statuses: &'static str,
    /// How to wait; each may be left out.
    pub terms: &'static [Setting],
    /// What it does.
    pub doc: &'static str,
}

impl Waiter {
    /// The waiter of this name (`loans.wait_for`), if there is one.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        let (group, name) = id.split_once('.')?;
        WAITERS
            .iter()
            .find(|waiter| waiter.group == group && waiter.name == name)
    }
}

/// `loans.wait_for`.
impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `loans.wait_for`.
impl fmt::Display for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group, self.name)
    }
}

/// All waiters.
pub static WAITERS: &[Waiter] = &[Waiter {
    group: "loans",
    name: "wait_for",
    read: &loans::GET,
    statuses: "LoanStatus",
    terms: &[
        setting(
            "deadline",
            SettingKind::Seconds,
            "How long to wait in all; 600 seconds unless set. The last read begins at the deadline and may take a second.",
        ),
        setting(
            "shortest",
            SettingKind::Seconds,
            "The wait between two reads at first and after every change; 0.5 seconds unless set.",
        ),
        setting(
            "longest",
            SettingKind::Seconds,
            "What the wait between two reads grows to; 15 seconds unless set.",
        ),
        setting(
            "through_issues",
            SettingKind::Flag,
            "Whether to go on waiting where Defacto has to act first (ISSUE_DETECTED) or a chargeback would be needed: days, if ever.",
        ),
    ],
    doc: "Waits until a loan is in one of these statuses, by reading it again and again. Name every status that you would accept: a loan moves by itself, so a reader may see TO_REPAY without having seen VALIDATED. Fails with StateConflict as soon as none of them lies ahead any more, and with Timeout when the deadline is over.",
}];
