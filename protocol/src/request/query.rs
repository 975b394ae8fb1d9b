//! What a request asks of one credential.

use alloc::string::String;
use alloc::vec::Vec;

use super::NotRevoked;
use crate::formula::Formula;
use crate::holder::IssuerKeyHash;
use crate::identity::Did;
use crate::predicate::Predicate;
use crate::pseudonym::Scope;
use crate::schema::{ClaimPath, Schema, SchemaId};
use crate::time::Date;

/// What is asked of one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialQuery {
    pub(super) id: String,
    pub(super) schema: AcceptedSchema,
    pub(super) issuers: Vec<Did>,
    pub(super) hide_issuer: Option<Vec<IssuerKeyHash>>,
    pub(super) as_of: Date,
    pub(super) purpose: Option<String>,
    pub(super) not_expired: bool,
    pub(super) not_revoked: Option<NotRevoked>,
    pub(super) predicates: Vec<Formula<Predicate>>,
    pub(super) claims: Vec<ClaimPath>,
    pub(super) pseudonym: Option<Scope>,
}

/// The kinds of credential that answer a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptedSchema {
    /// The schema of that identifier, in the version of whichever issuer answers.
    Shown(SchemaId),
    /// One of these, not saying which: at least one. They stand in the request as a whole, so that what follows from
    /// them follows from the request.
    OneOf(Vec<Schema>),
}

impl CredentialQuery {
    /// The query's name inside the request.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The kinds of credential that are accepted.
    pub fn schema(&self) -> &AcceptedSchema {
        &self.schema
    }

    /// The issuers that are accepted, at least one.
    pub fn issuers(&self) -> &[Did] {
        &self.issuers
    }

    /// The hash of each accepted issuer's key, in their order, if the answer does not say which of them issued the
    /// credential.
    pub fn hidden_issuers(&self) -> Option<&[IssuerKeyHash]> {
        self.hide_issuer.as_deref()
    }

    /// The day that ages and validity are about.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// Why the verifier says it asks.
    pub fn purpose(&self) -> Option<&str> {
        self.purpose.as_deref()
    }

    /// Whether the credential must be valid on that day; so unless the request says otherwise.
    pub fn not_expired(&self) -> bool {
        self.not_expired
    }

    /// What is asked of the issuer's status list, if the credential must not be revoked.
    pub fn not_revoked(&self) -> Option<&NotRevoked> {
        self.not_revoked.as_ref()
    }

    /// What is to be proved without being disclosed: all of it.
    pub fn predicates(&self) -> &[Formula<Predicate>] {
        &self.predicates
    }

    /// What is to be disclosed.
    pub fn claims(&self) -> &[ClaimPath] {
        &self.claims
    }

    /// The scope in which the holder is to be recognised again, if in any.
    pub fn pseudonym(&self) -> Option<&Scope> {
        self.pseudonym.as_ref()
    }
}

impl AcceptedSchema {
    /// Whether credentials of that schema are accepted.
    pub fn accepts(&self, schema: &Schema) -> bool {
        match self {
            Self::Shown(id) => id == schema.id(),
            Self::OneOf(schemas) => schemas
                .iter()
                .any(|accepted| accepted.digest() == schema.digest()),
        }
    }

    /// The identifiers, for people.
    pub fn ids(&self) -> Vec<&SchemaId> {
        match self {
            Self::Shown(id) => alloc::vec![id],
            Self::OneOf(schemas) => schemas.iter().map(Schema::id).collect(),
        }
    }
}
