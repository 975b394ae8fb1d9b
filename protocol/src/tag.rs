//! Every domain tag of Glimpse, in one place.
//!
//! Two kinds exist. A *field tag* is the first input of a Poseidon hash, so that a hash made for one purpose
//! can never be read as one made for another. A *byte domain* is length-prefixed in front of everything that is
//! hashed by SHA-256 or signed by Ed25519.

use ark_ff::BigInt;
use glimpse_primitives::Fr;
use sha2::{Digest as _, Sha256};

/// Holder identifier: `hid = Poseidon(HID, sk, issuer_key_hash)`.
pub const HID: Fr = field_tag("hid");
/// Hash of an issuer's BabyJubJub key: `Poseidon(ISSUER_KEY, A.x, A.y)`.
pub const ISSUER_KEY: Fr = field_tag("issuer-key");
/// Credential header: `Poseidon(HEADER, schema, hid, status_index, issued_on, expires_on)`.
pub const HEADER: Fr = field_tag("header");
/// Chunk of eight attributes: `Poseidon(ATTRIBUTES, i, a_8i … a_8i+7)`.
pub const ATTRIBUTES: Fr = field_tag("attributes");
/// Signed credential message: `Poseidon(CREDENTIAL, N, header, chunk_0 …)`.
pub const CREDENTIAL: Fr = field_tag("credential");
/// A holder's pseudonym in a scope: `Poseidon(PSEUDONYM, sk, scope)`.
pub const PSEUDONYM: Fr = field_tag("pseudonym");
/// Leaf of a status list's tree: `Poseidon(STATUS, w_0 … w_7)`.
pub const STATUS: Fr = field_tag("status");
/// Leaf of a registry: `Poseidon(REGISTRY, issuer_key_hash, root_0 … root_3)`.
pub const REGISTRY: Fr = field_tag("registry");
/// Leaf of a published set's tree: `Poseidon(SET, e_0 … e_9, next)`.
pub const SET: Fr = field_tag("set");

/// A pseudonym's scope, bound to the verifier.
pub const SCOPE: Domain = Domain("glimpse/v1/scope");
/// Digest of a schema.
pub const SCHEMA: Domain = Domain("glimpse/v1/schema");
/// Digest of a long text attribute.
pub const LONG_TEXT: Domain = Domain("glimpse/v1/long-text");
/// Digest of a byte-string attribute.
pub const BYTES: Domain = Domain("glimpse/v1/bytes");
/// Ed25519 signature over an issuer manifest.
pub const ISSUER_MANIFEST: Domain = Domain("glimpse/v1/issuer-manifest");
/// Ed25519 signature over a key manifest.
pub const KEY_MANIFEST: Domain = Domain("glimpse/v1/key-manifest");
/// Ed25519 signature over the head of a status list.
pub const STATUS_LIST: Domain = Domain("glimpse/v1/status-list");
/// Ed25519 signature over the head of a published set.
pub const PUBLISHED_SET: Domain = Domain("glimpse/v1/published-set");
/// Context of the linked proof of a presentation.
pub const PRESENTATION: Domain = Domain("glimpse/v1/presentation");
/// Context of the linked proof of an enrolment.
pub const ENROLMENT: Domain = Domain("glimpse/v1/enrolment");

/// A byte domain: the ASCII label that separates one use of a hash or signature from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain(&'static str);

impl Domain {
    /// The label, e.g. `glimpse/v1/schema`.
    pub const fn label(self) -> &'static str {
        self.0
    }

    /// SHA-256 over `len(label) ‖ label ‖ len(part_0) ‖ part_0 ‖ …`, every length as eight big-endian bytes.
    ///
    /// Two different lists of parts never feed the hash the same bytes.
    pub fn sha256(self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in core::iter::once(self.0.as_bytes()).chain(parts.iter().copied()) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// The message that is signed: the same framing as [`Domain::sha256`], unhashed.
    pub fn message(self, body: &[u8]) -> alloc::vec::Vec<u8> {
        let mut out = alloc::vec::Vec::with_capacity(16 + self.0.len() + body.len());
        for part in [self.0.as_bytes(), body] {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

/// `glimpse/v1/<name>` in ASCII, read as a big-endian integer. At most 31 bytes, hence below the field's order.
const fn field_tag(name: &str) -> Fr {
    const PREFIX: &[u8] = b"glimpse/v1/";
    let name = name.as_bytes();
    assert!(
        PREFIX.len() + name.len() <= 31,
        "a tag must fit in 31 bytes"
    );
    let total = PREFIX.len() + name.len();
    let mut limbs = [0u64; 4];
    let mut i = 0;
    while i < total {
        let byte = if i < PREFIX.len() {
            PREFIX[i]
        } else {
            name[i - PREFIX.len()]
        };
        let position = total - 1 - i;
        limbs[position / 8] |= (byte as u64) << (8 * (position % 8));
        i += 1;
    }
    Fr::new(BigInt(limbs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{BigInteger as _, PrimeField as _};

    #[test]
    fn field_tags_are_their_ascii_names() {
        for (tag, name) in [
            (HID, "glimpse/v1/hid"),
            (ISSUER_KEY, "glimpse/v1/issuer-key"),
            (HEADER, "glimpse/v1/header"),
            (ATTRIBUTES, "glimpse/v1/attributes"),
            (CREDENTIAL, "glimpse/v1/credential"),
            (PSEUDONYM, "glimpse/v1/pseudonym"),
            (STATUS, "glimpse/v1/status"),
            (REGISTRY, "glimpse/v1/registry"),
            (SET, "glimpse/v1/set"),
        ] {
            let bytes = tag.into_bigint().to_bytes_be();
            assert!(bytes.ends_with(name.as_bytes()));
            assert!(bytes[..32 - name.len()].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn parts_are_framed() {
        assert_ne!(SCHEMA.sha256(&[b"ab", b"c"]), SCHEMA.sha256(&[b"a", b"bc"]));
        assert_ne!(SCHEMA.sha256(&[b"a"]), SCHEMA.sha256(&[b"a", b""]));
        assert_ne!(SCHEMA.sha256(&[b"a"]), BYTES.sha256(&[b"a"]));
    }
}
