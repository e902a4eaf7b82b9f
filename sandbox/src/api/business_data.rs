//! Data about companies, shared with the lender.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use defacto_types::{
    Batch, BatchContent, OpenBatch, UploadAccounts, UploadInvoices, UploadTransactions,
};

use super::view::{OrNull, identifier};
use super::{JsonBody, World, found};
use crate::app::App;
use crate::problem::Problem;
use crate::world::table::No;

/// `business_data.open_batch`.
pub(super) async fn open_batch(
    State(app): State<App>,
    JsonBody(body): JsonBody<OpenBatch>,
) -> Result<(StatusCode, Json<Batch>), Problem> {
    let (mut world, now) = app.open();
    let no = world.open_batch(body, now)?;
    Ok((StatusCode::CREATED, Json(show(&world, no))))
}

/// `business_data.close_batch`.
pub(super) async fn close_batch(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Batch>, Problem> {
    let (mut world, _) = app.open();
    let no = found(world.batches.find(&id), "batch")?;
    world.close_batch(no)?;
    Ok(Json(show(&world, no)))
}

/// `business_data.upload_accounts`.
pub(super) async fn accounts(
    State(app): State<App>,
    JsonBody(body): JsonBody<UploadAccounts>,
) -> Result<StatusCode, Problem> {
    app.open().0.share_accounts(&body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `business_data.upload_transactions`.
pub(super) async fn transactions(
    State(app): State<App>,
    JsonBody(body): JsonBody<UploadTransactions>,
) -> Result<StatusCode, Problem> {
    app.open().0.share_transactions(&body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `business_data.upload_invoices`.
pub(super) async fn invoices(
    State(app): State<App>,
    JsonBody(body): JsonBody<UploadInvoices>,
) -> Result<StatusCode, Problem> {
    app.open().0.share_invoices(&body)?;
    Ok(StatusCode::NO_CONTENT)
}

fn show(world: &World, no: No) -> Batch {
    let row = &world.batches[no];
    let batch = &row.value;
    let given = &batch.content;
    let transactions = serde_json::to_value(&given.account_transactions).ok();
    let content = BatchContent::new()
        .account_transactions(OrNull(transactions))
        .accounts(given.accounts.clone())
        .invoices(given.invoices.clone())
        .shared_data_types(given.shared_data_types.clone());
    Batch::new()
        .business_identifier(identifier(&batch.key, Some(&batch.kind)))
        .content(content)
        .context(batch.context.clone())
        .id(row.id.to_string())
        .status(batch.status.clone())
}
