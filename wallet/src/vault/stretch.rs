use rand_core::{CryptoRng, RngCore};

use super::{Passphrase, StretchedKey};

/// Least memory accepted from a stored header, in KiB (19 MiB, OWASP's floor for two passes).
const MIN_MEMORY_KIB: u32 = 19 * 1024;
/// Most memory accepted, so that a planted header cannot exhaust the device.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MIN_PASSES: u32 = 2;
const MAX_PASSES: u32 = 64;
const MAX_LANES: u32 = 16;

/// Turns a passphrase into a key with Argon2id, version 0x13.
///
/// It is asynchronous because in a browser the work, some hundred milliseconds, runs in the worker
/// and the page must stay responsive. Futures need not be `Send`: they hold JavaScript values there.
pub trait Stretch {
    /// 32 bytes of Argon2id output over the passphrase's UTF-8 bytes, with no secret and no
    /// associated data.
    #[expect(async_fn_in_trait, reason = "the browser's futures are not Send")]
    async fn stretch(
        &self,
        passphrase: &Passphrase,
        salt: &Salt,
        parameters: StretchParameters,
    ) -> Result<StretchedKey, StretchError>;
}

/// Why a passphrase could not be stretched. Says nothing about whether it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StretchError {
    /// There is not enough memory for the parameters.
    #[error("there is not enough memory to stretch the passphrase")]
    Memory,
    /// The worker that does it is gone or was told to stop.
    #[error("stretching the passphrase was interrupted")]
    Interrupted,
}

/// The salt of a header: 16 random bytes, drawn anew for every passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt([u8; 16]);

/// Costs of Argon2id. A value of this type is within the accepted bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StretchParameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The costs are outside the accepted bounds: too weak, or so high that they can only be an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Argon2id parameters out of bounds: {memory_kib} KiB, {passes} passes, {lanes} lanes")]
pub struct WeakParameters {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Salt {
    pub(super) fn generate<R: CryptoRng + RngCore>(rng: &mut R) -> Option<Self> {
        let mut salt = [0; 16];
        rng.try_fill_bytes(&mut salt).ok()?;
        Some(Self(salt))
    }

    pub(super) fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes as Argon2id takes them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl StretchParameters {
    /// The least that is accepted: 19 MiB and two passes.
    pub const MINIMUM: Self = Self {
        memory_kib: MIN_MEMORY_KIB,
        passes: MIN_PASSES,
        lanes: 1,
    };

    /// What new vaults use: 46 MiB and two passes, twice OWASP's first choice, and small enough
    /// for the WASM memory of a phone.
    pub const RECOMMENDED: Self = Self {
        memory_kib: 46 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// Accepts costs within the bounds only.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, WeakParameters> {
        let accepted = (MIN_MEMORY_KIB..=MAX_MEMORY_KIB).contains(&memory_kib)
            && (MIN_PASSES..=MAX_PASSES).contains(&passes)
            && (1..=MAX_LANES).contains(&lanes);
        if accepted {
            Ok(Self {
                memory_kib,
                passes,
                lanes,
            })
        } else {
            Err(WeakParameters {
                memory_kib,
                passes,
                lanes,
            })
        }
    }

    /// Memory in KiB.
    #[must_use]
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes (they are computed one after another; the number only enters the result).
    #[must_use]
    pub fn lanes(self) -> u32 {
        self.lanes
    }
}

/// Argon2id on the calling thread, for programs without a page to keep responsive.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct Argon2Direct;

#[cfg(not(target_arch = "wasm32"))]
impl Stretch for Argon2Direct {
    async fn stretch(
        &self,
        passphrase: &Passphrase,
        salt: &Salt,
        parameters: StretchParameters,
    ) -> Result<StretchedKey, StretchError> {
        let StretchParameters {
            memory_kib,
            passes,
            lanes,
        } = parameters;
        let mut output = zeroize::Zeroizing::new([0; 32]);
        let params = argon2::Params::new(memory_kib, passes, lanes, Some(output.len()))
            .map_err(|_| StretchError::Memory)?;
        argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(
                passphrase.expose().as_bytes(),
                salt.as_bytes(),
                &mut *output,
            )
            .map_err(|_| StretchError::Memory)?;
        Ok(StretchedKey::new(*output))
    }
}
