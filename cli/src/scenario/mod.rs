//! `defacto sandbox run` and `defacto sandbox export`.

mod file;
mod http;
mod run;
mod scratch;

use std::path::PathBuf;

use clap::Args;
use defacto_sandbox::Sandbox;
use serde_json::{Map, Value, json};

use crate::failure::{Failure, print};
use file::{Script, overrides};
use http::Http;
use run::Run;

/// Any key will do.
const KEY: &str = "key-0123456789abcdef";

#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 all expectations hold; 1 one does not, or a step failed; 2 the
file is wrong. The steps are those of conformance/README.md; docs/sandbox.md
has an example.")]
pub(crate) struct RunScenario {
    /// A TOML or JSON file with steps and expectations.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Overrides a value of the file's `set`: JSON, or else text.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    /// A running sandbox, which is reset first; one of its own is started
    /// otherwise.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Go on from the sandbox's present state instead of resetting it.
    #[arg(long, requires = "base_url")]
    keep: bool,

    /// Write one line of JSON for each scenario.
    #[arg(long)]
    pub(crate) json: bool,
}

impl RunScenario {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let script = Script::read(&self.file).map_err(Failure::usage)?;
        let given = overrides(&self.set).map_err(Failure::usage)?;
        for name in given.keys() {
            if !script.scenarios.iter().any(|it| it.set.contains_key(name)) {
                return Err(Failure::usage(format!(
                    "--set {name}: the file has no such value"
                )));
            }
        }
        let own = match &self.base_url {
            Some(_) => None,
            None => Some(
                Sandbox::start()
                    .await
                    .map_err(|error| Failure::runtime("no sandbox can be started", &error))?,
            ),
        };
        let base_url = own
            .as_ref()
            .map(Sandbox::base_url)
            .or(self.base_url.clone());
        let http = Http::new(
            &base_url.unwrap_or_default(),
            tokio::runtime::Handle::current(),
        )
        .map_err(Failure::other)?;
        // The client blocks its thread.
        let steps = move || self.all(&script, &given, &http);
        let done = tokio::task::spawn_blocking(steps).await;
        let done = done.map_err(|error| Failure::runtime("the scenario broke off", &error))?;
        if let Some(sandbox) = own {
            sandbox.stop().await;
        }
        done
    }

    fn all(&self, script: &Script, given: &Map<String, Value>, http: &Http) -> Result<(), Failure> {
        let mut failed = 0;
        for scenario in &script.scenarios {
            if !self.keep {
                let seed = json!({ "body": { "seed": scenario.seed } });
                http.control("POST /reset", &seed).map_err(Failure::other)?;
                let settings = json!({ "body": { "salt_replay": "existing", "policy": "guide" } });
                http.control("PUT /settings", &settings)
                    .map_err(Failure::other)?;
            }
            let mut values = scenario.set.clone();
            values.extend(given.clone());
            let mut run = Run::new(http, script, values);
            let outcome = run.all(scenario);
            failed += usize::from(outcome.is_err());
            let problem = outcome.err();
            let line = if self.json {
                let (name, done) = (&scenario.name, run.done);
                json!({ "name": name, "steps": done, "problem": problem }).to_string()
            } else {
                match problem {
                    None => format!("ok      {}: {} steps", scenario.name, run.done),
                    Some(problem) => format!("FAILED  {}: {problem}", scenario.name),
                }
            };
            print(&line)?;
        }
        match failed {
            0 => Ok(()),
            _ => Err(Failure::other(format!(
                "{failed} of {} failed",
                script.scenarios.len()
            ))),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The running sandbox, started with `--record` or `--state FILE`.
    #[arg(long, value_name = "URL")]
    base_url: String,

    /// Taken like everywhere; the scenario is JSON anyway.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Export {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let runtime = tokio::runtime::Handle::current();
        let ask = move || {
            let http = Http::new(&self.base_url, runtime)?;
            http.control("GET /export", &Value::Null)
        };
        let asked = tokio::task::spawn_blocking(ask).await;
        let asked = asked.map_err(|error| Failure::runtime("the export broke off", &error))?;
        let (script, about) = asked.map_err(Failure::other)?;
        if about["status"].is_null() {
            return Err(Failure::other(
                "the sandbox does not answer: check --base-url",
            ));
        }
        print(&script.to_string())
    }
}
