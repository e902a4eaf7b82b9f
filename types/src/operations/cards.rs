//! Operations of the `cards` group.

use crate::operation::{Answer, Body, Check, Done, Method, Operation, Paging, Retry, param};

/// `GET /cards`
pub static LIST: Operation = Operation::new("cards", "list", Method::Get, "/cards")
    .doc("Lists the cards of the signed-in borrower. The answer is a bare array without paging.")
    .answers(&[200], Answer::List("Card"))
    .paged(Paging::Array);

/// `GET /cards/{card_id}`
pub static GET: Operation = Operation::new("cards", "get", Method::Get, "/cards/{card_id}")
    .doc("Reads one card.")
    .path_params(&[param("card_id", "CardId")])
    .answers(&[200], Answer::Json("Card"));

/// `GET /cards/{card_id}/entries`
pub static LIST_ENTRIES: Operation = Operation::new(
    "cards",
    "list_entries",
    Method::Get,
    "/cards/{card_id}/entries",
)
.doc("Lists the transactions of one card. The answer is a bare array without paging.")
.path_params(&[param("card_id", "CardId")])
.query("ListCardEntries")
.answers(&[200], Answer::List("CardEntry"))
.paged(Paging::Array);

/// `GET /cards/{card_id}/entries/export`
pub static EXPORT_ENTRIES: Operation = Operation::new("cards", "export_entries", Method::Get, "/cards/{card_id}/entries/export")
    .doc(
        "Downloads the transactions of one card as CSV for Pennylane. Give either period or both dates. It answers 404 for an unknown card (INFERRED).",
    )
    .path_params(&[param("card_id", "CardId")])
    .query("ExportCardEntries")
    .answers(&[200], Answer::Csv);

/// `PATCH /cards/{card_id}/status`
pub static SET_STATUS: Operation = Operation::new("cards", "set_status", Method::Patch, "/cards/{card_id}/status")
    .doc(
        "Sets a card to active, inactive or canceled. The values are lower case. Cancelling is likely final (INFERRED).",
    )
    .path_params(&[param("card_id", "CardId")])
    .body(Body::Json("SetCardStatus"))
    .answers(&[200], Answer::Json("Card"))
    .retry(Retry::Guarded(Some(Check {
            read: "cards.get",
            query: None,
            done: Done::StatusAsAsked,
            undone: &["active", "inactive"],
        })));

/// `POST /cards/{card_id}/ephemeral-key`
pub static CREATE_EPHEMERAL_KEY: Operation = Operation::new("cards", "create_ephemeral_key", Method::Post, "/cards/{card_id}/ephemeral-key")
    .doc(
        "Makes a short-lived key with which the display SDK shows the card number and CVV. The nonce goes into a form body. The key is secret, so never log it, and each call makes a new one (INFERRED).",
    )
    .path_params(&[param("card_id", "CardId")])
    .body(Body::Form("EphemeralKeyInput"))
    .answers(&[200], Answer::Json("EphemeralKey"));
