//! A receiver as a `tower` service.
#![cfg(feature = "tower")]
#![allow(clippy::unwrap_used, reason = "a test's own code")]

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use defacto::Client;
use defacto::tracking::store::Memory;
use defacto::tracking::{Receiver, Tracker};
use defacto::webhook::Tokens;
use http::{Request, Response};
use http_body::{Body, Frame};
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
