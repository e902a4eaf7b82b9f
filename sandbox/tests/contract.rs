//! Every answer is checked against the contract, and the control API against
//! its own file.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use defacto_sandbox::{Sandbox, control_openapi};
use serde_json::{Value, json};
use support::{get, send};

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../contract");

/// A copy of the contract in which something is otherwise.
fn changed(name: &str, change: impl Fn(&str, &mut Value)) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["facts.json", "answers.json", "problem.json"] {
        let text = std::fs::read_to_string(PathBuf::from(CONTRACT).join(file)).unwrap();
        let mut json: Value = serde_json::from_str(&text).unwrap();
        change(file, &mut json);
        std::fs::write(folder.join(file), json.to_string()).unwrap();
    }
    folder
}

async fn with(folder: PathBuf) -> Sandbox {
    Sandbox::builder().contract(folder).start().await.unwrap()
}

#[tokio::test]
async fn every_test_of_ours_checks_the_answers() {
    let sandbox = Sandbox::start().await.unwrap();
    get(sandbox.address(), "/loans").await;
    get(sandbox.address(), "/nowhere").await;
    get(sandbox.address(), "/_sandbox/clock").await;
    let checked = sandbox.checked().unwrap();
    assert_eq!((checked.answers, checked.misfits), (3, 0));
}

#[tokio::test]
async fn what_is_not_as_declared_fails_and_says_where() {
    let body = r#"{"identifier": "333333334", "name": "Borrower"}"#;
    let in_borrower = |json: &mut Value| json["components"]["schemas"]["APIBorrower"].take();
    let put = |json: &mut Value, schema| json["components"]["schemas"]["APIBorrower"] = schema;
    for (name, status, pointer, change) in [
        (
            "kind",
            "201",
            "/name",
            Box::new(move |file: &str, json: &mut Value| {
                if file == "facts.json" {
                    let mut schema = in_borrower(json);
                    schema["properties"]["name"] = json!({"type": "integer"});
                    put(json, schema);
                }
            }) as Box<dyn Fn(&str, &mut Value)>,
        ),
        (
            "field",
            "201",
            "",
            Box::new(move |file, json| {
                if file == "facts.json" {
                    let mut schema = in_borrower(json);
                    let fields = schema["properties"].as_object_mut().unwrap();
                    fields.remove("name").unwrap();
                    let required = schema["required"].as_array_mut().into_iter().flatten();
                    let required: Vec<_> = required.filter(|name| **name != "name").collect();
                    schema["required"] = json!(required);
                    put(json, schema);
                }
            }),
        ),
        (
            "status",
            "201",
            "",
            Box::new(|file, json| {
                if file == "facts.json" {
                    let answers = &mut json["paths"]["/borrowers"]["post"]["responses"];
                    let made = answers["201"].take();
                    *answers = json!({ "202": made });
                }
            }),
        ),
    ] {
        let sandbox = with(changed(name, change)).await;
        let answer = send(sandbox.address(), "POST", "/borrowers", body).await;
        assert_eq!(answer.status, 500, "{}", answer.text());
        let problem = answer.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("borrowers.create answered {status}")));
        assert_eq!(problem["invalid_params"][0]["name"], pointer);
        assert!(problem["invalid_params"][0]["reason"].is_string());
        let checked = sandbox.checked().unwrap();
        assert_eq!((checked.answers, checked.misfits), (1, 1));
        assert!(checked.first[0].starts_with("borrowers.create answered 201"));
        // It was carried out all the same, and the journal says so.
        assert_eq!(
            sandbox.count("borrowers.create", Some(true)).await.unwrap(),
            1
        );
    }
}

