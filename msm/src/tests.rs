//! Every back end against arkworks.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::{Fq, Fq2, Fq2Config, Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AdditiveGroup, AffineRepr as _, CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::{Field as _, PrimeField, UniformRand};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::Bases;
use crate::field::Field;
use crate::field::fma::{Emulated, Fma};
use crate::field::limbs::Limbs;
use crate::field::native::Native;
use crate::field::quadratic::Quadratic;

mod arithmetic;
mod pairing;
mod roots;
mod straus;
mod sums;
mod transforms;
