//! Tells the user what is going on while it goes on.

use std::io::IsTerminal as _;

use indicatif::ProgressBar;
use serde_json::{Map, Value};

use crate::failure::{Failure, print};
use crate::show::spinner;

/// Lines on stdout for people, a spinner on stderr where that is a terminal,
/// and the steps taken for `--json`.
#[derive(Debug)]
pub(super) struct Narrator {
    json: bool,
    spinner: Option<ProgressBar>,
    steps: Vec<Value>,
}

impl Narrator {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            spinner: std::io::stderr().is_terminal().then(spinner),
            steps: Vec::new(),
        }
    }

    /// What is being waited for.
    pub(super) fn doing(&self, what: &str) {
        if let Some(spinner) = &self.spinner {
            spinner.set_message(format!("{what} ..."));
        }
    }

    /// A step is done: its name, what to say of it and the same as data. Lines
    /// after the first are set under it.
    pub(super) fn done(&mut self, name: &str, text: &str, mut data: Value) -> Result<(), Failure> {
        let number = self.steps.len() + 1;
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let mut shown = format!("{number:>2}  {name:<9}  {first}");
        for line in lines {
            shown.push_str(&format!("\n{:15}{line}", ""));
        }
        let mut step = Map::new();
        step.insert("step".to_owned(), Value::from(name));
        if let Some(fields) = data.as_object_mut() {
            step.append(fields);
        }
        self.steps.push(Value::Object(step));
        self.say(&shown)
    }

    /// Text for people.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        match &self.spinner {
            Some(spinner) => spinner.suspend(|| print(text)),
            None => print(text),
        }
    }

    /// Takes the spinner away.
    pub(super) fn quiet(&self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }

    /// The steps taken.
    pub(super) fn steps(&self) -> &[Value] {
        &self.steps
    }
}