#[tokio::test]
async fn a_refusal_is_the_problem_that_is_described() {
    let sandbox = with(changed("problem", |file, json| {
        if file == "problem.json" {
            json["required"] = json!(["instance"]);
        }
    }))
    .await;
    for path in ["/loan/none", "/nowhere"] {
        let answer = get(sandbox.address(), path).await;
        assert_eq!(answer.status, 500, "{}", answer.text());
        let reason = answer.json()["invalid_params"][0]["reason"].clone();
        assert!(reason.as_str().unwrap().contains("instance"), "{reason}");
    }
}

#[tokio::test]
async fn what_goes_wrong_on_purpose_is_not_checked() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for preset in ["unknown_values", "html_success", "server_error", "busy"] {
        let fault = json!({ "preset": preset, "times": 1 }).to_string();
        let made = send(to, "POST", "/_sandbox/faults", &fault).await;
        assert_eq!(made.status, 201, "{}", made.text());
        get(to, "/loans").await;
    }
    let checked = sandbox.checked().unwrap();
    // The faults that were made, and the one answer that was changed after it.
    assert_eq!((checked.answers, checked.misfits), (5, 0));
}

#[tokio::test]
async fn an_exception_is_of_something_there_is() {
    let folder = changed("exception", |file, json| {
        if file == "answers.json" {
            json["NoSuch.field"] = "why".into();
        }
    });
    let refused = Sandbox::builder().contract(folder).start().await;
    let error = refused.unwrap_err();
    assert!(error.config().is_some());
    assert!(error.to_string().contains("NoSuch.field"), "{error}");
}

fn document() -> Value {
    serde_json::from_str(control_openapi()).unwrap()
}

/// Method and path of each operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(|(method, operation)| {
                (method.to_ascii_uppercase(), path.clone(), operation.clone())
            })
        })
        .collect()
}

#[tokio::test]
async fn each_operation_of_the_file_has_a_route() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let served = get(to, "/_sandbox/openapi.json").await;
    assert_eq!(served.text(), control_openapi());
    for (method, path, _) in operations(&document()) {
        if path == "/stream" {
            continue;
        }
        let url = format!("/_sandbox{}", path.replace(['{', '}'], ""));
        let answer = send(to, &method, &url, "").await;
        assert_ne!(answer.status, 405, "{method} {path}");
        let text = String::from_utf8_lossy(&answer.body);
        assert!(
            !text.contains("has no such path"),
            "{method} {path}: {text}"
        );
    }
    assert_eq!(sandbox.checked().unwrap().first, [""; 0]);
}

#[test]
fn the_file_is_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let named = |value: &Value| value.as_str().unwrap().to_owned();
    let all = operations(&document);
    let ids: BTreeSet<_> = all
        .iter()
        .map(|(.., it)| named(&it["operationId"]))
        .collect();
    assert_eq!(ids.len(), all.len());
    for (method, path, operation) in &all {
        let at = format!("{method} {path}");
        assert!(operation["summary"].is_string(), "{at}");
        let parameters = operation["parameters"].as_array().cloned();
        let parameters = parameters.unwrap_or_default();
        let in_path = parameters.iter().filter(|it| it["in"] == "path").count();
        assert_eq!(in_path, path.matches('{').count(), "{at}");
        assert!(operation["responses"]["default"].is_object(), "{at}");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{at}");
    }
    let text = document.to_string();
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        let used = format!("#/components/schemas/{name}\"");
        assert!(text.contains(&used), "nothing uses {name}");
    }
    let mut left = text.as_str();
    while let Some((_, rest)) = left.split_once("#/components/schemas/") {
        let (name, rest) = rest.split_once('"').unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
        left = rest;
    }
}

#[test]
fn the_documentation_names_each_route() {
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sandbox.md");
    let text = std::fs::read_to_string(text).unwrap();
    let mut documented: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.contains(" /"))
        .collect();
    for (method, path, _) in operations(&document()) {
        let name = format!("{method} {path}");
        assert!(documented.remove(&name), "docs/sandbox.md has no `{name}`");
    }
    assert!(documented.is_empty(), "there is no {documented:?}");
}
