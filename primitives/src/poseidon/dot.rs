//! Sums of products, reduced once.

use ark_bn254::FrConfig;
use ark_ff::{BigInt, BigInteger, MontConfig, PrimeField};

use crate::Fr;

/// Σ aᵢ·bᵢ over at most [`MAX_TERMS`] terms.
///
/// Half of a product is its reduction, and a sum needs but one: products in Montgomery form are added up as integers, and
/// one division by 2²⁵⁶ modulo r follows.
pub(super) fn dot(a: &[Fr], b: &[Fr]) -> Fr {
    debug_assert!(a.len() == b.len() && a.len() <= MAX_TERMS);
    let mut sum = [0u64; 8];
    for (a, b) in a.iter().zip(b) {
        add_product(&mut sum, &a.0.0, &b.0.0);
    }
    reduce(sum)
}

/// r is less than 0.19·2²⁵⁶. So the sum of n products is below n·0.036·2⁵¹², and what the division leaves below (n·0.19 + 1)·r: with 17
/// terms, as many as the widest state has elements, both have room.
const MAX_TERMS: usize = 17;

fn add_product(sum: &mut [u64; 8], a: &[u64; 4], b: &[u64; 4]) {
    let mut product = [0u64; 8];
    for (i, a) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, b) in b.iter().enumerate() {
            let place = &mut product[i + j];
            (*place, carry) = multiply_add(*a, *b, *place, carry);
        }
        product[i + 4] = carry;
    }
    let mut carry = false;
    for (sum, product) in sum.iter_mut().zip(product) {
        (*sum, carry) = add(*sum, product, carry);
    }
}

/// Montgomery's division: multiples of r make the lower half zero.
fn reduce(mut sum: [u64; 8]) -> Fr {
    const MODULUS: BigInt<4> = Fr::MODULUS;
    let mut overflow = false;
    for i in 0..4 {
        let factor = sum[i].wrapping_mul(FrConfig::INV);
        let mut carry = 0;
        for (j, r) in MODULUS.0.iter().enumerate() {
            let place = &mut sum[i + j];
            (*place, carry) = multiply_add(factor, *r, *place, carry);
        }
        (sum[i + 4], overflow) = add(sum[i + 4], carry, overflow);
    }
    debug_assert!(!overflow);
    let [.., a, b, c, d] = sum;
    let mut result = BigInt([a, b, c, d]);
    while result >= MODULUS {
        result.sub_with_borrow(&MODULUS);
    }
    Fr::new_unchecked(result)
}

/// a·b + c + d, low half first: it cannot overflow.
fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let sum = u128::from(a) * u128::from(b) + u128::from(c) + u128::from(d);
    (sum as u64, (sum >> 64) as u64)
}

fn add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry.into());
    (sum, first | second)
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use ark_ff::{Field, Zero};
    use proptest::prelude::*;

    use super::*;

    fn plain(a: &[Fr], b: &[Fr]) -> Fr {
        a.iter().zip(b).map(|(a, b)| *a * b).sum()
    }

    /// The greatest representatives there are: r − 1 in Montgomery form.
    #[test]
    fn has_room_for_the_greatest_terms() {
        let greatest = Fr::new_unchecked((-Fr::ONE).into_bigint());
        for terms in 0..=MAX_TERMS {
            let a = vec![greatest; terms];
            assert_eq!(dot(&a, &a), plain(&a, &a), "{terms}");
        }
    }

    #[test]
    fn a_sum_of_nothing_is_zero() {
        assert_eq!(dot(&[], &[]), Fr::zero());
        assert_eq!(dot(&[Fr::zero()], &[Fr::ONE]), Fr::zero());
        // The reduction ends at r itself.
        assert_eq!(dot(&[Fr::ONE, -Fr::ONE], &[Fr::ONE, Fr::ONE]), Fr::zero());
    }

    proptest! {
        #[test]
        fn equals_the_sum_of_products(terms in prop::collection::vec(any::<[[u64; 4]; 2]>(), 0..=MAX_TERMS)) {
            let element = |limbs: [u64; 4]| {
                let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
                Fr::from_le_bytes_mod_order(&bytes)
            };
            let (a, b): (Vec<Fr>, Vec<Fr>) = terms.iter().map(|[a, b]| (element(*a), element(*b))).unzip();
            prop_assert_eq!(dot(&a, &b), plain(&a, &b));
        }
    }
}
