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
async fn a_page_says_where_its_items_are() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let items = async |operation: &str, body: &str| {
        lab.fault(json!({"operation": operation, "status": 200, "body": body}))
            .await;
        let page = call(&door, operation, json!({}));
        page.map(|page| {
            let index = page.index.unwrap();
            let text = |place: &[u32]| {
                let place = place[0] as usize..place[1] as usize;
                String::from_utf8(page.json[place].to_vec()).unwrap()
            };
            let rows = index.places.chunks(index.width());
            assert_eq!(rows.len(), index.items());
            let rows = rows.map(|row| row.chunks(2).map(text).collect::<Vec<_>>());
            (index.names.clone(), rows.collect::<Vec<_>>())
        })
    };
    let found = items(
        "loans.list",
        r#" { "data" : [ {"amount": 1 , "x":[{"id":9}], "id" :"a\"b", "status":"NEW"} ,
            {"id":"c","stat\u0075s":"S","id":"d", "y": null}] , "next_page":null, "later": {"data": 1}} "#,
    );
    let (names, rows) = found.await.unwrap();
    assert_eq!(names, ["amount", "x", "id", "status", "y"]);
    let first = r#"{"amount": 1 , "x":[{"id":9}], "id" :"a\"b", "status":"NEW"}"#;
    assert_eq!(
        rows[0],
        [first, "1", r#"[{"id":9}]"#, r#""a\"b""#, r#""NEW""#, ""]
    );
    let second = r#"{"id":"c","stat\u0075s":"S","id":"d", "y": null}"#;
    // The last of two, as every parser takes it.
    assert_eq!(rows[1], [second, "", "", r#""d""#, r#""S""#, "null"]);
    let bare = items("cards.list", r#" [ {"id":"c"} ]"#).await.unwrap();
    assert_eq!(bare.1, [[r#"{"id":"c"}"#, r#""c""#]]);
    for empty in [r#"{"data":null}"#, r#"{"data":[]}"#, r#"{"count":0}"#] {
        let (names, rows) = items("loans.list", empty).await.unwrap();
        assert!(names.is_empty() && rows.is_empty(), "{empty}");
    }
    for wrong in [
        "",
        "1",
        "{}",
        r#"{"data":1}"#,
        r#"{"data":[1]}"#,
        r#"{"data":[{"id":"a"}]}"#,
        r#"{"data":[{"id":null,"status":"S"}]}"#,
        r#"{"data":[{"id":"a","id":"b"}]}"#,
        r#"{"data":[{"id":"a","status":"S"}],"next_page":1}"#,
        r#"{"data":[{"id":"a","status":"S"}]"#,
        r#"{"data":[{"id":"a","status":"S"},]}"#,
        r#"{"data":[{"id":"a","status":"S"}]} x"#,
    ] {
        let error = items("loans.list", wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{wrong}");
    }
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
    assert!(ended.try_recv().is_err());
}

const LONG: u64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_call_says_whether_a_change_may_have_been_made() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let body = json!({"body": request(&lab.client()).await});
    let (done, ended) = mpsc::channel();
    let submit = |operation: &str, input: &Value| {
        let done = done.clone();
        let input = input.to_string();
        door.submit(operation, input.as_bytes(), None, move |result| {
            done.send(result.unwrap_err()).unwrap();
        })
        .unwrap()
    };
    let end = || ended.recv_timeout(Duration::from_secs(20)).unwrap();

    lab.fault(json!({"operation": "testing.hello", "delay_ms": LONG}))
        .await;
    let read = submit("testing.hello", &json!({}));
    // It is under way when the server has seen it.
    while lab.requests("testing.hello").await.is_empty() {}
    read.cancel();
    read.cancel();
    let error = end();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");

    lab.fault(json!({"operation": "loans.create", "delay_ms": LONG}))
        .await;
    let write = submit("loans.create", &body);
    while lab.requests("loans.create").await.is_empty() {}
    write.cancel();
    let error = end();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.attempts(), 1);
    assert!(error.recovery().unwrap().contains(error.salt_id().unwrap()));

    // May be sent again without harm, but it may have been carried out.
    lab.fault(json!({"operation": "loans.update", "delay_ms": LONG}))
        .await;
    let id = "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11";
    let harmless = submit(
        "loans.update",
        &json!({"path": {"loan_id": id}, "body": {"amount": 1}}),
    );
    while lab.requests("loans.update").await.is_empty() {}
    harmless.cancel();
    let error = end();
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(error.recovery().unwrap().contains("harmless"));
    // Each ended once.
    assert!(ended.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocking_call_asks_whether_to_wait_on() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let body = json!({"body": request(&lab.client()).await}).to_string();
    for (operation, input, kind) in [
        ("testing.hello", "{}", ErrorKind::Canceled),
        ("loans.create", &*body, ErrorKind::OutcomeUnknown),
    ] {
        lab.fault(json!({"operation": operation, "delay_ms": LONG}))
            .await;
        let mut asked = 0;
        let mut wait_on = || {
            asked += 1;
            asked < 10
        };
        let error = door
            .call_while(operation, input.as_bytes(), None, &mut wait_on)
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(asked, 10);
    }
    let pages = door.pages("loans.list", b"{}").unwrap();
    lab.fault(json!({"operation": "loans.list", "delay_ms": LONG}))
        .await;
    let error = pages.next_while(&mut || false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");
    // The page that nobody waited for is still the next one.
    lab.clear_faults().await;
    assert!(pages.next_while(&mut || true).unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_when_nobody_waits_for_it() {
    let lab = Lab::start().await;
    let door = open(&lab);
    lab.fault(json!({"operation": "loans.get", "times": null, "status": 200, "body": "{\"id\": \"l\", \"status\": \"TO_REPAY\"}"}))
        .await;
    let wait = json!({"path": {"loan_id": "l"}, "wait": {"statuses": ["CLOSED"], "shortest": 30}});
    let wait = wait.to_string();
    let error = door
        .call_while("loans.wait_for", wait.as_bytes(), None, &mut || false)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");
    assert!(error.to_string().contains("loans.get"), "{error}");

    let (done, ended) = mpsc::channel();
    let before = lab.requests("loans.get").await.len();
    let ticket = door
        .submit("loans.wait_for", wait.as_bytes(), None, move |result| {
            done.send(result.unwrap_err()).unwrap();
        })
        .unwrap();
    while lab.requests("loans.get").await.len() == before {}
    ticket.cancel();
    let error = ended.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");
    let error = door.pages("loans.wait_for", wait.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answers_headers_come_with_it() {
    let lab = Lab::start().await;
    let door = open(&lab);
    lab.fault(json!({"operation": "testing.hello", "status": 200, "body": "\"hi\"", "headers": {"X-One": "1"}}))
        .await;
    let reply = call(&door, "testing.hello", json!({})).unwrap();
    assert_eq!(reply.header("x-one"), Some("1"));
    assert_eq!(reply.header("X-ONE"), Some("1"));
    assert_eq!(reply.header("x-two"), None);
    assert!(reply.headers().any(|(name, _)| name == "x-one"));
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
        ("loans.get", json!([])),
        ("loans.wait_for", json!({"path": {"loan_id": "l"}})),
        ("raw", json!({"raw": {"method": "GET"}})),
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

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_read_keeps_the_key_of_what_was_made() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let body = json!({"body": request(&lab.client()).await});
    for wrong in ["{}", "[", ""] {
        lab.fault(json!({"operation": "loans.create", "status": 201, "body": wrong}))
            .await;
        let error = call(&door, "loans.create", body.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        let salt = error.salt_id().unwrap();
        assert!(error.recovery().unwrap().contains(salt));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_page_is_read_at_a_time() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let pages = door.pages("loans.list", b"{}").unwrap();
    lab.fault(json!({"operation": "loans.list", "delay_ms": 300}))
        .await;
    let (done, ended) = mpsc::channel();
    pages
        .submit_next(move |page| done.send(page.map(|page| page.is_some())).unwrap())
        .unwrap();
    let error = pages.next_while(&mut || true).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(
        ended
            .recv_timeout(Duration::from_secs(20))
            .unwrap()
            .unwrap()
    );
    assert!(pages.next_while(&mut || true).unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_no_answer() {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let body = b"{\"id\":\"\xe9\xe9\",\"status\":\"S\"}";
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
    });
    let settings = json!({"api_key": KEY, "base_url": base_url}).to_string();
    let door = Door::open(settings.as_bytes()).unwrap();
    let path = json!({"path": {"loan_id": "l1"}});
    let error = call(&door, "loans.get", path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    server.join().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_client_refuses_in_every_clone_and_list() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let (twin, list) = (door.clone(), door.pages("loans.list", b"{}").unwrap());
    call(&twin, "testing.hello", json!({})).unwrap();
    door.close();
    door.close();
    let read = std::thread::spawn(move || [list.next().map(drop), list.next().map(drop)]);
    let mut refused = Vec::from(read.join().unwrap().map(Result::unwrap_err));
    refused.push(call(&twin, "testing.hello", json!({})).unwrap_err());
    refused.push(twin.pages("loans.list", b"{}").unwrap_err());
    refused.push(twin.submit("testing.hello", b"{}", None, drop).unwrap_err());
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("closed"), "{error}");
    }
}

/// Whoever is told the end of a wait may open the store again.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_does_not_keep_a_store_open() {
    let lab = Lab::start().await;
    let door = open(&lab);
    let name = format!("defacto-door-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let settings = json!({"store": folder.join("loans.db")}).to_string();
    let opened = std::thread::spawn(move || door.track(settings.as_bytes()).unwrap());
    let tracker = opened.join().unwrap();
    let lock = std::fs::File::open(folder.join("loans.db.lock")).unwrap();
    let input = json!({"path": {"loan_id": "nobody"}, "wait": {"statuses": ["CLOSED"]}});
    let (tell, told) = mpsc::channel();
    let closing = tracker.clone();
    tracker
        .submit(
            "loans.wait_for",
            input.to_string().as_bytes(),
            None,
            move |reply| {
                closing.close();
                tell.send((reply.map(drop).unwrap_err().kind(), lock.try_lock().is_ok()))
                    .unwrap();
            },
        )
        .unwrap();
    drop(tracker);
    let ended = told.recv_timeout(Duration::from_secs(20)).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(ended, (ErrorKind::NotFound, true));
}
