//! Enrolment: a holder proves to an issuer that it knows the secret behind its identifier.

use alloc::vec::Vec;

use glimpse_primitives::Fr;
use serde_json::{Value, json};

use crate::circuit::{CircuitId, EnrolmentSlot};
use crate::codec::{CodecError, Reader, Wire, Writer};
use crate::holder::{HolderId, IssuerKeyHash};
use crate::identity::Did;
use crate::json::{JsonError, Node, to_base64};
use crate::nonce::Nonce;
use crate::plan::StatementSlot;
use crate::tag;

/// A holder's enrolment with one issuer: its identifier, and the linked proof of knowledge of the secret, bound
/// to the issuer and its fresh nonce. Decoded, but the proof is not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentProof {
    issuer: Did,
    nonce: Nonce,
    holder: HolderId,
    proof: Vec<u8>,
}

/// The longest linked proof of an enrolment.
const MAX_PROOF: usize = 1024;

impl EnrolmentProof {
    /// Puts the parts together; `proof` is a linked proof for [`EnrolmentProof::statement`] in
    /// [`EnrolmentProof::context`].
    pub fn new(issuer: Did, nonce: Nonce, holder: HolderId, proof: Vec<u8>) -> Self {
        Self {
            issuer,
            nonce,
            holder,
            proof,
        }
    }

    /// What the linked proof is bound to: the issuer's name and nonce.
    pub fn context(issuer: &Did, nonce: &Nonce) -> [u8; 32] {
        tag::ENROLMENT.sha256(&[b"1", issuer.as_str().as_bytes(), nonce.as_bytes()])
    }

    /// The slots of the one proof in the statement: the secret hidden, everything else public.
    pub fn statement(issuer: IssuerKeyHash, holder: HolderId) -> Vec<StatementSlot> {
        let mut slots = alloc::vec![StatementSlot::Hidden(0); CircuitId::Enrolment.slot_count()];
        let public = |value: Fr| StatementSlot::Public(value);
        slots[EnrolmentSlot::IssuerKeyHash.index()] = public(issuer.to_field());
        slots[EnrolmentSlot::HolderId.index()] = public(holder.to_field());
        slots
    }

    /// For whom the enrolment is meant.
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// The issuer's nonce.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// What the issuer is going to know the holder by.
    pub fn holder(&self) -> HolderId {
        self.holder
    }

    /// The linked proof, undecoded.
    pub fn proof(&self) -> &[u8] {
        &self.proof
    }

    /// Reads the canonical CBOR form.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        Self::from_wire(bytes)
    }

    /// The canonical CBOR form, at most 2 KiB.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_wire()
    }

    /// Reads the JSON file form.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let value = crate::json::parse(bytes)?;
        let mut object = Node::root(&value).object()?;
        object.constant("kind", "glimpse-enrolment", "not an enrolment")?;
        object.version(1)?;
        let issuer = object
            .get("issuer")?
            .parse_with("not a did:key of Ed25519", str::parse)?;
        let nonce = Nonce::from_bytes(object.get("nonce")?.hex()?);
        let holder_node = object.get("holder")?;
        let holder = HolderId::from_bytes(&holder_node.hex()?)
            .map_err(|_| holder_node.invalid("not a canonical field element"))?;
        let proof_node = object.get("proof")?;
        let proof = proof_node.base64()?;
        if proof.len() > MAX_PROOF {
            return Err(proof_node.invalid("too long"));
        }
        object.finish()?;
        Ok(Self {
            issuer,
            nonce,
            holder,
            proof,
        })
    }

    /// The JSON file form.
    pub fn to_json(&self) -> Value {
        json!({
            "kind": "glimpse-enrolment",
            "version": 1,
            "issuer": self.issuer.as_str(),
            "nonce": hex::encode(self.nonce.as_bytes()),
            "holder": hex::encode(self.holder.to_bytes()),
            "proof": to_base64(&self.proof),
        })
    }
}

impl Wire for EnrolmentProof {
    const MAX_BYTES: usize = 2048;

    fn write(&self, writer: &mut Writer) {
        writer
            .array(5)
            .uint(1)
            .text(self.issuer.as_str())
            .bytes(self.nonce.as_bytes());
        writer.bytes(&self.holder.to_bytes()).bytes(&self.proof);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(5)?;
        reader.version(1)?;
        let issuer = reader
            .text(128)?
            .parse()
            .map_err(|_| CodecError::Invalid("issuer"))?;
        let nonce = Nonce::from_bytes(reader.byte_array()?);
        let holder = HolderId::from_bytes(&reader.byte_array()?)
            .map_err(|_| CodecError::Invalid("holder identifier"))?;
        Ok(Self {
            issuer,
            nonce,
            holder,
            proof: reader.bytes(MAX_PROOF)?,
        })
    }
}
