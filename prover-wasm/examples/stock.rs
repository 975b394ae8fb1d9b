//! A module for benchmarks: our circuits, proved and verified by arkworks' own Groth16 (`cargo xtask bench --browser`).
//!
//! It is no part of what wallets load.

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, PreparedVerifyingKey, ProvingKey, prepare_verifying_key};
use ark_relations::gr1cs::{ConstraintSynthesizer, SynthesisError};
use glimpse_circuits::{
    Circuit, Relation as _,
    credential::{CredentialCircuit, CredentialInputs, CredentialWitness},
    range::RangeInputs,
};
use glimpse_protocol::{
    circuit::CredentialSlot, credential::Credential, holder::HolderSecret,
    manifest::IssuerManifest, value::ABSENT,
};
use rand_core::OsRng;
use wasm_bindgen::prelude::*;

/// Keys of arkworks' generator and what is proved with them.
#[wasm_bindgen]
pub struct Stock {
    credential: Proved<CredentialCircuit<16>>,
    range: Proved<Circuit<RangeInputs>>,
}

struct Proved<C> {
    circuit: C,
    inputs: Vec<Fr>,
    key: ProvingKey<Bn254>,
    verifying_key: PreparedVerifyingKey<Bn254>,
}

#[wasm_bindgen]
impl Stock {
    /// Generates keys; takes some seconds.
    ///
    /// # Errors
    /// Why the card is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(credential: &str, issuer: &str, secret: &[u8]) -> Result<Self, JsError> {
        let issuer = IssuerManifest::parse(issuer.as_bytes())?;
        let secret = HolderSecret::from_bytes(secret.try_into()?)?;
        let holder = secret.holder_id(issuer.issuer_key_hash());
        let credential = Credential::open(credential.as_bytes(), &issuer, holder)?;
        let slot = |slot| credential.slot(slot).unwrap_or(ABSENT);
        let inputs = CredentialInputs {
            schema: slot(CredentialSlot::Schema),
            issuer_key_hash: slot(CredentialSlot::IssuerKeyHash),
            sk: secret.expose(),
            status_index: slot(CredentialSlot::StatusIndex),
            issued_on: slot(CredentialSlot::IssuedOn),
            expires_on: slot(CredentialSlot::ExpiresOn),
            attributes: core::array::from_fn(|number| slot(CredentialSlot::Attribute(number))),
        };
        let witness = CredentialWitness::new(credential.issuer_key(), credential.signature());
        let range = RangeInputs::inside(1990, 0, 2008);
        Ok(Self {
            credential: Proved::new(
                CredentialCircuit::new(inputs.clone(), witness),
                inputs.to_slots(),
            )?,
            range: Proved::new(Circuit::new(range), range.to_slots())?,
        })
    }

    /// Proves and verifies the credential.
    ///
    /// # Errors
    /// If the proof is invalid.
    #[wasm_bindgen(js_name = proveCredential)]
    pub fn prove_credential(&self) -> Result<(), JsError> {
        self.credential.prove()
    }

    /// Proves and verifies a range.
    ///
    /// # Errors
    /// If the proof is invalid.
    #[wasm_bindgen(js_name = proveRange)]
    pub fn prove_range(&self) -> Result<(), JsError> {
        self.range.prove()
    }
}

impl<C: ConstraintSynthesizer<Fr> + Clone> Proved<C> {
    fn new(circuit: C, inputs: Vec<Fr>) -> Result<Self, SynthesisError> {
        let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(
            circuit.clone(),
            &mut OsRng,
        )?;
        let verifying_key = prepare_verifying_key(&key.vk);
        Ok(Self {
            circuit,
            inputs,
            key,
            verifying_key,
        })
    }

    fn prove(&self) -> Result<(), JsError> {
        let proof = Groth16::<Bn254>::create_random_proof_with_reduction(
            self.circuit.clone(),
            &self.key,
            &mut OsRng,
        )?;
        let valid = Groth16::<Bn254>::verify_proof(&self.verifying_key, &proof, &self.inputs)?;
        valid.then_some(()).ok_or(JsError::new("an invalid proof"))
    }
}
