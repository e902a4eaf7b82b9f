//! The requests to stop: Ctrl-C and SIGTERM.

use crate::failure::Failure;

fn failed(source: std::io::Error) -> Failure {
    Failure::runtime("signals cannot be received: check the system", &source)
}

/// Ends at the first request to stop, with the exit code a shell expects
/// after it; listens from this call on.
#[cfg(unix)]
pub(crate) fn stop_signal() -> Result<impl Future<Output = u8>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => 143,
            _ = interrupt.recv() => 130,
        }
    })
}

/// Ends at the first request to stop, with the exit code a shell expects
/// after it; listens from this call on.
#[cfg(windows)]
pub(crate) fn stop_signal() -> Result<impl Future<Output = u8>, Failure> {
    let mut interrupt = tokio::signal::windows::ctrl_c().map_err(failed)?;
    Ok(async move {
        interrupt.recv().await;
        130
    })
}
