//! Made-up lives of loans, and what is seen of them.

use defacto::lifecycle::loan::MOVES;
use defacto::tracking::{Facts, Moment, Observation, Source, Subject};
use defacto::types::{LoanStatus, Timestamp};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

/// A life: what status was entered when.
pub(crate) type Life = Vec<(i64, String)>;

/// What a made-up life may have in it.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Chargebacks and solved issues.
    pub(crate) setbacks: bool,
    /// Statuses of tomorrow.
    pub(crate) unknown: bool,
    /// Observations of what never was.
    pub(crate) nonsense: bool,
}

impl Kind {
    /// All of them, case by case.
    pub(crate) fn of(case: u64) -> Self {
        Self {
            setbacks: case.is_multiple_of(2),
            unknown: case.is_multiple_of(3),
            nonsense: case.is_multiple_of(5),
        }
    }
}

pub(crate) fn live(rng: &mut StdRng, kind: Kind) -> Life {
    let mut at = 1_000;
    let mut status = LoanStatus::Submitted;
    let mut life = vec![(at, status.to_string())];
    for _ in 0..rng.random_range(0..14) {
        let ways: Vec<_> = MOVES
            .iter()
            .filter(|step| step.from.as_ref() == Some(&status) && step.to != status)
            .filter(|step| kind.setbacks || !matches!(step.id, "L18" | "L20"))
            .collect();
        let Some(step) = ways.choose(rng) else { break };
        at += rng.random_range(1..40);
        if kind.unknown && rng.random_bool(0.1) {
            life.push((at, format!("TOMORROW_{}", rng.random_range(0..3))));
            at += rng.random_range(1..40);
        }
        status = step.to.clone();
        life.push((at, status.to_string()));
    }
    life
}

pub(crate) fn instant(micros: i64) -> Timestamp {
    Timestamp(jiff::Timestamp::from_microsecond(micros).unwrap())
}

/// The position in a life at an instant.
fn at(life: &Life, instant: i64) -> usize {
    life.iter().rposition(|(from, _)| *from <= instant).unwrap()
}

fn facts(step: usize) -> Facts {
    Facts::default()
        .with("amount", Some(10_000))
        .with("repaid_amount", Some(i64::try_from(step).unwrap() * 100))
        .with("paid_at", (step > 3).then_some("1970-01-02T00:00:00Z"))
        .with(
            "to_repay_at",
            Some(instant(DAY * (9 + i64::try_from(step).unwrap()))),
        )
        .with(
            "repaid_nominal_amount",
            Some(if step > 7 { 10_000 } else { 0 }),
        )
}

pub(crate) const DAY: i64 = 86_400_000_000;

/// What is seen of a loan that lives so.
pub(crate) fn observe(
    rng: &mut StdRng,
    subject: &Subject,
    life: &Life,
    kind: Kind,
) -> Vec<Observation> {
    let end = life.last().unwrap().0 + 50;
    let mut seen = Vec::new();
    for (at, status) in life {
        if rng.random_bool(0.6) {
            let source = *[Source::Webhook, Source::LoanEvents].choose(rng).unwrap();
            let status = status.as_str().into();
            seen.push(Observation::event(
                subject.clone(),
                instant(*at),
                source,
                status,
            ));
        }
    }
    for _ in 0..rng.random_range(1..8) {
        let true_at = rng.random_range(life[0].0..end);
        let step = at(life, true_at);
        let from = true_at - rng.random_range(0..30);
        let to = true_at + rng.random_range(0..30);
        seen.push(Observation {
            subject: subject.clone(),
            moment: Moment::between(instant(from), instant(to)),
            source: Source::Poll,
            status: Some(life[step].1.as_str().into()),
            facts: rng.random_bool(0.8).then(|| facts(step)),
        });
    }
    if kind.nonsense {
        for _ in 0..rng.random_range(0..3) {
            let status = LoanStatus::ALL.choose(rng).unwrap().as_str().into();
            let at = instant(rng.random_range(900..end));
            seen.push(Observation::event(
                subject.clone(),
                at,
                Source::Webhook,
                status,
            ));
        }
    }
    seen
}
