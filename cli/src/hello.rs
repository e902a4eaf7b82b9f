//! `defacto hello`.

use clap::{Args, ValueEnum};
use defacto::{Client, Environment};
use defacto_sandbox::Sandbox;
use serde_json::json;

use crate::failure::{Failure, print};

/// The key the embedded sandbox accepts.
const SANDBOX_KEY: &str = "sandbox";

#[derive(Debug, Args)]
pub(crate) struct Hello {
    /// Which of Defacto's servers to greet (key from DEFACTO_API_KEY). Without
    /// this and --base-url: a sandbox inside this program.
    #[arg(long, value_enum)]
    env: Option<Server>,
    /// Another address to greet, such as that of `defacto sandbox`.
    #[arg(long, value_name = "URL", conflicts_with = "env")]
    base_url: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Server {
    /// Defacto's test server.
    Sandbox,
    /// Real loans and real money.
    Production,
}

impl Hello {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let builder = Client::builder();
        match (&self.base_url, self.env) {
            (Some(url), _) => {
                let client = builder.api_key(key()?).base_url(url).build()?;
                self.greet(&client, "custom").await
            }
            (None, Some(server)) => {
                let environment = match server {
                    Server::Sandbox => Environment::Sandbox,
                    Server::Production => Environment::Production,
                };
                let client = builder.api_key(key()?).environment(environment).build()?;
                self.greet(&client, environment.as_str()).await
            }
            (None, None) => {
                let sandbox = Sandbox::start().await.map_err(|source| {
                    Failure::runtime(
                        "the embedded sandbox does not start: name a server with --env or --base-url",
                        &source,
                    )
                })?;
                let client = builder
                    .api_key(SANDBOX_KEY)
                    .base_url(sandbox.base_url())
                    .build()?;
                let result = self.greet(&client, "embedded").await;
                sandbox.stop().await;
                result
            }
        }
    }

    async fn greet(&self, client: &Client, environment: &str) -> Result<(), Failure> {
        let answer = client.hello().await?;
        let base_url = client.base_url();
        if self.json {
            let object = json!({
                "environment": environment,
                "base_url": base_url,
                "answer": answer,
            });
            print(&object.to_string())
        } else {
            print(&format!(
                "{} ({environment}, {base_url})",
                answer.trim_end()
            ))
        }
    }
}

fn key() -> Result<String, Failure> {
    std::env::var("DEFACTO_API_KEY").map_err(|_| {
        Failure::usage(
            "DEFACTO_API_KEY is not set: set it to your API key (`sandbox` for a local sandbox)",
        )
    })
}
