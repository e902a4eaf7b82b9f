//! Operations of the `counterparties` group.

use crate::operation::{Answer, Body, Method, Operation, Paging, Retry, param};

/// `GET /counterparties`
pub static LIST: Operation = Operation::new("counterparties", "list", Method::Get, "/counterparties")
    .doc(
        "Lists the companies your borrowers trade with, page by page. Counterparties appear by themselves when invoices are created.",
    )
    .query("ListCounterparties")
    .answers(&[200], Answer::List("Counterparty"))
    .paged(Paging::Cursor);

/// `POST /counterparties`
pub static CREATE: Operation = Operation::new("counterparties", "create", Method::Post, "/counterparties")
    .doc(
        "Registers a counterparty with its relations. It answers 201 for a new one and 200 for a known one, so a repeat is safe (INFERRED). Invoices create counterparties without this call.",
    )
    .body(Body::Json("CreateCounterparty"))
    .answers(&[200, 201], Answer::Json("Counterparty"))
    .retry(Retry::Safe)
    .creates();

/// `GET /counterparty/{counterparty_id}`
pub static GET: Operation = Operation::new(
    "counterparties",
    "get",
    Method::Get,
    "/counterparty/{counterparty_id}",
)
.doc("Reads one counterparty with its exposure and credit limit.")
.path_params(&[param("counterparty_id", "CounterpartyId")])
.answers(&[200], Answer::Json("Counterparty"));
