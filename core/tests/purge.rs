//! Loans that are over, purged and erased by a tracker on the simulator.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::tracking::store::{Batch, Begun, Intent, IntentState, Memory, Outcome, Store};
use defacto::tracking::{Entity, Observation, Portfolio, Source, Subject, Track, Tracker};
use defacto::types::{ListBorrowers, ListPayments, Timestamp};
use defacto::{Client, ErrorKind};
use serde_json::json;
use support::{Lab, days_from_now, request};

/// The laboratory with a tracker, and loans of borrowers of their own: the first
/// is repaid, the second is not.
struct Desk {
    lab: Lab,
    client: Client,
    tracker: Tracker,
    loans: Vec<String>,
    borrowers: Vec<String>,
}

impl Desk {
    async fn new(store: impl Store + 'static) -> Self {
        let lab = Lab::start().await;
        lab.settings(json!({"timing": "calendar"})).await;
        let client = lab.client();
        let tracker = Tracker::new(client.clone(), store);
        let (mut loans, mut borrowers) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let body = request(&client).await.auto_validate(true);
            let borrower = body.borrower.as_ref().unwrap().identifier.clone();
            borrowers.push(borrower.unwrap());
            let loan = tracker.send(client.loans().create(&body)).await.unwrap();
            loans.push(loan.id.to_string());
        }
        lab.clock(json!({"advance": "P3D"})).await;
        lab.trigger(json!({"event": "loan.repaid", "id": loans[0]}))
            .await;
        let desk = Self {
            lab,
            client,
            tracker,
            loans,
            borrowers,
        };
        desk.pass().await;
        // No pass reads the payments before the first one.
        desk.tracker.reconcile(true).await.unwrap();
        desk
    }

    async fn pass(&self) {
        self.tracker.sync().await.unwrap();
        self.tracker.full_pass().await.unwrap();
    }

    async fn book(&self) -> Portfolio {
        self.tracker.portfolio(days_from_now(0), 90).await.unwrap()
    }

    async fn payments(&self, loan: &str) -> usize {
        self.tracker
            .store()
            .related(loan.to_owned())
            .await
            .unwrap()
            .iter()
            .filter(|track| track.subject().entity == Entity::Payment)
            .count()
    }

    /// Takes the loan's last repayment back, so that it owes again.
    async fn charge_back(&self, loan: &str) {
        let payments = self.client.payments().list(&ListPayments::new());
        let payments = payments.await.unwrap().data;
        let of_loan = payments.iter().find(|payment| {
            let related = payment.related_to.iter().flat_map(|one| &one.loans);
            let kind = payment
                .payment_type
                .as_ref()
                .map_or("", |kind| kind.as_str());
            kind.starts_with("REPAYMENT")
                && related
                    .filter_map(|share| share.loan_id.as_ref())
                    .any(|id| id.as_str() == loan)
        });
        let id = of_loan.unwrap().id.to_string();
        self.lab
            .trigger(json!({"event": "payment.charged_back", "id": id}))
            .await;
    }
}

fn same(one: &Portfolio, other: &Portfolio) {
    assert_eq!(one.by_status, other.by_status);
    assert_eq!(one.totals, other.totals);
    assert_eq!(one.loans, other.loans);
}

fn tomorrow() -> Timestamp {
    days_from_now(1)
}

