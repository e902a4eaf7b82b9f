//! The legal moves of a loan, read from the state machines a second time on
//! purpose: the client has its own table, and a test compares the two.

use defacto_types::LoanStatus;

/// A loan's status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Status {
    Submitted,
    PendingValidation,
    ToValidate,
    Declined,
    Validated,
    Canceled,
    Scheduled,
    Initiated,
    ToRepay,
    ToRepayFees,
    Closed,
    IssueDetected,
    Deleted,
}

use Status::{
    Canceled, Closed, Declined, Deleted, Initiated, IssueDetected, PendingValidation, Scheduled,
    Submitted, ToRepay, ToRepayFees, ToValidate, Validated,
};

/// A move from one status to another, with the number it has in the list of
/// transitions. L13 and L17 leave the status as it is and are not moves.
pub(crate) const MOVES: &[(&str, Status, Status)] = &[
    ("L2", Submitted, PendingValidation),
    ("L3", Submitted, ToValidate),
    ("L3", PendingValidation, ToValidate),
    ("L4", Submitted, Validated),
    ("L4", PendingValidation, Validated),
    ("L5", Submitted, Declined),
    ("L5", PendingValidation, Declined),
    ("L6", ToValidate, Validated),
    ("L7", ToValidate, Canceled),
    ("L7", Validated, Canceled),
    ("L7", Scheduled, Canceled),
    ("L8", PendingValidation, Canceled),
    ("L9", Validated, Scheduled),
    ("L10", Scheduled, Initiated),
    ("L11", Initiated, ToRepay),
    ("L12", Initiated, IssueDetected),
    ("L14", ToRepay, ToRepayFees),
    ("L15", ToRepay, Closed),
    ("L16", ToRepayFees, Closed),
    ("L18", IssueDetected, Scheduled),
    ("L18", IssueDetected, Initiated),
    ("L18", IssueDetected, Canceled),
    ("L18", IssueDetected, ToRepay),
    ("L19", ToRepay, IssueDetected),
    ("L19", ToRepayFees, IssueDetected),
    ("L20", Closed, ToRepay),
    ("L20", Closed, ToRepayFees),
    ("L20", ToRepayFees, ToRepay),
    ("L21", ToValidate, Declined),
    ("L22", Submitted, Deleted),
    ("L22", PendingValidation, Deleted),
    ("L22", ToValidate, Deleted),
];

/// The table in the API's names: row, from, to. For the test that compares it
/// with the client's.
pub fn loan_moves() -> impl Iterator<Item = (&'static str, LoanStatus, LoanStatus)> {
    MOVES
        .iter()
        .map(|(row, from, to)| (*row, from.to_wire(), to.to_wire()))
}

impl Status {
    /// Every status.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter()
    }

    /// Whether a loan may move from this status to that one.
    pub(crate) fn may_become(self, to: Self) -> bool {
        MOVES
            .iter()
            .any(|(_, from, then)| *from == self && *then == to)
    }

    /// What a request may change in this status (READ).
    pub(crate) fn editable(self) -> Editable {
        match self {
            Submitted | ToValidate => Editable::All,
            Validated | Scheduled => Editable::ReferencesAndRepayment,
            ToRepay => Editable::Repayment,
            _ => Editable::Nothing,
        }
    }

    /// The name of the move that leads here. Private to the simulator.
    pub(crate) fn transition(self) -> &'static str {
        match self {
            Submitted => "SUBMIT",
            PendingValidation => "PEND",
            ToValidate => "ACCEPT",
            Declined => "DECLINE",
            Validated => "VALIDATE",
            Canceled => "CANCEL",
            Scheduled => "SCHEDULE",
            Initiated => "INITIATE",
            ToRepay => "PAY",
            ToRepayFees => "REPAY",
            Closed => "CLOSE",
            IssueDetected => "DETECT_ISSUE",
            Deleted => "DELETE",
        }
    }

    pub(crate) fn to_wire(self) -> LoanStatus {
        match self {
            Submitted => LoanStatus::Submitted,
            PendingValidation => LoanStatus::PendingValidation,
            ToValidate => LoanStatus::ToValidate,
            Declined => LoanStatus::Declined,
            Validated => LoanStatus::Validated,
            Canceled => LoanStatus::Canceled,
            Scheduled => LoanStatus::Scheduled,
            Initiated => LoanStatus::Initiated,
            ToRepay => LoanStatus::ToRepay,
            ToRepayFees => LoanStatus::ToRepayFees,
            Closed => LoanStatus::Closed,
            IssueDetected => LoanStatus::IssueDetected,
            Deleted => LoanStatus::Deleted,
        }
    }
}

/// What a PATCH may change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Editable {
    All,
    ReferencesAndRepayment,
    Repayment,
    Nothing,
}

pub(crate) const ALL: [Status; 13] = [
    Submitted,
    PendingValidation,
    ToValidate,
    Declined,
    Validated,
    Canceled,
    Scheduled,
    Initiated,
    ToRepay,
    ToRepayFees,
    Closed,
    IssueDetected,
    Deleted,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_api_is_here() {
        let ours: Vec<_> = ALL.iter().map(|status| status.to_wire()).collect();
        assert_eq!(ours.len(), LoanStatus::ALL.len());
        assert!(LoanStatus::ALL.iter().all(|status| ours.contains(status)));
    }

    #[test]
    fn nothing_leaves_what_is_final() {
        for from in [Declined, Canceled, Deleted] {
            assert!(ALL.iter().all(|to| !from.may_become(*to)), "{from:?}");
        }
    }

    #[test]
    fn no_status_becomes_itself() {
        assert!(ALL.iter().all(|status| !status.may_become(*status)));
    }

    #[test]
    fn every_status_is_reached_from_the_first() {
        let mut reached = vec![Submitted];
        let mut seen = 0;
        while seen < reached.len() {
            let from = reached[seen];
            reached.extend(
                ALL.iter()
                    .filter(|to| from.may_become(**to) && !reached.contains(to))
                    .copied()
                    .collect::<Vec<_>>(),
            );
            seen += 1;
        }
        assert_eq!(reached.len(), ALL.len());
    }
}
