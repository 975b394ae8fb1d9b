//! Credentials: what an issuer signs about a holder.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::{Fr, eddsa, poseidon};
use serde_json::{Value, json};

use crate::circuit::CredentialSlot;
use crate::holder::{HolderId, IssuerKeyHash};
use crate::identity::Did;
use crate::json::{JsonError, Node};
use crate::manifest::IssuerManifest;
use crate::schema::{AttributesError, Schema, SizeClass};
use crate::status::ENTRIES;
use crate::tag;
use crate::time::Date;
use crate::value::{ABSENT, AttributeValue, encode_date, encode_optional};

/// The credential format identifier of OpenID4VCI and OpenID4VP.
pub const FORMAT: &str = "glimpse-groth16";

/// A credential before it is signed: attribute values that fit their schema, and the header.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsignedCredential {
    schema: Schema,
    holder: HolderId,
    status_index: StatusIndex,
    issued_on: Date,
    expires_on: Date,
    values: Vec<Option<AttributeValue>>,
}

/// A credential whose signature has been checked against its issuer's manifest.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    body: UnsignedCredential,
    issuer: Did,
    key: eddsa::VerifyingKey,
    /// Kept, because everything that reads a credential asks for it.
    key_hash: IssuerKeyHash,
    signature: eddsa::Signature,
}

/// A credential's place in its issuer's status list: below [`ENTRIES`] in every credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusIndex(u32);

/// Why values and dates make no credential: the issuer's mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnsignedCredentialError {
    /// The values do not fit the schema.
    #[error(transparent)]
    Attributes(#[from] AttributesError),
    /// It expires before it is issued.
    #[error("expires before it is issued")]
    Dates,
    /// No status list has such a place: it could not be revoked, nor shown not to be.
    #[error("its place is beyond the end of every status list")]
    StatusIndex,
}

