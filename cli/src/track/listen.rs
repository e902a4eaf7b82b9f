//! What Defacto's notifications are received with.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Response;
use defacto::tracking::{Received, Receiver, Tracker};
use defacto::webhook::Tokens;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::failure::Failure;

/// How long those that are being received have when it stops.
const LAST: Duration = Duration::from_secs(5);

/// A listener that stores notifications for a tracker.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    receiver: Receiver,
    end: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Listening {
    pub(super) async fn start(
        tracker: &Tracker,
        address: SocketAddr,
        tokens: Tokens,
    ) -> Result<Self, Failure> {
        let unheard = |source| {
            Failure::runtime(
                &format!("{address} cannot be listened on: choose another --listen address"),
                &source,
            )
        };
        let listener = TcpListener::bind(address).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let receiver = tracker.receiver(tokens);
        let router = Router::new().fallback(receive).with_state(receiver.clone());
        let (end, ended) = oneshot::channel::<()>();
        let serve = axum::serve(listener, router).with_graceful_shutdown(async {
            // The sender gone is the same.
            let _ = ended.await;
        });
        Ok(Self {
            address,
            receiver,
            end,
            server: tokio::spawn(serve.into_future()),
        })
    }

    /// Lets those that are being received arrive, and gives how many came.
    pub(super) async fn stop(self) -> Received {
        let _ = self.end.send(());
        let _ = tokio::time::timeout(LAST, self.server).await;
        self.receiver.received()
    }
}

async fn receive(State(receiver): State<Receiver>, request: Request) -> Response<String> {
    receiver.respond(request).await
}
