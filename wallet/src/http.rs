//! HTTP as data: the wallet says what to send, the caller sends it and brings back what came.

use serde_json::Value;

use crate::endpoint::Endpoint;

/// The largest body that is sent, or read as JSON, in bytes.
pub const MAX_BODY: usize = glimpse_protocol::json::MAX_BYTES;

/// How to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`, without a body.
    Get,
    /// `POST`.
    Post,
}

/// A request to be carried out exactly as it stands: without cookies, without following redirects.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// How to ask.
    pub method: Method,
    /// Whom.
    pub url: Endpoint,
    /// Header names in lower case, with their values.
    pub headers: Vec<(&'static str, String)>,
    /// The body of a `POST`.
    pub body: Option<String>,
    /// The most bytes that are taken of an answer's body.
    pub limit: usize,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why a response is of no use. The other side's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// A redirect, which is never followed: the address shown is the address used.
    #[error("it tried to redirect elsewhere")]
    Redirect,
    /// An error status, with the OAuth error code if one was sent.
    #[error("it answered with status {status}{}", code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Status {
        /// The status code.
        status: u16,
        /// The member `error`, if it is a short plain word.
        code: Option<String>,
    },
    /// More than this step's limit, mostly [`MAX_BODY`].
    #[error("its answer is too large")]
    TooLarge,
    /// Not the JSON that this step needs.
    #[error("its answer is malformed: {0}")]
    Malformed(&'static str),
}

impl HttpRequest {
    /// A `GET` for JSON.
    #[must_use]
    pub fn get(url: Endpoint) -> Self {
        let headers = vec![("accept", "application/json".to_owned())];
        Self {
            method: Method::Get,
            url,
            headers,
            body: None,
            limit: MAX_BODY,
        }
    }

    /// A `GET` for a file of at most `limit` bytes, with nothing in it that could differ between those who ask.
    #[must_use]
    pub fn file(url: Endpoint, limit: usize) -> Self {
        Self {
            method: Method::Get,
            url,
            headers: Vec::new(),
            body: None,
            limit,
        }
    }

    /// A `POST` of form fields.
    #[must_use]
    pub fn post_form(url: Endpoint, fields: &[(&str, &str)]) -> Self {
        let headers = vec![
            ("accept", "application/json".to_owned()),
            (
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ];
        Self {
            method: Method::Post,
            url,
            headers,
            body: Some(crate::form::encode(fields)),
            limit: MAX_BODY,
        }
    }

    /// A `POST` of JSON.
    #[must_use]
    pub fn post_json(url: Endpoint, body: &Value) -> Self {
        let headers = vec![
            ("accept", "application/json".to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        Self {
            method: Method::Post,
            url,
            headers,
            body: Some(body.to_string()),
            limit: MAX_BODY,
        }
    }

    /// Adds an access token.
    #[must_use]
    pub(crate) fn bearer(mut self, token: &str) -> Self {
        self.headers
            .push(("authorization", format!("Bearer {token}")));
        self
    }
}

/// Bodies and headers carry codes and tokens, so only the address is shown.
impl core::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HttpRequest({:?} {})", self.method, self.url.origin())
    }
}

impl HttpResponse {
    /// The body of a successful response.
    pub fn success(&self) -> Result<&[u8], ResponseError> {
        self.file(MAX_BODY)
    }

    /// The body of a successful response, of at most `limit` bytes.
    pub fn file(&self, limit: usize) -> Result<&[u8], ResponseError> {
        if self.body.len() > limit {
            return Err(ResponseError::TooLarge);
        }
        match self.status {
            200..=299 => Ok(&self.body),
            300..=399 => Err(ResponseError::Redirect),
            status => Err(ResponseError::Status {
                status,
                code: self.error_code(),
            }),
        }
    }

    /// The body of a successful response, as strict JSON.
    pub fn json(&self) -> Result<Value, ResponseError> {
        glimpse_protocol::json::parse(self.success()?)
            .map_err(|_| ResponseError::Malformed("not acceptable JSON"))
    }

    /// Only a short plain word is taken over: the text comes from the other side and ends up on the
    /// screen.
    fn error_code(&self) -> Option<String> {
        let value = glimpse_protocol::json::parse(&self.body).ok()?;
        let code = value.get("error")?.as_str()?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        (code.len() <= 40 && code.bytes().all(plain)).then(|| code.to_owned())
    }
}
