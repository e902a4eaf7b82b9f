//! A tracker without async, on the simulator.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};

use defacto::blocking::{self, Tracker};
use defacto::hook::Stage;
use defacto::tracking::export::{Export, Format};
use defacto::tracking::store::{IntentState, Memory};
use defacto::types::{Cents, LoanStatus, Timestamp, WebhookEventType};
use defacto::webhook::Tokens;
use defacto::{Creation, ErrorKind};
use serde_json::json;
use support::{Lab, request};
use tokio::runtime::Runtime;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// A simulator, and the runtime it is on.
fn lab() -> (Runtime, Lab) {
    let runtime = Runtime::new().unwrap();
    let lab = runtime.block_on(Lab::start());
    (runtime, lab)
}

fn client(lab: &Lab) -> blocking::Client {
    lab.builder().build_blocking().unwrap()
}

#[test]
fn a_loan_is_followed_from_its_request_to_its_end() {
    let (runtime, lab) = lab();
    let client = client(&lab);
    let tracker = Tracker::new(&client, Memory::new()).unwrap();
    let body = runtime.block_on(request(&lab.client()));
    let body = body.wait_for_validation(false);
    let loan = tracker
        .send_as(client.loans().create(&body), Some("me"))
        .unwrap();
    assert_eq!(loan.creation(), Creation::New);
    let intents = tracker.intents(IntentState::Done, 9).unwrap();
    assert_eq!(intents[0].actor.as_deref(), Some("me"));

    let mut told = tracker.changes("mailer").unwrap();
    let mut seen = 0;
    for _ in 0..30 {
        let view = tracker.loan(&loan.id).unwrap().unwrap();
        match view.status().unwrap() {
            LoanStatus::Closed => break,
            LoanStatus::ToValidate => {
                tracker.send(client.loans().validate(&loan.id)).unwrap();
            }
            _ => {}
        }
        tracker.sync().unwrap();
        while let Some(change) = told.next() {
            told.acknowledge(&change.unwrap()).unwrap();
            seen += 1;
        }
    }
    let view = tracker.loan(&loan.id).unwrap().unwrap();
    assert_eq!(view.status(), Some(LoanStatus::Closed));
    assert_eq!(view.outstanding(), Some(Cents(0)));
    assert!(tracker.changes("mailer").unwrap().next().is_none());
    let again: Result<Vec<_>, _> = tracker.replay("mailer", 0).unwrap().collect();
    assert_eq!(again.unwrap().len(), seen);
    assert!(tracker.timeline(&loan.id).unwrap().len() > 3);

    // The rest of the verbs, each as the asynchronous tracker answers.
    assert!(tracker.full_pass().unwrap().full);
    assert!(!tracker.partial_pass().unwrap().full);
    assert_eq!(tracker.settle().unwrap().open, 0);
    let now = Timestamp(jiff::Timestamp::now());
    assert_eq!(tracker.portfolio(now, 30).unwrap().loans, 1);
    assert_eq!(tracker.alerts().unwrap(), []);
    assert_eq!(tracker.check_alerts().unwrap(), []);
    assert!(tracker.reconcile(false).unwrap().is_clean());
    assert!(tracker.health().unwrap().last_full_pass.is_some());
    let metrics = tracker.metrics().unwrap();
    assert!(metrics.contains("defacto_tracker_loans{status=\"CLOSED\"} 1"));
    assert!(tracker.pause().unwrap() > Duration::ZERO);
    let mut table = Vec::new();
    let export = Export::objects(Format::Csv);
    assert_eq!(tracker.export(export, &mut table).unwrap(), 1);
    assert!(std::str::from_utf8(&table).unwrap().contains("CLOSED"));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("blocking-export.csv");
    for _ in 0..2 {
        assert_eq!(tracker.export_file(export, &path, true).unwrap(), 1);
    }
    assert_eq!(std::fs::read(&path).unwrap(), table);
    let refused = tracker.export_file(export, &path, false).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    std::fs::remove_file(&path).unwrap();
    runtime.block_on(lab.sandbox.stop());
}

