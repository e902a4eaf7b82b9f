//! The life of a loan.
//!
//! The table is [`MOVES`]. Processing is asynchronous, so two consecutive
//! readings of one loan may be several moves apart: a follower asks
//! [`can_reach`], not [`is_legal`].
//!
//! A status this version does not know is never an error: see each function.

use super::Actor::{self, Bank, Client, Defacto, Time};
use super::Evidence::{self, Conflict, Inferred, Read};
use defacto_types::LoanStatus::{
    self, Canceled, Closed, Declined, Deleted, Initiated, IssueDetected, PendingValidation,
    Scheduled, Submitted, ToRepay, ToRepayFees, ToValidate, Unknown, Validated,
};

/// One arrow between two statuses of a loan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Move {
    /// The row of the table, `L1` to `L22`; a row that names several statuses
    /// is several moves.
    pub id: &'static str,
    /// The status left; none where the loan is created.
    pub from: Option<LoanStatus>,
    /// The status entered, the same one where only the loan's fields change.
    pub to: LoanStatus,
    /// Who causes it.
    pub actor: Actor,
    /// How well it is known.
    pub evidence: Evidence,
    /// What causes it.
    pub doc: &'static str,
}

/// Every move of a loan, by row.
///
/// Source: the specification's `POST /loans`, `validate`, `cancel`, `PATCH` and
/// `repayment-terms` operations and the help centre, where [`Evidence::Read`];
/// the names of statuses, fields, events and error codes otherwise.
#[rustfmt::skip]
pub static MOVES: &[Move] = &[
    Move { id: "L1", from: None, to: Submitted, actor: Client, evidence: Inferred, doc: "POST /loans; that this status comes first is inferred" },
    Move { id: "L2", from: Some(Submitted), to: PendingValidation, actor: Defacto, evidence: Read, doc: "the default asynchronous answer, or the synchronous wait exceeded" },
    Move { id: "L3", from: Some(Submitted), to: ToValidate, actor: Defacto, evidence: Read, doc: "accepted, auto_validate=false" },
    Move { id: "L3", from: Some(PendingValidation), to: ToValidate, actor: Defacto, evidence: Inferred, doc: "accepted after review, auto_validate=false" },
    Move { id: "L4", from: Some(Submitted), to: Validated, actor: Defacto, evidence: Read, doc: "accepted, auto_validate=true" },
    Move { id: "L4", from: Some(PendingValidation), to: Validated, actor: Defacto, evidence: Inferred, doc: "accepted after review, auto_validate=true; stated only of the synchronous answer" },
    Move { id: "L5", from: Some(Submitted), to: Declined, actor: Defacto, evidence: Read, doc: "refused" },
    Move { id: "L5", from: Some(PendingValidation), to: Declined, actor: Defacto, evidence: Read, doc: "refused after review, perhaps days later" },
    Move { id: "L6", from: Some(ToValidate), to: Validated, actor: Client, evidence: Read, doc: "POST /loan/{id}/validate" },
    Move { id: "L7", from: Some(ToValidate), to: Canceled, actor: Client, evidence: Read, doc: "POST /loan/{id}/cancel" },
    Move { id: "L7", from: Some(Validated), to: Canceled, actor: Client, evidence: Read, doc: "POST /loan/{id}/cancel" },
    Move { id: "L7", from: Some(Scheduled), to: Canceled, actor: Client, evidence: Read, doc: "POST /loan/{id}/cancel, until the money is sent" },
    Move { id: "L8", from: Some(PendingValidation), to: Canceled, actor: Client, evidence: Conflict, doc: "POST /loan/{id}/cancel, by the 2023 guide; the operation does not list this status" },
    Move { id: "L9", from: Some(Validated), to: Scheduled, actor: Defacto, evidence: Inferred, doc: "ready, the payment waits for its date" },
    Move { id: "L10", from: Some(Scheduled), to: Initiated, actor: Defacto, evidence: Inferred, doc: "payment instructed 24 to 48 hours before to_pay_at; only the status name is inferred" },
    Move { id: "L11", from: Some(Initiated), to: ToRepay, actor: Bank, evidence: Inferred, doc: "disbursement paid, paid_at set" },
    Move { id: "L12", from: Some(Initiated), to: IssueDetected, actor: Bank, evidence: Inferred, doc: "disbursement failed or returned" },
    Move { id: "L13", from: Some(ToRepay), to: ToRepay, actor: Bank, evidence: Inferred, doc: "partial repayment; that the status stays is inferred" },
    Move { id: "L14", from: Some(ToRepay), to: ToRepayFees, actor: Bank, evidence: Inferred, doc: "principal repaid, fees open: the usual path" },
    Move { id: "L15", from: Some(ToRepay), to: Closed, actor: Bank, evidence: Inferred, doc: "one payment covers all, or the fees were settled before" },
    Move { id: "L16", from: Some(ToRepayFees), to: Closed, actor: Bank, evidence: Inferred, doc: "fees paid" },
    Move { id: "L17", from: Some(ToRepay), to: ToRepay, actor: Client, evidence: Read, doc: "PUT /loan/repayment-terms or PATCH: date or method changed" },
    Move { id: "L17", from: Some(ToRepayFees), to: ToRepayFees, actor: Client, evidence: Read, doc: "PUT /loan/repayment-terms: date or method changed" },
    Move { id: "L18", from: Some(IssueDetected), to: Scheduled, actor: Defacto, evidence: Inferred, doc: "resolved; possible, stated nowhere" },
    Move { id: "L18", from: Some(IssueDetected), to: Initiated, actor: Defacto, evidence: Inferred, doc: "resolved; possible, stated nowhere" },
    Move { id: "L18", from: Some(IssueDetected), to: Canceled, actor: Defacto, evidence: Inferred, doc: "resolved; possible, stated nowhere" },
    Move { id: "L18", from: Some(IssueDetected), to: ToRepay, actor: Defacto, evidence: Inferred, doc: "resolved; possible, stated nowhere" },
    Move { id: "L19", from: Some(ToRepay), to: IssueDetected, actor: Defacto, evidence: Inferred, doc: "repayment failure needing action; possible, stated nowhere" },
    Move { id: "L19", from: Some(ToRepayFees), to: IssueDetected, actor: Defacto, evidence: Inferred, doc: "repayment failure needing action; possible, stated nowhere" },
    Move { id: "L20", from: Some(Closed), to: ToRepay, actor: Bank, evidence: Inferred, doc: "repayment of the principal charged back" },
    Move { id: "L20", from: Some(Closed), to: ToRepayFees, actor: Bank, evidence: Inferred, doc: "repayment of the fees charged back" },
    Move { id: "L20", from: Some(ToRepayFees), to: ToRepay, actor: Bank, evidence: Inferred, doc: "repayment of the principal charged back" },
    Move { id: "L20", from: Some(ToRepayFees), to: ToRepayFees, actor: Bank, evidence: Inferred, doc: "repayment of the fees charged back" },
    Move { id: "L21", from: Some(ToValidate), to: Declined, actor: Time, evidence: Inferred, doc: "offer lapsed (LOAN_REQUEST_EXPIRED)" },
    Move { id: "L21", from: Some(PendingValidation), to: Declined, actor: Time, evidence: Inferred, doc: "request lapsed (LOAN_REQUEST_EXPIRED)" },
    Move { id: "L22", from: Some(Submitted), to: Deleted, actor: Defacto, evidence: Inferred, doc: "removed by Defacto; possible, stated nowhere" },
    Move { id: "L22", from: Some(PendingValidation), to: Deleted, actor: Defacto, evidence: Inferred, doc: "removed by Defacto; possible, stated nowhere" },
    Move { id: "L22", from: Some(ToValidate), to: Deleted, actor: Defacto, evidence: Inferred, doc: "removed by Defacto; possible, stated nowhere" },
    Move { id: "L22", from: Some(Validated), to: Deleted, actor: Defacto, evidence: Inferred, doc: "removed by Defacto; possible, stated nowhere" },
    Move { id: "L22", from: Some(Scheduled), to: Deleted, actor: Defacto, evidence: Inferred, doc: "removed by Defacto; possible, stated nowhere" },
];

