use super::*;
use glimpse_primitives::eddsa::SigningKey;

fn sample<const N: usize>() -> (CredentialInputs<N>, CredentialWitness) {
    let key = SigningKey::from_seed([9; 32]);
    let public = key.verifying_key();
    let inputs = CredentialInputs {
        schema: Fr::from(11u64),
        issuer_key_hash: native::hash(&[tag::ISSUER_KEY, public.x(), public.y()]),
        sk: Fr::from(12u64),
        status_index: Fr::from(13u64),
        issued_on: Fr::from(14u64),
        expires_on: Fr::from(15u64),
        attributes: core::array::from_fn(|i| Fr::from(100 + i as u64)),
    };
    let signature = key.sign(inputs.message());
    (inputs, CredentialWitness::new(&public, &signature))
}

fn honest<const N: usize>() {
    let (inputs, witness) = sample::<N>();
    assert_eq!(check(&inputs, &witness), Ok(()));
    let system = CredentialCircuit::new(inputs, witness).synthesize(true);
    println!("{N}: {} rows", system.row_count());
    assert_eq!(system.broken_rows(), Vec::<&str>::new());
}
#[test]
fn honest_statements_hold() {
    honest::<8>();
    honest::<16>();
    honest::<32>();
}
