//! Published sets: up to 2²⁰ values of one type, signed by whoever publishes them, for predicates `in` and `not_in`.
//!
//! A request names a set by its roots. A verifier has read the set once, and goes by no other roots. A wallet fetches the
//! whole file, so that nobody learns which value it looks for.
#![doc = include_str!("../../docs/protocol/set.md")]

mod description;
mod file;
mod tree;

pub use description::{MAX_SET_NAME, SetDescription, SetReference};
pub use file::{MAX_SET_BYTES, PublishSetError, PublishedSet, PublishedSetError, SetFile};
pub use tree::{
    ABOVE, ARITY, BELOW, LEAF_ELEMENTS, LEVELS, MAX_ELEMENTS, SetElementsError, SetPath, SetTree,
    leaf, parent,
};
