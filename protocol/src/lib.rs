//! Everything that two parties of Glimpse must agree on, to the byte.
#![no_std]

extern crate alloc;

pub mod circuit;
mod codec;
pub mod credential;
mod decimal;
pub mod enrolment;
pub mod fact;
pub mod holder;
pub mod identity;
pub mod json;
pub mod manifest;
pub mod nonce;
pub mod plan;
pub mod predicate;
pub mod presentation;
pub mod request;
pub mod schema;
pub mod tag;
pub mod text;
pub mod time;
pub mod value;
pub mod words;

pub use codec::CodecError;
pub use glimpse_primitives::Fr;
