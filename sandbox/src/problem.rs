//! Errors as `application/problem+json`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use defacto_types::InvalidParam;

use crate::journal::Touched;
use crate::world::Refusal;

/// An error as the API answers it.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    invalid_params: Vec<InvalidParam>,
    is_conflict: bool,
    touched: Touched,
}

/// Marks an answer as the refusal of what does not go with the present state:
/// the policy says which status it has.
#[derive(Clone, Debug)]
pub(crate) struct Conflict(pub(crate) Box<Problem>);

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

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service unavailable",
            detail,
        )
    }

    /// An answer of the simulator's own that is not as declared.
    #[cfg(feature = "contract")]
    pub(crate) fn misfit(detail: String, places: Vec<InvalidParam>) -> Self {
        Self {
            invalid_params: places,
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The sandbox breaks the contract",
                detail,
            )
        }
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
            is_conflict: false,
            touched: Touched::default(),
        }
    }

    /// The refusal of a request that named these.
    pub(crate) fn about(self, touched: &Touched) -> Self {
        Self {
            touched: touched.clone(),
            ..self
        }
    }

    /// What it says of each parameter.
    pub(crate) fn into_params(self) -> Vec<InvalidParam> {
        self.invalid_params
    }

    /// The same with this status, which is final.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.is_conflict = false;
        if let Ok(status) = StatusCode::from_u16(status)
            && status != self.status
        {
            self.status = status;
            self.title = status.canonical_reason().unwrap_or(self.title);
        }
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown(detail) => Self::not_found(detail),
            Refusal::State(detail) => Self {
                is_conflict: true,
                ..Self::bad_request(detail)
            },
            Refusal::Invalid(params) => Self::invalid(params),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let conflict = self.is_conflict.then(|| Conflict(Box::new(self.clone())));
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
        response.extensions_mut().insert(self.touched);
        if let Some(conflict) = conflict {
            response.extensions_mut().insert(conflict);
        }
        response
    }
}
