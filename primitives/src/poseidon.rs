//! circomlib's Poseidon: x⁵ over BN254's scalar field, eight full rounds, 1 to 16 inputs.
//!
//! The arity is part of the permutation (the width is arity + 1), so hashes of different arities
//! are different functions and lists of different length never collide by padding.

pub mod bulk;
mod dot;

use alloc::{boxed::Box, vec::Vec};

use ark_ff::{Field, Zero, batch_inversion};
use once_cell::race::OnceBox;

use crate::{Fr, grain::Grain};

/// The largest number of inputs.
pub const MAX_ARITY: usize = 16;

/// Full rounds of every instance: four before and four after the partial rounds.
const FULL_ROUNDS: usize = 8;

/// Partial rounds by arity − 1, as in circomlib.
const PARTIAL_ROUNDS: [usize; MAX_ARITY] = [
    56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68,
];

/// The constants of one width.
#[derive(Debug)]
pub struct Parameters {
    /// Rounds in which every element passes the S-box; half of them come first, half last.
    pub full_rounds: usize,
    /// Rounds in which only element 0 passes the S-box.
    pub partial_rounds: usize,
    /// `round_constants[round][element]`, added at the start of a round.
    pub round_constants: Vec<Vec<Fr>>,
    /// The state is multiplied by this matrix, `mds[row][column]`, at the end of a round.
    pub mds: Vec<Vec<Fr>>,
}

impl Parameters {
    /// Whether every element passes the S-box in `round`, or element 0 only.
    #[must_use]
    pub fn is_full(&self, round: usize) -> bool {
        let half = self.full_rounds / 2;
        round < half || round >= half + self.partial_rounds
    }

    fn generate(width: usize) -> Self {
        let partial_rounds = PARTIAL_ROUNDS[width - 2];
        let mut grain = Grain::new(width, FULL_ROUNDS, partial_rounds);
        let round_constants = (0..FULL_ROUNDS + partial_rounds)
            .map(|_| (0..width).map(|_| grain.uniform_element()).collect())
            .collect();
        let xs: Vec<Fr> = (0..width).map(|_| grain.reduced_element()).collect();
        let ys: Vec<Fr> = (0..width).map(|_| grain.reduced_element()).collect();
        // A Cauchy matrix: its entries are 1 / (x_i + y_j).
        let mut entries: Vec<Fr> = xs
            .iter()
            .flat_map(|x| ys.iter().map(move |y| *x + y))
            .collect();
        batch_inversion(&mut entries);
        let mds = entries.chunks_exact(width).map(<[Fr]>::to_vec).collect();
        Self {
            full_rounds: FULL_ROUNDS,
            partial_rounds,
            round_constants,
            mds,
        }
    }
}

/// The constants for `ARITY` inputs (`ARITY` + 1 elements of state). Generated at the first use,
/// then kept. An arity outside 1..=16 does not compile.
#[must_use]
pub fn parameters<const ARITY: usize>() -> &'static Parameters {
    const {
        assert!(
            ARITY >= 1 && ARITY <= MAX_ARITY,
            "circomlib has Poseidon for 1 to 16 inputs"
        )
    };
    kept(ARITY)
}

/// Not generic, and nor is [`permute`], so that modules hold them once.
fn kept(arity: usize) -> &'static Parameters {
    static CACHE: [OnceBox<Parameters>; MAX_ARITY] = [const { OnceBox::new() }; MAX_ARITY];
    CACHE[arity - 1].get_or_init(|| Box::new(Parameters::generate(arity + 1)))
}

/// Hashes exactly `N` field elements.
///
/// ```
/// use glimpse_primitives::{Fr, field, poseidon};
/// let digest = poseidon::hash(&[Fr::from(1u64), Fr::from(2u64)]);
/// let expected = "7853200120776062878684798364095072458815029376092732009249414926327459813530";
/// assert_eq!(Ok(digest), field::parse_decimal(expected));
/// ```
///
/// An arity that circomlib lacks does not compile:
/// ```compile_fail
/// glimpse_primitives::poseidon::hash::<17>(&[glimpse_primitives::Fr::from(0u64); 17]);
/// ```
#[must_use]
pub fn hash<const N: usize>(inputs: &[Fr; N]) -> Fr {
    permute(parameters::<N>(), inputs)
}

