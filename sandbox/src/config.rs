//! What a simulator is set up with, as data: from TOML, or piece by piece.

use std::error::Error;
use std::fmt;

use defacto_types::InvalidParam;
use serde_json::{Map, Value, json};

use crate::accounts::{self, Spec};
use crate::fault::{Fault, PRESETS};
use crate::fields::Fields;
use crate::policy::{Settings, Source, TABLE};
use crate::problem::Problem;
use crate::world::invalid;

/// Settings, faults and accounts there are from the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<Fault>,
    pub(crate) accounts: Vec<Spec>,
}

impl Setup {
    /// What a simulator starts with, as a state file keeps it: without keys.
    pub(crate) fn start(&self, demo: bool) -> Value {
        let faults: Vec<_> = self.faults.iter().map(Fault::to_json).collect();
        let mut start = json!({
            "policy": self.settings.to_json(),
            "faults": faults,
            "seed_data": demo.then_some("demo"),
        });
        if !self.accounts.is_empty() {
            start["accounts"] = self.accounts.iter().map(Spec::to_json).collect();
        }
        start
    }

    /// Adds what a TOML text says.
    pub(crate) fn read(&mut self, text: &str, known: &[&str]) -> Result<(), ConfigError> {
        let read: Result<Map<String, Value>, _> = toml::from_str(text);
        let object = read.map_err(|error| ConfigError::of("TOML", &error.to_string()))?;
        let mut changed = self.clone();
        let mut wrong = Vec::new();
        for (name, value) in object {
            let read = match (name.as_str(), value) {
                ("policy", Value::Object(values)) if known.contains(&"policy") => {
                    changed.settings.set_all(&values)
                }
                ("faults", Value::Array(faults)) => changed.add_faults(faults),
                ("accounts", Value::Object(accounts)) if known.contains(&"accounts") => {
                    changed.add_accounts(accounts)
                }
                (name, _) => {
                    let expected = format!("is none of {}, or not of their kind", known.join(", "));
                    Err(vec![invalid(name, expected)])
                }
            };
            wrong.extend(read.err().into_iter().flatten());
        }
        if !wrong.is_empty() {
            return Err(ConfigError(wrong));
        }
        *self = changed;
        Ok(())
    }

    pub(crate) fn add_fault(&mut self, fault: Value) -> Result<(), Vec<InvalidParam>> {
        let Value::Object(object) = fault else {
            return Err(vec![invalid("fault", "must be an object")]);
        };
        let fault = Fault::of(Fields::of_object(object)).map_err(Problem::into_params)?;
        self.faults.push(fault);
        Ok(())
    }

    fn add_faults(&mut self, faults: Vec<Value>) -> Result<(), Vec<InvalidParam>> {
        let mut wrong = Vec::new();
        for (index, fault) in faults.into_iter().enumerate() {
            let at = |param: InvalidParam| {
                let name = param.name.as_deref().unwrap_or_default();
                invalid(
                    format!("faults[{index}].{name}"),
                    param.reason.unwrap_or_default(),
                )
            };
            let added = self.add_fault(fault);
            wrong.extend(added.err().into_iter().flatten().map(at));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// A key for each name, or a table with `key` and `permissions`.
    fn add_accounts(&mut self, accounts: Map<String, Value>) -> Result<(), Vec<InvalidParam>> {
        for (name, value) in accounts {
            self.add_account(&name, value)?;
        }
        Ok(())
    }

    pub(crate) fn add_account(
        &mut self,
        name: &str,
        value: Value,
    ) -> Result<(), Vec<InvalidParam>> {
        let spec = accounts::named_spec(name, value).map_err(|problem| {
            let of = |param: InvalidParam| {
                let field = param.name.as_deref().unwrap_or_default();
                invalid(
                    format!("accounts.{name}.{field}"),
                    param.reason.unwrap_or_default(),
                )
            };
            problem
                .into_params()
                .into_iter()
                .map(of)
                .collect::<Vec<_>>()
        })?;
        if self.accounts.iter().any(|other| other.clashes(&spec)) {
            let reason = "has the name or the key of another account";
            return Err(vec![invalid(format!("accounts.{name}"), reason)]);
        }
        self.accounts.push(spec);
        Ok(())
    }
}

/// What a simulator was to be set up with is wrong; it says what and why.
#[derive(Clone, Debug)]
pub struct ConfigError(pub(crate) Vec<InvalidParam>);

impl ConfigError {
    pub(crate) fn of(name: &str, reason: &str) -> Self {
        Self(vec![invalid(name, reason.trim_end())])
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, param) in self.0.iter().enumerate() {
            let name = param.name.as_deref().unwrap_or_default();
            let reason = param.reason.as_deref().unwrap_or_default();
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}{name} {reason}")?;
        }
        Ok(())
    }
}

impl Error for ConfigError {}

/// A decision of the simulator that can be changed: what no source states, or
/// what a test wants otherwise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// Its name, for `Builder::policy`.
    pub name: &'static str,
    /// What it is when nothing is said.
    pub default: String,
    /// Which values it takes, in words.
    pub values: String,
    /// What it decides.
    pub doc: &'static str,
    /// Whether a document states the default; else it is inferred.
    pub is_documented: bool,
}

/// Every decision that can be changed, in the order of the documentation.
#[must_use]
pub fn policies() -> Vec<Policy> {
    let usual = Settings::default();
    let shown = TABLE.iter().map(|entry| Policy {
        name: entry.name,
        default: match entry.show(&usual) {
            Value::String(text) => text,
            other => other.to_string(),
        },
        values: entry.values.to_string(),
        doc: entry.doc,
        is_documented: entry.source == Source::Read,
    });
    shown.collect()
}

/// The named faults and what each does, in the order of the documentation.
pub fn fault_presets() -> impl Iterator<Item = (&'static str, &'static str)> {
    PRESETS.iter().map(|preset| (preset.name, preset.doc))
}
