//! Receiving a request by OpenID4VP 1.0, without doing any I/O and without a clock.

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::Credential;
use glimpse_protocol::plan::{NeededSet, Plan};
use glimpse_protocol::relation::Known;
use glimpse_protocol::request::{
    Request, RequestError, SignedRequest, SignedRequestError, StaleRequest,
};
use glimpse_protocol::set::{SetFile, SetReference};
use glimpse_protocol::time::DateTime;
use sha2::{Digest, Sha256};

use crate::endpoint::{Endpoint, EndpointError, Origin};
use crate::form;
use crate::http::{HttpRequest, HttpResponse, MAX_BODY, ResponseError};
use crate::set::{self, SetSource};

/// A link that says who asks and where the request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLink {
    client_id: String,
    uri: Endpoint,
}

/// A request that is well formed and fresh, with what is known about where it came from. The only
/// thing that a wallet answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingRequest {
    request: Request,
    source: Source,
    answer_to: Endpoint,
    at: DateTime,
    /// The sets that it is about, each once.
    sources: Vec<SetSource>,
    /// Their files: all or none.
    sets: Vec<SetFile>,
}

/// How a request reached the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Fetched from this origin, and signed by the key that it names.
    Signed(Origin),
    /// A signed request from a file.
    SignedFile,
    /// A file without a signature: nothing shows who wrote it.
    Unsigned,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefused {
    /// The link is no request.
    #[error("this link holds no request")]
    NotARequest,
    /// An address in it may not be used.
    #[error("an address in the request cannot be used: {0}")]
    Address(#[from] EndpointError),
    /// The verifier did not answer as it must.
    #[error("the request could not be fetched: {0}")]
    Response(#[from] ResponseError),
    /// The request is not signed by whom it names, or is malformed.
    #[error("{0}")]
    Signed(#[from] SignedRequestError),
    /// An unsigned request is malformed.
    #[error("the request is malformed: {0}")]
    Form(#[from] RequestError),
    /// The link names one verifier and the request another.
    #[error("the link names another verifier than the request")]
    OtherClient,
    /// It asks for a pseudonym without a signature. Whoever wrote it could be told the pseudonym by which the
    /// holder is known to the verifier that it names.
    #[error("the request asks for a pseudonym, which only a signed request may")]
    UnsignedPseudonym,
    /// It is about more than a wallet keeps at a time.
    #[error("the request is about lists of values that are too large together")]
    Sets,
    /// It is too old, from the future, or about another day.
    #[error(transparent)]
    Stale(#[from] StaleRequest),
}

impl RequestLink {
    /// Reads `client_id` and `request_uri` from a wallet link (`…/#/request?…`, `openid4vp://?…`)
    /// or from its query alone.
    pub fn from_link(link: &str) -> Result<Self, RequestRefused> {
        let refused = || RequestRefused::NotARequest;
        if link.len() > MAX_BODY {
            return Err(refused());
        }
        let query = link.split_once('?').map_or(link, |(_, query)| query);
        let fields = form::decode(query).ok_or_else(refused)?;
        let field = |name: &str| {
            fields
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        // The only other method is `post`, which would send something before consent.
        if field("request_uri_method").is_some_and(|method| method != "get") {
            return Err(refused());
        }
        let client_id = field("client_id").ok_or_else(refused)?;
        let uri = field("request_uri").ok_or_else(refused)?.parse()?;
        Ok(Self { client_id, uri })
    }

    /// Where the request is.
    #[must_use]
    pub fn address(&self) -> &Endpoint {
        &self.uri
    }

    /// Fetches the request.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        let mut request = HttpRequest::get(self.uri.clone());
        request.headers = vec![("accept", "application/oauth-authz-req+jwt".to_owned())];
        request
    }

    /// Verifies the signed request that came back: its signature, that it is from whom the link
    /// names, and that it is fresh at `now`.
    pub fn receive(
        self,
        response: &HttpResponse,
        now: DateTime,
    ) -> Result<IncomingRequest, RequestRefused> {
        let jwt = core::str::from_utf8(response.success()?)
            .map_err(|_| ResponseError::Malformed("not text"))?;
        let request = SignedRequest::verify(jwt.trim_ascii())?.into_request();
        if request.client_id() != self.client_id {
            return Err(RequestRefused::OtherClient);
        }
        IncomingRequest::new(request, Source::Signed(self.uri.origin()), now)
    }
}

impl IncomingRequest {
    /// Reads a request file: a request object, or the compact JWS of one.
    pub fn from_file(bytes: &[u8], now: DateTime) -> Result<Self, RequestRefused> {
        match core::str::from_utf8(bytes) {
            Ok(text) if !text.trim_ascii_start().starts_with('{') => {
                let request = SignedRequest::verify(text.trim_ascii())?.into_request();
                Self::new(request, Source::SignedFile, now)
            }
            _ => Self::new(Request::parse(bytes)?, Source::Unsigned, now),
        }
    }

    fn new(request: Request, source: Source, now: DateTime) -> Result<Self, RequestRefused> {
        let mut queries = request.queries().iter();
        if source == Source::Unsigned && queries.any(|query| query.pseudonym().is_some()) {
            return Err(RequestRefused::UnsignedPseudonym);
        }
        request.check_time(now)?;
        let answer_to = request.response().endpoint().as_str().parse()?;
        let mut sources: Vec<SetSource> = Vec::new();
        for set in sets_of(&request) {
            let source = SetSource::new(set)?;
            let same = |known: &SetSource| known.description() == source.description();
            if !sources.iter().any(same) {
                sources.push(source);
            }
        }
        let pieces: usize = sources.iter().map(SetSource::max_pieces).sum();
        if pieces > set::MAX_PIECES {
            return Err(RequestRefused::Sets);
        }
        Ok(Self {
            request,
            source,
            answer_to,
            at: now,
            sources,
            sets: Vec::new(),
        })
    }

    /// The published sets that the request is about, each once, if they are not at hand: all of them, since the choice of
    /// those that are fetched would tell what was asked before. Their files are to be fetched whole, if the holder wants it.
    pub fn missing_sets(&self) -> impl Iterator<Item = &SetSource> {
        let missing = match self.sets.is_empty() {
            true => self.sources.as_slice(),
            false => &[],
        };
        missing.iter()
    }

    /// The published sets that the request is about, if they are at hand.
    #[must_use]
    pub fn sets(&self) -> &[SetFile] {
        &self.sets
    }

    /// The published sets that the request is about, each once.
    pub(crate) fn set_sources(&self) -> &[SetSource] {
        &self.sources
    }

    /// With the files of all its sets, which were checked.
    pub(crate) fn with_sets(mut self, files: Vec<SetFile>) -> Self {
        self.sets = files;
        self
    }

    /// For whom a set is kept that came for this request, and whom alone it serves: the verifier that has signed it. Nobody
    /// vouches for the verifier that an unsigned request names, so what comes for it serves nothing but that very request.
    pub(crate) fn sets_kept_for(&self) -> String {
        match self.source {
            Source::Signed(_) | Source::SignedFile => self.request.client().to_string(),
            Source::Unsigned => hex::encode(Sha256::digest(self.request.bytes())),
        }
    }

    /// Adds to a plan of this request what the sets at hand say of these credentials.
    pub(crate) fn inform(&self, plan: Plan, credentials: &[&Credential]) -> Plan {
        let known = self.known_of(&plan.needed_sets(credentials));
        plan.with_known(known)
    }

    /// What the sets at hand say of what is to be looked for in them.
    pub(crate) fn known_of(&self, needed: &[NeededSet<'_>]) -> Known {
        let mut known = Known::default();
        for needed in needed {
            let slots = self.sets.iter().find_map(|set| needed.slots(set));
            if let Some(slots) = slots {
                known.add(CircuitId::Set, &slots);
            }
        }
        known
    }

    /// The request, with its exact bytes.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// How it came.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether anything is asked of status lists. Then their refreshing is offered beside whatever the request comes to, so that
    /// to press there does not tell which it is.
    #[must_use]
    pub fn asks_status(&self) -> bool {
        let mut queries = self.request.queries().iter();
        queries.any(|query| query.not_revoked().is_some())
    }

    /// Where the answer will go.
    #[must_use]
    pub fn answer_to(&self) -> &Endpoint {
        &self.answer_to
    }

    /// When it came.
    #[must_use]
    pub fn at(&self) -> DateTime {
        self.at
    }

    /// The answer goes to another origin than the one the request was fetched from. That may be
    /// right, and it must be shown.
    #[must_use]
    pub fn answers_elsewhere(&self) -> bool {
        matches!(&self.source, Source::Signed(origin) if *origin != self.answer_to.origin())
    }
}

fn sets_of(request: &Request) -> impl Iterator<Item = &SetReference> {
    let formulas = request
        .queries()
        .iter()
        .flat_map(|query| query.predicates());
    let leaves = formulas.flat_map(|formula| formula.leaves());
    leaves.filter_map(|predicate| predicate.operator.set())
}
