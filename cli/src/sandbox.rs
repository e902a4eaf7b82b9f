//! `defacto sandbox`.

use std::net::SocketAddr;

use clap::Args;
use defacto_sandbox::Sandbox;
use serde_json::json;
use tokio::sync::oneshot;

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

    /// Stop when stdin ends, too: a program that starts the sandbox and holds
    /// a pipe to it leaves none behind, however it ends.
    #[arg(long)]
    until_stdin_ends: bool,

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
        if self.until_stdin_ends {
            let ended = stdin_end()?;
            tokio::select! {
                _ = stop => {}
                _ = ended => {}
            }
        } else {
            stop.await;
        }
        sandbox.stop().await;
        Ok(())
    }
}

/// Ends when stdin does. The read blocks a thread of its own, which the
/// process does not wait for when it stops for another reason.
fn stdin_end() -> Result<oneshot::Receiver<()>, Failure> {
    let (ended, end) = oneshot::channel();
    std::thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || {
            // What is written has no meaning; a stdin that cannot be read has
            // ended.
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            drop(ended);
        })
        .map_err(|source| {
            Failure::runtime(
                "no thread can be started: check the system's limits",
                &source,
            )
        })?;
    Ok(end)
}
