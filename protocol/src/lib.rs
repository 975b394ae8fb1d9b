//! Everything that two parties of Glimpse must agree on, to the byte: encodings, schemas, credentials, requests,
//! plans, presentations, manifests, and the words in which facts are put.
//!
//! Types here are valid by construction: what was read has been checked, and there is no way to build what a
//! reader would refuse. Nothing here reads a clock, holds a secret longer than it must, or knows of proofs more
//! than their bytes.
//!
//! A verifier asks, a holder's side compiles the same plan and puts it into words:
//!
//! ```
//! use glimpse_protocol::identity::Identity;
//! use glimpse_protocol::nonce::Nonce;
//! use glimpse_protocol::predicate::Operator;
//! use glimpse_protocol::request::{Endpoint, QueryBuilder, Request, ResponseMode};
//! use glimpse_protocol::schema::{ClaimPath, SchemaId};
//!
//! let (door, registry) = (Identity::from_seed(&[1; 32]), Identity::from_seed(&[2; 32]));
//! let answer_to = Endpoint::new("https://anchor.example/answers/7").ok_or("an https URL")?;
//! let licence = SchemaId::new("org.iso.18013.5.1.mDL").ok_or("an identifier")?;
//! let birth_date = ClaimPath::new(&["birth_date"]).ok_or("a path")?;
//!
//! let query = QueryBuilder::new("licence", licence, &[registry.did()], "2026-11-21".parse()?)
//!     .prove(birth_date, Operator::AgeOver(18));
//! let made_at = "2026-11-21T18:00:00Z".parse()?;
//! let request =
//!     Request::builder(door.did(), ResponseMode::DirectPost(answer_to), Nonce::from_bytes([7; 32]), made_at)
//!         .query(query)
//!         .build()?;
//! assert_eq!(Request::parse(request.bytes())?, request);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![doc = include_str!("../../docs/protocol/encoding.md")]
#![doc = include_str!("../../docs/protocol/request.md")]
#![doc = include_str!("../../docs/protocol/presentation.md")]
#![no_std]

extern crate alloc;

pub mod circuit;
pub mod claim;
mod codec;
pub mod credential;
mod decimal;
pub mod enrolment;
pub mod fact;
pub mod formula;
pub mod holder;
pub mod identity;
pub mod json;
pub mod manifest;
pub mod nonce;
pub mod plan;
pub mod predicate;
pub mod presentation;
pub mod pseudonym;
pub mod registry;
pub mod relation;
pub mod request;
pub mod schema;
pub mod set;
pub mod status;
pub mod tag;
pub mod text;
pub mod time;
pub mod value;
pub mod words;

pub use codec::CodecError;
pub use glimpse_primitives::Fr;
