//! `defacto api`: any operation by its name, JSON in and out.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use clap::Args;
use defacto::File;
use defacto::bridge::Input;
use defacto::types::operation::Body;
use defacto::types::{Map, OPERATIONS, Operation, Value};
use serde_json::json;

use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print, write};
use crate::show::{lines, table};

const EXAMPLES: &str = "\
Examples:
  defacto api --list
  defacto api testing hello --env sandbox
  defacto api loans get --env sandbox --input '{\"path\":{\"loan_id\":\"...\"}}'
  defacto api loans list --env sandbox --input '{\"query\":{\"status\":[\"TO_REPAY\"]}}'
  defacto api loans create --env sandbox --input @loan.json";

/// Calls any operation of the API by its name, with the API's own names in
/// its input.
///
/// The answer is JSON: indented for people, on one line with --json. Text and
/// CSV are written as they are without --json.
#[derive(Debug, Args)]
#[command(after_help = format!("{VARIABLES}\n\n{EXAMPLES}"))]
pub(crate) struct Api {
    /// List the operations instead.
    #[arg(long, conflicts_with_all = ["group", "operation", "input"])]
    list: bool,
    /// The resource group, such as `loans`.
    #[arg(required_unless_present = "list")]
    group: Option<String>,
    /// The operation, such as `get`.
    #[arg(required_unless_present = "list")]
    operation: Option<String>,
    /// What it is given: JSON such as `{"path":{},"query":{},"body":{},
    /// "files":{"file":"invoice.pdf"}}`, `@FILE` for a file that holds it, `-`
    /// for stdin.
    #[arg(
        long,
        value_name = "JSON|@FILE|-",
        default_value = "{}",
        hide_default_value = true
    )]
    input: String,
    #[command(flatten)]
    connection: Connection,
    /// Print JSON for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Api {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let (Some(group), Some(name)) = (&self.group, &self.operation) else {
            return list(self.json);
        };
        let operation = find(group, name)?;
        let input = read_input(&self.input, operation)?;
        let open = self.connection.or_variables()?;
        let answer = open.client.invoke(operation, input).await?;
        match answer {
            // What has no JSON to begin with: text, CSV and nothing.
            Value::String(text) if !self.json => write(with_newline(text).as_bytes()),
            Value::Null if !self.json => Ok(()),
            answer if self.json => print(&answer.to_string()),
            answer => print(&format!("{answer:#}")),
        }
    }
}

fn with_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn list(json: bool) -> Result<(), Failure> {
    if json {
        let rows: Vec<_> = OPERATIONS
            .iter()
            .map(|operation| {
                json!({
                    "group": operation.group,
                    "operation": operation.name,
                    "method": operation.method.as_str(),
                    "path": operation.path,
                    "retry_class": operation.retry.class(),
                    "deprecated": operation.deprecated,
                })
            })
            .collect();
        return print(&Value::from(rows).to_string());
    }
    let mut table = table(&["Group", "Operation", "Method", "Path", "Retry", ""]);
    for operation in OPERATIONS {
        table.add_row([
            operation.group,
            operation.name,
            operation.method.as_str(),
            operation.path,
            operation.retry.class(),
            if operation.deprecated {
                "deprecated"
            } else {
                ""
            },
        ]);
    }
    print(&lines(&table))
}

/// The operation; its neighbours in the error.
fn find(group: &str, name: &str) -> Result<&'static Operation, Failure> {
    // `--help` and other languages write names either way.
    let (group, name) = (group.replace('-', "_"), name.replace('-', "_"));
    let mut names = Vec::new();
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.group == group)
    {
        if operation.name == name {
            return Ok(operation);
        }
        names.push(operation.name);
    }
    if names.is_empty() {
        return Err(Failure::usage(format!(
            "there is no group `{group}`: `defacto api --list` shows them"
        )));
    }
    Err(Failure::usage(format!(
        "`{group}` has no operation `{name}`: use {}",
        names.join(", ")
    )))
}

fn read_input(text: &str, operation: &Operation) -> Result<Input, Failure> {
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
