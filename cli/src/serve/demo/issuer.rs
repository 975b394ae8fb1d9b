//! A demonstration issuer: its schema, its keys, and the signing of what a form said.

use std::path::Path;

use anyhow::Context as _;
use glimpse_link::{
    Context as Bound, DecodeError, LinkedProof, Member, Rejected, Slot, Statement, Variable,
};
use glimpse_primitives::eddsa;
use glimpse_protocol::{
    CodecError,
    circuit::CircuitId,
    credential::{StatusIndex, UnsignedCredential, UnsignedCredentialError},
    enrolment::EnrolmentProof,
    manifest::{Display, IssuerManifest, IssuerManifestBody},
    plan::StatementSlot,
    schema::{AttributesError, Schema},
    time::{Date, DateTime, TimeError},
};
use glimpse_verifier::KeySet;
use rand::rngs::OsRng;
use serde_json::Value;

use super::{
    keys,
    words::{self, IssuerWords},
};
use crate::serve::{
    files,
    origin::{Origins, Party},
};

/// How long a credential without an expiry date of its own is valid, in days.
const VALID_FOR: i64 = 365;

/// An issuer with its schema, sample people and keys.
pub struct DemoIssuer {
    /// What it says about itself.
    pub words: &'static IssuerWords,
    /// The one schema that it issues.
    pub schema: Schema,
    /// Made-up people, as attribute objects.
    pub samples: Vec<Value>,
    manifest: IssuerManifest,
    key: eddsa::SigningKey,
}

/// An enrolment whose proof has been checked.
#[derive(Debug)]
pub struct CheckedEnrolment(EnrolmentProof);

impl CheckedEnrolment {
    /// The nonce that the proof answers; whether it is one of ours, and unused, is the store's to say.
    pub fn nonce(&self) -> &[u8] {
        self.0.nonce().as_bytes()
    }
}

/// Why an enrolment is refused.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// Not an enrolment.
    #[error("the enrolment is malformed: {0}")]
    Form(#[from] CodecError),
    /// Made for another issuer.
    #[error("the enrolment was made for another issuer")]
    ForeignIssuer,
    /// Its proof is not one.
    #[error("the enrolment's proof is malformed: {0}")]
    Proof(#[from] DecodeError),
    /// Its proof does not hold.
    #[error("the enrolment does not prove that its holder knows the secret: {0}")]
    Rejected(#[from] Rejected),
    /// The server's keys do not fit the circuit: a fault of ours.
    #[error("the enrolment cannot be checked here")]
    Keys,
}

fn contents(party: Party) -> (&'static str, &'static str) {
    match party {
        Party::University => (
            include_str!("../../../demo/student.schema.json"),
            include_str!("../../../demo/student.samples.json"),
        ),
        Party::Registry | Party::Wallet | Party::Bar | Party::Rental => (
            include_str!("../../../demo/licence.schema.json"),
            include_str!("../../../demo/licence.samples.json"),
        ),
    }
}

impl DemoIssuer {
    /// Opens the issuer in `folder`: makes its keys if there are none, and signs its manifest anew.
    pub fn open(
        folder: &Path,
        party: Party,
        origins: &Origins,
        now: DateTime,
    ) -> anyhow::Result<Self> {
        files::make_private_folder(folder)?;
        let (schema, samples) = contents(party);
        let schema = Schema::parse(schema.as_bytes()).context("the schema is refused")?;
        let samples = serde_json::from_str(samples)?;
        let identity = keys::identity(&folder.join("identity.seed"))?;
        let key = eddsa::SigningKey::from_seed(*keys::seed(&folder.join("credentials.seed"))?);
        let words = words::issuer(party);
        let body = IssuerManifestBody {
            name: party.name().to_owned(),
            credential_key: key.verifying_key(),
            schemas: vec![schema.clone()],
            url: Some(origins.url(party)),
            display: Some(Display {
                background: words.background_colour.to_owned(),
                foreground: words.text_colour.to_owned(),
                mark: words.mark.to_owned(),
            }),
            issued_at: now,
        };
        let manifest = IssuerManifest::sign(body, &identity)?;
        Ok(Self {
            words,
            schema,
            samples,
            manifest,
            key,
        })
    }

    /// What the issuer says of itself, signed.
    pub const fn manifest(&self) -> &IssuerManifest {
        &self.manifest
    }

    /// The credential configuration, which is named like the schema.
    pub fn configuration(&self) -> &str {
        self.schema.id().as_str()
    }

    /// Whether a form's values fit the schema.
    pub fn check_attributes(&self, attributes: &Value) -> Result<(), AttributesError> {
        self.schema
            .read_attributes(attributes.to_string().as_bytes())
            .map(drop)
    }

    /// Checks an enrolment's proof. Cheap refusals come before the pairing.
    pub fn check_enrolment(
        &self,
        bytes: &[u8],
        keys: &KeySet,
    ) -> Result<CheckedEnrolment, EnrolmentError> {
        let enrolment = EnrolmentProof::from_bytes(bytes)?;
        if enrolment.issuer() != self.manifest.id() {
            return Err(EnrolmentError::ForeignIssuer);
        }
        let key = keys.get(CircuitId::Enrolment).ok_or(EnrolmentError::Keys)?;
        let slots = EnrolmentProof::statement(self.manifest.issuer_key_hash(), enrolment.holder());
        let slots = slots.into_iter().map(|slot| match slot {
            StatementSlot::Public(value) => Slot::Public(value),
            StatementSlot::Hidden(variable) => Slot::Hidden(Variable::new(variable)),
        });
        let statement = Statement::new(vec![Member {
            key,
            slots: slots.collect(),
        }])
        .map_err(|_| EnrolmentError::Keys)?;
        let proof = LinkedProof::from_bytes(enrolment.proof(), 1, statement.variables())?;
        let context = EnrolmentProof::context(enrolment.issuer(), enrolment.nonce());
        glimpse_link::verify(&statement, &proof, &Bound::new(&context), &mut OsRng)?;
        Ok(CheckedEnrolment(enrolment))
    }

    /// Signs the attributes to the holder of a checked enrolment. The credential lasts as long as the document it
    /// stands for, if that says so.
    pub fn sign(
        &self,
        enrolment: &CheckedEnrolment,
        attributes: &Value,
        index: u32,
        now: DateTime,
    ) -> Result<Value, SigningError> {
        let today = now.date();
        let expires = match attributes.get("expiry_date").and_then(Value::as_str) {
            Some(day) => day.parse::<Date>()?,
            None => today.plus_days(VALID_FOR)?,
        };
        let unsigned = UnsignedCredential::new(
            self.schema.clone(),
            enrolment.0.holder(),
            StatusIndex::new(index),
            // An expired document can still be issued in a demonstration: it must be refused where it is shown.
            today.min(expires),
            expires,
            attributes.to_string().as_bytes(),
        )?;
        Ok(unsigned
            .sign(self.manifest.id().clone(), &self.key)
            .to_json())
    }
}

/// Why nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// A date out of the calendar.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Values that do not fit.
    #[error(transparent)]
    Unsigned(#[from] UnsignedCredentialError),
}