/// The moves that leave `status`, in the order of [`MOVES`]; none for a status
/// this version does not know.
///
/// Source: [`MOVES`].
pub fn moves_from(status: &LoanStatus) -> impl Iterator<Item = &'static Move> {
    MOVES
        .iter()
        .filter(move |step| step.from.as_ref() == Some(status))
}

/// Whether one single move leads from `from` to `to`.
///
/// A status may be its own successor only where the table says so. False where
/// either status is unknown to this version: no move names it.
///
/// Source: [`MOVES`].
#[must_use]
pub fn is_legal(from: &LoanStatus, to: &LoanStatus) -> bool {
    moves_from(from).any(|step| step.to == *to)
}

/// Every status that one or more moves lead to, nearest first; `status` itself
/// only where a cycle returns to it. Empty for a status this version does not
/// know.
///
/// Source: [`MOVES`].
#[must_use]
pub fn reachable(status: &LoanStatus) -> Vec<LoanStatus> {
    let mut found: Vec<LoanStatus> = Vec::new();
    let mut frontier = vec![status.clone()];
    while !frontier.is_empty() {
        let mut next = Vec::new();
        for step in frontier.iter().flat_map(moves_from) {
            if !found.contains(&step.to) {
                found.push(step.to.clone());
                next.push(step.to.clone());
            }
        }
        frontier = next;
    }
    found
}

