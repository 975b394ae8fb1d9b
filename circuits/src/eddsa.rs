//! EdDSA-Poseidon in constraints, mirroring `glimpse_primitives::eddsa::equation_holds`: for every
//! key, nonce point, response and message, both accept or both refuse.

use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use glimpse_primitives::{
    Fr,
    babyjubjub::{BASE8, Fl, Point},
};

use crate::{
    babyjubjub::{Edwards, Montgomery},
    bits::{Side, enforce_side},
    expression::Expression,
    poseidon,
    system::System,
};

/// Bits of the challenge's digits.
const CHALLENGE_BITS: usize = 254;

/// Bits of the response: l is below 2²⁵¹.
const RESPONSE_BITS: usize = 251;

/// Steps of the variable-base product that may use incomplete additions; see [`times_challenge`].
const INCOMPLETE_STEPS: usize = 248;

/// Two-bit windows of the fixed-base product; see [`times_response`].
const WINDOWS: usize = 125;

/// A key and a signature, as private inputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed {
    pub(crate) key: Point,
    pub(crate) r8: Point,
    pub(crate) s: Fl,
}

/// Allocates the key A.
pub(crate) fn key(system: &mut System, key: &Point) -> Edwards {
    Edwards::witness(system, "key", key)
}

/// Constrains (R8, S) to be a signature of `message` under the key A:
/// A and R8 on the curve, 8·A ≠ 0, S < l, and S·B8 = R8 + h·(8·A).
pub(crate) fn verify(system: &mut System, key: &Edwards, signed: &Signed, message: &Expression) {
    let nonce = Edwards::witness(system, "nonce", &signed.r8);
    let challenge = poseidon::hash(
        system,
        "challenge",
        [&nonce.x, &nonce.y, &key.x, &key.y, message],
    );
    let key4 = system.scope("key", |system| {
        let (x2, y2) = key.enforce_on_curve(system);
        let key2 = key.double_with(system, &x2, &y2);
        let key4 = system.scope("double", |system| key2.double(system));
        // 8·A = 0 exactly if 4·A is (0, 1) or (0, −1), the points with x = 0.
        system.enforce_nonzero("order", &key4.x);
        key4
    });
    system.scope("nonce", |system| nonce.enforce_on_curve(system));

    let product = system.scope("challenge", |system| {
        times_challenge(system, &key4, &challenge)
    });
    let response = system.scope("response", |system| times_response(system, &signed.s));
    system.scope("equation", |system| {
        // The product carries one 4·A too many.
        let product = system.scope("adjust", |system| product.add(system, &key4.negate()));
        nonce.enforce_sum(system, &product, &response);
    });
}

/// h·8A + 4A from Q = 4A with 8A ≠ 0, for the canonical integer h < r of `challenge`.
///
/// With k = h + δ in 254 bits, δ = −2²⁵⁴ mod l, and signed digits sᵢ = 2kᵢ − 1 ∈ {−1, 1}, the loop
/// m ← 2m + sᵢ started from m = 3 ends at 2·(2²⁵⁴ + k) + 1 = 2h + 1 + 2·(2²⁵⁴ + δ), and
/// 2·(2²⁵⁴ + δ)·Q = 0 since 2Q has order l. The digit's sign acts on v alone: one constraint.
///
/// Why no addition is exceptional: the order of Q is l or 2l. Before step j, 3 ≤ m < 2^(j+2), m odd.
/// Step j computes (m·Q + s·Q) + m·Q. That is safe unless m ≡ ±1 or 2m ≡ ±1 modulo l, or one of m,
/// m ± 1 is ≡ 0; for j ≤ 247, 2m + 1 < 2²⁵⁰ < l and m ≥ 3 exclude each. The last six steps use complete
/// additions. The leading 1 above the bits of k is what keeps m from being 1 when h is small.
fn times_challenge(system: &mut System, q: &Edwards, challenge: &Expression) -> Edwards {
    let delta = challenge_offset();
    let mut k = challenge.value.into_bigint();
    k.add_with_carry(&delta);
    let bits = system.bits("digit", &k, CHALLENGE_BITS);
    let sum = system.sum_of_bits(&bits);
    let shifted = challenge.offset(Fr::new(delta));
    system.enforce_equal("digits", &sum, &shifted);
    // δ ≤ k < δ + r. The digits sum to h + δ modulo r only, so without these bounds k − r or k + r
    // might stand for k. Wrong-side candidates for the comparison, δ − r + d < 0 and
    // δ + 2r − 1 − d > 2²⁵⁴, do not exist.
    let mut below = delta;
    below.sub_with_borrow(&BigInt::from(1u64));
    let mut above = delta;
    above.add_with_carry(&Fr::MODULUS);
    enforce_side(system, "not_below", &bits, Side::Above, &below);
    enforce_side(system, "not_above", &bits, Side::Below, &above);

    let base = system.scope("base", |system| q.to_montgomery(system));
    let twice = system.scope("twice", |system| base.double(system));
    let mut sum = system.scope("thrice", |system| twice.add(system, &base));
    let mut digits = bits.iter().rev().enumerate();
    for (j, bit) in digits.by_ref().take(INCOMPLETE_STEPS) {
        sum = system.step("step", j, |system| {
            let v = system.multiply("sign", &sign(bit), &base.v);
            sum.double_and_add(
                system,
                &Montgomery {
                    u: base.u.clone(),
                    v,
                },
            )
        });
    }
    let mut sum = system.scope("edwards", |system| sum.to_edwards(system));
    for (j, bit) in digits {
        sum = system.step("step", j, |system| {
            let x = system.multiply("sign", &sign(bit), &q.x);
            let doubled = system.scope("double", |system| sum.double(system));
            doubled.add(system, &Edwards { x, y: q.y.clone() })
        });
    }
    sum
}

