//! What a tracker did and how it is, for Prometheus.

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::Tracker;
use crate::tracking::report::{count, number};
use crate::{Error, ErrorKind};

/// One label and its value.
type Label = [(&'static str, String); 1];

/// What is counted while the tracker lives; the clones of a tracker share it.
#[derive(Debug)]
pub(super) struct Meters {
    passes: Family<Label, Counter>,
    pass_seconds: Histogram,
    requests: Counter,
    changes: Counter,
    notifications: Family<Label, Counter>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            passes: Family::default(),
            // A hundredth of a second to a good half an hour.
            pass_seconds: Histogram::new(exponential_buckets(0.01, 4.0, 10)),
            requests: Counter::default(),
            changes: Counter::default(),
            notifications: Family::default(),
        }
    }
}

impl Meters {
    /// A pass ended, after so many requests of its lists.
    pub(super) fn pass(&self, outcome: &'static str, took: Duration, requests: u32) {
        self.passes
            .get_or_create(&labeled("outcome", outcome))
            .inc();
        self.pass_seconds.observe(took.as_secs_f64());
        self.requests.inc_by(requests.into());
    }

    pub(super) fn changes(&self, count: usize) {
        self.changes
            .inc_by(u64::try_from(count).unwrap_or_default());
    }

    pub(super) fn notification(&self, outcome: &'static str) {
        let label = labeled("outcome", outcome);
        self.notifications.get_or_create(&label).inc();
    }
}

impl Tracker {
    /// What the tracker did since it was made and how it is, in the text format of
    /// Prometheus (OpenMetrics): answer a scrape with it, with the content type
    /// `application/openmetrics-text; version=1.0.0; charset=utf-8`. The server is
    /// not asked.
    ///
    /// | Metric | What it is |
    /// |---|---|
    /// | `defacto_tracker_passes_total{outcome}` | passes that were `done` or `failed` |
    /// | `defacto_tracker_pass_seconds` | how long they took, a histogram |
    /// | `defacto_tracker_requests_total` | requests of those that were done |
    /// | `defacto_tracker_changes_total` | changes recorded |
    /// | `defacto_tracker_notifications_total{outcome}` | `stored`, `refused` or `failed` |
    /// | `defacto_tracker_open_intents`, `_unread_notifications` | 1,000 at most |
    /// | `defacto_tracker_alerts{name}` | alerts that are raised |
    /// | `defacto_tracker_loans{status}` | loans that are known |
    /// | `defacto_tracker_last_full_pass_timestamp_seconds` | when it began |
    /// | `defacto_tracker_last_notification_timestamp_seconds` | when the last came that was read |
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn metrics(&self) -> Result<String, Error> {
        let health = self.health().await?;
        let alerts = self.alerts().await?;
        let book = self.portfolio(self.server_now(), 0).await?;

        let meters = &self.inner.meters;
        let mut registry = Registry::with_prefix("defacto_tracker");
        let mut add = |name: &str, help: &str, gauge: i64| {
            let one = Gauge::<i64>::default();
            one.set(gauge);
            registry.register(name, help, one);
        };
        add(
            "open_intents",
            "Changes of which it is not known whether they were made",
            count(health.open_intents),
        );
        add(
            "unread_notifications",
            "Notifications that are stored and not read",
            count(health.unread_notifications),
        );
        if let Some(at) = health.last_full_pass {
            let help = "When the last pass over all open loans began";
            let seconds = at.get().as_second();
            add("last_full_pass_timestamp_seconds", help, seconds);
        }
        if let Some(at) = health.last_notification {
            let help = "When the last notification came that was read";
            let seconds = at.get().as_second();
            add("last_notification_timestamp_seconds", help, seconds);
        }
        let raised = Family::<Label, Gauge>::default();
        for (_, alert) in &alerts {
            let label = labeled("name", alert.name.as_str());
            raised.get_or_create(&label).inc();
        }
        registry.register("alerts", "Alerts that are raised", raised);
        let loans = Family::<Label, Gauge>::default();
        for (status, many) in &book.by_status {
            let label = labeled("status", status);
            loans.get_or_create(&label).set(number(*many));
        }
        registry.register("loans", "Loans that are known", loans);
        registry.register("passes", "Passes over the account", meters.passes.clone());
        let help = "How long passes took";
        registry.register("pass_seconds", help, meters.pass_seconds.clone());
        let help = "Requests of the passes that were done";
        registry.register("requests", help, meters.requests.clone());
        registry.register("changes", "Changes recorded", meters.changes.clone());
        let help = "Notifications that came";
        registry.register("notifications", help, meters.notifications.clone());

        let mut text = String::new();
        encode(&mut text, &registry).map_err(|source| {
            Error::new(ErrorKind::Store, "the metrics cannot be written").with_source(source)
        })?;
        Ok(text)
    }
}

fn labeled(name: &'static str, value: &str) -> Label {
    [(name, value.to_owned())]
}
