//! What a process is told and asked: its core, its time, its memory.

use std::io::Write as _;
use std::net::SocketAddr;
use std::{fs, io};

use crate::Outcome;

/// The core of the measuring side.
pub const NEAR: usize = 0;

/// The core of the servers: another one, where there is one.
#[must_use]
pub fn far() -> usize {
    std::thread::available_parallelism().map_or(NEAR, |cores| cores.get().min(2) - 1)
}

/// Keeps this thread, and those it will start, on one core. Where the system
/// refuses, it goes without.
pub fn pin(core: usize) {
    core_affinity::set_for_current(core_affinity::CoreId { id: core });
}

/// Tells the parent process where this one listens.
///
/// # Errors
///
/// When nobody reads.
pub fn announce(address: SocketAddr) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{address}")?;
    out.flush()
}

/// The processor time of another process so far, in seconds.
///
/// # Errors
///
/// Where the system does not tell.
pub fn cpu_of(process: u32) -> Outcome<f64> {
    let mut nanoseconds = 0_u64;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        let first = text.split(' ').next().unwrap_or_default();
        nanoseconds += first.parse::<u64>()?;
    }
    #[allow(clippy::cast_precision_loss, reason = "exact up to 100 days")]
    Ok(nanoseconds as f64 / 1e9)
}

/// The memory another process holds, in bytes.
///
/// # Errors
///
/// Where the system does not tell.
pub fn memory_of(process: u32) -> Outcome<f64> {
    told(&process.to_string(), "VmRSS:")
}

/// The most memory that this process held since [`forget_peak`], in bytes.
///
/// # Errors
///
/// Where the system does not tell.
pub fn peak() -> Outcome<f64> {
    told("self", "VmHWM:")
}

/// Begins to look for the most memory again.
///
/// # Errors
///
/// Where the system cannot.
pub fn forget_peak() -> Outcome<()> {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

fn told(process: &str, name: &str) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
        .ok_or_else(|| format!("the system does not tell {name}"))?;
    Ok(kilobytes.parse::<f64>()? * 1024.0)
}
