//! What really sends: waits until something is due, posts it, and writes the
//! answer down.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use reqwest::{Client, header};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::queue::{Answer, Job};
use crate::app::App;
use crate::policy;
use crate::state::What;
use crate::world::webhook::is_local;

/// The longest it sleeps: the clock may be set meanwhile without a word.
const LONGEST_SLEEP: Duration = Duration::from_secs(60 * 60);

/// Delivers as long as it is polled. It also does what is due in the world
/// when nobody asks for anything: a clock that runs brings events by itself.
pub(crate) async fn run(app: App) -> Infallible {
    let mut under_way = JoinSet::new();
    let mut clients = Clients::default();
    let mut generation = 0;
    loop {
        let cleared = app.deliveries.queue().generation();
        if cleared != generation {
            generation = cleared;
            under_way.abort_all();
        }
        let next_event = app.catch_up().await;
        while let Some(job) = app.deliveries.start(app.clock.now()) {
            let client = clients.of(&job.to_url);
            under_way.spawn(async move {
                let answer = post(client, &job).await;
                (job, answer)
            });
        }
        let next_attempt = app.deliveries.queue().next_due();
        let due = next_event.into_iter().chain(next_attempt).min();
        let pause = due.and_then(|due| app.clock.until(due));
        tokio::select! {
            Some(done) = under_way.join_next() => {
                // An error is one that was given up above.
                if let Ok((job, answer)) = done {
                    finish(&app, &job, answer).await;
                }
            }
            () = app.deliveries.changed.notified() => {}
            () = sleep(pause.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)) => {}
        }
        app.changes.tell();
    }
}

/// An answer that is recorded comes in between requests, as they do.
async fn finish(app: &App, job: &Job, answer: Answer) {
    let _hold = match &app.gate {
        Some(gate) => {
            let what = || {
                let is_of_now = app.deliveries.is_of_now(job);
                is_of_now.then(|| What::Delivered(app.account, job.no, answer.clone()))
            };
            gate.pass(what).await.ok()
        }
        None => None,
    };
    let retries = app.settings().webhook_retries;
    app.deliveries.finish(job, answer, &retries);
}

/// What sends, made when it is first needed: reading the system's
/// certificates takes time.
#[derive(Default)]
struct Clients {
    local: Option<Result<Client, String>>,
    remote: Option<Result<Client, String>>,
}

impl Clients {
    fn of(&mut self, url: &str) -> Result<Client, String> {
        let is_local = is_local(url);
        let client = if is_local {
            &mut self.local
        } else {
            &mut self.remote
        };
        client.get_or_insert_with(|| open(is_local)).clone()
    }
}

/// A receiver on this machine is reached directly, and may have a certificate
/// it made itself.
fn open(is_local: bool) -> Result<Client, String> {
    // An application that chose a provider keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .tcp_nodelay(true);
    if is_local {
        builder = builder.no_proxy().tls_danger_accept_invalid_certs(true);
    }
    builder.build().map_err(|error| error.to_string())
}

async fn post(client: Result<Client, String>, job: &Job) -> Answer {
    let start = Instant::now();
    let sent = match client {
        Ok(client) => send(&client, job).await,
        Err(error) => Err(error),
    };
    let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    match sent {
        Ok((status, body)) => Answer {
            status: Some(status),
            error: None,
            body,
            took_ms,
        },
        Err(error) => Answer {
            error: Some(error),
            took_ms,
            ..Answer::default()
        },
    }
}

/// The answer's status and the beginning of its body; otherwise why there is
/// none, without the URL, which is secret.
async fn send(client: &Client, job: &Job) -> Result<(u16, String), String> {
    let told = |error: reqwest::Error| {
        if error.is_timeout() {
            return "no answer in time".to_owned();
        }
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        text
    };
    let request = client
        .post(&*job.to_url)
        .timeout(job.timeout)
        .header(header::CONTENT_TYPE, "application/json")
        .body(job.body.to_string());
    let mut response = request.send().await.map_err(told)?;
    let mut body = Vec::new();
    while body.len() < policy::LONGEST_SNIPPET
        && let Some(more) = response.chunk().await.map_err(told)?
    {
        body.extend_from_slice(&more);
    }
    body.truncate(policy::LONGEST_SNIPPET);
    let text = String::from_utf8_lossy(&body).into_owned();
    Ok((response.status().as_u16(), text))
}
