//! Answering a request.

use core::ops::ControlFlow;

use ark_bn254::Fr;
use glimpse_link::{Context, Proof, ShowError, Statement, VerifyingKey, show};
use glimpse_protocol::{
    circuit::CircuitId,
    credential::Credential,
    holder::HolderSecret,
    plan::{Assignment, CredentialChoice, Plan, PlanError, PlannedProof, Unmet},
    presentation::Presentation,
    relation::Known,
    request::Request,
    status::{Epoch, StatusHead},
};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;

use crate::{
    Cancelled, MissingKey, PrepareError, PreparedCredential, PreparedPredicate, Progress,
    ProvingKey, ProvingKeys, Unwatched, prepare::prepare, prepared::Prepared, relation::synthesise,
    statement::member,
};

/// A credential that answers a query, with its prepared proof.
#[derive(Clone, Copy, Debug)]
pub struct HeldCredential<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// What [`prepare_credential`](crate::prepare_credential) gave for it.
    pub prepared: &'a PreparedCredential,
    /// The head of that list of its issuer on which the answer is to rest: one that the holder has checked and the request
    /// accepts. It counts only where the request demands that the credential is not revoked and has the issuer shown.
    pub status: Option<&'a StatusHead>,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Presented {
    /// What goes to the verifier.
    pub presentation: Presentation,
    /// Proofs of predicates that had to be made. Kept, they make the next presentation of the same facts
    /// faster.
    pub made: Vec<MadePredicate>,
}

/// A proof of a predicate that was made for a presentation.
#[derive(Clone, Debug)]
pub struct MadePredicate {
    /// Which of the plan's proofs it is, by its number in [`Plan::proofs`].
    pub proof: usize,
    /// The proof.
    pub predicate: PreparedPredicate,
}

