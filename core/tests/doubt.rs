//! Once an answer was lost, nothing that comes after makes the outcome known.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::future::IntoFuture as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use defacto::hook::Stage;
use defacto::transport::FailureKind::{Lost, TooLarge};
use defacto::types::{CreateCounterparty, CreateLoan, SetRepaymentTerms, UpdateLoan};
use defacto::{ClientBuilder, Creation};
use serde_json::json;
use support::{Script, days_from_now};

const QUICK: Duration = Duration::from_millis(1);

fn quick(script: &Script) -> ClientBuilder {
    script.builder().backoff(QUICK, QUICK).local_checks(false)
}

fn status(status: u16) -> Result<(u16, String), defacto::transport::FailureKind> {
    Ok((status, String::new()))
}

fn body(text: &str) -> Result<(u16, String), defacto::transport::FailureKind> {
    Ok((200, text.to_owned()))
}

#[tokio::test]
async fn whatever_comes_after_a_lost_creation() {
    for after in [status(401), status(403), status(429), Err(TooLarge)] {
        let script = Script::new([Err(Lost), after]);
        let client = quick(&script).retries(1).build().unwrap();
        let error = client.loans().create(&CreateLoan::new()).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(error.attempts(), 2);
        assert!(error.recovery().unwrap().contains(error.salt_id().unwrap()));
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_again() {
    let script = Script::new([Err(Lost), status(401)]);
    let reads = AtomicU32::new(0);
    let client = quick(&script)
        .api_key_callback(move || match reads.fetch_add(1, Ordering::Relaxed) {
            0 => Ok("first-key-01234".to_owned()),
            _ => Err("vault is sealed".into()),
        })
        .build()
        .unwrap();
    let error = client.loans().create(&CreateLoan::new()).await.unwrap_err();
    assert!(
        error.is_outcome_unknown() && error.salt_id().is_some(),
        "{error}"
    );
}

#[tokio::test]
async fn a_change_that_may_be_repeated_and_is_then_refused() {
    let script = Script::new([Err(Lost), status(422)]);
    let client = quick(&script).build().unwrap();
    let error = client
        .loans()
        .update("l1", &UpdateLoan::new())
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    // Only lost, it may simply be sent again.
    let script = Script::new([Err(Lost), Err(Lost), Err(Lost)]);
    let client = quick(&script).build().unwrap();
    let error = client
        .loans()
        .update("l1", &UpdateLoan::new())
        .await
        .unwrap_err();
    assert!(error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_creation_after_a_lost_one_does_not_say_which() {
    let script = Script::new([Err(Lost), body(r#"{"id":"c1"}"#)]);
    let client = quick(&script).build().unwrap();
    let made = client
        .counterparties()
        .create(&CreateCounterparty::new())
        .await
        .unwrap();
    assert_eq!(made.creation(), Creation::Unstated);
}

#[tokio::test]
async fn repayment_terms_are_read_before_they_are_sent_again() {
    let day = days_from_now(3);
    let asked = |account: bool| -> SetRepaymentTerms {
        let mut terms = json!({"loan_id": "AB", "repayment_date": day, "repayment_method": "SCT"});
        if account {
            terms["sct"] = json!({"to_account": {}});
        }
        serde_json::from_value(json!({"repayment_terms": [terms]})).unwrap()
    };
    let loan = |date: &str, method: &str| {
        body(&format!(
            r#"{{"data":[{{"id":"ab","status":"TO_REPAY","to_repay_at":"{date}","repayment_method":"{method}"}}]}}"#
        ))
    };
    let now = day.to_string();
    // Done, with what was read as the answer.
    let script = Script::new([Err(Lost), loan(&now, "SCT")]);
    let client = quick(&script).build().unwrap();
    let page = client
        .loans()
        .set_repayment_terms(&asked(false))
        .await
        .unwrap();
    assert_eq!(page.data.len(), 1);
    // Not done, so it is sent again.
    let script = Script::new([Err(Lost), loan(&now, "DIRECT_DEBIT"), loan(&now, "SCT")]);
    let client = quick(&script).build().unwrap();
    client
        .loans()
        .set_repayment_terms(&asked(false))
        .await
        .unwrap();
    assert_eq!(script.urls().len(), 3);
    // An account cannot be compared.
    let script = Script::new([Err(Lost), loan(&now, "SCT")]);
    let client = quick(&script).build().unwrap();
    let error = client
        .loans()
        .set_repayment_terms(&asked(true))
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn a_removal_is_found_in_any_case() {
    let script = Script::new([Err(Lost), body(r#"{"data":[{"id":"aabb"}]}"#), status(204)]);
    let client = quick(&script).build().unwrap();
    client.webhooks().delete("AABB").await.unwrap();
    assert_eq!(script.urls().len(), 3, "it was there still");
}

#[tokio::test]
async fn a_call_dropped_in_doubt_is_told_of() {
    // A wait between two attempts is a random part of its backoff, and once in a
    // thousand times over before the test looks: then the next is lost too.
    let lost = || Script::new([Err(Lost), Err(Lost), Err(Lost)]);
    for (script, method, told) in [(lost(), "create", true), (lost(), "get", false)] {
        let abandoned = Arc::new(Mutex::new(Vec::new()));
        let seen = abandoned.clone();
        let client = quick(&script)
            .backoff(Duration::from_secs(50), Duration::from_secs(50))
            .on_event(move |event| {
                if let Stage::Abandoned { salt_id, .. } = event.stage {
                    seen.lock().unwrap().push(salt_id.map(str::to_owned));
                }
            })
            .build()
            .unwrap();
        let wait = Duration::from_millis(50);
        if method == "create" {
            let call = client.loans().create(&CreateLoan::new());
            let ended = tokio::time::timeout(wait, call.into_future()).await;
            assert!(ended.is_err(), "it waits between two attempts");
        } else {
            let ended = tokio::time::timeout(wait, client.loans().get("l1").into_future()).await;
            assert!(ended.is_err());
        }
        let abandoned = abandoned.lock().unwrap();
        assert_eq!(abandoned.len(), usize::from(told), "{method}");
        assert!(abandoned.iter().all(Option::is_some));
    }
}
