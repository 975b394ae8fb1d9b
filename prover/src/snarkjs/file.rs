//! What the three formats share: a magic, a version, and numbered sections with their lengths.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInt, BigInteger, PrimeField};

use super::FileError;

/// Bytes of an element of either field.
pub(super) const ELEMENT: usize = 32;

/// No circuit comes near this; it bounds what a count can ask for.
pub(super) const MAX_COUNT: usize = 1 << 24;

/// More sections than any of the formats has.
const MAX_SECTIONS: u32 = 16;

/// The sections of a file, each of them there at most once.
pub(super) struct Sections<'a>(Vec<(u32, Input<'a>)>);

impl<'a> Sections<'a> {
    /// Reads the whole table: nothing may be cut off, follow, or have a number not in `known`.
    pub(super) fn read(
        bytes: &'a [u8],
        magic: &'static [u8; 4],
        version: u32,
        known: &[u32],
    ) -> Result<Self, FileError> {
        let mut input = Input(bytes);
        if input.take(4).ok() != Some(magic.as_slice()) {
            return Err(FileError::Magic);
        }
        if input.u32()? != version {
            return Err(FileError::Version);
        }
        let count = input.u32()?;
        if count > MAX_SECTIONS {
            return Err(FileError::Count);
        }
        let mut sections: Vec<(u32, Input<'a>)> = Vec::new();
        for _ in 0..count {
            let section = input.u32()?;
            let length = usize::try_from(input.u64()?).map_err(|_| FileError::Truncated)?;
            let contents = Input(input.take(length)?);
            if !known.contains(&section) {
                return Err(FileError::UnknownSection { section });
            }
            if sections.iter().any(|(other, _)| *other == section) {
                return Err(FileError::DuplicateSection { section });
            }
            sections.push((section, contents));
        }
        input.end()?;
        Ok(Self(sections))
    }

    pub(super) fn get(&self, section: u32) -> Result<Input<'a>, FileError> {
        let found = self.0.iter().find(|(other, _)| *other == section);
        let (_, contents) = found.ok_or(FileError::MissingSection { section })?;
        Ok(contents.clone())
    }
}

/// Bytes still to be read.
#[derive(Clone)]
pub(super) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], FileError> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(FileError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FileError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(FileError::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn u32(&mut self) -> Result<u32, FileError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, FileError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A number of things.
    pub(super) fn count(&mut self) -> Result<usize, FileError> {
        let count = self.u32()? as usize;
        (count <= MAX_COUNT)
            .then_some(count)
            .ok_or(FileError::Count)
    }

    /// A field's modulus, with its length in front.
    pub(super) fn modulus<F: Element>(&mut self) -> Result<(), FileError> {
        let same = self.u32()? as usize == ELEMENT && self.limbs()? == F::MODULUS;
        same.then_some(()).ok_or(FileError::Field)
    }

    /// An element as the number that it is.
    pub(super) fn plain(&mut self) -> Result<Fr, FileError> {
        Fr::from_bigint(self.limbs()?).ok_or(FileError::Element)
    }

    /// An element in Montgomery form: 2²⁵⁶ times its value, reduced.
    pub(super) fn montgomery<F: Element>(&mut self) -> Result<F, FileError> {
        let limbs = self.limbs()?;
        (limbs < F::MODULUS)
            .then(|| F::from_montgomery(limbs))
            .ok_or(FileError::Element)
    }

    /// Reads `count` items of at least `size` bytes each.
    pub(super) fn many<T>(
        &mut self,
        count: usize,
        size: usize,
        item: impl Fn(&mut Self) -> Result<T, FileError>,
    ) -> Result<Vec<T>, FileError> {
        // Checked before allocating, so that a count cannot ask for more than the input holds.
        if self.0.len() / size < count {
            return Err(FileError::Truncated);
        }
        (0..count).map(|_| item(self)).collect()
    }

    pub(super) fn end(self) -> Result<(), FileError> {
        self.0.is_empty().then_some(()).ok_or(FileError::Trailing)
    }

    fn limbs(&mut self) -> Result<BigInt<4>, FileError> {
        let bytes: [u8; ELEMENT] = self.array()?;
        let (limbs, _) = bytes.as_chunks::<8>();
        let mut value = [0; 4];
        for (limb, bytes) in value.iter_mut().zip(limbs) {
            *limb = u64::from_le_bytes(*bytes);
        }
        Ok(BigInt::new(value))
    }
}

/// The two fields of the curve, in arkworks' representation, which is Montgomery's too.
pub(super) trait Element: PrimeField<BigInt = BigInt<4>> {
    /// Takes limbs below the modulus.
    fn from_montgomery(limbs: BigInt<4>) -> Self;

    /// 2²⁵⁶ times its value, reduced.
    fn to_montgomery(self) -> BigInt<4>;
}

impl Element for Fq {
    fn from_montgomery(limbs: BigInt<4>) -> Self {
        Self::new_unchecked(limbs)
    }

    fn to_montgomery(self) -> BigInt<4> {
        self.0
    }
}

impl Element for Fr {
    fn from_montgomery(limbs: BigInt<4>) -> Self {
        Self::new_unchecked(limbs)
    }

    fn to_montgomery(self) -> BigInt<4> {
        self.0
    }
}

/// Builds a file section by section.
pub(super) struct Output(Vec<u8>);

impl Output {
    /// `capacity` is for all sections together: what is written may be secret, and a vector that
    /// grew would leave copies behind.
    pub(super) fn new(magic: &[u8; 4], version: u32, sections: u32, capacity: usize) -> Self {
        let mut out = Self(Vec::with_capacity(capacity + 128));
        out.0.extend_from_slice(magic);
        out.u32(version);
        out.u32(sections);
        out
    }

    pub(super) fn section(&mut self, section: u32, write: impl FnOnce(&mut Self)) {
        self.u32(section);
        let place = self.0.len();
        self.u64(0);
        write(self);
        let length = (self.0.len() - place - 8) as u64;
        self.0[place..place + 8].copy_from_slice(&length.to_le_bytes());
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn modulus<F: Element>(&mut self) {
        self.u32(ELEMENT as u32);
        self.limbs(F::MODULUS);
    }

    pub(super) fn plain(&mut self, value: &Fr) {
        self.limbs(value.into_bigint());
    }

    pub(super) fn montgomery<F: Element>(&mut self, value: F) {
        self.limbs(value.to_montgomery());
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn limbs(&mut self, limbs: BigInt<4>) {
        self.0.extend_from_slice(&limbs.to_bytes_le());
    }
}