#[tokio::test]
async fn what_is_purged_leaves_the_sums_and_does_not_come_back() {
    let desk = Desk::new(Memory::new()).await;
    let [closed, open] = [&desk.loans[0], &desk.loans[1]];
    assert!(desk.payments(closed).await >= 2);
    let before = desk.book().await;
    assert_eq!(before.by_status["CLOSED"], 1);

    // What changed later is not old.
    let purged = desk.tracker.purge(days_from_now(-1)).await.unwrap();
    assert_eq!((purged.loans, purged.kept, purged.intents), (0, 0, 0));

    // A consumer that was not told keeps it.
    let mut changes = desk.tracker.changes("mailer").await.unwrap();
    let first = changes.next().await.unwrap().unwrap();
    changes.acknowledge(&first).await.unwrap();
    let purged = desk.tracker.purge(tomorrow()).await.unwrap();
    assert_eq!((purged.loans, purged.kept), (0, 1));
    assert_eq!(
        purged.waiting.into_iter().collect::<Vec<_>>(),
        [("mailer".to_owned(), 1)]
    );
    while let Some(change) = changes.next().await.unwrap() {
        changes.acknowledge(&change).await.unwrap();
    }

    let purged = desk.tracker.purge(tomorrow()).await.unwrap();
    assert_eq!((purged.loans, purged.kept), (1, 0));
    assert!(purged.changes > 3, "{purged:?}");
    assert!(desk.tracker.loan(closed).await.unwrap().is_none());
    assert_eq!(desk.tracker.timeline(closed).await.unwrap(), []);
    assert!(desk.tracker.loan(open).await.unwrap().is_some());
    assert_eq!(desk.payments(closed).await, 0);
    same(&desk.book().await, &before);
    assert_eq!(desk.tracker.purge(tomorrow()).await.unwrap().loans, 0);

    // Seen again by every way there is.
    desk.tracker.partial_pass().await.unwrap();
    desk.pass().await;
    let state = json!({"related_to": {"loans": [{"loan_id": closed}]}});
    for (entity, id, status) in [
        ("loan", closed.as_str(), "CLOSED"),
        ("payment", "p", "PAID"),
    ] {
        let notice = json!({
            "id": id, "entity_type": entity, "status": status, "entity_state": state,
            "timestamp": days_from_now(0).to_string(), "event_type": format!("Loan.{status}"),
        });
        desk.tracker.ingest(notice.to_string(), None).await.unwrap();
    }
    assert_eq!(desk.tracker.digest().await.unwrap(), []);
    let loan = desk.client.loans().get(closed.as_str());
    desk.tracker.send(loan).await.unwrap();
    assert!(desk.tracker.loan(closed).await.unwrap().is_none());
    assert_eq!(desk.payments(closed).await, 0);
    let report = desk.tracker.reconcile(true).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.loans, report.by_status["CLOSED"].store), (2, 1));
    assert!(desk.tracker.loan(closed).await.unwrap().is_none());
    same(&desk.book().await, &before);
    desk.lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_purged_loan_that_owes_again_is_followed_again() {
    let desk = Desk::new(Memory::new()).await;
    let loan = &desk.loans[0];
    let payments = desk.payments(loan).await;
    assert_eq!(desk.tracker.purge(tomorrow()).await.unwrap().loans, 1);
    desk.charge_back(loan).await;

    // Told, and taken over with its payments.
    let report = desk.tracker.reconcile(false).await.unwrap();
    let of_loan = format!("loan {loan}");
    let differing: Vec<_> = report
        .differing
        .iter()
        .map(|one| (&*one.of, &*one.field))
        .collect();
    assert_eq!(differing, [(of_loan.as_str(), "status")]);
    assert!(report.missing.len() > payments, "{report}");
    assert!(report.missing.iter().all(|one| one.starts_with("payment ")));

    let changes = desk.tracker.partial_pass().await.unwrap().changes;
    let appeared = changes.iter().find(|one| one.change.subject.id == *loan);
    assert!(appeared.is_some(), "{changes:?}");
    let view = desk.tracker.loan(loan).await.unwrap().unwrap();
    let status = view.state().unwrap().status.to_string();
    assert!(status.starts_with("TO_REPAY"), "{status}");
    let book = desk.book().await;
    assert_eq!((book.loans, book.by_status.values().sum()), (2, 2_u64));
    assert!(!book.by_status.contains_key("CLOSED"));
    // The payment that took it back came in after the loan.
    assert!(desk.payments(loan).await > 0);
    desk.tracker.reconcile(true).await.unwrap();
    let report = desk.tracker.reconcile(false).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(desk.payments(loan).await > payments);
    desk.lab.sandbox.stop().await;
}

