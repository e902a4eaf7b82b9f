//! What is linked into a package: the licence texts that must travel with it,
//! and a bill of materials (CycloneDX). Both come from cargo, for this platform
//! and the features the package is built with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// How a file begins that says under which terms a crate may be used.
const TERMS: [&str; 6] = [
    "LICENSE",
    "LICENCE",
    "COPYING",
    "COPYRIGHT",
    "NOTICE",
    "UNLICENSE",
];

struct Crate {
    name: String,
    version: String,
    /// An SPDX expression.
    license: String,
    folder: String,
    /// Ours, whose terms stand in the package anyway.
    is_ours: bool,
    checksum: Option<String>,
    depends_on: BTreeSet<String>,
}

impl Crate {
    fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

/// Writes `LICENSES-THIRD-PARTY.txt` and `sbom.cdx.json` into a folder.
pub(crate) fn run(package: &str, folder: &str) -> Result<String, String> {
    let crates = crates(package)?;
    std::fs::create_dir_all(folder).map_err(|error| format!("{folder}: {error}"))?;
    let write = |name: &str, text: String| {
        let path = Path::new(folder).join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write("LICENSES-THIRD-PARTY.txt", licenses(&crates)?)?;
    write("sbom.cdx.json", bill(package, &crates)?)?;
    Ok(format!("{} crates inside {package}", crates.len()))
}

fn cargo(arguments: &[&str]) -> Result<String, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    output(&cargo, arguments)
}

fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{program}: {error}"))
}

/// The crates by `name version`. What only runs while building, procedural
/// macros among it, is not inside.
fn crates(package: &str) -> Result<BTreeMap<String, Crate>, String> {
    let tree = cargo(&[
        "tree",
        "--locked",
        "--package",
        package,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ])?;
    // A line is `name v1.2.3 (folder)`, the folder only for our own.
    let inside: BTreeSet<String> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some(format!(
                "{} {}",
                words.next()?,
                words.next()?.strip_prefix('v')?
            ))
        })
        .collect();
    let metadata = cargo(&["metadata", "--locked", "--format-version", "1"])?;
    let metadata: Value =
        serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let checksums = checksums()?;
    let mut names = BTreeMap::new();
    let mut crates = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let (name, version) = (text(&package["name"])?, text(&package["version"])?);
        let key = format!("{name} {version}");
        names.insert(text(&package["id"])?, key.clone());
        if !inside.contains(&key) {
            continue;
        }
        let manifest = text(&package["manifest_path"])?;
        let folder = manifest.strip_suffix("Cargo.toml").unwrap_or_default();
        let license = package["license"]
            .as_str()
            .ok_or_else(|| format!("{key} names no licence"))?;
        let krate = Crate {
            name,
            version,
            license: license.to_owned(),
            folder: folder.to_owned(),
            is_ours: package["source"].is_null(),
            checksum: checksums.get(&key).cloned(),
            depends_on: BTreeSet::new(),
        };
        crates.insert(key, krate);
    }
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(krate) = names
            .get(&text(&node["id"])?)
            .and_then(|key| crates.get_mut(key))
        else {
            continue;
        };
        for dependency in list(&node["dependencies"]) {
            let key = names.get(&text(dependency)?);
            krate
                .depends_on
                .extend(key.filter(|key| inside.contains(*key)).cloned());
        }
    }
    if crates.len() == inside.len() {
        Ok(crates)
    } else {
        Err("cargo tree names a crate that cargo metadata does not".to_owned())
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or("cargo metadata has another form")?;
    Ok(text.to_owned())
}

/// The checksums of Cargo.lock, by `name version`.
fn checksums() -> Result<BTreeMap<String, String>, String> {
    let lock =
        std::fs::read_to_string("Cargo.lock").map_err(|error| format!("Cargo.lock: {error}"))?;
    let mut checksums = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let field = |name: &str| {
            package.lines().find_map(|line| {
                let value = line.strip_prefix(name)?.strip_prefix(" = \"")?;
                value.strip_suffix('"').map(str::to_owned)
            })
        };
        if let (Some(name), Some(version), Some(checksum)) =
            (field("name"), field("version"), field("checksum"))
        {
            checksums.insert(format!("{name} {version}"), checksum);
        }
    }
    Ok(checksums)
}

