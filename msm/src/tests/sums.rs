//! Multi-scalar multiplications.

use super::*;

/// Points and scalars that make trouble: zeros, r − 1, small and repeated scalars, equal and opposite points, identities.
fn adversarial<P: SWCurveConfig<ScalarField = Fr>>(
    count: usize,
    rng: &mut ChaCha20Rng,
) -> (Vec<Affine<P>>, Vec<Fr>) {
    let few: Vec<Projective<P>> = (0..3).map(|_| Projective::rand(rng)).collect();
    let kind = rng.next_u32() % 4;
    let points: Vec<_> = (0..count)
        .map(|_| match (kind, rng.next_u32() % 8) {
            (0, _) | (_, 0) => Projective::rand(rng),
            (1, _) | (_, 1) => few[0],
            (_, 2) => -few[0],
            (_, 3) => Projective::ZERO,
            (_, 4) => few[0].double(),
            (_, 5) => few[0] + few[1],
            _ => few[(rng.next_u32() % 3) as usize],
        })
        .collect();
    let half = Fr::from(Fr::MODULUS_MINUS_ONE_DIV_TWO);
    let same = Fr::rand(rng);
    let kind = rng.next_u32() % 4;
    let scalars = (0..count)
        .map(|_| match (kind, rng.next_u32() % 12) {
            (0, _) | (_, 0) => Fr::rand(rng),
            (1, _) | (_, 1) => same,
            (_, 2) => Fr::ZERO,
            (_, 3) => Fr::ONE,
            (_, 4) => -Fr::ONE,
            (_, 5) => half,
            (_, 6) => half + Fr::ONE,
            (_, 7) => -same,
            (_, 8) => Fr::from(rng.next_u64()),
            (_, 9) => -Fr::from(rng.next_u64() >> 40),
            (_, 10) => Fr::from(1u128 << (rng.next_u32() % 128)),
            _ => Fr::from(rng.next_u32() % 3),
        })
        .collect();
    (Projective::normalize_batch(&points), scalars)
}

fn check<F, P>(points: &[Affine<P>], scalars: &[Fr])
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    let expected = Projective::<P>::msm_unchecked(points, scalars);
    let sum = Bases::<F, P>::new(points).msm_vartime(scalars);
    assert_eq!(sum, expected, "{} points", points.len());
}

/// Most cases are small, for what goes wrong there is found soonest; some have up to 2^`bits` points.
fn adversarial_cases<F, P>(cases: usize, bits: u32, seed: u64)
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    for _ in 0..cases {
        let count = rng.next_u32() % ((1 << (rng.next_u32() % (bits + 1))) + 1);
        let (points, scalars) = adversarial::<P>(count as usize, &mut rng);
        check::<F, P>(&points, &scalars);
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
    ($name:ident, $g1:ty, $g2:ty, $few:literal, $many:literal) => {
        mod $name {
            use super::*;

            #[test]
            fn equals_arkworks_in_g1() {
                adversarial_cases::<$g1, g1::Config>($few, 5, 3);
                large::<$g1, g1::Config>(&[300]);
            }

            #[test]
            fn equals_arkworks_in_g2() {
                adversarial_cases::<$g2, g2::Config>($few / 4, 5, 4);
                large::<$g2, g2::Config>(&[100]);
            }

            #[test]
            #[ignore = "slow: cargo xtask test --all"]
            fn equals_arkworks_in_g1_at_length() {
                adversarial_cases::<$g1, g1::Config>($many, 6, 5);
                adversarial_cases::<$g1, g1::Config>($many / 1_000, 10, 6);
                large::<$g1, g1::Config>(&[2_000, 10_000]);
            }

            #[test]
            #[ignore = "slow: cargo xtask test --all"]
            fn equals_arkworks_in_g2_at_length() {
                adversarial_cases::<$g2, g2::Config>($many / 6, 5, 7);
                large::<$g2, g2::Config>(&[2_000]);
            }
        }
    };
}

backend!(native, Native<Fq>, Native<Fq2>, 800, 30_000);
backend!(
    limbs,
    Limbs<Fq>,
    Quadratic<Limbs<Fq>, Fq2Config>,
    1_200,
    30_000
);
backend!(
    fma,
    Fma<Fq, Emulated>,
    Quadratic<Fma<Fq, Emulated>, Fq2Config>,
    400,
    30_000
);

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
