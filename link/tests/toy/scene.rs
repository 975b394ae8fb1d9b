//! A statement over two circuits, and the means to take its proof apart.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::PrimeGroup;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use glimpse_link::{Context, LinkedProof, Rejected, Slot, Statement, show, verify};

use super::{Circuit, hidden, prepare, public, rng, statement};

/// Bytes of A′ B′ C″ U T.
pub const SHOWN: usize = 192;

/// Where each element of the first proof starts, and its length.
pub const A: (usize, usize) = (0, 32);
pub const B: (usize, usize) = (32, 64);
pub const C: (usize, usize) = (96, 32);
pub const U: (usize, usize) = (128, 32);
pub const T: (usize, usize) = (160, 32);

pub fn get<P: CanonicalDeserialize>(bytes: &[u8], (start, length): (usize, usize)) -> P {
    P::deserialize_compressed(&bytes[start..start + length]).unwrap()
}

pub fn set(bytes: &mut [u8], (start, length): (usize, usize), item: &impl CanonicalSerialize) {
    item.serialize_compressed(&mut bytes[start..start + length])
        .unwrap();
}

pub fn g1(scalar: Fr) -> G1Affine {
    (G1Projective::generator() * scalar).into()
}

/// Two circuits, three values, the middle one in both.
pub struct Scene {
    pub left: Circuit,
    pub right: Circuit,
    pub context: Context,
}

impl Scene {
    pub fn new() -> Self {
        Self {
            left: Circuit::new(4, 1),
            right: Circuit::new(2, 2),
            context: Context::new(b"request"),
        }
    }

    pub fn members(&self) -> [(&Circuit, Vec<Slot>); 2] {
        [
            (&self.left, vec![public(7), hidden(0), hidden(1), hidden(0)]),
            (&self.right, vec![hidden(1), hidden(2)]),
        ]
    }

    pub fn values() -> [Fr; 3] {
        [11, 12, 13].map(Fr::from)
    }

    pub fn statement(&self) -> Statement<'_> {
        statement(&self.members())
    }

    pub fn show(&self, seed: u64) -> LinkedProof {
        let proofs = prepare(&self.members(), &Self::values());
        show(
            &self.statement(),
            &proofs,
            &Self::values(),
            &self.context,
            &mut rng(seed),
        )
        .unwrap()
    }

    pub fn verify(&self, proof: &LinkedProof) -> Result<(), Rejected> {
        verify(&self.statement(), proof, &self.context, &mut rng(9))
    }

    pub fn verify_bytes(&self, bytes: &[u8]) -> Result<(), Rejected> {
        self.verify(&LinkedProof::from_bytes(bytes, 2, 3).unwrap())
    }
}
