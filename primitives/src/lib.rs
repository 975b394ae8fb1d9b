//! The field, the curve and the hash that circomlib defines.
#![no_std]

pub use ark_bn254::Fr;
