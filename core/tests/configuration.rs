//! How a client is set up, and what its requests then carry.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::transport::Outgoing;
use defacto::types::ListLoans;
use defacto::{Client, Environment, ErrorKind};
use support::{KEY, Script};

fn header<'a>(request: &'a Outgoing, name: &str) -> &'a str {
    request.headers[name].to_str().unwrap()
}

#[tokio::test]
async fn every_request_carries_the_clients_headers() {
    let script = Script::pages(&["[]", "{}"]);
    let client = script
        .builder()
        .application("Shop", "1.2")
        .header("X-Team", "loans")
        .build()
        .unwrap();
    client.loans().list(&ListLoans::new()).await.unwrap();
    let borrowers = client.borrowers();
    borrowers
        .deactivate("b1")
        .header("X-Team", "one call")
        .await
        .unwrap();
    let sent = script.sent();
    assert_eq!(header(&sent[0], "authorization"), format!("Bearer {KEY}"));
    assert!(sent[0].headers["authorization"].is_sensitive());
    let agent = header(&sent[0], "user-agent");
    assert!(agent.starts_with("defacto-rust/") && agent.ends_with(" Shop/1.2"));
    assert_eq!(header(&sent[0], "x-team"), "loans");
    assert_eq!(header(&sent[1], "x-team"), "one call");
    assert!(!sent[1].headers.contains_key("content-type"));
}

#[test]
fn settings_that_cannot_be_used_name_themselves() {
    let base = || {
        Client::builder()
            .api_key(KEY)
            .environment(Environment::Sandbox)
    };
    for (builder, word) in [
        (base().proxy("::"), "proxy"),
        (base().extra_certificates("no PEM"), "extra_certificates"),
        (base().header("a b", "c"), "header name"),
        (base().header("x-a", "line\nbreak"), "x-a"),
        (base().header("authorization", "Bearer other"), "api_key"),
        (base().application("a\n", "1"), "application"),
        (base().api_key_file("no/such/file"), "api_key_file"),
        (
            base().api_key_callback(|| Err("vault is sealed".into())),
            "api_key_callback",
        ),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{word}");
        assert!(error.to_string().contains(word), "{word}: {error}");
        assert!(!format!("{error:?}").contains(KEY));
    }
}

#[test]
fn a_key_file_may_end_with_a_line_break() {
    let path = std::env::temp_dir().join(format!("defacto-key-{}", std::process::id()));
    std::fs::write(&path, format!("{KEY}\r\n")).unwrap();
    let built = Client::builder()
        .api_key_file(&path)
        .environment(Environment::Production)
        .build();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(built.unwrap().base_url(), "https://api.getdefacto.com");
}

#[tokio::test]
async fn two_clients_never_mix_their_keys() {
    let script = Script::pages(&["[]", "[]"]);
    let first = script.client();
    let second = script
        .builder()
        .api_key("another-key-0123")
        .build()
        .unwrap();
    first.loans().list(&ListLoans::new()).await.unwrap();
    second.loans().list(&ListLoans::new()).await.unwrap();
    let sent = script.sent();
    assert_eq!(header(&sent[0], "authorization"), format!("Bearer {KEY}"));
    assert_eq!(header(&sent[1], "authorization"), "Bearer another-key-0123");
}