/// Why there is no presentation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PresentError {
    /// The request makes no sense for credentials of this kind: the verifier's fault.
    #[error("the request cannot be answered: {0}")]
    Request(#[from] PlanError),
    /// What is asked for is not so, or not in the credential. For the holder only.
    #[error(transparent)]
    Unmet(#[from] Unmet),
    /// The prepared proof is another credential's, another holder's, or was made with other keys.
    #[error("the credential for query {query} must be prepared first")]
    NotPrepared {
        /// The query's id.
        query: String,
    },
    /// The request demands that the credential is not revoked, and there is no proof of that by the list that counts:
    /// fetch it, and [`prepare_status`](crate::prepare_status).
    #[error("it must first be proved that the credential for query {query} is not revoked")]
    StatusNotPrepared {
        /// The query's id.
        query: String,
        /// The list's epoch; `None` if the request does not accept the credential's issuer.
        epoch: Option<Epoch>,
    },
    /// A proving key has not been loaded.
    #[error(transparent)]
    MissingKey(#[from] MissingKey),
    /// A proof of a predicate could not be made.
    #[error(transparent)]
    Prepare(PrepareError),
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The random generator failed; without it a presentation would give away what it hides.
    #[error("the random generator failed")]
    Randomness,
    /// Plan, keys and statement do not fit: a defect of the program.
    #[error("the presentation's statement is malformed")]
    Statement,
}

/// Answers `request` with `held`, one credential for each query, in the request's order.
///
/// Proofs of predicates found among `ready` are used, the others made, but for two kinds that take more than the credential
/// and must be there: that it is not revoked ([`prepare_status`](crate::prepare_status)), and what is asked of published
/// sets ([`prepare_set`](crate::prepare_set)). `progress` counts proofs. Nothing is proved before it is known that every
/// fact is so and every claim there.
///
/// # Errors
/// [`PresentError`].
pub fn present<R: CryptoRng + RngCore>(
    keys: &ProvingKeys,
    request: &Request,
    held: &[HeldCredential<'_>],
    ready: &[PreparedPredicate],
    secret: &HolderSecret,
    progress: &mut dyn Progress,
    rng: &mut R,
) -> Result<Presented, PresentError> {
    let credentials: Vec<&Credential> = held.iter().map(|held| held.credential).collect();
    let heads: Vec<Option<&StatusHead>> = held.iter().map(|held| held.status).collect();
    for ((query, held), head) in request.queries().iter().zip(held).zip(&heads) {
        let asked = query
            .not_revoked()
            .filter(|_| query.hidden_issuers().is_none());
        let Some(asked) = asked else { continue };
        if head.is_none_or(|head| asked.accepted(head).is_none()) {
            let epochs = asked.of(held.credential.issuer()).map(StatusHead::epoch);
            return Err(PresentError::StatusNotPrepared {
                query: query.id().to_owned(),
                epoch: epochs.max(),
            });
        }
    }
    let plan = plan(request, &credentials, &heads)?.with_known(known(keys, ready));
    let disclosed = plan.disclosed_values(&credentials)?;

    let encoded = disclosed.iter().map(|value| value.encode()).collect();
    let assignment = plan
        .assign(&credentials, secret, encoded)
        .ok_or(PresentError::Statement)?;
    let mut made: Vec<MadePredicate> = Vec::new();
    let mut proofs: Vec<Proof> = Vec::with_capacity(plan.proofs().len());
    for planned in plan.proofs() {
        step(progress, proofs.len(), plan.proofs().len())?;
        let key = keys.get(planned.circuit)?;
        let values = assignment.slots(planned).ok_or(PresentError::Statement)?;
        let serves = |prepared: &&Prepared| serves(prepared, planned, key.verifying_key(), &values);
        if planned.circuit.is_credential() {
            let held = held.get(planned.credential);
            let prepared = held.map(|held| held.prepared.prepared()).filter(serves);
            let prepared = prepared.ok_or_else(|| not_prepared(&plan, planned))?;
            proofs.push(prepared.proof.clone());
            continue;
        }
        let kept = ready
            .iter()
            .chain(made.iter().map(|made| &made.predicate))
            .map(PreparedPredicate::prepared)
            .find(serves);
        if let Some(prepared) = kept {
            proofs.push(prepared.proof.clone());
            continue;
        }
        if planned.circuit == CircuitId::Status {
            return Err(status_not_prepared(&plan, planned, &credentials));
        }
        let system = synthesise(planned.circuit, &values).ok_or(PresentError::Statement)?;
        let prepared = prepare(key, system, &mut Unwatched).map_err(PresentError::Prepare)?;
        let proof = prepared.proof.clone();
        made.push(MadePredicate {
            proof: proofs.len(),
            predicate: PreparedPredicate::new(prepared),
        });
        proofs.push(proof);
    }
    step(progress, proofs.len(), proofs.len())?;

    let proof = link(keys, request, &plan, &assignment, &proofs, rng)?;
    let issuers = Presentation::issuer_places(request, &plan).ok_or(PresentError::Statement)?;
    Ok(Presented {
        presentation: Presentation::new(
            issuers,
            plan.epochs().collect(),
            &disclosed,
            assignment.pseudonyms,
            proof,
        ),
        made,
    })
}

/// Compiles `request` for these credentials, one for each query, and the heads of their issuers' status lists, as far as
/// they are known and the request wants them.
///
/// # Errors
/// [`PlanError`] if the request makes no sense for them.
pub fn plan(
    request: &Request,
    credentials: &[&Credential],
    heads: &[Option<&StatusHead>],
) -> Result<Plan, PlanError> {
    let heads = heads.iter().copied().chain(core::iter::repeat(None));
    let choices: Vec<_> = request
        .queries()
        .iter()
        .zip(credentials)
        .zip(heads)
        .map(|((query, credential), head)| {
            CredentialChoice::of(query.id(), credential).with_status(head)
        })
        .collect();
    Plan::compile(request, &choices)
}

/// What proofs about published sets say, if they are valid under the key at hand.
fn known(keys: &ProvingKeys, ready: &[PreparedPredicate]) -> Known {
    let mut known = Known::default();
    let key = keys.get(CircuitId::Set).map(ProvingKey::verifying_key);
    for prepared in ready.iter().map(PreparedPredicate::prepared) {
        let valid = key.is_ok_and(|key| *key.digest() == prepared.key_digest);
        if prepared.circuit == CircuitId::Set && valid {
            known.add(prepared.circuit, &prepared.slots);
        }
    }
    known
}

fn link<R: CryptoRng + RngCore>(
    keys: &ProvingKeys,
    request: &Request,
    plan: &Plan,
    assignment: &Assignment,
    proofs: &[Proof],
    rng: &mut R,
) -> Result<Vec<u8>, PresentError> {
    let slots = plan
        .statement_slots(&assignment.disclosed, &assignment.pseudonyms)
        .ok_or(PresentError::Statement)?;
    let members = plan
        .proofs()
        .iter()
        .zip(&slots)
        .map(|(planned, slots)| Ok(member(keys.get(planned.circuit)?.verifying_key(), slots)))
        .collect::<Result<_, MissingKey>>()?;
    let statement = Statement::new(members).map_err(|_| PresentError::Statement)?;
    let context = Context::new(&plan.context(request));
    let shown = show(&statement, proofs, &assignment.variables, &context, rng).map_err(
        |error| match error {
            ShowError::Randomness(_) => PresentError::Randomness,
            _ => PresentError::Statement,
        },
    )?;
    Ok(shown.to_bytes())
}

/// Whether a prepared proof is of the planned circuit, valid under the key, and about the values.
fn serves(prepared: &Prepared, planned: &PlannedProof, key: &VerifyingKey, values: &[Fr]) -> bool {
    prepared.circuit == planned.circuit
        && prepared.key_digest == *key.digest()
        && prepared.slots.as_slice() == values
}

fn not_prepared(plan: &Plan, planned: &PlannedProof) -> PresentError {
    let query = plan
        .credentials()
        .get(planned.credential)
        .map(|credential| credential.query.clone())
        .unwrap_or_default();
    PresentError::NotPrepared { query }
}

fn status_not_prepared(
    plan: &Plan,
    planned: &PlannedProof,
    credentials: &[&Credential],
) -> PresentError {
    let number = planned.credential;
    let asked = plan.credentials().get(number);
    let head = asked.and_then(|asked| asked.status_of(credentials.get(number)?));
    PresentError::StatusNotPrepared {
        query: asked.map(|asked| asked.query.clone()).unwrap_or_default(),
        epoch: head.map(StatusHead::epoch),
    }
}

fn step(progress: &mut dyn Progress, done: usize, total: usize) -> Result<(), Cancelled> {
    match progress.step(done as u32, total as u32) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(cancelled) => Err(cancelled),
    }
}
