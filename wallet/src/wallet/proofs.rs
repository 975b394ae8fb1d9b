//! Enrolling with issuers, and preparing proofs ahead of time.

use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::nonce::Nonce;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::records::{self, RecordsError};
use super::{Card, CardId, Unlocked, Wallet};
use crate::prover::{EnrolJob, PrepareJob, Prover, Watch};
use crate::store::{Kind, RecordName, Storage};

/// Why there is no enrolment proof.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError<E: std::error::Error + 'static, F: std::error::Error + 'static> {
    /// Another issuer that this wallet knows has the same key for credentials. Both would know the holder by one
    /// identifier, though holders have another one for each issuer.
    #[error(
        "{0}, which this wallet knows, has the same key: the two could recognise you as one person"
    )]
    SharedKey(String),
    /// The prover failed or was cancelled.
    #[error(transparent)]
    Prover(F),
    /// Storage failed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// Why a card was not prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError<E: std::error::Error + 'static, F: std::error::Error + 'static> {
    /// There is no such card.
    #[error("there is no such card")]
    NoCard,
    /// The prover failed or was cancelled. What was prepared before stays.
    #[error(transparent)]
    Prover(F),
    /// Storage failed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// Whether a card's proof is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// Ready under the keys in use.
    Ready,
    /// Not made yet, or made under keys that are not in use any more.
    Needed,
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// Proves to an issuer that this holder knows its secret, and remembers the issuer, so that the
    /// credential can be checked when it comes.
    pub async fn enrol<R: CryptoRng + RngCore>(
        &self,
        issuer: &IssuerManifest,
        nonce: &Nonce,
        watch: Watch<'_>,
        rng: &mut R,
    ) -> Result<EnrolmentProof, EnrolError<S::Error, P::Error>> {
        if let Some(other) = self.issuer_with_key_of(issuer).await? {
            return Err(EnrolError::SharedKey(other.name().to_owned()));
        }
        let secret = self.state.seed.holder_secret();
        let job = EnrolJob {
            secret: &secret,
            issuer,
            nonce,
        };
        let proof = self
            .prover
            .enrol(job, watch)
            .await
            .map_err(EnrolError::Prover)?;
        self.remember_issuer(issuer, rng).await?;
        Ok(proof)
    }

    /// Whether a card's proof is ready under the keys in use.
    pub async fn preparation(
        &self,
        card: &Card,
    ) -> Result<Preparation, PrepareError<S::Error, P::Error>> {
        Ok(match self.prepared(card).await? {
            Some(_) => Preparation::Ready,
            None => Preparation::Needed,
        })
    }

    /// Makes a card's proof and stores it encrypted. One under other keys is replaced.
    pub async fn prepare<R: CryptoRng + RngCore>(
        &self,
        id: CardId,
        watch: Watch<'_>,
        rng: &mut R,
    ) -> Result<(), PrepareError<S::Error, P::Error>> {
        let card = self.card(id).await?.ok_or(PrepareError::NoCard)?;
        if self.prepared(&card).await?.is_some() {
            return Ok(());
        }
        let circuit = card.credential().body().schema().size_class().circuit();
        let digest = self
            .prover
            .key_digest(circuit)
            .await
            .map_err(PrepareError::Prover)?;
        let secret = self.state.seed.holder_secret();
        let job = PrepareJob {
            secret: &secret,
            credential: card.credential(),
            issuer: card.issuer(),
        };
        let proof = self
            .prover
            .prepare(job, watch)
            .await
            .map_err(PrepareError::Prover)?;
        let name = RecordName::new(Kind::Prepared, id);
        let sealed = self.sealed(&name, &records::join(&digest, &proof), rng)?;
        Ok(self
            .storage
            .put(name, sealed)
            .await
            .map_err(RecordsError::Storage)?)
    }

    /// The prepared proof of a card. A stale or unreadable one counts as none: it can be made again.
    pub(super) async fn prepared(
        &self,
        card: &Card,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, PrepareError<S::Error, P::Error>> {
        let name = RecordName::new(Kind::Prepared, card.id());
        let stored = match self.read(&name).await {
            Err(RecordsError::Record(_)) => None,
            other => other?,
        };
        let Some(bytes) = stored else { return Ok(None) };
        let circuit = card.credential().body().schema().size_class().circuit();
        let current = self
            .prover
            .key_digest(circuit)
            .await
            .map_err(PrepareError::Prover)?;
        Ok(records::split(&bytes)
            .filter(|(digest, _)| *digest == current)
            .map(|(_, proof)| Zeroizing::new(proof.to_vec())))
    }
}
