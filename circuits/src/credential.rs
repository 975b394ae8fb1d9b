//! The credential relation: an issuer signed these attributes for this holder.

use ark_ff::Zero;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use glimpse_primitives::{
    Fr,
    babyjubjub::{BASE8, Fl, Point, clear_cofactor},
    eddsa, poseidon as native,
};
use glimpse_protocol::{
    circuit::{CircuitId, CredentialSlot},
    tag,
};
use thiserror::Error;

use crate::{
    eddsa::{self as gadget, Signed},
    expression::Expression,
    poseidon::hash,
    system::System,
};

/// Attributes in one chunk.
const CHUNK: usize = 8;

/// The public slots of a credential of `N` attributes, by name.
#[derive(Clone, Eq, PartialEq)]
pub struct CredentialInputs<const N: usize> {
    /// Digest of the schema.
    pub schema: Fr,
    /// Poseidon₃(ISSUER_KEY, A.x, A.y).
    pub issuer_key_hash: Fr,
    /// The holder's secret.
    pub sk: Fr,
    /// Place in the issuer's status list.
    pub status_index: Fr,
    /// First day of validity.
    pub issued_on: Fr,
    /// Last day of validity.
    pub expires_on: Fr,
    /// The encoded attributes, unused ones absent.
    pub attributes: [Fr; N],
}

/// Redacted: the slots hold what the proof may hide.
impl<const N: usize> core::fmt::Debug for CredentialInputs<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CredentialInputs").finish_non_exhaustive()
    }
}

impl<const N: usize> CredentialInputs<N> {
    /// The values in the order of the circuit's slots.
    #[must_use]
    pub fn to_slots(&self) -> Vec<Fr> {
        let mut slots = vec![Fr::default(); CredentialSlot::count(N)];
        let header = [
            (CredentialSlot::Schema, self.schema),
            (CredentialSlot::IssuerKeyHash, self.issuer_key_hash),
            (CredentialSlot::HolderSecret, self.sk),
            (CredentialSlot::StatusIndex, self.status_index),
            (CredentialSlot::IssuedOn, self.issued_on),
            (CredentialSlot::ExpiresOn, self.expires_on),
        ];
        let attributes = self
            .attributes
            .iter()
            .enumerate()
            .map(|(i, a)| (CredentialSlot::Attribute(i), *a));
        for (slot, value) in header.into_iter().chain(attributes) {
            slots[slot.index()] = value;
        }
        slots
    }

    /// The message that the issuer signs, computed natively.
    #[must_use]
    pub fn message(&self) -> Fr {
        let hid = native::hash(&[tag::HID, self.sk, self.issuer_key_hash]);
        let header = native::hash(&[
            tag::HEADER,
            self.schema,
            hid,
            self.status_index,
            self.issued_on,
            self.expires_on,
        ]);
        let chunks: Vec<Fr> = self
            .attributes
            .chunks_exact(CHUNK)
            .enumerate()
            .map(|(i, a)| {
                let index = Fr::from(i as u64);
                native::hash(&[
                    tag::ATTRIBUTES,
                    index,
                    a[0],
                    a[1],
                    a[2],
                    a[3],
                    a[4],
                    a[5],
                    a[6],
                    a[7],
                ])
            })
            .collect();
        let size = Fr::from(N as u64);
        match chunks[..] {
            [a] => native::hash(&[tag::CREDENTIAL, size, header, a]),
            [a, b] => native::hash(&[tag::CREDENTIAL, size, header, a, b]),
            [a, b, c, d] => native::hash(&[tag::CREDENTIAL, size, header, a, b, c, d]),
            _ => unreachable!("CredentialCircuit::ID admits 8, 16 and 32 attributes"),
        }
    }
}

/// What the holder keeps to itself: the issuer's key and its signature.
#[derive(Clone, Copy)]
pub struct CredentialWitness {
    pub(crate) signed: Signed,
}

impl CredentialWitness {
    /// A signature and the key that it verifies under.
    #[must_use]
    pub fn new(key: &eddsa::VerifyingKey, signature: &eddsa::Signature) -> Self {
        Self::from_points(key.point(), signature.r8(), signature.s())
    }

    /// Any points at all, on the curve or not, as a dishonest prover might use.
    #[must_use]
    pub fn from_points(key: Point, r8: Point, s: Fl) -> Self {
        Self {
            signed: Signed { key, r8, s },
        }
    }
}

impl core::fmt::Debug for CredentialWitness {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CredentialWitness").finish_non_exhaustive()
    }
}

/// A clause of the relation, in the order in which [`check`] looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum CredentialClause {
    /// issuer_key_hash = Poseidon₃(ISSUER_KEY, A.x, A.y)
    #[error("the issuer's key does not hash to issuer_key_hash")]
    IssuerKeyHash,
    /// A is on the curve.
    #[error("the issuer's key is not on the curve")]
    KeyOnCurve,
    /// 8·A ≠ 0
    #[error("the issuer's key has small order")]
    KeyOrder,
    /// R8 is on the curve.
    #[error("the nonce point is not on the curve")]
    NonceOnCurve,
    /// S·B8 = R8 + h·(8·A)
    #[error("the signature's equation does not hold")]
    Equation,
}

