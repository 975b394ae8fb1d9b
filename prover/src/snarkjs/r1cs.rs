//! `.r1cs`: the constraints of a circuit.

use ark_bn254::Fr;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use glimpse_circuits::System;

use super::{
    FileError, Witness,
    file::{ELEMENT, Input, Output, Sections},
};

const MAGIC: &[u8; 4] = b"r1cs";
const VERSION: u32 = 1;
const HEADER: u32 = 1;
const CONSTRAINTS: u32 = 2;
const LABELS: u32 = 3;

/// Σ coefficient·wire, wires ascending.
pub type Combination = Vec<(u32, Fr)>;

/// The rank-1 constraints of a circuit. Wire 0 is 1; outputs, public and private inputs follow in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct R1cs {
    outputs: usize,
    public_inputs: usize,
    private_inputs: usize,
    /// How many signals there were before wires that are sums of others were removed.
    signals: u64,
    /// The signal of each wire.
    labels: Vec<u64>,
    /// A·B = C, row by row.
    constraints: Vec<[Combination; 3]>,
}

impl R1cs {
    /// The constraints of a circuit that was synthesised with them. All slots are public inputs, the
    /// witness is what circom calls intermediate signals, and each wire is its own signal.
    #[must_use]
    pub fn of(system: &System) -> Self {
        let wires = system.assignment().len() as u64;
        let rows = system.rows().iter();
        Self {
            outputs: 0,
            public_inputs: system.slot_count(),
            private_inputs: 0,
            signals: wires,
            labels: (0..wires).collect(),
            constraints: rows
                .map(|row| [row.a.clone(), row.b.clone(), row.c.clone()])
                .collect(),
        }
    }

    /// Constraints over that many wires: the 1, then `public` inputs, then the witness.
    ///
    /// # Errors
    /// [`FileError::Count`] for more inputs than wires, [`FileError::Wire`] unless the wires of each sum exist and ascend.
    pub fn new(
        wires: usize,
        public: usize,
        constraints: Vec<[Combination; 3]>,
    ) -> Result<Self, FileError> {
        if public >= wires {
            return Err(FileError::Count);
        }
        let mut combinations = constraints.iter().flatten();
        if !combinations.all(|combination| is_over(combination, wires)) {
            return Err(FileError::Wire);
        }
        Ok(Self {
            outputs: 0,
            public_inputs: public,
            private_inputs: 0,
            signals: wires as u64,
            labels: (0..wires as u64).collect(),
            constraints,
        })
    }

    /// Reads a `.r1cs` file, without custom gates.
    ///
    /// # Errors
    /// [`FileError`] unless the bytes are exactly what [`Self::to_bytes`] gives for some constraints,
    /// the order of sections aside.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let sections = Sections::read(bytes, MAGIC, VERSION, &[HEADER, CONSTRAINTS, LABELS])?;
        let mut header = sections.get(HEADER)?;
        header.modulus::<Fr>()?;
        let wires = header.count()?;
        let [outputs, public_inputs, private_inputs] =
            [header.count()?, header.count()?, header.count()?];
        let signals = header.u64()?;
        let rows = header.count()?;
        header.end()?;
        if outputs + public_inputs + private_inputs >= wires || signals < wires as u64 {
            return Err(FileError::Count);
        }

        let mut constraints = sections.get(CONSTRAINTS)?;
        let combination = |input: &mut Input<'_>| combination(input, wires);
        // A row has three counts at least.
        let rows = constraints.many(rows, 12, |input| {
            Ok([
                combination(input)?,
                combination(input)?,
                combination(input)?,
            ])
        })?;
        constraints.end()?;

