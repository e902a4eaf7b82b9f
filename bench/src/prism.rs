//! Prism, which answers with what the contract has for an example.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::load::{Line, request};
use crate::{Outcome, process, runtime};

/// Where `tools/bench-sandbox` puts it.
const HOME: &str = "target/bench/sandbox";

/// It has to begin within this.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Prism; killed when dropped.
#[derive(Debug)]
pub struct Prism {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Prism {
    /// Serves the contract, in which these paths have these answers for
    /// examples. Nothing, where it was not set up.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(examples: &[(&str, &str)]) -> Outcome<Option<Self>> {
        let home = Path::new(HOME);
        let program: PathBuf = [
            "node_modules",
            "@stoplight",
            "prism-cli",
            "dist",
            "index.js",
        ]
        .iter()
        .collect();
        let (program, contract) = (home.join(program), home.join("contract.json"));
        if !program.exists() || !contract.exists() {
            return Ok(None);
        }
        let mut document: Value = serde_json::from_str(&fs::read_to_string(contract)?)?;
        for (path, example) in examples {
            let answer = &mut document["paths"][path]["get"]["responses"]["200"];
            answer["content"]["application/json"]["example"] = serde_json::from_str(example)?;
        }
        let with_examples = home.join("with-examples.json");
        fs::write(&with_examples, document.to_string())?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        // A process begins on the core of who starts it.
        process::pin(process::far());
        let child = Command::new("node")
            .arg(program)
            .args(["mock", "--verboseLevel", "silent", "--port"])
            .arg(address.port().to_string())
            .arg(with_examples)
            .stdout(Stdio::null())
            .spawn();
        process::pin(process::NEAR);
        let prism = Self {
            child: child?,
            address,
        };
        let ready = runtime()?.block_on(prism.wait_for(examples));
        ready.map(|()| Some(prism))
    }

    /// Asks until it answers, and is content with no other answers.
    async fn wait_for(&self, examples: &[(&str, &str)]) -> Outcome<()> {
        let started = Instant::now();
        let mut line = loop {
            match Line::open(self.address).await {
                Ok(line) => break line,
                Err(error) if started.elapsed() > PATIENCE => return Err(error),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        for (path, example) in examples {
            let get = request("GET", &path.replace("{loan_id}", crate::sample::ID), "");
            let answer: Value = serde_json::from_str(line.ask(&get).await?)?;
            if answer != serde_json::from_str::<Value>(example)? {
                return Err(format!("Prism does not answer the example of {path}").into());
            }
        }
        Ok(())
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
