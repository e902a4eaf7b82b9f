//! A listener that a sandbox delivers to.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use defacto::Client;
use defacto::types::{WebhookEventType, WebhookInput};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::forward::Forward;
use crate::failure::{Failure, tell};

struct Listener {
    forward: Forward,
    /// What the query of a real delivery is.
    secret: String,
    failed: mpsc::UnboundedSender<Failure>,
}

/// Subscribes, serves until it is stopped, and unsubscribes. Gives the exit
/// code.
pub(super) async fn run(
    client: &Client,
    forward: Forward,
    events: &[String],
    stop: impl Future<Output = u8>,
) -> Result<u8, Failure> {
    let unheard = |source| Failure::runtime("no port can be listened on", &source);
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;
    let secret = format!("token={:032x}", rand::random::<u128>());
    let to_url = format!("http://{address}/?{secret}");
    let (failed, mut failures) = mpsc::unbounded_channel();
    let state = Arc::new(Listener {
        forward,
        secret,
        failed,
    });
    let router = Router::new().fallback(receive).with_state(state);
    let serve = axum::serve(listener, router);

    let event_types = if events.is_empty() {
        WebhookEventType::ALL.to_vec()
    } else {
        events.iter().map(|event| event.as_str().into()).collect()
    };
    let body = WebhookInput::new()
        .name("defacto webhooks listen")
        .to_url(to_url)
        .event_types(event_types);
    let webhook = client.webhooks().create(&body).await?;
    tell(&format!(
        "Listening on {address} for the sandbox; Ctrl-C ends it."
    ));
    let end = tokio::select! {
        code = stop => Ok(code),
        served = serve => match served {
            Ok(()) => Ok(0),
            Err(source) => Err(unheard(source)),
        },
        Some(failure) = failures.recv() => Err(failure),
    };
    // A sandbox that is gone has no subscription left.
    let _ = client.webhooks().delete(&webhook.id).await;
    end
}

async fn receive(
    State(listener): State<Arc<Listener>>,
    RawQuery(query): RawQuery,
    body: String,
) -> StatusCode {
    if query.as_deref() != Some(&listener.secret) {
        return StatusCode::FORBIDDEN;
    }
    match listener.forward.send(&body).await {
        Ok(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
        Err(failure) => {
            // The command ends with it; nobody waits for the answer then.
            let _ = listener.failed.send(failure);
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
