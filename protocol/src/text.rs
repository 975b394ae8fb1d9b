//! Text attributes: Unicode in normalisation form C, refused rather than repaired.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::value::ValueError;

/// Text of at most 30 bytes of UTF-8 in normalisation form C.
#[derive(Clone, PartialEq, Eq)]
pub struct ShortText(String);

/// Text of at most 4096 bytes of UTF-8 in normalisation form C.
#[derive(Clone, PartialEq, Eq)]
pub struct LongText(String);

impl ShortText {
    /// The longest short text.
    pub const MAX_BYTES: usize = 30;

    /// Short text, if it is in normal form and short enough.
    ///
    /// # Errors
    /// [`ValueError::NotNfc`] or [`ValueError::TooLong`].
    pub fn new(text: &str) -> Result<Self, ValueError> {
        checked(text, Self::MAX_BYTES).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The length in the first byte, then the text, then zeros.
    pub fn packed(&self) -> [u8; 31] {
        let mut out = [0; 31];
        out[0] = self.0.len() as u8;
        out[1..=self.0.len()].copy_from_slice(self.0.as_bytes());
        out
    }
}

impl LongText {
    /// The longest long text.
    pub const MAX_BYTES: usize = 4096;

    /// Long text, if it is in normal form and not too long.
    ///
    /// # Errors
    /// [`ValueError::NotNfc`] or [`ValueError::TooLong`].
    pub fn new(text: &str) -> Result<Self, ValueError> {
        checked(text, Self::MAX_BYTES).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn checked(text: &str, limit: usize) -> Result<String, ValueError> {
    if text.len() > limit {
        return Err(ValueError::TooLong(limit));
    }
    if !ComposingNormalizerBorrowed::new_nfc().is_normalized(text) {
        return Err(ValueError::NotNfc);
    }
    Ok(text.to_owned())
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortText(..)")
    }
}

impl fmt::Debug for LongText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LongText(..)")
    }
}
