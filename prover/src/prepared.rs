//! Proofs made ahead of time, which only their holder may see.

use core::fmt;

use ark_bn254::Fr;
use glimpse_link::Proof;
use glimpse_primitives::field;
use glimpse_protocol::circuit::{CircuitId, CredentialSlot};
use glimpse_protocol::credential::{Credential, CredentialError};
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::manifest::IssuerManifest;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

const MAGIC: &[u8; 25] = b"glimpse/v1/prepared-proof";
const FIELD_BYTES: usize = 32;

/// A proof of a credential circuit, ready to be shown any number of times.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedCredential(Prepared);

/// A proof of a predicate, ready to be shown any number of times.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedPredicate(Prepared);

/// A plain Groth16 proof with the values of *all* its slots.
///
/// Secret as a whole: the slots hold the holder's secret and attributes, and the proof is not
/// blinded. Store it encrypted. It is erased when dropped.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) circuit: CircuitId,
    /// The verifying key under which the proof is valid; under any other it is useless.
    pub(crate) key_digest: [u8; 32],
    pub(crate) slots: Zeroizing<Vec<Fr>>,
    pub(crate) proof: Proof,
}

/// Why bytes are no prepared proof. Opaque, because the bytes are secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a prepared proof of this kind and version")]
pub struct PreparedError;

impl PreparedCredential {
    pub(crate) fn new(prepared: Prepared) -> Self {
        Self(prepared)
    }

    /// The size class that the credential was prepared in.
    #[must_use]
    pub fn circuit(&self) -> CircuitId {
        self.0.circuit
    }

    /// The digest of the verifying key under which the proof is valid.
    #[must_use]
    pub fn key_digest(&self) -> &[u8; 32] {
        &self.0.key_digest
    }

    /// The form to store, encrypted.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_bytes()
    }

    /// Decodes what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`PreparedError`] for anything else, the proof of a predicate included.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        let prepared = Prepared::from_bytes(bytes)?;
        match prepared.circuit {
            CircuitId::Credential8 | CircuitId::Credential16 | CircuitId::Credential32 => {
                Ok(Self(prepared))
            }
            CircuitId::Range
            | CircuitId::Enrolment
            | CircuitId::Member
            | CircuitId::Text
            | CircuitId::Gate
            | CircuitId::Pseudonym
            | CircuitId::Status
            | CircuitId::Registry
            | CircuitId::Set => Err(PreparedError),
        }
    }

    /// Opens the credential that this proof is of, as [`Credential::open`] does.
    ///
    /// That its issuer signed the values is what the proof says, and it was verified when it was made: so the signature is checked
    /// only where the file has other values than the proof. Then [`present`](crate::present()) finds the proof not to be the credential's.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn open(
        &self,
        file: &[u8],
        issuer: &IssuerManifest,
        secret: &HolderSecret,
    ) -> Result<Credential, CredentialError> {
        let holder = secret.holder_id(issuer.issuer_key_hash());
        Credential::open_unless_known(file, issuer, holder, |credential| {
            self.is_of(credential, secret)
        })
    }

    /// Whether the values of all slots are those of the credential.
    fn is_of(&self, credential: &Credential, secret: &HolderSecret) -> bool {
        let class = credential.body().schema().size_class();
        let slots = CredentialSlot::all(class.slots()).map(|slot| match slot {
            CredentialSlot::HolderSecret => Some(secret.expose()),
            other => credential.slot(other),
        });
        self.0.circuit == class.circuit() && slots.eq(self.0.slots.iter().copied().map(Some))
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.0
    }
}

impl PreparedPredicate {
    pub(crate) fn new(prepared: Prepared) -> Self {
        Self(prepared)
    }

    /// The circuit that the proof is of.
    #[must_use]
    pub fn circuit(&self) -> CircuitId {
        self.0.circuit
    }

    /// Whether this proof is of this circuit and about exactly these values, in the order of its slots.
    #[must_use]
    pub fn proves(&self, circuit: CircuitId, slots: &[Fr]) -> bool {
        self.0.circuit == circuit && *self.0.slots == slots
    }

    /// The digest of the verifying key under which the proof is valid.
    #[must_use]
    pub fn key_digest(&self) -> &[u8; 32] {
        &self.0.key_digest
    }

    /// The form to store, encrypted.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_bytes()
    }

    /// Decodes what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`PreparedError`] for anything else, the proof of a credential or of an enrolment included.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        let prepared = Prepared::from_bytes(bytes)?;
        match prepared.circuit {
            CircuitId::Range
            | CircuitId::Member
            | CircuitId::Text
            | CircuitId::Gate
            | CircuitId::Pseudonym
            | CircuitId::Status
            | CircuitId::Registry
            | CircuitId::Set => Ok(Self(prepared)),
            CircuitId::Credential8
            | CircuitId::Credential16
            | CircuitId::Credential32
            | CircuitId::Enrolment => Err(PreparedError),
        }
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.0
    }
}

impl Prepared {
    /// Magic, circuit name with its length, version, key digest, slots (32 bytes each, as
    /// [`field::to_bytes`]), proof.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let name = self.circuit.name().as_bytes();
        let mut proof = self.proof.to_bytes();
        // Reserved at once: a growing vector would leave copies of secrets behind.
        let mut out = Zeroizing::new(Vec::with_capacity(
            MAGIC.len() + 1 + name.len() + 4 + 32 + self.slots.len() * FIELD_BYTES + proof.len(),
        ));
        out.extend_from_slice(MAGIC);
        out.push(name.len() as u8);
        out.extend_from_slice(name);
        out.extend_from_slice(&self.circuit.version().to_le_bytes());
        out.extend_from_slice(&self.key_digest);
        for slot in self.slots.iter() {
            out.extend_from_slice(&field::to_bytes(slot));
        }
        out.extend_from_slice(&proof);
        proof.zeroize();
        out
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        let (magic, rest) = bytes.split_first_chunk().ok_or(PreparedError)?;
        if magic != MAGIC {
            return Err(PreparedError);
        }
        let (length, rest) = rest.split_first().ok_or(PreparedError)?;
        let (name, rest) = rest
            .split_at_checked(usize::from(*length))
            .ok_or(PreparedError)?;
        let circuit = core::str::from_utf8(name)
            .ok()
            .and_then(CircuitId::from_name)
            .ok_or(PreparedError)?;
        let (version, rest) = rest.split_first_chunk().ok_or(PreparedError)?;
        if u32::from_le_bytes(*version) != circuit.version() {
            return Err(PreparedError);
        }
        let (key_digest, rest) = rest.split_first_chunk().ok_or(PreparedError)?;
        let (values, proof) = rest
            .split_at_checked(circuit.slot_count() * FIELD_BYTES)
            .ok_or(PreparedError)?;
        let mut slots = Zeroizing::new(Vec::with_capacity(circuit.slot_count()));
        for value in values.as_chunks().0 {
            slots.push(field::from_bytes(value).map_err(|_| PreparedError)?);
        }
        Ok(Self {
            circuit,
            key_digest: *key_digest,
            slots,
            proof: Proof::from_bytes(proof).map_err(|_| PreparedError)?,
        })
    }
}

/// Compares all bytes, wherever the first difference is.
impl PartialEq for Prepared {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes().ct_eq(&other.to_bytes()).into()
    }
}

impl Eq for Prepared {}

impl fmt::Debug for PreparedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreparedCredential({}, ..)", self.0.circuit)
    }
}

impl fmt::Debug for PreparedPredicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreparedPredicate({}, ..)", self.0.circuit)
    }
}
