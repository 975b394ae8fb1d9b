//! Requests in typed Rust. The builder writes JSON and reads it back, so that it can build nothing that
//! [`Request::parse`] would refuse.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cmp::Reverse;

use serde_json::{Value, json};

use super::{AcceptedSchema, MAX_HEADS, NotRevoked, Request, RequestError, ResponseMode, parse};
use crate::credential::FORMAT;
use crate::formula::Formula;
use crate::holder::IssuerKeyHash;
use crate::identity::Did;
use crate::json::{JsonError, JsonErrorKind};
use crate::manifest::IssuerManifest;
use crate::nonce::Nonce;
use crate::predicate::{Operator, Predicate};
use crate::schema::{ClaimPath, Schema, SchemaId};
use crate::status::StatusHead;
use crate::time::{Date, DateTime};

/// Builds a [`Request`].
#[derive(Debug, Clone)]
pub struct RequestBuilder {
    client: Did,
    response: ResponseMode,
    nonce: Nonce,
    issued_at: DateTime,
    lifetime: i64,
    state: Option<String>,
    client_name: Option<String>,
    queries: Vec<QueryBuilder>,
}

/// Builds the query for one credential.
#[derive(Debug, Clone)]
pub struct QueryBuilder {
    id: String,
    schema: AcceptedSchema,
    issuers: Vec<Did>,
    hide_issuer: Option<Vec<IssuerKeyHash>>,
    as_of: Date,
    purpose: Option<String>,
    accept_expired: bool,
    not_revoked: Option<NotRevoked>,
    predicates: Vec<Formula<Predicate>>,
    claims: Vec<ClaimPath>,
    pseudonym: Option<String>,
}

impl RequestBuilder {
    pub(super) fn new(
        client: Did,
        response: ResponseMode,
        nonce: Nonce,
        issued_at: DateTime,
    ) -> Self {
        let (lifetime, state, client_name, queries) = (300, None, None, Vec::new());
        Self {
            client,
            response,
            nonce,
            issued_at,
            lifetime,
            state,
            client_name,
            queries,
        }
    }

    /// For how many seconds the request can be answered; 300 if not said.
    #[must_use]
    pub fn lifetime(mut self, seconds: i64) -> Self {
        self.lifetime = seconds;
        self
    }

    /// A handle that is returned with the answer.
    #[must_use]
    pub fn state(mut self, state: &str) -> Self {
        self.state = Some(state.into());
        self
    }

    /// The verifier's name for people.
    #[must_use]
    pub fn client_name(mut self, name: &str) -> Self {
        self.client_name = Some(name.into());
        self
    }

    /// Asks for a credential.
    #[must_use]
    pub fn query(mut self, query: QueryBuilder) -> Self {
        self.queries.push(query);
        self
    }

    /// The request.
    ///
    /// # Errors
    /// [`RequestError`] with the path of what a wallet would refuse.
    pub fn build(self) -> Result<Request, RequestError> {
        let endpoint_name = match self.response {
            ResponseMode::DirectPost(_) => "response_uri",
            ResponseMode::Fragment(_) => "redirect_uri",
        };
        let mut out = json!({
            "response_type": "vp_token",
            "response_mode": self.response.name(),
            "client_id": alloc::format!("{}{}", parse::CLIENT_ID_PREFIX, self.client),
            "nonce": self.nonce.to_base64(),
            "aud": parse::AUDIENCE,
            "iat": self.issued_at.unix(),
            "exp": self.issued_at.plus_seconds(self.lifetime).unix(),
            "client_metadata": { "vp_formats_supported": { FORMAT: {} } },
            "dcql_query": { "credentials": self.queries.iter().map(QueryBuilder::to_json).collect::<Vec<_>>() },
        });
        out[endpoint_name] = self.response.endpoint().as_str().into();
        if let Some(state) = self.state {
            out["state"] = state.into();
        }
        if let Some(name) = self.client_name {
            out["client_metadata"]["client_name"] = name.into();
        }
        let bytes = serde_json::to_vec(&out)
            .map_err(|error| JsonError::new("$", JsonErrorKind::Syntax(error.to_string())))?;
        Request::parse(&bytes)
    }
}

impl QueryBuilder {
    /// Asks for a credential of that kind by one of these issuers, valid on that day.
    pub fn new(id: &str, schema: SchemaId, issuers: &[Did], as_of: Date) -> Self {
        Self::accepting(id, AcceptedSchema::Shown(schema), issuers, as_of)
    }

    /// Asks for a credential of one of these kinds, not saying which. The kinds must be of one size class, and what
    /// is asked about must stand at the same place in each.
    pub fn one_of(id: &str, schemas: &[Schema], issuers: &[Did], as_of: Date) -> Self {
        Self::accepting(id, AcceptedSchema::OneOf(schemas.to_vec()), issuers, as_of)
    }

