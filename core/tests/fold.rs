//! The state of a loan does not depend on the order, the number or the kind of
//! the observations made of it.
//!
//! `DEFACTO_CASES` sets how many lives are made up (10,000 unless set;
//! `make soak` tries 100,000). One half uses a fixed seed, the other a new one,
//! which is printed.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod lives;

use std::collections::{BTreeMap, BTreeSet};

use defacto::lifecycle::loan::{self, MOVES};
use defacto::tracking::{
    AlertPolicy, Anomaly, ChangeKind, Entity, Facts, Moment, Observation, Source, Subject, Track,
    alerts,
};
use defacto::types::{LoanStatus, Timestamp};
use lives::{DAY, Kind, instant, live, observe};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};

fn cases() -> u64 {
    std::env::var("DEFACTO_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000)
}

/// A payment of the loan that failed.
fn failed() -> Track {
    let subject = Subject::new(Entity::Payment, "p");
    let mut payment = Track::new(subject.clone());
    payment.fold(&Observation {
        subject,
        moment: Moment::at(instant(5)),
        source: Source::Poll,
        status: Some("FAILED".into()),
        facts: Some(Facts::default().with("share.a.REPAYMENT_NOMINAL", Some(10_000))),
    });
    payment
}

/// Takes them in one by one, checking what must hold at each step.
fn fold(seen: &[Observation], kind: Kind) -> Track {
    let mut track = Track::new(Subject::loan("a"));
    let mut told: Option<String> = None;
    for observation in seen {
        let before = track.state();
        let changes = track.fold(observation);
        let state = track.state().unwrap();
        for change in &changes {
            match &change.kind {
                ChangeKind::Appeared { status } => {
                    assert_eq!(told, None);
                    told = status.as_ref().map(ToString::to_string);
                }
                ChangeKind::Moved { from, to } => {
                    assert_eq!(told.as_deref(), Some(from.as_str()));
                    told = Some(to.to_string());
                }
                _ => {}
            }
        }
        assert_eq!(told.as_deref(), Some(state.status.as_str()));
        if let (Some(before), false) = (before, kind.nonsense) {
            let old = LoanStatus::from(before.status.as_str());
            let new = LoanStatus::from(state.status.as_str());
            if loan::is_terminal(&old) {
                assert_eq!(old, new, "an end was left");
            }
            if loan::is_settled(&old) && old != new {
                assert!(
                    kind.setbacks && loan::can_reach(&old, &new),
                    "{old} -> {new}"
                );
            }
        }
        let text = serde_json::to_string(&track).unwrap();
        assert_eq!(serde_json::from_str::<Track>(&text).unwrap(), track);
    }
    track
}

fn try_one(rng: &mut StdRng, kind: Kind) {
    let life = live(rng, kind);
    let seen = observe(rng, &Subject::loan("a"), &life, kind);
    let first = fold(&seen, kind);

    // Any order and any repetition.
    let mut shuffled = seen.clone();
    for _ in 0..3 {
        let again = shuffled.choose(rng).unwrap().clone();
        shuffled.push(again);
        shuffled.shuffle(rng);
        let again = fold(&shuffled, kind);
        assert_eq!(again.known(), first.known(), "{seen:?}");
        // Nor do the alerts depend on it.
        let (payment, policy) = ([failed()], AlertPolicy::default());
        for day in [0, 2, 8, 20, 50] {
            let now = instant(DAY * day);
            assert_eq!(
                alerts(&again, &payment, now, &policy),
                alerts(&first, &payment, now, &policy)
            );
        }
    }

    // Once more, nothing is new.
    let mut again = first.clone();
    for observation in &seen {
        assert_eq!(again.fold(observation), [], "{observation:?} of {seen:?}");
    }
    assert_eq!(again, first);

    let state = first.state().unwrap();
    if !kind.nonsense && !kind.unknown {
        assert_eq!(state.anomalies, [], "{life:?} {seen:?}");
        if !kind.setbacks {
            assert_eq!(state.ambiguous.len(), 0, "{seen:?}");
            // The furthest that any of them saw.
            let place = |status: &str| life.iter().position(|(_, name)| name == status);
            let furthest = seen
                .iter()
                .filter_map(|one| place(one.status.as_ref()?.as_str()))
                .max();
            assert_eq!(place(state.status.as_str()), furthest, "{life:?} {seen:?}");
        }
    }
    nothing_is_lost(&seen, &first);
    what_could_not_be_is_told(&seen, &first);
    doubt_is_marked(&seen, &first);
    if !kind.nonsense && !kind.unknown && !kind.setbacks {
        what_must_have_been_is_told(&seen);
    }
    // An impossible sight is told of, whatever else was seen.
    for one in &state.anomalies {
        let (from, to) = match one {
            Anomaly::AfterEnd { end, seen } => (end, seen),
            Anomaly::Unreachable { from, to } => (from, to),
            _ => continue,
        };
        let (from, to) = (from.as_str().into(), LoanStatus::from(to.as_str()));
        // After an end, even a status of tomorrow.
        assert!(!to.is_known() || !loan::can_reach(&from, &to));
    }
}

/// Every status that was seen is known, those of tomorrow too.
fn nothing_is_lost(seen: &[Observation], track: &Track) {
    for status in seen.iter().filter_map(|one| one.status.as_ref()) {
        assert!(track.seen_in(status).is_some(), "{status} of {seen:?}");
    }
}

/// When each status that this version knows was seen first.
fn firsts(seen: &[Observation]) -> BTreeMap<&str, (Timestamp, Timestamp)> {
    let mut firsts = BTreeMap::new();
    for one in seen {
        let Some(status) = &one.status else { continue };
        if LoanStatus::from(status.as_str()).is_known() {
            let moment = (one.moment.start(), one.moment.end());
            let first = firsts.entry(status.as_str()).or_insert(moment);
            *first = (first.0.min(moment.0), first.1.min(moment.1));
        }
    }
    firsts
}

/// Of two statuses of which no moves lead from the earlier to the later it is said
/// that they do not go together.
fn what_could_not_be_is_told(seen: &[Observation], track: &Track) {
    let anomalies = track.state().unwrap().anomalies;
    let firsts = firsts(seen);
    for (from, (_, end)) in &firsts {
        for (to, (start, _)) in &firsts {
            if end >= start || loan::can_reach(&(*from).into(), &(*to).into()) {
                continue;
            }
            let is_told = anomalies.iter().any(|one| match one {
                Anomaly::Unreachable {
                    from: one,
                    to: other,
                } => one == from && other == to,
                Anomaly::AfterEnd { end, .. } => end == from,
                _ => false,
            });
            assert!(is_told, "{from} before {to}: {anomalies:?} of {seen:?}");
        }
    }
}

/// What is in doubt is marked so, is read again, and was seen last at one time.
fn doubt_is_marked(seen: &[Observation], track: &Track) {
    let state = track.state().unwrap();
    if state.ambiguous.is_empty() {
        return;
    }
    assert!(track.needs_a_look());
    assert!(state.ambiguous.len() > 1 && state.ambiguous.contains(&state.status));
    let last = |status| track.seen_in(status).unwrap();
    let newest = state.ambiguous.iter().map(|one| last(one).start()).max();
    for status in &state.ambiguous {
        assert!(Some(last(status).end()) >= newest, "{status} of {seen:?}");
    }
}

/// The statuses without which none of the moves leads to this one.
fn on_every_way_to(end: &LoanStatus) -> Vec<String> {
    let without = |out: &LoanStatus| {
        let (mut found, mut last) = (vec![LoanStatus::Submitted], 0);
        while last < found.len() {
            last = found.len();
            for step in MOVES
                .iter()
                .filter(|step| !matches!(step.id, "L18" | "L20"))
            {
                let leads = step.from.as_ref().is_some_and(|from| found.contains(from));
                if leads && step.to != *out && !found.contains(&step.to) {
                    found.push(step.to.clone());
                }
            }
        }
        found
    };
    let all = LoanStatus::ALL.iter();
    all.filter(|one| *one != end && (**one == LoanStatus::Submitted || !without(one).contains(end)))
        .filter(|_| without(&LoanStatus::from("NONE")).contains(end))
        .map(ToString::to_string)
        .collect()
}

/// Whatever way a loan took, the steps that are on all of them are told: seen, or
/// inferred.
fn what_must_have_been_is_told(seen: &[Observation]) {
    let mut track = Track::new(Subject::loan("a"));
    let mut told = BTreeSet::new();
    let mut inferred = 0;
    for observation in seen {
        for change in track.fold(observation) {
            match change.kind {
                ChangeKind::Appeared {
                    status: Some(status),
                } => {
                    told.insert(status.to_string());
                }
                ChangeKind::Moved { to, .. } => {
                    told.insert(to.to_string());
                }
                ChangeKind::Passed {
                    status,
                    inferred: is_inferred,
                } => {
                    inferred += usize::from(is_inferred);
                    told.insert(status.to_string());
                }
                _ => {}
            }
        }
    }
    let end = LoanStatus::from(track.state().unwrap().status.as_str());
    let must = on_every_way_to(&end);
    for status in &must {
        assert!(
            told.contains(status),
            "{status} before {end}: {told:?} of {seen:?}"
        );
    }
    // And where one of them was not seen, it is the tracker that says so.
    let unseen = must.iter().filter(|status| {
        !seen
            .iter()
            .any(|one| one.status.as_ref().is_some_and(|seen| *seen == ***status))
    });
    assert!(inferred >= unseen.count(), "{seen:?}");
}

#[test]
fn any_order_of_the_same_observations_ends_in_the_same_state() {
    let fresh: u64 = rand::random();
    println!("fresh seed: {fresh}");
    for seed in [1, fresh] {
        let mut rng = StdRng::seed_from_u64(seed);
        for case in 0..cases().div_ceil(2) {
            try_one(&mut rng, Kind::of(case));
        }
    }
}

/// Found by a hundred thousand lives: a status of tomorrow leaves the sights in
/// doubt, and of those it may be a status before the end was shown.
#[test]
fn doubt_alone_does_not_reopen_a_closed_loan() {
    let mut track = Track::new(Subject::loan("a"));
    for (from, to, status) in [
        (10, 40, "CLOSED"),
        (20, 40, "TO_REPAY"),
        (15, 40, "TOMORROW"),
    ] {
        track.fold(&Observation {
            subject: Subject::loan("a"),
            moment: Moment::between(instant(from), instant(to)),
            source: Source::Poll,
            status: Some(status.into()),
            facts: None,
        });
    }
    let state = track.state().unwrap();
    assert_eq!(state.status, "CLOSED");
    assert!(!state.ambiguous.is_empty());
}
