//! One subscription, whatever is there.

use defacto_types::{Webhook, WebhookEventType, WebhookInput};

use crate::{Client, Error};

impl Client {
    /// Makes sure that there is a subscription of this name with this address and
    /// these events, and returns it: makes it, changes it, or leaves it as it is.
    /// Calling it at each start of a program is harmless; calling it with another
    /// token in the address rotates the token.
    ///
    /// Of several subscriptions of the name the first is kept in step; the others
    /// are left alone.
    ///
    /// # Errors
    ///
    /// As those of the operations it is made of. After an unknown outcome call it
    /// again: it looks before it makes one.
    pub async fn ensure_webhook(
        &self,
        name: &str,
        to_url: &str,
        events: &[WebhookEventType],
    ) -> Result<Webhook, Error> {
        let wanted = WebhookInput::new()
            .name(name)
            .to_url(to_url)
            .event_types(events.to_vec());
        let mut listed = self.webhooks().list().items();
        while let Some(webhook) = listed.next().await {
            let webhook = webhook?;
            if webhook.name.as_deref() != Some(name) {
                continue;
            }
            if is_as_wanted(&webhook, to_url, events) {
                return Ok(webhook);
            }
            return self.webhooks().update(&webhook.id, &wanted).await;
        }
        let made = self.webhooks().create(&wanted).await?;
        Ok(made.into_inner())
    }
}

fn is_as_wanted(webhook: &Webhook, to_url: &str, events: &[WebhookEventType]) -> bool {
    let same_address = webhook
        .to_url
        .as_ref()
        .is_some_and(|address| address.expose() == to_url);
    let mut there = webhook.event_types.clone();
    let mut wanted = events.to_vec();
    there.sort();
    wanted.sort();
    same_address && there == wanted
}