        let mut labels = sections.get(LABELS)?;
        let signal_of_wire = labels.many(wires, 8, |input| {
            let label = input.u64()?;
            (label < signals).then_some(label).ok_or(FileError::Wire)
        })?;
        labels.end()?;
        Ok(Self {
            outputs,
            public_inputs,
            private_inputs,
            signals,
            labels: signal_of_wire,
            constraints: rows,
        })
    }

    /// The `.r1cs` file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let terms: usize = self.constraints.iter().flatten().map(Vec::len).sum();
        let size = terms * (4 + ELEMENT) + 12 * self.constraints.len() + 8 * self.wires();
        let mut out = Output::new(MAGIC, VERSION, 3, size);
        // The order of circom's files.
        out.section(CONSTRAINTS, |out| {
            for combination in self.constraints.iter().flatten() {
                out.u32(combination.len() as u32);
                for (wire, coefficient) in combination {
                    out.u32(*wire);
                    out.plain(coefficient);
                }
            }
        });
        out.section(HEADER, |out| {
            out.modulus::<Fr>();
            let inputs = [self.outputs, self.public_inputs, self.private_inputs];
            for count in [[self.wires()].as_slice(), &inputs].concat() {
                out.u32(count as u32);
            }
            out.u64(self.signals);
            out.u32(self.constraints.len() as u32);
        });
        out.section(LABELS, |out| {
            self.labels.iter().for_each(|label| out.u64(*label))
        });
        out.finish()
    }

    /// How many wires there are, the constant 1 included.
    #[must_use]
    pub fn wires(&self) -> usize {
        self.labels.len()
    }

    /// How many values a verifier is given: outputs and public inputs.
    #[must_use]
    pub fn public(&self) -> usize {
        self.outputs + self.public_inputs
    }

    /// A, B and C of each constraint.
    #[must_use]
    pub fn constraints(&self) -> &[[Combination; 3]] {
        &self.constraints
    }

    /// The first constraint that the witness breaks; also, if it is of another length, the first.
    #[must_use]
    pub fn broken_by(&self, witness: &Witness) -> Option<usize> {
        let values = witness.values();
        let value = |combination: &Combination| -> Fr {
            let terms = combination.iter();
            terms.map(|(wire, x)| values[*wire as usize] * x).sum()
        };
        if values.len() != self.wires() {
            return Some(0);
        }
        let mut rows = self.constraints.iter();
        rows.position(|[a, b, c]| value(a) * value(b) != value(c))
    }
}

fn combination(input: &mut Input<'_>, wires: usize) -> Result<Combination, FileError> {
    let count = input.count()?;
    let terms = input.many(count, 4 + ELEMENT, |input| {
        Ok((input.u32()?, input.plain()?))
    })?;
    is_over(&terms, wires)
        .then_some(terms)
        .ok_or(FileError::Wire)
}

/// Whether the wires of a sum are among that many, and ascend.
fn is_over(terms: &Combination, wires: usize) -> bool {
    let ascending = terms.is_sorted_by(|(left, _), (right, _)| left < right);
    let last = terms.last();
    ascending && last.is_none_or(|(wire, _)| (*wire as usize) < wires)
}

/// To make keys: in arkworks' order of variables the wires keep their places.
impl ConstraintSynthesizer<Fr> for &R1cs {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let unassigned = || Err(SynthesisError::AssignmentMissing);
        for wire in 1..self.wires() {
            let _ = match wire <= self.public() {
                true => cs.new_input_variable(unassigned)?,
                false => cs.new_witness_variable(unassigned)?,
            };
        }
        let variable = |wire: u32| match wire as usize {
            0 => Variable::One,
            wire if wire <= self.public() => Variable::instance(wire),
            wire => Variable::witness(wire - self.public() - 1),
        };
        let sum = |combination: &Combination| {
            let terms = combination.iter();
            LinearCombination(terms.map(|(wire, x)| (*x, variable(*wire))).collect())
        };
        for [a, b, c] in &self.constraints {
            cs.enforce_r1cs_constraint(|| sum(a), || sum(b), || sum(c))?;
        }
        Ok(())
    }
}
