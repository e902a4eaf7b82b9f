//! What outlives the process: the requests, from which the world follows.

mod error;
mod export;
#[cfg(feature = "state")]
mod file;
mod gate;
mod record;
mod replay;
mod routes;
mod snapshot;
mod store;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub use error::{StateError, Why};
#[cfg(feature = "state")]
pub(crate) use file::File;
pub(crate) use gate::{Gate, aside, finish_turn, in_turn, is_turn, spawn};
pub(crate) use record::What;
pub(crate) use replay::replay;
pub(crate) use routes::routes;
pub(crate) use snapshot::Snapshots;
pub(crate) use store::Store;

use crate::app::App;
use crate::control;
use crate::problem::Problem;
use record::Call;

/// The same requests may have another outcome in another version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The largest body of a request that is recorded.
const LARGEST_BODY: usize = 64 << 20;

/// The outermost layer where requests are recorded: each waits for its turn.
/// What only reads the control API has none, and changes nothing.
pub(crate) async fn record(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_control = path
        .strip_prefix(control::PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let Some(gate) = &app.gate else {
        return next.run(request).await;
    };
    // The page asks for no turn, either, nor does what is refused as another's.
    let is_look = (is_control || path == "/") && request.method().is_safe();
    // What is done again, or within another request, is recorded already.
    if gate::is_turn(Some(gate)) || is_look || (is_control && control::is_from_elsewhere(&request))
    {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Problem::too_large("the body is larger than a sandbox with a state takes")
            .into_response();
    };
    let call = Call::of(&parts, &body, app.account);
    let request = Request::from_parts(parts, Body::from(body));
    let is_there = || app.accounts().is_some_and(|accounts| accounts.has(&app));
    match gate.begin(is_there, call).await {
        Ok(Some(turn)) => gate::within(turn, next.run(request)).await,
        Ok(None) => Problem::unauthorized("the account is gone since").into_response(),
        Err(error) => Problem::unavailable(error.to_string()).into_response(),
    }
}
