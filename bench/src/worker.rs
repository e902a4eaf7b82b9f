//! One side of a benchmark in another language: a process that is told how
//! many calls to make and says what they cost.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::Outcome;
use crate::pairs::Cost;

/// A running worker; killed when dropped.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    tell: ChildStdin,
    told: BufReader<ChildStdout>,
    /// The most memory it ever held, in bytes.
    pub peak: f64,
}

impl Worker {
    /// Starts one; it stays on this process's core.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(tell), Some(told)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("a worker without pipes".into());
        };
        Ok(Self {
            child,
            tell,
            told: BufReader::new(told),
            peak: 0.0,
        })
    }

    /// Has it make so many calls, and gives what each cost.
    ///
    /// # Errors
    ///
    /// When it ends instead.
    pub fn run(&mut self, calls: u32) -> Outcome<Cost> {
        writeln!(self.tell, "{calls}")?;
        let mut line = String::new();
        self.told.read_line(&mut line)?;
        let numbers: Vec<f64> = line
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [cpu, wall, peak] = numbers[..] else {
            return Err(format!("a worker ended: {line:?}").into());
        };
        self.peak = peak;
        Ok(Cost {
            cpu: cpu / f64::from(calls),
            wall: wall / f64::from(calls),
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
