//! Product subscriptions.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::found;
use crate::app::App;
use crate::problem::Problem;
use crate::world::id::Id;

/// `subscriptions.activate`. What it answers is not declared.
pub(super) async fn activate(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (mut world, _) = app.open();
    let is_known = Id::parse(&id) == Some(world.subscription());
    found(is_known.then_some(()), "subscription")?;
    world.activate_subscription()?;
    let id = world.subscription().to_string();
    Ok(Json(json!({ "id": id, "status": "ACTIVE" })))
}
