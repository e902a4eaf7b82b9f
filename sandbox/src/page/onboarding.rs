//! The page of an onboarding: the company's details, then the signature.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::{Filled, escape, page, refusal, value, words};
use crate::app::App;
use crate::text;
use crate::world::onboarding::Details;
use crate::world::table::No;
use crate::world::{Refusal, World};

type Pairs = Vec<(String, String)>;

const TITLE: &str = "Become a borrower";

/// Shows the step the onboarding is at.
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<Pairs>,
) -> Response {
    let (world, now) = app.open();
    match admitted(&world, &id, &query, now) {
        Ok(no) => step(&world, no, now, None),
        Err((status, text)) => refusal(status, TITLE, text),
    }
}

/// Does what a button says, and shows the step that is next.
pub(super) async fn act(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<Pairs>,
    Filled(form): Filled,
) -> Response {
    let (mut world, now) = app.open();
    let no = match admitted(&world, &id, &query, now) {
        Ok(no) => no,
        Err((status, text)) => return refusal(status, TITLE, text),
    };
    let done = match value(&form, "step").as_str() {
        "sign" if value(&form, "accept") == "yes" => world.sign_onboarding(no, now).map(drop),
        "sign" => Err(Refusal::invalid("accept", "must be ticked")),
        _ => world.fill_onboarding(no, details(&form), now),
    };
    step(&world, no, now, done.err().as_ref())
}

/// The onboarding, unless there is none or the link is not good any more. A
/// page asked for without a token is the bare continue URL, which has no end.
fn admitted(
    world: &World,
    id: &str,
    query: &Pairs,
    now: Timestamp,
) -> Result<No, (StatusCode, &'static str)> {
    let Some(no) = world.onboardings.find(id) else {
        return Err((StatusCode::NOT_FOUND, "There is no such onboarding."));
    };
    let token = query.iter().find(|(name, _)| name == "token");
    if token.is_some_and(|(_, token)| !world.resumes(no, token, now)) {
        return Err((
            StatusCode::GONE,
            "This link has expired. Ask for a new one.",
        ));
    }
    Ok(no)
}

fn details(form: &Pairs) -> Details {
    Details {
        name: value(form, "name"),
        legal_form: value(form, "legal_form"),
        first_name: value(form, "first_name"),
        last_name: value(form, "last_name"),
        email: value(form, "email"),
        iban: value(form, "iban"),
    }
}

fn step(world: &World, no: No, now: Timestamp, wrong: Option<&Refusal>) -> Response {
    let onboarding = &world.onboardings[no].value;
    if onboarding.is_duplicate {
        let text = "This company is already a borrower, or on its way to become one.";
        return refusal(StatusCode::OK, TITLE, text);
    }
    if onboarding.borrower.is_some() {
        return done(onboarding.redirect_url.as_deref());
    }
    if world.is_expired(no, now) {
        let text = "This onboarding has expired. Start again.";
        return refusal(StatusCode::GONE, TITLE, text);
    }
    let status = match wrong {
        None => StatusCode::OK,
        Some(Refusal::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::BAD_REQUEST,
    };
    let wrong = wrong.map_or(String::new(), |wrong| {
        format!(
            "<p class=\"wrong\" role=\"alert\">{}</p>",
            escape(&words(wrong))
        )
    });
    let company = format!("<p>Company {}</p>", escape(&onboarding.key));
    let body = match &onboarding.details {
        None => questions(&onboarding.email.clone().unwrap_or_default()),
        Some(details) => signature(world, &onboarding.key, details),
    };
    page(status, TITLE, &format!("{wrong}{company}{body}"))
}

fn questions(email: &str) -> String {
    let field = |name: &str, label: &str, kind: &str, more: &str| {
        format!("<label>{label}<input name=\"{name}\" type=\"{kind}\" {more}></label>")
    };
    let email = format!("value=\"{}\"", escape(email));
    [
        "<form method=\"post\"><input type=\"hidden\" name=\"step\" value=\"details\">".to_owned(),
        field("name", "Name of the company", "text", "required"),
        field("legal_form", "Legal form", "text", ""),
        field("first_name", "Your first name", "text", "required"),
        field("last_name", "Your last name", "text", "required"),
        field("email", "Your email", "email", &email),
        field("iban", "IBAN of the company", "text", ""),
        "<button>Continue</button></form>".to_owned(),
    ]
    .concat()
}

fn signature(world: &World, key: &str, details: &Details) -> String {
    let denials = world.borrower_denials(key);
    if !denials.is_empty() {
        let reasons = denials.iter().map(|code| {
            let text = text::denial_code(code.as_str()).and_then(|texts| texts.en);
            format!("<li>{}</li>", escape(&text.unwrap_or_default()))
        });
        let reasons: String = reasons.collect();
        return format!("<p>This company cannot borrow.</p><ul>{reasons}</ul>");
    }
    let name = escape(&details.name);
    let person = escape(&format!("{} {}", details.first_name, details.last_name));
    format!(
        "<p>{name} may borrow up to {} EUR at {} % a day.</p>\
         <form method=\"post\"><input type=\"hidden\" name=\"step\" value=\"sign\">\
         <label><input type=\"checkbox\" name=\"accept\" value=\"yes\" required> \
         I, {person}, accept the terms for {name}</label>\
         <button>Sign</button></form>",
        world.settings.facility / 100,
        world.settings.daily_rate,
    )
}

/// Only links that `is_web` let in get here.
fn done(redirect_url: Option<&str>) -> Response {
    let link = redirect_url.map_or(String::new(), |url| {
        format!("<p><a href=\"{}\">Go on</a></p>", escape(url))
    });
    let body = format!("<p>Signed. The company can borrow now.</p>{link}");
    page(StatusCode::OK, TITLE, &body)
}
