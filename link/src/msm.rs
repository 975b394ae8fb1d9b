//! Sums of a few scaled points: Straus' method with signed digits.
//!
//! A verification sums about forty points; what a show sums, `glimpse_msm` does side by side. Buckets (Pippenger) pay off
//! only for many more, where `glimpse_msm` takes over. Both take time that depends on the scalars;
//! `docs/protocol/linked-groth16.md` says why that is accepted.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, CurveGroup};
use ark_ff::{BigInt, BigInteger, PrimeField, Zero};
use zeroize::Zeroizing;

/// Bits of a signed digit for points that occur once, by measurement.
const WIDTH: u32 = 5;
/// For those of keys, whose multiples are kept.
pub(crate) const KEPT_WIDTH: u32 = 6;
/// From this many points on, buckets are as fast, measured natively.
const BUCKETS_FROM: usize = 64;
/// In WASM, where nobody verifies large batches, they would only make the verifier's module larger.
const BUCKETS: bool = cfg!(not(target_arch = "wasm32"));

/// The odd multiples P, 3P, 5P … of points.
#[derive(Clone)]
pub(crate) struct Multiples {
    width: u32,
    all: Vec<G1Affine>,
}

impl Multiples {
    /// For digits of `width` bits: up to 2^(`width` − 1) − 1 times each point, all with one inversion.
    pub(crate) fn new(points: impl Iterator<Item = G1Affine>, width: u32) -> Self {
        let mut multiples = Vec::new();
        for point in points {
            let mut multiple = G1Projective::from(point);
            let twice = multiple.double();
            multiples.push(multiple);
            for _ in 1..table_length(width) {
                multiple += twice;
                multiples.push(multiple);
            }
        }
        Self {
            width,
            all: G1Projective::normalize_batch(&multiples),
        }
    }

    /// Those of each point, the point itself first.
    fn each(&self) -> impl Iterator<Item = &[G1Affine]> {
        self.all.chunks_exact(table_length(self.width))
    }
}

/// How many odd numbers there are below 2^(`width` − 1).
fn table_length(width: u32) -> usize {
    1 << (width - 2)
}

/// `Σ scalarᵢ·pointᵢ`; variable time.
pub(crate) fn msm_vartime(terms: &[(G1Affine, Fr)]) -> G1Projective {
    msm_with_kept_vartime(&[], terms)
}

/// The same, plus `Σ scalarᵢ·pointᵢ` over points whose multiples are kept.
pub(crate) fn msm_with_kept_vartime(
    kept: &[(&Multiples, &[Fr])],
    terms: &[(G1Affine, Fr)],
) -> G1Projective {
    let of_key = || {
        let pairs = kept.iter();
        pairs.flat_map(|(multiples, scalars)| multiples.each().zip(scalars.iter()))
    };
    if !BUCKETS || of_key().count() + terms.len() < BUCKETS_FROM {
        let table = Multiples::new(terms.iter().map(|(point, _)| *point), WIDTH);
        let mut sum = Straus::default();
        for (multiples, scalar) in of_key() {
            sum.push(multiples, KEPT_WIDTH, *scalar);
        }
        for (multiples, (_, scalar)) in table.each().zip(terms) {
            sum.push(multiples, WIDTH, *scalar);
        }
        return sum.total();
    }
    let known = of_key().map(|(multiples, scalar)| (multiples[0], *scalar));
    let (points, scalars): (Vec<_>, Vec<_>) = known.chain(terms.iter().copied()).unzip();
    glimpse_msm::msm_vartime(&points, &Zeroizing::new(scalars))
}

/// A sum in the making: for each point its multiples, and digits that say which of them to add when.
#[derive(Default)]
struct Straus<'a> {
    tables: Vec<&'a [G1Affine]>,
    digits: Zeroizing<Vec<Vec<i8>>>,
}

impl<'a> Straus<'a> {
    fn push(&mut self, multiples: &'a [G1Affine], width: u32, scalar: Fr) {
        self.tables.push(multiples);
        self.digits.push(signed_digits(scalar, width));
    }

    fn total(&self) -> G1Projective {
        let length = self.digits.iter().map(Vec::len).max().unwrap_or(0);
        let mut sum = G1Projective::zero();
        for position in (0..length).rev() {
            sum.double_in_place();
            for (digits, multiples) in self.digits.iter().zip(&self.tables) {
                let digit = digits.get(position).copied().unwrap_or(0);
                let multiple = &multiples[usize::from(digit.unsigned_abs() / 2)];
                match digit {
                    0 => {}
                    1.. => sum += multiple,
                    ..0 => sum -= multiple,
                }
            }
        }
        sum
    }
}

/// Non-adjacent form, least digit first: each digit is 0 or odd with |digit| < 2^(`width` − 1), which is at most 7 bits.
fn signed_digits(scalar: Fr, width: u32) -> Vec<i8> {
    let mut rest = scalar.into_bigint();
    let mut digits = vec![0; rest.num_bits() as usize + 1];
    for digit in &mut digits {
        if rest.is_odd() {
            let low = (rest.as_ref()[0] & ((1 << width) - 1)) as i8;
            *digit = if low >= 1 << (width - 1) {
                low - (1 << width)
            } else {
                low
            };
            // Scalars have 254 bits of 256, so neither step can overflow.
            if *digit > 0 {
                rest.sub_with_borrow(&BigInt::from(digit.unsigned_abs()));
            } else {
                rest.add_with_carry(&BigInt::from(digit.unsigned_abs()));
            }
        }
        rest.div2();
    }
    digits
}
