//! Constraints and plain relation, side by side.

use super::*;

/// Credentials of random content, whole or with one thing wrong; both relations must agree.
fn agree(seed: [u8; 32], values: &[Fr], defect: u8, rows: &[crate::Row]) {
    let key = SigningKey::from_seed(seed);
    let mut inputs: Inputs = inputs(&key.verifying_key().point());
    inputs.schema = values[0];
    inputs.sk = values[1];
    inputs.attributes.copy_from_slice(&values[2..10]);
    let signature = key.sign(inputs.message());
    let mut witness = CredentialWitness::new(&key.verifying_key(), &signature);
    match defect {
        0 => inputs.sk += Fr::ONE,
        1 => inputs.attributes[3] -= Fr::ONE,
        2 => witness.signed.s += Fl::ONE,
        3 => witness.signed.r8 = (witness.signed.r8 + BASE8).into_affine(),
        4 => witness.signed.key = (witness.signed.key + BASE8).into_affine(),
        5 => witness.signed.r8 = -witness.signed.r8,
        6 => inputs.issuer_key_hash += Fr::ONE,
        _ => {}
    }
    let system = CredentialCircuit::new(inputs.clone(), witness).synthesize(false);
    let broken = broken(rows, system.assignment());
    assert_eq!(broken.is_empty(), check(&inputs, &witness).is_ok());
    assert_eq!(broken.is_empty(), defect > 6);
}

fn agreement(cases: u32) {
    let rows = CredentialCircuit::<8>::blank()
        .synthesize(true)
        .rows()
        .to_vec();
    let values = proptest::collection::vec(boundary_element(), 10);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(cases));
    let strategy = (any::<[u8; 32]>(), values, 0u8..14);
    runner
        .run(&strategy, |(seed, values, defect)| {
            agree(seed, &values, defect, &rows);
            Ok(())
        })
        .unwrap();
}

#[test]
fn constraints_agree_with_the_relation() {
    agreement(200);
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn constraints_agree_with_the_relation_in_ten_thousand_cases() {
    agreement(10_000);
}
