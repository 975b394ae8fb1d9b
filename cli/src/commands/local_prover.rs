//! The wallet's prover, in this process.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::manifest::{KeyManifest, KeyPolicy};
use glimpse_prover::{
    Cancelled, HeldCredential, PreparedCredential, PreparedPredicate, ProvingKeyError, ProvingKeys,
    prepare_credential,
};
use glimpse_wallet::prover::{
    Answered, EnrolJob, MadeRange, PrepareJob, PresentJob, Prover, Watch,
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
            .map_err(|error| LocalProverError::Key(circuit, error))
    }
}

impl Prover for LocalProver {
    type Error = LocalProverError;

    async fn key_digest(&self, circuit: CircuitId) -> Result<[u8; 32], LocalProverError> {
        self.load(circuit)?;
        let keys = self.keys.borrow();
        let key = keys
            .get(circuit)
            .map_err(|_| LocalProverError::Missing(circuit))?;
        Ok(*key.verifying_key().digest())
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

    async fn present(
        &self,
        job: PresentJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Answered, LocalProverError> {
        let credentials: Vec<_> = job.cards.iter().map(|card| card.credential).collect();
        let plan = glimpse_prover::plan(job.request, &credentials, &[]);
        for proof in plan.map_err(glimpse_prover::PresentError::from)?.proofs() {
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
                status: None,
            })
            .collect();
        let ranges: Vec<_> = job
            .ranges
            .iter()
            .filter_map(|bytes| PreparedPredicate::from_bytes(bytes).ok())
            .collect();
        let presented = glimpse_prover::present(
            &keys,
            job.request,
            &held,
            &ranges,
            job.secret,
            &mut progress,
            &mut OsRng,
        )?;
        let made = presented.made.iter().map(|made| MadeRange {
            proof: made.proof,
            range: made.predicate.to_bytes(),
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