/// Every text once, under the crates it came with.
fn licenses(crates: &BTreeMap<String, Crate>) -> Result<String, String> {
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut table = String::new();
    for (key, krate) in crates.iter().filter(|(_, krate)| !krate.is_ours) {
        let _ = writeln!(table, "{key}: {}", krate.license);
        for text in terms(krate)? {
            texts.entry(text).or_default().insert(key.clone());
        }
    }
    let rust = output("rustc", &["--version"])?;
    let _ = writeln!(
        table,
        "Rust's standard library, {}: MIT OR Apache-2.0",
        rust.trim()
    );
    texts
        .entry(apache()?)
        .or_default()
        .insert("Rust's standard library".to_owned());
    let mut all = format!("What is linked into this library, and under which terms.\n\n{table}");
    for (text, keys) in texts {
        let keys: Vec<String> = keys.into_iter().collect();
        let _ = write!(all, "\n{}\n{}\n\n{text}\n", "-".repeat(80), keys.join(", "));
    }
    Ok(all)
}

/// The texts a crate brings; for one that brings none, the one of its repository
/// in `tools/licences`, or the one of Apache-2.0, which is the same for everybody.
fn terms(krate: &Crate) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", krate.folder);
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(&krate.folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let is_file = entry.file_type().map_err(failed)?.is_file();
        if is_file && TERMS.iter().any(|start| name.starts_with(start)) {
            let text = std::fs::read_to_string(entry.path()).map_err(failed)?;
            texts.push(text.replace("\r\n", "\n").trim().to_owned());
        }
    }
    let kept = Path::new("tools/licences").join(&krate.name);
    if texts.is_empty() && kept.exists() {
        let text = std::fs::read_to_string(&kept);
        let text = text.map_err(|error| format!("{}: {error}", kept.display()))?;
        texts.push(text.trim().to_owned());
    }
    if texts.is_empty() {
        let alternatives: Vec<&str> = krate.license.split(" OR ").collect();
        if !alternatives.contains(&"Apache-2.0") {
            return Err(format!(
                "{} {} brings no text of {}: put it into tools/licences",
                krate.name, krate.version, krate.license
            ));
        }
        texts.push(apache()?);
    }
    Ok(texts)
}

fn apache() -> Result<String, String> {
    std::fs::read_to_string("LICENSE-APACHE")
        .map(|text| text.trim().to_owned())
        .map_err(|error| format!("LICENSE-APACHE: {error}"))
}

fn bill(package: &str, crates: &BTreeMap<String, Crate>) -> Result<String, String> {
    let component = |krate: &Crate| {
        let hashes: Vec<Value> = krate
            .checksum
            .iter()
            .map(|checksum| json!({"alg": "SHA-256", "content": checksum}))
            .collect();
        json!({
            "type": "library",
            "bom-ref": krate.purl(),
            "name": krate.name,
            "version": krate.version,
            "purl": krate.purl(),
            "hashes": hashes,
            "licenses": [{"expression": krate.license}],
        })
    };
    let (mut root, mut components, mut dependencies) = (Value::Null, Vec::new(), Vec::new());
    for krate in crates.values() {
        let depends_on: Vec<String> = krate
            .depends_on
            .iter()
            .filter_map(|key| crates.get(key).map(Crate::purl))
            .collect();
        dependencies.push(json!({"ref": krate.purl(), "dependsOn": depends_on}));
        if krate.name == package {
            root = component(krate);
        } else {
            components.push(component(krate));
        }
    }
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": dependencies,
    });
    let text = serde_json::to_string_pretty(&bill).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}
