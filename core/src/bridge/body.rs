//! A body given as JSON, read as its declared type: checked like a typed one,
//! and sent with every field this version does not know.

use std::any::Any;

use defacto_types::{Value, Wire};

use crate::http::{File, Request};

fn read<B: Wire>(body: Value) -> Result<B, String> {
    if !body.is_object() {
        return Err("body is no object: pass one".to_owned());
    }
    serde_json::from_value(body).map_err(|error| unquoted(&error))
}

/// What is wrong, with the field but without the value: it may be secret.
pub(super) fn unquoted(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find("string \""), text.rfind("\", expected ")) {
        (Some(start), Some(end)) if start < end => {
            let (before, after) = (text.get(..start), text.get(end + 1..));
            format!(
                "{}text{}",
                before.unwrap_or_default(),
                after.unwrap_or_default()
            )
        }
        _ => text,
    }
}

pub(super) fn json<B: Wire + Any>(request: Request, body: Value) -> Result<Request, String> {
    Ok(request.json(&read::<B>(body)?))
}

pub(super) fn form<B: Wire + Any>(request: Request, body: Value) -> Result<Request, String> {
    Ok(request.form(&read::<B>(body)?))
}

pub(super) fn multipart<B: Wire + Any>(
    request: Request,
    body: Value,
    file: Option<File>,
) -> Result<Request, String> {
    let file = file.ok_or("files is empty: pass the file to upload")?;
    Ok(request.multipart(&read::<B>(body)?, &file))
}
