//! `defacto doctor`: what stands between this machine and the API, one check
//! after the other.

use std::time::{Duration, SystemTime};

use clap::Args;
use defacto::ErrorKind;
use serde_json::{Value, json};

use crate::connection::{Connection, Open, VARIABLES};
use crate::failure::{Failure, print};

/// A clock this far off gives wrong dates; what is less is the network.
const CLOCK_OFF: f64 = 30.0;

const TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Debug, Args)]
#[command(after_help = format!("{VARIABLES}\n\nExit codes: 0 no problem; 1 a problem, each with what to do."))]
pub(crate) struct Doctor {
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a check found.
struct Finding {
    check: &'static str,
    state: State,
    detail: String,
}

enum State {
    Ok,
    /// With what to do.
    Problem(String),
    /// It needed something that is not there.
    Skipped,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Ok,
            detail: detail.into(),
        }
    }

    fn problem(check: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Problem(advice.into()),
            detail: detail.into(),
        }
    }

    fn skipped(check: &'static str, detail: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Skipped,
            detail: detail.into(),
        }
    }

    fn is_problem(&self) -> bool {
        matches!(self.state, State::Problem(_))
    }

    fn to_json(&self) -> Value {
        let (status, advice) = match &self.state {
            State::Ok => ("ok", None),
            State::Problem(advice) => ("problem", Some(advice)),
            State::Skipped => ("skipped", None),
        };
        json!({
            "check": self.check,
            "status": status,
            "detail": self.detail,
            "advice": advice,
        })
    }

    fn to_text(&self) -> String {
        let state = match &self.state {
            State::Ok => "ok",
            State::Problem(_) => "PROBLEM",
            State::Skipped => "skipped",
        };
        let mut text = format!("{:<13}  {state:<7}  {}", self.check, self.detail);
        if let State::Problem(advice) = &self.state {
            text.push_str(&format!("\n{:24}-> {advice}", ""));
        }
        text
    }
}

impl Doctor {
    /// Gives the exit code.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let opened = self.connection.or_variables();
        let mut findings = Vec::new();
        let mut server = (None, None);
        match &opened {
            Ok(open) => {
                server = (Some(open.name), Some(open.client.base_url()));
                examine(open, &mut findings).await;
            }
            Err(failure) => {
                findings.push(Finding::problem(
                    "configuration",
                    "no client can be set up",
                    failure.message(),
                ));
                findings.push(roots());
                for check in ["reachability", "clock", "key"] {
                    findings.push(Finding::skipped(check, "needs the configuration"));
                }
            }
        }
        let healthy = !findings.iter().any(Finding::is_problem);
        if self.json {
            let checks: Vec<_> = findings.iter().map(Finding::to_json).collect();
            let object = json!({
                "ok": healthy,
                "environment": server.0,
                "base_url": server.1,
                "checks": checks,
            });
            print(&object.to_string())?;
        } else {
            for finding in &findings {
                print(&finding.to_text())?;
            }
        }
        Ok(u8::from(!healthy))
    }
}

async fn examine(open: &Open, findings: &mut Vec<Finding>) {
    let base_url = open.client.base_url();
    findings.push(Finding::ok(
        "configuration",
        format!("{} ({base_url}), key present", open.name),
    ));
    findings.push(if base_url.starts_with("https://") {
        roots()
    } else {
        Finding::ok("certificates", "not needed: http:// on this machine")
    });
    match reach(base_url).await {
        Ok(reached) => {
            findings.push(Finding::ok(
                "reachability",
                format!(
                    "answered with status {} in {} ms",
                    reached.status,
                    reached.took.as_millis()
                ),
            ));
            findings.push(clock(&reached));
        }
        Err(error) => {
            let reason = if error.is_timeout() {
                format!("no answer in {} s", TIMEOUT.as_secs())
            } else {
                root_cause(&error.without_url())
            };
            findings.push(Finding::problem(
                "reachability",
                reason,
                "check the address, the network, the proxy (HTTPS_PROXY) and the certificates \
                 (SSL_CERT_FILE)",
            ));
            findings.push(Finding::skipped("clock", "needs an answer of the server"));
            findings.push(Finding::skipped("key", "needs an answer of the server"));
            return;
        }
    }
    findings.push(key(open).await);
}

