//! `.zkey`: a Groth16 key of snarkjs, and proofs with it.

use core::fmt;

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, One, PrimeField, Zero};
use glimpse_link::{Proof, VerifyingKey};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{
    FileError, Witness,
    file::{ELEMENT, Element, Input, Sections},
    point::{point, points},
};
use crate::{
    Unwatched,
    groth16::{Assignment, Key, ProveError, Shape, prove},
};

pub(super) const MAGIC: &[u8; 4] = b"zkey";
pub(super) const VERSION: u32 = 1;
pub(super) const GROTH16: u32 = 1;

/// The numbers of the sections. B in 𝔾₁ and the record of contributions are not read.
pub(super) mod sections {
    pub(in super::super) const PROTOCOL: u32 = 1;
    pub(in super::super) const HEADER: u32 = 2;
    pub(in super::super) const IC: u32 = 3;
    pub(in super::super) const COEFFICIENTS: u32 = 4;
    pub(in super::super) const A: u32 = 5;
    pub(in super::super) const B_G1: u32 = 6;
    pub(in super::super) const B_G2: u32 = 7;
    pub(in super::super) const L: u32 = 8;
    pub(in super::super) const H: u32 = 9;
    pub(in super::super) const CONTRIBUTIONS: u32 = 10;
    pub(in super::super) const ALL: [u32; 10] = [
        PROTOCOL,
        HEADER,
        IC,
        COEFFICIENTS,
        A,
        B_G1,
        B_G2,
        L,
        H,
        CONTRIBUTIONS,
    ];
}

/// A Groth16 key of snarkjs: what proves, what verifies, and the matrices A and B.
pub struct Zkey {
    key: Key,
    verifying_key: VerifyingKey,
    delta_g2: G2Affine,
    a: Vec<Coefficient>,
    b: Vec<Coefficient>,
}

/// Why no proof was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ZkeyError {
    /// The witness is one of another circuit.
    #[error("the key is for {expected} wires, the witness has {found}")]
    Wires {
        /// Wires of the key's circuit.
        expected: usize,
        /// Wires of the witness.
        found: usize,
    },
    /// The circuit is too large for the field.
    #[error("the evaluation domain does not exist")]
    Domain,
    /// The random generator failed.
    #[error("the random generator failed")]
    Randomness,
}

/// One entry of a matrix.
struct Coefficient {
    row: u32,
    wire: u32,
    value: Fr,
}

impl Zkey {
    /// Reads a `.zkey` file, and checks every point that it keeps: subgroups included, so this takes longer than a proof.
    ///
    /// # Errors
    /// [`FileError`] for another format or curve, for what is malformed or not canonical, and for
    /// a key whose set-up was not finished.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let sections = Sections::read(bytes, MAGIC, VERSION, &sections::ALL)?;
        let mut protocol = sections.get(sections::PROTOCOL)?;
        if protocol.u32()? != GROTH16 {
            return Err(FileError::Protocol);
        }
        protocol.end()?;
        let header = Header::read(sections.get(sections::HEADER)?)?;
        let instance = header.public + 1;
        let (wires, domain) = (header.wires, header.domain);

        let rows = read_coefficients(sections.get(sections::COEFFICIENTS)?, &header)?;
        let [(a, a_rows), (b, b_rows)] = rows;
        let constraints = constraints(&a, a_rows, b_rows, instance)?;
        let shape = Shape {
            instance,
            witness: wires - instance,
            constraints,
        };
        if shape.domain_size() != Some(domain) {
            return Err(FileError::Count);
        }

