//! Operations of the `referrers` group.

use crate::operation::{Answer, Body, Method, Operation, param};

/// `GET /referrer/{referrer_id}`
pub static GET: Operation =
    Operation::new("referrers", "get", Method::Get, "/referrer/{referrer_id}")
        .doc("Reads one referrer with its revenue share settings.")
        .path_params(&[param("referrer_id", "ReferrerId")])
        .answers(&[200], Answer::Json("Referrer"));

/// `POST /referrer/{referrer_id}/upload-invoice/{revenue_share_id}`
pub static UPLOAD_INVOICE: Operation = Operation::new("referrers", "upload_invoice", Method::Post, "/referrer/{referrer_id}/upload-invoice/{revenue_share_id}")
    .doc(
        "Attaches the referrer's invoice to a revenue share. The contract declares no body for the file. A repeat may replace or double the invoice (INFERRED).",
    )
    .path_params(&[param("referrer_id", "ReferrerId"), param("revenue_share_id", "RevenueShareId")])
    .body(Body::Undeclared)
    .answers(&[200], Answer::Json("RevenueShare"));
