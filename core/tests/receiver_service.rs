//! A receiver as a `tower` service.
#![cfg(feature = "tower")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's own code")]

mod support;

use std::collections::{BTreeSet, VecDeque};
use std::future::IntoFuture as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use defacto::Client;
use defacto::tracking::store::Memory;
#[cfg(feature = "sqlite")]
use defacto::tracking::store::{Batch, OpenOptions};
use defacto::tracking::{Receiver, Tracker};
use defacto::webhook::Tokens;
use http::{Request, Response};
use http_body::{Body, Frame};
use serde_json::json;
use support::Lab;
#[cfg(feature = "sqlite")]
use support::request;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_service::Service;

const LARGEST: usize = 1_000;

/// A body of parts of which one counts how many were taken; it breaks off, or goes
/// on for ever, after them.
struct Parts {
    parts: VecDeque<Bytes>,
    taken: Arc<AtomicUsize>,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Whole,
    BrokenOff,
    Never,
}

impl Body for Parts {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        if let Some(part) = self.parts.pop_front() {
            self.taken.fetch_add(1, Ordering::Relaxed);
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        match self.end {
            End::Whole => Poll::Ready(None),
            End::BrokenOff => Poll::Ready(Some(Err("broken off"))),
            End::Never => Poll::Pending,
        }
    }
}

fn receiver() -> Receiver {
    let client = Client::builder()
        .api_key("key-0123456789abcdef")
        .base_url("http://127.0.0.1:9")
        .build()
        .unwrap();
    let tracker = Tracker::new(client, Memory::new());
    tracker
        .receiver(Tokens::new(["right"]))
        .largest_body(LARGEST)
}

/// The answer to a request, and how many parts of its body were taken.
async fn ask(
    receiver: &Receiver,
    method: &str,
    query: &str,
    parts: &[usize],
    end: End,
) -> (Response<String>, usize) {
    let taken = Arc::new(AtomicUsize::new(0));
    let body = Parts {
        parts: parts.iter().map(|size| vec![b' '; *size].into()).collect(),
        taken: taken.clone(),
        end,
    };
    let request = Request::builder()
        .method(method)
        .uri(format!("/defacto{query}"))
        .body(body)
        .unwrap();
    let answer = receiver.clone().call(request).await.unwrap();
    (answer, taken.load(Ordering::Relaxed))
}

#[tokio::test]
async fn no_more_is_read_than_the_answer_needs() {
    let receiver = receiver();
    for (method, query, parts, end, status, read) in [
        ("POST", "?token=right", &[600, 400][..], End::Whole, 200, 2),
        ("POST", "?token=right", &[], End::Whole, 200, 0),
        // What is too large is read to its end, so that its sender reads the answer.
        ("POST", "?token=right", &[600, 401, 1], End::Whole, 413, 3),
        ("POST", "?token=right", &[5_000], End::BrokenOff, 413, 1),
        ("POST", "?token=right", &[10], End::BrokenOff, 400, 1),
        // Without a token nothing is read, whatever else is wrong.
        ("POST", "?token=wrong", &[5_000], End::Never, 401, 0),
        ("GET", "", &[10], End::Never, 401, 0),
        ("GET", "?token=right", &[10], End::Never, 405, 0),
    ] {
        let (answer, taken) = ask(&receiver, method, query, parts, end).await;
        let context = format!("{method} {query} {parts:?}");
        assert_eq!(answer.status(), status, "{context}");
        assert_eq!(taken, read, "{context}");
        assert_eq!(answer.body(), "", "{context}");
        let allow = answer.headers().get("allow").map(|allow| allow.as_bytes());
        let expected = (status == 405).then_some(&b"POST"[..]);
        assert_eq!(allow, expected, "{context}");
    }
    let received = receiver.received();
    assert_eq!(
        (received.stored, received.refused, received.failed),
        (2, 4, 0)
    );
}

/// Puts a receiver behind a real server, and says where that is.
async fn serve(receiver: Receiver) -> String {
    let app = axum::Router::new().route_service("/defacto", receiver);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    format!("http://{address}/defacto")
}

async fn post(http: &reqwest::Client, url: String, body: Vec<u8>) -> u16 {
    let answer = http.post(url).body(body).send().await.unwrap();
    answer.status().as_u16()
}

async fn bodies(tracker: &Tracker) -> Vec<Vec<u8>> {
    let unread = tracker.store().unread(99_999).await.unwrap();
    unread.into_iter().map(|one| one.body).collect()
}

