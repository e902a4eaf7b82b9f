//! Changes that were asked for before: what became of them is found out, and never
//! concluded from what another request was answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use defacto::tracking::Tracker;
#[cfg(feature = "sqlite")]
use defacto::tracking::store::{Batch, OpenOptions};
use defacto::tracking::store::{Intent, IntentState, Memory};
#[cfg(feature = "sqlite")]
use defacto::tracking::{Observation, Source, Subject};
use defacto::types::{
    AccountNumberType, BankIdentifierType, CreateInstallmentPlan, CreateLoan,
    CreditedAccountNumber, GenerateBusiness, InstallmentInput, InstallmentLoanInput, ListLoans,
    PaymentMethod, RepaymentTerms, SctRepaymentMethod, SetRepaymentTerms, Timestamp,
};
use defacto::{Client, Error, ErrorKind};
use serde_json::{Value, json};
use support::{Lab, days_from_now, lent, request};

struct Scene {
    lab: Lab,
    client: Client,
    tracker: Tracker,
    body: CreateLoan,
}

impl Scene {
    async fn new() -> Self {
        let lab = Lab::start().await;
        let client = lab.builder().retries(0).build().unwrap();
        let tracker = Tracker::new(client.clone(), Memory::new());
        let body = request(&client).await.salt_id("mine");
        Self {
            lab,
            client,
            tracker,
            body,
        }
    }

    async fn create(&self) -> Result<String, Error> {
        let loan = self.tracker.send(self.client.loans().create(&self.body));
        loan.await.map(|loan| loan.id.to_string())
    }

    /// As [`create`](Self::create), while something is wrong.
    async fn create_while(&self, mut fault: Value) -> Error {
        fault["operation"] = "loans.create".into();
        fault["times"] = 1.into();
        self.lab.fault(fault).await;
        self.create().await.unwrap_err()
    }

    async fn intent(&self) -> Intent {
        let mut all = Vec::new();
        for state in [IntentState::Open, IntentState::Done, IntentState::Refused] {
            all.extend(self.tracker.store().intents(state, 9).await.unwrap());
        }
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    async fn loans(&self) -> Vec<String> {
        let query = ListLoans::new();
        let loans = self.client.loans().list(&query).items().collect().await;
        loans
            .unwrap()
            .iter()
            .map(|loan| loan.id.to_string())
            .collect()
    }
}

/// A request that fails for a reason of its own.
fn failures() -> [Value; 6] {
    [
        json!({"status": 401}),
        json!({"status": 403}),
        json!({"status": 404}),
        json!({"status": 422}),
        json!({"status": 429}),
        json!({"reset": "before"}),
    ]
}

#[tokio::test]
async fn a_lost_creation_is_not_given_up_for_what_a_second_request_is_answered() {
    for replay in ["existing", "refuse"] {
        for failure in failures() {
            let scene = Scene::new().await;
            scene.lab.settings(json!({"salt_replay": replay})).await;
            let lost = scene.create_while(json!({"reset": "after"})).await;
            assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
            let again = scene.create_while(failure.clone()).await;
            assert_eq!(
                again.kind(),
                ErrorKind::OutcomeUnknown,
                "{failure}: {again}"
            );
            assert_eq!(scene.intent().await.state, IntentState::Open, "{failure}");

            assert_eq!(scene.tracker.settle().await.unwrap().done, 1, "{failure}");
            let made = scene.intent().await.outcome.unwrap().subject;
            assert_eq!(scene.loans().await, [made.unwrap()]);
        }
    }
}

#[tokio::test]
async fn settling_does_not_give_up_what_it_may_not_ask_for_now() {
    for failure in failures().into_iter().filter(|one| one["status"] != 422) {
        let scene = Scene::new().await;
        // Lost on the way there, for all that is known: only asking again makes it.
        let lost = scene.create_while(json!({"reset": "before"})).await;
        assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
        let mut fault = failure.clone();
        fault["operation"] = "loans.create".into();
        fault["times"] = 1.into();
        scene.lab.fault(fault).await;
        assert_eq!(scene.tracker.settle().await.unwrap().open, 1, "{failure}");
        let intent = scene.intent().await;
        assert_eq!(intent.state, IntentState::Open, "{failure}");
        assert!(intent.held_until > intent.made_at);
    }
}

#[tokio::test]
async fn what_was_made_stays_made() {
    for failure in failures() {
        let scene = Scene::new().await;
        let made = scene.create().await.unwrap();
        let error = scene.create_while(failure.clone()).await;
        assert!(!error.to_string().contains("not settled"), "{error}");
        let intent = scene.intent().await;
        assert_eq!(intent.state, IntentState::Done, "{failure}");
        assert_eq!(intent.outcome.unwrap().subject.unwrap(), made);
        // Asked for again it is the same.
        assert_eq!(scene.create().await.unwrap(), made);
        assert_eq!(scene.loans().await, [made]);
    }
}

#[tokio::test]
async fn what_was_refused_may_be_asked_for_again_and_is_not_forgotten() {
    let scene = Scene::new().await;
    let refused = scene.create_while(json!({"status": 422})).await;
    assert_eq!(refused.kind(), ErrorKind::Rejected);
    assert_eq!(scene.intent().await.state, IntentState::Refused);
    // This one makes it, and its answer is lost.
    let lost = scene.create_while(json!({"reset": "after"})).await;
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
    let open = scene.intent().await;
    assert_eq!(open.state, IntentState::Open);
    assert!(open.body.is_some());
    assert_eq!(scene.tracker.settle().await.unwrap().done, 1);
    assert_eq!(scene.loans().await.len(), 1);
}

/// Every other change that moves money, or leads there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Lost {
    Validate,
    Cancel,
    RepaymentTerms,
    Plan,
    Borrower,
}

