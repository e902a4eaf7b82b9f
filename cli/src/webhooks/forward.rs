//! Events on their way to the receiver, and the line about each.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use super::text;
use crate::control::client;
use crate::failure::{Failure, print};

/// How long the receiver has to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where events go.
#[derive(Clone, Debug)]
pub(super) struct Forward {
    to: Option<(Client, String)>,
    json: bool,
}

impl Forward {
    pub(super) fn new(url: Option<&str>, json: bool) -> Result<Self, Failure> {
        let open = |url: &str| {
            let client = client(url).timeout(TIMEOUT).build();
            let client =
                client.map_err(|source| Failure::runtime("requests cannot be sent", &source))?;
            match reqwest::Url::parse(url) {
                Ok(parsed) if ["http", "https"].contains(&parsed.scheme()) => {
                    Ok((client, url.to_owned()))
                }
                _ => Err(Failure::usage("--forward-to must be an http or https URL")),
            }
        };
        Ok(Self {
            to: url.map(open).transpose()?,
            json,
        })
    }

    /// Forwards an event and prints its line; gives the receiver's status,
    /// 502 when it does not answer, and 200 when there is none.
    pub(super) async fn send(&self, body: &str) -> Result<u16, Failure> {
        let answer = match &self.to {
            None => Ok(200),
            Some((client, url)) => {
                let request = client
                    .post(url)
                    .header("content-type", "application/json")
                    .body(body.to_owned());
                let sent = request.send().await.map(|answer| answer.status().as_u16());
                sent.map_err(|error| error.without_url().to_string())
            }
        };
        self.tell(body, &answer)?;
        Ok(answer.unwrap_or(502))
    }

    fn tell(&self, body: &str, answer: &Result<u16, String>) -> Result<(), Failure> {
        // What cannot be read is forwarded all the same, as it came.
        let event: Value = serde_json::from_str(body).unwrap_or_default();
        let status = answer.as_ref().ok().filter(|_| self.to.is_some());
        if self.json {
            let error = answer.as_ref().err();
            let line = json!({ "event": event, "status": status, "error": error });
            return print(&line.to_string());
        }
        let at = match text(&event, "timestamp") {
            "-" => text(&event, "event_at"),
            at => at,
        };
        let id = match text(&event, "id") {
            "-" => text(&event["event_payload"], "loan_id"),
            id => id,
        };
        let came = match (status, answer) {
            (Some(status), _) => format!("  -> {status}"),
            (None, Err(error)) => format!("  -> {error}"),
            (None, Ok(_)) => String::new(),
        };
        print(&format!("{at}  {}  {id}{came}", text(&event, "event_type")))
    }
}
