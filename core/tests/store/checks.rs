//! The checks.

use defacto::tracking::store::{Batch, Begun, Exchange, Intent, IntentState, Outcome, Store};
use defacto::tracking::{
    Change, ChangeKind, Entity, Facts, Moment, Observation, Source, Subject, Track,
};
use defacto::types::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use crate::plain::Plain;
use crate::reductions;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp(jiff::Timestamp::from_second(1_700_000_000 + second).unwrap())
}

pub(crate) fn event(loan: &str, second: i64, status: &str) -> Observation {
    Observation::event(
        Subject::loan(loan),
        at(second),
        Source::Webhook,
        status.into(),
    )
}

pub(crate) fn read(subject: Subject, second: i64, facts: Facts) -> Observation {
    Observation {
        subject,
        moment: Moment::between(at(second), at(second + 1)),
        source: Source::Poll,
        status: None,
        facts: Some(facts),
    }
}

fn repaid(cents: i64) -> Facts {
    Facts::default()
        .with("amount", Some(10_000))
        .with("repaid_nominal_amount", Some(cents))
}

pub(crate) fn seen(observations: impl IntoIterator<Item = Observation>) -> Batch {
    Batch {
        observations: observations.into_iter().collect(),
        ..Batch::default()
    }
}

pub(crate) fn intent(id: &str, salt: &str) -> Intent {
    Intent {
        id: id.to_owned(),
        operation: "loans.create".to_owned(),
        params: Vec::new(),
        body: Some(json!({"amount": 1, "salt_id": salt})),
        body_hash: "h".to_owned(),
        salt: Some(salt.to_owned()),
        actor: Some("somebody".to_owned()),
        made_at: at(0),
        state: IntentState::Open,
        holder: "one".to_owned(),
        held_until: at(100),
        attempts: 1,
        obstacle: None,
        outcome: None,
    }
}

/// Runs every check, each on a store of its own.
pub(crate) async fn all<S: Store>(make: impl Fn() -> S) {
    changes_are_numbered_and_told_in_order(&make()).await;
    what_belongs_to_a_loan_is_found(&make()).await;
    objects_are_listed_by_id(&make()).await;
    a_cursor_is_where_its_consumer_left_it(&make()).await;
    notifications_wait_until_they_are_read(&make()).await;
    an_intent_is_known_by_its_salt(&make()).await;
    one_worker_at_a_time_has_an_intent(&make()).await;
    a_batch_is_made_whole(&make()).await;
    what_was_observed_ends_in_the_same_state_again(&make()).await;
    the_sums_are_those_of_the_loans(&make()).await;
    objects_in_a_status_are_found(&make()).await;
    a_mark_is_set_by_one_who_knew_it(&make()).await;
    reductions::all(&make).await;
}

/// A loan of made-up figures: with and without dates, currency and payout.
pub(crate) fn made_up(rng: &mut StdRng, number: usize) -> [Observation; 2] {
    let subject = Subject::loan(format!("loan-{number}"));
    let mut day = |from: i64, to: i64| {
        let second = rng.random_range(from..to) * 86_400 + rng.random_range(0..3) * 40_000;
        rng.random_bool(0.9).then(|| at(second))
    };
    let facts = Facts::default()
        .with("paid_at", day(-90, 0))
        .with("to_repay_at", day(-20, 60))
        .with("contractual_repayment_date", day(-20, 60))
        .with(
            "closed_at",
            day(-20, 0).filter(|_| number.is_multiple_of(4)),
        );
    let amount: i64 = rng.random_range(1..10_000);
    let repaid = *[0, amount / 2, amount].choose(rng).unwrap();
    let facts = facts
        .with("amount", Some(amount))
        .with("repaid_nominal_amount", Some(repaid))
        .with("fees_estimated", Some(rng.random_range(0..200_i64)))
        .with("paid_interests_amount", Some(rng.random_range(0..100_i64)))
        .with(
            "currency",
            [None, Some("EUR"), Some("USD")]
                .choose(rng)
                .copied()
                .flatten(),
        );
    let status = *["TO_REPAY", "CLOSED", "SUBMITTED"].choose(rng).unwrap();
    let status = event(&subject.id, 1, status);
    [read(subject, 2, facts), status]
}

