//! Proofs and public inputs in snarkjs's JSON, for its verifier.

use core::fmt::Display;

use ark_bn254::Fr;
use glimpse_link::Proof;

/// The `proof.json` of a proof. It is a proof as its prover has it: to show it to anybody, it must be blinded.
#[must_use]
pub fn proof_json(proof: &Proof) -> String {
    let (a, b, c) = proof.points();
    let [b_x, b_y] = [b.x, b.y].map(|pair| list(&[pair.c0, pair.c1]));
    format!(
        r#"{{"pi_a":{},"pi_b":[{b_x},{b_y},["1","0"]],"pi_c":{},"protocol":"groth16","curve":"bn128"}}"#,
        list(&[a.x, a.y, 1.into()]),
        list(&[c.x, c.y, 1.into()]),
    )
}

/// The `public.json` of these public inputs.
#[must_use]
pub fn public_json(inputs: &[Fr]) -> String {
    list(inputs)
}

fn list(elements: &[impl Display]) -> String {
    let quoted: Vec<String> = elements.iter().map(|x| format!("\"{x}\"")).collect();
    format!("[{}]", quoted.join(","))
}
