//! Requests: what a verifier asks, as the exact bytes of an OpenID4VP 1.0 authorization request object.

mod builder;
mod endpoint;
mod parse;
mod presets;
mod query;
mod revocation;
mod signed;

use alloc::string::String;
use alloc::vec::Vec;

use crate::identity::Did;
use crate::nonce::Nonce;
use crate::time::DateTime;

pub use crate::json::JsonError as RequestError;
pub use builder::{QueryBuilder, RequestBuilder};
pub use endpoint::Endpoint;
pub use query::{AcceptedSchema, CredentialQuery};
pub use revocation::{MAX_HEADS, NotRevoked};
pub use signed::{SignedRequest, SignedRequestError};

/// The most credentials that one request can ask for.
pub const MAX_QUERIES: usize = 4;
/// The most predicates on one credential, `not_expired` not counted.
pub const MAX_PREDICATES: usize = 16;
/// The most issuers that one query can accept.
pub const MAX_ISSUERS: usize = 64;
/// The most schemas among which one query can leave the holder's hidden.
pub const MAX_SCHEMAS: usize = 16;
/// The longest time for which a request can be answered, in seconds.
pub const MAX_LIFETIME: i64 = 24 * 3600;
/// How far a request may seem to come from the future, in seconds: the difference between two honest clocks.
pub const CLOCK_SKEW: i64 = 60;

/// A request: the exact bytes, and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    bytes: Vec<u8>,
    client: Did,
    client_name: Option<String>,
    response: ResponseMode,
    nonce: Nonce,
    state: Option<String>,
    issued_at: DateTime,
    expires_at: DateTime,
    queries: Vec<CredentialQuery>,
}

/// How the answer travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseMode {
    /// Posted to the verifier's `response_uri`.
    DirectPost(Endpoint),
    /// In the fragment of a redirect to the verifier's `redirect_uri`, on the same device.
    Fragment(Endpoint),
}

/// Why a request cannot be answered at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StaleRequest {
    /// It was made in the future.
    #[error("the request was made in the future: one of the clocks is wrong")]
    NotYet,
    /// Its time is over.
    #[error("the request has expired: ask for a new one")]
    Expired,
    /// Its day is not today.
    #[error("the request asks about another day than today")]
    OtherDay,
}

impl Request {
    /// Reads a request object. Members of the OpenID envelope that are not known are ignored as the standard
    /// says, but for those that change what is asked; inside `meta` and predicates everything unknown is refused.
    ///
    /// # Errors
    /// [`RequestError`] with the path of what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestError> {
        parse::request(bytes)
    }

    /// Starts a request in typed Rust.
    pub fn builder(
        client: Did,
        response: ResponseMode,
        nonce: Nonce,
        issued_at: DateTime,
    ) -> RequestBuilder {
        RequestBuilder::new(client, response, nonce, issued_at)
    }

    /// The exact bytes, which every proof is bound to.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Who asks.
    pub fn client(&self) -> &Did {
        &self.client
    }

    /// Who asks, as OpenID4VP names it; the audience of the answer.
    pub fn client_id(&self) -> String {
        parse::CLIENT_ID_PREFIX
            .chars()
            .chain(self.client.as_str().chars())
            .collect()
    }

    /// The verifier's own claim of a name.
    pub fn client_name(&self) -> Option<&str> {
        self.client_name.as_deref()
    }

    /// How the answer travels.
    pub fn response(&self) -> &ResponseMode {
        &self.response
    }

    /// What makes the answer fit this request only.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// The verifier's handle, to be returned with the answer.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// When it was made.
    pub fn issued_at(&self) -> DateTime {
        self.issued_at
    }

    /// The last second in which it can be answered.
    pub fn expires_at(&self) -> DateTime {
        self.expires_at
    }

    /// What is asked, one entry a credential, one to four.
    pub fn queries(&self) -> &[CredentialQuery] {
        &self.queries
    }

    /// The queries whose credentials one of a query's predicates is about, each once: its own, and those that it names.
    pub fn queries_of(&self, number: usize, predicate: usize) -> Vec<usize> {
        let mut about = alloc::vec![number];
        let query = self.queries.get(number);
        let formula = query.and_then(|query| query.predicates().get(predicate));
        for leaf in formula.into_iter().flat_map(|formula| formula.leaves()) {
            let other = leaf.operator.other();
            let named = other.and_then(|other| other.credential.as_deref());
            let place = |id: &str| self.queries.iter().position(|query| query.id() == id);
            about.extend(named.and_then(place));
        }
        about.sort_unstable();
        about.dedup();
        about
    }

    /// Whether the request can be answered now: not from the future (but for [`CLOCK_SKEW`]), not expired, and
    /// about today, give or take a day for time zones.
    ///
    /// # Errors
    /// [`StaleRequest`].
    pub fn check_time(&self, now: DateTime) -> Result<(), StaleRequest> {
        if self.issued_at.unix() > now.unix().saturating_add(CLOCK_SKEW) {
            return Err(StaleRequest::NotYet);
        }
        if now > self.expires_at {
            return Err(StaleRequest::Expired);
        }
        let today = now.date().days();
        if self
            .queries
            .iter()
            .any(|query| (query.as_of.days() - today).abs() > 1)
        {
            return Err(StaleRequest::OtherDay);
        }
        Ok(())
    }
}

impl ResponseMode {
    /// The name in requests.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DirectPost(_) => "direct_post",
            Self::Fragment(_) => "fragment",
        }
    }

    /// Where the answer goes.
    pub const fn endpoint(&self) -> &Endpoint {
        match self {
            Self::DirectPost(endpoint) | Self::Fragment(endpoint) => endpoint,
        }
    }
}
