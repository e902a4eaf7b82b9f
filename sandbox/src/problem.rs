//! Errors as `application/problem+json`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use defacto_types::InvalidParam;

use crate::world::Refusal;

/// An error as the API answers it.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    invalid_params: Vec<InvalidParam>,
}

impl Problem {
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad request", detail)
    }

    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    pub(crate) fn method_not_allowed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail)
    }

    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large", detail)
    }

    pub(crate) fn invalid(invalid_params: Vec<InvalidParam>) -> Self {
        Self {
            invalid_params,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Invalid parameters",
                "the request has parameters the API does not take",
            )
        }
    }

    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            invalid_params: Vec::new(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown(detail) => Self::not_found(detail),
            Refusal::State(detail) => Self::bad_request(detail),
            Refusal::Invalid(params) => Self::invalid(params),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = defacto_types::Problem::new()
            .kind("about:blank")
            .title(self.title)
            .status(i64::from(self.status.as_u16()))
            .detail(self.detail)
            .invalid_params((!self.invalid_params.is_empty()).then_some(self.invalid_params));
        let content_type = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        response
    }
}
