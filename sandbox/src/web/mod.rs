//! The web page: served from the binary, and what it reads and does beside the
//! rest of the control API. It looks at things without being one of the
//! readers that move loans, and without a line in the journal.

mod act;
mod assets;
mod loan;
mod look;
mod stream;

use axum::Router;
use axum::routing::{get, post};

use crate::api::{borrowers, invoices, loans};
use crate::app::App;

/// The page itself, where the lending API has no path.
pub(crate) fn front() -> Router {
    Router::new().route("/", get(assets::index).fallback(assets::no_such_method))
}

/// The routes below the control API's prefix, without it.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/page/{name}", get(assets::asset))
        .route("/stream", get(stream::stream))
        .route("/loans/{id}/moves", post(act::move_loan))
        .route("/view/machine", get(look::machine))
        .route("/view/requests", get(look::requests))
        .route("/view/loans", get(loans::look))
        .route("/view/loans/{id}", get(loan::loan))
        .route("/view/loans/{id}/documents/{kind}", get(loan::document))
        .route("/view/invoices", get(invoices::list))
        .route("/view/invoices/{id}", get(look::invoice))
        .route("/view/borrowers", get(borrowers::list))
        .route("/view/borrowers/{id}", get(look::borrower))
}
