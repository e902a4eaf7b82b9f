//! What a client knows and its calls share.

use std::time::Duration;

use defacto_types::Operation;
use http::{HeaderName, HeaderValue};

use super::credentials::Credentials;
use crate::hook::{Event, Hook, Stage};
use crate::http::{Budget, Pace, Request};

/// Everything of a client but its connections.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) credentials: Credentials,
    pub(crate) settings: Settings,
    pub(crate) budget: Budget,
    pub(crate) hooks: Vec<Hook>,
}

/// What holds for a call that says nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) slow_timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) retries: u32,
    pub(crate) pace: Pace,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) user_agent: HeaderValue,
    pub(crate) local_checks: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            // Above the server's own 30 s (docs: errors), whose 504 says more
            // than a timeout.
            slow_timeout: Duration::from_secs(45),
            deadline: Duration::from_secs(120),
            retries: 2,
            pace: Pace::default(),
            headers: Vec::new(),
            user_agent: HeaderValue::from_static(concat!(
                "defacto-rust/",
                env!("CARGO_PKG_VERSION")
            )),
            local_checks: true,
        }
    }
}

impl Shared {
    /// Tells the hooks and the log.
    pub(crate) fn tell(&self, request: &Request, stage: Stage<'_>) {
        let event = Event {
            operation: request.operation,
            stage,
        };
        for hook in &self.hooks {
            hook.call(&event);
        }
        log(request.operation, &stage);
    }
}

fn log(operation: Option<&'static Operation>, stage: &Stage<'_>) {
    let operation = operation.map(tracing::field::display);
    match *stage {
        Stage::Warned(problem) => tracing::warn!(operation, problem, "looks wrong"),
        Stage::Sending { attempt } => tracing::trace!(operation, attempt, "sending"),
        Stage::Answered {
            attempt,
            status,
            elapsed,
        } => tracing::debug!(operation, attempt, status, ?elapsed, "answered"),
        Stage::Waiting { attempt, delay } => {
            tracing::info!(operation, attempt, ?delay, "waiting to send again");
        }
        Stage::Abandoned { attempt, salt_id } => tracing::warn!(
            operation,
            attempt,
            salt_id,
            "dropped while under way: a change may have been made"
        ),
        Stage::Finished {
            attempts,
            status,
            failed,
            elapsed,
        } => {
            let failed = failed.map(tracing::field::debug);
            tracing::debug!(operation, attempts, status, failed, ?elapsed, "finished");
        }
    }
}
