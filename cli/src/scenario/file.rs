//! A scenario as it stands in its file, TOML or JSON.

use std::path::Path;

use serde_json::{Map, Value, json};

/// Steps with names of their own, and what they refer to.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// What `--set` may change.
    pub(crate) set: Map<String, Value>,
    /// What the simulator is started with.
    pub(crate) seed: Option<u64>,
    pub(crate) steps: Vec<Map<String, Value>>,
}

/// What a file holds: one scenario, or a list of cases as in `conformance/`,
/// and the sequences of steps they share.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) common: Map<String, Value>,
}

/// The kinds of steps, and what a step of each may have beside itself.
const KINDS: [(&str, &[&str]); 12] = [
    ("call", &["input"]),
    ("list", &["input"]),
    ("function", &["input"]),
    ("wait", &["input"]),
    ("raw", &["input"]),
    ("control", &["body", "text", "base64", "content_type"]),
    ("send", &["body", "text", "base64", "content_type", "key"]),
    ("journal", &[]),
    ("client", &[]),
    ("tracker", &[]),
    ("use", &[]),
    ("let", &[]),
];

/// What every step may have.
const COMMON: [&str; 4] = ["name", "expect", "error", "save"];

impl Script {
    /// Reads a file. Problems are told in words, with the step.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
        let is_toml = path.extension().is_some_and(|it| it == "toml");
        let value: Value = if is_toml {
            toml::from_str(&text).map_err(|error| told(&error))?
        } else {
            serde_json::from_str(&text).map_err(|error| told(&error))?
        };
        let mut common = Map::new();
        // The cases of `conformance/cases` share what lies beside the folder.
        let beside = path
            .parent()
            .and_then(Path::parent)
            .map(|it| it.join("common.json"));
        let items = match value {
            Value::Array(cases) => {
                if let Some(text) = beside.and_then(|it| std::fs::read_to_string(it).ok()) {
                    common = serde_json::from_str(&text).map_err(|error| told(&error))?;
                }
                cases
            }
            mut one => {
                if let Value::Object(shared) = one["common"].take() {
                    common = shared;
                }
                vec![one]
            }
        };
        for steps in common.values() {
            check(steps, &common).map_err(|problem| told(&problem))?;
        }
        let scenarios = items.into_iter().map(|item| scenario(&item, &common));
        Ok(Self {
            scenarios: scenarios
                .collect::<Result<_, _>>()
                .map_err(|it| told(&it))?,
            common,
        })
    }
}

fn scenario(item: &Value, common: &Map<String, Value>) -> Result<Scenario, String> {
    let known = [
        "name", "about", "set", "seed", "steps", "common", "skip", "known",
    ];
    for (field, _) in item.as_object().into_iter().flatten() {
        if !known.contains(&field.as_str()) {
            return Err(format!("a scenario has no `{field}`"));
        }
    }
    let name = item["name"].as_str().ok_or("a scenario needs a `name`")?;
    let steps = check(&item["steps"], common).map_err(|problem| format!("{name}: {problem}"))?;
    Ok(Scenario {
        name: name.to_owned(),
        set: item["set"].as_object().cloned().unwrap_or_default(),
        seed: item["seed"].as_u64(),
        steps,
    })
}

/// The steps, without a slip in them.
fn check(steps: &Value, common: &Map<String, Value>) -> Result<Vec<Map<String, Value>>, String> {
    let all = steps.as_array().ok_or("`steps` must be a list")?;
    let mut checked = Vec::new();
    for (index, step) in all.iter().enumerate() {
        let told = |problem: String| format!("step {}: {problem}", index + 1);
        let none = || {
            let kinds = KINDS.map(|(kind, _)| kind).join(", ");
            told(format!("is none of {kinds}"))
        };
        let fields = step.as_object().ok_or_else(none)?;
        let (kind, more) = KINDS
            .iter()
            .find(|(kind, _)| fields.contains_key(*kind))
            .ok_or_else(none)?;
        let stray = fields.keys().find(|key| {
            key != kind && !more.contains(&key.as_str()) && !COMMON.contains(&key.as_str())
        });
        if let Some(stray) = stray {
            return Err(told(format!("a step of `{kind}` has no `{stray}`")));
        }
        if let Some(name) = fields.get("use").and_then(Value::as_str)
            && !common.contains_key(name)
        {
            return Err(told(format!("there are no steps `{name}`")));
        }
        checked.push(fields.clone());
    }
    Ok(checked)
}

/// Puts the values of `--set name=value` over a scenario's own: JSON, or else
/// text.
pub(crate) fn overrides(given: &[String]) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for pair in given {
        let (name, text) = pair
            .split_once('=')
            .ok_or_else(|| format!("--set {pair}: must be name=value"))?;
        let value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}
