//! The wire form: deterministic CBOR (RFC 8949 section 4.2) with limits.
//!
//! A type writes itself in exactly one way. Reading decodes, re-encodes and compares, so that a longer length,
//! an indefinite item or a trailing byte is refused without a rule for each of them. Readers know their shape,
//! so that nesting is bounded by the types, and every count is bounded before anything is allocated.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;

use minicbor::data::Type;

/// Writes CBOR into memory, which cannot fail.
pub(crate) struct Writer(minicbor::Encoder<Vec<u8>>);

/// Reads CBOR within limits.
pub(crate) struct Reader<'a>(minicbor::Decoder<'a>);

/// Why bytes are not the canonical form of what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// More bytes than this type can have.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// Not CBOR, cut short, or of another shape.
    #[error("not well-formed, or of another shape")]
    Malformed,
    /// A version that is not known here.
    #[error("a version that is not known here")]
    Version,
    /// A count, length or number beyond its limit.
    #[error("a count or length beyond its limit")]
    Limit,
    /// A part that is well-formed but has no valid meaning.
    #[error("a part without a valid meaning: {0}")]
    Invalid(&'static str),
    /// Not the one canonical form, or followed by further bytes.
    #[error("not in canonical form")]
    NotCanonical,
}

/// A type with one canonical binary form.
pub(crate) trait Wire: Sized {
    /// The longest canonical form in bytes.
    const MAX_BYTES: usize;
    fn write(&self, writer: &mut Writer);
    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError>;

    fn to_wire(&self) -> Vec<u8> {
        let mut writer = Writer(minicbor::Encoder::new(Vec::new()));
        self.write(&mut writer);
        writer.0.into_writer()
    }

    fn from_wire(bytes: &[u8]) -> Result<Self, CodecError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(CodecError::TooLong(Self::MAX_BYTES));
        }
        let mut reader = Reader(minicbor::Decoder::new(bytes));
        let value = Self::read(&mut reader)?;
        if value.to_wire() == bytes {
            Ok(value)
        } else {
            Err(CodecError::NotCanonical)
        }
    }
}

/// Writes a value without a type of its own, as the body of a signature or hash.
pub(crate) fn build(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer(minicbor::Encoder::new(Vec::new()));
    write(&mut writer);
    writer.0.into_writer()
}

fn infallible<T>(result: Result<T, minicbor::encode::Error<Infallible>>) {
    // Writing to memory reports no errors, and none of our types reports one of its own.
    debug_assert!(result.is_ok());
}

impl Writer {
    pub(crate) fn array(&mut self, len: usize) -> &mut Self {
        infallible(self.0.array(len as u64).map(|_| ()));
        self
    }

    pub(crate) fn uint(&mut self, value: u64) -> &mut Self {
        infallible(self.0.u64(value).map(|_| ()));
        self
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        infallible(self.0.i64(value).map(|_| ()));
        self
    }

    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        infallible(self.0.bool(value).map(|_| ()));
        self
    }

    pub(crate) fn null(&mut self) -> &mut Self {
        infallible(self.0.null().map(|_| ()));
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        infallible(self.0.str(value).map(|_| ()));
        self
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        infallible(self.0.bytes(value).map(|_| ()));
        self
    }

    pub(crate) fn opt_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }
}

impl Reader<'_> {
    /// The head of an array of exactly `len` elements.
    pub(crate) fn tuple(&mut self, len: u64) -> Result<(), CodecError> {
        match self.0.array() {
            Ok(Some(found)) if found == len => Ok(()),
            _ => Err(CodecError::Malformed),
        }
    }

    /// The head of an array of at most `limit` elements.
    pub(crate) fn array(&mut self, limit: usize) -> Result<usize, CodecError> {
        match self.0.array() {
            Ok(Some(len)) if len <= limit as u64 => Ok(len as usize),
            Ok(Some(_)) => Err(CodecError::Limit),
            _ => Err(CodecError::Malformed),
        }
    }

    pub(crate) fn list<T>(
        &mut self,
        limit: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Vec<T>, CodecError> {
        let len = self.array(limit)?;
        (0..len).map(|_| read(self)).collect()
    }

    pub(crate) fn version(&mut self, version: u64) -> Result<(), CodecError> {
        if self.uint::<u64>()? == version {
            Ok(())
        } else {
            Err(CodecError::Version)
        }
    }

    pub(crate) fn uint<T: TryFrom<u64>>(&mut self) -> Result<T, CodecError> {
        let value = self.0.u64().map_err(|_| CodecError::Malformed)?;
        T::try_from(value).map_err(|_| CodecError::Limit)
    }

    pub(crate) fn int(&mut self) -> Result<i64, CodecError> {
        self.0.i64().map_err(|_| CodecError::Malformed)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, CodecError> {
        self.0.bool().map_err(|_| CodecError::Malformed)
    }

    pub(crate) fn text(&mut self, limit: usize) -> Result<String, CodecError> {
        let text = self.0.str().map_err(|_| CodecError::Malformed)?;
        if text.len() > limit {
            Err(CodecError::Limit)
        } else {
            Ok(text.to_owned())
        }
    }

    pub(crate) fn bytes(&mut self, limit: usize) -> Result<Vec<u8>, CodecError> {
        let bytes = self.0.bytes().map_err(|_| CodecError::Malformed)?;
        if bytes.len() > limit {
            Err(CodecError::Limit)
        } else {
            Ok(bytes.to_owned())
        }
    }

    pub(crate) fn byte_array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let bytes = self.0.bytes().map_err(|_| CodecError::Malformed)?;
        bytes.try_into().map_err(|_| CodecError::Malformed)
    }

    pub(crate) fn datatype(&mut self) -> Result<Type, CodecError> {
        self.0.datatype().map_err(|_| CodecError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Pair(u64, String);

    impl Wire for Pair {
        const MAX_BYTES: usize = 32;
        fn write(&self, writer: &mut Writer) {
            writer.array(2).uint(self.0).text(&self.1);
        }
        fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
            reader.tuple(2)?;
            Ok(Self(reader.uint()?, reader.text(8)?))
        }
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        let canonical = Pair(5, "ab".into()).to_wire();
        assert_eq!(canonical, [0x82, 5, 0x62, b'a', b'b']);
        assert_eq!(Pair::from_wire(&canonical), Ok(Pair(5, "ab".into())));
        for (defect, bytes) in [
            ("long integer", &[0x82, 0x18, 5, 0x62, b'a', b'b'][..]),
            ("long array head", &[0x98, 2, 5, 0x62, b'a', b'b']),
            ("indefinite array", &[0x9f, 5, 0x62, b'a', b'b', 0xff]),
            ("indefinite text", &[0x82, 5, 0x7f, 0x62, b'a', b'b', 0xff]),
            ("trailing byte", &[0x82, 5, 0x62, b'a', b'b', 0]),
            ("cut short", &[0x82, 5, 0x62, b'a']),
            ("one element more", &[0x83, 5, 0x62, b'a', b'b', 0]),
            ("tagged", &[0xc0, 0x82, 5, 0x62, b'a', b'b']),
            (
                "text too long",
                &[
                    0x82, 5, 0x69, b'a', b'b', b'a', b'b', b'a', b'b', b'a', b'b', b'a',
                ],
            ),
            ("not UTF-8", &[0x82, 5, 0x62, 0xff, b'b']),
            ("empty", &[]),
        ] {
            assert!(Pair::from_wire(bytes).is_err(), "accepted: {defect}");
        }
        assert_eq!(Pair::from_wire(&[0; 33]), Err(CodecError::TooLong(32)));
    }
}