#[test]
fn a_thread_waits_for_changes_while_another_follows_and_a_third_stops_it() {
    let (runtime, lab) = lab();
    let client = client(&lab);
    let tracker = Tracker::new(&client, Memory::new()).unwrap();
    let body = runtime.block_on(request(&lab.client()));
    let mut changes = tracker.changes("mailer").unwrap();
    assert_eq!(changes.wait_for(Duration::ZERO).unwrap(), None);

    let waiting = std::thread::spawn(move || changes.wait().unwrap());
    let following = {
        let tracker = tracker.clone();
        std::thread::spawn(move || tracker.run(Some(LONG * 60)))
    };
    // While both go on, others may ask.
    let loan = client.loans().create(&body).send().unwrap();
    while tracker.health().unwrap().last_full_pass.is_none() {
        std::thread::yield_now();
    }
    tracker.sync().unwrap();
    let first = waiting.join().unwrap();
    assert_eq!(first.change.subject.id, loan.id.as_str());
    let began = Instant::now();
    tracker.stop(LONG).unwrap();
    following.join().unwrap().unwrap();
    assert!(began.elapsed() < LONG);
    tracker.stop(LONG).unwrap();

    let mut again = tracker.changes("mailer").unwrap();
    let same = again.wait_for(LONG).unwrap().unwrap();
    assert_eq!(same, first);
    runtime.block_on(lab.sandbox.stop());
}

#[test]
fn notifications_come_in_and_are_read() {
    let (runtime, lab) = lab();
    let client = client(&lab);
    let tracker = Tracker::open(&client, "memory").unwrap();
    let events = WebhookEventType::ALL;
    let url = "https://example.com/hook?token=new";
    let hook = tracker.ensure_webhook("mine", url, events).unwrap();
    let again = tracker.ensure_webhook("mine", url, events).unwrap();
    assert_eq!(hook.id, again.id);

    let receiver = tracker.receiver(Tokens::new(["new"])).largest_body(9);
    for (query, body, status) in [
        ("token=new", "{}", 200),
        ("token=old", "{}", 401),
        ("token=new", "{\"a\":\"bcd\"}", 413),
    ] {
        assert_eq!(receiver.receive(query, body.as_bytes()), status, "{query}");
    }
    assert_eq!(receiver.received().stored, 1);
    tracker.ingest("no JSON", None).unwrap();
    assert_eq!(tracker.health().unwrap().unread_notifications, 2);
    assert_eq!(tracker.digest().unwrap(), []);
    assert_eq!(tracker.health().unwrap().unread_notifications, 0);
    runtime.block_on(lab.sandbox.stop());
}

#[test]
fn it_may_be_called_inside_a_runtime_and_not_where_its_calls_run() {
    let (runtime, lab) = lab();
    // A hook that asks the tracker: it is called where the tracker's calls run.
    let own: Arc<OnceLock<Tracker>> = Arc::default();
    let (send, answers) = mpsc::channel();
    let client = {
        let own = own.clone();
        let hooked = lab.builder().on_event(move |event| {
            if let (Stage::Finished { .. }, Some(tracker)) = (event.stage, own.get()) {
                send.send(tracker.health().map(drop)).unwrap();
            }
        });
        hooked.build_blocking().unwrap()
    };
    let tracker = Tracker::new(&client, Memory::new()).unwrap();
    runtime.block_on(async { tracker.sync() }).unwrap();
    own.set(tracker.clone()).unwrap();
    tracker.full_pass().unwrap();
    let refused = answers.recv().unwrap().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Configuration);
    assert!(refused.to_string().contains("another thread"), "{refused}");

    // As with the asynchronous one, what the server refuses is its error.
    runtime.block_on(lab.fault(json!({"status": 401, "times": null})));
    let error = tracker.run(None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
    runtime.block_on(lab.sandbox.stop());
}

#[test]
fn a_loan_is_waited_for_explained_and_purged() {
    let (runtime, lab) = lab();
    let client = client(&lab);
    let tracker = Tracker::new(&client, Memory::new()).unwrap();
    let body = runtime.block_on(request(&lab.client()));
    let body = body.auto_validate(true);
    let loan = tracker.send(client.loans().create(&body)).unwrap();
    let (tell, told) = mpsc::channel();
    let closed = tracker
        .wait_for(&loan.id, [LoanStatus::Closed])
        .deadline(LONG)
        .poll_every(Duration::from_millis(1), Duration::from_millis(5))
        .on_progress(move |known| drop(tell.send(known.status.to_string())))
        .wait()
        .unwrap();
    assert_eq!(closed.status, LoanStatus::Closed);
    assert!(told.iter().count() > 0);
    let known = tracker.outlook(&loan.id).unwrap().unwrap();
    assert_eq!(known.status, "CLOSED");
    tracker.explain(&loan.id).unwrap();
    assert_eq!(tracker.explain(&loan.id).unwrap(), []);

    let borrower = tracker.loan(&loan.id).unwrap().unwrap();
    let borrower = borrower
        .facts()
        .unwrap()
        .text("borrower")
        .unwrap()
        .to_owned();
    let erased = tracker.erase(&borrower).unwrap();
    assert_eq!(erased.loans, 1);
    assert!(tracker.loan(&loan.id).unwrap().is_none());
    let long_ago = Timestamp(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(tracker.purge(long_ago).unwrap().loans, 0);
    runtime.block_on(lab.sandbox.stop());
}
