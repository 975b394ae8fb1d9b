//! Proving to an issuer that one knows the secret behind one's identifier.

use glimpse_circuits::enrolment::{EnrolmentCircuit, EnrolmentInputs};
use glimpse_link::{Context, ShowError, Statement, show};
use glimpse_protocol::{
    circuit::CircuitId, enrolment::EnrolmentProof, holder::HolderSecret, manifest::IssuerManifest,
    nonce::Nonce,
};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;

use crate::{PrepareError, Progress, ProvingKeys, prepare::prepare, statement::member};

/// Why there is no enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EnrolError {
    /// The proof could not be made.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The random generator failed.
    #[error("the random generator failed")]
    Randomness,
    /// The key and the statement do not fit: a defect of the program.
    #[error("the enrolment's statement is malformed")]
    Statement,
}

/// Makes the enrolment that `issuer` asks for with `nonce`.
///
/// # Errors
/// [`EnrolError`].
pub fn enrol<R: CryptoRng + RngCore>(
    keys: &ProvingKeys,
    issuer: &IssuerManifest,
    nonce: &Nonce,
    secret: &HolderSecret,
    progress: &mut dyn Progress,
    rng: &mut R,
) -> Result<EnrolmentProof, EnrolError> {
    let issuer_key_hash = issuer.issuer_key_hash();
    let holder = secret.holder_id(issuer_key_hash);
    let key = keys.get(CircuitId::Enrolment).map_err(PrepareError::from)?;
    let inputs = EnrolmentInputs::new(secret.expose(), issuer_key_hash.to_field());
    let prepared = prepare(
        key,
        EnrolmentCircuit::new(inputs).synthesize(false),
        progress,
    )?;

    let slots = EnrolmentProof::statement(issuer_key_hash, holder);
    let statement = Statement::new(vec![member(key.verifying_key(), &slots)])
        .map_err(|_| EnrolError::Statement)?;
    let context = Context::new(&EnrolmentProof::context(issuer.id(), nonce));
    let proof = show(
        &statement,
        &[prepared.proof],
        &[secret.expose()],
        &context,
        rng,
    )
    .map_err(|error| match error {
        ShowError::Randomness(_) => EnrolError::Randomness,
        _ => EnrolError::Statement,
    })?;
    Ok(EnrolmentProof::new(
        issuer.id().clone(),
        *nonce,
        holder,
        proof.to_bytes(),
    ))
}
