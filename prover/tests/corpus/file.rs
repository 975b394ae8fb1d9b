//! Files with defects, made of good ones.

use std::{fs, ops::Range, path::PathBuf};

use glimpse_prover::snarkjs::FileError;

/// The files of one corpus: name, bytes, and why they are refused.
pub type Files = Vec<(&'static str, Vec<u8>, Option<FileError>)>;

/// A path in the repository.
pub fn at(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(path)
}

/// A file that circom or snarkjs wrote, and where its sections are.
pub struct File(pub Vec<u8>);

impl File {
    pub fn new(name: &str) -> Self {
        Self(fs::read(at("fixtures/snarkjs").join(name)).unwrap())
    }

    /// Each section's number and where its contents lie.
    pub fn sections(&self) -> Vec<(u32, Range<usize>)> {
        let mut place = 12;
        let mut sections = Vec::new();
        while place < self.0.len() {
            let number = u32::from_le_bytes(self.0[place..place + 4].try_into().unwrap());
            let length = u64::from_le_bytes(self.0[place + 4..place + 12].try_into().unwrap());
            let start = place + 12;
            place = start + length as usize;
            sections.push((number, start..place));
        }
        sections
    }

    pub fn section(&self, number: u32) -> Range<usize> {
        let sections = self.sections();
        let (_, range) = sections.iter().find(|(other, _)| *other == number).unwrap();
        range.clone()
    }

    /// The file with other bytes at a place of a section.
    pub fn with(&self, section: u32, place: usize, bytes: &[u8]) -> Vec<u8> {
        self.with_at(self.section(section).start + place, bytes)
    }

    pub fn with_at(&self, place: usize, bytes: &[u8]) -> Vec<u8> {
        let mut file = self.0.clone();
        file[place..place + bytes.len()].copy_from_slice(bytes);
        file
    }

    /// The file with a section one byte longer.
    pub fn lengthened(&self, section: u32) -> Vec<u8> {
        let range = self.section(section);
        let mut file = self.with_at(range.start - 8, &(range.len() as u64 + 1).to_le_bytes());
        file.insert(range.end, 0);
        file
    }

    pub fn bytes_of(&self, section: u32, place: usize, length: usize) -> Vec<u8> {
        let start = self.section(section).start + place;
        self.0[start..start + length].to_vec()
    }

    /// What all three formats refuse.
    pub fn defects(&self, header: u32) -> Files {
        let mut duplicate = self.0.clone();
        let first = self.sections()[0].1.clone();
        duplicate.extend_from_slice(&self.0[first.start - 12..first.end]);
        duplicate[8] += 1;
        let number = self.sections()[0].0;
        let missing = [
            &self.0[..8],
            &[self.0[8] - 1, 0, 0, 0],
            &self.0[first.end..],
        ]
        .concat();
        let unknown = FileError::UnknownSection { section: 77 };
        vec![
            ("good", self.0.clone(), None),
            ("empty", Vec::new(), Some(FileError::Magic)),
            ("other_magic", self.with_at(0, b"x"), Some(FileError::Magic)),
            (
                "other_version",
                self.with_at(4, &[9]),
                Some(FileError::Version),
            ),
            (
                "many_sections",
                self.with_at(8, &[17]),
                Some(FileError::Count),
            ),
            ("unknown_section", self.with_at(12, &[77]), Some(unknown)),
            (
                "duplicate_section",
                duplicate,
                Some(FileError::DuplicateSection { section: number }),
            ),
            (
                "missing_section",
                missing,
                Some(FileError::MissingSection { section: number }),
            ),
            (
                "section_too_long",
                self.with_at(23, &[255]),
                Some(FileError::Truncated),
            ),
            (
                "truncated",
                self.0[..self.0.len() - 1].to_vec(),
                Some(FileError::Truncated),
            ),
            (
                "trailing_byte",
                [&self.0[..], &[0]].concat(),
                Some(FileError::Trailing),
            ),
            (
                "header_trails",
                self.lengthened(header),
                Some(FileError::Trailing),
            ),
            (
                "other_field",
                self.with(header, 4, &[2]),
                Some(FileError::Field),
            ),
            (
                "other_width",
                self.with(header, 0, &[31]),
                Some(FileError::Field),
            ),
        ]
    }
}
