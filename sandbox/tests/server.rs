//! The simulator over a real connection, in plain HTTP.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use defacto_sandbox::{Sandbox, scenario_of};
use defacto_types::{Scenario, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The detail of a problem document that agrees with the status.
    fn detail(&self) -> String {
        assert!(
            self.head.contains("content-type: application/problem+json"),
            "{}",
            self.head
        );
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string());
        problem["detail"].as_str().unwrap().to_owned()
    }
}

async fn send(to: SocketAddr, method: &str, path: &str, authorization: Option<&str>) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n");
    if let Some(value) = authorization {
        request.push_str(&format!("authorization: {value}\r\n"));
    }
    request.push_str("content-length: 0\r\n\r\n");
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

const KEY: Option<&str> = Some("Bearer secret-key");

#[tokio::test]
async fn hello_greets_who_has_a_key() {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = send(sandbox.address(), "GET", "/hello", KEY).await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: text/plain"));
    assert!(!answer.body.is_empty());
}

#[tokio::test]
async fn no_key_is_refused_everywhere() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/hello", "/no/such/path"] {
        for authorization in [None, Some("Bearer "), Some("Bearer Bearer secret-key")] {
            let answer = send(sandbox.address(), "GET", path, authorization).await;
            assert_eq!(answer.status, 401, "{path} {authorization:?}");
            assert!(answer.head.contains("www-authenticate: bearer"));
            assert!(!answer.detail().contains("secret-key"));
        }
    }
}

async fn generated_iban(to: SocketAddr, query: &str) -> String {
    let path = format!("/sandbox/iban-generator{query}");
    let answer = send(to, "GET", &path, KEY).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["iban"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn generates_a_new_iban_each_time() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let first = generated_iban(to, "").await;
    assert!(first.starts_with("FR"));
    assert_eq!(first.len(), 27);
    assert_eq!(scenario_of(&first), Scenario::Success);
    assert_ne!(generated_iban(to, "").await, first);

    let german = generated_iban(to, "?country=DEU&scenario=FAIL").await;
    assert!(german.starts_with("DE"));
    assert_eq!(scenario_of(&german), Scenario::Fail);
}

#[tokio::test]
async fn a_seed_fixes_what_is_generated() {
    let mut ibans = Vec::new();
    for seed in [0, 7, 7] {
        let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
        ibans.push(generated_iban(sandbox.address(), "").await);
    }
    assert_ne!(ibans[0], ibans[1]);
    assert_eq!(ibans[1], ibans[2]);
}

#[tokio::test]
async fn the_iban_generator_names_what_it_refuses() {
    let sandbox = Sandbox::start().await.unwrap();
    for (query, refused) in [
        ("scenario=NO_SUCH", &["scenario"][..]),
        ("country=FR", &["country"]),
        ("country=&scenario=success", &["country", "scenario"]),
    ] {
        let path = format!("/sandbox/iban-generator?{query}");
        let answer = send(sandbox.address(), "GET", &path, KEY).await;
        assert_eq!(answer.status, 422, "{query}");
        answer.detail();
        let problem = answer.json();
        let params = problem["invalid_params"].as_array().unwrap();
        let names: Vec<_> = params.iter().map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(names, refused);
        assert!(params.iter().all(|p| p["reason"].is_string()));
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (method, path, key, status) in [
        ("GET", "/no/such/path", KEY, 404),
        ("DELETE", "/hello", KEY, 405),
        ("GET", "/_sandbox/nothing", None, 404),
        ("GET", "/_sandbox", None, 404),
        ("GET", "/_sandbox/reset", None, 405),
    ] {
        let answer = send(to, method, path, key).await;
        assert_eq!(answer.status, status, "{method} {path}");
        answer.detail();
    }
}

#[tokio::test]
async fn health_needs_no_key() {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = send(sandbox.address(), "GET", "/_sandbox/health", None).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["status"], "ok");
    assert_eq!(answer.json()["connections"], 1);
}

#[tokio::test]
async fn the_journal_records_and_reset_empties_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    send(to, "GET", "/hello?token=in-the-query", KEY).await;
    send(to, "GET", "/hello", None).await;
    send(to, "GET", "/no/such/path", KEY).await;

    let journal = send(to, "GET", "/_sandbox/journal", None).await;
    assert_eq!(
        journal.json(),
        serde_json::json!({"requests": [
            {"operation": "testing.hello", "method": "GET", "path": "/hello", "status": 200,
             "acted": true, "fault": false},
            {"operation": "testing.hello", "method": "GET", "path": "/hello", "status": 401,
             "acted": false, "fault": false},
            {"operation": null, "method": "GET", "path": "/no/such/path", "status": 404,
             "acted": false, "fault": false},
        ], "next": 3})
    );
    assert!(!journal.body.contains("secret-key"));

    let reset = send(to, "POST", "/_sandbox/reset", None).await;
    assert_eq!(reset.status, 204);
    let journal = send(to, "GET", "/_sandbox/journal", None).await;
    assert_eq!(journal.body, r#"{"next":0,"requests":[]}"#);
}

#[tokio::test]
async fn stop_frees_the_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    assert_eq!(sandbox.base_url(), format!("http://{address}"));
    assert_eq!(sandbox.control_url(), format!("http://{address}/_sandbox"));
    assert_eq!(send(address, "GET", "/hello", KEY).await.status, 200);

    sandbox.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
    let again = Sandbox::builder().listen(address).start().await.unwrap();
    assert_eq!(send(address, "GET", "/hello", KEY).await.status, 200);
    again.stop().await;
}

#[tokio::test]
async fn stop_does_not_hang_on_an_idle_connection() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut idle = TcpStream::connect(sandbox.address()).await.unwrap();
    idle.write_all(b"GET /_sandbox/health HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 1];
    idle.read_exact(&mut first).await.unwrap();
    sandbox.stop().await;
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn stop_does_not_hang_on_a_silent_connection() {
    let sandbox = Sandbox::start().await.unwrap();
    let _silent = TcpStream::connect(sandbox.address()).await.unwrap();
    // Accepted after the silent one, so that one has been accepted too.
    send(sandbox.address(), "GET", "/_sandbox/health", None).await;
    let started = Instant::now();
    sandbox.stop().await;
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn drop_frees_the_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    drop(sandbox);
    // The runtime drops the aborted task when it next gets its turn.
    tokio::task::yield_now().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_large_body_is_answered_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (path, status) in [("/hello", 405), ("/no/such/path", 404)] {
        let body = vec![b'x'; 3 << 20];
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer k\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")));
        if status == 405 {
            assert!(answer.contains("allow: GET"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = Sandbox::builder()
        .listen(address)
        .start()
        .await
        .unwrap_err();
    assert_eq!(error.address(), address);
    assert!(error.to_string().contains(&address.to_string()));
}