/// The roots of trust the client uses: the platform's.
fn roots() -> Finding {
    let check = "certificates";
    if cfg!(not(all(unix, not(target_vendor = "apple")))) {
        return Finding::ok(check, "checked by the operating system");
    }
    let source = match (
        std::env::var_os("SSL_CERT_FILE"),
        std::env::var_os("SSL_CERT_DIR"),
    ) {
        (None, None) => "the system".to_owned(),
        (file, directory) => [("SSL_CERT_FILE", file), ("SSL_CERT_DIR", directory)]
            .iter()
            .filter_map(|(name, value)| {
                let value = value.as_ref()?;
                Some(format!("{name}={}", value.to_string_lossy()))
            })
            .collect::<Vec<_>>()
            .join(" "),
    };
    let found = rustls_native_certs::load_native_certs();
    match found.certs.len() {
        0 => Finding::problem(
            check,
            format!("no root of trust in {source}"),
            "install the package ca-certificates, or set SSL_CERT_FILE to a bundle of roots",
        ),
        count => Finding::ok(check, format!("{count} roots of trust from {source}")),
    }
}

/// An answer, whatever it says.
struct Reached {
    status: u16,
    took: Duration,
    date: Option<SystemTime>,
    /// Our clock in the middle of the exchange.
    middle: SystemTime,
}

/// Asks without the key: any answer shows that the server is there.
async fn reach(base_url: &str) -> Result<Reached, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    if base_url.starts_with("http://") {
        builder = builder.no_proxy();
    }
    let http = builder.build()?;
    let before = SystemTime::now();
    let response = http.get(format!("{base_url}/hello")).send().await?;
    let took = before.elapsed().unwrap_or_default();
    let date = response.headers().get("date");
    let date = date
        .and_then(|value| value.to_str().ok())
        .and_then(|text| httpdate::parse_http_date(text).ok());
    Ok(Reached {
        status: response.status().as_u16(),
        took,
        date,
        middle: before + took / 2,
    })
}

fn clock(reached: &Reached) -> Finding {
    let check = "clock";
    let Some(date) = reached.date else {
        return Finding::skipped(check, "the server tells no date");
    };
    // The header has whole seconds: on average half a second was cut off.
    let date = date + Duration::from_millis(500);
    let offset = match reached.middle.duration_since(date) {
        Ok(ahead) => ahead.as_secs_f64(),
        Err(behind) => -behind.duration().as_secs_f64(),
    };
    if offset.abs() < CLOCK_OFF {
        // Below the header's precision it is noise.
        let offset = if offset.abs() < 1.0 { 0.0 } else { offset };
        return Finding::ok(check, format!("{offset:+.0} s from the server's"));
    }
    Finding::problem(
        check,
        format!("{offset:+.0} s from the server's"),
        "set this machine's clock, by NTP if you can",
    )
}

async fn key(open: &Open) -> Finding {
    let check = "key";
    match open.client.hello().await {
        Ok(_) => Finding::ok(check, "accepted"),
        Err(error) => match error.kind() {
            ErrorKind::Unauthenticated => Finding::problem(
                check,
                "not accepted",
                "set DEFACTO_API_KEY to a key of this very environment: sandbox and production \
                 have keys of their own",
            ),
            ErrorKind::PermissionDenied => Finding::problem(
                check,
                "accepted, but it may not say hello",
                "ask Defacto for a key with more rights",
            ),
            _ => Finding::problem(check, "not known", error.to_string()),
        },
    }
}

/// The last of a chain of errors: the one that says what happened.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
