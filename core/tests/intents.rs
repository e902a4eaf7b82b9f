//! Changes that were asked for before: what became of them is found out, and never
//! concluded from what another request was answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use defacto::tracking::Tracker;
use defacto::tracking::store::{Intent, IntentState, Memory};
use defacto::types::{CreateLoan, ListLoans};
use defacto::{Client, Error, ErrorKind};
use serde_json::{Value, json};
use support::{Lab, request};

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
