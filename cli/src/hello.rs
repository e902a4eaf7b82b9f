//! `defacto hello`.

use clap::Args;
use serde_json::json;

use crate::connection::{Connection, Open};
use crate::failure::{Failure, print};

/// Without --env and --base-url: greets a sandbox inside this program.
#[derive(Debug, Args)]
pub(crate) struct Hello {
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Hello {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let open = self.connection.or_embedded().await?;
        let result = self.greet(&open).await;
        open.close().await;
        result
    }

    async fn greet(&self, open: &Open) -> Result<(), Failure> {
        let answer = open.client.hello().await?;
        let base_url = open.client.base_url();
        if self.json {
            let object = json!({
                "environment": open.name,
                "base_url": base_url,
                "answer": answer,
            });
            print(&object.to_string())
        } else {
            print(&format!(
                "{} ({}, {base_url})",
                answer.trim_end(),
                open.name
            ))
        }
    }
}
