//! The client against a running sandbox.

use std::error::Error as _;

use defacto::{Client, Error, ErrorKind};
use defacto_sandbox::Sandbox;

// The sandbox takes any key of one word; this one has two.
const WRONG: &str = "wrong key-0123456789";

fn client(url: &str, key: &str) -> Result<Client, Error> {
    Client::builder().api_key(key).base_url(url).build()
}

#[tokio::test]
async fn greets() {
    let sandbox = Sandbox::start().await.unwrap();
    for key in ["sandbox", "Bearer sandbox"] {
        let answer = client(&sandbox.base_url(), key).unwrap().hello().await;
        assert!(!answer.unwrap().is_empty());
    }
    sandbox.stop().await;
}

#[test]
fn unusable_keys_name_the_field_and_the_fix() {
    for (key, fix) in [
        ("", "DEFACTO_API_KEY"),
        ("Bearer ", "DEFACTO_API_KEY"),
        ("secret-12345\n", "remove line breaks"),
        ("sécret-12345", "copy it again"),
    ] {
        let error = client("http://127.0.0.1:1", key).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let shown = error.to_string();
        assert!(shown.contains("api_key") && shown.contains(fix), "{shown}");
        assert!(!shown.contains("cret-12345"), "{shown}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_unauthenticated_and_never_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = Client::builder()
        .api_key(WRONG)
        .base_url(sandbox.base_url());
    assert!(!format!("{builder:?}").contains(WRONG));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?}").contains(WRONG));
    let error = client.hello().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.status(), Some(401));
    assert_eq!(
        error.operation().map(ToString::to_string).as_deref(),
        Some("testing.hello")
    );
    assert!(!error.is_retryable() && !error.is_outcome_unknown());
    assert!(error.to_string().contains("api_key"), "{error}");
    assert!(!format!("{error} {error:?} {error:#?}").contains(WRONG));
    sandbox.stop().await;
}

#[tokio::test]
async fn a_refused_connection_is_a_connection_error() {
    // Bound and dropped: nobody listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&url, WRONG).unwrap().hello().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.status(), None);
    assert!(error.is_retryable());
    let mut shown = format!("{error} {error:?}");
    let mut next = error.source();
    assert!(next.is_some());
    while let Some(source) = next {
        shown.push_str(&format!("{source} {source:?}"));
        next = source.source();
    }
    assert!(!shown.contains(WRONG), "{shown}");
}
