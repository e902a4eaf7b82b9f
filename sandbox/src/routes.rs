//! The API's routes, made from the table of operations.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use defacto_types::operation::Method;
use defacto_types::{OPERATIONS, Operation};

use crate::api as operations;
use crate::app::App;
use crate::control;
use crate::fault::{self, Target};
use crate::generate;
use crate::policy;
use crate::problem::Problem;
use crate::state;
use crate::web;

/// Everything an account is answered; all operations unless some are allowed.
pub(crate) fn router(app: App, allowed: Option<Arc<[Target]>>) -> Router {
    let all = api(app.clone(), allowed)
        .nest(control::PREFIX, control::router(app.clone()))
        .merge(web::front());
    if app.gate.is_some() {
        all.layer(from_fn_with_state(app, state::record))
    } else {
        all
    }
}

/// The lending API. Its layers run after the route is found and cover the
/// fallbacks too: no key, no answer, and nothing goes unrecorded. Faults come
/// before the key, as a proxy or a network would.
fn api(app: App, allowed: Option<Arc<[Target]>>) -> Router {
    OPERATIONS
        .iter()
        .copied()
        .filter_map(|operation| Some((operation.path, handler(operation)?)))
        .fold(Router::new(), |router, (path, handler)| {
            router.route(path, handler)
        })
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state((app.clone(), allowed), fault::answer))
        .with_state(app)
}

/// What answers an operation, of which a test says that there is no other.
fn handler(operation: &'static Operation) -> Option<MethodRouter<App>> {
    let filter = filter(operation.method)?;
    let router = match (operation.group, operation.name) {
        ("testing", "hello") => on(filter, hello),
        ("testing", "generate_iban") => on(filter, generate::iban),
        // The guides call it with POST, the contract with GET.
        ("testing", "generate_business") => on(filter.or(MethodFilter::POST), generate::business),
        ("testing", "generate_invoice") => on(filter, generate::invoice),
        ("testing", "set_business_eligibility") => on(filter, generate::set_eligibility),
        _ => operations::handler(operation, filter)?,
    };
    Some(if operation.deprecated {
        router.layer(map_response(deprecated))
    } else {
        router
    })
}

/// Says that the operation is deprecated.
async fn deprecated(mut response: Response) -> Response {
    let since = HeaderValue::from_static(policy::DEPRECATED_SINCE);
    response.headers_mut().insert("deprecation", since);
    response
}

/// `None` for a method the simulator does not know yet.
fn filter(method: Method) -> Option<MethodFilter> {
    match method {
        Method::Get => Some(MethodFilter::GET),
        Method::Post => Some(MethodFilter::POST),
        Method::Put => Some(MethodFilter::PUT),
        Method::Patch => Some(MethodFilter::PATCH),
        Method::Delete => Some(MethodFilter::DELETE),
        _ => None,
    }
}

async fn hello() -> &'static str {
    "Hello from the Defacto sandbox"
}

async fn unknown() -> Problem {
    Problem::not_found("the API has no such path")
}

async fn wrong_method() -> Problem {
    Problem::method_not_allowed("the API has no such method on this path")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Open;

    #[test]
    fn every_operation_has_a_route() {
        assert!(OPERATIONS.iter().all(|o| handler(o).is_some()));
        // Panics when two routes clash.
        let app = App::new(0, Open::default());
        let _ = router(app, None);
    }
}