/// 302 loans and a payment.
pub(crate) async fn fill(store: &dyn Store) {
    let mut rng = StdRng::seed_from_u64(7);
    let mut seen: Vec<_> = (0..300)
        .flat_map(|number| made_up(&mut rng, number))
        .collect();
    // One without fields, one without a status, and what is no loan.
    seen.push(event("bare", 1, "SUBMITTED"));
    seen.push(read(Subject::loan("silent"), 1, repaid(100)));
    seen.push(read(Subject::new(Entity::Payment, "p"), 1, repaid(0)));
    store.commit(self::seen(seen), at(5)).await.unwrap();
}

async fn the_sums_are_those_of_the_loans(store: &dyn Store) {
    let empty = store.portfolio(at(0), 30).await.unwrap();
    assert_eq!((empty.loans, empty.dues.len()), (0, 0));
    assert_eq!(empty, Plain(store).portfolio(at(0), 30).await.unwrap());

    fill(store).await;
    for (now, days) in [(0, 30), (0, 0), (-10 * 86_400, 7), (20 * 86_400, 400)] {
        let sums = store.portfolio(at(now), days).await.unwrap();
        assert_eq!(sums, Plain(store).portfolio(at(now), days).await.unwrap());
        assert_eq!(sums.loans, 302);
        assert_eq!(sums.by_status.values().sum::<u64>(), 302);
        assert_eq!(sums.by_status[""], 1);
        let due: i64 = sums.totals.values().map(|one| one.due.get()).sum();
        let by_day: i64 = sums.dues.iter().map(|one| one.outstanding.get()).sum();
        assert_eq!(due, by_day);
        assert!(due > 0 || days == 0);
        assert!(
            sums.dues
                .windows(2)
                .all(|two| { (two[0].day, &two[0].currency) < (two[1].day, &two[1].currency) })
        );
    }
}

async fn a_mark_is_set_by_one_who_knew_it(store: &dyn Store) {
    let mark = |from: Option<&str>, to: &str| Exchange {
        name: "m".to_owned(),
        from: from.map(ToOwned::to_owned),
        to: to.to_owned(),
    };
    let change = || {
        let mut track = Track::new(Subject::loan("a"));
        track.fold(&event("a", 1, "SUBMITTED"))
    };
    let told = store.exchange(mark(None, "one"), change(), at(5)).await;
    assert_eq!(told.unwrap().unwrap().len(), 1);
    // Nothing is told by who knew another.
    for known in [None, Some("two"), Some("")] {
        let told = store.exchange(mark(known, "three"), change(), at(6)).await;
        assert_eq!(told.unwrap(), None);
    }
    assert_eq!(
        store.mark("m".to_owned()).await.unwrap().as_deref(),
        Some("one")
    );
    let told = store
        .exchange(mark(Some("one"), "two"), Vec::new(), at(7))
        .await;
    assert_eq!(told.unwrap(), Some(Vec::new()));
    let none = store
        .exchange(mark(Some("one"), "three"), change(), at(8))
        .await;
    assert_eq!(none.unwrap(), None);
    assert_eq!(
        store.mark("m".to_owned()).await.unwrap().as_deref(),
        Some("two")
    );
    assert_eq!(store.changes(0, 9).await.unwrap().len(), 1);
}

