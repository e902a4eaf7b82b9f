//! Loans that are over, reduced to rows of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use defacto::tracking::store::{Batch, Condition, IntentState, Outcome, Reduced, Reduction, Store};
use defacto::tracking::{
    ChangeKind, Entity, Facts, LedgerRow, Observation, Portfolio, Subject, Track,
};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::checks::{at, event, intent, made_up, read, seen};
use crate::plain::Plain;

/// Runs every check, each on a store of its own.
pub(crate) async fn all<S: Store>(make: impl Fn() -> S) {
    sums_stay_what_they_were(&make()).await;
    what_is_reduced_is_gone_and_stays_away(&make()).await;
    what_is_shared_goes_with_the_last(&make()).await;
    a_loan_in_another_status_is_followed_again(&make()).await;
    only_what_is_old_and_told_goes(&make()).await;
    nothing_goes_while_one_is_not_over(&make()).await;
    intents_and_notifications_go_once_they_are_settled_and_read(&make()).await;
}

fn payment(id: &str, shares: &[(&str, i64)]) -> Observation {
    let facts = shares
        .iter()
        .fold(Facts::default(), |facts, (loan, cents)| {
            facts.with(&format!("share.{loan}.REPAYMENT_FULL"), Some(*cents))
        });
    let first = shares.first().map(|(loan, _)| *loan);
    let subject = Subject::new(Entity::Payment, id);
    read(subject, 5, facts.with("loan_id", first))
}

fn loans(ids: &[&str]) -> Reduction {
    Reduction {
        loans: ids.iter().map(|id| (*id).to_owned()).collect(),
        ..Reduction::default()
    }
}

async fn reduce(store: &dyn Store, reduction: Reduction) -> Reduced {
    store.reduce(reduction).await.unwrap()
}

async fn followed(store: &dyn Store) -> Vec<Track> {
    let mut all = Vec::new();
    for entity in Entity::ALL {
        all.extend(store.tracks(*entity, None, 9_999).await.unwrap());
    }
    all
}

/// What a book comes to at several instants; the same by the default.
async fn books(store: &dyn Store) -> Vec<Portfolio> {
    let mut books = Vec::new();
    for (now, days) in [(0, 30), (-10 * 86_400, 7), (20 * 86_400, 400)] {
        let book = store.portfolio(at(now), days).await.unwrap();
        let plain = Plain(store).portfolio(at(now), days).await.unwrap();
        assert_eq!(book, plain);
        books.push(book);
    }
    books
}

/// Generated lives: whatever is reduced, in whatever order, seen again, and back.
async fn sums_stay_what_they_were(store: &dyn Store) {
    let mut rng = StdRng::seed_from_u64(11);
    let mut lives: Vec<Observation> = Vec::new();
    for number in 0..150 {
        lives.extend(made_up(&mut rng, number));
        // Ended one way or another, some after a while, and some still open.
        let id = format!("loan-{number}");
        let end = ["CLOSED", "CANCELED", "DECLINED", "TO_REPAY"][rng.random_range(0..4)];
        lives.push(event(&id, rng.random_range(3..9), end));
        if rng.random_bool(0.5) {
            let other = format!("loan-{}", rng.random_range(0..150));
            let shares = [(id.as_str(), 100), (other.as_str(), 50)];
            lives.push(payment(&format!("payment-{number}"), &shares));
        }
    }
    store.commit(seen(lives.clone()), at(10)).await.unwrap();
    let before = books(store).await;
    assert_eq!(before[0].loans, 150);

    let mut left: Vec<String> = (0..150).map(|number| format!("loan-{number}")).collect();
    let mut reduced = BTreeSet::new();
    while !left.is_empty() {
        let many = rng.random_range(1..=left.len().min(40));
        let some: Vec<String> = (0..many)
            .map(|_| left.swap_remove(rng.random_range(0..left.len())))
            .collect();
        let reduction = Reduction {
            loans: some,
            condition: Some(Condition {
                before: at(11),
                places: Vec::new(),
            }),
            ..Reduction::default()
        };
        reduced.extend(reduce(store, reduction).await.loans);
        assert_eq!(books(store).await, before);
    }
    assert!(reduced.len() > 75, "{}", reduced.len());
    let ledger = store.ledger(None, 9_999).await.unwrap();
    let ids: Vec<&String> = ledger.iter().map(|row| &row.loan).collect();
    assert_eq!(ids, reduced.iter().collect::<Vec<_>>());
    assert_eq!(store.ledger(None, 3).await.unwrap(), ledger[..3]);
    let after = Some(ledger[2].loan.clone());
    assert_eq!(store.ledger(after, 2).await.unwrap(), ledger[3..5]);

    // The same once more, one by one and in any order.
    let changes = store.changes(0, 9_999).await.unwrap();
    while !lives.is_empty() {
        let one = lives.swap_remove(rng.random_range(0..lives.len()));
        if one.subject.entity == Entity::Loan {
            store.commit(seen([one]), at(20)).await.unwrap();
        }
    }
    assert_eq!(books(store).await, before);
    assert_eq!(store.changes(0, 9_999).await.unwrap(), changes);

    // Back in another status: counted there, and once.
    for row in &ledger {
        let back = event(&row.loan, 100, "TO_REPAY_FEES");
        store.commit(seen([back]), at(101)).await.unwrap();
    }
    assert_eq!(store.ledger(None, 9).await.unwrap(), []);
    let after = books(store).await;
    assert_eq!(after[0].loans, 150);
    let back = u64::try_from(reduced.len()).unwrap();
    assert_eq!(after[0].by_status["TO_REPAY_FEES"], back);
}

