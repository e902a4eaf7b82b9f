//! The table, and results.json.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::{fs, io};

use serde::Serialize;

use crate::Outcome;
use crate::pairs::Medians;

/// Which way is better.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// The goal is an upper bound.
    Lower,
    /// The goal is a lower bound.
    Higher,
}

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    name: String,
    ratio: f64,
    goal: f64,
    better: Better,
    contender: String,
    baseline: String,
    rounds: usize,
    #[serde(skip)]
    measured: [String; 2],
}

impl Row {
    /// Ours against something else; `show` writes a measured value.
    pub fn against(
        name: &str,
        medians: Medians,
        (better, goal): (Better, f64),
        (contender, baseline): (&str, &str),
        rounds: usize,
        show: impl Fn(f64) -> String,
    ) -> Self {
        Self {
            name: name.to_owned(),
            ratio: rounded(medians.ratio),
            goal,
            better,
            contender: contender.to_owned(),
            baseline: baseline.to_owned(),
            rounds,
            measured: [show(medians.ours), show(medians.bare)],
        }
    }

    /// A value against a limit it must stay below.
    pub fn limit(
        name: &str,
        contender: &str,
        (value, limit): (f64, f64),
        rounds: usize,
        show: impl Fn(f64) -> String,
    ) -> Self {
        let medians = Medians {
            ours: value,
            bare: limit,
            ratio: value / limit,
        };
        let goal = (Better::Lower, 1.0);
        Self::against(name, medians, goal, (contender, "limit"), rounds, show)
    }

    /// Ours ÷ the other's.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    fn met(&self) -> bool {
        match self.better {
            Better::Lower => self.ratio <= self.goal,
            Better::Higher => self.ratio >= self.goal,
        }
    }
}

fn rounded(ratio: f64) -> f64 {
    (ratio * 1000.0).round() / 1000.0
}

/// Time, in microseconds.
#[must_use]
pub fn microseconds(seconds: f64) -> String {
    format!("{:.1} µs", seconds * 1e6)
}

/// Memory, in megabytes.
#[must_use]
pub fn megabytes(bytes: f64) -> String {
    format!("{:.2} MB", bytes / 1e6)
}

/// Everything measured, and what was not.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Report {
    /// Takes in rows and shows them at once.
    ///
    /// # Errors
    ///
    /// When nobody reads.
    pub fn add(&mut self, rows: impl IntoIterator<Item = Row>) -> Outcome<()> {
        for row in rows {
            say(&format!("  {} = {}", row.name, row.ratio))?;
            self.rows.push(row);
        }
        Ok(())
    }

    /// Something that could not be measured.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// The table, in Markdown.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::from(
            "| | measured | against | ratio | goal | |\n|---|---:|---:|---:|---:|---|\n",
        );
        for row in &self.rows {
            let sign = match row.better {
                Better::Lower => '≤',
                Better::Higher => '≥',
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} ({}) | {:.3} | {sign} {:.2} | {} |",
                row.name,
                row.measured[0],
                row.measured[1],
                row.baseline,
                row.ratio,
                row.goal,
                if row.met() { "met" } else { "MISSED" },
            );
        }
        for note in &self.notes {
            let _ = writeln!(text, "\n{note}");
        }
        text
    }

    /// Writes results.json and shows the table.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn finish(&self) -> Outcome<()> {
        let folder: PathBuf = ["target", "bench"].iter().collect();
        fs::create_dir_all(&folder)?;
        let mut json = serde_json::to_string_pretty(&self.rows)?;
        json.push('\n');
        fs::write(folder.join("results.json"), json)?;
        say(&format!("\n{}", self.table()))?;
        Ok(())
    }
}

/// A line for whoever runs the benchmarks.
///
/// # Errors
///
/// When nobody reads.
pub fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}
