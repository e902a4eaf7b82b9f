//! The web page: served from the binary, and what it reads and does beside the
//! rest of the control API. It looks at things without being one of the
//! readers that move loans, and without a line in the journal.

mod act;
mod assets;
mod loan;
mod look;
mod stream;

use axum::Router;
use axum::routing::get;

use crate::api::{borrowers, invoices, loans};
use crate::control::shapes::{named, text, whole};
use crate::control::{Routes, Says};

/// The page itself, where the lending API has no path.
pub(crate) fn front() -> Router {
    Router::new().route("/", get(assets::index).fallback(assets::no_such_method))
}

/// The routes below the control API's prefix, without it.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/page/{name}", assets::asset, {
            let kinds = ["text/css", "text/javascript", "image/svg+xml"];
            Says::new("get_page_file", "A file of the page").file(&kinds)
        })
        .get("/stream", stream::stream, {
            let summary = "Says when something changed, at most five times a second";
            Says::new("watch", summary).file(&["text/event-stream"])
        })
        .post("/loans/{id}/moves", act::move_loan, {
            let summary = "Makes a move of a loan, or the step that would come next";
            let says = Says::new("move_loan", summary);
            says.takes(named("LoanMove")).gives(named("OfLending"))
        })
        .get("/view/machine", look::machine, {
            let summary = "The statuses of a loan and the moves between them";
            Says::new("view_machine", summary).gives(named("Machine"))
        })
        .get("/view/requests", look::requests, {
            Says::new("view_requests", "The newest requests")
                .query("from", whole(0), "Only those from this number on")
                .query(
                    "about",
                    text(),
                    "Only those that name, made or changed this id",
                )
                .gives(named("RequestsSeen"))
        })
        .get(
            "/view/loans",
            loans::look,
            view_list("view_loans", "The loans, as `loans.list`"),
        )
        .get("/view/loans/{id}", loan::loan, {
            Says::new("view_loan", "A loan with all about it").gives(named("LoanView"))
        })
        .get("/view/loans/{id}/documents/{kind}", loan::document, {
            let kinds = ["application/pdf", "application/zip"];
            Says::new("view_loan_document", "One of a loan's documents").file(&kinds)
        })
        .get(
            "/view/invoices",
            invoices::list,
            view_list("view_invoices", "The invoices, as `invoices.list`"),
        )
        .get("/view/invoices/{id}", look::invoice, {
            let summary = "An invoice and the requests about it";
            Says::new("view_invoice", summary).gives(named("InvoiceView"))
        })
        .get(
            "/view/borrowers",
            borrowers::list,
            view_list("view_borrowers", "The borrowers, as `borrowers.list`"),
        )
        .get("/view/borrowers/{id}", look::borrower, {
            let summary = "A borrower, its credit line and the requests about it";
            Says::new("view_borrower", summary).gives(named("BorrowerView"))
        })
}

/// A list of the lending API, with its parameters; no loan moves on because of
/// it.
fn view_list(id: &'static str, summary: &'static str) -> Says {
    Says::new(id, summary)
        .query("cursor", text(), "Where the page begins")
        .query("page_size", whole(1), "So many at most")
        .gives(named("Page"))
}