async fn what_is_reduced_is_gone_and_stays_away(store: &dyn Store) {
    let facts = Facts::default()
        .with("amount", Some(10_000))
        .with("paid_interests_amount", Some(130))
        .with("currency", Some("EUR"))
        .with("borrower", Some("552100554"));
    let of_loan = [
        event("a", 1, "TO_REPAY"),
        event("a", 4, "CLOSED"),
        read(Subject::loan("a"), 4, facts),
        payment("p", &[("a", 10_130)]),
    ];
    store.commit(seen(of_loan.clone()), at(10)).await.unwrap();
    let kept = seen([event("b", 1, "TO_REPAY"), payment("q", &[("b", 5)])]);
    let kept = store.commit(kept, at(10)).await.unwrap();
    let before = books(store).await;
    let other: Vec<Track> = followed(store).await;

    let reduced = reduce(store, loans(&["a", "unknown"])).await;
    assert_eq!(reduced.loans, ["a"]);
    let gone = [Subject::new(Entity::Payment, "p"), Subject::loan("a")];
    assert_eq!(reduced.removed, gone);
    assert!(reduced.changes >= 3, "{reduced:?}");
    let is_kept = |track: &&Track| !gone.contains(track.subject());
    let others: Vec<Track> = other.iter().filter(is_kept).cloned().collect();
    assert_eq!(followed(store).await, others);
    assert_eq!(store.changes(0, 99).await.unwrap(), kept);
    assert_eq!(store.history(Subject::loan("a")).await.unwrap(), []);
    assert_eq!(store.related("a".to_owned()).await.unwrap(), []);
    let log = store.observations(0, 99).await.unwrap();
    assert!(log.iter().all(|(_, one)| !gone.contains(&one.subject)));
    assert_eq!(log.len(), 2);

    let ledger = store.ledger(None, 9).await.unwrap();
    let wanted = ["a", "b"].map(ToOwned::to_owned).to_vec();
    assert_eq!(store.rows_of(wanted).await.unwrap(), ledger);
    let LedgerRow {
        loan,
        status,
        currency,
        fees_paid,
        ..
    } = &ledger[0];
    assert_eq!(
        (&**loan, status.as_str(), &**currency),
        ("a", "CLOSED", "EUR")
    );
    assert_eq!(fees_paid.get(), 130);
    assert_eq!(books(store).await, before);

    // The same, what is older, and what only belongs to it: nothing is new.
    for one in of_loan.into_iter().chain([event("a", 2, "SUBMITTED")]) {
        assert_eq!(store.commit(seen([one]), at(12)).await.unwrap(), []);
    }
    assert_eq!(followed(store).await, others);
    assert_eq!(store.ledger(None, 9).await.unwrap(), ledger);
    // Later changes are later than those that went.
    let later = seen([event("b", 6, "CLOSED")]);
    let later = store.commit(later, at(12)).await.unwrap();
    assert!(later[0].seq > kept.last().unwrap().seq);
    // A reduction of what is reduced changes nothing.
    assert_eq!(reduce(store, loans(&["a"])).await, Reduced::default());
}