/// The relation in plain Rust.
///
/// # Errors
/// The first clause that fails.
pub fn check<const N: usize>(
    inputs: &CredentialInputs<N>,
    witness: &CredentialWitness,
) -> Result<(), CredentialClause> {
    let Signed { key, r8, s } = &witness.signed;
    if native::hash(&[tag::ISSUER_KEY, key.x, key.y]) != inputs.issuer_key_hash {
        return Err(CredentialClause::IssuerKeyHash);
    }
    if !key.is_on_curve() {
        return Err(CredentialClause::KeyOnCurve);
    }
    if clear_cofactor(key).is_zero() {
        return Err(CredentialClause::KeyOrder);
    }
    if !r8.is_on_curve() {
        return Err(CredentialClause::NonceOnCurve);
    }
    if !eddsa::equation_holds(key, r8, *s, inputs.message()) {
        return Err(CredentialClause::Equation);
    }
    Ok(())
}

/// The credential circuit for `N` = 8, 16 or 32 attributes.
#[derive(Clone, Debug)]
pub struct CredentialCircuit<const N: usize> {
    inputs: CredentialInputs<N>,
    witness: CredentialWitness,
}

impl<const N: usize> CredentialCircuit<N> {
    /// Which circuit this is. Other sizes do not compile.
    pub const ID: CircuitId = match N {
        8 => CircuitId::Credential8,
        16 => CircuitId::Credential16,
        32 => CircuitId::Credential32,
        _ => panic!("credentials have 8, 16 or 32 attributes"),
    };

    /// An instance to prove.
    #[must_use]
    pub fn new(inputs: CredentialInputs<N>, witness: CredentialWitness) -> Self {
        Self { inputs, witness }
    }

    /// An instance for set-up: the right shape, and no true statement.
    #[must_use]
    pub fn blank() -> Self {
        let zero = Fr::default();
        let inputs = CredentialInputs {
            schema: zero,
            issuer_key_hash: zero,
            sk: zero,
            status_index: zero,
            issued_on: zero,
            expires_on: zero,
            attributes: [zero; N],
        };
        Self::new(
            inputs,
            CredentialWitness::from_points(BASE8, BASE8, Fl::default()),
        )
    }

    /// Runs the relation once: the witness, and if `recording` the named constraints.
    #[must_use]
    pub fn synthesize(&self, recording: bool) -> System {
        let mut system = System::new(&self.inputs.to_slots(), recording);
        self.constrain(&mut system);
        system
    }

    pub(crate) fn constrain(&self, system: &mut System) {
        const { assert!(Self::ID.slot_count() == CredentialSlot::count(N)) };
        let slot = |system: &System, slot: CredentialSlot| system.slot(slot.index());
        let issuer_key_hash = slot(system, CredentialSlot::IssuerKeyHash);

        let key = system.scope("signature", |s| gadget::key(s, &self.witness.signed.key));
        let tag = system.constant(tag::ISSUER_KEY);
        let key_hash = hash(system, "issuer_key", [&tag, &key.x, &key.y]);
        system.enforce_equal("issuer_key_hash", &key_hash, &issuer_key_hash);

        let tag = system.constant(tag::HID);
        let sk = slot(system, CredentialSlot::HolderSecret);
        let hid = hash(system, "hid", [&tag, &sk, &issuer_key_hash]);

        let tag = system.constant(tag::HEADER);
        let [schema, status_index, issued_on, expires_on] = [
            CredentialSlot::Schema,
            CredentialSlot::StatusIndex,
            CredentialSlot::IssuedOn,
            CredentialSlot::ExpiresOn,
        ]
        .map(|name| slot(system, name));
        let header = hash(
            system,
            "header",
            [&tag, &schema, &hid, &status_index, &issued_on, &expires_on],
        );

        let message = self.message(system, &header);
        system.scope("signature", |system| {
            gadget::verify(system, &key, &self.witness.signed, &message);
        });
    }

    fn message(&self, system: &mut System, header: &Expression) -> Expression {
        let tag = system.constant(tag::ATTRIBUTES);
        let chunks: Vec<Expression> = (0..N / CHUNK)
            .map(|chunk| {
                let index = system.constant(Fr::from(chunk as u64));
                let a: [Expression; CHUNK] = core::array::from_fn(|i| {
                    system.slot(CredentialSlot::Attribute(CHUNK * chunk + i).index())
                });
                let [a0, a1, a2, a3, a4, a5, a6, a7] = &a;
                system.step("chunk", chunk, |system| {
                    hash(
                        system,
                        "hash",
                        [&tag, &index, a0, a1, a2, a3, a4, a5, a6, a7],
                    )
                })
            })
            .collect();
        let tag = system.constant(tag::CREDENTIAL);
        let size = system.constant(Fr::from(N as u64));
        match &chunks[..] {
            [a] => hash(system, "message", [&tag, &size, header, a]),
            [a, b] => hash(system, "message", [&tag, &size, header, a, b]),
            [a, b, c, d] => hash(system, "message", [&tag, &size, header, a, b, c, d]),
            _ => unreachable!("CredentialCircuit::ID admits 8, 16 and 32 attributes"),
        }
    }
}

impl<const N: usize> ConstraintSynthesizer<Fr> for CredentialCircuit<N> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.synthesize(cs.should_construct_matrices()).export(&cs)
    }
}

#[cfg(test)]
mod tests;