/// δ = −2²⁵⁴ mod l.
fn challenge_offset() -> BigInt<4> {
    (-Fl::from(2u64).pow([CHALLENGE_BITS as u64])).into_bigint()
}

/// 2·bit − 1.
fn sign(bit: &Expression) -> Expression {
    bit.scale(Fr::from(2u64)).offset(-Fr::ONE)
}

/// S·B8 for a response S < l, allocated here bit by bit.
///
/// Window w stands for the digit d ∈ {−3, −1, 1, 3} at 4ʷ·G, where G = B8/2 (so that signed digits
/// reach even numbers), and is looked up by one product: both coordinates are linear in
/// 1, b₀, b₁, b₀b₁. What the signs leave over, and bit 250, come with the last, complete addition.
///
/// Why no addition is exceptional: after w windows the sum is m·G with m odd, |m| < 4ʷ, and the next
/// digit is d·4ʷ·G with 4ʷ ≤ |d|·4ʷ < 4ʷ⁺¹ − |m|; so m ± d·4ʷ is not 0, and smaller than 4¹²⁵ = 2²⁵⁰ < l.
fn times_response(system: &mut System, s: &Fl) -> Edwards {
    let bits = system.bits("bit", &s.into_bigint(), RESPONSE_BITS);
    enforce_side(system, "canonical", &bits, Side::Below, &Fl::MODULUS);

    let table = FixedBase::table();
    let mut sum: Option<Montgomery> = None;
    for (w, (pair, entry)) in bits.chunks_exact(2).zip(&table.windows).enumerate() {
        sum = Some(system.step("window", w, |system| {
            let both = system.multiply("both", &pair[0], &pair[1]);
            let [u, v] = [0, 1].map(|i| {
                let c = &entry[i];
                system
                    .linear([(c[1], &pair[0]), (c[2], &pair[1]), (c[3], &both)].into_iter())
                    .offset(c[0])
            });
            let next = Montgomery { u, v };
            match &sum {
                None => next,
                Some(sum) => sum.add(system, &next),
            }
        }));
    }
    let Some(sum) = sum else {
        unreachable!("there are {WINDOWS} windows")
    };
    system.scope("last", |system| {
        let top = &bits[RESPONSE_BITS - 1];
        let [low, high] = table.last;
        let last = Edwards {
            x: top.scale(high.x - low.x).offset(low.x),
            y: top.scale(high.y - low.y).offset(low.y),
        };
        let sum = system.scope("edwards", |system| sum.to_edwards(system));
        sum.add(system, &last)
    })
}

/// The constants of [`times_response`].
struct FixedBase {
    /// For each window, the coefficients of u and v on 1, b₀, b₁, b₀b₁.
    windows: Vec<[[Fr; 4]; 2]>,
    /// (4¹²⁵ − 1)·G, and that plus 2²⁵⁰·B8.
    last: [Point; 2],
}

impl FixedBase {
    fn table() -> &'static Self {
        static TABLE: std::sync::OnceLock<FixedBase> = std::sync::OnceLock::new();
        TABLE.get_or_init(Self::generate)
    }

    fn generate() -> Self {
        let half = Fl::from(2u64).inverse().unwrap_or_default();
        let mut power = BASE8 * half;
        let offset = power;
        // 1 and 3 times 4^w·G, for all windows.
        let mut multiples = Vec::with_capacity(2 * WINDOWS);
        for _ in 0..WINDOWS {
            let double = power.double();
            multiples.extend([power, double + power]);
            power = double.double();
        }
        let last = [power - offset, power.double() + power - offset].map(|p| p.into_affine());
        let multiples = CurveGroup::normalize_batch(&multiples);
        let windows = multiples.chunks_exact(2).map(|pair| {
            let [(u1, v1), (u3, v3)] = [montgomery(&pair[0]), montgomery(&pair[1])];
            // Digits −3, −1, 1, 3 for b₁b₀ = 00, 01, 10, 11.
            [
                interpolate([u3, u1, u1, u3]),
                interpolate([-v3, -v1, v1, v3]),
            ]
        });
        Self {
            windows: windows.collect(),
            last,
        }
    }
}

/// The coefficients on 1, b₀, b₁, b₀b₁ of the function with these values at b₁b₀ = 00, 01, 10, 11.
fn interpolate([f0, f1, f2, f3]: [Fr; 4]) -> [Fr; 4] {
    [f0, f1 - f0, f2 - f0, f3 - f2 - f1 + f0]
}

/// The Montgomery form of a constant point other than (0, ±1).
fn montgomery(point: &Point) -> (Fr, Fr) {
    let u = (Fr::ONE + point.y) / (Fr::ONE - point.y);
    (u, u / point.x)
}

#[cfg(test)]
mod tests;
