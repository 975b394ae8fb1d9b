use core::fmt;

use glimpse_primitives::eddsa::SigningKey;
use glimpse_protocol::credential::{
    Credential, StatusIndex, UnsignedCredential, UnsignedCredentialError,
};
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{Display, IssuerManifest, IssuerManifestBody, ManifestError};
use glimpse_protocol::schema::{Schema, SchemaId};
use glimpse_protocol::time::{Date, DateTime};

use crate::CheckedEnrolment;

/// An issuer: the Ed25519 identity that signs its manifest, the BabyJubJub key that signs
/// credentials, and the manifest.
pub struct Issuer {
    key: SigningKey,
    manifest: IssuerManifest,
}

/// What an issuer says of itself, apart from its keys.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name for people.
    pub name: String,
    /// The kinds of credential that it issues.
    pub schemas: Vec<Schema>,
    /// Where it is found.
    pub url: Option<String>,
    /// How its cards look.
    pub display: Option<Display>,
}

/// What goes into one credential.
#[derive(Clone, Debug)]
pub struct NewCredential<'a> {
    /// The kind.
    pub schema: &'a SchemaId,
    /// Its place in the status list, never used twice.
    pub status_index: StatusIndex,
    /// The first day on which it is valid.
    pub issued_on: Date,
    /// The last day on which it is valid.
    pub expires_on: Date,
    /// The values, as a JSON object along the schema's paths.
    pub attributes: &'a [u8],
}

/// Why nothing was signed: the issuer's mistake.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The manifest has no schema of that name.
    #[error("this issuer has no schema {0}")]
    UnknownSchema(SchemaId),
    /// Values or dates do not fit.
    #[error(transparent)]
    Content(#[from] UnsignedCredentialError),
}

impl Issuer {
    /// Signs a manifest for these keys.
    ///
    /// # Errors
    /// [`ManifestError`] if a part of the profile is beyond its limits.
    pub fn new(
        identity: &Identity,
        key: SigningKey,
        profile: Profile,
        issued_at: DateTime,
    ) -> Result<Self, ManifestError> {
        let Profile {
            name,
            schemas,
            url,
            display,
        } = profile;
        let credential_key = key.verifying_key();
        let body = IssuerManifestBody {
            name,
            credential_key,
            schemas,
            url,
            display,
            issued_at,
        };
        Ok(Self {
            key,
            manifest: IssuerManifest::sign(body, identity)?,
        })
    }

    /// Takes up a manifest that was signed before. `None` if it is about another key.
    #[must_use]
    pub fn resume(key: SigningKey, manifest: IssuerManifest) -> Option<Self> {
        let same = key.verifying_key().to_bytes() == manifest.credential_key().to_bytes();
        same.then_some(Self { key, manifest })
    }

    /// What it publishes.
    #[must_use]
    pub fn manifest(&self) -> &IssuerManifest {
        &self.manifest
    }

    /// Signs a credential to the holder of a checked enrolment.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn issue(
        &self,
        enrolment: &CheckedEnrolment,
        new: &NewCredential<'_>,
    ) -> Result<Credential, IssueError> {
        let schema = self.manifest.schema(new.schema);
        let schema = schema.ok_or_else(|| IssueError::UnknownSchema(new.schema.clone()))?;
        let unsigned = UnsignedCredential::new(
            schema.clone(),
            enrolment.holder(),
            new.status_index,
            new.issued_on,
            new.expires_on,
            new.attributes,
        )?;
        Ok(unsigned.sign(self.manifest.id().clone(), &self.key))
    }
}

/// The key is secret.
impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({})", self.manifest.id())
    }
}
