use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{DataKey, Salt, StretchParameters, StretchedKey, WeakParameters};

const MAGIC: &[u8; 12] = b"glimpsevault";
const VERSION: u8 = 1;
/// Argon2id version 0x13 and XChaCha20-Poly1305: the only suite of version 1.
const SUITE: u8 = 1;
/// Magic, version, suite, three costs, salt.
const PREFIX_LEN: usize = 12 + 1 + 1 + 3 * 4 + 16;
const NONCE_LEN: usize = 24;
/// The data key and the tag.
const WRAPPED_LEN: usize = 32 + 16;
const CHECKSUM_LEN: usize = 16;
const LEN: usize = PREFIX_LEN + NONCE_LEN + WRAPPED_LEN + CHECKSUM_LEN;

/// The only part of a vault that is readable without the passphrase: how to stretch it, and the
/// data key wrapped with the result. 130 bytes; equal headers have equal bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    parameters: StretchParameters,
    salt: Salt,
    nonce: [u8; NONCE_LEN],
    wrapped: [u8; WRAPPED_LEN],
}

/// Why bytes are no vault header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A header has exactly 130 bytes.
    #[error("its header has {found} bytes instead of {LEN}")]
    Length {
        /// How many there were.
        found: usize,
    },
    /// Something else was stored here.
    #[error("this is not a wallet vault")]
    Magic,
    /// Written by a newer program.
    #[error("its version {found} is not supported")]
    Version {
        /// The version byte.
        found: u8,
    },
    /// An unknown choice of algorithms.
    #[error("its cipher suite {found} is not supported")]
    Suite {
        /// The suite byte.
        found: u8,
    },
    /// Bytes have changed since the header was written.
    #[error("its header was changed or damaged")]
    Checksum,
    /// Costs that no wallet would have written.
    #[error(transparent)]
    Parameters(#[from] WeakParameters),
}

impl Header {
    pub(super) fn wrap_key<R: CryptoRng + RngCore>(
        key: &DataKey,
        stretched: &StretchedKey,
        salt: Salt,
        parameters: StretchParameters,
        rng: &mut R,
    ) -> Option<Self> {
        let mut nonce = [0; NONCE_LEN];
        rng.try_fill_bytes(&mut nonce).ok()?;
        let prefix = prefix(parameters, &salt);
        let wrapped = cipher(stretched)
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: key.expose(),
                    aad: &prefix,
                },
            )
            .ok()?;
        Some(Self {
            parameters,
            salt,
            nonce,
            wrapped: wrapped.try_into().ok()?,
        })
    }

    /// `None`: this is not the key that wrapped it. A damaged header never gets here, because
    /// [`from_bytes`](Self::from_bytes) checks the checksum; that is what tells a wrong passphrase
    /// from a damaged vault.
    pub(super) fn unwrap_key(&self, stretched: &StretchedKey) -> Option<DataKey> {
        let prefix = prefix(self.parameters, &self.salt);
        let payload = Payload {
            msg: &self.wrapped,
            aad: &prefix,
        };
        let key = cipher(stretched)
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .ok()?;
        DataKey::from_slice(&Zeroizing::new(key))
    }

    pub(super) fn salt(&self) -> &Salt {
        &self.salt
    }

    pub(super) fn parameters(&self) -> StretchParameters {
        self.parameters
    }

    /// The 130 bytes specified in `docs/protocol/vault.md`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LEN);
        bytes.extend_from_slice(&prefix(self.parameters, &self.salt));
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.wrapped);
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads exactly what [`to_bytes`](Self::to_bytes) writes and refuses everything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HeaderError> {
        let whole: &[u8; LEN] = bytes
            .try_into()
            .map_err(|_| HeaderError::Length { found: bytes.len() })?;
        let mut fields = Fields(whole);
        if &fields.take::<12>() != MAGIC {
            return Err(HeaderError::Magic);
        }
        let [version] = fields.take();
        if version != VERSION {
            return Err(HeaderError::Version { found: version });
        }
        let [suite] = fields.take();
        if suite != SUITE {
            return Err(HeaderError::Suite { found: suite });
        }
        let (body, stored) = whole.split_at(LEN - CHECKSUM_LEN);
        if !bool::from(checksum(body).ct_eq(stored)) {
            return Err(HeaderError::Checksum);
        }
        let mut cost = || u32::from_be_bytes(fields.take());
        let parameters = StretchParameters::new(cost(), cost(), cost())?;
        Ok(Self {
            parameters,
            salt: Salt::new(fields.take()),
            nonce: fields.take(),
            wrapped: fields.take(),
        })
    }
}

/// A cursor over the fixed-length header. The lengths of all takes add up to at most `LEN`.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    #[expect(
        clippy::expect_used,
        reason = "the field lengths add up to the checked total length"
    )]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self.0.split_first_chunk::<N>().expect("lengths add up");
        self.0 = rest;
        *field
    }
}

fn prefix(parameters: StretchParameters, salt: &Salt) -> [u8; PREFIX_LEN] {
    let mut prefix = [0; PREFIX_LEN];
    let costs = [
        parameters.memory_kib(),
        parameters.passes(),
        parameters.lanes(),
    ];
    prefix[..12].copy_from_slice(MAGIC);
    prefix[12] = VERSION;
    prefix[13] = SUITE;
    for (slot, cost) in prefix[14..26].chunks_exact_mut(4).zip(costs) {
        slot.copy_from_slice(&cost.to_be_bytes());
    }
    prefix[26..].copy_from_slice(salt.as_bytes());
    prefix
}

/// Detects accidents only. An attacker can recompute it, and then the tag of the wrapped key fails.
fn checksum(body: &[u8]) -> [u8; CHECKSUM_LEN] {
    let digest = Sha256::new()
        .chain_update(b"glimpse/v1/vault-header")
        .chain_update(body)
        .finalize();
    let mut short = [0; CHECKSUM_LEN];
    short.copy_from_slice(&digest[..CHECKSUM_LEN]);
    short
}

fn cipher(stretched: &StretchedKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(stretched.expose()))
}
