//! Operations of the `webhooks` group.

use crate::operation::{Answer, Body, Check, Done, Method, Operation, Paging, Retry, param};

/// `GET /webhooks`
pub static LIST: Operation = Operation::new("webhooks", "list", Method::Get, "/webhooks")
    .doc(
        "Lists your webhook subscriptions. The answer has the page shape, but no paging parameters exist.",
    )
    .answers(&[200], Answer::List("Webhook"))
    .paged(Paging::Envelope);

/// `POST /webhooks`
pub static CREATE: Operation = Operation::new("webhooks", "create", Method::Post, "/webhooks")
    .doc(
        "Subscribes a URL to event types. Notifications are unsigned POST calls, so put a secret into an HTTPS URL. A repeat may create a second subscription (INFERRED).",
    )
    .body(Body::Json("WebhookInput"))
    .answers(&[201], Answer::Json("Webhook"))
    .creates();

/// `PATCH /webhook/{webhook_id}`
pub static UPDATE: Operation = Operation::new("webhooks", "update", Method::Patch, "/webhook/{webhook_id}")
    .doc(
        "Changes a webhook subscription. Send the full body, not only the changed fields. A repeat with the same values is safe (INFERRED).",
    )
    .path_params(&[param("webhook_id", "WebhookId")])
    .body(Body::Json("WebhookInput"))
    .answers(&[200], Answer::Json("Webhook"))
    .retry(Retry::Safe);

/// `DELETE /webhook/{webhook_id}`
pub static DELETE: Operation = Operation::new(
    "webhooks",
    "delete",
    Method::Delete,
    "/webhook/{webhook_id}",
)
.doc("Removes a webhook subscription. It answers 204. Treat a 404 on a repeat as done (INFERRED).")
.path_params(&[param("webhook_id", "WebhookId")])
.answers(&[204], Answer::Empty)
.retry(Retry::Guarded(Some(Check {
    read: "webhooks.list",
    query: None,
    done: Done::Gone(""),
    undone: &[],
})));
