//! When what was not seen happened.

use std::collections::BTreeSet;

use defacto_types::operations::loans;
use defacto_types::{LoanEvent, Page};

use super::{Synced, Tracker};
use crate::http::Request;
use crate::tracking::store::Numbered;
use crate::tracking::{ChangeKind, Entity, Observation};
use crate::{Error, ErrorKind};

/// Loans whose events a partial pass reads at most, so that its cost stays bound;
/// a full one, which is made once a day, four times as many.
const EXPLAINED: u32 = 4;

impl Tracker {
    /// Reads the loan's own events, which say when it was in which status: steps
    /// that were only inferred, since nobody looked at the time, are told with
    /// their times. One request; passes do so by themselves for a few loans.
    ///
    /// # Errors
    ///
    /// When the store or the server fails.
    pub async fn explain(&self, id: impl std::fmt::Display) -> Result<Vec<Numbered>, Error> {
        let id = id.to_string();
        let request = Request::new(&loans::LIST_EVENTS).path("loan_id", &id);
        let (answer, _) = self.ask(request.into()).await?;
        let events = answer.json::<Page<LoanEvent>>()?.data;
        let seen = events
            .iter()
            .filter_map(|event| Observation::of_loan_event(&id, event));
        self.observe(seen.collect()).await
    }

    /// Explains the gaps that a pass has left in loans that were followed already,
    /// as far as its cost allows, and says how many requests that took.
    pub(super) async fn explain_gaps(
        &self,
        synced: &Synced,
    ) -> Result<(u32, Vec<Numbered>), Error> {
        let most = synced.at_most(if synced.full {
            4 * EXPLAINED
        } else {
            EXPLAINED
        });
        let (mut requests, mut changes) = (0, Vec::new());
        for loan in gaps(&synced.changes) {
            if requests == most {
                break;
            }
            requests += 1;
            match self.explain(loan).await {
                Ok(explained) => changes.extend(explained),
                Err(error) if error.kind() == ErrorKind::Store => return Err(error),
                // The step stays inferred, and the pass is whole without.
                Err(error) => {
                    tracing::debug!(%error, "the events of a loan were not read");
                    break;
                }
            }
        }
        Ok((requests, changes))
    }
}

/// The loans that moved over a step nobody saw.
fn gaps(found: &[Numbered]) -> BTreeSet<&str> {
    let of = |wanted: fn(&ChangeKind) -> bool| {
        let loans = found.iter().map(|one| &one.change);
        let loans = loans
            .filter(move |change| change.subject.entity == Entity::Loan && wanted(&change.kind));
        loans.map(|change| change.subject.id.as_str())
    };
    let moved: BTreeSet<&str> = of(|kind| matches!(kind, ChangeKind::Moved { .. })).collect();
    of(|kind| matches!(kind, ChangeKind::Passed { inferred: true, .. }))
        .filter(|loan| moved.contains(loan))
        .collect()
}