async fn objects_in_a_status_are_found(store: &dyn Store) {
    let loans = [
        event("b", 1, "SUBMITTED"),
        event("a", 1, "SUBMITTED"),
        event("c", 1, "CLOSED"),
    ];
    store.commit(seen(loans), at(5)).await.unwrap();
    let found = store.in_status(Entity::Loan, "SUBMITTED".to_owned());
    let found = found.await.unwrap();
    let ids: Vec<_> = found.iter().map(|one| &*one.subject().id).collect();
    assert_eq!(ids, ["a", "b"]);
    let none = store.in_status(Entity::Payment, "SUBMITTED".to_owned());
    assert_eq!(none.await.unwrap(), []);
}

async fn changes_are_numbered_and_told_in_order(store: &dyn Store) {
    let first = store
        .commit(seen([event("a", 1, "SUBMITTED")]), at(5))
        .await
        .unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].recorded_at, at(5));
    let batch = seen([event("a", 9, "VALIDATED"), event("b", 2, "SUBMITTED")]);
    let second = store.commit(batch, at(10)).await.unwrap();
    // Nothing is new the second time.
    let again = store
        .commit(seen([event("a", 9, "VALIDATED")]), at(11))
        .await
        .unwrap();
    assert_eq!(again, []);

    let all = store.changes(0, 100).await.unwrap();
    assert_eq!(all, [first, second].concat());
    assert!(all.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let moved =
        |one: &Change| matches!(&one.kind, ChangeKind::Moved { to, .. } if *to == "VALIDATED");
    assert!(all.iter().any(|one| moved(&one.change)));
    assert_eq!(store.changes(all[0].seq, 1).await.unwrap(), all[1..2]);
    assert_eq!(store.changes(all.last().unwrap().seq, 9).await.unwrap(), []);
}

async fn what_belongs_to_a_loan_is_found(store: &dyn Store) {
    let payment = Subject::new(Entity::Payment, "p");
    let facts = Facts::default().with("loan_id", Some("a"));
    let batch = seen([
        event("a", 1, "SUBMITTED"),
        event("b", 1, "SUBMITTED"),
        read(payment.clone(), 3, facts),
    ]);
    store.commit(batch, at(5)).await.unwrap();
    let related = store.related("a".to_owned()).await.unwrap();
    assert_eq!(
        related.iter().map(Track::subject).collect::<Vec<_>>(),
        [&payment]
    );
    assert_eq!(store.related("b".to_owned()).await.unwrap(), []);

    let history = store.history(Subject::loan("a")).await.unwrap();
    let subjects: Vec<_> = history
        .iter()
        .map(|one| one.change.subject.clone())
        .collect();
    assert_eq!(subjects, [Subject::loan("a"), payment.clone()]);
    assert_eq!(store.history(payment.clone()).await.unwrap().len(), 1);

    // One for several loans belongs to each of them.
    let shared = Subject::new(Entity::Payment, "shared");
    let facts = |other: &str| {
        Facts::default()
            .with("share.a.REPAYMENT_NOMINAL", Some(1))
            .with(&format!("share.{other}.REPAYMENT_NOMINAL"), Some(2))
            .with("loan_id", Some("a"))
    };
    for (second, other, none) in [(3, "z", "y"), (5, "y", "z")] {
        let batch = seen([read(shared.clone(), second, facts(other))]);
        store.commit(batch, at(second)).await.unwrap();
        for (loan, objects) in [("a", 2), (other, 1), (none, 0)] {
            let related = store.related(loan.to_owned()).await.unwrap();
            assert_eq!(related.len(), objects, "{loan}");
            let history = store.history(Subject::loan(loan)).await.unwrap();
            let is_told = history.iter().any(|one| one.change.subject == shared);
            assert_eq!(is_told, objects > 0, "{loan}");
        }
    }

    // A status alone does not say which loan it is of; what is known does.
    let failed = Observation::event(payment.clone(), at(5), Source::Webhook, "FAILED".into());
    let told = store.commit(seen([failed]), at(5)).await.unwrap();
    assert!(!told.is_empty());
    assert!(
        told.iter()
            .all(|one| one.change.loan_id.as_deref() == Some("a"))
    );
    let history = store.history(Subject::loan("a")).await.unwrap();
    assert_eq!(history.last(), told.last());

    // Those of the object itself, the newest first, as by default.
    let moved = seen([event("a", 6, "VALIDATED"), event("a", 7, "SCHEDULED")]);
    store.commit(moved, at(8)).await.unwrap();
    for subject in [Subject::loan("a"), Subject::loan("c"), payment] {
        for many in [0, 2, 99] {
            let last = store.last_changes(subject.clone(), many).await.unwrap();
            let plain = Plain(store).last_changes(subject.clone(), many).await;
            assert_eq!(last, plain.unwrap());
        }
    }
    let last = store.last_changes(Subject::loan("a"), 2).await.unwrap();
    assert_eq!(last.len(), 2);
    assert!(last[0].seq > last[1].seq && last[1].seq > history[1].seq);
    assert_eq!(store.history(Subject::loan("c")).await.unwrap(), []);
}