/// Whether one or more moves lead from `from` to `to`.
///
/// True where either status is unknown to this version: nothing is known of
/// it, so nothing is ruled out.
///
/// Source: [`MOVES`].
#[must_use]
pub fn can_reach(from: &LoanStatus, to: &LoanStatus) -> bool {
    !from.is_known() || !to.is_known() || reachable(from).contains(to)
}

/// Whether `to` lies on the way of a loan that goes on from `from` without a
/// set-back: no move out of ISSUE_DETECTED and no chargeback counts (rows L18
/// and L20, both inferred).
///
/// True where either status is unknown to this version, as [`can_reach`].
///
/// Source: [`MOVES`].
#[must_use]
pub fn lies_ahead(from: &LoanStatus, to: &LoanStatus) -> bool {
    if !from.is_known() || !to.is_known() {
        return true;
    }
    let mut seen: Vec<&LoanStatus> = Vec::new();
    let mut next = vec![from];
    while let Some(status) = next.pop() {
        for step in moves_from(status).filter(|step| !matches!(step.id, "L18" | "L20")) {
            if step.to == *to {
                return true;
            }
            if !seen.contains(&&step.to) {
                seen.push(&step.to);
                next.push(&step.to);
            }
        }
    }
    false
}

/// Whether nothing follows `status`: declined, canceled or deleted.
///
/// A closed loan is not among them, since a charged back debit reopens it: see
/// [`is_settled`].
///
/// Source: inferred; no operation and no event leaves these statuses.
#[must_use]
pub fn is_terminal(status: &LoanStatus) -> bool {
    matches!(status, Declined | Canceled | Deleted)
}

/// Whether everything is repaid, barring a chargeback.
///
/// Source: the specification, `closed_at`, the date of full repayment.
#[must_use]
pub fn is_settled(status: &LoanStatus) -> bool {
    matches!(status, Closed)
}

/// What a client may ask of a loan, by its status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ClientAction {
    /// Accept the offer: `POST /loan/{id}/validate`.
    Validate,
    /// Withdraw the request: `POST /loan/{id}/cancel`.
    Cancel,
    /// Change the [`editable_fields`]: `PATCH /loan/{id}`.
    Edit,
    /// Change the date or the method of repayment: `PUT /loan/repayment-terms`.
    SetRepaymentTerms,
    /// Repay principal, in whole or in part.
    Repay,
}

/// What a client may ask of a loan in `status`.
///
/// Canceling is offered while a loan is under review, since the 2023 guide
/// allows it, though the operation does not list the status: be ready for a
/// 400. Nothing for a status this version does not know.
///
/// Source: the statuses each operation of the specification lists.
#[must_use]
pub fn allowed(status: &LoanStatus) -> &'static [ClientAction] {
    use ClientAction::{Cancel, Edit, Repay, SetRepaymentTerms, Validate};
    match status {
        Submitted => &[Edit],
        ToValidate => &[Validate, Cancel, Edit],
        Validated | Scheduled => &[Cancel, Edit],
        ToRepay => &[Edit, SetRepaymentTerms, Repay],
        ToRepayFees => &[SetRepaymentTerms],
        PendingValidation => &[Cancel],
        Declined | Canceled | Initiated | Closed | IssueDetected | Deleted | Unknown(_) => &[],
        // A value added to the types and not yet placed here.
        _ => &[],
    }
}

