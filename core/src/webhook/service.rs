//! A receiver as a service of the crates `http` and `tower`: what stands behind a
//! path in axum, or in whatever else takes such services.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Buf;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::Body;
use tokio::time::timeout;
use tower_service::Service;

use crate::tracking::Receiver;

/// How long a body may take. Who sends it otherwise holds a connection, and memory,
/// for as long as it likes.
const PATIENCE: Duration = Duration::from_secs(10);

impl Receiver {
    /// Takes a request in and answers it, with an empty body: with the status of
    /// [`Receiver::receive`]; 405 where it is no POST, 408 where its body takes
    /// longer than 10 seconds, 400 where the body breaks off.
    ///
    /// Without an accepted token nothing of the body is read, and of a body that is
    /// too large no more is kept than shows that it is.
    pub async fn respond<B: Body>(&self, request: Request<B>) -> Response<String> {
        self.respond_within(PATIENCE, request).await
    }

    async fn respond_within<B: Body>(
        &self,
        patience: Duration,
        request: Request<B>,
    ) -> Response<String> {
        let (head, body) = request.into_parts();
        let query = head.uri.query().unwrap_or_default();
        if !self.accepts(query) {
            // It is counted there.
            return answer(self.receive(query, &[]).await);
        }
        if head.method != Method::POST {
            let mut refusal = answer(405);
            let allowed = HeaderValue::from_static("POST");
            refusal.headers_mut().insert(header::ALLOW, allowed);
            return refusal;
        }
        let mut body = pin!(body);
        match timeout(patience, read(body.as_mut(), self.largest())).await {
            Ok(Ok(whole)) => {
                if whole.len() > self.largest() {
                    // What still comes is let go, so that the answer can be read:
                    // a connection closed before is reset.
                    let _ = timeout(patience, let_go(body)).await;
                }
                answer(self.receive(query, &whole).await)
            }
            Ok(Err(_)) => answer(400),
            Err(_) => answer(408),
        }
    }
}

/// For `Router::route_service` of axum. It is always ready, and never fails.
impl<B> Service<Request<B>> for Receiver
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let receiver = self.clone();
        Box::pin(async move { Ok(receiver.respond(request).await) })
    }
}

/// A body, or as much of it as shows that it is larger than this.
async fn read<B: Body>(mut body: Pin<&mut B>, largest: usize) -> Result<Vec<u8>, B::Error> {
    let mut whole = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        // Trailers say nothing that is of interest.
        let Ok(mut data) = frame?.into_data() else {
            continue;
        };
        while data.has_remaining() {
            let part = data.chunk();
            // A byte more than it may have is enough to refuse it.
            let room = largest.saturating_add(1) - whole.len();
            let part = part.get(..room).unwrap_or(part);
            whole.extend_from_slice(part);
            let length = part.len();
            data.advance(length);
            if whole.len() > largest {
                return Ok(whole);
            }
        }
    }
    Ok(whole)
}

async fn let_go<B: Body>(mut body: Pin<&mut B>) {
    while let Some(Ok(_)) = poll_fn(|context| body.as_mut().poll_frame(context)).await {}
}

fn answer(status: u16) -> Response<String> {
    let mut answer = Response::new(String::new());
    *answer.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;
    use crate::tracking::Tracker;
    use crate::tracking::store::Memory;
    use crate::webhook::Tokens;

    /// A body that never goes on.
    struct Stuck;

    impl Body for Stuck {
        type Data = bytes::Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_go_on_is_given_up() {
        let client = Client::builder()
            .api_key("key-0123456789abcdef")
            .base_url("http://127.0.0.1:9")
            .build()
            .unwrap();
        let receiver = Tracker::new(client, Memory::new()).receiver(Tokens::new(["right"]));
        let request = Request::post("/?token=right").body(Stuck).unwrap();
        let answer = receiver.respond_within(Duration::ZERO, request).await;
        assert_eq!(answer.status(), 408);
        assert_eq!(receiver.received().stored, 0);
    }
}
