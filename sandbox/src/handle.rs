//! A running simulator in the hands of the program it runs in: the control
//! API without the way over the network.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use defacto_types::{Timestamp, Value};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use jiff::SignedDuration;
use serde_json::json;

use crate::control;
use crate::server::Sandbox;

/// More than any answer of the control API has.
const LARGEST_ANSWER: usize = 256 << 20;

/// What came of moving the clock or pulling a trigger, all effects included.
#[derive(Clone, Debug, Default)]
pub struct Happened {
    /// The simulator's time after it.
    pub now: Option<Timestamp>,
    /// How often each event happened: webhook events such as `Loan.CLOSED`,
    /// and accounting events such as `LOAN_PRINCIPAL_FALLEN_DUE`.
    pub events: BTreeMap<String, u64>,
    /// Webhook deliveries that arrived.
    pub delivered: u64,
    /// Those given up.
    pub failed: u64,
    /// Those still to be sent, or sent again.
    pub pending: u64,
}

/// What a simulator was asked for and did not do.
#[derive(Clone, Debug)]
pub struct ControlError {
    status: u16,
    problem: Value,
}

impl ControlError {
    /// The status the control API answers it with: 400, 404 or 422.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The control API's whole answer.
    #[must_use]
    pub fn problem(&self) -> &Value {
        &self.problem
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        write!(f, "the sandbox refuses: {}", text(&self.problem["detail"]))?;
        for wrong in self.problem["invalid_params"]
            .as_array()
            .into_iter()
            .flatten()
        {
            write!(f, "; {} {}", text(&wrong["name"]), text(&wrong["reason"]))?;
        }
        Ok(())
    }
}

impl Error for ControlError {}

impl Sandbox {
    /// Sends a request to the control API (docs/sandbox.md), with a path below
    /// its prefix such as `/faults`, and gives the answer; `null` when it is
    /// empty.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn control(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, ControlError> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let refused = |status, detail: &str| ControlError {
            status,
            problem: json!({ "detail": detail }),
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", control::PREFIX))
            .body(Body::from(body))
            .map_err(|_| refused(400, "this is no path"))?;
        let router = self.router();
        let Ok(response) = TowerToHyperService::new(router).call(request).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), LARGEST_ANSWER)
            .await
            .map_err(|_| refused(500, "the answer is too large"))?;
        let answer = serde_json::from_slice(&bytes).unwrap_or_default();
        if status / 100 == 2 {
            Ok(answer)
        } else {
            Err(ControlError {
                status,
                problem: answer,
            })
        }
    }

    /// Stops the clock, at this moment or where it is.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub async fn freeze(&self, at: Option<Timestamp>) -> Result<Happened, ControlError> {
        let freeze = at.map_or(json!(true), |at| json!(at.to_string()));
        self.clock(&json!({ "freeze": freeze })).await
    }

    /// Moves the clock forward. It returns when everything is done that
    /// happens meanwhile, deliveries of webhooks included.
    ///
    /// # Errors
    ///
    /// When that leads out of the calendar.
    pub async fn advance(&self, by: Duration) -> Result<Happened, ControlError> {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.clock(&json!({ "advance": by.to_string() })).await
    }

    /// Moves the clock forward to this moment, as
    /// [`advance`](Self::advance) does.
    ///
    /// # Errors
    ///
    /// When it is past.
    pub async fn advance_to(&self, at: Timestamp) -> Result<Happened, ControlError> {
        self.clock(&json!({ "to": at.to_string() })).await
    }

    /// Moves the clock to what happens next by itself to this loan.
    ///
    /// # Errors
    ///
    /// When nothing does, or there is no such loan.
    pub async fn advance_to_next_event_of(&self, loan: &str) -> Result<Happened, ControlError> {
        self.clock(&json!({ "next_event_of": loan })).await
    }

    /// Makes something happen that no operation of the API does; see
    /// [`triggers`](crate::triggers). Without an id it happens to the newest it
    /// can happen to.
    ///
    /// # Errors
    ///
    /// When it cannot happen, or there is no such trigger or thing.
    pub async fn trigger(&self, event: &str, id: Option<&str>) -> Result<Happened, ControlError> {
        let body = json!({ "event": event, "id": id });
        let answer = self.control(Method::POST, "/trigger", &body).await?;
        Ok(happened(&answer))
    }

    /// The newest 1000 webhook deliveries, the oldest of them first.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub async fn deliveries(&self) -> Result<Vec<Value>, ControlError> {
        let path = "/webhooks/deliveries?limit=1000";
        let mut answer = self.control(Method::GET, path, &Value::Null).await?;
        match answer["deliveries"].take() {
            Value::Array(deliveries) => Ok(deliveries),
            _ => Ok(Vec::new()),
        }
    }

    async fn clock(&self, body: &Value) -> Result<Happened, ControlError> {
        let answer = self.control(Method::POST, "/clock", body).await?;
        Ok(happened(&answer))
    }
}

fn happened(answer: &Value) -> Happened {
    let count = |name: &str| answer["deliveries"][name].as_u64().unwrap_or(0);
    let events = answer["events"].as_object().into_iter().flatten();
    Happened {
        now: answer["now"].as_str().and_then(|now| now.parse().ok()),
        events: events
            .map(|(event, count)| (event.clone(), count.as_u64().unwrap_or(0)))
            .collect(),
        delivered: count("delivered"),
        failed: count("failed"),
        pending: count("pending"),
    }
}