/// Why a credential file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The file is not a credential file.
    #[error("not a credential file: {0}")]
    Form(#[from] JsonError),
    /// The file names another issuer than the manifest.
    #[error("issued by another issuer than the one of the manifest")]
    ForeignIssuer,
    /// The manifest has no schema of this identifier and digest.
    #[error("its schema is not in the issuer's manifest")]
    UnknownSchema,
    /// The values or dates do not fit the schema.
    #[error("does not fit its schema: {0}")]
    Content(#[from] UnsignedCredentialError),
    /// It was issued to another holder.
    #[error("issued to another holder")]
    ForeignHolder,
    /// The issuer's key did not sign exactly this.
    #[error("the issuer's signature does not fit: the file was changed, or signed by another key")]
    Signature,
}

impl StatusIndex {
    /// The place of that number.
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl UnsignedCredential {
    /// Reads the attributes (a JSON object along the schema's paths) into a credential for `holder`.
    ///
    /// # Errors
    /// [`UnsignedCredentialError`].
    pub fn new(
        schema: Schema,
        holder: HolderId,
        status_index: StatusIndex,
        issued_on: Date,
        expires_on: Date,
        attributes: &[u8],
    ) -> Result<Self, UnsignedCredentialError> {
        if expires_on < issued_on {
            return Err(UnsignedCredentialError::Dates);
        }
        if status_index.0 as usize >= ENTRIES {
            return Err(UnsignedCredentialError::StatusIndex);
        }
        let values = schema.read_attributes(attributes)?;
        Ok(Self {
            schema,
            holder,
            status_index,
            issued_on,
            expires_on,
            values,
        })
    }

    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Whom it is issued to.
    pub fn holder(&self) -> HolderId {
        self.holder
    }

    /// Its place in the issuer's status list.
    pub fn status_index(&self) -> StatusIndex {
        self.status_index
    }

    /// The first day on which it is valid.
    pub fn issued_on(&self) -> Date {
        self.issued_on
    }

    /// The last day on which it is valid.
    pub fn expires_on(&self) -> Date {
        self.expires_on
    }

    /// The attribute values in schema order.
    pub fn values(&self) -> &[Option<AttributeValue>] {
        &self.values
    }

    /// The attribute slots: every value's encoding, ABSENT up to the size class.
    pub fn attribute_slots(&self) -> Vec<Fr> {
        let mut slots: Vec<Fr> = self
            .values
            .iter()
            .map(|value| encode_optional(value.as_ref()))
            .collect();
        slots.resize(self.schema.size_class().slots(), ABSENT);
        slots
    }

    /// The field element that the issuer signs (`docs/protocol/encoding.md`).
    pub fn message(&self) -> Fr {
        let header = poseidon::hash(&[
            tag::HEADER,
            self.schema.digest().to_field(),
            self.holder.to_field(),
            Fr::from(self.status_index.0),
            Fr::from(encode_date(self.issued_on)),
            Fr::from(encode_date(self.expires_on)),
        ]);
        message(self.schema.size_class(), header, &self.attribute_slots())
    }

    /// Signs it as the issuer.
    pub fn sign(self, issuer: Did, key: &eddsa::SigningKey) -> Credential {
        let signature = key.sign(self.message());
        Credential {
            body: self,
            issuer,
            key: key.verifying_key(),
            key_hash: IssuerKeyHash::of(&key.verifying_key()),
            signature,
        }
    }
}

impl Credential {
    /// Reads a credential file and checks everything: form, issuer, schema, values, holder, signature.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn open(
        bytes: &[u8],
        issuer: &IssuerManifest,
        holder: HolderId,
    ) -> Result<Self, CredentialError> {
        Self::open_unless_known(bytes, issuer, holder, |_| false)
    }

    /// [`Self::open`] without a check of the signature if `is_known` says that the issuer has signed exactly these values, all slots of the
    /// credential circuit. Of the signature in the file nothing is then known but its form.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn open_unless_known(
        bytes: &[u8],
        issuer: &IssuerManifest,
        holder: HolderId,
        is_known: impl FnOnce(&Self) -> bool,
    ) -> Result<Self, CredentialError> {
        let value = crate::json::parse(bytes)?;
        let mut object = Node::root(&value).object()?;
        object.constant("format", FORMAT, "a format that is not known here")?;
        object.version(1)?;
        let named: Did = object
            .get("issuer")?
            .parse_with("not a did:key", str::parse)?;
        let mut schema_node = object.get("schema")?.object()?;
        let schema_id = schema_node.get("id")?.str()?;
        let digest: [u8; 32] = schema_node.get("digest")?.hex()?;
        schema_node.finish()?;
        let holder_node = object.get("holder")?;
        let named_holder = HolderId::from_bytes(&holder_node.hex()?)
            .map_err(|_| holder_node.invalid("not a canonical field element"))?;
        let status_index = StatusIndex(object.get("status_index")?.uint()?);
        let issued_on = object
            .get("issued_on")?
            .parse_with("not a date", str::parse)?;
        let expires_on = object
            .get("expires_on")?
            .parse_with("not a date", str::parse)?;
        let attributes = object.get("attributes")?;
        let signature_node = object.get("signature")?;
        let signature = eddsa::Signature::from_bytes(&signature_node.hex()?)
            .map_err(|_| signature_node.invalid("not a canonical signature"))?;
        object.finish()?;

        if named != *issuer.id() {
            return Err(CredentialError::ForeignIssuer);
        }
        let schema = issuer
            .schemas()
            .iter()
            .find(|schema| {
                schema.id().as_str() == schema_id
                    && glimpse_primitives::field::to_bytes(&schema.digest().to_field()) == digest
            })
            .ok_or(CredentialError::UnknownSchema)?;
        let attributes = serde_json::to_vec(attributes.value())
            .map_err(|_| attributes.invalid("not an object"))?;
        let body = UnsignedCredential::new(
            schema.clone(),
            named_holder,
            status_index,
            issued_on,
            expires_on,
            &attributes,
        )?;
        if named_holder != holder {
            return Err(CredentialError::ForeignHolder);
        }
        let key = *issuer.credential_key();
        let credential = Self {
            body,
            issuer: named,
            key,
            key_hash: issuer.issuer_key_hash(),
            signature,
        };
        if !is_known(&credential) {
            key.verify(credential.body.message(), &signature)
                .map_err(|_| CredentialError::Signature)?;
        }
        Ok(credential)
    }

    /// The credential file. It holds every attribute and the signature: private to issuer and holder.
    pub fn to_json(&self) -> Value {
        let body = &self.body;
        json!({
            "format": FORMAT,
            "version": 1,
            "issuer": self.issuer.as_str(),
            "schema": {
                "id": body.schema.id().as_str(),
                "digest": hex::encode(glimpse_primitives::field::to_bytes(&body.schema.digest().to_field())),
            },
            "holder": hex::encode(body.holder.to_bytes()),
            "status_index": body.status_index.0,
            "issued_on": alloc::format!("{}", body.issued_on),
            "expires_on": alloc::format!("{}", body.expires_on),
            "attributes": body.schema.write_attributes(&body.values),
            "signature": hex::encode(self.signature.to_bytes()),
        })
    }

    /// The credential file as text.
    pub fn to_json_string(&self) -> String {
        alloc::format!("{:#}", self.to_json())
    }

    /// What was signed.
    pub fn body(&self) -> &UnsignedCredential {
        &self.body
    }

    /// Who signed it.
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// The issuer's BabyJubJub key.
    pub fn issuer_key(&self) -> &eddsa::VerifyingKey {
        &self.key
    }

    /// The hash of the issuer's key.
    pub fn issuer_key_hash(&self) -> IssuerKeyHash {
        self.key_hash
    }

    /// The issuer's signature: a tracking tag if shown, hence never shown.
    pub fn signature(&self) -> &eddsa::Signature {
        &self.signature
    }

    /// The value of a slot other than the holder secret's, as the credential circuit sees it.
    pub fn slot(&self, slot: CredentialSlot) -> Option<Fr> {
        let body = &self.body;
        match slot {
            CredentialSlot::Schema => Some(body.schema.digest().to_field()),
            CredentialSlot::IssuerKeyHash => Some(self.key_hash.to_field()),
            CredentialSlot::HolderSecret => None,
            CredentialSlot::StatusIndex => Some(Fr::from(body.status_index.0)),
            CredentialSlot::IssuedOn => Some(Fr::from(encode_date(body.issued_on))),
            CredentialSlot::ExpiresOn => Some(Fr::from(encode_date(body.expires_on))),
            CredentialSlot::Attribute(number) if number < body.schema.size_class().slots() => Some(
                encode_optional(body.values.get(number).and_then(Option::as_ref)),
            ),
            CredentialSlot::Attribute(_) => None,
        }
    }

    /// The 64-bit encoding in a slot of an ordered type; `None` if the attribute is absent or of another type.
    pub fn encoding(&self, slot: CredentialSlot) -> Option<u64> {
        let body = &self.body;
        match slot {
            CredentialSlot::IssuedOn => Some(encode_date(body.issued_on)),
            CredentialSlot::ExpiresOn => Some(encode_date(body.expires_on)),
            CredentialSlot::Attribute(number) => body.values.get(number)?.as_ref()?.encode_u64(),
            CredentialSlot::Schema
            | CredentialSlot::IssuerKeyHash
            | CredentialSlot::HolderSecret
            | CredentialSlot::StatusIndex => None,
        }
    }
}

/// Hashes chunks of eight attributes, then tag, size, header and chunks.
fn message(class: SizeClass, header: Fr, attributes: &[Fr]) -> Fr {
    let mut chunks = attributes.chunks(8).enumerate().map(|(number, chunk)| {
        let mut inputs = [ABSENT; 10];
        inputs[0] = tag::ATTRIBUTES;
        inputs[1] = Fr::from(number as u64);
        inputs[2..2 + chunk.len()].copy_from_slice(chunk);
        poseidon::hash(&inputs)
    });
    let mut next = || chunks.next().unwrap_or(ABSENT);
    let size = Fr::from(class.slots() as u64);
    let tag = tag::CREDENTIAL;
    match class {
        SizeClass::Eight => poseidon::hash(&[tag, size, header, next()]),
        SizeClass::Sixteen => poseidon::hash(&[tag, size, header, next(), next()]),
        SizeClass::ThirtyTwo => {
            poseidon::hash(&[tag, size, header, next(), next(), next(), next()])
        }
    }
}

/// Says the schema only: values, holder and signature are private.
impl fmt::Debug for UnsignedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnsignedCredential({})", self.schema.id())
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Credential({} by {})",
            self.body.schema.id(),
            self.issuer
        )
    }
}