/// An alert ends with what it is about, and nobody is told that it is over.
#[tokio::test]
async fn alerts_go_with_what_they_are_about() {
    let desk = Desk::new(Memory::new()).await;
    let loan = Subject::loan(&desk.loans[0]);
    let at = days_from_now(60);
    let impossible = Observation::event(loan.clone(), at, Source::Webhook, "SUBMITTED".into());
    let batch = Batch {
        observations: vec![impossible],
        ..Batch::default()
    };
    desk.tracker.store().commit(batch, at).await.unwrap();
    desk.tracker.check_alerts().await.unwrap();
    let of_loan = async || {
        let alerts = desk.tracker.alerts().await.unwrap();
        alerts
            .iter()
            .filter(|(subject, _)| *subject == loan)
            .count()
    };
    assert!(of_loan().await > 0);
    let purged = desk.tracker.purge(days_from_now(61)).await.unwrap();
    assert_eq!(purged.loans, 1);
    assert_eq!(of_loan().await, 0);
    let changes = desk.tracker.check_alerts().await.unwrap();
    assert!(changes.iter().all(|one| one.change.subject != loan));
    desk.lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_borrower_is_erased_once_everything_of_it_is_over() {
    let desk = Desk::new(Memory::new()).await;
    let before = desk.book().await;
    let error = desk.tracker.erase(&desk.borrowers[1]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateConflict);
    assert!(error.to_string().contains(&desk.loans[1]), "{error}");
    same(&desk.book().await, &before);

    // By its id too, and with what is not settled.
    let known = desk
        .client
        .borrowers()
        .list(&ListBorrowers::new().borrower_identifier(desk.borrowers[0].as_str()));
    let id = known.await.unwrap().data[0].id.to_string();
    desk.tracker.read_products(id.as_str()).await.unwrap();
    let lines = || desk.tracker.store().tracks(Entity::CreditLine, None, 9);
    assert!(!lines().await.unwrap().is_empty());
    let intent = Intent {
        id: "not-settled".to_owned(),
        operation: "borrowers.create".to_owned(),
        params: Vec::new(),
        body: Some(json!({"identifier": desk.borrowers[0]})),
        body_hash: String::new(),
        salt: None,
        actor: None,
        made_at: days_from_now(0),
        state: IntentState::Open,
        holder: "another".to_owned(),
        held_until: tomorrow(),
        attempts: 1,
        obstacle: None,
        outcome: None,
    };
    let begun = desk.tracker.store().begin(intent).await.unwrap();
    assert!(matches!(begun, Begun::New));
    let error = desk.tracker.erase(&id).await.unwrap_err();
    assert!(error.to_string().contains("not-settled"), "{error}");
    let settled = Batch {
        settled: Some((
            "not-settled".to_owned(),
            Outcome {
                state: IntentState::Done,
                subject: Some(id.clone()),
                reason: None,
            },
        )),
        ..Batch::default()
    };
    desk.tracker
        .store()
        .commit(settled, days_from_now(0))
        .await
        .unwrap();

    // A consumer that was not told keeps nothing.
    desk.tracker
        .store()
        .set_cursor("mailer".to_owned(), 1)
        .await
        .unwrap();
    let erased = desk.tracker.erase(&id).await.unwrap();
    assert_eq!((erased.loans, erased.kept, erased.intents), (1, 0, 2));
    assert!(erased.changes > 3, "{erased:?}");
    assert!(desk.tracker.loan(&desk.loans[0]).await.unwrap().is_none());
    assert!(desk.tracker.loan(&desk.loans[1]).await.unwrap().is_some());
    // The other borrower's line stays.
    let left = lines().await.unwrap();
    let its = |one: &Track| one.facts().unwrap().text("borrower_id") == Some(id.as_str());
    assert!(!left.iter().any(its), "{left:?}");
    same(&desk.book().await, &before);
    let again = desk.tracker.erase(&id).await.unwrap();
    assert_eq!((again.loans, again.changes), (0, 0));
    let error = desk.tracker.erase(" ").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    desk.lab.sandbox.stop().await;
}

/// What is erased is in none of the files any more, by their bytes.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn what_is_erased_is_gone_from_the_files() {
    let name = format!("defacto-erased-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let store = defacto::tracking::store::Sqlite::open(folder.join("loans.db")).unwrap();
    let desk = Desk::new(store).await;
    let [gone, stays] = [&desk.borrowers[0], &desk.borrowers[1]];
    // A notification as it comes, and one that is no notification.
    for body in [
        json!({
            "id": desk.loans[0], "entity_type": "loan", "status": "CLOSED",
            "timestamp": days_from_now(0).to_string(), "event_type": "Loan.CLOSED",
            "entity_state": {"borrower": {"identifier": gone}},
        })
        .to_string(),
        format!("<html>{gone}</html>"),
    ] {
        desk.tracker.ingest(body, None).await.unwrap();
    }
    let holds = |text: &str| {
        let files = std::fs::read_dir(&folder).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            })
    };
    assert!(holds(gone) && holds(stays));
    let before = desk.book().await;
    let erased = desk.tracker.erase(gone).await.unwrap();
    assert_eq!((erased.loans, erased.notifications), (1, 2));
    assert!(!holds(gone));
    assert!(holds(stays));
    same(&desk.book().await, &before);
    let log = std::fs::metadata(folder.join("loans.db-wal")).unwrap();
    assert_eq!(log.len(), 0);
    desk.lab.sandbox.stop().await;
    drop(desk.tracker);
    std::fs::remove_dir_all(&folder).unwrap();
}
