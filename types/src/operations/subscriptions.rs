//! Operations of the `subscriptions` group.

use crate::operation::{Answer, Method, Operation, Retry, param};

/// `POST /subscription/{subscription_id}/activate`
pub static ACTIVATE: Operation = Operation::new("subscriptions", "activate", Method::Post, "/subscription/{subscription_id}/activate")
    .doc(
        "Activates a product subscription. It answers 400 when the subscription cannot be activated in its present state (INFERRED) and 404 when it is unknown. Do not repeat after success.",
    )
    .path_params(&[param("subscription_id", "SubscriptionId")])
    .answers(&[200], Answer::Any)
    .retry(Retry::Guarded(None));
