//! Keys that we write, for our prover and for snarkjs.

use std::fs;

use glimpse_circuits::System;
use glimpse_primitives::Fr;
use glimpse_protocol::circuit::CircuitId;
use glimpse_prover::{
    GenerateError,
    snarkjs::{
        Combination, FileError, R1cs, Witness, Zkey, generate_zkey, proof_json, public_json,
    },
};

use crate::{
    circuits::statement,
    fixture,
    program::Snarkjs,
    support::{FailingRng, rng},
    witness,
};

#[test]
fn our_key_for_a_circuit_of_circom_proves() {
    let r1cs = R1cs::from_bytes(&fixture("cubes.r1cs")).unwrap();
    let key = Zkey::from_bytes(&generate_zkey(&r1cs, &mut rng(1)).unwrap()).unwrap();
    assert_eq!((key.wires(), key.public()), (r1cs.wires(), r1cs.public()));
    assert_eq!(key.constraints(), r1cs.constraints().len());
    assert_proves(&key, &witness());
}

#[test]
fn our_key_for_a_circuit_of_ours_proves() {
    let system = statement(CircuitId::Range);
    let file = generate_zkey(&R1cs::of(&system), &mut rng(2)).unwrap();
    assert_proves(&Zkey::from_bytes(&file).unwrap(), &Witness::of(&system));
}

fn assert_proves(key: &Zkey, witness: &Witness) {
    let proof = key.prove(witness, &mut rng(3)).unwrap();
    let mut inputs = witness.values()[1..=key.public()].to_vec();
    assert!(proof.proves(key.verifying_key(), &inputs));
    inputs[0] += Fr::from(1u64);
    assert!(!proof.proves(key.verifying_key(), &inputs));
}

#[test]
fn constraints_over_other_wires_are_refused() {
    let of = |public, wires: [u32; 2]| {
        let sum: Combination = wires.map(|wire| (wire, Fr::from(1u64))).to_vec();
        R1cs::new(3, public, vec![[vec![], sum, vec![]]]).map(drop)
    };
    assert_eq!(of(2, [0, 2]), Ok(()));
    assert_eq!(of(3, [0, 2]), Err(FileError::Count));
    assert_eq!(of(2, [0, 3]), Err(FileError::Wire));
    assert_eq!(of(2, [1, 0]), Err(FileError::Wire));
    assert_eq!(of(2, [1, 1]), Err(FileError::Wire));
}

#[test]
fn key_from_a_failing_generator_is_refused() {
    let r1cs = R1cs::from_bytes(&fixture("cubes.r1cs")).unwrap();
    for bytes in [0, 64, 128, 192] {
        let result = generate_zkey(&r1cs, &mut FailingRng(bytes));
        assert!(matches!(result, Err(GenerateError::Randomness)), "{bytes}");
    }
}

/// Set-up, witness and constraints by us, proof and verification by snarkjs; then the same key and witness in our prover.
#[test]
#[ignore = "slow: cargo xtask test --all"]
fn snarkjs_proves_each_of_our_circuits_with_our_key() {
    for circuit in CircuitId::ALL {
        let system = statement(circuit);
        let snarkjs = Snarkjs::new(&format!("snarkjs-{circuit}"));
        let says = |command: &str| {
            snarkjs
                .run(command)
                .unwrap_or_else(|| panic!("{circuit}: {command}"))
        };
        let r1cs = R1cs::of(&system);
        snarkjs.write("our.r1cs", &r1cs.to_bytes());
        snarkjs.write("our.wtns", &Witness::of(&system).to_bytes());
        assert_counts(&says("r1cs info our.r1cs"), &system);
        says("wtns check our.r1cs our.wtns");

        let file = generate_zkey(&r1cs, &mut rng(4)).unwrap();
        snarkjs.write("our.zkey", &file);
        says("zkey export verificationkey our.zkey key.json");
        says("groth16 prove our.zkey our.wtns proof.json public.json");
        says("groth16 verify key.json public.json proof.json");

        let witness = Witness::of(&system);
        let key = Zkey::from_bytes(&file).unwrap();
        let inputs = public_json(&witness.values()[1..=key.public()]);
        let theirs: serde_json::Value =
            serde_json::from_slice(&fs::read(snarkjs.folder.join("public.json")).unwrap()).unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&inputs).unwrap(),
            theirs
        );
        let proof = key.prove(&witness, &mut rng(5)).unwrap();
        snarkjs.write("proof.json", proof_json(&proof).as_bytes());
        says("groth16 verify key.json public.json proof.json");

        // The last wire, which a constraint of every circuit holds.
        let mut wrong = witness.to_bytes();
        let place = wrong.len() - 32;
        wrong[place] ^= 1;
        snarkjs.write("our.wtns", &wrong);
        let checked = snarkjs.run("wtns check our.r1cs our.wtns");
        assert!(
            checked.is_none_or(|text| text.contains("WITNESS IS NOT CORRECT")),
            "{circuit}"
        );
        says("groth16 prove our.zkey our.wtns proof.json public.json");
        let verified = snarkjs.run("groth16 verify key.json public.json proof.json");
        assert!(verified.is_none(), "{circuit}");
    }
}

fn assert_counts(info: &str, system: &System) {
    for (what, count) in [
        ("Wires", system.assignment().len()),
        ("Constraints", system.row_count()),
        ("Public Inputs", system.slot_count()),
    ] {
        assert!(info.contains(&format!("# of {what}: {count}")), "{what}");
    }
}
