//! Pages for people: where an onboarding and a payment lead. Without scripts,
//! and with everything that a client sent escaped.

mod checkout;
mod onboarding;

use axum::extract::{Form, FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use crate::app::App;
use crate::control::{self, Routes, Says};
use crate::world::table::No;
use crate::world::{Refusal, World};

/// The pages' routes, without the control API's prefix.
pub(crate) fn routes() -> Routes {
    let token = || ("token", control::shapes::text(), "What the link has");
    let says =
        |id, summary, (name, schema, text)| Says::new(id, summary).query(name, schema, text).page();
    Routes::new()
        .get("/onboarding/{id}", onboarding::show, {
            let summary = "The page on which a company becomes a borrower";
            says("show_onboarding", summary, token())
        })
        .post("/onboarding/{id}", onboarding::act, {
            says(
                "act_on_onboarding",
                "Does what a button of it says",
                token(),
            )
            .takes_form()
        })
        .get("/pay/{id}", checkout::show, {
            let summary = "The page on which a repayment is paid or given up";
            Says::new("show_payment", summary).page()
        })
        .post("/pay/{id}", checkout::act, {
            let says = Says::new("act_on_payment", "Does what a button of it says");
            says.page().takes_form()
        })
}

/// The path of an onboarding's page, with a token that lasts two hours.
pub(crate) fn onboarding_path(world: &World, no: No, now: Timestamp) -> String {
    format!(
        "{}/onboarding/{}?token={}",
        control::PREFIX,
        world.onboardings[no].id,
        world.resume_token(no, now)
    )
}

/// The path of the page of a repayment.
pub(crate) fn checkout_path(world: &World, no: No) -> String {
    format!("{}/pay/{}", control::PREFIX, world.checkouts[no].id)
}

/// The fields of a form that was sent; what is no form is refused as a page.
struct Filled(Vec<(String, String)>);

impl FromRequest<App> for Filled {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        match Form::from_request(request, app).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(wrong) => Err(refusal(
                wrong.status(),
                "No form",
                "This is not the page's form.",
            )),
        }
    }
}

/// The value of a form's field, without the space around it.
fn value(form: &[(String, String)], name: &str) -> String {
    let pair = form.iter().find(|(given, _)| given == name);
    pair.map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

/// Text as it may stand in HTML, between tags or in a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;\
padding:0 1rem;color-scheme:light dark}label{display:block;margin:.75rem 0}\
input:not([type=checkbox]){display:block;width:100%;box-sizing:border-box;font:inherit;\
padding:.4rem}button{font:inherit;padding:.5rem 1rem}.wrong{border-left:.25rem solid #c22;\
padding-left:.75rem}";

/// A page; `body` is HTML.
fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html).into_response()
}

/// A page that says what went wrong.
fn refusal(status: StatusCode, title: &str, text: &str) -> Response {
    page(
        status,
        title,
        &format!("<p role=\"alert\">{}</p>", escape(text)),
    )
}

/// A refusal in words.
fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unknown(detail) | Refusal::State(detail) => detail.clone(),
        Refusal::Invalid(params) => {
            let words = params.iter().map(|param| {
                format!(
                    "{} {}",
                    param.name.as_deref().unwrap_or_default(),
                    param.reason.as_deref().unwrap_or_default()
                )
            });
            words.collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_written_by_a_client_is_html() {
        assert_eq!(
            escape("<a href=\"x\" id='y'>&"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;"
        );
    }
}
