//! BabyJubJub (ERC-2494): the twisted Edwards curve 168700·x² + y² = 1 + 168696·x²·y² over [`Fr`].
//!
//! The curve has 8·l points. 168700 is a square and 168696 is not, so that the addition law is
//! complete: it has no exceptional inputs. All arithmetic is variable-time.

// The derive macro asks for a feature that only arkworks has.
#![expect(unexpected_cfgs, reason = "written by `derive(MontConfig)`")]

use ark_ec::{
    AffineRepr, CurveConfig,
    models::twisted_edwards::{self, MontCurveConfig, TECurveConfig},
};
use ark_ff::{
    AdditiveGroup, BigInteger, Field, Fp256, MontBackend, MontConfig, MontFp, One, PrimeField, Zero,
};
use thiserror::Error;

use crate::{Fr, field};

/// The modulus l of [`Fl`]. 31 is a quadratic non-residue, which is all that arkworks needs.
#[derive(MontConfig)]
#[modulus = "2736030358979909402780800718157159386076813972158567259200215660948447373041"]
#[generator = "31"]
pub struct FlConfig;

/// Integers modulo l, the order of the large prime subgroup.
pub type Fl = Fp256<MontBackend<FlConfig, 4>>;

/// A point in affine coordinates. The type promises nothing: see [`from_coordinates`].
pub type Point = twisted_edwards::Affine<BabyJubJubConfig>;

/// A point in extended projective coordinates.
pub type Projective = twisted_edwards::Projective<BabyJubJubConfig>;

/// The coefficient a of the twisted Edwards equation: a square.
pub const A: Fr = MontFp!("168700");

/// The coefficient d of the twisted Edwards equation: not a square.
pub const D: Fr = MontFp!("168696");

/// The coefficient of the Montgomery form v² = u³ + 168698·u² + u.
pub const MONTGOMERY_A: Fr = MontFp!("168698");

/// circomlib's `Base8`, a generator of the subgroup of order l.
pub const BASE8: Point = Point::new_unchecked(
    MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
    MontFp!("16950150798460657717958625567821834550301663161624707787222815936182638968203"),
);

/// The parameters of the curve, in circomlib's model (not that of `ark-ed-on-bn254`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct BabyJubJubConfig;

impl CurveConfig for BabyJubJubConfig {
    type BaseField = Fr;
    type ScalarField = Fl;
    const COFACTOR: &'static [u64] = &[8];
    const COFACTOR_INV: Fl =
        MontFp!("2394026564107420727433200628387514462817212225638746351800188703329891451411");
}

impl TECurveConfig for BabyJubJubConfig {
    const COEFF_A: Fr = A;
    const COEFF_D: Fr = D;
    const GENERATOR: Point = BASE8;
    type MontCurveConfig = Self;
}

/// The birationally equivalent Montgomery curve v² = u³ + 168698·u² + u, with
/// u = (1 + y) / (1 − y) and v = u / x.
impl MontCurveConfig for BabyJubJubConfig {
    const COEFF_A: Fr = MONTGOMERY_A;
    const COEFF_B: Fr = Fr::ONE;
    type TECurveConfig = Self;
}

/// The bytes or coordinates are not a point, or not in their one canonical form.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum InvalidPoint {
    /// A coordinate is not below the field's order.
    #[error("a coordinate is not canonical")]
    NonCanonical,
    /// The coordinates do not satisfy the curve's equation.
    #[error("not on the curve")]
    OffCurve,
    /// The point is (0, 1) or (0, −1), which circomlib's encoding does not know.
    #[error("a point with x = 0 has no encoding")]
    ZeroX,
}

/// The point of these coordinates.
///
/// # Errors
/// [`InvalidPoint::OffCurve`] if the curve's equation does not hold. The subgroup is not checked.
pub fn from_coordinates(x: Fr, y: Fr) -> Result<Point, InvalidPoint> {
    let point = Point::new_unchecked(x, y);
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(InvalidPoint::OffCurve)
    }
}

/// circomlib's packed form: y in 32 little-endian bytes, with the top bit set if x > (r − 1) / 2.
#[must_use]
pub fn compress(point: &Point) -> [u8; 32] {
    let mut bytes = field::to_bytes_le(&point.y);
    if is_negative(&point.x) {
        bytes[31] |= 0x80;
    }
    bytes
}

/// Decodes circomlib's packed form. The subgroup is not checked.
///
/// # Errors
/// [`InvalidPoint`] if y is not below r, if no point has this y, or if x would be 0.
pub fn decompress(bytes: &[u8; 32]) -> Result<Point, InvalidPoint> {
    let mut y_bytes = *bytes;
    y_bytes[31] &= 0x7f;
    let y: Fr = field::from_bytes_le(&y_bytes).map_err(|_| InvalidPoint::NonCanonical)?;
    // x² = (1 − y²) / (a − d·y²); the denominator is never zero, since a/d is not a square.
    let y2 = y.square();
    let denominator = A - D * y2;
    let x2 = (Fr::one() - y2) * denominator.inverse().ok_or(InvalidPoint::OffCurve)?;
    let x = x2.sqrt().ok_or(InvalidPoint::OffCurve)?;
    if x.is_zero() {
        return Err(InvalidPoint::ZeroX);
    }
    let negative = bytes[31] & 0x80 != 0;
    let x = if is_negative(&x) == negative { x } else { -x };
    Ok(Point::new_unchecked(x, y))
}