fn has_line(text: &str, line: &str) -> bool {
    text.lines().any(|one| one == line)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_storm_of_wrong_tokens_the_right_ones_are_heard() {
    const TOKEN: &str = "right-5ecret";
    let lab = Lab::start().await;
    let tracker = Tracker::new(lab.client(), Memory::new());
    let receiver = tracker.receiver(Tokens::new([TOKEN]));
    let address = serve(receiver.clone()).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut storm = JoinSet::new();
    for number in 0..400 {
        let is_right = number % 8 == 0;
        let token = match number % 8 {
            0 => format!("?token={TOKEN}"),
            1 => String::new(),
            2 => "?token=".to_owned(),
            3 => format!("?token={TOKEN}x"),
            _ => format!("?token=wrong-5ecret-{number}"),
        };
        let (http, url) = (http.clone(), format!("{address}{token}"));
        storm.spawn(async move {
            let body = json!({"id": number, "is_right": is_right});
            let status = post(&http, url, body.to_string().into_bytes()).await;
            assert_eq!(status, if is_right { 200 } else { 401 }, "{token}");
        });
    }
    while let Some(ended) = storm.join_next().await {
        ended.unwrap();
    }
    let stored = bodies(&tracker).await;
    let heard: BTreeSet<u64> = stored
        .iter()
        .map(|body| {
            let body: serde_json::Value = serde_json::from_slice(body).unwrap();
            assert_eq!(body["is_right"], true);
            body["id"].as_u64().unwrap()
        })
        .collect();
    assert_eq!((stored.len(), heard.len()), (50, 50));
    let received = receiver.received();
    assert_eq!(
        (received.stored, received.refused, received.failed),
        (50, 350, 0)
    );
    let (metrics, health) = (tracker.metrics().await, tracker.health().await);
    let (metrics, health) = (metrics.unwrap(), health.unwrap());
    assert_eq!(health.unread_notifications, 50);
    for (outcome, count) in [("stored", 50), ("refused", 350)] {
        let line = format!("defacto_tracker_notifications_total{{outcome=\"{outcome}\"}} {count}");
        assert!(has_line(&metrics, &line), "{metrics}");
    }
    // No token that was sent is shown, nor one that is accepted.
    let shown = format!("{receiver:?} {received:?} {tracker:?} {health:?} {metrics}");
    assert!(!shown.contains("5ecret"), "{shown}");
    lab.sandbox.stop().await;
}

/// A limit on the file stands for a disk that is full.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn what_a_full_disk_keeps_out_is_sent_again_and_stored_once() {
    let lab = Lab::start().await;
    lab.clock(json!({"freeze": true})).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loans.db");
    let store = OpenOptions::new().largest_pages(60).open(&file).unwrap();
    let tracker = Tracker::new(lab.client(), store);
    let receiver = tracker.receiver(Tokens::new(["right"]));
    let url = format!("{}?token=right", serve(receiver.clone()).await);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();

    let mut kept = Vec::new();
    for size in [8_000, 500, 1] {
        loop {
            let body = vec![b'x'; size];
            match post(&http, url.clone(), body.clone()).await {
                200 if kept.len() < 9_999 => kept.push(body),
                status => {
                    assert_eq!(status, 503);
                    break;
                }
            }
        }
    }
    assert!(kept.len() > 10);
    // Nothing of what was not kept is there.
    assert_eq!(bodies(&tracker).await, kept);
    let report = OpenOptions::new().read_only().open(&file).unwrap();
    assert_eq!(report.check().await.unwrap(), [""; 0]);

    let client = lab.client();
    let events = [defacto::types::WebhookEventType::LoanDeclined];
    client.ensure_webhook("ours", &url, &events).await.unwrap();
    let loan = client.loans().create(&request(&client).await).await;
    let loan = loan.unwrap().id.to_string();
    lab.trigger(json!({"event": "loan.declined", "id": loan}))
        .await;
    let answered = async || -> Vec<u64> {
        let deliveries = lab.deliveries().await;
        assert_eq!(deliveries.len(), 1);
        let attempts = deliveries[0]["attempts"].as_array().unwrap().iter();
        attempts
            .map(|one| one["status"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(answered().await, [503]);
    assert_eq!(bodies(&tracker).await, kept);

    // What was read and is old makes room.
    let unread = tracker.store().unread(99_999).await.unwrap();
    let read = Batch {
        read: unread.iter().map(|one| one.seq).collect(),
        ..Batch::default()
    };
    let later = support::days_from_now(1);
    tracker.store().commit(read, later).await.unwrap();
    let gone = tracker.store().forget_notifications(later).await.unwrap();
    assert_eq!(gone, kept.len() as u64);
    lab.clock(json!({"advance": "PT2M"})).await;
    assert_eq!(answered().await, [503, 200]);
    assert_eq!(bodies(&tracker).await.len(), 1);
    assert_eq!(receiver.received().failed, 4);
    tracker.digest().await.unwrap();
    let view = tracker.loan(&loan).await.unwrap().unwrap();
    assert_eq!(view.status(), Some(defacto::types::LoanStatus::Declined));
    assert_eq!(report.check().await.unwrap(), [""; 0]);
    lab.sandbox.stop().await;
}
