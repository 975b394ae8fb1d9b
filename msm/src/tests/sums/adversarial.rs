//! Points and scalars that make trouble, for tests natively and in browsers (`prover-wasm/examples/sums.rs`).

use std::vec::Vec;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AdditiveGroup, CurveGroup};
use ark_ff::{Field as _, PrimeField, UniformRand};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of cases. Most are small, for what goes wrong there is found soonest; some have up to 2^`bits` points.
pub struct Cases<P: SWCurveConfig> {
    rng: ChaCha20Rng,
    bits: u32,
    /// Random points are expensive: they are drawn once, and their sums taken for new ones.
    pool: Vec<Projective<P>>,
}

impl<P: SWCurveConfig<ScalarField = Fr>> Cases<P> {
    /// Cases that follow from `seed`.
    pub fn new(bits: u32, seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let pool = (0..32).map(|_| Projective::rand(&mut rng)).collect();
        Self { rng, bits, pool }
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.rng.next_u32() % bound
    }

    fn point(&mut self) -> Projective<P> {
        let (place, other) = (self.below(32) as usize, self.below(32) as usize);
        let point = self.pool[place] + self.pool[other];
        self.pool[place] = point;
        point
    }

    /// Equal and opposite points, sums of others, identities.
    fn points(&mut self, count: u32) -> Vec<Affine<P>> {
        let few = [self.point(), self.point(), self.point()];
        let kind = self.below(4);
        let points: Vec<_> = (0..count)
            .map(|_| match (kind, self.below(8)) {
                (0, _) | (_, 0) => self.point(),
                (1, _) | (_, 1) => few[0],
                (_, 2) => -few[0],
                (_, 3) => Projective::ZERO,
                (_, 4) => few[0].double(),
                (_, 5) => few[0] + few[1],
                _ => few[self.below(3) as usize],
            })
            .collect();
        Projective::normalize_batch(&points)
    }

    /// Zeros, ones, r − 1, halves, powers of two, small, equal and opposite scalars.
    fn scalars(&mut self, count: u32) -> Vec<Fr> {
        let half = Fr::from(Fr::MODULUS_MINUS_ONE_DIV_TWO);
        let same = Fr::rand(&mut self.rng);
        let kind = self.below(4);
        (0..count)
            .map(|_| match (kind, self.below(12)) {
                (0, _) | (_, 0) => Fr::rand(&mut self.rng),
                (1, _) | (_, 1) => same,
                (_, 2) => Fr::ZERO,
                (_, 3) => Fr::ONE,
                (_, 4) => -Fr::ONE,
                (_, 5) => half,
                (_, 6) => half + Fr::ONE,
                (_, 7) => -same,
                (_, 8) => Fr::from(self.rng.next_u64()),
                (_, 9) => -Fr::from(self.rng.next_u64() >> 40),
                (_, 10) => Fr::from(1u128 << self.below(128)),
                _ => Fr::from(self.below(3)),
            })
            .collect()
    }
}

impl<P: SWCurveConfig<ScalarField = Fr>> Iterator for Cases<P> {
    type Item = (Vec<Affine<P>>, Vec<Fr>);

    fn next(&mut self) -> Option<Self::Item> {
        let bound = 1 << self.below(self.bits + 1);
        let count = self.below(bound + 1);
        Some((self.points(count), self.scalars(count)))
    }
}
