//! Making proofs ahead of time.

use ark_bn254::Fr;
use glimpse_circuits::{
    Circuit, Relation, System,
    credential::{CredentialCircuit, CredentialInputs, CredentialWitness},
    range::RangeInputs,
};
use glimpse_primitives::field;
use glimpse_protocol::{
    circuit::{CircuitId, CredentialSlot},
    credential::Credential,
    holder::HolderSecret,
    schema::SizeClass,
    value::ABSENT,
};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    Cancelled, MissingKey, PreparedCredential, PreparedPredicate, Progress, ProvingKey,
    ProvingKeys, Unwatched,
    groth16::{Assignment, ProveError, Unsatisfied, prove},
    prepared::Prepared,
    relation,
};

/// Why nothing was prepared. Names no attribute: the wallet shows it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The proving key has not been loaded.
    #[error(transparent)]
    MissingKey(#[from] MissingKey),
    /// The proving key is made for another circuit: the manifest's fault.
    #[error("the proving key does not fit circuit {0}")]
    ForeignKey(CircuitId),
    /// The proof that was made is not valid, so the key that made it is malformed or hostile: the
    /// manifest's fault. The proof was thrown away, because it could tell of what it should hide.
    #[error("the proving key of circuit {0} makes invalid proofs: it must not be used")]
    UnsoundKey(CircuitId),
    /// The credential was issued to another holder, or is not validly signed.
    #[error("the credential does not belong to this holder")]
    Credential,
    /// The relation does not hold for these values: a defect of the program.
    #[error("the statement about circuit {0} is false")]
    False(CircuitId),
}

/// Proves once that `credential` is signed by its issuer for the holder of `secret`.
///
/// Takes up to a second in a browser. The result serves every presentation of the credential.
///
/// # Errors
/// [`PrepareError`].
pub fn prepare_credential(
    keys: &ProvingKeys,
    credential: &Credential,
    secret: &HolderSecret,
    progress: &mut dyn Progress,
) -> Result<PreparedCredential, PrepareError> {
    if secret.holder_id(credential.issuer_key_hash()) != credential.body().holder() {
        return Err(PrepareError::Credential);
    }
    let class = credential.body().schema().size_class();
    let system = match class {
        SizeClass::Eight => synthesise::<8>(credential, secret),
        SizeClass::Sixteen => synthesise::<16>(credential, secret),
        SizeClass::ThirtyTwo => synthesise::<32>(credential, secret),
    };
    let prepared = prepare(keys.get(class.circuit())?, system, progress).map_err(|error| {
        match error {
            // The one thing left unchecked above is the signature.
            PrepareError::False(_) => PrepareError::Credential,
            other => other,
        }
    })?;
    Ok(PreparedCredential::new(prepared))
}

/// Proves whether `lower ≤ value ≤ upper`, as 64-bit integers in the encoding of their type.
///
/// # Errors
/// [`PrepareError`].
pub fn prepare_range(
    keys: &ProvingKeys,
    value: u64,
    lower: u64,
    upper: u64,
) -> Result<PreparedPredicate, PrepareError> {
    prepare_predicate(keys, RangeInputs::inside(value, lower, upper))
}

/// Proves a predicate's relation.
///
/// # Errors
/// [`PrepareError`].
pub fn prepare_predicate<R: Relation>(
    keys: &ProvingKeys,
    statement: R,
) -> Result<PreparedPredicate, PrepareError> {
    let system = Circuit::new(statement).synthesize(false);
    prepare(keys.get(R::ID)?, system, &mut Unwatched).map(PreparedPredicate::new)
}

/// Proves the fact that a circuit states of these values of its slots (32 bytes each, as [`field::to_bytes`]), ahead of
/// a request that asks for it.
///
/// # Errors
/// [`PrepareError`]; [`PrepareError::False`] also if these are not the values of the slots of a circuit that proves facts.
pub fn prepare_fact(
    keys: &ProvingKeys,
    circuit: CircuitId,
    slots: &[u8],
) -> Result<PreparedPredicate, PrepareError> {
    let (chunks, rest) = slots.as_chunks();
    let mut values = Zeroizing::new(Vec::with_capacity(chunks.len()));
    for chunk in chunks {
        values.push(field::from_bytes(chunk).map_err(|_| PrepareError::False(circuit))?);
    }
    let system = relation::synthesise(circuit, &values).filter(|_| rest.is_empty());
    let system = system.ok_or(PrepareError::False(circuit))?;
    prepare(keys.get(circuit)?, system, &mut Unwatched).map(PreparedPredicate::new)
}

/// Proves a synthesised instance, and keeps the values of its slots. The only way to a [`Prepared`]
/// that was not stored before, so this is where a new proof is verified.
pub(crate) fn prepare(
    key: &ProvingKey,
    system: System,
    progress: &mut dyn Progress,
) -> Result<Prepared, PrepareError> {
    let circuit = key.circuit();
    let assignment =
        Assignment::new(system).map_err(|Unsatisfied { .. }| PrepareError::False(circuit))?;
    let slots = Zeroizing::new(assignment.variables[1..assignment.instance].to_vec());
    let proof = prove(&key.key, assignment, progress).map_err(|error| match error {
        ProveError::Cancelled(cancelled) => PrepareError::Cancelled(cancelled),
        ProveError::Shape { .. } | ProveError::Domain(_) => PrepareError::ForeignKey(circuit),
    })?;
    if !proof.proves(key.verifying_key(), &slots) {
        return Err(PrepareError::UnsoundKey(circuit));
    }
    Ok(Prepared {
        circuit,
        key_digest: *key.verifying_key().digest(),
        slots,
        proof,
    })
}

fn synthesise<const N: usize>(credential: &Credential, secret: &HolderSecret) -> System {
    // A credential of size class N has every slot asked for here.
    let slot = |slot| credential.slot(slot).unwrap_or(ABSENT);
    let mut attributes = [Fr::default(); N];
    for (number, attribute) in attributes.iter_mut().enumerate() {
        *attribute = slot(CredentialSlot::Attribute(number));
    }
    let inputs = CredentialInputs {
        schema: slot(CredentialSlot::Schema),
        issuer_key_hash: slot(CredentialSlot::IssuerKeyHash),
        sk: secret.expose(),
        status_index: slot(CredentialSlot::StatusIndex),
        issued_on: slot(CredentialSlot::IssuedOn),
        expires_on: slot(CredentialSlot::ExpiresOn),
        attributes,
    };
    let witness = CredentialWitness::new(credential.issuer_key(), credential.signature());
    CredentialCircuit::new(inputs, witness).synthesize(false)
}

#[cfg(test)]
mod tests;
