//! Multi-scalar multiplications.

pub(super) mod adversarial;

use super::*;
use crate::few::few_over;
use crate::{Group, few_vartime};
use adversarial::Cases;

fn check<F, P>(points: &[Affine<P>], scalars: &[Fr])
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    let expected = Projective::<P>::msm_unchecked(points, scalars);
    let sum = Bases::<F, P>::new(points).msm_vartime(scalars);
    assert_eq!(sum, expected, "{} points", points.len());
}

fn adversarial_cases<F, P>(cases: usize, bits: u32, seed: u64)
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    for (points, scalars) in Cases::<P>::new(bits, seed).take(cases) {
        check::<F, P>(&points, &scalars);
    }
}

/// Several sums over the same points, side by side.
fn few_cases<F, P>(cases: usize, seed: u64)
where
    F: Field<Ark = P::BaseField>,
    P: Group,
{
    for (points, scalars) in Cases::<P>::new(4, seed).take(cases) {
        let all: Vec<_> = scalars.iter().copied().enumerate().collect();
        let opposite: Vec<_> = all
            .iter()
            .map(|(i, k)| (points.len() - 1 - i, -*k))
            .collect();
        let beyond = [&all[..], &[(points.len(), Fr::ONE)]].concat();
        let sums = [&all[..], &[], &opposite, &all[all.len() / 2..], &beyond];
        let found = few_over::<F, P>(&points, &sums);
        for (terms, found) in sums.iter().zip(found) {
            let (places, scalars): (Vec<_>, Vec<_>) = terms.iter().copied().unzip();
            let points: Vec<_> = places
                .iter()
                .filter_map(|i| points.get(*i).copied())
                .collect();
            let expected = Projective::<P>::msm_unchecked(&points, &scalars[..points.len()]);
            assert_eq!(found, expected, "{} points", points.len());
        }
    }
}

fn large<F, P>(sizes: &[usize])
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    for size in sizes {
        let points: Vec<_> = (0..*size).map(|_| Affine::rand(&mut rng)).collect();
        let scalars: Vec<_> = (0..*size).map(|_| Fr::rand(&mut rng)).collect();
        check::<F, P>(&points, &scalars);
        check::<F, P>(&vec![points[0]; *size], &vec![scalars[0]; *size]);
    }
}

/// Cases by which each back end is compared, in the default tier and in the slow one.
macro_rules! backend {
    ($name:ident, $g1:ty, $g2:ty, $few:literal) => {
        mod $name {
            use super::*;

            #[test]
            fn equals_arkworks_in_g1() {
                adversarial_cases::<$g1, g1::Config>($few, 5, 3);
                large::<$g1, g1::Config>(&[300]);
                few_cases::<$g1, g1::Config>($few / 4, 8);
            }

            #[test]
            fn equals_arkworks_in_g2() {
                adversarial_cases::<$g2, g2::Config>($few / 4, 5, 4);
                large::<$g2, g2::Config>(&[100]);
                few_cases::<$g2, g2::Config>($few / 8, 9);
            }

            #[test]
            #[ignore = "slow: cargo xtask test --all"]
            fn equals_arkworks_in_g1_at_length() {
                adversarial_cases::<$g1, g1::Config>(100_000, 4, 5);
                adversarial_cases::<$g1, g1::Config>(300, 10, 6);
                large::<$g1, g1::Config>(&[2_000, 10_000]);
                few_cases::<$g1, g1::Config>(20_000, 10);
            }

            #[test]
            #[ignore = "slow: cargo xtask test --all"]
            fn equals_arkworks_in_g2_at_length() {
                adversarial_cases::<$g2, g2::Config>(10_000, 4, 7);
                adversarial_cases::<$g2, g2::Config>(50, 9, 8);
                large::<$g2, g2::Config>(&[2_000]);
            }
        }
    };
}

backend!(native, Native<Fq>, Native<Fq2>, 800);
backend!(limbs, Limbs<Fq>, Quadratic<Limbs<Fq>, Fq2Config>, 1_200);
backend!(
    fma,
    Fma<Fq, Emulated>,
    Quadratic<Fma<Fq, Emulated>, Fq2Config>,
    400
);

#[test]
fn sums_that_meet_a_point_twice_are_done_again() {
    let g = Projective::<g1::Config>::generator();
    let points = Projective::normalize_batch(&[g, -g, g.double(), Projective::ZERO]);
    let one = Fr::ONE;
    let sums: [&[_]; 6] = [
        &[(0, one), (0, one)],
        &[(0, one), (1, one)],
        &[(0, one), (1, one), (2, one)],
        &[(2, one), (0, one), (0, one)],
        &[(3, one), (0, one)],
        &[(3, one)],
    ];
    let expected = [
        g.double(),
        Projective::ZERO,
        g.double(),
        g.double().double(),
        g,
        Projective::ZERO,
    ];
    assert_eq!(few_vartime(&points, &sums), expected);
    assert_eq!(
        few_over::<Fma<Fq, Emulated>, g1::Config>(&points, &sums),
        expected
    );
}

#[test]
fn few_points_at_their_edges() {
    let g = Projective::<g1::Config>::generator();
    let zero = Projective::ZERO;
    let one = Fr::ONE;
    let cases: &[(&[Projective<g1::Config>], &[Fr])] = &[
        (&[], &[]),
        (&[zero], &[one]),
        (&[g], &[Fr::ZERO]),
        (&[g; 4], &[one; 4]),
        (&[g, -g], &[one; 2]),
        (&[g, -g, g], &[one; 3]),
        (&[g, g, -g, -g, g], &[one; 5]),
        (&[zero, g, zero], &[one; 3]),
        (&[g, g], &[one, -one]),
        (&[g], &[-one]),
    ];
    for (points, scalars) in cases {
        let points = Projective::normalize_batch(points);
        check::<Native<Fq>, _>(&points, scalars);
        check::<Limbs<Fq>, _>(&points, scalars);
        check::<Fma<Fq, Emulated>, _>(&points, scalars);
    }
}
