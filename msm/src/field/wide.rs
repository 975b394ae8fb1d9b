//! Unreduced products of four limbs of 64 bits, and Montgomery's reduction of their sums.
//!
//! D. F. Aranha, K. Karabina, P. Longa, C. H. Gebotys and J. López, *Faster explicit formulas for computing pairings over
//! ordinary curves* (EUROCRYPT 2011), section 3, on reducing sums once.

use super::{Montgomery, constants};

/// a + b; what overflows is dropped.
#[inline(always)]
pub(super) fn add<const N: usize>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let mut carry = false;
    core::array::from_fn(|i| {
        let (sum, over) = a[i].overflowing_add(b[i]);
        let (sum, over_too) = sum.overflowing_add(u64::from(carry));
        carry = over | over_too;
        sum
    })
}

/// a − b, which does not underflow.
#[inline(always)]
pub(super) fn subtract<const N: usize>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    borrowing_subtract(a, b).0
}

/// a − b and whether that is negative.
#[inline(always)]
fn borrowing_subtract<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let mut borrow = false;
    let rest = core::array::from_fn(|i| {
        let (rest, under) = a[i].overflowing_sub(b[i]);
        let (rest, under_too) = rest.overflowing_sub(u64::from(borrow));
        borrow = under | under_too;
        rest
    });
    (rest, borrow)
}

/// `value`, or `value` − p if that is not negative. Which of both cannot be foreseen, so this selects and does not jump.
#[inline(always)]
pub(super) fn reduce_once(value: &[u64; 4], p: &[u64; 4]) -> [u64; 4] {
    let (rest, borrow) = borrowing_subtract(value, p);
    let mask = u64::from(borrow).wrapping_neg();
    core::array::from_fn(|i| (value[i] & mask) | (rest[i] & !mask))
}

/// a − b, or a − b + p if that is negative.
#[inline(always)]
pub(super) fn subtract_modulo(a: &[u64; 4], b: &[u64; 4], p: &[u64; 4]) -> [u64; 4] {
    let (rest, borrow) = borrowing_subtract(a, b);
    let mask = u64::from(borrow).wrapping_neg();
    // The carry that this drops undoes the borrow.
    add(&rest, &p.map(|limb| limb & mask))
}

/// a·b.
#[inline(always)]
pub(super) const fn product(a: &[u64; 4], b: &[u64; 4]) -> [u64; 8] {
    let mut out = [0; 8];
    let mut i = 0;
    while i < 4 {
        out[i + 4] = add_product(&mut out, i, a[i], b);
        i += 1;
    }
    out
}

/// `sum`/2²⁵⁶ modulo p, for a sum below 2p·2²⁵⁶.
#[inline(always)]
pub(super) fn reduce<A: Montgomery>(mut sum: [u64; 8]) -> A {
    let p = A::MODULUS.0;
    let inverse = const { constants::negated_inverse(A::MODULUS.0[0]) };
    let mut carry = false;
    for i in 0..4 {
        let m = sum[i].wrapping_mul(inverse);
        let high = add_product(&mut sum, i, m, &p);
        let (limb, over) = sum[i + 4].overflowing_add(high);
        let (limb, over_too) = limb.overflowing_add(u64::from(carry));
        sum[i + 4] = limb;
        carry = over | over_too;
    }
    // Below 3p, and mostly below 2p.
    let mut value = reduce_once(&[sum[4], sum[5], sum[6], sum[7]], &p);
    while !constants::less(value, p) {
        value = constants::subtract(value, p);
    }
    A::from_montgomery(value)
}

/// Adds a·b·2^(64·`place`) to `sum` and returns what is carried out of the four limbs concerned.
#[inline(always)]
const fn add_product(sum: &mut [u64; 8], place: usize, a: u64, b: &[u64; 4]) -> u64 {
    let mut carry = 0;
    let mut j = 0;
    while j < 4 {
        // (2⁶⁴ − 1)² + 2·(2⁶⁴ − 1) is just below 2¹²⁸.
        let wide = a as u128 * b[j] as u128 + sum[place + j] as u128 + carry as u128;
        sum[place + j] = wide as u64;
        carry = (wide >> 64) as u64;
        j += 1;
    }
    carry
}
