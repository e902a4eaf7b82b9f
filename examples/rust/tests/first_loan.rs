//! The example on a sandbox, as `examples/check` runs those of other languages.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use defacto_sandbox::Sandbox;

/// A folder of its own for the store, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(folder: &Folder, base_url: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_first_loan"))
        .arg(folder.0.join("loans.db"))
        .arg(base_url)
        .output()
        .unwrap()
}

async fn control(sandbox: &Sandbox, method: reqwest::Method, path: &str, body: &'static str) {
    let url = format!("{}/{path}", sandbox.control_url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .request(method, url)
        .header("content-type", "application/json")
        .body(body);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_loan_is_followed_to_its_end() {
    let sandbox = Sandbox::builder().seed(7).start().await.unwrap();
    let folder = Folder::new("first-loan");
    // The client's transport is set up by its first use.
    let _ = defacto::Client::builder()
        .api_key("sandbox")
        .base_url(sandbox.base_url())
        .build()
        .unwrap();

    let output = run(&folder, &sandbox.base_url());
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}{errors}");
    assert_eq!(text.lines().last(), Some("closed"), "{text}");
    for step in [
        "hello", "business", "borrower", "contract", "invoice", "loan", "terms", "consent",
        "change", "timeline",
    ] {
        assert!(
            text.lines()
                .any(|line| line.starts_with(&format!("{step} "))),
            "{step}: {text}"
        );
    }
    assert!(
        text.contains("terms     120.00 EUR, fees about 1.80 EUR, repaid 20"),
        "{text}"
    );

    // A request whose answer is lost, in a process that ends with it.
    let fault = r#"{"operation":"loans.create","reset":"after","times":null}"#;
    control(&sandbox, reqwest::Method::POST, "faults", fault).await;
    let lost = run(&folder, &sandbox.base_url());
    assert_eq!(lost.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&lost.stderr);
    assert!(errors.contains("run it again"), "{errors}");
    control(&sandbox, reqwest::Method::DELETE, "faults", "").await;
    let again = run(&folder, &sandbox.base_url());
    let text = String::from_utf8(again.stdout).unwrap();
    assert_eq!(again.status.code(), Some(0), "{text}");
    assert!(text.lines().any(|line| line == "settled   1"), "{text}");

    // No server is there.
    let nowhere = run(&folder, "http://127.0.0.1:1");
    assert_eq!(nowhere.status.code(), Some(1));
    sandbox.stop().await;
}
