//! How long a simulator takes from its start to its ready line: by itself, and
//! from the companion packages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Outcome;
use crate::pairs::{median, rounds};
use crate::report::{Report, Row};

/// Scripts that load a companion package, start its sandbox, and print how many
/// milliseconds both took.
const PYTHON: &str = "bench/sandbox/start.py";
const NODE: &str = "bench/sandbox/start.mjs";

/// Everything of it.
///
/// # Errors
///
/// When one does not start.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let program = std::env::current_exe()?.with_file_name("defacto");
    if !program.exists() {
        report.note("`defacto` was not built beside `defacto-bench`: its start was not measured.");
        return Ok(());
    }
    let times = (0..rounds()).map(|_| until_ready(&program));
    add(report, "start to the ready line", times, 0.050)?;
    let python: PathBuf = ["target", "bench", "faces", "python", "bin", "python"]
        .iter()
        .collect();
    let python = if python.exists() {
        python
    } else {
        "python3".into()
    };
    let times = (0..rounds()).map(|_| told(&python, PYTHON, &program));
    add(report, "start from Python", times, 0.080)?;
    let times = (0..rounds()).map(|_| told(Path::new("node"), NODE, &program));
    add(report, "start from Node", times, 0.080)
}

fn add(
    report: &mut Report,
    name: &str,
    times: impl Iterator<Item = Outcome<f64>>,
    limit: f64,
) -> Outcome<()> {
    let times = times.collect::<Outcome<Vec<_>>>()?;
    let count = times.len();
    report.add([Row::limit(
        &format!("sandbox: {name}"),
        "defacto sandbox",
        (median(times), limit),
        count,
        |seconds| format!("{:.1} ms", seconds * 1e3),
    )])
}

/// From the start of the process to its line.
fn until_ready(program: &Path) -> Outcome<f64> {
    use std::io::BufRead as _;
    let mut command = Command::new(program);
    command.arg("sandbox").stdout(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        std::io::BufReader::new(stdout).read_line(&mut line)?;
    }
    let took = started.elapsed().as_secs_f64();
    child.kill()?;
    child.wait()?;
    if line.contains("base_url") {
        Ok(took)
    } else {
        Err("the sandbox does not start".into())
    }
}

/// What a script says that it took.
fn told(interpreter: &Path, script: &str, program: &Path) -> Outcome<f64> {
    let mut command = Command::new(interpreter);
    command.arg(script).env("DEFACTO_BIN", program);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} fails").into());
    }
    let milliseconds: f64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    Ok(milliseconds / 1e3)
}
