//! Which credential answers a query, as far as the answer says so.

use crate::credential::Credential;
use crate::holder::IssuerKeyHash;
use crate::identity::Did;
use crate::manifest::IssuerManifest;
use crate::request::{AcceptedSchema, CredentialQuery};
use crate::schema::Schema;
use crate::status::StatusHead;

/// Which issuer's credential answers a query.
///
/// A verifier knows of a hidden issuer or schema no more than the request says, and leaves it out. A holder may name
/// its own: the plan is the same, and it is refused if the query does not accept it.
#[derive(Debug, Clone, Copy)]
pub struct CredentialChoice<'a> {
    /// The query's id.
    pub query: &'a str,
    /// The issuer, one of those that the query accepts.
    pub issuer: Option<ChosenIssuer<'a>>,
    /// The credential's schema, one of those that the query accepts.
    pub schema: Option<&'a Schema>,
    /// The issuer's status list on which the answer rests. It counts only where the query demands that the credential is
    /// not revoked and has the issuer shown.
    pub status: Option<&'a StatusHead>,
}

/// An issuer and its key.
#[derive(Debug, Clone, Copy)]
pub struct ChosenIssuer<'a> {
    /// The issuer.
    pub did: &'a Did,
    /// The hash of its BabyJubJub key.
    pub key_hash: IssuerKeyHash,
}

impl<'a> CredentialChoice<'a> {
    /// Chooses an issuer by its manifest; `None` if the query asks for a kind that the manifest does not have.
    pub fn new(query: &'a CredentialQuery, manifest: &'a IssuerManifest) -> Option<Self> {
        let schema = match query.schema() {
            AcceptedSchema::Shown(id) => Some(manifest.schema(id)?),
            AcceptedSchema::OneOf(_) => None,
        };
        let issuer = ChosenIssuer {
            did: manifest.id(),
            key_hash: manifest.issuer_key_hash(),
        };
        Some(Self {
            query: query.id(),
            issuer: Some(issuer),
            schema,
            status: None,
        })
    }

    /// The choice for a query whose issuer stays hidden, and with it the schema.
    pub fn hidden(query: &'a CredentialQuery) -> Self {
        Self {
            query: query.id(),
            issuer: None,
            schema: None,
            status: None,
        }
    }

    /// Chooses a credential that the holder has.
    pub fn of(query: &'a str, credential: &'a Credential) -> Self {
        let issuer = ChosenIssuer {
            did: credential.issuer(),
            key_hash: credential.issuer_key_hash(),
        };
        Self {
            query,
            issuer: Some(issuer),
            schema: Some(credential.body().schema()),
            status: None,
        }
    }

    /// The same choice, resting on this list of the issuer.
    #[must_use]
    pub fn with_status(self, status: Option<&'a StatusHead>) -> Self {
        Self { status, ..self }
    }
}