async fn objects_are_listed_by_id(store: &dyn Store) {
    let loans = ["c", "a", "b"].map(|id| event(id, 1, "SUBMITTED"));
    store.commit(seen(loans), at(5)).await.unwrap();
    let ids = async |after: Option<&str>, limit| {
        let tracks = store
            .tracks(Entity::Loan, after.map(Into::into), limit)
            .await
            .unwrap();
        tracks
            .iter()
            .map(|track| track.subject().id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 2).await, ["a", "b"]);
    assert_eq!(ids(Some("b"), 2).await, ["c"]);
    assert_eq!(ids(Some("c"), 2).await, [""; 0]);
    assert_eq!(store.tracks(Entity::Payment, None, 9).await.unwrap(), []);
    let track = store.track(Subject::loan("a")).await.unwrap().unwrap();
    assert_eq!(track.state().unwrap().status, "SUBMITTED");
    assert_eq!(store.track(Subject::loan("d")).await.unwrap(), None);
}

async fn a_cursor_is_where_its_consumer_left_it(store: &dyn Store) {
    assert_eq!(store.cursor("mailer".to_owned()).await.unwrap(), 0);
    store.set_cursor("mailer".to_owned(), 7).await.unwrap();
    store.set_cursor("other".to_owned(), 9).await.unwrap();
    assert_eq!(store.cursor("mailer".to_owned()).await.unwrap(), 7);
    store.set_cursor("mailer".to_owned(), 3).await.unwrap();
    assert_eq!(store.cursor("mailer".to_owned()).await.unwrap(), 3);
    assert_eq!(store.cursor("other".to_owned()).await.unwrap(), 9);
}

async fn notifications_wait_until_they_are_read(store: &dyn Store) {
    let first = store.receive(b"one".to_vec(), at(1)).await.unwrap();
    let second = store.receive(b"\xff\x00".to_vec(), at(2)).await.unwrap();
    assert!(first < second);
    let unread = store.unread(10).await.unwrap();
    assert_eq!(unread.len(), 2);
    assert_eq!((unread[0].seq, &unread[0].body[..]), (first, &b"one"[..]));
    assert_eq!(
        (unread[1].received_at, &unread[1].body[..]),
        (at(2), &b"\xff\x00"[..])
    );
    assert_eq!(store.unread(1).await.unwrap(), unread[..1]);
    let batch = Batch {
        read: vec![first],
        ..Batch::default()
    };
    store.commit(batch, at(3)).await.unwrap();
    assert_eq!(store.unread(10).await.unwrap(), unread[1..]);

    // What was read goes after its time, what was not stays whatever its age.
    assert_eq!(store.forget_notifications(at(1)).await.unwrap(), 0);
    let gone = store.forget_notifications(at(9)).await.unwrap();
    assert!(gone <= 1, "{gone}");
    assert_eq!(store.forget_notifications(at(9)).await.unwrap(), 0);
    assert_eq!(store.unread(10).await.unwrap(), unread[1..]);
}

