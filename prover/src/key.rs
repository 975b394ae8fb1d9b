//! Proving keys: what a holder needs to prove with one circuit, and its file form.

use core::fmt;

use glimpse_link::{KeyError, VerifyingKey};
use glimpse_protocol::circuit::CircuitId;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::groth16::{Form, Key, ReadError, Reader, Writer};

/// Name the form and its version at the head of all bytes.
const FILE: &[u8] = b"glimpse/v1/proving-key";
const UNPACKED: &[u8] = b"glimpse/v1/unpacked-key";

/// The key with which a holder proves one circuit; it contains the verifying key.
///
/// Public data: whoever has it can prove true statements only.
#[derive(Clone)]
pub struct ProvingKey {
    circuit: CircuitId,
    verifying_key: VerifyingKey,
    pub(crate) key: Key,
}

/// Why bytes were not loaded as a proving key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProvingKeyError {
    /// The bytes are not those that the key manifest names: an incomplete or altered download.
    #[error("the proving key is not the one that the manifest names")]
    Digest,
    /// The bytes do not begin as a proving key of this version does.
    #[error("not a proving key of this version")]
    Format,
    /// The key belongs to another circuit, or to another version of it.
    #[error("not a key for this version of circuit {expected}")]
    Circuit {
        /// The circuit that the key was loaded for.
        expected: CircuitId,
    },
    /// The contents have another length or structure than a key of this circuit.
    #[error("the proving key is malformed")]
    Malformed,
    /// The verifying key inside fails its checks.
    #[error("the verifying key inside is unusable: {0}")]
    VerifyingKey(#[from] KeyError),
    /// The verifying key inside is not the one that the manifest names to verifiers.
    #[error("the verifying key inside is not the one that the manifest names")]
    OtherVerifyingKey,
}

impl ProvingKey {
    pub(crate) fn new(circuit: CircuitId, verifying_key: VerifyingKey, key: Key) -> Self {
        Self {
            circuit,
            verifying_key,
            key,
        }
    }

    /// Loads the key of `circuit` from a file whose SHA-256 is `digest`.
    ///
    /// The digest comes from a signed key manifest. It is compared before anything else, and
    /// stands in for subgroup checks in 𝔾₂, which would cost more than a proof does.
    ///
    /// # Errors
    /// [`ProvingKeyError::Digest`] for any other file; the others tell of a manifest that names
    /// a wrong file.
    pub fn from_bytes(
        bytes: &[u8],
        digest: &[u8; 32],
        circuit: CircuitId,
    ) -> Result<Self, ProvingKeyError> {
        if Sha256::digest(bytes).as_slice() != digest {
            return Err(ProvingKeyError::Digest);
        }
        Self::decode(Form::Compressed, bytes, circuit)
    }

    /// Loads what [`Self::to_unpacked`] gave, for a file whose SHA-256 is `digest`: without square roots, so in a
    /// hundredth of the time.
    ///
    /// Nothing has to be believed of where the bytes were kept. A point on the curve is determined by its
    /// compressed form, so that it is enough to form the file anew and to compare its digest.
    ///
    /// # Errors
    /// Any [`ProvingKeyError`] for bytes that are damaged or another key's. The file is then to be loaded again.
    pub fn from_unpacked(
        bytes: &[u8],
        digest: &[u8; 32],
        circuit: CircuitId,
    ) -> Result<Self, ProvingKeyError> {
        let key = Self::decode(Form::Unpacked, bytes, circuit)?;
        if Sha256::digest(key.to_bytes()).as_slice() != digest {
            return Err(ProvingKeyError::Digest);
        }
        Ok(key)
    }

    fn decode(form: Form, bytes: &[u8], circuit: CircuitId) -> Result<Self, ProvingKeyError> {
        let rest = bytes
            .strip_prefix(magic(form))
            .ok_or(ProvingKeyError::Format)?;
        let mut reader = Reader::new(form, rest);
        let name_length = usize::from(reader.array::<1>()?[0]);
        let name = reader.bytes(name_length)?;
        let version = u32::from_le_bytes(reader.array()?);
        if name != circuit.name().as_bytes() || version != circuit.version() {
            return Err(ProvingKeyError::Circuit { expected: circuit });
        }
        let verifying_key_length = reader.count(rest.len())?;
        let verifying_key =
            VerifyingKey::from_bytes(reader.bytes(verifying_key_length)?, circuit.slot_count())?;
        let key = Key::read(&mut reader)?;
        reader.end()?;
        if key.shape.instance != circuit.slot_count() + 1 {
            return Err(ProvingKeyError::Malformed);
        }
        Ok(Self {
            circuit,
            verifying_key,
            key,
        })
    }

    /// The file form; [`Self::from_bytes`] accepts no other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode(Form::Compressed)
    }

    /// The form to keep on a device: twice as long, and loaded at once by [`Self::from_unpacked`].
    #[must_use]
    pub fn to_unpacked(&self) -> Vec<u8> {
        self.encode(Form::Unpacked)
    }

    fn encode(&self, form: Form) -> Vec<u8> {
        let mut out = Writer::new(form);
        let name = self.circuit.name().as_bytes();
        out.bytes(magic(form));
        out.bytes(&[name.len() as u8]);
        out.bytes(name);
        out.bytes(&self.circuit.version().to_le_bytes());
        let verifying_key = self.verifying_key.to_bytes();
        out.count(verifying_key.len());
        out.bytes(&verifying_key);
        self.key.write(&mut out);
        out.finish()
    }

    /// The circuit that this key proves.
    #[must_use]
    pub fn circuit(&self) -> CircuitId {
        self.circuit
    }

    /// The key with which others verify.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// How many constraints the circuit has.
    #[must_use]
    pub fn constraints(&self) -> usize {
        self.key.shape.constraints
    }
}

fn magic(form: Form) -> &'static [u8] {
    match form {
        Form::Compressed => FILE,
        Form::Unpacked => UNPACKED,
    }
}

impl From<ReadError> for ProvingKeyError {
    fn from(_: ReadError) -> Self {
        Self::Malformed
    }
}

impl fmt::Debug for ProvingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProvingKey({}, {:?})", self.circuit, self.verifying_key)
    }
}