async fn what_is_shared_goes_with_the_last(store: &dyn Store) {
    let shared = payment("p", &[("a", 1), ("b", 2)]);
    let both = [
        event("a", 1, "CLOSED"),
        event("b", 1, "CLOSED"),
        shared.clone(),
    ];
    store.commit(seen(both), at(10)).await.unwrap();
    // Of b only what was found of it names the payment.
    let found = |loan: &str| Reduction {
        objects: BTreeMap::from([(shared.subject.clone(), BTreeSet::from([loan.to_owned()]))]),
        ..loans(&[loan])
    };
    let first = reduce(store, found("b")).await;
    assert_eq!(first.removed, [Subject::loan("b")]);
    assert!(store.track(shared.subject.clone()).await.unwrap().is_some());
    let second = reduce(store, found("a")).await;
    assert_eq!(second.removed, [shared.subject.clone(), Subject::loan("a")]);
    assert_eq!(followed(store).await, []);
    // With a loan that is followed it is taken in again.
    let other = payment("p", &[("a", 1), ("c", 2)]);
    assert_eq!(store.commit(seen([shared]), at(11)).await.unwrap(), []);
    assert_eq!(store.commit(seen([other]), at(11)).await.unwrap().len(), 1);
}

async fn a_loan_in_another_status_is_followed_again(store: &dyn Store) {
    let closed = [event("a", 1, "CLOSED"), payment("p", &[("a", 1)])];
    store.commit(seen(closed), at(10)).await.unwrap();
    reduce(store, loans(&["a"])).await;
    // All of a batch, whatever comes first in it.
    let back = [
        payment("p", &[("a", 1)]),
        event("a", 50, "TO_REPAY"),
        read(Subject::loan("a"), 50, Facts::default()),
    ];
    let changes = store.commit(seen(back), at(51)).await.unwrap();
    let appeared = changes.iter().filter_map(|one| match &one.change.kind {
        ChangeKind::Appeared { status } => Some((one.change.subject.to_string(), status.clone())),
        _ => None,
    });
    let appeared: Vec<_> = appeared.collect();
    assert_eq!(appeared[0], ("payment p".to_owned(), None));
    assert_eq!(appeared[1], ("loan a".to_owned(), Some("TO_REPAY".into())));
    assert_eq!(store.ledger(None, 9).await.unwrap(), []);
    let book = &books(store).await[0];
    assert_eq!((book.loans, book.by_status["TO_REPAY"]), (1, 1));
    // And it may end again.
    store
        .commit(seen([event("a", 60, "CLOSED")]), at(61))
        .await
        .unwrap();
    assert_eq!(reduce(store, loans(&["a"])).await.loans, ["a"]);
    assert_eq!(books(store).await[0].by_status["CLOSED"], 1);
}

async fn only_what_is_old_and_told_goes(store: &dyn Store) {
    for (id, second) in [("a", 10), ("b", 20), ("c", 30)] {
        let batch = seen([event(id, 1, "CLOSED")]);
        store.commit(batch, at(second)).await.unwrap();
    }
    let mixed = seen([event("d", 1, "TO_REPAY"), payment("p", &[("b", 1)])]);
    let last = store.commit(mixed, at(21)).await.unwrap();
    let old = |second, places: &[(&str, u64)]| Reduction {
        condition: Some(Condition {
            before: at(second),
            places: places
                .iter()
                .map(|(name, seq)| ((*name).to_owned(), *seq))
                .collect(),
        }),
        ..loans(&["a", "b", "c", "d"])
    };
    // At the instant itself is not before it.
    assert_eq!(reduce(store, old(10, &[])).await.loans, [""; 0]);
    let of_payment = last.last().unwrap().seq;
    store
        .set_cursor("mailer".to_owned(), of_payment - 1)
        .await
        .unwrap();
    store
        .set_cursor("books".to_owned(), of_payment)
        .await
        .unwrap();
    let reduced = reduce(store, old(25, &[("elsewhere", 0)])).await;
    assert_eq!(reduced.loans, [""; 0]);
    let waits = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let kept = BTreeMap::from([
        ("a".to_owned(), waits(&["elsewhere"])),
        ("b".to_owned(), waits(&["elsewhere", "mailer"])),
    ]);
    assert_eq!(reduced.kept, kept);
    assert_eq!(reduced.open, ["d"]);
    let reduced = reduce(store, old(25, &[])).await;
    assert_eq!(reduced.loans, ["a"]);
    // Its payment changed later than it.
    store
        .set_cursor("mailer".to_owned(), of_payment)
        .await
        .unwrap();
    assert_eq!(reduce(store, old(21, &[])).await.loans, [""; 0]);
    assert_eq!(reduce(store, old(25, &[])).await.loans, ["b"]);
    assert_eq!(reduce(store, old(99, &[])).await.loans, ["c"]);
    let left: Vec<Subject> = followed(store)
        .await
        .iter()
        .map(|track| track.subject().clone())
        .collect();
    assert_eq!(left, [Subject::loan("d")]);
}

