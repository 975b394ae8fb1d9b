//! Answering a request.

use core::ops::ControlFlow;

use ark_bn254::Fr;
use glimpse_link::{Context, Proof, ShowError, Statement, VerifyingKey, show};
use glimpse_protocol::{
    credential::Credential,
    holder::HolderSecret,
    plan::{Assignment, CredentialChoice, Plan, PlanError, PlannedProof, Unmet},
    presentation::Presentation,
    request::Request,
};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;

use crate::{
    Cancelled, MissingKey, PrepareError, PreparedCredential, PreparedPredicate, Progress,
    ProvingKeys, Unwatched, prepare::prepare, prepared::Prepared, relation::synthesise,
    statement::member,
};

/// A credential that answers a query, with its prepared proof.
#[derive(Clone, Copy, Debug)]
pub struct HeldCredential<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// What [`prepare_credential`](crate::prepare_credential) gave for it.
    pub prepared: &'a PreparedCredential,
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
/// Proofs of predicates found among `ready` are used, the others made. `progress` counts proofs. Nothing
/// is proved before it is known that every fact is so and every claim there.
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
    let plan = plan(request, &credentials)?;
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
        presentation: Presentation::new(issuers, &disclosed, assignment.pseudonyms, proof),
        made,
    })
}

/// Compiles `request` for these credentials, one for each query.
///
/// # Errors
/// [`PlanError`] if the request makes no sense for them.
pub fn plan(request: &Request, credentials: &[&Credential]) -> Result<Plan, PlanError> {
    let choices: Vec<_> = request
        .queries()
        .iter()
        .zip(credentials)
        .map(|(query, credential)| CredentialChoice::of(query.id(), credential))
        .collect();
    Plan::compile(request, &choices)
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

fn step(progress: &mut dyn Progress, done: usize, total: usize) -> Result<(), Cancelled> {
    match progress.step(done as u32, total as u32) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(cancelled) => Err(cancelled),
    }
}