async fn an_intent_is_known_by_its_salt(store: &dyn Store) {
    assert!(matches!(
        store.begin(intent("a", "s")).await.unwrap(),
        Begun::New
    ));
    match store.begin(intent("b", "s")).await.unwrap() {
        Begun::Known(known) => assert_eq!(*known, intent("a", "s")),
        other => panic!("{other:?}"),
    }
    // Twice the same is once.
    let again = store.begin(intent("a", "s")).await.unwrap();
    assert!(matches!(again, Begun::New));
    // What was refused gives way to the same again, and to nothing else.
    store.begin(intent("r", "t")).await.unwrap();
    let batch = Batch {
        settled: Some(("r".to_owned(), refused())),
        ..Batch::default()
    };
    store.commit(batch, at(1)).await.unwrap();
    let mut other = intent("q", "t");
    other.body_hash = "another".to_owned();
    let begun = store.begin(other).await.unwrap();
    assert!(matches!(begun, Begun::Known(known) if known.id == "r"));
    let begun = store.begin(intent("q", "t")).await.unwrap();
    assert!(matches!(begun, Begun::New));
    assert_eq!(store.intents(IntentState::Refused, 9).await.unwrap(), []);
    let held = store.hold("q".to_owned(), "one".to_owned(), at(200)).await;
    assert!(held.unwrap());
    // Without a key each is its own.
    for id in ["c", "d"] {
        let keyless = Intent {
            salt: None,
            ..intent(id, "")
        };
        assert!(matches!(store.begin(keyless).await.unwrap(), Begun::New));
    }
    assert_eq!(store.intents(IntentState::Open, 9).await.unwrap().len(), 4);
}

fn refused() -> Outcome {
    Outcome {
        state: IntentState::Refused,
        subject: None,
        reason: Some("no".to_owned()),
    }
}

async fn one_worker_at_a_time_has_an_intent(store: &dyn Store) {
    store.begin(intent("a", "s")).await.unwrap();
    let claim = async |holder: &str, now, until| {
        let holder = holder.to_owned();
        store.claim(holder, at(now), at(until), 9).await.unwrap()
    };
    assert_eq!(claim("two", 99, 200).await, []);
    let claimed = claim("two", 100, 200).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((&*claimed[0].holder, claimed[0].attempts), ("two", 2));
    assert_eq!(claimed[0].body, intent("a", "s").body);
    assert_eq!(claim("three", 150, 300).await, []);

    let release = async |holder: &str, obstacle: &str, next| {
        let (holder, obstacle) = (holder.to_owned(), obstacle.to_owned());
        let released = store.release("a".to_owned(), holder, obstacle, at(next));
        released.await.unwrap();
    };
    // Who lost it gives back nothing of another's.
    release("one", "too late", 101).await;
    assert_eq!(claim("three", 150, 300).await, []);
    release("two", "no answer", 160).await;
    assert_eq!(claim("three", 159, 300).await, []);
    let claimed = claim("three", 160, 300).await;
    assert_eq!(claimed[0].obstacle.as_deref(), Some("no answer"));

    // Who has it may keep it, and nobody else.
    let hold = async |id: &str, holder: &str, until| {
        let (id, holder) = (id.to_owned(), holder.to_owned());
        store.hold(id, holder, at(until)).await.unwrap()
    };
    assert!(!hold("a", "two", 900).await);
    assert!(!hold("b", "three", 900).await);
    assert!(hold("a", "three", 400).await);
    assert_eq!(claim("two", 399, 500).await, []);
    // No worker holds one for hours: the clock that set this was wrong.
    assert!(hold("a", "three", 20_000).await);
    assert_eq!(claim("two", 410, 500).await.len(), 1);
    assert_eq!(claim("two", 420, 500).await, []);
    // What was given back is anybody's, before its time too, and one's alone then.
    release("two", "no answer", 600).await;
    assert!(hold("a", "four", 700).await);
    assert!(!hold("a", "two", 700).await);
    assert_eq!(claim("two", 650, 800).await, []);
    release("four", "no answer", 600).await;

    let outcome = Outcome {
        state: IntentState::Done,
        subject: Some("loan".to_owned()),
        reason: None,
    };
    let batch = Batch {
        settled: Some(("a".to_owned(), outcome.clone())),
        ..Batch::default()
    };
    store.commit(batch, at(170)).await.unwrap();
    assert_eq!(claim("three", 900, 999).await, []);
    assert_eq!(store.intents(IntentState::Open, 9).await.unwrap(), []);
    let done = store.intents(IntentState::Done, 9).await.unwrap();
    assert_eq!(done[0].outcome, Some(outcome));
    // Account numbers are not kept longer than they are needed.
    assert_eq!(done[0].body, None);
    // What was made stays made, and is nobody's any more.
    let refused = Batch {
        settled: Some(("a".to_owned(), refused())),
        ..Batch::default()
    };
    store.commit(refused, at(180)).await.unwrap();
    assert_eq!(store.intents(IntentState::Done, 9).await.unwrap(), done);
    assert!(!hold("a", "two", 900).await);
    // Its key stays known.
    assert!(matches!(
        store.begin(intent("z", "s")).await.unwrap(),
        Begun::Known(_)
    ));
}