/// Element 0 of the permuted state.
fn permute(parameters: &Parameters, inputs: &[Fr]) -> Fr {
    let mut state = Vec::with_capacity(inputs.len() + 1);
    state.push(Fr::zero());
    state.extend_from_slice(inputs);
    let mut next = state.clone();
    for (round, constants) in parameters.round_constants.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element += constant;
        }
        let through_sbox = if parameters.is_full(round) {
            state.len()
        } else {
            1
        };
        for element in &mut state[..through_sbox] {
            *element = fifth_power(element);
        }
        for (sum, row) in next.iter_mut().zip(&parameters.mds) {
            *sum = row
                .iter()
                .zip(&state)
                .map(|(entry, element)| *entry * element)
                .sum();
        }
        core::mem::swap(&mut state, &mut next);
    }
    state[0]
}

/// The S-box.
fn fifth_power(x: &Fr) -> Fr {
    x.square().square() * x
}

#[cfg(test)]
mod tests {
    use ark_crypto_primitives::sponge::poseidon::find_poseidon_ark_and_mds;
    use light_poseidon::{Poseidon, PoseidonHasher};
    use proptest::prelude::*;

    use super::*;

    fn constants_equal_arkworks<const N: usize>() {
        let ours = parameters::<N>();
        let (constants, mds) = find_poseidon_ark_and_mds::<Fr>(
            254,
            N,
            ours.full_rounds as u64,
            ours.partial_rounds as u64,
            0,
        );
        assert_eq!(ours.round_constants, constants, "arity {N}");
        assert_eq!(ours.mds, mds, "arity {N}");
    }

    #[test]
    fn constants_equal_arkworks_for_every_arity() {
        constants_equal_arkworks::<1>();
        constants_equal_arkworks::<2>();
        constants_equal_arkworks::<3>();
        constants_equal_arkworks::<4>();
        constants_equal_arkworks::<5>();
        constants_equal_arkworks::<6>();
        constants_equal_arkworks::<7>();
        constants_equal_arkworks::<8>();
        constants_equal_arkworks::<9>();
        constants_equal_arkworks::<10>();
        constants_equal_arkworks::<11>();
        constants_equal_arkworks::<12>();
        constants_equal_arkworks::<13>();
        constants_equal_arkworks::<14>();
        constants_equal_arkworks::<15>();
        constants_equal_arkworks::<16>();
    }

    fn equals_light_poseidon<const N: usize>(inputs: [u64; N]) -> bool {
        let inputs = inputs.map(|x| -Fr::from(x) * Fr::from(u64::MAX));
        let theirs = Poseidon::<Fr>::new_circom(N)
            .and_then(|mut p| p.hash(&inputs))
            .unwrap();
        hash(&inputs) == theirs
    }

    proptest! {
        #[test]
        fn hashes_equal_light_poseidon(a: [u64; 1], b: [u64; 3], c: [u64; 6], d: [u64; 10], e: [u64; 12]) {
            prop_assert!(equals_light_poseidon(a));
            prop_assert!(equals_light_poseidon(b));
            prop_assert!(equals_light_poseidon(c));
            prop_assert!(equals_light_poseidon(d));
            prop_assert!(equals_light_poseidon(e));
        }
    }

    #[derive(serde::Deserialize)]
    struct Vector {
        inputs: Vec<alloc::string::String>,
        hash: alloc::string::String,
    }

    /// By the plain form, and in bulk.
    fn hash_list(inputs: &[Fr]) -> [Fr; 2] {
        macro_rules! by_arity {
            ($($n:literal)*) => {
                match inputs.len() {
                    $($n => {
                        let inputs = inputs.try_into().unwrap();
                        [hash::<$n>(inputs), bulk::hash::<$n>(inputs)]
                    })*
                    n => unreachable!("arity {n}"),
                }
            };
        }
        by_arity!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
    }

    #[test]
    fn hashes_equal_circomlibjs_for_every_arity() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../fixtures/circomlibjs/poseidon.json")).unwrap();
        assert_eq!(vectors.len(), 4 * MAX_ARITY);
        for vector in vectors {
            let inputs: Vec<Fr> = vector
                .inputs
                .iter()
                .map(|x| crate::field::parse_decimal(x).unwrap())
                .collect();
            let expected = crate::field::parse_decimal(&vector.hash).unwrap();
            assert_eq!(hash_list(&inputs), [expected; 2], "arity {}", inputs.len());
        }
    }

    #[test]
    fn distinct_lists_hash_differently_trailing_zeros_included() {
        let (zero, one) = (Fr::from(0u64), Fr::from(1u64));
        let digests = [
            hash(&[zero]),
            hash(&[zero, zero]),
            hash(&[zero, zero, zero]),
            hash(&[one]),
            hash(&[one, zero]),
            hash(&[zero, one]),
            hash(&[one, zero, zero]),
            hash(&[zero; 16]),
        ];
        for (i, a) in digests.iter().enumerate() {
            assert!(digests[i + 1..].iter().all(|b| a != b));
        }
    }
}
