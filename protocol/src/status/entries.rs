//! Which credentials of an issuer are revoked.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::credential::StatusIndex;

/// Entries of a status list: 2²⁰.
pub const ENTRIES: usize = 1 << 20;

/// Entries in one word.
pub const WORD_BITS: usize = 128;

/// Bytes of the bitmap.
pub const BITMAP_BYTES: usize = ENTRIES / 8;

/// Which of 2²⁰ credentials are revoked.
#[derive(Clone, PartialEq, Eq)]
pub struct Entries(Vec<u128>);

/// Bytes that are not the one form of a list's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the canonical form of a status list's entries")]
pub struct EntriesError;

/// The two forms; the shorter one is used.
const GAPS: u8 = 0;
const BITMAP: u8 = 1;

impl Default for Entries {
    fn default() -> Self {
        Self::new()
    }
}

impl Entries {
    /// Nothing is revoked.
    #[must_use]
    pub fn new() -> Self {
        Self(vec![0; ENTRIES / WORD_BITS])
    }

    /// Whether an entry is revoked; one that is beyond the list's end counts as revoked.
    #[must_use]
    pub fn is_revoked(&self, index: StatusIndex) -> bool {
        let (word, bit) = place(index);
        self.0.get(word).is_none_or(|word| word >> bit & 1 == 1)
    }

    /// Revokes or reinstates an entry. Tells whether that changed it, and `None` if it is beyond the list's end.
    pub fn set(&mut self, index: StatusIndex, revoked: bool) -> Option<bool> {
        let was = self.is_revoked(index);
        let (word, bit) = place(index);
        let word = self.0.get_mut(word)?;
        *word = *word & !(1 << bit) | u128::from(revoked) << bit;
        Some(was != revoked)
    }

    /// How many entries are revoked.
    #[must_use]
    pub fn revoked(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The entries in words of 128, lowest first.
    pub(crate) fn words(&self) -> &[u128] {
        &self.0
    }

    /// The one compact form: the distances between revoked entries in 7-bit groups, or the bitmap if that is not longer.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![GAPS];
        let mut next = 0;
        for index in self.indices() {
            write_gap(&mut out, index - next);
            next = index + 1;
            if out.len() > 1 + BITMAP_BYTES {
                out.clear();
                out.push(BITMAP);
                out.extend(self.0.iter().flat_map(|word| word.to_le_bytes()));
                break;
            }
        }
        out
    }

    /// Reads the compact form. What it allocates does not depend on the input.
    ///
    /// # Errors
    /// [`EntriesError`] for anything that [`Entries::to_bytes`] would not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntriesError> {
        let (form, rest) = bytes.split_first().ok_or(EntriesError)?;
        let mut entries = Self::new();
        match *form {
            GAPS if rest.len() <= BITMAP_BYTES => {
                let (mut rest, mut next) = (rest, 0u32);
                while !rest.is_empty() {
                    let index = read_gap(&mut rest)?.checked_add(next).ok_or(EntriesError)?;
                    entries
                        .set(StatusIndex::new(index), true)
                        .ok_or(EntriesError)?;
                    next = index + 1;
                }
            }
            BITMAP if rest.len() == BITMAP_BYTES => {
                let (words, _) = rest.as_chunks::<16>();
                for (word, bytes) in entries.0.iter_mut().zip(words) {
                    *word = u128::from_le_bytes(*bytes);
                }
            }
            _ => return Err(EntriesError),
        }
        if entries.to_bytes() == bytes {
            Ok(entries)
        } else {
            Err(EntriesError)
        }
    }

    /// The revoked entries, ascending.
    fn indices(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.0).flat_map(|(number, word)| {
            let bits = (0..WORD_BITS as u32).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| number * WORD_BITS as u32 + bit)
        })
    }
}

/// Only a count: which ones are revoked is public, and too long to read.
impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entries({} revoked)", self.revoked())
    }
}

