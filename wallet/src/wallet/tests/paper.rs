//! A prover that makes no proofs, and says of them what real ones would.

use std::cell::{Cell, RefCell};

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::Credential;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::plan::{CredentialChoice, Plan};
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::relation::Known;
use glimpse_protocol::set::PublishedSet;
use glimpse_protocol::status::StatusList;
use zeroize::Zeroizing;

use crate::prover::{
    Answered, EnrolJob, FactJob, MadeProof, PrepareJob, PresentJob, Prover, SetJob, StatusJob,
    Watch,
};
use crate::store::{Batch, MemoryStorage, Storage as _};

/// Answers with the right form and no proof in it. Its proofs of facts are the slots that they are about.
#[derive(Debug, Default)]
pub(super) struct PaperProver {
    pub(super) digest: Cell<u8>,
    /// The circuit whose key is another one than before.
    pub(super) renewed: Cell<Option<CircuitId>>,
    /// How many proofs of facts the last presentation had to make, and how many it was given.
    pub(super) made: Cell<usize>,
    pub(super) given: Cell<usize>,
    /// Refuses everything.
    pub(super) broken: Cell<bool>,
    /// What another page of the wallet writes while a presentation is made.
    pub(super) meanwhile: RefCell<Option<(MemoryStorage, Batch)>>,
}

/// The prover was told to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no proof")]
pub(super) struct NoProof;

impl Prover for &PaperProver {
    type Error = NoProof;

    async fn key_digest(&self, circuit: CircuitId) -> Result<[u8; 32], NoProof> {
        let renewed = self.renewed.get() == Some(circuit);
        Ok([self.digest.get() + u8::from(renewed); 32])
    }

    async fn enrol(&self, job: EnrolJob<'_>, _: Watch<'_>) -> Result<EnrolmentProof, NoProof> {
        self.works()?;
        let holder = job.secret.holder_id(job.issuer.issuer_key_hash());
        Ok(EnrolmentProof::new(
            job.issuer.id().clone(),
            *job.nonce,
            holder,
            vec![0; 8],
        ))
    }

    async fn prepare(
        &self,
        _: PrepareJob<'_>,
        _: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, NoProof> {
        self.works()?;
        Ok(Zeroizing::new(b"prepared".to_vec()))
    }

    async fn prepare_fact(&self, job: FactJob<'_>) -> Result<Zeroizing<Vec<u8>>, NoProof> {
        self.works()?;
        let slots = job.slots.as_chunks().0.iter();
        let slots: Vec<Fr> = slots.map(|slot| field::from_bytes(slot).unwrap()).collect();
        Ok(paper(job.circuit, &slots))
    }

    async fn check_list(&self, list: &[u8]) -> Result<bool, NoProof> {
        self.works()?;
        Ok(StatusList::from_bytes(list).is_ok())
    }

    async fn prepare_status(
        &self,
        job: StatusJob<'_>,
        _: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, NoProof> {
        self.works()?;
        let list = StatusList::from_bytes(job.list).map_err(|_| NoProof)?;
        let index = job.credential.body().status_index();
        assert!(!list.entries().is_revoked(index));
        let mut slots = vec![Fr::from(index.get())];
        slots.extend(list.head().roots());
        slots.push(Fr::from(1));
        Ok(paper(CircuitId::Status, &slots))
    }

    async fn check_set(&self, file: &[u8]) -> Result<bool, NoProof> {
        self.works()?;
        Ok(PublishedSet::from_bytes(file).is_ok())
    }

    async fn prepare_set(
        &self,
        job: SetJob<'_>,
        _: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, NoProof> {
        self.works()?;
        let set = PublishedSet::from_bytes(job.file).map_err(|_| NoProof)?;
        let value = field::from_bytes(job.value).unwrap();
        let mut slots = vec![value];
        slots.extend(set.description().root_slots());
        slots.push(Fr::from(job.negated));
        slots.push(Fr::from(set.contains(value) != job.negated));
        Ok(paper(CircuitId::Set, &slots))
    }

    async fn present(&self, job: PresentJob<'_>, _: Watch<'_>) -> Result<Answered, NoProof> {
        self.works()?;
        let credentials: Vec<_> = job.cards.iter().map(|card| card.credential).collect();
        let queries = job.request.queries().iter().zip(&job.cards);
        let choices: Vec<_> = queries
            .map(|(query, held)| {
                CredentialChoice::of(query.id(), held.credential).with_status(held.status)
            })
            .collect();
        let plan = Plan::compile(job.request, &choices).unwrap();
        let known = known(&plan, &credentials, &job.kept);
        let plan = plan.with_known(known);
        let values = plan.disclosed_values(&credentials).unwrap();
        let places = Presentation::issuer_places(job.request, &plan).unwrap();
        let encoded = values.iter().map(|value| value.encode()).collect();
        let assignment = plan.assign(&credentials, job.secret, encoded).unwrap();
        let made: Vec<_> = plan
            .proofs()
            .iter()
            .enumerate()
            .filter(|(_, planned)| !planned.circuit.is_credential())
            .map(|(proof, planned)| MadeProof {
                proof,
                bytes: paper(planned.circuit, &assignment.slots(planned).unwrap()),
            })
            .filter(|made| !job.kept.contains(&made.bytes.as_slice()))
            .collect();
        // What is said of lists and sets is proved from their files alone.
        let filed = [CircuitId::Status, CircuitId::Set];
        let filed = |made: &MadeProof| filed.contains(&plan.proofs()[made.proof].circuit);
        if made.iter().any(filed) {
            return Err(NoProof);
        }
        if let Some((storage, batch)) = self.meanwhile.take() {
            storage.apply(batch).await.unwrap();
        }
        self.made.set(made.len());
        self.given.set(job.kept.len());
        let (epochs, pseudonyms) = (plan.epochs().collect(), assignment.pseudonyms);
        let presentation = Presentation::new(places, epochs, &values, pseudonyms, vec![0; 8]);
        Ok(Answered {
            presentation: presentation.to_bytes(),
            made,
        })
    }
}

fn paper(circuit: CircuitId, slots: &[Fr]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(format!("{circuit} {slots:?}").into_bytes())
}

/// What proofs about published sets say.
fn known(plan: &Plan, credentials: &[&Credential], kept: &[&[u8]]) -> Known {
    let mut known = Known::default();
    for needed in plan.needed_sets(credentials) {
        for holds in [0, 1] {
            let mut slots = needed.inputs();
            slots.push(Fr::from(holds));
            if kept.contains(&paper(CircuitId::Set, &slots).as_slice()) {
                known.add(CircuitId::Set, &slots);
            }
        }
    }
    known
}

impl PaperProver {
    fn works(&self) -> Result<(), NoProof> {
        if self.broken.get() {
            return Err(NoProof);
        }
        Ok(())
    }
}
