//! Invoices from a file: a form with the PDF in it.

use axum::Json;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{CounterpartyInput, IdentifierType, Invoice, Map, Value};

use super::{Params, invoices};
use crate::app::App;
use crate::document::reading;
use crate::problem::Problem;
use crate::world::invalid;

/// What the form had in it.
#[derive(Default)]
struct Form {
    file: Option<Vec<u8>>,
    metadata: Option<Map<String, Value>>,
}

/// `invoices.upload`.
pub(super) async fn upload(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, Json<Invoice>), Problem> {
    let mut params = Params::new(&uri, pairs);
    let buyer = params.read("buyer", SHAPE, party);
    let seller = params.read("seller", SHAPE, party);
    params.finish()?;
    let form = form.map_err(|_| Problem::bad_request("the body must be multipart/form-data"))?;
    let form = read(form).await?;
    let Some(file) = form.file else {
        return Err(Problem::invalid(vec![invalid("file", "is missing")]));
    };
    let Some(mut fields) = reading::invoice(&file) else {
        return Err(Problem::invalid(vec![invalid("file", "must be a PDF")]));
    };
    // What the request says of the parties wins over what the file says.
    fields.buyer = buyer.or(fields.buyer);
    fields.seller = seller.or(fields.seller);
    fields.metadata = form.metadata.or(fields.metadata);
    let (mut world, now) = app.open();
    let no = world.create_uploaded_invoice(fields, now)?;
    Ok((StatusCode::CREATED, Json(invoices::show(&world, no))))
}

const SHAPE: &str = "a kind of number, a dash and the number, such as SIREN-899021021";

fn party(text: &str) -> Option<CounterpartyInput> {
    let (kind, number) = text.split_once('-')?;
    let kind = IdentifierType::from(kind.to_ascii_lowercase());
    (kind.is_known() && !number.trim().is_empty()).then(|| {
        CounterpartyInput::new()
            .identifier(number.trim())
            .identifier_type(kind)
    })
}

/// The part with a file name is the file, since no name is declared for it.
async fn read(mut form: Multipart) -> Result<Form, Problem> {
    let mut read = Form::default();
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("the body is too large"),
        _ => Problem::bad_request("the form cannot be read to its end"),
    };
    while let Some(part) = form.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some() || name == "file";
        let bytes = part.bytes().await.map_err(broken)?;
        if is_file {
            read.file = Some(bytes.to_vec());
        } else if name == "metadata" {
            let metadata = serde_json::from_slice(&bytes).map_err(|_| {
                Problem::invalid(vec![invalid("metadata", "must be a JSON object")])
            })?;
            read.metadata = Some(metadata);
        }
    }
    Ok(read)
}
