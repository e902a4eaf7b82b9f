//! The control API over real connections: clock, faults, journal, settings.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod support;

use std::io::ErrorKind;
use std::net::SocketAddr;

use defacto_sandbox::Sandbox;
use defacto_types::Value;
use serde_json::json;
use support::{Answer, exchange, get, request, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HELLO: &str = "Hello from the Defacto sandbox";

async fn fault(to: SocketAddr, body: &str) {
    let answer = send(to, "POST", "/_sandbox/faults", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

async fn faults(to: SocketAddr) -> Value {
    get(to, "/_sandbox/faults").await.json()["faults"].clone()
}

async fn journal(to: SocketAddr) -> Value {
    get(to, "/_sandbox/journal").await.json()["requests"].clone()
}

fn entry(status: Option<u16>, acted: bool, fault: bool) -> Value {
    json!({
        "operation": "testing.hello", "method": "GET", "path": "/hello",
        "status": status, "acted": acted, "fault": fault,
    })
}

#[tokio::test]
async fn the_clock_freezes_and_moves() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let clock = get(to, "/_sandbox/clock").await.json();
    assert_eq!(clock["frozen"], false);

    for (body, now, frozen) in [
        (
            r#"{"freeze": "2230-01-01T00:00:00Z"}"#,
            "2230-01-01T00:00:00.000000+00:00",
            true,
        ),
        (
            r#"{"advance": "P1DT2H"}"#,
            "2230-01-02T02:00:00.000000+00:00",
            true,
        ),
        (
            r#"{"advance_seconds": 90}"#,
            "2230-01-02T02:01:30.000000+00:00",
            true,
        ),
        (
            r#"{"freeze": true}"#,
            "2230-01-02T02:01:30.000000+00:00",
            true,
        ),
    ] {
        let answer = send(to, "POST", "/_sandbox/clock", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let shown = get(to, "/_sandbox/clock").await.json();
        assert_eq!(
            (&shown["now"], &shown["frozen"]),
            (&json!(now), &json!(frozen))
        );
        for (name, value) in shown.as_object().unwrap() {
            assert_eq!(&answer.json()[name], value);
        }
    }

    let running = send(to, "POST", "/_sandbox/clock", r#"{"freeze": false}"#).await;
    assert_eq!(running.json()["frozen"], false);
    assert!(running.json()["now"].as_str().unwrap() >= "2230-01-02T02:01:30");
    assert!(running.json()["now"].as_str().unwrap() < "2230-01-03");

    send(to, "POST", "/_sandbox/reset", "").await;
    let now = get(to, "/_sandbox/clock").await.json()["now"].clone();
    assert!(now.as_str().unwrap() < "2230");
}

#[tokio::test]
async fn a_refusal_names_every_field() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (method, path, body, names) in [
        ("POST", "clock", "", &["body"][..]),
        ("POST", "clock", "[]", &["body"]),
        ("POST", "clock", "{}", &["advance"]),
        ("POST", "clock", r#"{"advance": "P1M"}"#, &["advance"]),
        ("POST", "clock", r#"{"advance": "-P1D"}"#, &["advance"]),
        (
            "POST",
            "clock",
            r#"{"advance_seconds": 9000000000000000000}"#,
            &["advance_seconds"],
        ),
        (
            "POST",
            "clock",
            r#"{"freeze": "soon", "now": 1}"#,
            &["freeze", "now"],
        ),
        ("PUT", "settings", r#"{"policy": "Guide"}"#, &["policy"]),
        (
            "PUT",
            "settings",
            r#"{"salt_replay": 1, "x": 2}"#,
            &["salt_replay", "x"],
        ),
        (
            "POST",
            "faults",
            r#"{"operation": "loans.no_such"}"#,
            &["operation"],
        ),
        (
            "POST",
            "faults",
            r#"{"times": 0, "skip": -1, "kind": "x"}"#,
            &["times", "skip", "kind"],
        ),
        (
            "POST",
            "faults",
            r#"{"status": 99, "headers": {"a b": "c"}}"#,
            &["status", "headers"],
        ),
        (
            "POST",
            "faults",
            r#"{"headers": {"content-length": "9"}}"#,
            &["headers"],
        ),
        (
            "POST",
            "faults",
            r#"{"reset": "before", "status": 500}"#,
            &["status"],
        ),
        ("POST", "faults", r#"{"act": false}"#, &["act"]),
        (
            "POST",
            "faults",
            r#"{"truncate": 1, "close_idle": true}"#,
            &["close_idle"],
        ),
        ("GET", "journal?operation=hello", "", &["operation"]),
        ("GET", "journal?op=testing.hello", "", &["op"]),
    ] {
        let answer = send(to, method, &format!("/_sandbox/{path}"), body).await;
        assert_eq!(answer.refused(), names, "{path} {body}");
    }
    assert_eq!(faults(to).await, json!([]));
}

#[tokio::test]
async fn settings_change_and_reset() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let path = "/_sandbox/settings";
    let usual = get(to, path).await.json();
    assert_eq!(usual["timing"], "guide");
    assert_eq!(usual["salt_replay"], "existing");
    // `policy` is what `timing` was called first.
    let changed = send(to, "PUT", path, r#"{"policy": "calendar"}"#)
        .await
        .json();
    assert_eq!(changed["timing"], "calendar");
    let both = r#"{"salt_replay": "refuse", "daily_rate": "0.07", "facility": 5}"#;
    let changed = send(to, "PUT", path, both).await.json();
    let mut expected = usual.clone();
    for (name, value) in [
        ("timing", json!("calendar")),
        ("salt_replay", json!("refuse")),
        ("daily_rate", json!("0.07")),
        ("facility", json!(5)),
    ] {
        expected[name] = value;
    }
    assert_eq!(changed, expected);
    assert_eq!(get(to, path).await.json(), expected);
    send(to, "POST", "/_sandbox/reset", "").await;
    assert_eq!(get(to, path).await.json(), usual);
}

#[tokio::test]
async fn a_connection_is_reset_before_or_after_acting() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(to, r#"{"operation": "testing.hello", "reset": "before"}"#).await;
    fault(to, r#"{"operation": "testing.hello", "reset": "after"}"#).await;
    for _ in 0..2 {
        let (bytes, end) = exchange(to, &request(to, "GET", "/hello", "", true)).await;
        assert_eq!(bytes, b"");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    assert_eq!(get(to, "/hello").await.text(), HELLO);
    assert_eq!(
        journal(to).await,
        json!([
            entry(None, false, true),
            entry(None, true, true),
            entry(Some(200), true, false)
        ])
    );
    assert_eq!(faults(to).await, json!([]));
}

#[tokio::test]
async fn an_answer_is_replaced_with_or_without_acting() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(
        to,
        r#"{"operation": "testing.hello", "status": 503, "body": "<p>busy</p>",
            "content_type": "text/html", "headers": {"Retry-After": "7"}}"#,
    )
    .await;
    fault(to, r#"{"status": 504, "act": true}"#).await;
    fault(to, r#"{"body": "[]"}"#).await;
    fault(to, r#"{"headers": {"x-extra": "1"}}"#).await;

    let busy = get(to, "/hello").await;
    assert_eq!((busy.status, busy.text()), (503, "<p>busy</p>"));
    assert!(busy.head.contains("content-type: text/html\r\n"));
    assert!(busy.head.contains("retry-after: 7"));
    let late = get(to, "/hello").await;
    assert_eq!((late.status, late.text()), (504, ""));
    let odd = get(to, "/hello").await;
    assert_eq!((odd.status, odd.text()), (200, "[]"));
    assert!(odd.head.contains("content-type: application/json"));
    let extra = get(to, "/hello").await;
    assert_eq!((extra.status, extra.text()), (200, HELLO));
    assert!(extra.head.contains("x-extra: 1"));
    assert_eq!(
        journal(to).await,
        json!([
            entry(Some(503), false, true),
            entry(Some(504), true, true),
            entry(Some(200), false, true),
            entry(Some(200), true, true),
        ])
    );
}

#[tokio::test]
async fn an_answer_is_truncated() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(to, r#"{"truncate": 5}"#).await;
    let (bytes, end) = exchange(to, &request(to, "GET", "/hello", "", true)).await;
    end.unwrap();
    let answer = Answer::of(&bytes);
    assert_eq!((answer.status, answer.text()), (200, &HELLO[..5]));
    assert!(
        answer
            .head
            .contains(&format!("content-length: {}", HELLO.len()))
    );
    assert!(answer.head.contains("content-type: text/plain"));
    assert_eq!(journal(to).await, json!([entry(Some(200), true, true)]));
}

#[tokio::test]
async fn an_idle_connection_is_closed_unannounced() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(to, r#"{"close_idle": true, "skip": 1}"#).await;
    let mut stream = TcpStream::connect(to).await.unwrap();
    let ask = request(to, "GET", "/hello", "", true);
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut first = Vec::new();
    while !first.ends_with(HELLO.as_bytes()) {
        assert_ne!(stream.read_buf(&mut first).await.unwrap(), 0);
    }
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut second = Vec::new();
    stream.read_to_end(&mut second).await.unwrap();
    let answer = Answer::of(&second);
    assert_eq!((answer.status, answer.text()), (200, HELLO));
    assert!(
        !answer.head.contains("connection: close"),
        "{}",
        answer.head
    );
}

#[tokio::test]
async fn an_answer_without_a_body_can_be_faulty_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let body = r#"{"business_identifier": {"identifier": "1"}, "scenario": "OK"}"#;
    let ask = request(to, "POST", "/sandbox/business-eligible", body, true);
    for kind in [r#"{"close_idle": true}"#, r#"{"truncate": 9}"#] {
        fault(to, kind).await;
        let (bytes, end) = exchange(to, &ask).await;
        end.unwrap();
        let answer = Answer::of(&bytes);
        assert_eq!((answer.status, answer.text()), (204, ""), "{kind}");
        assert!(!answer.head.contains("connection: close"), "{kind}");
        assert!(!answer.head.contains("content-length"), "{kind}");
    }
}

#[tokio::test]
async fn a_large_truncated_answer_arrives_as_far_as_it_goes() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let large = "x".repeat(1_000_000);
    let given = serde_json::json!({ "body": large, "truncate": 999_999 });
    fault(to, &given.to_string()).await;
    let body = "y".repeat(1_000_000);
    let (bytes, end) = exchange(to, &request(to, "POST", "/loans", &body, true)).await;
    end.unwrap();
    let answer = Answer::of(&bytes);
    assert!(answer.head.contains("content-length: 1000000"));
    assert_eq!(answer.body.len(), 999_999);
}

#[tokio::test]
async fn a_delayed_request_acts_though_the_client_hangs_up() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(to, r#"{"operation": "testing.hello", "delay_ms": 3600000}"#).await;
    let mut stream = TcpStream::connect(to).await.unwrap();
    let ask = request(to, "GET", "/hello", "", true);
    stream.write_all(ask.as_bytes()).await.unwrap();
    drop(stream);
    // Each look gives the server its turn.
    let mut requests = journal(to).await;
    while requests == json!([]) {
        requests = journal(to).await;
    }
    assert_eq!(requests, json!([entry(Some(200), true, true)]));
}

#[tokio::test]
async fn stop_ends_a_delay() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(to, r#"{"delay_ms": 3600000}"#).await;
    let delayed = tokio::spawn(async move { get(to, "/hello").await });
    while journal(to).await == json!([]) {}
    sandbox.stop().await;
    assert_eq!(delayed.await.unwrap().text(), HELLO);
}

#[tokio::test]
async fn faults_are_counted_listed_and_cleared() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(
        to,
        r#"{"operation": "loans.create", "status": 429, "times": null}"#,
    )
    .await;
    fault(to, r#"{"status": 503, "times": 2, "skip": 1}"#).await;
    let mut statuses = Vec::new();
    for path in ["/hello", "/hello", "/no/such/path"] {
        statuses.push(get(to, path).await.status);
    }
    statuses.push(send(to, "POST", "/loans", "{}").await.status);
    assert_eq!(statuses, [200, 503, 404, 429]);
    assert_eq!(
        faults(to).await,
        json!([
            {"operation": "loans.create", "times": null, "skip": 0, "status": 429},
            {"operation": null, "times": 1, "skip": 0, "status": 503},
        ])
    );
    assert_eq!(send(to, "DELETE", "/_sandbox/faults", "").await.status, 204);
    assert_eq!(faults(to).await, json!([]));
    assert_eq!(get(to, "/hello").await.status, 200);

    let only = get(to, "/_sandbox/journal?operation=loans.create")
        .await
        .json();
    assert_eq!(
        only["requests"],
        json!([{
            "operation": "loans.create", "method": "POST", "path": "/loans",
            "status": 429, "acted": false, "fault": true,
        }])
    );
}

#[tokio::test]
async fn reset_rewinds_the_seed() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(to, r#"{"operation": "loans.create", "status": 429}"#).await;
    let first = get(to, "/sandbox/iban-generator").await.json();
    assert_ne!(get(to, "/sandbox/iban-generator").await.json(), first);
    send(to, "POST", "/_sandbox/reset", "").await;
    assert_eq!(faults(to).await, json!([]));
    assert_eq!(journal(to).await, json!([]));
    assert_eq!(get(to, "/sandbox/iban-generator").await.json(), first);
}
