//! Pseudonyms: what one verifier recognises a holder by in one scope, and nobody anywhere else.
//!
//! `pseudonym = Poseidon(PSEUDONYM, sk, scope)`. It depends on the holder's secret and the scope only: a new
//! credential, a new proof or a new request does not change it. The scope is bound to the verifier, so that no
//! verifier can ask for another's pseudonym.

use alloc::string::String;
use core::fmt;

use ark_ff::Zero as _;
use glimpse_primitives::{Fr, field, poseidon};
use serde_json::Value;

use crate::holder::HolderSecret;
use crate::identity::Did;
use crate::json::{JsonError, Node};
use crate::tag;
use crate::value::digest_to_field;

/// A name that a verifier gives to a purpose for which it wants to recognise a holder again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

/// What a holder is recognised by in a scope. Never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pseudonym(Fr);

impl Scope {
    /// The longest scope in bytes.
    pub const MAX_BYTES: usize = 64;

    /// A scope of one to 64 bytes, without control characters.
    pub fn new(text: &str) -> Option<Self> {
        Self::from_node(&Node::root(&Value::from(text))).ok()
    }

    pub(crate) fn from_node(node: &Node<'_>) -> Result<Self, JsonError> {
        node.label(Self::MAX_BYTES).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scope as a field element: SHA-256 of the verifier's name and the scope's, cut to 31 bytes.
    pub fn to_field(&self, verifier: &Did) -> Fr {
        let parts = [verifier.as_str().as_bytes(), self.0.as_bytes()];
        digest_to_field(&tag::SCOPE.sha256(&parts))
    }
}

impl Pseudonym {
    /// The holder's pseudonym in a verifier's scope.
    pub fn of(secret: &HolderSecret, scope: &Scope, verifier: &Did) -> Option<Self> {
        let scope = scope.to_field(verifier);
        Self::from_field(poseidon::hash(&[tag::PSEUDONYM, secret.expose(), scope]))
    }

    /// The pseudonym that is this field element; `None` for zero, which no holder has.
    pub fn from_field(value: Fr) -> Option<Self> {
        (!value.is_zero()).then_some(Self(value))
    }

    /// Reads the canonical form; `None` for zero and anything not below the field's order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        field::from_bytes(bytes).ok().and_then(Self::from_field)
    }

    /// The canonical form, big-endian.
    pub fn to_bytes(self) -> [u8; 32] {
        field::to_bytes(&self.0)
    }

    /// The pseudonym as it stands in a slot.
    pub const fn to_field(self) -> Fr {
        self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In lower-case hexadecimal.
impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.to_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    #[test]
    fn pseudonyms_differ_by_holder_scope_and_verifier_only() {
        let secret = |byte| HolderSecret::from_bytes(&[byte; 32]).unwrap();
        let verifier = |byte| Identity::from_seed(&[byte; 32]).did();
        let of = |holder, scope: &str, by| {
            Pseudonym::of(&secret(holder), &Scope::new(scope).unwrap(), &verifier(by)).unwrap()
        };
        let usual = of(1, "forum", 1);
        assert_eq!(usual, of(1, "forum", 1));
        for other in [of(2, "forum", 1), of(1, "shop", 1), of(1, "forum", 2)] {
            assert_ne!(usual, other);
        }
        assert_eq!(Pseudonym::from_bytes(&usual.to_bytes()), Some(usual));
    }

    #[test]
    fn zero_and_elements_beyond_the_field_are_no_pseudonyms() {
        assert_eq!(Pseudonym::from_field(Fr::from(0u64)), None);
        assert_eq!(Pseudonym::from_bytes(&[0; 32]), None);
        assert_eq!(Pseudonym::from_bytes(&[0xff; 32]), None);
    }

    #[test]
    fn scopes_are_short_and_printable() {
        assert!(Scope::new(&"a".repeat(64)).is_some());
        for text in ["", "a\nb", "a\u{202e}b", &"a".repeat(65)] {
            assert!(Scope::new(text).is_none(), "{text:?}");
        }
    }
}
