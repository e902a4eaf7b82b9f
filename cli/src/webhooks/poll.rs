//! Accounting events, read again and again.

use std::collections::HashSet;
use std::time::Duration;

use defacto::Client;
use defacto::types::{LedgerEventType, ListEvents, Timestamp};

use super::forward::Forward;
use crate::failure::Failure;

/// How often they are read.
const PAUSE: Duration = Duration::from_secs(3);

/// Forwards what happens from now on; ends only when it fails.
pub(super) async fn run(
    client: &Client,
    forward: &Forward,
    events: &[String],
) -> Result<(), Failure> {
    let kinds: Vec<_> = events
        .iter()
        .map(|event| LedgerEventType::from(event.as_str()))
        .collect();
    let query = ListEvents::new()
        .event_type(kinds)
        .from_date(Timestamp(jiff::Timestamp::now()));
    // They have no ids; two that are equal in everything are one.
    let mut seen = HashSet::new();
    loop {
        let listed = client.events().list(&query).items().collect().await?;
        for event in listed {
            let body = serde_json::to_string(&event)
                .map_err(|source| Failure::runtime("the event cannot be written", &source))?;
            if seen.insert(body.clone()) {
                forward.send(&body).await?;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