/// The fields `PATCH /loan/{id}` accepts in `status`, by their names on the
/// wire.
///
/// In `TO_REPAY` the new `to_repay_at` may not be earlier than the loan's
/// `earliest_to_repay_at`. None for a status this version does not know.
///
/// Source: the specification, `PATCH /loan/{id}`.
#[must_use]
pub fn editable_fields(status: &LoanStatus) -> &'static [&'static str] {
    match status {
        Submitted | ToValidate => &[
            "amount",
            "loan_to",
            "loan_to_references",
            "repayment_to_references",
            "repayment_method",
            "to_pay_at",
            "to_repay_at",
            "metadata",
            "lender_id",
            "transfer_contract_url",
        ],
        Validated | Scheduled => &[
            "loan_to_references",
            "repayment_to_references",
            "to_repay_at",
        ],
        ToRepay => &["to_repay_at"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> LoanStatus {
        let status = LoanStatus::from(text);
        assert!(status.is_known(), "{text}");
        status
    }

    /// By hand, from the state machine's table and not from `MOVES`.
    const LEGAL: &[(&str, &str)] = &[
        (
            "SUBMITTED",
            "PENDING_VALIDATION TO_VALIDATE VALIDATED DECLINED DELETED",
        ),
        (
            "PENDING_VALIDATION",
            "TO_VALIDATE VALIDATED DECLINED CANCELED DELETED",
        ),
        ("TO_VALIDATE", "VALIDATED CANCELED DECLINED DELETED"),
        ("DECLINED", ""),
        ("VALIDATED", "SCHEDULED CANCELED DELETED"),
        ("CANCELED", ""),
        ("SCHEDULED", "INITIATED CANCELED DELETED"),
        ("INITIATED", "TO_REPAY ISSUE_DETECTED"),
        ("TO_REPAY", "TO_REPAY TO_REPAY_FEES CLOSED ISSUE_DETECTED"),
        (
            "TO_REPAY_FEES",
            "TO_REPAY TO_REPAY_FEES CLOSED ISSUE_DETECTED",
        ),
        ("CLOSED", "TO_REPAY TO_REPAY_FEES"),
        ("ISSUE_DETECTED", "SCHEDULED INITIATED CANCELED TO_REPAY"),
        ("DELETED", ""),
    ];

    #[test]
    fn every_pair_is_legal_or_not_as_listed() {
        assert_eq!(LEGAL.len(), 13);
        assert_eq!(LoanStatus::ALL.len(), 13);
        for (from, successors) in LEGAL {
            for to in LoanStatus::ALL {
                let expected = successors.split_whitespace().any(|s| s == to.as_str());
                assert_eq!(
                    is_legal(&status(from), to),
                    expected,
                    "{from} -> {}",
                    to.as_str()
                );
            }
        }
    }

    #[test]
    fn every_row_occurs_and_no_move_twice() {
        for row in 1..=22 {
            let id = format!("L{row}");
            assert!(MOVES.iter().any(|step| step.id == id), "{id}");
        }
        for (at, step) in MOVES.iter().enumerate() {
            let number: u32 = step.id.trim_start_matches('L').parse().unwrap();
            assert!((1..=22).contains(&number), "{}", step.id);
            assert!(!step.doc.is_empty(), "{}", step.id);
            assert!(step.to.is_known());
            assert!(step.from.as_ref().is_none_or(LoanStatus::is_known));
            assert!(!MOVES[..at].iter().any(|other| {
                other.id == step.id && other.from == step.from && other.to == step.to
            }));
        }
        assert_eq!(MOVES.len(), 40);
    }

    #[test]
    fn only_creation_comes_from_nothing() {
        let births: Vec<_> = MOVES.iter().filter(|step| step.from.is_none()).collect();
        assert_eq!(births.len(), 1);
        assert_eq!((births[0].id, &births[0].to), ("L1", &Submitted));
    }

    #[test]
    fn terminal_states_are_exactly_those_no_move_leaves() {
        for each in LoanStatus::ALL {
            let expected = ["DECLINED", "CANCELED", "DELETED"].contains(&each.as_str());
            assert_eq!(is_terminal(each), expected, "{}", each.as_str());
            assert_eq!(moves_from(each).next().is_none(), expected);
            assert_eq!(reachable(each).is_empty(), expected);
            assert_eq!(is_settled(each), each.as_str() == "CLOSED");
        }
    }

    #[test]
    fn every_other_status_follows_submission() {
        let found = reachable(&Submitted);
        for each in LoanStatus::ALL {
            assert_eq!(
                found.contains(each),
                *each != Submitted,
                "{}",
                each.as_str()
            );
        }
        assert_eq!(found.len(), 12);
    }

    #[test]
    fn a_follower_may_skip_states_but_not_go_back() {
        assert!(can_reach(&Submitted, &Closed));
        assert!(!is_legal(&Submitted, &Closed));
        assert!(can_reach(&Submitted, &ToRepay));
        assert!(!can_reach(&ToRepay, &ToValidate));
        assert!(!can_reach(&Validated, &PendingValidation));
        assert!(!can_reach(&Initiated, &Submitted));
        assert!(!can_reach(&Canceled, &Validated));
    }

    #[test]
    fn a_status_reaches_itself_only_by_a_cycle() {
        let cyclic = [
            Scheduled,
            Initiated,
            ToRepay,
            ToRepayFees,
            Closed,
            IssueDetected,
        ];
        for each in LoanStatus::ALL {
            assert_eq!(
                reachable(each).contains(each),
                cyclic.contains(each),
                "{}",
                each.as_str()
            );
        }
    }

    #[test]
    fn nothing_is_ruled_out_of_an_unknown_status() {
        let unknown = LoanStatus::from("OVERDUE");
        for each in LoanStatus::ALL {
            assert!(can_reach(&unknown, each));
            assert!(can_reach(each, &unknown));
            assert!(!is_legal(&unknown, each));
            assert!(!is_legal(each, &unknown));
        }
        assert!(can_reach(&unknown, &unknown));
        assert!(reachable(&unknown).is_empty());
        assert!(!is_terminal(&unknown));
        assert!(!is_settled(&unknown));
        assert!(allowed(&unknown).is_empty());
        assert!(editable_fields(&unknown).is_empty());
    }

    #[test]
    fn patch_matrix() {
        const ALL: &str = "amount loan_to loan_to_references repayment_to_references \
            repayment_method to_pay_at to_repay_at metadata lender_id transfer_contract_url";
        const LATE: &str = "loan_to_references repayment_to_references to_repay_at";
        let matrix = [
            ("SUBMITTED", ALL),
            ("PENDING_VALIDATION", ""),
            ("TO_VALIDATE", ALL),
            ("DECLINED", ""),
            ("VALIDATED", LATE),
            ("CANCELED", ""),
            ("SCHEDULED", LATE),
            ("INITIATED", ""),
            ("TO_REPAY", "to_repay_at"),
            ("TO_REPAY_FEES", ""),
            ("CLOSED", ""),
            ("ISSUE_DETECTED", ""),
            ("DELETED", ""),
        ];
        for (name, fields) in matrix {
            let expected: Vec<&str> = fields.split_whitespace().collect();
            assert_eq!(editable_fields(&status(name)), expected, "{name}");
        }
    }

    #[test]
    fn client_actions_by_status() {
        use ClientAction::{Cancel, Edit, Repay, SetRepaymentTerms, Validate};
        let expected: [(&str, &[ClientAction]); 13] = [
            ("SUBMITTED", &[Edit]),
            ("PENDING_VALIDATION", &[Cancel]),
            ("TO_VALIDATE", &[Validate, Cancel, Edit]),
            ("DECLINED", &[]),
            ("VALIDATED", &[Cancel, Edit]),
            ("CANCELED", &[]),
            ("SCHEDULED", &[Cancel, Edit]),
            ("INITIATED", &[]),
            ("TO_REPAY", &[Edit, SetRepaymentTerms, Repay]),
            ("TO_REPAY_FEES", &[SetRepaymentTerms]),
            ("CLOSED", &[]),
            ("ISSUE_DETECTED", &[]),
            ("DELETED", &[]),
        ];
        for (name, actions) in expected {
            assert_eq!(allowed(&status(name)), actions, "{name}");
        }
    }

    #[test]
    fn actions_agree_with_moves_and_fields() {
        for each in LoanStatus::ALL {
            let may = |action| allowed(each).contains(&action);
            let known = |id| moves_from(each).any(|step| step.id == id);
            assert_eq!(may(ClientAction::Validate), known("L6"));
            assert_eq!(may(ClientAction::Cancel), known("L7") || known("L8"));
            assert_eq!(may(ClientAction::SetRepaymentTerms), known("L17"));
            assert_eq!(may(ClientAction::Repay), known("L13"));
            assert_eq!(may(ClientAction::Edit), !editable_fields(each).is_empty());
        }
    }
}
