//! `.wtns`: the values of all wires.

use core::fmt;

use ark_bn254::Fr;
use ark_ff::Field;
use glimpse_circuits::System;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    FileError,
    file::{ELEMENT, Output, Sections},
};

const MAGIC: &[u8; 4] = b"wtns";
const VERSION: u32 = 2;
const HEADER: u32 = 1;
const VALUES: u32 = 2;

/// The values of all wires of a circuit: 1, the public inputs, the rest.
///
/// It is everything that a proof hides, so it is erased when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Witness(Vec<Fr>);

impl Witness {
    /// The witness of a synthesised circuit.
    #[must_use]
    pub fn of(system: &System) -> Self {
        Self(system.assignment().to_vec())
    }

    /// A witness from the values of its wires.
    ///
    /// # Errors
    /// [`FileError::One`] unless the first is 1.
    pub fn new(values: Vec<Fr>) -> Result<Self, FileError> {
        Self(values).checked()
    }

    fn checked(self) -> Result<Self, FileError> {
        let one = self.0.first() == Some(&Fr::ONE);
        one.then_some(self).ok_or(FileError::One)
    }

    /// Reads a `.wtns` file.
    ///
    /// # Errors
    /// [`FileError`] unless the bytes are exactly what [`Self::to_bytes`] gives for some witness,
    /// the order of sections aside.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let sections = Sections::read(bytes, MAGIC, VERSION, &[HEADER, VALUES])?;
        let mut header = sections.get(HEADER)?;
        header.modulus::<Fr>()?;
        let count = header.count()?;
        header.end()?;
        let mut values = sections.get(VALUES)?;
        let witness = Self(values.many(count, ELEMENT, |input| input.plain())?);
        values.end()?;
        witness.checked()
    }

    /// The `.wtns` file.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Output::new(MAGIC, VERSION, 2, self.0.len() * ELEMENT);
        out.section(HEADER, |out| {
            out.modulus::<Fr>();
            out.u32(self.0.len() as u32);
        });
        out.section(VALUES, |out| {
            self.0.iter().for_each(|value| out.plain(value))
        });
        Zeroizing::new(out.finish())
    }

    /// The values: 1, the public inputs, the rest.
    #[must_use]
    pub fn values(&self) -> &[Fr] {
        &self.0
    }
}

/// Tells the length only.
impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Witness({} wires)", self.0.len())
    }
}