async fn a_batch_is_made_whole(store: &dyn Store) {
    let received = store.receive(b"one".to_vec(), at(1)).await.unwrap();
    store.begin(intent("a", "s")).await.unwrap();
    let outcome = Outcome {
        state: IntentState::Refused,
        subject: None,
        reason: Some("no".to_owned()),
    };
    let batch = Batch {
        observations: vec![event("a", 1, "SUBMITTED")],
        changes: vec![Change {
            subject: Subject::loan("a"),
            kind: ChangeKind::Decided,
            moment: Moment::at(at(1)),
            source: Source::Inferred,
            loan_id: None,
        }],
        read: vec![received],
        settled: Some(("a".to_owned(), outcome)),
        marks: vec![("pass".to_owned(), "x".to_owned())],
    };
    let made = store.commit(batch, at(2)).await.unwrap();
    assert_eq!(made.len(), 2);
    assert_eq!(store.unread(9).await.unwrap(), []);
    assert_eq!(
        store.intents(IntentState::Refused, 9).await.unwrap().len(),
        1
    );
    assert_eq!(
        store.mark("pass".to_owned()).await.unwrap().as_deref(),
        Some("x")
    );
    assert_eq!(store.mark("none".to_owned()).await.unwrap(), None);
}

async fn what_was_observed_ends_in_the_same_state_again(store: &dyn Store) {
    let loan = Subject::loan("a");
    let seen_one_by_one = [
        event("a", 1, "SUBMITTED"),
        read(loan.clone(), 2, repaid(0)),
        event("a", 50, "TO_REPAY"),
        read(loan.clone(), 60, repaid(0)),
        read(loan.clone(), 70, repaid(500)),
        event("a", 80, "CLOSED"),
        event("a", 90, "TO_REPAY"),
        read(loan.clone(), 95, repaid(0)),
        event("a", 20, "VALIDATED"),
        event("a", 99, "TOMORROW"),
    ];
    for one in seen_one_by_one {
        store.commit(seen([one]), at(100)).await.unwrap();
    }
    let known = store.track(loan.clone()).await.unwrap().unwrap();
    let mut again = Track::new(loan);
    let mut after = 0;
    loop {
        let page = store.observations(after, 3).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (_, observation) in &page {
            again.fold(observation);
        }
    }
    assert_eq!(again.known(), known.known());
    assert_eq!(known.state().unwrap().status, "TOMORROW");
}
