//! Manifest and issuing.

use glimpse_link::VerifyingKey;
use glimpse_protocol::credential::{
    Credential, StatusIndex, UnsignedCredential, UnsignedCredentialError,
};
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::holder::HolderId;
use glimpse_protocol::manifest::{Display, IssuerManifest, IssuerManifestBody, ManifestError};
use glimpse_protocol::schema::{Schema, SchemaId};
use glimpse_protocol::time::{Date, DateTime};
use rand_core::{CryptoRng, RngCore};

use crate::enrolment::{CheckedEnrolment, EnrolmentError};
use crate::keys::IssuerKeys;
use crate::nonces::{NonceState, NonceStore};

/// An issuer: its keys, and the manifest that they sign.
#[derive(Debug, Clone)]
pub struct Issuer {
    keys: IssuerKeys,
    manifest: IssuerManifest,
}

/// What an issuer says of itself besides its keys and schemas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name for people.
    pub name: String,
    /// Where it is found.
    pub url: Option<String>,
    /// How its cards look.
    pub display: Option<Display>,
}

/// What to issue.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The kind of credential.
    pub schema: &'a SchemaId,
    /// The attributes: a JSON object along the schema's paths.
    pub attributes: &'a [u8],
    /// The place in the status list, never used before.
    pub status_index: StatusIndex,
    /// First day of validity.
    pub issued_on: Date,
    /// Last day of validity.
    pub expires_on: Date,
}

/// Why an issuer cannot be set up or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// The manifest belongs to other keys.
    #[error("the manifest does not match the issuer's keys")]
    KeysDoNotMatch,
    /// There is a schema of that identifier whose version is not lower.
    #[error("there is a schema of this identifier already; raise its version to replace it")]
    SchemaExists,
    /// The manifest would be beyond its limits.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The issuer's mistake: it has no such schema.
    #[error("this issuer has no schema of that identifier")]
    UnknownSchema,
    /// The issuer's mistake: attributes or dates do not fit.
    #[error(transparent)]
    Order(#[from] UnsignedCredentialError),
    /// The issuer's mistake: the key is not that of the enrolment circuit.
    #[error("the verifying key is not that of the enrolment circuit")]
    Key,
    /// The holder's: the enrolment is meant for another issuer.
    #[error("the enrolment is meant for another issuer")]
    OtherIssuer,
    /// The holder's: the proof of knowledge does not verify.
    #[error("the enrolment's proof does not verify for this issuer and nonce")]
    Proof,
    /// The holder's: the nonce was used before.
    #[error("the enrolment's nonce was used before")]
    NonceUsed,
    /// The holder's: the nonce is not one of this issuer's.
    #[error("the enrolment's nonce is not one that this issuer handed out")]
    NonceUnknown,
    /// The machine's: the nonce store failed.
    #[error(transparent)]
    NonceStore(#[from] crate::nonces::NonceStoreError),
    /// The machine's: the random generator failed.
    #[error("the random generator failed")]
    Randomness,
}

impl Issuer {
    /// A new issuer, without schemas yet.
    ///
    /// # Errors
    /// [`IssuerError::Manifest`].
    pub fn create(keys: IssuerKeys, profile: Profile, now: DateTime) -> Result<Self, IssuerError> {
        let body = IssuerManifestBody {
            name: profile.name,
            credential_key: keys.credential_key().verifying_key(),
            schemas: Vec::new(),
            url: profile.url,
            display: profile.display,
            issued_at: now,
        };
        let manifest = IssuerManifest::sign(body, &keys.identity())?;
        Ok(Self { keys, manifest })
    }

    /// An issuer that was set up before.
    ///
    /// # Errors
    /// [`IssuerError::KeysDoNotMatch`].
    pub fn open(keys: IssuerKeys, manifest: IssuerManifest) -> Result<Self, IssuerError> {
        let same = *manifest.id() == keys.identity().did()
            && *manifest.credential_key() == keys.credential_key().verifying_key();
        if same {
            Ok(Self { keys, manifest })
        } else {
            Err(IssuerError::KeysDoNotMatch)
        }
    }

    /// Adds a schema, or replaces one by a higher version, and signs the manifest anew.
    ///
    /// # Errors
    /// [`IssuerError::SchemaExists`] or [`IssuerError::Manifest`]. The issuer is unchanged then.
    pub fn add_schema(&mut self, schema: Schema, now: DateTime) -> Result<(), IssuerError> {
        let mut body = self.manifest.body().clone();
        if body
            .schemas
            .iter()
            .any(|known| known.id() == schema.id() && known.version() >= schema.version())
        {
            return Err(IssuerError::SchemaExists);
        }
        body.schemas.retain(|known| known.id() != schema.id());
        body.schemas.push(schema);
        body.issued_at = now;
        self.manifest = IssuerManifest::sign(body, &self.keys.identity())?;
        Ok(())
    }

    /// What the issuer says of itself, signed.
    pub fn manifest(&self) -> &IssuerManifest {
        &self.manifest
    }

    pub(crate) fn keys(&self) -> &IssuerKeys {
        &self.keys
    }

    /// Checks an enrolment and signs a credential for its holder.
    ///
    /// The order is checked before the enrolment and the nonce is used up last, so that a mistake of the issuer
    /// or a broken proof does not cost the holder its nonce.
    ///
    /// # Errors
    /// [`IssueError`], by whose fault it is.
    pub fn issue<R: CryptoRng + RngCore>(
        &self,
        order: Order<'_>,
        enrolment: &EnrolmentProof,
        enrolment_key: &VerifyingKey,
        nonces: &mut dyn NonceStore,
        now: DateTime,
        rng: &mut R,
    ) -> Result<Credential, IssueError> {
        let unsigned = self.unsigned(&order, enrolment.holder())?;
        self.check_enrolment(enrolment, enrolment_key, rng)?;
        match nonces.consume(enrolment.nonce(), now)? {
            NonceState::Fresh => {
                Ok(unsigned.sign(self.manifest.id().clone(), &self.keys.credential_key()))
            }
            NonceState::Used => Err(IssueError::NonceUsed),
            NonceState::Unknown => Err(IssueError::NonceUnknown),
        }
    }

    /// Signs a credential to the holder of an enrolment that was checked and whose nonce the caller has used up.
    ///
    /// # Errors
    /// [`IssueError::UnknownSchema`] or [`IssueError::Order`].
    pub fn sign(
        &self,
        order: Order<'_>,
        enrolment: &CheckedEnrolment,
    ) -> Result<Credential, IssueError> {
        let unsigned = self.unsigned(&order, enrolment.holder())?;
        Ok(unsigned.sign(self.manifest.id().clone(), &self.keys.credential_key()))
    }

    fn unsigned(
        &self,
        order: &Order<'_>,
        holder: HolderId,
    ) -> Result<UnsignedCredential, IssueError> {
        let schema = self
            .manifest
            .schema(order.schema)
            .ok_or(IssueError::UnknownSchema)?;
        Ok(UnsignedCredential::new(
            schema.clone(),
            holder,
            order.status_index,
            order.issued_on,
            order.expires_on,
            order.attributes,
        )?)
    }
}

impl From<EnrolmentError> for IssueError {
    fn from(error: EnrolmentError) -> Self {
        match error {
            EnrolmentError::OtherIssuer => Self::OtherIssuer,
            EnrolmentError::Proof => Self::Proof,
            EnrolmentError::Key => Self::Key,
            EnrolmentError::Randomness => Self::Randomness,
        }
    }
}
