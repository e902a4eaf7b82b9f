//! Faults beyond the plain ones: patterns, chance, rates, changed answers,
//! slow bodies, wrong clocks and presets.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod support;

use std::net::SocketAddr;

use defacto_sandbox::Sandbox;
use serde_json::{Value, json};
use support::{Answer, exchange, get, request, send};

const HELLO: &str = "Hello from the Defacto sandbox";

async fn fault(to: SocketAddr, fault: Value) {
    let answer = send(to, "POST", "/_sandbox/faults", &fault.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

async fn clock(to: SocketAddr, change: Value) {
    let answer = send(to, "POST", "/_sandbox/clock", &change.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn a_pattern_means_operations_or_paths() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(
        to,
        json!({"operation": "loans.*", "status": 500, "times": null}),
    )
    .await;
    fault(
        to,
        json!({"operation": "GET /payments*", "status": 501, "times": null}),
    )
    .await;
    for (path, status) in [
        ("/loans", 500),
        ("/loan/1", 500),
        ("/invoices", 200),
        ("/payments?page_size=1", 501),
        ("/hello", 200),
    ] {
        assert_eq!(get(to, path).await.status, status, "{path}");
    }
    let refused = send(
        to,
        "POST",
        "/_sandbox/faults",
        r#"{"operation": "lo*.never"}"#,
    )
    .await;
    assert_eq!(refused.refused(), ["operation"]);
}

#[tokio::test]
async fn chance_comes_again_with_the_seed() {
    let draw = async |sandbox: &Sandbox| {
        let to = sandbox.address();
        fault(to, json!({"status": 503, "probability": 0.5})).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(get(to, "/hello").await.status);
        }
        statuses
    };
    let sandbox = Sandbox::builder().seed(4).start().await.unwrap();
    let first = draw(&sandbox).await;
    let failed = first.iter().filter(|status| **status == 503).count();
    assert!((8..32).contains(&failed), "{failed}");
    send(sandbox.address(), "POST", "/_sandbox/reset", "").await;
    assert_eq!(draw(&sandbox).await, first);
    let other = Sandbox::builder().seed(5).start().await.unwrap();
    assert_ne!(draw(&other).await, first);
}

#[tokio::test]
async fn a_rate_is_limited_by_the_simulators_clock() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    clock(to, json!({"freeze": "2230-01-01T00:00:00Z"})).await;
    fault(to, json!({"rate": {"requests": 2, "seconds": 60}})).await;
    for _ in 0..2 {
        assert_eq!(get(to, "/hello").await.status, 200);
    }
    clock(to, json!({"advance_seconds": 45})).await;
    let limited = get(to, "/hello").await;
    assert_eq!(limited.status, 429);
    assert!(limited.head.contains("retry-after: 15"), "{}", limited.head);
    clock(to, json!({"advance_seconds": 15})).await;
    assert_eq!(get(to, "/hello").await.status, 200);
}

#[tokio::test]
async fn a_real_answer_is_changed_in_places() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    send(
        to,
        "POST",
        "/borrowers",
        r#"{"identifier": "899021021", "identifier_type": "siren"}"#,
    )
    .await;
    let usual = get(to, "/borrowers").await.json();
    fault(to, json!({"preset": "unknown_values", "times": 1})).await;
    let mut changed = get(to, "/borrowers").await;
    let length = format!("content-length: {}\r\n", changed.body.len());
    assert!((changed.head.clone() + "\r\n").contains(&length));
    let first = &changed.json()["data"][0];
    assert_eq!(first["status"], "NOT_YET_INVENTED");
    assert_eq!(first["from_the_future"], json!({"a": [1]}));
    assert_eq!(first["id"], usual["data"][0]["id"]);
    // A refusal is left as it is, and so is what is no JSON.
    fault(to, json!({"set": {"/status": 1}, "times": 2})).await;
    changed = get(to, "/loan/1").await;
    assert_eq!(changed.json()["status"], 404);
    assert_eq!(get(to, "/hello").await.text(), HELLO);
}

#[tokio::test]
async fn a_body_can_be_slow_and_a_clock_wrong() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    fault(
        to,
        json!({"slow": {"bytes": 7, "pause_ms": 1}, "clock_skew_seconds": -86_400}),
    )
    .await;
    let (bytes, end) = exchange(to, &request(to, "GET", "/hello", "", false)).await;
    end.unwrap();
    let slow = Answer::of(&bytes);
    assert_eq!(slow.text(), HELLO);
    assert!(
        slow.head
            .contains(&format!("content-length: {}", HELLO.len()))
    );
    let dates = slow.head.matches("\r\ndate: ").count();
    assert_eq!(dates, 1);
    let date = |answer: &Answer| {
        let (_, rest) = answer.head.split_once("\r\ndate: ").unwrap();
        let text = rest.split("\r\n").next().unwrap().to_owned();
        jiff::fmt::rfc2822::parse(&text.replace("gmt", "GMT"))
            .unwrap()
            .timestamp()
    };
    let usual = date(&get(to, "/hello").await);
    let behind = usual.duration_since(date(&slow)).as_secs();
    assert!((86_400..86_460).contains(&behind), "{behind}");
}

#[tokio::test]
async fn presets_do_what_they_say() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (preset, status, content_type, body) in [
        ("html", 502, "text/html", "<html>"),
        ("html_success", 200, "text/html", "<html>"),
        ("wrong_content_type", 200, "text/plain", HELLO),
        (
            "server_error",
            500,
            "application/problem+json",
            r#"{"type""#,
        ),
        ("gateway_timeout", 504, "text/html", "<html>"),
    ] {
        fault(to, json!({"preset": preset, "operation": "testing.hello"})).await;
        let answer = get(to, "/hello").await;
        assert_eq!(answer.status, status, "{preset}");
        assert!(
            answer
                .head
                .contains(&format!("content-type: {content_type}")),
            "{preset}"
        );
        assert!(
            answer.text().starts_with(body),
            "{preset}: {}",
            answer.text()
        );
    }
    fault(to, json!({"preset": "expired_key", "skip": 1})).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(get(to, "/hello").await.status);
    }
    assert_eq!(statuses, [200, 401, 401]);
    let unknown = send(to, "POST", "/_sandbox/faults", r#"{"preset": "chaos"}"#).await;
    assert_eq!(unknown.refused(), ["preset"]);
    assert!(unknown.text().contains("rate_limit"));
}