    /// Asks for a credential by one of these issuers, not saying which, of one of these kinds, not saying which
    /// either: two issuers may define a kind of one name each in its own words, and the definition would tell.
    pub fn hiding_issuer(
        id: &str,
        schemas: &[Schema],
        issuers: &[&IssuerManifest],
        as_of: Date,
    ) -> Self {
        let dids: Vec<Did> = issuers.iter().map(|issuer| issuer.id().clone()).collect();
        let hashes = issuers.iter().map(|issuer| issuer.issuer_key_hash());
        let mut query = Self::one_of(id, schemas, &dids, as_of);
        query.hide_issuer = Some(hashes.collect());
        query
    }

    fn accepting(id: &str, schema: AcceptedSchema, issuers: &[Did], as_of: Date) -> Self {
        Self {
            id: id.into(),
            schema,
            issuers: issuers.to_vec(),
            hide_issuer: None,
            as_of,
            purpose: None,
            accept_expired: false,
            not_revoked: None,
            predicates: Vec::new(),
            claims: Vec::new(),
            pseudonym: None,
        }
    }

    /// Says why.
    #[must_use]
    pub fn purpose(mut self, purpose: &str) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// Accepts a credential that has expired, or is not valid yet, and does not learn which it is.
    #[must_use]
    pub fn accept_expired(mut self) -> Self {
        self.accept_expired = true;
        self
    }

    /// Demands that the credential is not revoked by its issuer's status list. A list counts for `tolerance` seconds
    /// after it has ended, or after a newer one that the verifier knows has begun; with 0 only the newest does.
    ///
    /// The request says which lists count: for each accepted issuer the newest of `known`, which must have one of each;
    /// with a tolerance up to [`MAX_HEADS`], unless the issuer stays hidden.
    #[must_use]
    pub fn not_revoked(mut self, tolerance: u32, known: &[StatusHead]) -> Self {
        let most = match (tolerance, &self.hide_issuer) {
            (1.., None) => MAX_HEADS,
            _ => 1,
        };
        let newest = self.issuers.iter().flat_map(|issuer| {
            let own = known.iter().filter(|head| head.issuer() == issuer);
            let mut own: Vec<_> = own.cloned().collect();
            own.sort_by_key(|head| Reverse(head.epoch()));
            own.dedup_by_key(|head| head.epoch());
            own.truncate(most);
            own
        });
        self.not_revoked = Some(NotRevoked::new(tolerance, newest.collect()));
        self
    }

    /// Asks for a claim to be disclosed.
    #[must_use]
    pub fn disclose(mut self, path: ClaimPath) -> Self {
        self.claims.push(path);
        self
    }

    /// Asks for a fact to be proved.
    #[must_use]
    pub fn prove(self, path: ClaimPath, operator: Operator) -> Self {
        self.prove_that(Predicate { path, operator }.into())
    }

    /// Asks for a combination of facts to be proved, without saying which of them make it true.
    #[must_use]
    pub fn prove_that(mut self, formula: Formula<Predicate>) -> Self {
        self.predicates.push(formula);
        self
    }

    /// Asks for the holder's pseudonym in this scope, by which the verifier recognises the holder again.
    #[must_use]
    pub fn pseudonym(mut self, scope: &str) -> Self {
        self.pseudonym = Some(scope.into());
        self
    }

    fn to_json(&self) -> Value {
        let schema = match &self.schema {
            AcceptedSchema::Shown(id) => json!(id),
            AcceptedSchema::OneOf(schemas) => schemas.iter().map(Schema::to_json).collect(),
        };
        let mut meta = json!({
            "schema": schema,
            "issuers": self.issuers.iter().map(Did::as_str).collect::<Vec<_>>(),
            "as_of": self.as_of.to_string(),
        });
        if let Some(hashes) = &self.hide_issuer {
            let hex = hashes.iter().map(|hash| hex::encode(hash.to_bytes()));
            meta["hide_issuer"] = hex.collect();
        }
        if let Some(purpose) = &self.purpose {
            meta["purpose"] = purpose.as_str().into();
        }
        if self.accept_expired {
            meta["not_expired"] = false.into();
        }
        if let Some(asked) = &self.not_revoked {
            meta["not_revoked"] = asked.to_json();
        }
        if !self.predicates.is_empty() {
            meta["predicates"] = self.predicates.iter().map(Formula::to_json).collect();
        }
        if let Some(scope) = &self.pseudonym {
            meta["pseudonym"] = json!({ "scope": scope });
        }
        let mut out = json!({ "id": self.id, "format": FORMAT, "meta": meta });
        if !self.claims.is_empty() {
            out["claims"] = self
                .claims
                .iter()
                .map(|path| json!({ "path": path.to_json() }))
                .collect();
        }
        out
    }
}
