//! Everything that two parties of Glimpse must agree on, to the byte.
#![no_std]

extern crate alloc;

pub mod circuit;
mod codec;
mod decimal;
pub mod identity;
pub mod json;
pub mod tag;
pub mod text;
pub mod time;
pub mod value;

pub use codec::CodecError;
