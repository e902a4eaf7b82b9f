//! The fold.

use defacto::tracking::{Facts, Moment, Observation, Source, Subject, Track};
use defacto::types::Loan;
use serde::Deserialize;
use serde_json::{Value, json};

use super::instant;
use crate::pairs::{alternate, rounds, spent};
use crate::report::{Better, Report, Row};
use crate::{Outcome, sample};

/// Notifications folded a round.
const FOLDS: usize = 20_000;
/// Loans they are about.
const LOANS: usize = 1_000;

/// What a notification about a loan decodes to, by serde's derive.
#[derive(Deserialize)]
#[allow(dead_code, reason = "decoding it is what is measured")]
struct Decoded {
    id: String,
    event_type: String,
    entity_type: String,
    status: String,
    timestamp: String,
    entity_state: Value,
}

/// Measures it.
///
/// # Errors
///
/// When the disk or a server refuses something.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let loan: Value = serde_json::from_str(&sample::loan())?;
    let statuses = [
        "SUBMITTED",
        "VALIDATED",
        "SCHEDULED",
        "INITIATED",
        "TO_REPAY",
        "CLOSED",
    ];
    let facts: Loan = serde_json::from_value(loan.clone())?;
    let bodies: Vec<String> = statuses
        .iter()
        .map(|status| {
            json!({
                "id": "a", "entity_type": "loan", "event_type": format!("Loan.{status}"),
                "status": status, "timestamp": "2026-01-01T00:00:00.000000+00:00",
                "entity_state": loan,
            })
            .to_string()
        })
        .collect();
    // A loan's life, step by step, each told and then read.
    let mut seen = Vec::new();
    for at in 0..FOLDS {
        let step = at / LOANS % (2 * statuses.len());
        let subject = Subject::loan(at % LOANS);
        let when = instant(1_700_000_000_000_000 + i64::try_from(at)? * 1_000)?;
        let status = statuses[step / 2].into();
        seen.push(if step.is_multiple_of(2) {
            Observation::event(subject, when, Source::Webhook, status)
        } else {
            Observation {
                subject,
                moment: Moment::at(when),
                source: Source::Poll,
                status: Some(status),
                facts: Observation::of_loan(&facts, Moment::at(when), Source::Poll).facts,
            }
        });
    }
    let pairs = alternate(
        rounds(),
        || {
            let mut tracks: Vec<_> = (0..LOANS).map(|at| Track::new(Subject::loan(at))).collect();
            let cost = spent(FOLDS, || {
                for (at, observation) in seen.iter().enumerate() {
                    std::hint::black_box(tracks[at % LOANS].fold(observation));
                }
                Ok(())
            })?;
            std::hint::black_box::<Option<&Facts>>(tracks[0].facts());
            Ok(cost)
        },
        || {
            spent(FOLDS, || {
                for at in 0..FOLDS {
                    let body = &bodies[at / LOANS % bodies.len()];
                    std::hint::black_box(serde_json::from_str::<Decoded>(body)?);
                }
                Ok(())
            })
        },
    )?;
    let show = |seconds: f64| format!("{:.2} µs", seconds * 1e6);
    report.add([Row::against(
        "tracker: fold of an observation, CPU",
        pairs.medians(|cost| cost.cpu),
        (Better::Lower, 1.0),
        ("fold", "serde_json decoding the notification"),
        pairs.rounds(),
        show,
    )])
}
