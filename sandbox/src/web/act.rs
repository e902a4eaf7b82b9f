//! What the page does that the rest of the control API cannot.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use defacto_types::Loan;

use crate::api::loan_view;
use crate::app::App;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::world::transitions::Status;

/// Makes a move of a loan that its table of moves has, or the step that would
/// come by itself.
pub(super) async fn move_loan(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Loan>, Problem> {
    let mut fields = Fields::of(&body)?;
    let to = fields.take("to", "must be a status of a loan", |value| {
        let name = value.as_str()?;
        let mut all = Status::all().filter(|status| status.to_wire().as_str() == name);
        all.next()
    });
    let next = fields.take("next", "must be true", |value| {
        value.as_bool().filter(|next| *next)
    });
    if to.is_some() == next.is_some() {
        fields.refuse("to", "or `next` is needed, and not both");
    }
    fields.finish()?;
    let (mut world, now) = app.open();
    let no = world.loans.find(&id);
    let no = no.ok_or_else(|| Problem::not_found("there is no such loan"))?;
    match to {
        Some(to) => world.move_to(no, to, now)?,
        None => world.step_now(no, now)?,
    }
    Ok(Json(loan_view::show(&world, no, now)))
}
