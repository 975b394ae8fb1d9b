//! Errors as the protocols say them: an HTTP status and a JSON object with `error` and `error_description`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::store::StoreError;

/// A refusal of one HTTP request.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    error: &'static str,
    description: String,
    /// The failed rule and whose fault it is, for refused presentations.
    rejection: Option<(String, String)>,
}

impl Problem {
    /// A refusal that is the client's fault.
    pub fn bad_request(error: &'static str, description: impl Into<String>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, error, description)
    }

    /// A refusal with a status of its own.
    pub fn with_status(
        status: StatusCode,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
            error,
            description: description.into(),
            rejection: None,
        }
    }

    /// Nothing of that name is here.
    pub fn not_found(what: &str) -> Self {
        Self::with_status(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("this {what} does not exist or is long gone"),
        )
    }

    /// A bearer token that opens nothing.
    pub fn unauthorized(description: impl Into<String>) -> Self {
        Self::with_status(StatusCode::UNAUTHORIZED, "invalid_token", description)
    }

    /// More work at hand than can be done in time.
    pub fn overloaded() -> Self {
        Self::with_status(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "too many requests at once; try again in a second",
        )
    }

    /// A refused presentation.
    pub fn rejected(rule: &str, fault: &str, reason: impl Into<String>) -> Self {
        let mut problem = Self::bad_request("invalid_presentation", reason);
        problem.rejection = Some((rule.to_owned(), fault.to_owned()));
        problem
    }

    /// A fault of ours. The cause goes to the operator, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        eprintln!("glimpse: internal error: {cause}");
        Self::with_status(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "the server failed; nothing was changed",
        )
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full(_) => Self::overloaded(),
            StoreError::Database(_) | StoreError::File(_) | StoreError::Record(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<rand::Error> for Problem {
    fn from(error: rand::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.error, "error_description": self.description });
        if let Some((rule, fault)) = self.rejection {
            body["rule"] = rule.into();
            body["fault"] = fault.into();
        }
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}
