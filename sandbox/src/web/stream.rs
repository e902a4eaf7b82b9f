//! A stream of server-sent events: one says that something changed, and the
//! page looks again at what it shows.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use crate::app::App;
use crate::connection::Connection;

/// The shortest time between two events: a thousand requests a second are one
/// change to a person.
const PAUSE: Duration = Duration::from_millis(200);

/// A browser that is gone is noticed by writing to it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

const CHANGE: Bytes = Bytes::from_static(b"event: change\ndata: {}\n\n");
const NOTHING: Bytes = Bytes::from_static(b": nothing new\n\n");

/// Says when something changed, until the reader leaves or the server stops.
pub(super) async fn stream(
    State(app): State<App>,
    connection: Option<Extension<Connection>>,
) -> Response {
    let changes = app.changes.listen();
    let (lines, written) = mpsc::channel(1);
    tokio::spawn(async move {
        let stopping = async {
            match connection {
                Some(Extension(connection)) => connection.closing().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stopping => {}
            () = lines.closed() => {}
            _ = watch_for(changes, &lines) => {}
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Body::new(Lines(written))).into_response()
}

/// `None` once nobody reads any more.
async fn watch_for(mut changes: watch::Receiver<()>, lines: &mpsc::Sender<Bytes>) -> Option<()> {
    // What changed before it listened is news to the page too.
    lines.send(CHANGE).await.ok()?;
    loop {
        let line = tokio::select! {
            changed = changes.changed() => changed.ok().map(|()| CHANGE)?,
            () = sleep(KEEP_ALIVE) => NOTHING,
        };
        lines.send(line).await.ok()?;
        sleep(PAUSE).await;
    }
}

/// The body: the lines as they come.
struct Lines(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0
            .poll_recv(context)
            .map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
