//! The sums of verifiers against arkworks'.

use super::sums::adversarial::Cases;
use super::*;
use crate::field::TowerField;
use crate::straus::{Kept, Sum, sums_vartime};

/// Several sums at once, over points of which the first `kept` are kept.
fn check<F: TowerField<Ark = Fq>>(points: &[Affine<g1::Config>], scalars: &[Fr], kept: usize) {
    let (first, others) = points.split_at(kept);
    let (of_first, of_others) = scalars.split_at(kept);
    let (all, more) = (Kept::<F>::new(first), Kept::<F>::new(points));
    let terms = || others.iter().copied().zip(of_others.iter().copied());
    let fewer = &of_first[..kept / 2];
    let sums = [
        Sum {
            kept: vec![(&all, of_first)],
            terms: terms().collect(),
        },
        Sum::of([]),
        Sum::of(terms().map(|(point, scalar)| (point, -scalar))),
        Sum {
            kept: vec![(&all, fewer), (&more, scalars)],
            terms: terms().chain(terms()).collect(),
        },
        Sum {
            kept: vec![(&all, scalars)],
            terms: Vec::new(),
        },
    ];
    let msm = Projective::<g1::Config>::msm_unchecked;
    let (of_all, rest) = (msm(first, of_first), msm(others, of_others));
    let expected = [
        of_all + rest,
        Projective::ZERO,
        -rest,
        msm(first, fewer) + of_all + rest + rest + rest,
        of_all,
    ];
    assert_eq!(sums_vartime(&sums), expected, "{} points", points.len());
}

fn cases<F: TowerField<Ark = Fq>>(count: usize, bits: u32, seed: u64) {
    let cases = Cases::<g1::Config>::new(bits, seed).take(count);
    for (case, (points, scalars)) in cases.enumerate() {
        check::<F>(&points, &scalars, case % (points.len() + 1));
    }
}

#[test]
fn native() {
    cases::<Native<Fq>>(400, 4, 1);
    // As many points as go into buckets, and more.
    cases::<Native<Fq>>(40, 7, 2);
}

#[test]
fn limbs() {
    cases::<Limbs<Fq>>(600, 4, 3);
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn at_length() {
    cases::<Native<Fq>>(30_000, 4, 4);
    cases::<Limbs<Fq>>(30_000, 4, 5);
}

#[test]
fn a_sum_that_meets_a_point_twice_is_done_again() {
    let g = Projective::<g1::Config>::generator();
    let points = Projective::normalize_batch(&[g, -g, g.double(), Projective::ZERO]);
    let one = Fr::ONE;
    let cases: &[(&[usize], Projective<g1::Config>)] = &[
        (&[0, 0], g.double()),
        (&[0, 1], Projective::ZERO),
        (&[0, 1, 2], g.double()),
        (&[2, 0, 0], g.double().double()),
        (&[3, 0], g),
        (&[3], Projective::ZERO),
    ];
    for (places, expected) in cases {
        let sum = Sum::<Limbs<Fq>>::of(places.iter().map(|place| (points[*place], one)));
        assert_eq!(sums_vartime(&[sum]), [*expected], "{places:?}");
    }
}

#[test]
fn digits_of_every_kind() {
    let g = Affine::<g1::Config>::generator();
    let kept = [g, -g];
    // Around each power of two digits run into one another, and r − 1 has the highest.
    let powers = (0..254).map(|power| Fr::from(2).pow([power]));
    let scalars: Vec<Fr> = powers
        .flat_map(|power| [power, power + Fr::ONE, power - Fr::ONE, -power])
        .collect();
    for scalar in scalars {
        for places in [0, 1, 2] {
            check::<Limbs<Fq>>(&kept, &[scalar, scalar.double()], places);
        }
    }
}
