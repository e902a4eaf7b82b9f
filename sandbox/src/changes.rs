//! Tells whoever watches that something changed.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::watch;

use crate::app::App;

/// A bell: it says that something changed, and not what. When nobody listens,
/// ringing it costs a glance at a counter.
#[derive(Debug, Default)]
pub(crate) struct Changes(watch::Sender<()>);

impl Changes {
    /// Something changed.
    pub(crate) fn tell(&self) {
        if self.0.receiver_count() > 0 {
            self.0.send_replace(());
        }
    }

    /// Listens from now on; changes that come together are heard as one.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// A layer of the control API, whose changes are in no journal.
pub(crate) async fn tell_after(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_change = !request.method().is_safe();
    let response = next.run(request).await;
    if is_change {
        app.changes.tell();
    }
    response
}
