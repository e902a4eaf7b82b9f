//! `defacto api`: any operation by its name, JSON in and out.

mod check;
mod describe;
mod field;
mod input;

use clap::Args;
use defacto::types::{OPERATIONS, Operation, Value};
use serde_json::json;

use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print, warn, write};
use crate::show::{lines, table};

const EXAMPLES: &str = "\
Examples:
  defacto api --list
  defacto api loans
  defacto api --describe loans create
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
    /// List the operations instead: all, or those of the group.
    #[arg(long, conflicts_with_all = ["operation", "input"])]
    list: bool,
    /// Show what the operation takes instead; nothing is sent.
    #[arg(long, conflicts_with_all = ["list", "input"], requires = "operation")]
    describe: bool,
    /// The resource group, such as `loans`.
    #[arg(required_unless_present = "list")]
    group: Option<String>,
    /// The operation, such as `get`; without one, those of the group are
    /// listed.
    operation: Option<String>,
    /// What it is given: JSON such as `{"path":{},"query":{},"body":{},
    /// "files":{"file":"invoice.pdf"}}`, `@FILE` for a file that holds it, `-`
    /// for stdin.
    #[arg(long, value_name = "JSON|@FILE|-", requires = "operation")]
    input: Option<String>,
    #[command(flatten)]
    connection: Connection,
    /// Print JSON for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Api {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let Some(group) = &self.group else {
            return list(OPERATIONS, self.json);
        };
        let group = group_of(group)?;
        let Some(name) = &self.operation else {
            return list(&group, self.json);
        };
        let operation = find(&group, name)?;
        if self.describe {
            return describe::show(operation, self.json);
        }
        let input = match &self.input {
            Some(text) => input::read(text, operation)?,
            None if describe::needs_input(operation) => {
                return Err(Failure::usage(describe::missing(operation)));
            }
            None => Default::default(),
        };
        for warning in check::names(operation, &input)? {
            warn(&warning, self.json);
        }
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

fn list(operations: &[&'static Operation], json: bool) -> Result<(), Failure> {
    if json {
        let rows: Vec<_> = operations
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
    for operation in operations {
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

/// The operations of a group.
fn group_of(name: &str) -> Result<Vec<&'static Operation>, Failure> {
    // `--help` and other languages write names either way.
    let name = name.replace('-', "_");
    let operations: Vec<_> = OPERATIONS
        .iter()
        .copied()
        .filter(|operation| operation.group == name)
        .collect();
    if operations.is_empty() {
        return Err(Failure::usage(format!(
            "there is no group `{name}`: `defacto api --list` shows them"
        )));
    }
    Ok(operations)
}

/// The operation; its neighbours in the error.
fn find(group: &[&'static Operation], name: &str) -> Result<&'static Operation, Failure> {
    let name = name.replace('-', "_");
    let found = group.iter().find(|operation| operation.name == name);
    found.copied().ok_or_else(|| {
        let names: Vec<_> = group.iter().map(|operation| operation.name).collect();
        let group = group.first().map_or("", |operation| operation.group);
        Failure::usage(format!(
            "`{group}` has no operation `{name}`: use {}",
            names.join(", ")
        ))
    })
}
