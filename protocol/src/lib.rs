//! Everything that two parties of Glimpse must agree on, to the byte.
#![no_std]

extern crate alloc;

pub mod circuit;
pub mod tag;