/// Asks for one through a tracker, whose answer is lost on the way back or the request
/// on the way there, lets a worker settle it, and says how often it was carried out.
async fn lose(what: Lost, reset: &str) -> usize {
    let lab = Lab::start().await;
    let client = lab.builder().retries(0).build().unwrap();
    let ahead = Arc::new(AtomicI64::new(0));
    let shown = ahead.clone();
    let clock = move || {
        let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
        Timestamp(jiff::Timestamp::now() + ahead)
    };
    let tracker = Tracker::builder(client.clone(), Memory::new());
    let tracker = tracker.clock(clock).build();
    let offered = async || {
        let body = request(&client).await.wait_for_validation(true);
        client.loans().create(&body).await.unwrap()
    };
    let lose = async |operation: &str| {
        lab.fault(json!({"operation": operation, "reset": reset, "times": 1}))
            .await;
    };
    let (operation, error) = match what {
        Lost::Validate | Lost::Cancel => {
            let loan = offered().await;
            let (operation, call) = match what {
                Lost::Validate => ("loans.validate", client.loans().validate(&loan.id)),
                _ => ("loans.cancel", client.loans().cancel(&loan.id)),
            };
            lose(operation).await;
            (operation, tracker.send(call).await.unwrap_err())
        }
        Lost::RepaymentTerms => {
            let loan = lent(&client).await;
            let account = CreditedAccountNumber::new()
                .account_number("FR7630006000011234567890189")
                .account_number_type(AccountNumberType::Iban)
                .bank_identifier("AGRIFRPP")
                .bank_identifier_type(BankIdentifierType::Bic);
            let terms = RepaymentTerms::new()
                .loan_id(loan.id.clone())
                .repayment_date(days_from_now(45))
                .repayment_method(PaymentMethod::Sct)
                .sct(SctRepaymentMethod::new().to_account(account));
            let body = SetRepaymentTerms::new().repayment_terms([terms]);
            lose("loans.set_repayment_terms").await;
            let call = client.loans().set_repayment_terms(&body);
            let error = tracker.send(call).await.unwrap_err();
            ("loans.set_repayment_terms", error)
        }
        Lost::Plan => {
            let loan = lent(&client).await;
            let part = InstallmentInput::new()
                .amount(10_000)
                .date(days_from_now(9))
                .loans([InstallmentLoanInput::new()
                    .amount(10_000)
                    .loan_id(loan.id.clone())]);
            let body = CreateInstallmentPlan::new()
                .installments([part])
                .payment_method(PaymentMethod::Sct);
            lose("installment_plans.create").await;
            let call = client.installment_plans().create(&body);
            (
                "installment_plans.create",
                tracker.send(call).await.unwrap_err(),
            )
        }
        Lost::Borrower => {
            let business = client.testing().generate_business(&GenerateBusiness::new());
            let business = business.await.unwrap().signed_at(days_from_now(0));
            lose("borrowers.create").await;
            let call = client.borrowers().create(&business);
            ("borrowers.create", tracker.send(call).await.unwrap_err())
        }
    };
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{what:?}: {error}");
    ahead.store(7_200, Ordering::Relaxed);
    let settled = tracker.settle().await.unwrap();
    let refused = tracker
        .store()
        .intents(IntentState::Refused, 9)
        .await
        .unwrap();
    assert_eq!(refused, [], "{what:?} {reset}");
    assert_eq!((settled.done, settled.open), (1, 0), "{what:?} {reset}");
    let open = tracker.store().intents(IntentState::Open, 9).await.unwrap();
    assert_eq!(open, []);
    lab.acted(operation).await
}

