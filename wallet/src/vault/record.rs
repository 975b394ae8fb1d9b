use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::DataKey;
use crate::store::RecordName;

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
/// Plaintexts are padded to a multiple of this, so that the size of a record does not tell the
/// length of a name.
const BLOCK: usize = 512;
/// The largest plaintext, in bytes.
const MAX_PLAINTEXT: usize = 4 * 1024 * 1024;

/// Why a record could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes are not what this vault stored under this name.
    #[error("a stored record was changed or damaged")]
    Damaged,
    /// Written by a newer program.
    #[error("a stored record has version {found}, which is not supported")]
    Version {
        /// The version byte.
        found: u8,
    },
    /// More than four MiB in one record.
    #[error("the record is too large")]
    TooLarge,
    /// The operating system gave no randomness. Nothing was written.
    #[error("the system's random number generator failed")]
    Randomness,
}

/// `version ‖ nonce ‖ XChaCha20-Poly1305(pad(plaintext))`, authenticated together with the name.
///
/// Nonces are random: with 192 bits the data key can seal any number of records a device will ever
/// write.
pub(super) fn seal<R: CryptoRng + RngCore>(
    key: &DataKey,
    name: &RecordName,
    plaintext: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, RecordError> {
    let padded = pad(plaintext)?;
    let mut nonce = [0; NONCE_LEN];
    rng.try_fill_bytes(&mut nonce)
        .map_err(|_| RecordError::Randomness)?;
    let sealed = cipher(key)
        .encrypt(
            XNonce::from_slice(&nonce),
            Payload {
                msg: &padded,
                aad: &associated(name),
            },
        )
        .map_err(|_| RecordError::TooLarge)?;
    let mut record = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
    record.push(VERSION);
    record.extend_from_slice(&nonce);
    record.extend_from_slice(&sealed);
    Ok(record)
}

pub(super) fn open(
    key: &DataKey,
    name: &RecordName,
    record: &[u8],
) -> Result<Zeroizing<Vec<u8>>, RecordError> {
    let (&version, rest) = record.split_first().ok_or(RecordError::Damaged)?;
    if version != VERSION {
        return Err(RecordError::Version { found: version });
    }
    if rest.len() > NONCE_LEN + 4 + MAX_PLAINTEXT + BLOCK + TAG_LEN {
        return Err(RecordError::Damaged);
    }
    let (nonce, sealed) = rest
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(RecordError::Damaged)?;
    let padded = cipher(key)
        .decrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: sealed,
                aad: &associated(name),
            },
        )
        .map_err(|_| RecordError::Damaged)?;
    unpad(&Zeroizing::new(padded)).ok_or(RecordError::Damaged)
}

/// Length as four bytes, the plaintext, zeros up to the next block.
fn pad(plaintext: &[u8]) -> Result<Zeroizing<Vec<u8>>, RecordError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(RecordError::TooLarge);
    }
    let length = u32::try_from(plaintext.len()).map_err(|_| RecordError::TooLarge)?;
    let total = (4 + plaintext.len()).next_multiple_of(BLOCK);
    let mut padded = Zeroizing::new(Vec::with_capacity(total));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(plaintext);
    padded.resize(total, 0);
    Ok(padded)
}

fn unpad(padded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (plaintext, zeros) = rest.split_at_checked(length)?;
    let canonical =
        padded.len() == (4 + length).next_multiple_of(BLOCK) && zeros.iter().all(|&byte| byte == 0);
    canonical.then(|| Zeroizing::new(plaintext.to_vec()))
}

/// A name starts with its kind, so this binds name, kind and version.
fn associated(name: &RecordName) -> Vec<u8> {
    let mut bytes = b"glimpse/v1/vault-record".to_vec();
    bytes.push(VERSION);
    bytes.extend_from_slice(name.to_string().as_bytes());
    bytes
}

fn cipher(key: &DataKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(key.expose()))
}
