use core::fmt;

use glimpse_protocol::holder::HolderSecret;
use hkdf::Hkdf;
use rand_core::{CryptoRng, RngCore};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The 32 random bytes from which every secret of the holder is derived, and which a recovery
/// phrase would write down.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

impl Seed {
    /// `None` when the generator fails.
    pub fn generate<R: CryptoRng + RngCore>(rng: &mut R) -> Option<Self> {
        let mut seed = Self([0; 32]);
        rng.try_fill_bytes(&mut seed.0).ok()?;
        Some(seed)
    }

    /// Takes back a stored seed. `None` unless there are exactly 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// For storing in the vault.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The holder secret `sk`: HKDF-SHA256 with the seed as input key and
    /// `glimpse/v1/holder-secret` as info, 64 bytes, reduced modulo r. Reducing 512 uniform bits
    /// modulo the 254-bit r leaves a bias below 2^-257.
    #[must_use]
    #[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes")]
    pub fn holder_secret(&self) -> HolderSecret {
        let mut wide = Zeroizing::new([0; 64]);
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(b"glimpse/v1/holder-secret", &mut *wide)
            .expect("64 bytes are within HKDF's limit");
        HolderSecret::from_uniform_bytes(&wide)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(redacted)")
    }
}