#[tokio::test]
async fn every_change_whose_answer_is_lost_is_made_once() {
    for what in [
        Lost::Validate,
        Lost::Cancel,
        Lost::RepaymentTerms,
        Lost::Plan,
        Lost::Borrower,
    ] {
        for reset in ["after", "before"] {
            let acted = lose(what, reset).await;
            // A plan is asked for again with its key, and the server gives the first;
            // the same terms are asked for again, since their account cannot be seen.
            let is_repeated = matches!(what, Lost::Plan | Lost::RepaymentTerms);
            let most = if is_repeated && reset == "after" {
                2
            } else {
                1
            };
            assert_eq!(acted, most, "{what:?} {reset}");
        }
    }
}

#[tokio::test]
async fn what_a_person_found_out_settles_an_intent() {
    for was_made in [true, false] {
        let scene = Scene::new().await;
        let lost = scene.create_while(json!({"reset": "before"})).await;
        assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
        let id = scene.intent().await.id;
        let resolved = scene.tracker.resolve(&id, was_made, "told by support");
        let resolved = resolved.await.unwrap();
        assert_eq!(resolved, scene.intent().await);
        let state = [IntentState::Refused, IntentState::Done][usize::from(was_made)];
        assert_eq!(resolved.state, state);
        assert_eq!(resolved.body, None);
        // Not made: the key may be used again. Made: the server knows it, or not.
        scene.create().await.unwrap();
        assert_eq!(scene.lab.acted("loans.create").await, 1);
        scene.lab.sandbox.stop().await;
    }
}

#[tokio::test]
async fn an_intent_that_a_worker_has_is_not_resolved_by_hand() {
    let scene = Scene::new().await;
    let waiting = scene.create_while(json!({"reset": "before"})).await;
    assert_eq!(waiting.kind(), ErrorKind::OutcomeUnknown);
    let body = request(&scene.client).await.salt_id("another");
    let lost = json!({"operation": "loans.create", "reset": "before", "times": 1});
    scene.lab.fault(lost).await;
    let create = scene.client.loans().create(&body);
    scene.tracker.send(create).await.unwrap_err();
    let open = scene.tracker.store().intents(IntentState::Open, 9).await;
    let last = open.unwrap().remove(1).id;

    // Both are claimed, and the first takes its time.
    let before = scene.lab.requests("loans.create").await.len();
    let slow = json!({"operation": "loans.create", "delay_ms": 1_000, "times": 1});
    scene.lab.fault(slow).await;
    let resolve = async {
        while scene.lab.requests("loans.create").await.len() == before {}
        scene.tracker.resolve(&last, false, "guessed").await
    };
    let (settled, resolved) = tokio::join!(scene.tracker.settle(), resolve);
    assert_eq!(resolved.unwrap_err().kind(), ErrorKind::StateConflict);
    assert_eq!(settled.unwrap().done, 2);
    scene.lab.sandbox.stop().await;
}

#[tokio::test]
async fn an_intent_under_way_is_not_resolved_by_hand() {
    let scene = Scene::new().await;
    let fault = json!({"operation": "loans.create", "delay_ms": 60_000, "times": 1});
    scene.lab.fault(fault).await;
    let create = scene.create();
    let resolve = async {
        while scene.lab.requests("loans.create").await.is_empty() {}
        let open = scene.tracker.store().intents(IntentState::Open, 1).await;
        let id = open.unwrap().remove(0).id;
        scene.tracker.resolve(&id, true, "guessed").await
    };
    tokio::select! {
        _ = create => panic!("the answer came"),
        resolved = resolve => {
            assert_eq!(resolved.unwrap_err().kind(), ErrorKind::StateConflict);
        }
    }
    scene.lab.sandbox.stop().await;
}

