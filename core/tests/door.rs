//! The client as other languages hold it: bytes in, bytes out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::sync::mpsc;
use std::time::Duration;

use defacto::bridge::{Door, Reply};
use defacto::{Creation, Error, ErrorKind};
use serde_json::{Value, json};
use support::{KEY, Lab, request};

fn open(lab: &Lab) -> Door {
    let settings = json!({"api_key": KEY, "base_url": lab.sandbox.base_url(), "backoff": 0.001});
    Door::open(settings.to_string().as_bytes()).unwrap()
}

fn call(door: &Door, operation: &str, input: Value) -> Result<Reply, Error> {
    let (door, operation) = (door.clone(), operation.to_owned());
    // As a face would: on a thread of the host's.
    std::thread::spawn(move || door.call(&operation, input.to_string().as_bytes(), None))
        .join()
        .unwrap()
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.json).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_bytes_come_through() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let hello = call(&door, "testing.hello", json!({})).unwrap();
    assert!(json_of(&hello).is_string());
    let body = serde_json::to_value(request(&lab.client()).await).unwrap();
    let made = call(&door, "loans.create", json!({"body": body})).unwrap();
    assert_eq!((made.status, made.attempts), (201, 1));
    assert_eq!(made.creation, Some(Creation::New));
    let id = json_of(&made)["id"].clone();
    let path = json!({"path": {"loan_id": id}});
    lab.fault(json!({"operation": "loans.get", "status": 200, "body": "{\"id\": \"x\",\n \"new\": [1.50], \"status\": \"LATER\"}"}))
        .await;
    let read = call(&door, "loans.get", path.clone()).unwrap();
    assert_eq!(
        &read.json[..],
        b"{\"id\": \"x\",\n \"new\": [1.50], \"status\": \"LATER\"}"
    );
    assert_eq!(read.creation, None);
    // What a type would refuse is refused here too.
    for wrong in [
        "[]",
        "{\"id\": \"x\"}",
        "{\"id\": null, \"status\": \"A\"}",
        "{\"id\":",
        "1",
    ] {
        lab.fault(json!({"operation": "loans.get", "status": 200, "body": wrong}))
            .await;
        let error = call(&door, "loans.get", path.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{wrong}");
    }
    // Options are of one call.
    lab.fault(json!({"operation": "loans.get", "status": 503, "times": 9}))
        .await;
    let mut once = path.clone();
    once["options"] = json!({"retries": 0});
    assert_eq!(call(&door, "loans.get", once).unwrap_err().attempts(), 1);
    assert_eq!(call(&door, "loans.get", path).unwrap_err().attempts(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_every_shape() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let calm = lab.client();
    for _ in 0..3 {
        calm.loans().create(&request(&calm).await).await.unwrap();
    }
    let pages = door
        .pages("loans.list", br#"{"query": {"page_size": 2}}"#)
        .unwrap();
    let mut sizes = Vec::new();
    let mut cursors = Vec::new();
    while let Some(page) = tokio::task::block_in_place(|| pages.next()).unwrap() {
        sizes.push(json_of(&page)["data"].as_array().unwrap().len());
        cursors.push(pages.cursor().is_some());
    }
    assert_eq!((sizes, cursors), (vec![2, 1], vec![true, false]));
    lab.fault(json!({"operation": "cards.list", "status": 200, "body": " [{\"id\": \"c\"}]"}))
        .await;
    let cards = call(&door, "cards.list", json!({})).unwrap();
    assert_eq!(json_of(&cards), json!({"data": [{"id": "c"}]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn submitted_calls_end_once_or_are_canceled() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let (done, ended) = mpsc::channel();
    for _ in 0..20 {
        let done = done.clone();
        door.submit("testing.hello", b"{}", None, move |result| {
            done.send(result.map(|reply| reply.status)).unwrap();
        })
        .unwrap();
    }
    for _ in 0..20 {
        assert_eq!(
            ended
                .recv_timeout(Duration::from_secs(20))
                .unwrap()
                .unwrap(),
            200
        );
    }
    lab.fault(json!({"operation": "testing.hello", "delay_ms": 60_000}))
        .await;
    let ticket = door
        .submit("testing.hello", b"{}", None, move |_| {
            done.send(Ok(0)).unwrap()
        })
        .unwrap();
    // It is under way when the server has seen it.
    while lab.requests("testing.hello").await.len() < 21 {}
    ticket.cancel();
    // The canceled call lets go of its end of the channel without a word.
    let silence = ended.recv_timeout(Duration::from_secs(20)).err();
    assert_eq!(silence, Some(mpsc::RecvTimeoutError::Disconnected));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_or_sent_says_so() {
    let lab = Lab::start().await;
    for settings in ["", "[]", "{}", r#"{"api_key": 1}"#, r#"{"key": "a"}"#] {
        let error = Door::open(settings.as_bytes()).unwrap_err();
        let kinds = [ErrorKind::Configuration, ErrorKind::InvalidInput];
        assert!(kinds.contains(&error.kind()), "{settings}");
    }
    let door = open(&lab);
    for (operation, input) in [
        ("loans.nothing", json!({})),
        ("loans.get", json!({})),
        ("loans.get", json!({"path": {"loan_id": 1}})),
        ("loans.get", json!({"what": 1})),
        ("loans.create", json!({"body": {"amount": "x"}})),
    ] {
        let error = call(&door, operation, input).unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidInput,
            "{operation}: {error}"
        );
        assert_eq!(error.attempts(), 0);
    }
    let error = call(&door, "testing.hello", json!({"options": {"patience": 1}})).unwrap_err();
    assert!(error.to_string().contains("patience"), "{error}");
}
