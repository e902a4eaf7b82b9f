//! Several accounts, and what a simulator begins with.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod support;

use std::net::SocketAddr;

use defacto_sandbox::Sandbox;
use serde_json::{Value, json};
use support::{Answer, exchange, get, request, send};

async fn with_key(to: SocketAddr, key: &str, method: &str, path: &str, body: &str) -> Answer {
    let text = request(to, method, path, body, false).replace("Bearer k", &format!("Bearer {key}"));
    let (bytes, end) = exchange(to, &text).await;
    end.unwrap();
    Answer::of(&bytes)
}

async fn borrower(to: SocketAddr, key: &str) -> Value {
    let body = json!({ "identifier": "899021021", "identifier_type": "siren" }).to_string();
    let answer = with_key(to, key, "POST", "/borrowers", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn two() -> Sandbox {
    let builder = Sandbox::builder().account("anna", "ka").unwrap();
    builder
        .account("bert", "kb")
        .unwrap()
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn each_key_sees_its_own_books() {
    let sandbox = two().await;
    let to = sandbox.address();
    let made = borrower(to, "ka").await;
    let path = format!("/borrower/{}", made["id"].as_str().unwrap());
    assert_eq!(with_key(to, "ka", "GET", &path, "").await.status, 200);
    // Another account's thing is as one that never was.
    assert_eq!(with_key(to, "kb", "GET", &path, "").await.status, 404);
    let count =
        async |key| with_key(to, key, "GET", "/borrowers", "").await.json()["count"].clone();
    assert_eq!(count("ka").await, json!(1));
    assert_eq!(count("kb").await, json!(0));
    // The same company can be in both.
    assert_ne!(borrower(to, "kb").await["id"], made["id"]);
    let unknown = with_key(to, "kc", "GET", "/borrowers", "").await;
    assert_eq!(unknown.status, 401);
    assert!(unknown.head.contains("www-authenticate: bearer"));
    assert!(!unknown.text().contains("kc"));
}

#[tokio::test]
async fn control_requests_are_for_one_account_and_share_the_clock() {
    let sandbox = two().await;
    let to = sandbox.address();
    let path = "/_sandbox/settings?account=bert";
    send(to, "PUT", path, r#"{"facility": 7}"#).await;
    let facility = async |path| get(to, path).await.json()["facility"].clone();
    assert_eq!(facility(path).await, json!(7));
    assert_eq!(facility("/_sandbox/settings").await, json!(20_000_000));
    assert_eq!(
        facility("/_sandbox/settings?account=anna").await,
        json!(20_000_000)
    );
    assert_eq!(get(to, "/_sandbox/settings?account=carl").await.status, 404);

    borrower(to, "kb").await;
    let requests = async |path| get(to, path).await.json()["requests"].clone();
    let listed = requests("/_sandbox/journal?operation=borrowers.create&account=bert").await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(requests("/_sandbox/journal").await, json!([]));

    let freeze = r#"{"freeze": "2230-01-01T00:00:00Z"}"#;
    send(to, "POST", "/_sandbox/clock?account=bert", freeze).await;
    let now = get(to, "/_sandbox/clock").await.json()["now"].clone();
    assert!(now.as_str().unwrap().starts_with("2230"));
}

#[tokio::test]
async fn accounts_come_and_go_and_keys_have_permissions() {
    let sandbox = two().await;
    let to = sandbox.address();
    let carl = json!({ "name": "carl", "key": "kc", "permissions": ["borrowers.*"] }).to_string();
    let added = send(to, "POST", "/_sandbox/accounts", &carl).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert!(!added.text().contains("kc"));
    assert_eq!(
        with_key(to, "kc", "GET", "/borrowers", "").await.status,
        200
    );
    let refused = with_key(to, "kc", "GET", "/loans", "").await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(
        send(to, "POST", "/_sandbox/accounts", &carl)
            .await
            .refused(),
        ["name"]
    );
    let bad = r#"{"name": "a b", "permissions": ["nothing.*"]}"#;
    let bad = send(to, "POST", "/_sandbox/accounts", bad).await;
    assert_eq!(bad.refused(), ["name", "permissions", "key"]);
    send(to, "POST", "/_sandbox/reset", "").await;
    assert_eq!(
        with_key(to, "kc", "GET", "/borrowers", "").await.status,
        401
    );
    assert_eq!(
        with_key(to, "kb", "GET", "/borrowers", "").await.status,
        200
    );
}

#[tokio::test]
async fn begins_as_it_was_set_up_and_resets_to_that() {
    let toml = r#"
        [policy]
        timing = "calendar"
        daily_rate = "0.07"
        state_conflict_status = 409
        largest_body = 2000

        [[faults]]
        preset = "busy"
        operation = "testing.hello"
    "#;
    let sandbox = Sandbox::builder()
        .config(toml)
        .unwrap()
        .start()
        .await
        .unwrap();
    let to = sandbox.address();
    for _ in 0..2 {
        assert_eq!(
            get(to, "/_sandbox/settings").await.json()["timing"],
            "calendar"
        );
        let busy = get(to, "/hello").await;
        assert_eq!(busy.status, 503);
        assert!(busy.head.contains("retry-after: 1"));
        assert_eq!(get(to, "/hello").await.status, 200);
        send(to, "POST", "/_sandbox/reset", "").await;
    }
    let large = format!(r#"{{"name": "{}"}}"#, "x".repeat(3000));
    let large = send(to, "POST", "/borrowers", &large).await;
    assert_eq!(large.status, 413, "{}", large.text());

    let wrong = "[policy]\nno_such = 1\n[[faults]]\nstatus = 99\n[other]\n";
    let error = Sandbox::builder().config(wrong).unwrap_err().to_string();
    for part in [
        "no_such is no policy; there are timing",
        "faults[0].status",
        "other",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(
        Sandbox::builder()
            .policy("timing", "soon")
            .unwrap_err()
            .to_string()
            .contains("guide or calendar")
    );
}

#[tokio::test]
async fn a_conflict_has_the_status_the_policy_says() {
    let builder = Sandbox::builder()
        .policy("state_conflict_status", "409")
        .unwrap();
    let sandbox = builder
        .policy("largest_table", "12")
        .unwrap()
        .demo(true)
        .start()
        .await
        .unwrap();
    let to = sandbox.address();
    let loans = get(to, "/loans").await.json()["data"].clone();
    let declined = loans.as_array().unwrap().first().unwrap()["id"].clone();
    let cancel = format!("/loan/{}/cancel", declined.as_str().unwrap());
    send(to, "POST", &cancel, "").await;
    let twice = send(to, "POST", &cancel, "").await;
    assert_eq!(twice.status, 409, "{}", twice.text());
    assert_eq!(twice.json()["status"], 409);
    let mut statuses = Vec::new();
    for number in 0..9 {
        let body = json!({ "identifier": format!("89902102{number}"), "identifier_type": "siren" });
        statuses.push(
            send(to, "POST", "/borrowers", &body.to_string())
                .await
                .status,
        );
    }
    assert_eq!(statuses.last(), Some(&422));
}

#[tokio::test]
async fn the_demo_has_loans_in_many_states_and_comes_back() {
    let sandbox = Sandbox::builder().demo(true).start().await.unwrap();
    let to = sandbox.address();
    for _ in 0..2 {
        let loans = get(to, "/loans?page_size=50").await.json()["data"].clone();
        let mut statuses: Vec<_> = loans
            .as_array()
            .unwrap()
            .iter()
            .map(|loan| loan["status"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(statuses.len(), 8);
        statuses.sort_unstable();
        statuses.dedup();
        assert!(statuses.len() >= 5, "{statuses:?}");
        assert_eq!(
            get(to, "/_sandbox/journal").await.json()["requests"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        send(to, "POST", "/_sandbox/reset", "").await;
    }
}
