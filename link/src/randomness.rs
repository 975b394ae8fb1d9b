//! Random scalars that fail rather than being weak.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger, PrimeField, Zero};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

/// The random generator failed, or gave what a working one gives with probability below 2⁻²⁵⁰.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the random generator failed")]
pub struct RandomnessError;

/// A uniform scalar that is not zero: the bias of reducing 64 bytes is below 2⁻²⁵⁷.
pub(crate) fn scalar<R>(rng: &mut R) -> Result<Fr, RandomnessError>
where
    R: CryptoRng + RngCore + ?Sized,
{
    let mut bytes = Zeroizing::new([0; 64]);
    rng.try_fill_bytes(bytes.as_mut())
        .map_err(|_| RandomnessError)?;
    // Reduction is meant here: these bytes are no encoding of anything.
    let (halves, _) = bytes.as_chunks::<32>();
    let [low, high] = [0, 1].map(|half| Zeroizing::new(reduced(&halves[half])));
    let scalar = *low + *high * TWO_256;
    // A zero blinder hides nothing. An honest generator never gives one; a dead one would.
    (!scalar.is_zero()).then_some(scalar).ok_or(RandomnessError)
}

/// 2²⁵⁶ modulo r.
const TWO_256: Fr = Fr::new(Fr::R);

/// An integer below 2²⁵⁶ modulo r, which goes five times into it at most.
fn reduced(bytes: &[u8; 32]) -> Fr {
    let mut limbs = Zeroizing::new(BigInt::new([0; 4]));
    for (limb, bytes) in limbs.0.iter_mut().zip(bytes.as_chunks().0) {
        *limb = u64::from_le_bytes(*bytes);
    }
    while *limbs >= Fr::MODULUS {
        limbs.sub_with_borrow(&Fr::MODULUS);
    }
    Fr::from_bigint(*limbs).unwrap_or_default()
}

/// `count` independent [`scalar`]s.
pub(crate) fn scalars<R>(count: usize, rng: &mut R) -> Result<Zeroizing<Vec<Fr>>, RandomnessError>
where
    R: CryptoRng + RngCore + ?Sized,
{
    // Reserved at once, because a growing vector would leave copies of secrets behind.
    let mut scalars = Zeroizing::new(Vec::with_capacity(count));
    for _ in 0..count {
        scalars.push(scalar(rng)?);
    }
    Ok(scalars)
}

/// A uniform 128-bit weight for one of many equations that are checked as one.
pub(crate) fn weight<R>(rng: &mut R) -> Result<Fr, RandomnessError>
where
    R: CryptoRng + RngCore + ?Sized,
{
    let mut bytes = [0; 16];
    rng.try_fill_bytes(&mut bytes)
        .map_err(|_| RandomnessError)?;
    let weight = u128::from_le_bytes(bytes);
    (weight != 0)
        .then(|| Fr::from(weight))
        .ok_or(RandomnessError)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the same bytes for ever.
    struct Same([u8; 64]);

    impl CryptoRng for Same {}

    impl RngCore for Same {
        fn next_u32(&mut self) -> u32 {
            unreachable!()
        }

        fn next_u64(&mut self) -> u64 {
            unreachable!()
        }

        fn fill_bytes(&mut self, _: &mut [u8]) {
            unreachable!()
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
            bytes.copy_from_slice(&self.0);
            Ok(())
        }
    }

    #[test]
    fn a_scalar_is_the_integer_of_its_bytes() {
        let mut bytes = [0xff; 64];
        for place in 0..64 {
            let expected = Fr::from_le_bytes_mod_order(&bytes);
            assert_eq!(scalar(&mut Same(bytes)), Ok(expected), "{place}");
            bytes[place] = place as u8;
        }
        let mut modulus = [0; 64];
        for (bytes, limb) in modulus.as_chunks_mut().0.iter_mut().zip(Fr::MODULUS.0) {
            *bytes = limb.to_le_bytes();
        }
        assert_eq!(scalar(&mut Same(modulus)), Err(RandomnessError));
    }
}