fn place(index: StatusIndex) -> (usize, u32) {
    let index = index.get() as usize;
    (index / WORD_BITS, (index % WORD_BITS) as u32)
}

/// Seven bits a byte, lowest first, with the top bit set on all but the last.
fn write_gap(out: &mut Vec<u8>, mut gap: u32) {
    while gap >= 0x80 {
        out.push(gap as u8 | 0x80);
        gap >>= 7;
    }
    out.push(gap as u8);
}

/// At most three bytes, which is more than the list is long.
fn read_gap(rest: &mut &[u8]) -> Result<u32, EntriesError> {
    let mut gap = 0;
    for shift in [0, 7, 14] {
        let (byte, after) = rest.split_first().ok_or(EntriesError)?;
        *rest = after;
        gap |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(gap);
        }
    }
    Err(EntriesError)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(revoked: &[u32]) -> Entries {
        let mut entries = Entries::new();
        for index in revoked {
            assert!(entries.set(StatusIndex::new(*index), true).is_some());
        }
        entries
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_compact_form_reads_back(revoked in prop::collection::vec(0..ENTRIES as u32, 0..200)) {
            let entries = entries(&revoked);
            prop_assert_eq!(Entries::from_bytes(&entries.to_bytes()), Ok(entries));
        }

        #[test]
        fn what_is_read_is_written_again(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(entries) = Entries::from_bytes(&bytes) {
                prop_assert_eq!(entries.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn the_form_is_the_shorter_one() {
        assert_eq!(Entries::new().to_bytes(), [GAPS]);
        assert_eq!(entries(&[5, 6, 300]).to_bytes(), [GAPS, 5, 0, 0xa5, 2]);
        let mut every_eighth = Entries(vec![0x0101_0101_0101_0101_0101_0101_0101_0101; 8192]);
        assert_eq!(every_eighth.to_bytes()[0], GAPS);
        assert_eq!(every_eighth.to_bytes().len(), 1 + BITMAP_BYTES);
        every_eighth.set(StatusIndex::new(3), true);
        let bitmap = every_eighth.to_bytes();
        assert_eq!((bitmap[0], bitmap.len()), (BITMAP, 1 + BITMAP_BYTES));
        assert_eq!(Entries::from_bytes(&bitmap), Ok(every_eighth));
    }

    #[test]
    fn other_forms_are_refused() {
        let mut bitmap = vec![0; 1 + BITMAP_BYTES];
        bitmap[0] = BITMAP;
        let past_the_end = [GAPS, 0xff, 0xff, 0x3f, 0];
        for (defect, bytes) in [
            ("nothing", &[][..]),
            ("another form", &[2]),
            ("a gap cut short", &[GAPS, 0x80]),
            ("a gap in more bytes than it needs", &[GAPS, 0x85, 0]),
            ("a gap of four bytes", &[GAPS, 0x80, 0x80, 0x80, 0]),
            ("beyond the last entry", &past_the_end),
            ("a bitmap where gaps are shorter", &bitmap),
            ("a bitmap cut short", &bitmap[..BITMAP_BYTES]),
        ] {
            assert_eq!(Entries::from_bytes(bytes), Err(EntriesError), "{defect}");
        }
        assert!(Entries::from_bytes(&past_the_end[..4]).is_ok());
    }

    #[test]
    fn entries_are_independent() {
        let mut list = entries(&[0, 127, 128, ENTRIES as u32 - 1]);
        assert_eq!(list.revoked(), 4);
        assert_eq!(list.set(StatusIndex::new(127), true), Some(false));
        assert_eq!(list.set(StatusIndex::new(127), false), Some(true));
        assert!(!list.is_revoked(StatusIndex::new(127)));
        assert!(list.is_revoked(StatusIndex::new(128)));
        assert_eq!(list.set(StatusIndex::new(ENTRIES as u32), true), None);
        assert!(list.is_revoked(StatusIndex::new(ENTRIES as u32)));
        assert_eq!(list, entries(&[0, 128, ENTRIES as u32 - 1]));
    }
}
