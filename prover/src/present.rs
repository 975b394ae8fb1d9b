//! Answering a request.

use core::ops::ControlFlow;

use ark_bn254::Fr;
use glimpse_circuits::range::{RangeCircuit, RangeInputs};
use glimpse_link::{Context, Proof, ShowError, Statement, VerifyingKey, show};
use glimpse_protocol::{
    circuit::RangeSlot,
    credential::Credential,
    holder::HolderSecret,
    plan::{
        CredentialChoice, Plan, PlanError, PlanSlot, PlannedProof, Shows, Unmet, VariableSource,
    },
    presentation::Presentation,
    request::Request,
};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    Cancelled, MissingKey, PrepareError, PreparedCredential, PreparedRange, Progress, ProvingKeys,
    Unwatched, prepare::prepare, prepared::Prepared, statement::member,
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
    /// Range proofs that had to be made. Kept, they make the next presentation of the same facts
    /// faster.
    pub made: Vec<MadeRange>,
}

/// A range proof that was made for a presentation.
#[derive(Clone, Debug)]
pub struct MadeRange {
    /// Which of the plan's proofs it is, by its number in [`Plan::proofs`].
    pub proof: usize,
    /// The proof.
    pub range: PreparedRange,
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
    /// A range proof could not be made.
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
/// Range proofs found among `ranges` are used, the others made. `progress` counts proofs. Nothing
/// is proved before it is known that every fact is so and every claim there.
///
/// # Errors
/// [`PresentError`].
pub fn present<R: CryptoRng + RngCore>(
    keys: &ProvingKeys,
    request: &Request,
    held: &[HeldCredential<'_>],
    ranges: &[PreparedRange],
    secret: &HolderSecret,
    progress: &mut dyn Progress,
    rng: &mut R,
) -> Result<Presented, PresentError> {
    let credentials: Vec<&Credential> = held.iter().map(|held| held.credential).collect();
    let plan = plan(request, &credentials)?;
    let disclosed = plan.disclosed_values(&credentials)?;

    let encoded: Vec<Fr> = disclosed.iter().map(|value| value.encode()).collect();
    let variables = variables(&plan, &credentials, secret)?;
    let mut made: Vec<MadeRange> = Vec::new();
    let mut proofs: Vec<Proof> = Vec::with_capacity(plan.proofs().len());
    for planned in plan.proofs() {
        step(progress, proofs.len(), plan.proofs().len())?;
        let key = keys.get(planned.circuit)?;
        let values = values(planned, &encoded, &variables).ok_or(PresentError::Statement)?;
        proofs.push(match planned.shows {
            Shows::Credential => {
                let held = held.get(planned.credential);
                held.map(|held| held.prepared.prepared())
                    .filter(|prepared| serves(prepared, planned, key.verifying_key(), &values))
                    .map(|prepared| prepared.proof.clone())
                    .ok_or_else(|| not_prepared(&plan, planned))?
            }
            Shows::Range { .. } => {
                let ready = ranges
                    .iter()
                    .chain(made.iter().map(|made| &made.range))
                    .map(PreparedRange::prepared)
                    .filter(|prepared| serves(prepared, planned, key.verifying_key(), &values))
                    .map(|prepared| prepared.proof.clone())
                    .next();
                match ready {
                    Some(proof) => proof,
                    None => {
                        let circuit = RangeCircuit::new(range_inputs(&values)?);
                        let prepared = prepare(key, circuit.synthesize(false), &mut Unwatched)
                            .map_err(PresentError::Prepare)?;
                        let proof = prepared.proof.clone();
                        made.push(MadeRange {
                            proof: proofs.len(),
                            range: PreparedRange::new(prepared),
                        });
                        proof
                    }
                }
            }
        });
    }
    step(progress, proofs.len(), proofs.len())?;

    let proof = link(keys, request, &plan, &encoded, &proofs, &variables, rng)?;
    let issuers = Presentation::issuer_places(request, &plan).ok_or(PresentError::Statement)?;
    Ok(Presented {
        presentation: Presentation::new(issuers, &disclosed, proof),
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
    disclosed: &[Fr],
    proofs: &[Proof],
    variables: &[Fr],
    rng: &mut R,
) -> Result<Vec<u8>, PresentError> {
    let slots = plan
        .statement_slots(disclosed)
        .ok_or(PresentError::Statement)?;
    let members = plan
        .proofs()
        .iter()
        .zip(&slots)
        .map(|(planned, slots)| Ok(member(keys.get(planned.circuit)?.verifying_key(), slots)))
        .collect::<Result<_, MissingKey>>()?;
    let statement = Statement::new(members).map_err(|_| PresentError::Statement)?;
    let context = Context::new(&plan.context(request));
    let shown =
        show(&statement, proofs, variables, &context, rng).map_err(|error| match error {
            ShowError::Randomness(_) => PresentError::Randomness,
            _ => PresentError::Statement,
        })?;
    Ok(shown.to_bytes())
}

/// The values of the plan's hidden variables.
fn variables(
    plan: &Plan,
    credentials: &[&Credential],
    secret: &HolderSecret,
) -> Result<Zeroizing<Vec<Fr>>, PresentError> {
    let mut values = Zeroizing::new(Vec::with_capacity(plan.variables().len()));
    for source in plan.variables() {
        let value = match *source {
            VariableSource::HolderSecret => Some(secret.expose()),
            VariableSource::Credential { credential, slot } => credentials
                .get(credential)
                .and_then(|credential| credential.slot(slot)),
        };
        values.push(value.ok_or(PresentError::Statement)?);
    }
    Ok(values)
}

/// The values of all slots of a planned proof.
fn values(
    planned: &PlannedProof,
    disclosed: &[Fr],
    variables: &[Fr],
) -> Option<Zeroizing<Vec<Fr>>> {
    let mut values = Zeroizing::new(Vec::with_capacity(planned.slots.len()));
    for slot in &planned.slots {
        values.push(match *slot {
            PlanSlot::Constant(value) => value,
            PlanSlot::Disclosed(number) => *disclosed.get(number)?,
            PlanSlot::Hidden(number) => *variables.get(number)?,
        });
    }
    Some(values)
}

/// Whether a prepared proof is of the planned circuit, valid under the key, and about the values.
fn serves(prepared: &Prepared, planned: &PlannedProof, key: &VerifyingKey, values: &[Fr]) -> bool {
    prepared.circuit == planned.circuit
        && prepared.key_digest == *key.digest()
        && prepared.slots.as_slice() == values
}

fn range_inputs(values: &[Fr]) -> Result<RangeInputs, PresentError> {
    let slot = |slot: RangeSlot| {
        values
            .get(slot.index())
            .copied()
            .ok_or(PresentError::Statement)
    };
    Ok(RangeInputs {
        value: slot(RangeSlot::Value)?,
        lower: slot(RangeSlot::Lower)?,
        upper: slot(RangeSlot::Upper)?,
        negated: slot(RangeSlot::Negated)?,
        holds: slot(RangeSlot::Holds)?,
    })
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