/// 8·P: zero exactly for the eight points of small order, else of order l.
pub fn clear_cofactor(point: &Point) -> Projective {
    let mut cleared = point.into_group();
    for _ in 0..3 {
        cleared.double_in_place();
    }
    cleared
}

fn is_negative(x: &Fr) -> bool {
    x.into_bigint() > Fr::MODULUS_MINUS_ONE_DIV_TWO
}

/// The integer of a field element, reduced modulo l. Safe wherever the scalar multiplies a point of
/// order l: the product depends on the scalar modulo l only.
pub(crate) fn reduce(integer_le: &[u8]) -> Fl {
    Fl::from_le_bytes_mod_order(integer_le)
}

/// The integer of `element` modulo l; see [`reduce`].
pub(crate) fn scalar_of(element: &Fr) -> Fl {
    reduce(&element.into_bigint().to_bytes_le())
}

#[cfg(test)]
mod tests {
    use ark_ec::CurveGroup;
    use ark_ff::BigInt;

    use super::*;

    #[test]
    fn the_addition_law_is_complete() {
        assert!(A.legendre().is_qr());
        assert!(D.legendre().is_qnr());
        assert!(Fl::from(31u64).legendre().is_qnr());
        assert_eq!(Fl::from(8u64) * BabyJubJubConfig::COFACTOR_INV, Fl::ONE);
    }

    #[test]
    fn base8_is_eight_times_circomlibs_generator() {
        let generator = from_coordinates(
            MontFp!("995203441582195749578291179787384436505546430278305826713579947235728471134"),
            MontFp!("5472060717959818805561601436314318772137091100104008585924551046643952123905"),
        )
        .unwrap();
        assert_eq!(clear_cofactor(&generator).into_affine(), BASE8);
        assert!(BASE8.is_on_curve() && BASE8.is_in_correct_subgroup_assuming_on_curve());
        assert!(!generator.is_in_correct_subgroup_assuming_on_curve());
    }

    #[test]
    fn packing_round_trips_and_is_the_only_encoding() {
        let mut point = BASE8.into_group();
        for _ in 0..64 {
            for p in [point.into_affine(), (-point).into_affine()] {
                let bytes = compress(&p);
                assert_eq!(decompress(&bytes), Ok(p));
            }
            point += BASE8;
        }
        // Every single bit flipped gives another point or none, never the same one.
        let bytes = compress(&BASE8);
        for bit in 0..256 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(other) = decompress(&flipped) {
                assert_ne!(other, BASE8);
                assert_eq!(compress(&other), flipped);
            }
        }
    }

    #[test]
    fn non_canonical_encodings_are_refused() {
        // y + r for the largest y that leaves room below 2^255.
        let mut y_plus_r = BASE8.y.into_bigint();
        y_plus_r.add_with_carry(&Fr::MODULUS);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&y_plus_r.to_bytes_le());
        assert_eq!(bytes[31] & 0x80, 0);
        assert_eq!(decompress(&bytes), Err(InvalidPoint::NonCanonical));
        assert_eq!(decompress(&[0xff; 32]), Err(InvalidPoint::NonCanonical));
        // (0, ±1), with and without the sign bit.
        for y in [Fr::ONE, -Fr::ONE] {
            let mut bytes = field::to_bytes_le(&y);
            assert_eq!(decompress(&bytes), Err(InvalidPoint::ZeroX));
            bytes[31] |= 0x80;
            assert_eq!(decompress(&bytes), Err(InvalidPoint::ZeroX));
        }
    }

    #[test]
    fn points_off_the_curve_are_refused() {
        assert_eq!(
            from_coordinates(Fr::ONE, Fr::ONE),
            Err(InvalidPoint::OffCurve)
        );
        let orphan = (2..).map(Fr::from).find(|y: &Fr| {
            let y2 = y.square();
            let x2 = (Fr::ONE - y2) / (A - D * y2);
            x2.legendre().is_qnr()
        });
        let bytes = field::to_bytes_le(&orphan.unwrap());
        assert_eq!(decompress(&bytes), Err(InvalidPoint::OffCurve));
    }

    #[test]
    fn scalars_reduce_modulo_l() {
        let l_plus_two = {
            let mut l = Fl::MODULUS;
            l.add_with_carry(&BigInt::from(2u64));
            Fr::from_bigint(l).unwrap()
        };
        assert_eq!(scalar_of(&l_plus_two), Fl::from(2u64));
    }
}
