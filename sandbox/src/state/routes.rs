//! The part of the control API that keeps states and gives them back.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::export::export;
use crate::app::App;
use crate::control::shapes::named;
use crate::control::{Routes, Says, refused};
use crate::fields::Fields;
use crate::problem::Problem;

/// Its routes, without the control API's prefix.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/snapshots", list, {
            Says::new("list_snapshots", "The snapshots").gives(named("Snapshots"))
        })
        .post("/snapshots", save, {
            let says = Says::new("save_snapshot", "Keeps everything as it is under a name");
            says.takes(named("SnapshotRequest"))
                .makes(named("Snapshot"))
        })
        .delete("/snapshots/{name}", remove, {
            Says::new("delete_snapshot", "Forgets a snapshot")
        })
        .post("/snapshots/{name}/restore", restore, {
            Says::new("restore_snapshot", "Everything as it was").gives(named("Snapshot"))
        })
        .get("/export", script, {
            let says = Says::new("export_scenario", "What was asked so far, as a scenario");
            says.gives(named("Script"))
        })
}

async fn list(State(app): State<App>) -> Json<Value> {
    Json(app.snapshots.to_json())
}

async fn save(State(app): State<App>, body: Bytes) -> Result<(StatusCode, Json<Value>), Problem> {
    let mut fields = Fields::of(&body)?;
    let expected = "must be 1 to 100 letters, digits, hyphens and underscores";
    let name = fields.take("name", expected, |value| {
        let name = value.as_str()?;
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        ((1..=100).contains(&name.len()) && name.bytes().all(is_plain)).then(|| name.to_owned())
    });
    if name.is_none() && !fields.has_wrong() {
        fields.refuse("name", "is needed");
    }
    fields.finish()?;
    let saved = app.save(&name.unwrap_or_default());
    let full = || refused("name", "is one too many: delete another snapshot first");
    Ok((StatusCode::CREATED, Json(saved.ok_or_else(full)?)))
}

async fn restore(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    app.load(&name).map(Json).ok_or_else(unknown)
}

async fn remove(State(app): State<App>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    let was_there = app.snapshots.remove(&name);
    was_there
        .then_some(StatusCode::NO_CONTENT)
        .ok_or_else(unknown)
}

async fn script(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let Some(gate) = &app.gate else {
        let detail = "nothing is recorded: start the sandbox with `--record` or `--state FILE`";
        return Err(Problem::bad_request(detail));
    };
    let first = app.accounts().and_then(|accounts| accounts.at(0));
    let app = first.map_or(app.clone(), |(first, _)| first);
    let steps = export(&app, gate);
    let steps = steps.map_err(|error| Problem::unavailable(error.to_string()))?;
    Ok(Json(json!({
        "name": "export",
        "about": "What a sandbox was asked, as it came: leads another to the same state",
        "seed": app.seed,
        "steps": steps,
    })))
}

fn unknown() -> Problem {
    Problem::not_found("there is no such snapshot")
}
