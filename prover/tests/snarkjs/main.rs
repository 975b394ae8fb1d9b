//! Keys, witnesses and constraints that snarkjs and circom wrote, and what they make of ours.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

#[path = "../support/circuits.rs"]
mod circuits;
mod program;
#[path = "../support/mod.rs"]
mod support;
mod zkey;

use std::{fs, path::Path};

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, PrimeField};
use ark_groth16::{Groth16, prepare_verifying_key};
use circuits::statement;
use glimpse_link::Proof;
use glimpse_protocol::circuit::CircuitId;
use glimpse_prover::{
    qap::CircomReduction,
    snarkjs::{R1cs, Witness, Zkey, ZkeyError, proof_json, public_json},
};
use program::Snarkjs;
use serde_json::Value;
use support::{FailingRng, rng};

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/snarkjs");
    fs::read(folder.join(name)).unwrap()
}

fn key() -> Zkey {
    Zkey::from_bytes(&fixture("cubes.zkey")).unwrap()
}

fn witness() -> Witness {
    Witness::from_bytes(&fixture("cubes.wtns")).unwrap()
}

/// What snarkjs exported in JSON, read without any of our readers.
struct Exported(Value);

impl Exported {
    fn new() -> Self {
        Self(serde_json::from_slice(&fixture("cubes.json")).unwrap())
    }

    fn number<F: PrimeField>(value: &Value) -> F {
        F::from_str(value.as_str().unwrap()).ok().unwrap()
    }

    fn g1(value: &Value) -> G1Affine {
        G1Affine::new(Self::number(&value[0]), Self::number(&value[1]))
    }

    fn g2(value: &Value) -> G2Affine {
        let pair =
            |value: &Value| Fq2::new(Self::number::<Fq>(&value[0]), Self::number::<Fq>(&value[1]));
        G2Affine::new(pair(&value[0]), pair(&value[1]))
    }

    fn verifying_key(&self) -> ark_groth16::VerifyingKey<Bn254> {
        let key = &self.0["verificationKey"];
        ark_groth16::VerifyingKey {
            alpha_g1: Self::g1(&key["vk_alpha_1"]),
            beta_g2: Self::g2(&key["vk_beta_2"]),
            gamma_g2: Self::g2(&key["vk_gamma_2"]),
            delta_g2: Self::g2(&key["vk_delta_2"]),
            gamma_abc_g1: key["IC"].as_array().unwrap().iter().map(Self::g1).collect(),
        }
    }

    fn proof(&self) -> Proof {
        let proof = &self.0["proof"];
        Proof::new(
            Self::g1(&proof["pi_a"]),
            Self::g2(&proof["pi_b"]),
            Self::g1(&proof["pi_c"]),
        )
    }

    fn inputs(&self) -> Vec<Fr> {
        let inputs = self.0["publicSignals"].as_array().unwrap();
        inputs.iter().map(Self::number).collect()
    }
}

fn verified_by_ark(proof: &Proof, inputs: &[Fr]) -> bool {
    let key = prepare_verifying_key(&Exported::new().verifying_key());
    let (a, b, c) = proof.points();
    let proof = ark_groth16::Proof {
        a: *a,
        b: *b,
        c: *c,
    };
    Groth16::<Bn254, CircomReduction>::verify_proof(&key, &proof, inputs).unwrap()
}

#[test]
fn proof_with_a_key_of_snarkjs_is_valid() {
    let (key, witness, exported) = (key(), witness(), Exported::new());
    let inputs = exported.inputs();
    assert_eq!(key.public(), 2);
    assert_eq!(key.constraints(), 9);
    assert_eq!(inputs, witness.values()[1..=key.public()]);

    let proof = key.prove(&witness, &mut rng(1)).unwrap();
    assert!(verified_by_ark(&proof, &inputs));
    assert!(proof.proves(key.verifying_key(), &inputs));
    let other = [inputs[0], inputs[1] + Fr::from(1)];
    assert!(!verified_by_ark(&proof, &other));
    assert!(!proof.proves(key.verifying_key(), &other));

    assert!(exported.proof().proves(key.verifying_key(), &inputs));
}

#[test]
fn proofs_are_blinded() {
    let (key, witness) = (key(), witness());
    let proofs = [1, 2].map(|seed| key.prove(&witness, &mut rng(seed)).unwrap());
    let [(a, b, c), (other_a, other_b, other_c)] = [0, 1].map(|i| proofs[i].points());
    assert!(a != other_a && b != other_b && c != other_c);
    for bytes in [0, 64] {
        let result = key.prove(&witness, &mut FailingRng(bytes));
        assert_eq!(result.unwrap_err(), ZkeyError::Randomness, "{bytes}");
    }
}

#[test]
fn false_witness_gives_an_invalid_proof() {
    let mut bytes = fixture("cubes.wtns");
    // The lowest byte of the last wire.
    let place = bytes.len() - 32;
    bytes[place] ^= 1;
    let wrong = Witness::from_bytes(&bytes).unwrap();
    let r1cs = R1cs::from_bytes(&fixture("cubes.r1cs")).unwrap();
    assert_eq!(r1cs.broken_by(&witness()), None);
    assert!(r1cs.broken_by(&wrong).is_some());

    let proof = key().prove(&wrong, &mut rng(1)).unwrap();
    assert!(!verified_by_ark(&proof, &wrong.values()[1..3]));
}