        let ic = points(sections.get(sections::IC)?, instance)?;
        let h: Vec<G1Affine> = points(sections.get(sections::H)?, domain)?;
        if h.iter().any(AffineRepr::is_zero) {
            return Err(FileError::Curve);
        }
        let key = Key::new(
            shape,
            header.alpha_g1,
            header.beta_g2,
            &points(sections.get(sections::A)?, wires)?,
            &points(sections.get(sections::B_G2)?, wires)?,
            &points(sections.get(sections::L)?, shape.witness)?,
            h,
        );
        let mut unused = sections.get(sections::B_G1)?;
        unused.take(wires * 2 * ELEMENT)?;
        unused.end()?;
        let verifying_key = VerifyingKey::from_parts(
            header.alpha_g1,
            header.beta_g2,
            header.delta_g1,
            header.delta_g2,
            ic,
        )?;
        Ok(Self {
            key,
            verifying_key,
            delta_g2: header.delta_g2,
            a: a.into_iter()
                .filter(|x| (x.row as usize) < constraints)
                .collect(),
            b,
        })
    }

    /// Makes a blinded proof, as snarkjs does: uniformly random among all proofs of its public inputs.
    ///
    /// Whether the witness satisfies the circuit is not known here; if it does not, the proof
    /// fails [`Proof::proves`].
    ///
    /// # Errors
    /// [`ZkeyError`] for a witness of another circuit, or if `rng` fails.
    pub fn prove<R: CryptoRng + RngCore>(
        &self,
        witness: &Witness,
        rng: &mut R,
    ) -> Result<Proof, ZkeyError> {
        let values = witness.values();
        let shape = self.key.shape;
        if values.len() != shape.variables() {
            return Err(ZkeyError::Wires {
                expected: shape.variables(),
                found: values.len(),
            });
        }
        let product = |matrix: &[Coefficient]| {
            let mut rows = vec![Fr::ZERO; shape.constraints];
            for Coefficient { row, wire, value } in matrix {
                let term = values[*wire as usize];
                rows[*row as usize] += if value.is_one() { term } else { term * value };
            }
            rows
        };
        let assignment = Assignment {
            variables: values.to_vec(),
            instance: shape.instance,
            a: product(&self.a),
            b: product(&self.b),
        };
        let proof = match prove(&self.key, assignment, &mut Unwatched) {
            Ok(proof) => proof,
            Err(ProveError::Domain(_) | ProveError::Shape { .. } | ProveError::Cancelled(_)) => {
                return Err(ZkeyError::Domain);
            }
        };
        self.blind(&proof, rng)
    }

    /// The key with which others verify.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// How many of the wires are public inputs; they follow the 1.
    #[must_use]
    pub fn public(&self) -> usize {
        self.key.shape.instance - 1
    }

    /// How many wires there are, the 1 included.
    #[must_use]
    pub fn wires(&self) -> usize {
        self.key.shape.variables()
    }

    /// How many constraints the circuit has.
    #[must_use]
    pub fn constraints(&self) -> usize {
        self.key.shape.constraints
    }

    /// A/r, r·B + r·s·δ, C + s·A for random r and s.
    ///
    /// That this is uniform among the proofs of one statement is theorem 3 of BKSV20
    /// (`docs/protocol/linked-groth16.md`).
    fn blind<R: CryptoRng + RngCore>(
        &self,
        proof: &Proof,
        rng: &mut R,
    ) -> Result<Proof, ZkeyError> {
        let (r, s) = (scalar(rng)?, scalar(rng)?);
        let inverse = Zeroizing::new(r.inverse().ok_or(ZkeyError::Randomness)?);
        let (a, b, c) = proof.points();
        Ok(Proof::new(
            (*a * *inverse).into_affine(),
            ((*b + self.delta_g2 * *s) * *r).into_affine(),
            (*a * *s + c).into_affine(),
        ))
    }
}

#[cfg(test)]
impl Zkey {
    /// The entries of A and B: row, wire, value.
    pub(super) fn matrices(&self) -> [Vec<(u32, u32, Fr)>; 2] {
        let entry = |entry: &Coefficient| (entry.row, entry.wire, entry.value);
        [&self.a, &self.b].map(|matrix| matrix.iter().map(entry).collect())
    }
}