/// A tracker on a disk that is full, for which a limit on the file stands.
#[cfg(feature = "sqlite")]
struct Full {
    lab: Lab,
    tracker: Tracker,
    /// How far its clock is ahead, in seconds.
    ahead: Arc<AtomicI64>,
    kept: Vec<u64>,
    _folder: tempfile::TempDir,
}

#[cfg(feature = "sqlite")]
impl Full {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions::new().largest_pages(60);
        let store = options.open(folder.path().join("loans.db")).unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let shown = ahead.clone();
        let clock = move || {
            let ahead = jiff::SignedDuration::from_secs(shown.load(Ordering::Relaxed));
            Timestamp(jiff::Timestamp::now() + ahead)
        };
        let lab = Lab::start().await;
        let tracker = Tracker::builder(lab.client(), store).clock(clock).build();
        let mut kept = Vec::new();
        for size in [8_000, 500, 1] {
            while let Ok(seq) = tracker.ingest(vec![b'x'; size], None).await {
                kept.push(seq);
                assert!(kept.len() < 9_999);
            }
        }
        // What was empty has room for a little yet: that of an intent stays.
        let loan = |number: u32| Batch {
            observations: vec![Observation::event(
                Subject::loan(number),
                days_from_now(0),
                Source::Poll,
                "DELETED".into(),
            )],
            ..Batch::default()
        };
        for number in 0.. {
            let seen = tracker.store().commit(loan(number), days_from_now(0));
            if seen.await.is_err() {
                break;
            }
        }
        Self {
            lab,
            tracker,
            ahead,
            kept,
            _folder: folder,
        }
    }

    /// What was read and is old makes room.
    async fn make_room(&self) {
        let read = Batch {
            read: self.kept.clone(),
            ..Batch::default()
        };
        let (store, later) = (self.tracker.store(), days_from_now(1));
        store.commit(read, later).await.unwrap();
        store.forget_notifications(later).await.unwrap();
    }

    async fn intents(&self, state: IntentState) -> Vec<Intent> {
        self.tracker.store().intents(state, 999).await.unwrap()
    }
}

/// Where the answer comes and cannot be written down, that is said: the change was
/// made, or may have been.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn on_a_full_disk_nothing_is_sent_that_is_not_written_down() {
    let full = Full::new().await;
    let mut body = request(&full.lab.client()).await;
    let (mut unknown, mut refused) = (Vec::new(), 0);
    for number in 0..99 {
        body.invoices[0].invoice_number = Some(format!("I-{number}"));
        let before = full.lab.requests("loans.create").await.len();
        let call = full.lab.client().loans().create(&body);
        let made = full.tracker.send(call).await;
        let sent = full.lab.requests("loans.create").await.len() - before;
        match made {
            Ok(_) => assert_eq!(sent, 1),
            Err(error) if error.is_outcome_unknown() => {
                assert_eq!(sent, 1, "{error}");
                unknown.push(error.salt_id().unwrap().to_owned());
            }
            Err(error) => {
                assert_eq!((error.kind(), sent), (ErrorKind::Store, 0), "{error}");
                assert!(error.to_string().contains("the disk is full"), "{error}");
                refused += 1;
            }
        }
        if refused > 2 {
            break;
        }
    }
    assert!(!unknown.is_empty() && refused > 2);
    let open = full.intents(IntentState::Open).await;
    let salts: Vec<_> = open.iter().filter_map(|one| one.salt.clone()).collect();
    assert!(unknown.iter().all(|salt| salts.contains(salt)));
    assert_eq!(salts.len(), unknown.len());

    full.make_room().await;
    full.ahead.store(3_600, Ordering::Relaxed);
    let settled = full.tracker.settle().await.unwrap();
    assert_eq!((settled.done, settled.open), (unknown.len(), 0));
    // Each that was sent is one loan, and one that is known.
    let done = full.intents(IntentState::Done).await;
    let mut known: Vec<_> = done
        .into_iter()
        .map(|one| one.outcome.unwrap().subject.unwrap())
        .collect();
    let loans = full.lab.books("loans").await;
    let mut loans: Vec<_> = loans
        .iter()
        .map(|loan| loan["id"].as_str().unwrap().to_owned())
        .collect();
    known.sort_unstable();
    loans.sort_unstable();
    assert_eq!(known, loans);
    full.lab.sandbox.stop().await;
}
