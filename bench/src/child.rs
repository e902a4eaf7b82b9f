//! A server in a process and on a core of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use crate::{Outcome, process};

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// The canned server, answering with this loan.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn canned(loan: &str) -> Outcome<Self> {
        Self::start("canned", loan)
    }

    /// The canned server, answering with this loan and this page.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn canned_page(loan: &str, page: &str) -> Outcome<Self> {
        Self::start("canned", &format!("{loan}\n{page}"))
    }

    /// The simulator.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn sandbox() -> Outcome<Self> {
        Self::start("sandbox", "")
    }

    fn start(kind: &str, input: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", kind, &process::far().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        // Made before an error is returned, so that the process ends.
        let mut server = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        server.address = line.trim().parse()?;
        Ok(server)
    }

    /// Where the API is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its processor time so far, in seconds.
    ///
    /// # Errors
    ///
    /// Where the system does not tell.
    pub fn cpu(&self) -> Outcome<f64> {
        process::cpu_of(self.child.id())
    }

    /// The memory it holds, in bytes.
    ///
    /// # Errors
    ///
    /// Where the system does not tell.
    pub fn memory(&self) -> Outcome<f64> {
        process::memory_of(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
