//! Registries: the issuers that a verifier accepts, each with its status list, so that a holder can show a credential
//! of one of them that is not revoked, without saying whose it is.

use glimpse_primitives::merkle::Cap;
use glimpse_primitives::{Fr, poseidon};

use crate::tag;

/// Leaves of a registry; a shorter one repeats a leaf.
pub const LEAVES: usize = 16;

/// The leaf of an issuer and the roots of its status list: `Poseidon(REGISTRY, issuer_key_hash, root_0 … root_3)`.
///
/// ```
/// use glimpse_protocol::{Fr, registry::leaf};
/// let (issuer, roots) = (Fr::from(7u64), [1u64, 2, 3, 4].map(Fr::from));
/// assert_ne!(leaf(issuer, &roots), leaf(issuer, &[2u64, 1, 3, 4].map(Fr::from)));
/// ```
#[must_use]
pub fn leaf(issuer_key_hash: Fr, roots: &Cap) -> Fr {
    let [a, b, c, d] = *roots;
    poseidon::hash(&[tag::REGISTRY, issuer_key_hash, a, b, c, d])
}
