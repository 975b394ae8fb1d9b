use core::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use zeroize::Zeroizing;

/// The longest passphrase accepted, in UTF-8 bytes after normalisation.
const MAX_BYTES: usize = 1024;

/// A passphrase as it enters Argon2id: UTF-8 in NFC, as in the OpaqueString profile of RFC 8265, so
/// that the same words typed on another keyboard open the same vault.
pub struct Passphrase(Zeroizing<String>);

/// Why a text is no passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing was given.
    #[error("the passphrase is empty")]
    Empty,
    /// It is longer than anybody types.
    #[error("the passphrase is longer than 1024 bytes")]
    TooLong,
}

impl Passphrase {
    /// Normalises `text`. How good a passphrase must be is for the interface to advise.
    pub fn new(text: &str) -> Result<Self, PassphraseError> {
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if text.len() > 4 * MAX_BYTES {
            return Err(PassphraseError::TooLong);
        }
        // NFC makes no text longer than three times its bytes. With the room reserved the string
        // never moves, so no unwiped copy is left behind.
        let mut normal = Zeroizing::new(String::with_capacity(3 * text.len()));
        normal.extend(ComposingNormalizerBorrowed::new_nfc().normalize_iter(text.chars()));
        if normal.len() > MAX_BYTES {
            return Err(PassphraseError::TooLong);
        }
        Ok(Self(normal))
    }

    /// The bytes that Argon2id hashes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}
