//! Lists in the API's three shapes.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::types::{ListLoans, LoanStatus};
use defacto::{ErrorKind, List};
use support::Script;

fn loan(id: &str) -> String {
    format!(r#"{{"id":"{id}","status":"TO_REPAY"}}"#)
}

fn page(ids: &[&str], next: &str) -> String {
    let loans: Vec<_> = ids.iter().map(|id| loan(id)).collect();
    format!(
        r#"{{"data":[{}],"count":{},"page_size":2,"next_page":{next},"total":1}}"#,
        loans.join(","),
        ids.len()
    )
}

fn repaying() -> ListLoans {
    ListLoans::new()
        .status([LoanStatus::ToRepay, LoanStatus::Closed])
        .page_size(2)
}

#[tokio::test]
async fn follows_both_forms_of_cursor_and_keeps_the_filters() {
    let script = Script::pages(&[
        &page(&["a", "b"], r#""/loans?page_size=9&cursor=15_10""#),
        &page(&["c"], r#""t/2==""#),
        &page(&[], r#""https://other.example/loans?cursor=x""#),
        &page(&["d"], "null"),
    ]);
    let loans = script.client().loans();
    let all = loans.list(&repaying()).items().collect().await.unwrap();
    let ids: Vec<_> = all.iter().map(|loan| loan.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    let urls = script.urls();
    let cursors = ["", "&cursor=15_10", "&cursor=t%2F2%3D%3D", "&cursor=x"];
    assert_eq!(urls.len(), cursors.len());
    for (url, cursor) in urls.iter().zip(cursors) {
        let rest = url.strip_prefix("https://api.example/loans?").unwrap();
        assert!(rest.contains("status=TO_REPAY&status=CLOSED"), "{url}");
        assert!(rest.contains("page_size=2"), "{url}");
        assert!(rest.ends_with(cursor), "{url}");
        assert_eq!(
            url.matches("cursor=").count(),
            usize::from(!cursor.is_empty())
        );
    }
}

#[tokio::test]
async fn goes_on_from_a_stored_cursor() {
    let script = Script::pages(&[
        &page(&["a"], r#""one""#),
        &page(&["b"], r#""two""#),
        &page(&["c"], "null"),
    ]);
    let client = script.client();
    let mut pages = client.loans().list(&repaying()).pages();
    assert_eq!(pages.cursor(), None);
    pages.next().await.unwrap().unwrap();
    let cursor = pages.cursor().unwrap().to_owned();
    assert_eq!(cursor, "one");
    drop(pages);
    let mut pages = client.loans().list(&repaying()).from_cursor(cursor).pages();
    assert_eq!(pages.cursor(), Some("one"));
    let rest = pages.next().await.unwrap().unwrap();
    assert_eq!(rest.data[0].id.as_str(), "b");
    pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.is_none() && pages.cursor().is_none());
}

#[tokio::test]
async fn a_failed_page_can_be_asked_for_again() {
    let script = Script::new([
        Ok((200, page(&["a"], r#""one""#))),
        Ok((500, String::new())),
        Ok((200, page(&["b"], "null"))),
    ]);
    let client = script.builder().retries(0).build().unwrap();
    let mut items = client.loans().list(&repaying()).items();
    assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), "a");
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(items.next().await.unwrap().unwrap().id.as_str(), "b");
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn a_list_ends_with_an_error_that_stays() {
    let script = Script::new([Ok((403, String::new()))]);
    let mut items = script.client().loans().list(&repaying()).items();
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn what_is_no_page_is_no_empty_list() {
    for body in ["{}", r#"{"detail":"maintenance"}"#, r#"{"loans":[]}"#, "1"] {
        let script = Script::pages(&[body]);
        let list = script.client().loans().list(&repaying()).items();
        let error = list.collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test]
async fn a_list_that_leads_back_ends_in_an_error() {
    for loops in [&["one", "one"][..], &["one", "two", "one"]] {
        let mut bodies: Vec<_> = loops
            .iter()
            .map(|cursor| page(&["a"], &format!(r#""{cursor}""#)))
            .collect();
        let texts: Vec<&str> = bodies.iter().map(String::as_str).collect();
        let mut pages = Script::pages(&texts)
            .client()
            .loans()
            .list(&repaying())
            .pages();
        bodies.pop();
        for _ in &bodies {
            pages.next().await.unwrap().unwrap();
        }
        let error = pages.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(error.to_string().contains("loans.list"), "{error}");
        assert!(pages.next().await.is_none());
    }
}

#[tokio::test]
async fn a_next_page_without_a_cursor_ends_the_list() {
    let first = page(&["a"], r#""/loans?page_size=2""#);
    let script = Script::pages(&[&first]);
    let mut pages = script.client().loans().list(&repaying()).pages();
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
    // Not the same page again.
    assert!(pages.next().await.is_none());
    assert_eq!(script.urls().len(), 1);
}

#[tokio::test]
async fn bare_arrays_and_cursorless_envelopes_are_lists_too() {
    let script = Script::pages(&[
        r#"[{"id":"c1","status":"active"},{"id":"c2","status":"inactive"}]"#,
        r#"{"data":[{"id":"w1","url":"https://a.example"}],"count":1,"page_size":100}"#,
        r#"{"count":0,"page_size":100}"#,
    ]);
    let client = script.client();
    let cards = client.cards().list().items().collect().await.unwrap();
    assert_eq!(cards.len(), 2);
    let hooks = client.webhooks().list().items().collect().await.unwrap();
    assert_eq!(hooks[0].id.as_str(), "w1");
    // `data` is not required.
    assert!(client.webhooks().list().await.unwrap().data.is_empty());
}

#[test]
fn a_blocking_list_is_an_iterator() {
    let script = Script::pages(&[&page(&["a"], r#""one""#), &page(&["b"], "null")]);
    let client = script.builder().build_blocking().unwrap();
    let list: List<_, _> = client.loans().list(&repaying());
    let ids: Vec<String> = list
        .items()
        .map(|loan| loan.unwrap().id.to_string())
        .collect();
    assert_eq!(ids, ["a", "b"]);
}
