//! `--input`: JSON, a file or stdin.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use defacto::File;
use defacto::bridge::Input;
use defacto::types::operation::Body;
use defacto::types::{Map, Operation, Value};

use crate::failure::Failure;

/// Reads what the operation is given.
pub(super) fn read(text: &str, operation: &Operation) -> Result<Input, Failure> {
    let unreadable = |from: &str, source: std::io::Error| {
        Failure::usage(format!("--input: {from} cannot be read: {source}"))
    };
    let text = if text == "-" {
        if std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "--input -: stdin is a terminal: pipe the JSON in, or pass it as text or @FILE",
            ));
        }
        let mut read = String::new();
        std::io::stdin()
            .read_to_string(&mut read)
            .map_err(|source| unreadable("stdin", source))?;
        read
    } else if let Some(file) = text.strip_prefix('@') {
        std::fs::read_to_string(file).map_err(|source| unreadable(file, source))?
    } else {
        text.to_owned()
    };
    let value: Value = serde_json::from_str(&text)
        .map_err(|source| Failure::usage(format!("--input is no JSON: {source}")))?;
    let Value::Object(parts) = value else {
        return Err(Failure::usage(
            "--input is no object: write {\"path\":{},\"query\":{},\"body\":{}}",
        ));
    };
    let mut input = Input::default();
    for (part, value) in parts {
        match part.as_str() {
            "path" => input.path = texts("path", value)?,
            "query" => input.query = object("query", value)?,
            "body" => input.body = value,
            "files" => input.file = file(texts("files", value)?, operation)?,
            other => {
                return Err(Failure::usage(format!(
                    "--input: `{other}` is no part of it: use path, query, body and files"
                )));
            }
        }
    }
    Ok(input)
}

fn object(part: &str, value: Value) -> Result<Map<String, Value>, Failure> {
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null => Ok(Map::new()),
        _ => Err(Failure::usage(format!(
            "--input: {part} is no object: write {{\"name\": value}}"
        ))),
    }
}

/// The fields of a part as text; numbers as they are written.
fn texts(part: &str, value: Value) -> Result<BTreeMap<String, String>, Failure> {
    object(part, value)?
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            Value::Number(number) => Ok((name, number.to_string())),
            _ => Err(Failure::usage(format!(
                "--input: {part}.{name} is no text: put it in quotes"
            ))),
        })
        .collect()
}

fn file(files: BTreeMap<String, String>, operation: &Operation) -> Result<Option<File>, Failure> {
    let mut files = files.into_iter();
    let Some((part, path)) = files.next() else {
        return Ok(None);
    };
    if !matches!(operation.body, Body::Multipart(_) | Body::Undeclared) {
        return Err(Failure::usage(format!(
            "--input: {operation} takes no file: leave files out"
        )));
    }
    if files.next().is_some() {
        return Err(Failure::usage(format!(
            "--input: {operation} takes one file: name one in files"
        )));
    }
    let content = std::fs::read(&path)
        .map_err(|source| Failure::usage(format!("--input: {path} cannot be read: {source}")))?;
    let path = Path::new(&path);
    let name = path.file_name().unwrap_or(path.as_os_str());
    let kind = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let media_type = match kind.as_deref() {
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let file = File::new(name.to_string_lossy(), media_type, content).part(part);
    Ok(Some(file))
}