/// Tells the size only.
impl fmt::Debug for Zkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shape {
            instance,
            witness,
            constraints,
        } = self.key.shape;
        let wires = instance + witness;
        write!(f, "Zkey({constraints} constraints, {wires} wires)")
    }
}

struct Header {
    wires: usize,
    public: usize,
    domain: usize,
    alpha_g1: G1Affine,
    beta_g2: G2Affine,
    delta_g1: G1Affine,
    delta_g2: G2Affine,
}

impl Header {
    fn read(mut input: Input<'_>) -> Result<Self, FileError> {
        input.modulus::<Fq>()?;
        input.modulus::<Fr>()?;
        let [wires, public, domain] = [input.count()?, input.count()?, input.count()?];
        if public >= wires {
            return Err(FileError::Count);
        }
        let alpha_g1 = point(&mut input)?;
        let _beta_g1: G1Affine = point(&mut input)?;
        let beta_g2 = point(&mut input)?;
        let gamma_g2: G2Affine = point(&mut input)?;
        let delta_g1 = point(&mut input)?;
        let delta_g2 = point(&mut input)?;
        input.end()?;
        if gamma_g2 != G2Affine::generator() {
            return Err(FileError::Gamma);
        }
        Ok(Self {
            wires,
            public,
            domain,
            alpha_g1,
            beta_g2,
            delta_g1,
            delta_g2,
        })
    }
}

/// The entries of a matrix, and how many rows they reach.
type Rows = (Vec<Coefficient>, usize);

fn read_coefficients(mut input: Input<'_>, header: &Header) -> Result<[Rows; 2], FileError> {
    // The factors R² become one: reading takes off the first, this the second.
    let inverse = Fr::from_montgomery(1u64.into());
    let count = input.u32()? as usize;
    let entries = input.many(count, 12 + ELEMENT, |input| {
        let (matrix, row, wire) = (input.u32()?, input.u32()?, input.u32()?);
        let value = input.montgomery::<Fr>()? * inverse;
        if matrix > 1 || row as usize >= header.domain {
            return Err(FileError::Count);
        }
        if wire as usize >= header.wires {
            return Err(FileError::Wire);
        }
        Ok((matrix, Coefficient { row, wire, value }))
    })?;
    input.end()?;
    let mut matrices = [(Vec::new(), 0), (Vec::new(), 0)];
    for (matrix, entry) in entries {
        let (entries, rows) = &mut matrices[matrix as usize];
        *rows = (*rows).max(entry.row as usize + 1);
        entries.push(entry);
    }
    Ok(matrices)
}

/// The number of constraints: of the rows of A, the last `instance` belong to the inputs.
fn constraints(
    a: &[Coefficient],
    a_rows: usize,
    b_rows: usize,
    instance: usize,
) -> Result<usize, FileError> {
    let constraints = a_rows.checked_sub(instance).ok_or(FileError::InputRows)?;
    let mut seen = vec![false; instance];
    for Coefficient { row, wire, value } in a {
        let Some(input) = (*row as usize).checked_sub(constraints) else {
            continue;
        };
        if *wire as usize != input || !value.is_one() || seen[input] {
            return Err(FileError::InputRows);
        }
        seen[input] = true;
    }
    (seen.iter().all(|seen| *seen) && b_rows <= constraints)
        .then_some(constraints)
        .ok_or(FileError::InputRows)
}

/// A uniformly random scalar other than zero.
fn scalar<R: CryptoRng + RngCore>(rng: &mut R) -> Result<Zeroizing<Fr>, ZkeyError> {
    let mut bytes = Zeroizing::new([0; 64]);
    rng.try_fill_bytes(bytes.as_mut())
        .map_err(|_| ZkeyError::Randomness)?;
    // Reducing 64 bytes is meant: the result is uniform up to 2⁻²⁵⁷.
    let scalar = Zeroizing::new(Fr::from_le_bytes_mod_order(bytes.as_ref()));
    (!scalar.is_zero())
        .then_some(scalar)
        .ok_or(ZkeyError::Randomness)
}
