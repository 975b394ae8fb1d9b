//! The points that a Groth16 prover needs, without those that are the identity.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, short_weierstrass::Affine};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use glimpse_msm::Group;

use crate::groth16::{ReadError, Reader, Writer, decode::Coordinate};

/// The proving part of a key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) shape: Shape,
    pub(crate) alpha_g1: G1Affine,
    pub(crate) beta_g2: G2Affine,
    /// \[A_i(τ)\]₁ over all variables.
    pub(crate) a: Query<G1Affine>,
    /// \[B_i(τ)\]₂ over all variables.
    pub(crate) b: Query<G2Affine>,
    /// \[(β·A_i + α·B_i + C_i)(τ)/δ\]₁ over the witness variables.
    pub(crate) l: Query<G1Affine>,
    /// \[L_(2i+1)(τ)/δ\]₁, one for each root of the domain.
    pub(crate) h: Vec<G1Affine>,
}

/// How large a circuit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Public inputs and the constant 1.
    pub(crate) instance: usize,
    pub(crate) witness: usize,
    pub(crate) constraints: usize,
}

/// Points for some of a row of variables; all others have the identity.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Query<G> {
    /// Which variable each point belongs to, ascending.
    pub(crate) places: Vec<u32>,
    pub(crate) points: Vec<G>,
}

/// No circuit of a wallet comes near this; it bounds what a length field can ask for.
const MAX_COUNT: usize = 1 << 24;

impl Shape {
    /// The size of the evaluation domain, if the field has one: constraints and input rows,
    /// rounded up to a power of two.
    pub(crate) fn domain_size(&self) -> Option<usize> {
        Radix2EvaluationDomain::<Fr>::new(self.constraints + self.instance)
            .map(|domain| domain.size())
    }

    pub(crate) fn variables(&self) -> usize {
        self.instance + self.witness
    }
}

impl Key {
    /// Takes over the points of an arkworks key; \[β\]₁, \[δ\]₁ and \[B\]₁ are not needed, because
    /// proofs are not blinded here.
    pub(crate) fn from_ark(key: &ark_groth16::ProvingKey<ark_bn254::Bn254>, shape: Shape) -> Self {
        Self::new(
            shape,
            key.vk.alpha_g1,
            key.vk.beta_g2,
            &key.a_query,
            &key.b_g2_query,
            &key.l_query,
            key.h_query.clone(),
        )
    }

    /// A key from the points of all variables, those that are the identity included.
    pub(crate) fn new(
        shape: Shape,
        alpha_g1: G1Affine,
        beta_g2: G2Affine,
        a: &[G1Affine],
        b: &[G2Affine],
        l: &[G1Affine],
        h: Vec<G1Affine>,
    ) -> Self {
        Self {
            shape,
            alpha_g1,
            beta_g2,
            a: Query::sparse(a),
            b: Query::sparse(b),
            l: Query::sparse(l),
            h,
        }
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.count(self.shape.instance);
        out.count(self.shape.witness);
        out.count(self.shape.constraints);
        out.points(&[self.alpha_g1]);
        out.points(&[self.beta_g2]);
        self.a.write(self.shape.variables(), out);
        self.b.write(self.shape.variables(), out);
        self.l.write(self.shape.witness, out);
        out.points(&self.h);
    }

    /// Reads what [`Self::write`] wrote. Lengths follow from the three counts and are checked
    /// against the input before anything is allocated.
    pub(crate) fn read(input: &mut Reader<'_>) -> Result<Self, ReadError> {
        let shape = Shape {
            instance: input.count(MAX_COUNT)?,
            witness: input.count(MAX_COUNT)?,
            constraints: input.count(MAX_COUNT)?,
        };
        let domain = shape.domain_size().ok_or(ReadError::Count)?;
        Ok(Self {
            shape,
            alpha_g1: input.point()?,
            beta_g2: input.point()?,
            a: Query::read(shape.variables(), input)?,
            b: Query::read(shape.variables(), input)?,
            l: Query::read(shape.witness, input)?,
            h: input.points(domain)?,
        })
    }
}

impl<P: Group<BaseField: Coordinate>> Query<Affine<P>> {
    fn sparse(points: &[Affine<P>]) -> Self {
        let (places, points) = (0..)
            .zip(points)
            .filter(|(_, point)| !point.is_zero())
            .map(|(place, point)| (place, *point))
            .unzip();
        Self { places, points }
    }

    /// A bit for each variable, lowest first, then the points of those with a set bit.
    fn write(&self, variables: usize, out: &mut Writer) {
        let mut present = vec![0u8; variables.div_ceil(8)];
        for place in &self.places {
            present[*place as usize / 8] |= 1 << (place % 8);
        }
        out.bytes(&present);
        out.points(&self.points);
    }

    fn read(variables: usize, input: &mut Reader<'_>) -> Result<Self, ReadError> {
        let present = input.bytes(variables.div_ceil(8))?;
        let bit = |place: usize| present[place / 8] >> (place % 8) & 1 == 1;
        // The padding bits are zero in what we write, and one key has one encoding.
        if (variables..present.len() * 8).any(bit) {
            return Err(ReadError::Padding);
        }
        let places: Vec<u32> = (0..variables as u32)
            .filter(|place| bit(*place as usize))
            .collect();
        let points = input.points(places.len())?;
        Ok(Self { places, points })
    }
}
