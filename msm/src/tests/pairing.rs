//! Products of pairings and subgroup checks against arkworks'.

use ark_bn254::{Bn254, Fq12, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveConfig};
use ark_ff::Zero;

use super::*;
use crate::field::TowerField;
use crate::pairing::{Lines, Product};

/// The order of the twist over r is 2p − r, of which this is the smallest prime factor.
const SMALL_ORDER: u64 = 10_069;

fn pairs(rng: &mut ChaCha20Rng, count: usize) -> (Vec<G1Affine>, Vec<G2Affine>) {
    let point = |scalar: Fr| (G1Affine::generator() * scalar).into_affine();
    let twisted = |scalar: Fr| (G2Affine::generator() * scalar).into_affine();
    (0..count)
        .map(|_| (point(Fr::rand(rng)), twisted(Fr::rand(rng))))
        .unzip()
}

fn product<F: TowerField<Ark = Fq>>(g1: &[G1Affine], g2: &[G2Affine]) -> Product<F> {
    let lines: Vec<Lines<F>> = g2.iter().map(|q| Lines::new(q).unwrap()).collect();
    let pairs: Vec<_> = g1.iter().copied().zip(&lines).collect();
    Product::of(&pairs)
}

/// What ours is, the power of arkworks' that both final exponentiations have in common being the same.
fn agrees<F: TowerField<Ark = Fq>>(g1: &[G1Affine], g2: &[G2Affine]) {
    let expected: Fq12 = Bn254::multi_pairing(g1, g2).0;
    let product = product::<F>(g1, g2);
    assert_eq!(product.value(), Some(expected));
    assert_eq!(product.is_one(), expected == Fq12::ONE);
}

fn products<F: TowerField<Ark = Fq>>() {
    let mut rng = ChaCha20Rng::seed_from_u64(11);
    for count in [0, 1, 2, 3, 33] {
        let (g1, g2) = pairs(&mut rng, count);
        agrees::<F>(&g1, &g2);
    }
    // An identity among the points, and pairs that cancel.
    let (mut g1, mut g2) = pairs(&mut rng, 2);
    g1[1] = G1Affine::identity();
    agrees::<F>(&g1, &g2);
    agrees::<F>(&g1[1..], &g2[1..]);
    g1[1] = (-(g1[0] * Fr::from(6))).into_affine();
    g2[1] = (g2[0] * Fr::from(6).inverse().unwrap()).into_affine();
    agrees::<F>(&g1, &g2);
    assert!(product::<F>(&g1, &g2).is_one());
    let (first, second) = (
        product::<F>(&g1[..1], &g2[..1]),
        product::<F>(&g1[1..], &g2[1..]),
    );
    assert!(!first.is_one());
    assert!(first.times(&second).is_one());
    // A point of the plane that is not on the curve, of which nothing can be said.
    g1[0] = G1Affine::new_unchecked(5.into(), Fq::ZERO);
    let off = product::<F>(&g1, &g2);
    assert_eq!(off.value(), None);
    assert!(!off.is_one());
    // The generators, whose coordinates are small.
    agrees::<F>(&[G1Affine::generator()], &[G2Affine::generator()]);
    agrees::<F>(&[-G1Affine::generator()], &[-G2Affine::generator()]);
}

#[test]
fn products_are_those_of_arkworks() {
    products::<Native<Fq>>();
    products::<Limbs<Fq>>();
}

/// A point of the twist, most likely outside of 𝔾₂.
fn on_twist(rng: &mut ChaCha20Rng) -> G2Affine {
    loop {
        let found =
            G2Affine::get_point_from_x_unchecked(Fq2::rand(rng), rng.next_u32().is_multiple_of(2));
        if let Some(point) = found {
            return point;
        }
    }
}

fn membership<F: TowerField<Ark = Fq>>() {
    let mut rng = ChaCha20Rng::seed_from_u64(12);
    let accepted = |point: &G2Affine| Lines::<F>::new(point).is_some();
    assert!(!accepted(&G2Affine::identity()));

    // (2p − r)·r / SMALL_ORDER, by which a point of the twist has small order.
    let cofactor = num_by_small(g2::Config::COFACTOR);
    for _ in 0..20 {
        let member = (G2Affine::generator() * Fr::rand(&mut rng)).into_affine();
        assert!(accepted(&member));
        assert!(accepted(&-member));
        let outside = on_twist(&mut rng);
        assert!(!outside.is_in_correct_subgroup_assuming_on_curve());
        assert!(!accepted(&outside));

        let small = outside.mul_bigint(&cofactor).mul_bigint(Fr::MODULUS);
        assert!(small.mul_bigint([SMALL_ORDER]).is_zero());
        if small.is_zero() {
            continue;
        }
        for times in 1..40u64 {
            assert!(!accepted(&small.mul_bigint([times]).into_affine()));
        }
        assert!(!accepted(&(small + member).into_affine()));
    }
}

/// `limbs` / [`SMALL_ORDER`].
fn num_by_small(limbs: &[u64]) -> Vec<u64> {
    let mut rest = 0;
    let mut quotient: Vec<u64> = limbs.to_vec();
    for limb in quotient.iter_mut().rev() {
        let value = u128::from(rest) << 64 | u128::from(*limb);
        *limb = (value / u128::from(SMALL_ORDER)) as u64;
        rest = (value % u128::from(SMALL_ORDER)) as u64;
    }
    assert_eq!(rest, 0);
    quotient
}

#[test]
fn only_members_of_the_group_have_lines() {
    membership::<Native<Fq>>();
    membership::<Limbs<Fq>>();
}
