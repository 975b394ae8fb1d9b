//! Multi-scalar multiplication natively, against arkworks. `cargo bench -p glimpse-msm`.

use ark_bn254::{Fq2Config, Fr, g1, g2};
use ark_ec::VariableBaseMSM;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::UniformRand;
use divan::Bencher;
use glimpse_msm::Bases;
use glimpse_msm::field::{Field, limbs::Limbs, native::Native, quadratic::Quadratic};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

fn main() {
    divan::main();
}

const SIZES: [usize; 10] = [
    16, 64, 200, 256, 1_024, 2_866, 4_096, 8_192, 32_768, 131_072,
];

fn input<P: SWCurveConfig<ScalarField = Fr>>(size: usize) -> (Vec<Affine<P>>, Vec<Fr>) {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    (
        (0..size).map(|_| Affine::rand(&mut rng)).collect(),
        (0..size).map(|_| Fr::rand(&mut rng)).collect(),
    )
}

fn stock<P: SWCurveConfig<ScalarField = Fr>>(bencher: Bencher<'_, '_>, size: usize) {
    let (points, scalars) = input::<P>(size);
    bencher.bench(|| Projective::<P>::msm_unchecked(&points, &scalars));
}

fn ours<F, P>(bencher: Bencher<'_, '_>, size: usize)
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    let (points, scalars) = input::<P>(size);
    let bases = Bases::<F, P>::new(&points);
    bencher.bench(|| bases.msm_vartime(&scalars));
}

#[divan::bench_group(sample_count = 10)]
mod g1_sums {
    use super::*;

    #[divan::bench(args = SIZES)]
    fn arkworks(bencher: Bencher<'_, '_>, size: usize) {
        stock::<g1::Config>(bencher, size);
    }

    #[divan::bench(args = SIZES)]
    fn native(bencher: Bencher<'_, '_>, size: usize) {
        ours::<Native<ark_bn254::Fq>, g1::Config>(bencher, size);
    }

    #[divan::bench(args = SIZES)]
    fn limbs(bencher: Bencher<'_, '_>, size: usize) {
        ours::<Limbs<ark_bn254::Fq>, g1::Config>(bencher, size);
    }
}

#[divan::bench_group(sample_count = 10)]
mod g2_sums {
    use super::*;

    #[divan::bench(args = &SIZES[..8])]
    fn arkworks(bencher: Bencher<'_, '_>, size: usize) {
        stock::<g2::Config>(bencher, size);
    }

    #[divan::bench(args = &SIZES[..8])]
    fn native(bencher: Bencher<'_, '_>, size: usize) {
        ours::<Native<ark_bn254::Fq2>, g2::Config>(bencher, size);
    }

    #[divan::bench(args = &SIZES[..8])]
    fn limbs(bencher: Bencher<'_, '_>, size: usize) {
        type Fq2 = Quadratic<Limbs<ark_bn254::Fq>, Fq2Config>;
        ours::<Fq2, g2::Config>(bencher, size);
    }
}
