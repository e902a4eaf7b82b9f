//! `defacto sandbox`.

use std::net::SocketAddr;

use clap::Args;
use defacto_sandbox::Sandbox;
use serde_json::json;

use crate::failure::{Failure, print};
use crate::stop::stop_signal;

#[derive(Debug, Args)]
pub(crate) struct Listen {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// What generated test data is drawn from: the same seed gives the same data.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Taken like everywhere; the line that says it is ready is JSON anyway.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Listen {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        // Before the ready line: who reads it may send the signal at once.
        let stop = stop_signal()?;
        let sandbox = Sandbox::builder()
            .listen(self.listen)
            .seed(self.seed)
            .start()
            .await
            .map_err(|source| {
                Failure::runtime(
                    "the sandbox does not start: choose another --listen address",
                    &source,
                )
            })?;
        let ready = json!({
            "base_url": sandbox.base_url(),
            "control_url": sandbox.control_url(),
        });
        print(&ready.to_string())?;
        stop.await;
        sandbox.stop().await;
        Ok(())
    }
}
