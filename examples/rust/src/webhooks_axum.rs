//! Receives Defacto's notifications in an axum app, and prints each change of a loan.
//!
//! ```text
//! DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_WEBHOOK_TOKEN=... \
//!     DEFACTO_STORE=loans.db webhooks_axum
//! ```
//!
//! Ends with Ctrl-C, after what is being received has arrived.

use std::env;
use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use defacto::Client;
use defacto::tracking::store::Sqlite;
use defacto::tracking::{ChangeKind, Entity, Tracker};
use defacto::types::WebhookEventType;
use defacto::webhook::Tokens;
use tokio::net::TcpListener;

/// What a run that is under way has to end in.
const LAST: Duration = Duration::from_secs(10);

/// What is known of a loan, without asking the server.
async fn loan(
    State(tracker): State<Tracker>,
    Path(id): Path<String>,
) -> Result<String, StatusCode> {
    match tracker.loan(id).await {
        Ok(Some(view)) => Ok(format!("{:?}\n", view.status())),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Tells each change once; what a crash left unacknowledged is told again.
async fn tell(tracker: Tracker) -> Result<(), defacto::Error> {
    let mut changes = tracker.changes("printer").await?;
    loop {
        let change = changes.wait().await?;
        let status = match &change.change.kind {
            ChangeKind::Appeared { status } => status.as_ref(),
            ChangeKind::Moved { to, .. } => Some(to),
            _ => None,
        };
        let subject = &change.change.subject;
        if let (Entity::Loan, Some(status)) = (&subject.entity, status) {
            println!("{} {status}", subject.id);
        }
        changes.acknowledge(&change).await?;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In the query of the address to notify. Choose one that nobody guesses.
    let token = env::var("DEFACTO_WEBHOOK_TOKEN")?;
    let client = Client::from_env()?;
    let store = env::var("DEFACTO_STORE").unwrap_or_else(|_| "loans.db".to_owned());
    let tracker = Tracker::new(client.clone(), Sqlite::open(store)?);

    let app = Router::new()
        .route_service("/defacto", tracker.receiver(Tokens::new([token.as_str()])))
        .route("/loans/{id}", get(loan))
        .with_state(tracker.clone());
    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    let here = format!("http://{}", listener.local_addr()?);
    let serve = axum::serve(listener, app).with_graceful_shutdown(async {
        // Where nothing can be waited for, it ends at once.
        let _ = tokio::signal::ctrl_c().await;
    });
    let serving = tokio::spawn(serve.into_future());

    let url = env::var("PUBLIC_URL").unwrap_or_else(|_| here.clone());
    let to = format!("{url}/defacto?token={token}");
    let events = WebhookEventType::ALL;
    client.ensure_webhook("loans", &to, events).await?;
    println!("{here}");

    // Reads what was stored, and whatever no notification told of.
    let running = tokio::spawn({
        let tracker = tracker.clone();
        async move { tracker.run(None).await }
    });
    let telling = tokio::spawn(tell(tracker.clone()));
    serving.await??;
    telling.abort();
    tracker.stop(LAST).await;
    running.await??;
    Ok(())
}