async fn nothing_goes_while_one_is_not_over(store: &dyn Store) {
    let line = Subject::new(Entity::CreditLine, "line");
    let some = [
        event("a", 1, "CLOSED"),
        event("b", 1, "TO_REPAY"),
        read(line.clone(), 1, Facts::default()),
    ];
    store.commit(seen(some), at(10)).await.unwrap();
    let before = followed(store).await;
    let all = Reduction {
        others: vec![line],
        ..loans(&["a", "b"])
    };
    let reduced = reduce(store, all.clone()).await;
    let refused = Reduced {
        open: vec!["b".to_owned()],
        ..Reduced::default()
    };
    assert_eq!(reduced, refused);
    assert_eq!(followed(store).await, before);
    // In doubt is not over.
    let doubt = [event("b", 9, "CLOSED"), event("b", 9, "TO_REPAY")];
    store.commit(seen(doubt), at(11)).await.unwrap();
    if !store
        .track(Subject::loan("b"))
        .await
        .unwrap()
        .unwrap()
        .state()
        .unwrap()
        .ambiguous
        .is_empty()
    {
        assert_eq!(reduce(store, all.clone()).await.open, ["b"]);
    }
    store
        .commit(seen([event("b", 20, "CLOSED")]), at(21))
        .await
        .unwrap();
    assert_eq!(reduce(store, all).await.loans, ["a", "b"]);
    assert_eq!(followed(store).await, []);
}

async fn intents_and_notifications_go_once_they_are_settled_and_read(store: &dyn Store) {
    let first = store.receive(b"one".to_vec(), at(1)).await.unwrap();
    let second = store.receive(b"two".to_vec(), at(2)).await.unwrap();
    assert_eq!(store.notifications(0, 1).await.unwrap()[0].seq, first);
    assert_eq!(store.notifications(first, 9).await.unwrap()[0].seq, second);
    for (id, salt) in [("a", "s"), ("b", "t"), ("c", "u")] {
        store.begin(intent(id, salt)).await.unwrap();
    }
    for id in ["a", "b"] {
        let outcome = Outcome {
            state: IntentState::Done,
            subject: Some("loan".to_owned()),
            reason: None,
        };
        let batch = Batch {
            settled: Some((id.to_owned(), outcome)),
            read: vec![first],
            ..Batch::default()
        };
        store.commit(batch, at(3)).await.unwrap();
    }
    let reduced = reduce(
        store,
        Reduction {
            intents: ["a", "c"].map(ToOwned::to_owned).to_vec(),
            notifications: vec![first, second],
            ..Reduction::default()
        },
    )
    .await;
    // One that keeps nothing that was read has none to let go of.
    assert!(reduced.notifications <= 1);
    assert_eq!(reduced.intents, 1);
    let notifications = store.notifications(0, 9).await.unwrap();
    assert_eq!(notifications, store.unread(9).await.unwrap());
    assert_eq!(notifications[0].seq, second);
    let before = |second| Reduction {
        intents_before: Some(at(second)),
        ..Reduction::default()
    };
    assert_eq!(reduce(store, before(0)).await.intents, 0);
    assert_eq!(reduce(store, before(9)).await.intents, 1);
    assert_eq!(store.intents(IntentState::Done, 9).await.unwrap(), []);
    assert_eq!(store.intents(IntentState::Open, 9).await.unwrap().len(), 1);
}
