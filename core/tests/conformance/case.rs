//! Case files: read, and checked to hold nothing that no driver knows.

use std::collections::BTreeSet;
use std::path::Path;

use defacto::types::{ErrorKind, Function, Operation, Waiter};
use serde_json::{Map, Value};

/// All cases, and the sequences of steps they share.
pub(crate) struct Suite {
    pub(crate) common: Value,
    pub(crate) cases: Vec<Case>,
}

impl Suite {
    /// The operations that these steps call, through shared ones too.
    pub(crate) fn operations(&self, steps: &[Map<String, Value>]) -> BTreeSet<String> {
        let mut called = BTreeSet::new();
        for step in steps {
            let name = |kind: &str| step.get(kind).and_then(Value::as_str);
            called.extend(name("call").or(name("list")).map(str::to_owned));
            if let Some(shared) = name("use") {
                let shared: Vec<_> = steps_of(&self.common[shared]).collect();
                called.extend(self.operations(&shared));
            }
        }
        called
    }
}

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) steps: Vec<Map<String, Value>>,
    /// It fails today, and says why.
    pub(crate) is_known: bool,
}

/// A kind of step and what it may hold beside itself.
const KINDS: [(&str, &[&str]); 11] = [
    ("call", &["input", "save", "expect", "error"]),
    (
        "list",
        &["input", "pages", "fails", "save", "expect", "error"],
    ),
    ("function", &["input", "save", "expect", "error"]),
    ("wait", &["input", "save", "expect", "error"]),
    ("raw", &["input", "save", "expect", "error"]),
    ("control", &["body", "save", "expect"]),
    ("journal", &["expect"]),
    ("client", &["error"]),
    ("tracker", &["error"]),
    ("use", &[]),
    ("let", &[]),
];

/// What an error is asked beside pointers into its JSON.
const OF_AN_ERROR: [&str; 11] = [
    "kind",
    "code",
    "message",
    "is_retryable",
    "is_outcome_unknown",
    "operation",
    "status",
    "attempts",
    "salt_id",
    "retry_after",
    "recovery",
];

/// What a result is asked beside pointers into it.
const OF_A_RESULT: [&str; 8] = [
    "status", "attempts", "creation", "count", "pages", "cursor", "requests", "acted",
];

pub(crate) fn read(root: &Path) -> Result<Suite, String> {
    let json = |path: &Path| -> Result<Value, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    };
    let common = json(&root.join("common.json"))?;
    for (name, steps) in common.as_object().ok_or("common.json is no object")? {
        let case = serde_json::json!({"name": name, "about": "shared", "steps": steps});
        parse(&case, &common)?;
    }
    let folder = std::fs::read_dir(root.join("cases")).map_err(|error| error.to_string())?;
    let files: BTreeSet<_> = folder.flatten().map(|entry| entry.path()).collect();
    let mut cases: Vec<Case> = Vec::new();
    for file in files {
        let Value::Array(all) = json(&file)? else {
            return Err(format!("{} is no list of cases", file.display()));
        };
        for case in all {
            let case = parse(&case, &common)?;
            if cases.iter().any(|other| other.name == case.name) {
                return Err(format!("{} is there twice", case.name));
            }
            cases.push(case);
        }
    }
    Ok(Suite { common, cases })
}

/// A case without a slip.
pub(crate) fn parse(case: &Value, common: &Value) -> Result<Case, String> {
    let name = case["name"].as_str().ok_or("a case has no name")?;
    let slip = |problem: String| format!("{name}: {problem}");
    for (field, value) in case.as_object().into_iter().flatten() {
        let is_right = match field.as_str() {
            "name" | "about" | "known" => value.as_str().is_some_and(|text| !text.is_empty()),
            // Each face that is left out has its reason.
            "skip" => value
                .as_object()
                .is_some_and(|faces| faces.values().all(Value::is_string)),
            "steps" => value.is_array(),
            _ => false,
        };
        if !is_right {
            return Err(slip(format!("{field} is unknown or of a wrong form")));
        }
    }
    let steps: Vec<_> = steps_of(&case["steps"]).collect();
    if steps.is_empty() || case["about"].is_null() {
        return Err(slip(
            "it has no steps or does not say what it is about".to_owned(),
        ));
    }
    for (index, step) in steps.iter().enumerate() {
        check(step, common).map_err(|problem| slip(format!("step {index}: {problem}")))?;
    }
    Ok(Case {
        name: name.to_owned(),
        steps,
        is_known: case.get("known").is_some(),
    })
}

/// What is no object is of no kind, which `check` finds.
pub(crate) fn steps_of(steps: &Value) -> impl Iterator<Item = Map<String, Value>> {
    let steps = steps.as_array().into_iter().flatten();
    steps.map(|step| step.as_object().cloned().unwrap_or_default())
}

fn check(step: &Map<String, Value>, common: &Value) -> Result<(), String> {
    let (kind, others) = KINDS
        .iter()
        .find(|(kind, _)| step.contains_key(*kind))
        .ok_or("it is of no kind")?;
    if let Some(other) = step
        .keys()
        .find(|key| key != kind && !others.contains(&key.as_str()))
    {
        return Err(format!("a step of {kind} has no {other}"));
    }
    let name = step[*kind].as_str().unwrap_or_default();
    let is_known = match *kind {
        "call" => Operation::find(name)
            .or(Operation::find_tracker(name))
            .is_some(),
        "list" | "journal" => Operation::find(name).is_some(),
        "function" => Function::find(name).is_some() || step.contains_key("error"),
        "wait" => Waiter::find(name).is_some(),
        "use" => common.get(name).is_some(),
        "control" => name.split_once(" /").is_some(),
        "raw" => name.contains(' '),
        _ => step[*kind].is_object(),
    };
    if !is_known {
        return Err(format!("there is no {kind} {name}"));
    }
    for (what, known) in [
        ("error", &OF_AN_ERROR[..]),
        ("fails", &OF_AN_ERROR),
        ("expect", &OF_A_RESULT),
    ] {
        for key in step
            .get(what)
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::keys)
        {
            let is_header = what == "expect" && key.starts_with("header:");
            let is_pointer = key.is_empty() || key.starts_with('/');
            if !is_header && !is_pointer && !known.contains(&key.as_str()) {
                return Err(format!("{what} has no {key}"));
            }
        }
    }
    if let Some(kind) = step.get("error").and_then(|error| error["kind"].as_str())
        && !ErrorKind::ALL.iter().any(|known| known.name() == kind)
    {
        return Err(format!("there is no kind {kind} of errors"));
    }
    if *kind == "journal" && !step.contains_key("expect") {
        return Err("it expects nothing".to_owned());
    }
    Ok(())
}
