//! The Fiat–Shamir challenge. `docs/protocol/linked-groth16.md` section 4 fixes every byte.

use alloc::vec::Vec;
use core::fmt;

use ark_bn254::Fr;
use ark_ff::PrimeField;
use sha2::{Digest, Sha512};

use crate::{Statement, encoding::push, linked_proof::Shown, statement::Slot};

const DOMAIN: &[u8] = b"glimpse/v1/linked-groth16";
const CONTEXT_DOMAIN: &[u8] = b"glimpse/v1/linked-groth16/context";
const VERSION: u32 = 1;

const PUBLIC: u8 = 0;
const HIDDEN: u8 = 1;

/// Everything beyond the statement that a presentation is bound to: the request's bytes (and so
/// its nonce, audience and day), a channel binding.
///
/// Only its hash is kept. Bytes of several parts must be joined unambiguously by the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Context([u8; 64]);

impl Context {
    /// Binds to these bytes, of any length.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut hash = Transcript::new(CONTEXT_DOMAIN);
        hash.item(bytes);
        Self(hash.0.finalize().into())
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// c = H(domain, version, context, statement, all that was shown before the responses).
pub(crate) fn challenge(statement: &Statement<'_>, context: &Context, shown: &[Shown]) -> Fr {
    let mut transcript = Transcript::new(DOMAIN);
    transcript.item(&VERSION.to_le_bytes());
    transcript.item(&context.0);
    transcript.count(statement.variables());
    transcript.count(statement.members().len());
    for member in statement.members() {
        transcript.item(member.key.digest());
        transcript.count(member.slots.len());
        for slot in &member.slots {
            let mut bytes = Vec::with_capacity(33);
            match slot {
                Slot::Public(value) => {
                    bytes.push(PUBLIC);
                    push(&mut bytes, value);
                }
                Slot::Hidden(variable) => {
                    bytes.push(HIDDEN);
                    bytes.extend_from_slice(&variable.number().to_le_bytes());
                }
            }
            transcript.item(&bytes);
        }
    }
    for shown in shown {
        let mut bytes = Vec::with_capacity(Shown::BYTES);
        shown.encode(&mut bytes);
        transcript.item(&bytes);
    }
    // Reducing 64 bytes is meant: it makes the challenge uniform up to 2⁻²⁵⁷.
    Fr::from_le_bytes_mod_order(&transcript.0.finalize())
}

/// SHA-512 over items, each preceded by its length.
struct Transcript(Sha512);

impl Transcript {
    fn new(domain: &[u8]) -> Self {
        let mut transcript = Self(Sha512::new());
        transcript.item(domain);
        transcript
    }

    fn item(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn count(&mut self, count: usize) {
        self.item(&(count as u64).to_le_bytes());
    }
}
