//! What happens in a call, as a line for another language's log.

use std::fmt;

use crate::hook::{Event, Stage};

/// How much a note matters. The numbers are those of Python's `logging`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Level {
    /// For who follows a call step by step.
    Debug = 10,
    /// Slower than usual, but under way.
    Info = 20,
    /// Somebody should look.
    Warning = 30,
}

/// An event to be logged. Its text has the operation's name, never an address,
/// a header or a body.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a>(pub(super) &'a Event<'a>);

impl Note<'_> {
    /// How much it matters. Free, so that a host may drop it before it is
    /// written.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self.0.stage {
            Stage::Warned(_) | Stage::Abandoned { .. } => Level::Warning,
            Stage::Waiting { .. } => Level::Info,
            Stage::Sending { .. } | Stage::Answered { .. } | Stage::Finished { .. } => Level::Debug,
        }
    }
}

/// The line.
impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.operation {
            Some(operation) => write!(f, "{operation}: ")?,
            None => f.write_str("raw request: ")?,
        }
        match self.0.stage {
            Stage::Warned(problem) => write!(f, "looks wrong: {problem}"),
            Stage::Sending { attempt } => write!(f, "sending, attempt {attempt}"),
            Stage::Answered {
                attempt,
                status: Some(status),
                elapsed,
            } => write!(f, "attempt {attempt} answered {status} after {elapsed:.1?}"),
            Stage::Answered {
                attempt, elapsed, ..
            } => write!(f, "attempt {attempt} without an answer after {elapsed:.1?}"),
            Stage::Waiting { attempt, delay } => {
                write!(f, "attempt {attempt} failed, again in {delay:.1?}")
            }
            Stage::Abandoned { attempt, salt_id } => {
                write!(f, "outcome unknown: given up during attempt {attempt}")?;
                match salt_id {
                    Some(salt) => write!(f, ", repeat it with salt_id {salt} to find out"),
                    None => f.write_str(", read the object to find out"),
                }
            }
            Stage::Finished {
                attempts,
                failed,
                elapsed,
                ..
            } => {
                match failed {
                    Some(kind) => write!(f, "failed ({})", kind.name())?,
                    None => f.write_str("done")?,
                }
                write!(f, " in {elapsed:.1?}, attempts {attempts}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_change_says_how_to_find_out() {
        let event = Event {
            operation: Some(&defacto_types::operations::loans::CREATE),
            stage: Stage::Abandoned {
                attempt: 1,
                salt_id: Some("s-1"),
            },
        };
        let note = Note(&event);
        assert_eq!(note.level(), Level::Warning);
        assert_eq!(
            note.to_string(),
            "loans.create: outcome unknown: given up during attempt 1, \
             repeat it with salt_id s-1 to find out"
        );
    }
}
