//! The files of the page.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Nothing from elsewhere, nothing inline, and nobody may frame it.
const SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'";

macro_rules! files {
    ($($name:literal: $kind:ident,)*) => {
        &[$(($name, $kind, include_str!(concat!("../../page/", $name))),)*]
    };
}

/// Name, content type and content.
const FILES: &[(&str, &str, &str)] = files! {
    "app.css": CSS,
    "icon.svg": SVG,
    "main.js": SCRIPT,
    "accounts.js": SCRIPT,
    "dom.js": SCRIPT,
    "api.js": SCRIPT,
    "parts.js": SCRIPT,
    "loans.js": SCRIPT,
    "loan.js": SCRIPT,
    "machine.js": SCRIPT,
    "plot.js": SCRIPT,
    "clock.js": SCRIPT,
    "requests.js": SCRIPT,
    "copy.js": SCRIPT,
    "webhooks.js": SCRIPT,
    "levers.js": SCRIPT,
    "invoices.js": SCRIPT,
    "borrowers.js": SCRIPT,
};

/// The page.
pub(super) async fn index() -> Response {
    file(HTML, include_str!("../../page/index.html"))
}

/// One of its files.
pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = FILES.iter().find(|(known, _, _)| *known == name);
    let (_, kind, text) = found.ok_or_else(|| Problem::not_found("the page has no such file"))?;
    Ok(file(kind, text))
}

/// The page is only looked at.
pub(super) async fn no_such_method() -> Problem {
    Problem::method_not_allowed("the page can only be looked at: the API has other paths")
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
