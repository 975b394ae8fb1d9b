//! Random scalars that fail rather than being weak.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{PrimeField, Zero};
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
    let scalar = Fr::from_le_bytes_mod_order(bytes.as_ref());
    // A zero blinder hides nothing. An honest generator never gives one; a dead one would.
    (!scalar.is_zero()).then_some(scalar).ok_or(RandomnessError)
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
