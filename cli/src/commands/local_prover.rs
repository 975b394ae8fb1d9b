//! The wallet's prover, in this process.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::manifest::{KeyManifest, KeyPolicy};
use glimpse_protocol::set::{PublishedSet, PublishedSetError};
use glimpse_protocol::status::{StatusList, StatusListError};
use glimpse_prover::{
    Cancelled, HeldCredential, PreparedCredential, PreparedPredicate, ProvingKeyError, ProvingKeys,
    prepare_credential, prepare_fact, prepare_set, prepare_status,
};
use glimpse_wallet::prover::{
    Answered, EnrolJob, FactJob, MadeProof, PrepareJob, PresentJob, Prover, SetJob, StatusJob,
    Watch,
};
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use super::{files, keys};

/// Makes proofs with the keys of a directory, each loaded and checked when it is first needed.
#[derive(Debug)]
pub struct LocalProver {
    directory: PathBuf,
    manifest: KeyManifest,
    keys: RefCell<ProvingKeys>,
}

/// Why a proof was not made.
#[derive(Debug, thiserror::Error)]
pub enum LocalProverError {
    /// A key file cannot be read.
    #[error("{0:#}")]
    File(anyhow::Error),
    /// A key file is not the one that the manifest names.
    #[error("the proving key of {0} is refused: {1}")]
    Key(CircuitId, ProvingKeyError),
    /// The manifest has no key for the circuit.
    #[error("there is no proving key of {0}")]
    Missing(CircuitId),
    /// No enrolment proof.
    #[error(transparent)]
    Enrol(#[from] glimpse_prover::EnrolError),
    /// No proof of a credential.
    #[error(transparent)]
    Prepare(#[from] glimpse_prover::PrepareError),
    /// The status list is not genuine.
    #[error(transparent)]
    List(#[from] StatusListError),
    /// No proof that a credential is not revoked.
    #[error(transparent)]
    Status(#[from] glimpse_prover::PrepareStatusError),
    /// The published set is not genuine.
    #[error(transparent)]
    Set(#[from] PublishedSetError),
    /// No presentation.
    #[error(transparent)]
    Present(#[from] glimpse_prover::PresentError),
}

impl LocalProver {
    pub fn open(directory: &Path, policy: KeyPolicy) -> anyhow::Result<Self> {
        let manifest = keys::manifest(directory, policy)?;
        Ok(Self {
            directory: directory.to_owned(),
            manifest,
            keys: RefCell::default(),
        })
    }

    fn load(&self, circuit: CircuitId) -> Result<(), LocalProverError> {
        let mut keys = self.keys.borrow_mut();
        if keys.get(circuit).is_ok() {
            return Ok(());
        }
        let entry = self
            .manifest
            .keys(circuit)
            .ok_or(LocalProverError::Missing(circuit))?;
        let bytes = files::read_key(&self.directory.join(&entry.proving_key.file))
            .map_err(LocalProverError::File)?;
        keys.load(&self.manifest, circuit, &bytes)
            .map(drop)
            .map_err(|error| LocalProverError::Key(circuit, error))
    }
}

impl Prover for LocalProver {
    type Error = LocalProverError;

    async fn key_digest(&self, circuit: CircuitId) -> Result<[u8; 32], LocalProverError> {
        let keys = self.manifest.keys(circuit);
        let keys = keys.ok_or(LocalProverError::Missing(circuit))?;
        // A verifying key's digest is that of its file.
        Ok(keys.verifying_key.sha256.to_bytes())
    }

    async fn enrol(
        &self,
        job: EnrolJob<'_>,
        watch: Watch<'_>,
    ) -> Result<EnrolmentProof, LocalProverError> {
        self.load(CircuitId::Enrolment)?;
        let keys = self.keys.borrow();
        let mut progress = watched(watch);
        let EnrolJob {
            secret,
            issuer,
            nonce,
        } = job;
        Ok(glimpse_prover::enrol(
            &keys,
            issuer,
            nonce,
            secret,
            &mut progress,
            &mut OsRng,
        )?)
    }

    async fn prepare(
        &self,
        job: PrepareJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, LocalProverError> {
        self.load(job.credential.body().schema().size_class().circuit())?;
        let keys = self.keys.borrow();
        let prepared = prepare_credential(&keys, job.credential, job.secret, &mut watched(watch))?;
        Ok(prepared.to_bytes())
    }

    async fn prepare_fact(&self, job: FactJob<'_>) -> Result<Zeroizing<Vec<u8>>, LocalProverError> {
        self.load(job.circuit)?;
        let keys = self.keys.borrow();
        Ok(prepare_fact(&keys, job.circuit, job.slots)?.to_bytes())
    }

    async fn check_list(&self, list: &[u8]) -> Result<bool, LocalProverError> {
        Ok(StatusList::from_bytes(list).is_ok())
    }

    async fn prepare_status(
        &self,
        job: StatusJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, LocalProverError> {
        self.load(CircuitId::Status)?;
        let list = StatusList::from_bytes(job.list)?;
        let keys = self.keys.borrow();
        Ok(prepare_status(&keys, job.credential, &list, &mut watched(watch))?.to_bytes())
    }

    async fn check_set(&self, file: &[u8]) -> Result<bool, LocalProverError> {
        Ok(PublishedSet::from_bytes(file).is_ok())
    }

    async fn prepare_set(
        &self,
        job: SetJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, LocalProverError> {
        self.load(CircuitId::Set)?;
        let set = PublishedSet::from_bytes(job.file)?;
        let keys = self.keys.borrow();
        let mut progress = watched(watch);
        Ok(prepare_set(&keys, &set, job.value, job.negated, &mut progress)?.to_bytes())
    }

    async fn present(
        &self,
        job: PresentJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Answered, LocalProverError> {
        let credentials: Vec<_> = job.cards.iter().map(|card| card.credential).collect();
        let heads: Vec<_> = job.cards.iter().map(|card| card.status).collect();
        let plan = glimpse_prover::plan(job.request, &credentials, &heads);
        let plan = plan.map_err(glimpse_prover::PresentError::from)?;
        for proof in plan.proofs() {
            self.load(proof.circuit)?;
        }
        let keys = self.keys.borrow();
        let mut progress = watched(watch);
        let mut prepared = Vec::with_capacity(job.cards.len());
        for card in &job.cards {
            let stored = card
                .prepared
                .and_then(|bytes| PreparedCredential::from_bytes(bytes).ok());
            prepared.push(match stored {
                Some(prepared) => prepared,
                None => prepare_credential(&keys, card.credential, job.secret, &mut progress)?,
            });
        }
        let held: Vec<_> = job
            .cards
            .iter()
            .zip(&prepared)
            .map(|(card, prepared)| HeldCredential {
                credential: card.credential,
                prepared,
                status: card.status,
            })
            .collect();
        let kept: Vec<_> = job
            .kept
            .iter()
            .filter_map(|bytes| PreparedPredicate::from_bytes(bytes).ok())
            .collect();
        let presented = glimpse_prover::present(
            &keys,
            job.request,
            &held,
            &kept,
            job.secret,
            &mut progress,
            &mut OsRng,
        )?;
        let made = presented.made.iter().map(|made| MadeProof {
            proof: made.proof,
            bytes: made.predicate.to_bytes(),
        });
        Ok(Answered {
            presentation: presented.presentation.to_bytes(),
            made: made.collect(),
        })
    }
}

fn watched(watch: Watch<'_>) -> impl FnMut(u32, u32) -> ControlFlow<Cancelled> + '_ {
    move |done, total| match watch(done, total) {
        ControlFlow::Continue(()) => ControlFlow::Continue(()),
        ControlFlow::Break(()) => ControlFlow::Break(Cancelled),
    }
}
