//! `docs/sandbox-operations.md`: what is seen of each operation in the
//! sandbox, from the conformance cases and the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use defacto_types::{OPERATIONS, Operation};
use serde_json::{Map, Value};

use super::{Files, docs};
use crate::facts::{self, reference};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance");
/// Where an answer may be null against the contract, with the reason.
const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../contract/answers.json");
/// The kinds of errors with which the server says no.
const REFUSALS: [&str; 5] = [
    "Unauthenticated",
    "PermissionDenied",
    "NotFound",
    "Rejected",
    "StateConflict",
];
/// So many names of cases are in a cell.
const MOST: usize = 3;

/// The cases in which the sandbox itself answers an operation in one way.
#[derive(Default)]
struct Named {
    /// That have the step of their own.
    own: BTreeSet<String>,
    /// That have it among steps which cases share.
    shared: BTreeSet<String>,
}

impl Named {
    fn add(&mut self, case: &str, is_own: bool) {
        let names = if is_own {
            &mut self.own
        } else {
            &mut self.shared
        };
        names.insert(case.to_owned());
    }

    fn cell(&self) -> String {
        let names = if self.own.is_empty() {
            &self.shared
        } else {
            &self.own
        };
        let mut shown: Vec<_> = names.iter().take(MOST).cloned().collect();
        let all = self.own.union(&self.shared).count();
        if all > shown.len() && !shown.is_empty() {
            shown.push(format!("{} more", all - shown.len()));
        }
        shown.join(", ")
    }
}

/// What the cases show of an operation.
#[derive(Default)]
struct Seen {
    works: Named,
    refuses: Named,
}

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    let seen = seen()?;
    let contract = facts::read(facts::FILE)?;
    let exceptions = facts::read(ANSWERS)?;
    let mut text = format!(
        "{}# The {} operations in the sandbox\n\n\
         Works: conformance cases in which the sandbox does it, without a fault. Refuses: those\n\
         in which it says no for a reason of its own. They run in every language, with\n\
         `make conformance`, and each operation must be in one. Validated: what the contract\n\
         declares of a success, to which `contract/check` and the sandbox's tests hold the\n\
         answers; a status alone has no body, or one that is not declared.\n\n\
         | Operation | Works | Refuses | Validated |\n|---|---|---|---|\n",
        docs::MARK,
        OPERATIONS.len()
    );
    for operation in OPERATIONS {
        let shown = |seen: &&Seen| !seen.works.cell().is_empty();
        let seen = seen.get(&operation.to_string()).filter(shown);
        let seen = seen.ok_or_else(|| format!("no conformance case shows {operation} at work"))?;
        let _ = writeln!(
            text,
            "| {operation} | {} | {} | {} |",
            seen.works.cell(),
            seen.refuses.cell(),
            declared(operation, &contract)
        );
    }
    text.push_str("\n## Where an answer differs from the contract\n\n");
    for (place, why) in &exceptions {
        let _ = writeln!(text, "- `{place}`: {}.", why.as_str().unwrap_or_default());
    }
    files.insert("docs/sandbox-operations.md".to_owned(), text);
    Ok(())
}

/// What the cases show, by operation.
fn seen() -> Result<BTreeMap<String, Seen>, String> {
    let common = facts::read(&format!("{CASES}/common.json"))?;
    let folder = std::fs::read_dir(format!("{CASES}/cases"))
        .map_err(|error| format!("the cases cannot be read: {error}"))?;
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for entry in folder {
        let path = entry.map_err(|error| error.to_string())?.path();
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| told(&error))?;
        let cases: Vec<Value> = serde_json::from_str(&text).map_err(|error| told(&error))?;
        for case in cases {
            let steps = flat(&case["steps"], true, &common);
            // An answer that a fault makes up is none of the sandbox.
            if steps
                .iter()
                .any(|(step, _)| step["control"] == "POST /faults")
            {
                continue;
            }
            let name = case["name"].as_str().unwrap_or_default();
            for (step, is_own) in steps {
                let called = step["call"].as_str().or(step["list"].as_str());
                let Some(operation) = called else { continue };
                let seen = seen.entry(operation.to_owned()).or_default();
                match step.get("error") {
                    None => seen.works.add(name, is_own),
                    Some(error) if REFUSALS.iter().any(|kind| error["kind"] == *kind) => {
                        seen.refuses.add(name, is_own);
                    }
                    Some(_) => {}
                }
            }
        }
    }
    Ok(seen)
}

/// The steps, with those they share in their place, and which are their own.
fn flat<'a>(
    steps: &'a Value,
    is_own: bool,
    common: &'a Map<String, Value>,
) -> Vec<(&'a Value, bool)> {
    let mut all = Vec::new();
    for step in steps.as_array().into_iter().flatten() {
        match step["use"].as_str().and_then(|name| common.get(name)) {
            Some(shared) => all.extend(flat(shared, false, common)),
            None => all.push((step, is_own)),
        }
    }
    all
}

/// The statuses of a success, and the schema of each.
fn declared(operation: &Operation, contract: &Map<String, Value>) -> String {
    let method = operation.method.as_str().to_lowercase();
    let answers = contract
        .get("paths")
        .and_then(|paths| paths.get(operation.path)?.get(&method)?.get("responses"));
    let shown = operation.success.iter().map(|status| {
        // The only `default` answer is that of 200.
        let named = |name: &str| answers.and_then(|answers| answers.get(name));
        let answer = named(&status.to_string()).or_else(|| named("default"));
        let content = answer.and_then(|answer| answer["content"].as_object()?.values().next());
        match content.and_then(|content| name_of(&content["schema"], contract)) {
            Some(name) => format!("{status} {name}"),
            None => status.to_string(),
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// What a schema is called, and of a list what it is of.
fn name_of(schema: &Value, contract: &Map<String, Value>) -> Option<String> {
    let list = |items: &Value| name_of(items, contract).map(|item| format!("list of {item}"));
    let Some(name) = reference(schema) else {
        return list(schema.get("items")?);
    };
    let page = contract
        .get("components")
        .and_then(|all| all["schemas"][name].pointer("/properties/data/items"));
    page.and_then(list).or_else(|| Some(name.to_owned()))
}
