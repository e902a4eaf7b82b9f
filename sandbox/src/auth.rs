//! The key of a request. Any will do, but there must be one.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::accounts::UnknownKey;
use crate::problem::Problem;

/// Marks an answer as a refusal of the key: no handler was run for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused;

/// Marks a request for an operation that its key may not do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotAllowed;

/// Lets only requests with a key through. A part of the outermost layer rather
/// than a layer: each costs every request some allocations.
pub(crate) async fn run(request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let is_unknown = extensions.get::<UnknownKey>().is_some();
    let is_forbidden = extensions.get::<NotAllowed>().is_some();
    match check(request.headers()) {
        Ok(()) if is_unknown => refuse(Problem::unauthorized("the key is no account's")),
        Ok(()) if is_forbidden => refuse(Problem::forbidden(
            "the key has no permission for this operation",
        )),
        Ok(()) => next.run(request).await,
        Err(detail) => refuse(Problem::unauthorized(detail)),
    }
}

/// Whether a request with these headers is let through.
pub(crate) fn is_accepted(headers: &HeaderMap) -> bool {
    check(headers).is_ok()
}

fn refuse(problem: Problem) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let bearer = HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, bearer);
    }
    response.extensions_mut().insert(Refused);
    response
}

/// What is wrong with the key, in words that never repeat it.
fn check(headers: &HeaderMap) -> Result<(), &'static str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values
        .next()
        .ok_or("the request has no Authorization header")?;
    if values.next().is_some() {
        return Err("the request has more than one Authorization header");
    }
    let value = value
        .to_str()
        .map_err(|_| "the Authorization header is not plain ASCII")?;

    let mut words = value.split_ascii_whitespace();
    if !words.next().is_some_and(is_bearer) {
        return Err("the Authorization header must be `Bearer` and a key");
    }
    let key = words.next().ok_or("the key after `Bearer` is empty")?;
    if is_bearer(key) {
        return Err("the word `Bearer` is doubled: the key must be given without it");
    }
    if words.next().is_some() {
        return Err("the key after `Bearer` has a space in it");
    }
    Ok(())
}

/// Whether this is the scheme's name, which has no case.
fn is_bearer(word: &str) -> bool {
    word.eq_ignore_ascii_case("Bearer")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
        check(&headers).is_ok()
    }

    #[test]
    fn takes_any_key() {
        assert!(accepts("Bearer k"));
        assert!(accepts("bearer k"));
    }

    #[test]
    fn refuses_what_is_no_key() {
        for value in [
            "",
            "k",
            "Basic k",
            "Bearer",
            "Bearer ",
            "Bearerk",
            "Bearer Bearer k",
            "Bearer bearer",
            "Bearer a b",
        ] {
            assert!(!accepts(value), "{value:?}");
        }
        assert!(check(&HeaderMap::new()).is_err());
    }

    #[test]
    fn refuses_two_headers() {
        let mut headers = HeaderMap::new();
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer b"));
        assert!(check(&headers).is_err());
    }
}