#[test]
fn witness_of_another_circuit_is_refused() {
    let system = statement(CircuitId::Range);
    let witness = Witness::of(&system);
    let (expected, found) = (key().wires(), system.assignment().len());
    let result = key().prove(&witness, &mut rng(1));
    assert_eq!(result.unwrap_err(), ZkeyError::Wires { expected, found });
    let r1cs = R1cs::from_bytes(&fixture("cubes.r1cs")).unwrap();
    assert!(r1cs.broken_by(&witness).is_some());
}

#[test]
fn files_of_circom_are_written_again_byte_by_byte() {
    let r1cs = R1cs::from_bytes(&fixture("cubes.r1cs")).unwrap();
    assert_eq!((r1cs.wires(), r1cs.public()), (11, 2));
    assert_eq!(r1cs.constraints().len(), 9);
    assert!(r1cs.to_bytes() == fixture("cubes.r1cs"));
    assert!(*witness().to_bytes() == fixture("cubes.wtns"));
}

#[test]
fn own_circuits_survive_their_files() {
    for circuit in CircuitId::ALL {
        let system = statement(circuit);
        let (r1cs, witness) = (R1cs::of(&system), Witness::of(&system));
        assert_eq!(r1cs.constraints().len(), system.row_count());
        assert_eq!(r1cs.public(), system.slot_count());
        assert_eq!(r1cs.broken_by(&witness), None);
        assert!(R1cs::from_bytes(&r1cs.to_bytes()).unwrap() == r1cs);
        assert!(Witness::from_bytes(&witness.to_bytes()).unwrap() == witness);
    }
}

#[test]
fn json_is_what_snarkjs_writes() {
    let exported = Exported::new();
    let proof: Value = serde_json::from_str(&proof_json(&exported.proof())).unwrap();
    assert_eq!(proof, exported.0["proof"]);
    let inputs: Value = serde_json::from_str(&public_json(&exported.inputs())).unwrap();
    assert_eq!(inputs, exported.0["publicSignals"]);
    // A zero has its digit.
    assert_eq!(public_json(&[Fr::ZERO]), r#"["0"]"#);
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn snarkjs_accepts_our_proof_and_refuses_it_for_other_inputs() {
    let snarkjs = Snarkjs::new("snarkjs-proof");
    let (witness, exported) = (witness(), Exported::new());
    let proof = key().prove(&witness, &mut rng(1)).unwrap();
    snarkjs.write(
        "key.json",
        exported.0["verificationKey"].to_string().as_bytes(),
    );
    snarkjs.write("proof.json", proof_json(&proof).as_bytes());
    let mut inputs = exported.inputs();
    snarkjs.write("public.json", public_json(&inputs).as_bytes());
    assert!(
        snarkjs
            .run("groth16 verify key.json public.json proof.json")
            .is_some()
    );
    inputs[0] += Fr::from(1);
    snarkjs.write("public.json", public_json(&inputs).as_bytes());
    assert!(
        snarkjs
            .run("groth16 verify key.json public.json proof.json")
            .is_none()
    );
}

/// Set-up by snarkjs, of our circuit, witness by our circuit, proof by our prover, verification by snarkjs.
#[test]
#[ignore = "slow: cargo xtask test --all"]
fn our_range_circuit_is_proved_with_a_key_of_snarkjs() {
    let snarkjs = Snarkjs::new("snarkjs-range");
    let system = statement(CircuitId::Range);
    let (r1cs, witness) = (R1cs::of(&system), Witness::of(&system));
    snarkjs.write("range.r1cs", &r1cs.to_bytes());
    for command in [
        "powersoftau new bn128 8 0.ptau",
        "powersoftau contribute 0.ptau 1.ptau -e=range",
        "powersoftau prepare phase2 1.ptau 2.ptau",
        "groth16 setup range.r1cs 2.ptau 0.zkey",
        "zkey contribute 0.zkey 1.zkey -e=range",
        "zkey export verificationkey 1.zkey key.json",
    ] {
        assert!(snarkjs.run(command).is_some(), "{command}");
    }
    // Before anybody has contributed, δ is 1 and everybody can forge.
    assert!(Zkey::from_bytes(&fs::read(snarkjs.folder.join("0.zkey")).unwrap()).is_err());
    let key = Zkey::from_bytes(&fs::read(snarkjs.folder.join("1.zkey")).unwrap()).unwrap();
    assert_eq!(key.constraints(), system.row_count());
    let proof = key.prove(&witness, &mut rng(1)).unwrap();
    let inputs = &witness.values()[1..=key.public()];
    assert!(proof.proves(key.verifying_key(), inputs));
    snarkjs.write("proof.json", proof_json(&proof).as_bytes());
    snarkjs.write("public.json", public_json(inputs).as_bytes());
    assert!(
        snarkjs
            .run("groth16 verify key.json public.json proof.json")
            .is_some()
    );
}
