//! Multi-scalar multiplication by Pippenger's buckets, with additions in affine coordinates.
//!
//! An affine addition needs a division, but divisions come almost free when many are done at once
//! (Montgomery's trick: three products each). With 6 field products against the 10 of a mixed
//! addition in extended coordinates this is the fastest way to fill buckets, as long as the
//! additions of a batch are independent. So the points of each window are first sorted by bucket;
//! then neighbours in a bucket are added pairwise, all buckets in one batch, until one is left in
//! each. A witness's many equal small scalars are no special case: they fill one bucket.

use ark_ec::{
    AdditiveGroup, AffineRepr, VariableBaseMSM,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{BigInteger, Field, PrimeField, Zero, batch_inversion};
use zeroize::Zeroizing;

/// Points sorted at once: enough for a good batch, few enough to stay in cache.
const BATCH: usize = 1 << 14;

/// Σ scalar·point over pairs; the slices have one length.
///
/// Variable-time in the scalars, which are witness values: proving runs on the holder's own
/// device, and its duration is seen by no other party.
pub(super) fn msm_vartime<P: SWCurveConfig>(
    points: &[Affine<P>],
    scalars: &[<P::ScalarField as PrimeField>::BigInt],
) -> Projective<P> {
    let terms = signed_terms(points, scalars);
    let width = window_width(terms.len());
    let windows = (P::ScalarField::MODULUS_BIT_SIZE as usize).div_ceil(width);
    let digits = signed_digits(&terms, width, windows);

    let at_once = (BATCH / terms.len().max(1)).clamp(1, windows);
    let mut sums = Vec::with_capacity(windows);
    for digits in digits.chunks(terms.len().max(1) * at_once) {
        sums.extend(window_sums(&terms, digits, width));
    }
    // Horner's rule, from the highest window.
    let mut total = Projective::<P>::ZERO;
    for sum in sums.iter().rev() {
        for _ in 0..width {
            total.double_in_place();
        }
        total += sum;
    }
    total
}

type Term<P> = (
    Affine<P>,
    <<P as ark_ec::CurveConfig>::ScalarField as PrimeField>::BigInt,
);

/// Drops what adds nothing, and turns scalars above r/2 into small ones of the negated point:
/// all scalars get one bit shorter, and −1 becomes as cheap as 1.
fn signed_terms<P: SWCurveConfig>(
    points: &[Affine<P>],
    scalars: &[<P::ScalarField as PrimeField>::BigInt],
) -> Zeroizing<Vec<Term<P>>> {
    let modulus = P::ScalarField::MODULUS;
    let half = P::ScalarField::MODULUS_MINUS_ONE_DIV_TWO;
    let mut terms = Zeroizing::new(Vec::with_capacity(points.len()));
    for (point, scalar) in points.iter().zip(scalars) {
        if scalar.is_zero() || point.is_zero() {
            continue;
        }
        terms.push(if *scalar > half {
            let mut negated = modulus;
            negated.sub_with_borrow(scalar);
            (-*point, negated)
        } else {
            (*point, *scalar)
        });
    }
    terms
}

/// The width for which additions into buckets and of buckets are fewest.
fn window_width(terms: usize) -> usize {
    let cost = |width: usize| {
        // An addition of a bucket costs about four of those into one.
        256usize.div_ceil(width) * (terms + 4 * (1 << (width - 1)))
    };
    (2..=15).min_by_key(|width| cost(*width)).unwrap_or(2)
}

/// Digits in −2^(width−1) ..= 2^(width−1), window by window, for each window term by term.
///
/// Scalars are below 2^(bits−1), so the highest window absorbs the last carry.
fn signed_digits<P: SWCurveConfig>(
    terms: &[Term<P>],
    width: usize,
    windows: usize,
) -> Zeroizing<Vec<i16>> {
    let mut digits = Zeroizing::new(vec![0; terms.len() * windows]);
    for (place, (_, scalar)) in terms.iter().enumerate() {
        let limbs = scalar.as_ref();
        let mut carry = 0;
        for window in 0..windows {
            let (limb, shift) = (window * width / 64, window * width % 64);
            let low = limbs.get(limb).copied().unwrap_or(0) >> shift;
            let high = match shift {
                0 => 0,
                _ => limbs.get(limb + 1).copied().unwrap_or(0) << (64 - shift),
            };
            let raw = ((low | high) & ((1 << width) - 1)) as i32 + carry;
            carry = i32::from(raw > 1 << (width - 1));
            digits[window * terms.len() + place] = (raw - (carry << width)) as i16;
        }
    }
    digits
}

/// Σ digit·point for each of several windows.
fn window_sums<P: SWCurveConfig>(
    terms: &[Term<P>],
    digits: &[i16],
    width: usize,
) -> Vec<Projective<P>> {
    let buckets_each = 1 << (width - 1);
    let windows = digits.len() / terms.len();
    let bucket =
        |window: usize, digit: i16| window * buckets_each + usize::from(digit.unsigned_abs()) - 1;
    let entries = || {
        digits
            .chunks_exact(terms.len())
            .enumerate()
            .flat_map(|(window, digits)| digits.iter().zip(terms).map(move |item| (window, item)))
            .filter(|(_, (digit, _))| **digit != 0)
    };

    // A counting sort: sizes, starts, then every point to its place.
    let mut sizes = vec![0usize; windows * buckets_each];
    for (window, (digit, _)) in entries() {
        sizes[bucket(window, *digit)] += 1;
    }
    let mut starts = Vec::with_capacity(sizes.len());
    let mut total = 0;
    for size in &sizes {
        starts.push(total);
        total += size;
    }
    let mut sorted = Zeroizing::new(vec![Affine::<P>::identity(); total]);
    for (window, (digit, (point, _))) in entries() {
        let place = &mut starts[bucket(window, *digit)];
        sorted[*place] = if *digit < 0 { -*point } else { *point };
        *place += 1;
    }

    reduce_buckets(&mut sorted, &mut sizes);

    let mut rest = sorted.iter();
    sizes
        .chunks_exact(buckets_each)
        .map(|sizes| {
            let window: usize = sizes.iter().sum();
            let mut points = rest
                .by_ref()
                .take(window)
                .collect::<Vec<_>>()
                .into_iter()
                .rev();
            // Σ j·bucket_j as the sum of all partial sums, from the highest bucket.
            let mut partial = Projective::<P>::ZERO_BUCKET;
            let mut sum = Projective::<P>::ZERO_BUCKET;
            for size in sizes.iter().rev() {
                if *size == 1
                    && let Some(point) = points.next()
                {
                    partial += point;
                }
                sum += &partial;
            }
            sum.into()
        })
        .collect()
}

/// Adds up the points of every bucket, which lie side by side, until each has one at most.
fn reduce_buckets<P: SWCurveConfig>(points: &mut [Affine<P>], sizes: &mut [usize]) {
    let mut slopes = Zeroizing::new(Vec::with_capacity(points.len() / 2));
    while sizes.iter().any(|size| *size > 1) {
        slopes.clear();
        let mut start = 0;
        for size in sizes.iter() {
            let bucket = &points[start..start + size];
            slopes.extend(bucket.as_chunks().0.iter().map(denominator));
            start += size;
        }
        // Zeros stay zeros.
        batch_inversion(&mut slopes);

        let mut slope = slopes.iter();
        let (mut from, mut to) = (0, 0);
        for size in sizes.iter_mut() {
            let end = from + *size;
            let first = to;
            while from < end {
                if from + 1 == end {
                    points[to] = points[from];
                    to += 1;
                } else if let Some(sum) = slope
                    .next()
                    .and_then(|inverse| add(&points[from], &points[from + 1], inverse))
                {
                    points[to] = sum;
                    to += 1;
                }
                from += 2;
            }
            from = end;
            *size = to - first;
        }
    }
}

/// What the slope of the line through both points is divided by; zero if their sum is the identity.
fn denominator<P: SWCurveConfig>([left, right]: &[Affine<P>; 2]) -> P::BaseField {
    if left.x != right.x {
        right.x - left.x
    } else if left.y == right.y {
        left.y.double()
    } else {
        P::BaseField::ZERO
    }
}

/// The sum of two points, neither of them the identity, or nothing if it is the identity.
fn add<P: SWCurveConfig>(
    left: &Affine<P>,
    right: &Affine<P>,
    inverse: &P::BaseField,
) -> Option<Affine<P>> {
    if inverse.is_zero() {
        return None;
    }
    let slope = if left.x != right.x {
        (right.y - left.y) * inverse
    } else {
        let square = left.x.square();
        (square.double() + square + P::COEFF_A) * inverse
    };
    let x = slope.square() - left.x - right.x;
    let y = slope * (left.x - x) - left.y;
    Some(Affine::new_unchecked(x, y))
}

#[cfg(test)]
mod tests {
    use ark_bn254::{Fr, G1Projective, G2Projective};
    use ark_ec::{CurveGroup, PrimeGroup};
    use ark_ff::UniformRand;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn check<G>(points: &[G], scalars: &[Fr])
    where
        G: PrimeGroup<ScalarField = Fr> + CurveGroup,
        G::Affine: Msm<G>,
    {
        let expected: G = points
            .iter()
            .zip(scalars)
            .map(|(point, scalar)| *point * scalar)
            .sum();
        let affine = G::normalize_batch(points);
        let scalars: Vec<_> = scalars.iter().map(|scalar| scalar.into_bigint()).collect();
        assert_eq!(G::Affine::msm(&affine, &scalars), expected);
    }

    trait Msm<G>: Sized {
        fn msm(points: &[Self], scalars: &[<Fr as PrimeField>::BigInt]) -> G;
    }

    impl<P: SWCurveConfig<ScalarField = Fr>> Msm<Projective<P>> for Affine<P> {
        fn msm(points: &[Self], scalars: &[<Fr as PrimeField>::BigInt]) -> Projective<P> {
            msm_vartime(points, scalars)
        }
    }

    fn random<G: PrimeGroup<ScalarField = Fr> + CurveGroup>()
    where
        G::Affine: Msm<G>,
    {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        for count in [0, 1, 2, 3, 17, 100, 700] {
            let points: Vec<G> = (0..count).map(|_| G::rand(&mut rng)).collect();
            let scalars: Vec<Fr> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
            check(&points, &scalars);
        }
    }

    #[test]
    fn equals_the_sum_of_products() {
        random::<G1Projective>();
        random::<G2Projective>();
    }

    #[test]
    fn handles_every_scalar_at_the_edges() {
        let mut rng = ChaCha20Rng::seed_from_u64(8);
        let half = Fr::from(P_HALF);
        let edges = [
            Fr::ZERO,
            Fr::ONE,
            -Fr::ONE,
            Fr::from(2),
            half,
            half + Fr::ONE,
            -half,
            Fr::from(u64::MAX),
            -Fr::from(u64::MAX),
        ];
        let many: Vec<Fr> = edges.iter().copied().cycle().take(90).collect();
        let points: Vec<G1Projective> = many.iter().map(|_| G1Projective::rand(&mut rng)).collect();
        check(&points, &many);
        for edge in edges {
            check(&points[..1], &[edge]);
        }
    }

    const P_HALF: <Fr as PrimeField>::BigInt = Fr::MODULUS_MINUS_ONE_DIV_TWO;

    #[test]
    fn doublings_cancellations_and_identities_in_a_bucket() {
        let g = G1Projective::generator();
        let zero = G1Projective::ZERO;
        let one = Fr::ONE;
        check(&[g, g, g, g], &[one; 4]);
        check(&[g, -g], &[one; 2]);
        check(&[g, -g, g], &[one; 3]);
        check(&[g, g, -g, -g, g], &[one; 5]);
        check(&[zero, g, zero], &[one; 3]);
        check(&[g, g], &[one, -one]);
        check(&[zero], &[one]);
    }
}
