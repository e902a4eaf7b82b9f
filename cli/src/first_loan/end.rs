//! How the walk ended: the last words and the exit code.

use defacto::types::LoanStatus;
use serde_json::json;

use super::FirstLoan;
use super::narrator::Narrator;
use super::record::Record;
use super::timeline;
use crate::connection::Open;
use crate::failure::{Failure, LATE, OUTCOME_UNKNOWN, print, tell};

/// What ended the walk.
#[derive(Debug)]
pub(super) enum End {
    /// Every step was taken.
    Arrived,
    /// A step failed.
    Failed(Failure),
    /// The deadline, in seconds.
    Late(u64),
    /// A signal, by its exit code.
    Stopped(u8),
}

/// Says how it ended; gives the exit code.
pub(super) fn report(
    end: End,
    this: &FirstLoan,
    open: &Open,
    narrator: &Narrator,
    record: &Record,
) -> Result<u8, Failure> {
    let (code, error) = match end {
        End::Arrived => (code_of(record.status()), None),
        // The loan is gone as well: nothing is left to be told.
        End::Failed(failure) if failure.is_unread() && open.is_embedded() => return Err(failure),
        End::Failed(failure) => (
            failure.code(),
            Some(stands(failure.message(), this, open, record)),
        ),
        End::Late(seconds) => {
            let what = format!("not done in {seconds} s: raise --timeout to wait longer");
            let code = if record.unanswered {
                OUTCOME_UNKNOWN
            } else {
                LATE
            };
            (code, Some(stands(&what, this, open, record)))
        }
        End::Stopped(code) => (code, Some(stands("interrupted", this, open, record))),
    };
    let status = record.status().map(ToString::to_string);
    let reason = record.reason();
    if let Some(error) = &error {
        tell(&format!("error: {error}"));
    }
    if this.json {
        let sums: Vec<_> = record.sums.iter().map(|sum| sum.to_json()).collect();
        let object = json!({
            "scenario": this.scenario.scenario(),
            "environment": open.name,
            "base_url": open.client.base_url(),
            "loan_id": record.loan.as_ref().map(|loan| &loan.id),
            "salt_id": record.salt_id,
            "status": status,
            "reason": reason,
            "exit_code": code,
            "error": error,
            "steps": narrator.steps(),
            "terms": record.terms,
            "timeline": timeline::to_json(record),
            "sums": sums,
        });
        print(&object.to_string())?;
    } else if let (None, Some(status)) = (&error, &status) {
        let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        print(&format!("\nThe loan is {status}{reason}."))?;
    }
    Ok(code)
}

/// The exit code of a loan that ended so.
pub(crate) fn code_of(status: Option<&LoanStatus>) -> u8 {
    match status {
        Some(LoanStatus::Closed) => 0,
        Some(LoanStatus::Declined) => 10,
        Some(LoanStatus::IssueDetected) => 11,
        Some(LoanStatus::Canceled | LoanStatus::Deleted) => 12,
        _ => 1,
    }
}

/// The message, and where the loan stands.
fn stands(message: &str, this: &FirstLoan, open: &Open, record: &Record) -> String {
    let mut text = message.to_owned();
    let options = this.connection.options();
    match (&record.loan, &record.salt_id) {
        (Some(loan), _) => {
            text.push_str(&format!(
                "\n  loan {} {} {}{}",
                loan.id,
                if record.fresh { "is" } else { "was" },
                loan.status,
                if record.fresh { "" } else { " when last seen" },
            ));
            if open.is_embedded() {
                text.push_str("; it is gone with the embedded sandbox");
            } else {
                text.push_str(&format!(
                    "; follow it with `defacto loans watch {}{options}`",
                    loan.id
                ));
            }
        }
        // A definite answer is a refusal.
        (None, Some(_)) if !record.unanswered => text.push_str("\n  no loan was made"),
        (None, Some(salt_id)) => {
            text.push_str(&format!(
                "\n  a loan may have been requested (salt_id {salt_id})"
            ));
            if open.is_embedded() {
                text.push_str("; it is gone with the embedded sandbox");
            } else {
                // The company is new: its loans are this one or none.
                let identifier = record.identifier.as_deref().unwrap_or_default();
                let input = json!({ "query": { "borrower": [identifier] } });
                text.push_str(&format!(
                    " for the company with number {identifier}; list its loans with\n  \
                     `defacto api loans list --input '{input}'{options}`"
                ));
            }
        }
        (None, None) => text.push_str("\n  no loan was requested"),
    }
    text
}
