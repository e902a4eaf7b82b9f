//! The version of every package is the one in the workspace's `Cargo.toml`; npm
//! has no way to take it from there, so that what it repeats is compared.

use std::fmt::Write as _;

use serde_json::Value;

/// What npm reads.
const MANIFESTS: [&str; 4] = [
    "bindings-node/package.json",
    "bindings-node/package-lock.json",
    "bindings-node/sandbox/package.json",
    "examples/node/package-lock.json",
];

/// What maturin reads: the crate's version.
const PROJECTS: [&str; 2] = [
    "bindings-python/pyproject.toml",
    "bindings-python/sandbox/pyproject.toml",
];

/// Compares, and says how much was compared.
pub(crate) fn run() -> Result<String, String> {
    let workspace = read("Cargo.toml")?;
    let version = workspace
        .lines()
        .find_map(|line| quoted(line.strip_prefix("version = ")?))
        .ok_or("Cargo.toml has no version")?;
    let mut found: Vec<(String, String)> = Vec::new();
    for line in workspace.lines().filter(|line| line.contains("path = ")) {
        let name = line.split(' ').next().unwrap_or_default();
        let given = line
            .split_once("version = ")
            .and_then(|(_, rest)| quoted(rest));
        found.push((
            format!("Cargo.toml: {name}"),
            given.unwrap_or_default().to_owned(),
        ));
    }
    for member in members(&workspace) {
        let file = format!("{member}/Cargo.toml");
        let is_shared = read(&file)?
            .lines()
            .any(|line| line == "version.workspace = true");
        let given = if is_shared { version } else { "its own" };
        found.push((file, given.to_owned()));
    }
    for file in PROJECTS {
        let is_dynamic = read(file)?
            .lines()
            .any(|line| line == r#"dynamic = ["version"]"#);
        let given = if is_dynamic { version } else { "its own" };
        found.push((file.to_owned(), given.to_owned()));
    }
    for file in MANIFESTS {
        let value =
            serde_json::from_str(&read(file)?).map_err(|error| format!("{file}: {error}"))?;
        let before = found.len();
        collect(file, &value, &mut found);
        if found.len() == before {
            return Err(format!("versions: {file} names no package of ours"));
        }
    }
    let wrong = found.iter().filter(|(_, given)| given != version);
    let differences = wrong.fold(String::new(), |mut all, (place, given)| {
        let _ = write!(all, "\n{place}: {given:?}");
        all
    });
    if differences.is_empty() {
        Ok(format!("versions: {} places say {version}", found.len()))
    } else {
        Err(format!(
            "versions: Cargo.toml says {version}, but{differences}"
        ))
    }
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))
}

/// What stands in the first quotes of a text.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

fn members(workspace: &str) -> impl Iterator<Item = &str> {
    let line = workspace
        .lines()
        .find_map(|line| line.strip_prefix("members = "));
    line.unwrap_or_default().split('"').skip(1).step_by(2)
}

/// The versions of our packages: their own, and those that others ask for.
fn collect(place: &str, value: &Value, found: &mut Vec<(String, String)>) {
    let Value::Object(fields) = value else { return };
    let is_ours = |name: &str| name.starts_with("defacto-sdk");
    if fields
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(is_ours)
        && let Some(version) = fields.get("version").and_then(Value::as_str)
    {
        found.push((place.to_owned(), version.to_owned()));
    }
    for (name, value) in fields {
        let place = format!("{place}: {name}");
        match value {
            Value::String(version) if is_ours(name) && !version.starts_with("file:") => {
                found.push((place, version.clone()));
            }
            value => collect(&place, value, found),
        }
    }
}
