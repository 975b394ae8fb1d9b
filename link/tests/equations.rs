//! A second verifier, written from `docs/protocol/linked-groth16.md` sections 3 to 5 alone: byte
//! layout and equations must be what the page says, one by one and unmerged.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, pairing::Pairing};
use ark_ff::PrimeField;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use glimpse_link::{Context, Slot, show, verify};
use sha2::{Digest, Sha256, Sha512};
use toy::{Circuit, hidden, prepare, public, rng, statement};

fn item(hash: &mut Sha512, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

fn hash_context(context: &[u8]) -> [u8; 64] {
    let mut hash = Sha512::new();
    item(&mut hash, b"glimpse/v1/linked-groth16/context");
    item(&mut hash, context);
    hash.finalize().into()
}

fn challenge(
    members: &[(&Circuit, Vec<Slot>)],
    variables: u64,
    context: &[u8],
    shown: &[u8],
) -> Fr {
    let mut hash = Sha512::new();
    item(&mut hash, b"glimpse/v1/linked-groth16");
    item(&mut hash, &[1, 0, 0, 0]);
    item(&mut hash, &hash_context(context));
    item(&mut hash, &variables.to_le_bytes());
    item(&mut hash, &(members.len() as u64).to_le_bytes());
    for (circuit, slots) in members {
        item(&mut hash, &Sha256::digest(circuit.key.to_bytes()));
        item(&mut hash, &(slots.len() as u64).to_le_bytes());
        for slot in slots {
            let mut bytes = Vec::new();
            match slot {
                Slot::Public(value) => {
                    bytes.push(0);
                    value.serialize_compressed(&mut bytes).unwrap();
                }
                Slot::Hidden(variable) => {
                    bytes.push(1);
                    bytes.extend(variable.number().to_le_bytes());
                }
            }
            item(&mut hash, &bytes);
        }
    }
    for shown in shown.chunks(192) {
        item(&mut hash, shown);
    }
    Fr::from_le_bytes_mod_order(&hash.finalize())
}

/// Checks the two equations of each member, and says which hold.
fn equations(
    members: &[(&Circuit, Vec<Slot>)],
    variables: usize,
    context: &[u8],
    bytes: &[u8],
) -> Vec<(bool, bool)> {
    let (points, scalars) = bytes.split_at(192 * members.len());
    let scalars: Vec<Fr> = scalars
        .chunks(32)
        .map(|bytes| Fr::deserialize_compressed(bytes).unwrap())
        .collect();
    let (blinders, responses) = scalars.split_at(members.len());
    assert_eq!(responses.len(), variables);
    let c = challenge(members, variables as u64, context, points);

    let mut verdicts = Vec::new();
    for (((circuit, slots), shown), s_z) in members.iter().zip(points.chunks(192)).zip(blinders) {
        let g1 = |at: usize| G1Affine::deserialize_compressed(&shown[at..at + 32]).unwrap();
        let (a, c2, u, t) = (g1(0), g1(96), g1(128), g1(160));
        let b = G2Affine::deserialize_compressed(&shown[32..96]).unwrap();
        let vk = &circuit.proving.vk;
        let mut opened: G1Projective = circuit.proving.delta_g1 * s_z;
        let mut public = vk.gamma_abc_g1[0] + u;
        for (slot, ic) in slots.iter().zip(&vk.gamma_abc_g1[1..]) {
            match slot {
                Slot::Public(value) => public += *ic * value,
                Slot::Hidden(variable) => {
                    opened += *ic * responses[usize::from(variable.number())];
                }
            }
        }
        let pairing = Bn254::pairing(vk.alpha_g1, vk.beta_g2)
            + Bn254::pairing(public, G2Affine::generator())
            + Bn254::pairing(c2, vk.delta_g2);
        verdicts.push((opened == u * c + t, Bn254::pairing(a, b) == pairing));
    }
    verdicts
}

#[test]
fn shows_satisfy_the_equations_of_the_page() {
    let (left, right) = (Circuit::new(4, 1), Circuit::new(2, 2));
    let members = [
        (&left, vec![public(7), hidden(0), hidden(1), hidden(0)]),
        (&right, vec![hidden(1), public(0)]),
        (&right, vec![public(1), public(2)]),
    ];
    let values = [-Fr::from(3), Fr::from(12)];
    let statement = statement(&members);
    let proof = show(
        &statement,
        &prepare(&members, &values),
        &values,
        &Context::new(b"request"),
        &mut rng(1),
    )
    .unwrap();
    let verdicts = equations(&members, 2, b"request", &proof.to_bytes());
    assert_eq!(verdicts, [(true, true); 3]);
    // In another context only the openings fail: the proofs themselves are not bound to it.
    let verdicts = equations(&members, 2, b"reques", &proof.to_bytes());
    assert_eq!(verdicts, [(false, true); 3]);
}

/// A proof for other values fails in its pairing alone, a wrong link in openings alone: so the
/// merged verifier refuses each for its own reason.
#[test]
fn each_equation_alone_is_refused_by_the_merged_verifier() {
    let circuit = Circuit::new(2, 1);
    let members = [(&circuit, vec![public(7), hidden(0)])];
    let statement = statement(&members);
    let context = Context::new(b"request");
    let values = [Fr::from(5)];

    let other = circuit.prove(&[Fr::from(7), Fr::from(6)], 1);
    let proof = show(&statement, &[other], &values, &context, &mut rng(1)).unwrap();
    let verdicts = equations(&members, 1, b"request", &proof.to_bytes());
    assert_eq!(verdicts, [(true, false)]);
    assert!(verify(&statement, &proof, &context, &mut rng(2)).is_err());

    let proofs = prepare(&members, &values);
    let proof = show(&statement, &proofs, &values, &context, &mut rng(1)).unwrap();
    let mut bytes = proof.to_bytes();
    let response = Fr::deserialize_compressed(&bytes[224..]).unwrap() + Fr::from(1);
    response.serialize_compressed(&mut bytes[224..]).unwrap();
    let verdicts = equations(&members, 1, b"request", &bytes);
    assert_eq!(verdicts, [(false, true)]);
    let proof = glimpse_link::LinkedProof::from_bytes(&bytes, 1, 1).unwrap();
    assert!(verify(&statement, &proof, &context, &mut rng(2)).is_err());
}

/// A forger who knew that both equations of a proof had one weight could let their errors cancel:
/// A = α₁, B = β₂, U = u·δ₁ leave the public part L over, and T = t·δ₁ − L takes it away again.
#[test]
fn opening_and_pairing_errors_do_not_cancel() {
    let circuit = Circuit::new(2, 1);
    let members = [(&circuit, vec![public(5), public(6)])];
    let statement = statement(&members);
    let (vk, delta) = (&circuit.proving.vk, circuit.proving.delta_g1);
    let ic = &vk.gamma_abc_g1;
    let public_part = ic[0] + ic[1] * Fr::from(5) + ic[2] * Fr::from(6);
    let (t, u, shift) = (Fr::from(2), Fr::from(3), Fr::from(4));

    let mut bytes = Vec::new();
    let g1 = |bytes: &mut Vec<u8>, point: G1Projective| {
        G1Affine::from(point).serialize_compressed(bytes).unwrap();
    };
    g1(&mut bytes, vk.alpha_g1.into());
    vk.beta_g2.serialize_compressed(&mut bytes).unwrap();
    g1(&mut bytes, G1Affine::generator() * shift);
    g1(&mut bytes, delta * u);
    g1(&mut bytes, delta * t - public_part);
    let c = challenge(&members, 0, b"request", &bytes);
    // With one weight: s·δ₁ − T − c·U − L − U − shift·δ₁ = 0.
    let response = t + (c + Fr::from(1)) * u + shift;
    assert_eq!(
        delta * (response - shift),
        delta * t - public_part + delta * u * (c + Fr::from(1)) + public_part
    );
    response.serialize_compressed(&mut bytes).unwrap();

    let proof = glimpse_link::LinkedProof::from_bytes(&bytes, 1, 0).unwrap();
    let context = Context::new(b"request");
    assert!(verify(&statement, &proof, &context, &mut rng(1)).is_err());
}
