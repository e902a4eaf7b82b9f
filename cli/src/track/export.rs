//! `defacto track export`.

use clap::Args;
use csv::Writer;
use defacto::tracking::Entity;
use defacto::tracking::store::{Sqlite, Store as _};
use serde_json::Value;

use super::store::StoreFile;
use super::{Objects, line, status};
use crate::failure::{Failure, write};

/// Changes read at a time.
const CHUNK: usize = 1_000;

/// The columns of loans. What is none of the first is a field of the loan.
const LOANS: [&str; 20] = [
    "id",
    "status",
    "since",
    "outstanding",
    "next_due",
    "ambiguous",
    "anomalies",
    "currency",
    "amount",
    "repaid_amount",
    "repaid_nominal_amount",
    "paid_interests_amount",
    "fees_estimated",
    "submitted_at",
    "to_pay_at",
    "paid_at",
    "to_repay_at",
    "closed_at",
    "invoice_id",
    "borrower",
];

/// The columns of changes.
const CHANGES: [&str; 14] = [
    "seq",
    "recorded_at",
    "entity",
    "id",
    "loan_id",
    "kind",
    "status",
    "inferred",
    "name",
    "from",
    "to",
    "earliest",
    "latest",
    "source",
];

/// Writes what the store holds to stdout.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// A table of the loans; amounts are in cents.
    #[arg(long, required_unless_present = "jsonl", conflicts_with = "jsonl")]
    csv: bool,
    /// A line of JSON an object: loans, payments, invoices, installments and
    /// credit lines.
    #[arg(long)]
    jsonl: bool,
    /// The changes, in the order they were recorded, in place of the objects.
    #[arg(long)]
    changes: bool,
    #[command(flatten)]
    store: StoreFile,
    /// Taken like everywhere, for errors; the output is as asked for.
    #[arg(long)]
    pub(super) json: bool,
}

impl Export {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.store.read()?;
        let columns: &[&str] = if self.changes { &CHANGES } else { &LOANS };
        let mut sheet = Sheet {
            columns: self.csv.then_some(columns),
        };
        sheet.head()?;
        if self.changes {
            return changes(&store, &sheet).await;
        }
        let entities = if self.csv {
            &[Entity::Loan]
        } else {
            Entity::ALL
        };
        for entity in entities {
            let mut objects = Objects::of(&store, *entity);
            while let Some(track) = objects.next().await? {
                sheet.add(&status::to_json(&track))?;
            }
        }
        Ok(())
    }
}

async fn changes(store: &Sqlite, sheet: &Sheet<'_>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let changes = store.changes(after, CHUNK).await?;
        let Some(last) = changes.last() else {
            return Ok(());
        };
        after = last.seq;
        for change in &changes {
            sheet.add(&line::to_json(change))?;
        }
    }
}

/// Lines of JSON, or of a table where there are columns.
struct Sheet<'a> {
    columns: Option<&'a [&'a str]>,
}

impl Sheet<'_> {
    fn head(&mut self) -> Result<(), Failure> {
        match self.columns {
            Some(columns) => row(columns),
            None => Ok(()),
        }
    }

    fn add(&self, object: &Value) -> Result<(), Failure> {
        let Some(columns) = self.columns else {
            return write(format!("{object}\n").as_bytes());
        };
        let cells: Vec<String> = columns.iter().map(|name| cell(object, name)).collect();
        row(&cells)
    }
}

fn row<T: AsRef<[u8]>>(cells: &[T]) -> Result<(), Failure> {
    let unmade = |source: &dyn std::error::Error| Failure::runtime("the table is not made", source);
    let mut writer = Writer::from_writer(Vec::new());
    writer
        .write_record(cells)
        .map_err(|source| unmade(&source))?;
    let line = writer.into_inner().map_err(|source| unmade(&source))?;
    write(&line)
}

/// A value of the object, or else of its fields.
fn cell(object: &Value, name: &str) -> String {
    let fact = || object.get("facts").and_then(|facts| facts.get(name));
    match object.get(name).or_else(fact) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(many)) => {
            let texts = many.iter().filter_map(Value::as_str);
            texts.collect::<Vec<_>>().join("; ")
        }
        // A stretch of time: it was so from its end at the latest.
        Some(Value::Object(stretch)) => {
            let latest = stretch.get("latest").and_then(Value::as_str);
            latest.unwrap_or_default().to_owned()
        }
        Some(other) => other.to_string(),
    }
}
