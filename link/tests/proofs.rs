//! A plain proof is checked by whoever made it: what passes, and each way to fail.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use ark_groth16::Groth16;
use glimpse_link::{Proof, VerifyingKey};
use toy::{Circuit, Toy, rng};

const VALUES: [u64; 3] = [3, 5, 7];

struct Made {
    circuit: Circuit,
    values: Vec<Fr>,
    a: G1Affine,
    b: G2Affine,
    c: G1Affine,
}

impl Made {
    fn new() -> Self {
        let circuit = Circuit::new(VALUES.len(), 1);
        let values: Vec<Fr> = VALUES.map(Fr::from).to_vec();
        let toy = Toy {
            inputs: values.iter().copied().map(Some).collect(),
            witness: Some(Fr::ONE),
        };
        let proof = Groth16::<ark_bn254::Bn254>::create_random_proof_with_reduction(
            toy,
            &circuit.proving,
            &mut rng(2),
        )
        .unwrap();
        Self {
            circuit,
            values,
            a: proof.a,
            b: proof.b,
            c: proof.c,
        }
    }

    fn proves(&self) -> bool {
        Proof::new(self.a, self.b, self.c).proves(&self.circuit.key, &self.values)
    }
}

#[test]
fn a_proof_proves_its_values_under_its_key_only() {
    let mut made = Made::new();
    assert!(made.proves());
    for slot in 0..VALUES.len() {
        made.values[slot] += Fr::ONE;
        assert!(!made.proves(), "slot {slot}");
        made.values[slot] -= Fr::ONE;
    }
    for length in [0, 2] {
        let proof = Proof::new(made.a, made.b, made.c);
        assert!(!proof.proves(&made.circuit.key, &made.values[..length]));
    }
    made.values.push(Fr::ONE);
    assert!(!made.proves());
    made.values.pop();
    made.circuit.key = Circuit::new(VALUES.len(), 2).key;
    assert!(!made.proves());
}

#[test]
fn every_element_is_checked() {
    let spoils: [fn(&mut Made); 7] = [
        |made| made.a = (made.a + G1Affine::generator()).into_affine(),
        |made| made.b = (made.b + G2Affine::generator()).into_affine(),
        |made| made.c = (made.c + G1Affine::generator()).into_affine(),
        |made| made.a = G1Affine::identity(),
        |made| made.b = G2Affine::identity(),
        |made| made.c = G1Affine::identity(),
        |made| made.a.x += ark_bn254::Fq::ONE,
    ];
    for (number, spoil) in spoils.into_iter().enumerate() {
        let mut made = Made::new();
        spoil(&mut made);
        assert!(!made.proves(), "spoil {number}");
    }
}

/// With A = 0 or B = 0 the equation can be met by a C of the key's maker, who knows the trapdoors;
/// such a proof would be recognised wherever it is shown.
#[test]
fn the_identity_is_refused_though_the_equation_holds() {
    let scalar = |k: u64| Fr::from(k);
    let g1 = |k: Fr| (G1Affine::generator() * k).into_affine();
    let g2 = |k: Fr| (G2Affine::generator() * k).into_affine();
    let [alpha, beta, delta] = [2, 3, 4].map(scalar);
    let ic = [7, 8, 9].map(|k| g1(scalar(k))).to_vec();
    let key = VerifyingKey::from_parts(g1(alpha), g2(beta), g1(delta), g2(delta), ic).unwrap();
    let values = [5, 6].map(scalar);
    // a·b = α·β + IC(x) + c·δ with IC(x) = 7 + 8·5 + 9·6.
    let target = alpha * beta + scalar(7 + 40 + 54);
    let proves = |a: Fr, b: Fr| {
        let c = (a * b - target) / delta;
        Proof::new(g1(a), g2(b), g1(c)).proves(&key, &values)
    };
    assert!(proves(scalar(10), scalar(11)));
    assert!(!proves(Fr::ZERO, scalar(11)));
    assert!(!proves(scalar(10), Fr::ZERO));
    assert!(!proves(target, Fr::ONE), "C is the identity");
}

#[test]
fn a_part_of_b_outside_of_the_subgroup_is_refused() {
    let mut made = Made::new();
    let stray = (1_u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    // A multiple by the group order leaves nothing inside of the subgroup.
    let outside = stray.mul_bigint(Fr::MODULUS);
    made.b = (made.b + outside).into_affine();
    assert!(made.b.is_on_curve());
    assert!(!made.proves());
}
