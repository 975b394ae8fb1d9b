//! The worker's requests and replies as they cross from and to JavaScript.

use core::{
    fmt,
    ops::{Deref, DerefMut},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, Visitor},
};
use zeroize::Zeroizing;

/// Bytes that travel as base64url without padding. Erased when dropped.
#[derive(Clone)]
pub(crate) struct Bytes(Zeroizing<Vec<u8>>);

/// A public file, which may be too long to travel as text: a `Uint8Array`.
pub(crate) struct File(Vec<u8>);

/// Text or bytes of a request that are erased when dropped.
pub(crate) type Secret = Zeroizing<String>;

/// The policy for keys.
#[derive(Deserialize)]
pub(crate) struct Init {
    #[serde(default)]
    pub(crate) allow_insecure_dev: bool,
}

/// Enrol with an issuer.
#[derive(Deserialize)]
pub(crate) struct Enrol {
    /// The issuer's manifest, JSON.
    pub(crate) issuer: String,
    /// The issuer's nonce, 32 bytes.
    pub(crate) nonce: Bytes,
    /// The holder's secret, 32 bytes.
    pub(crate) holder_secret: Bytes,
}

/// Prepare a credential.
#[derive(Deserialize)]
pub(crate) struct Prepare {
    /// The credential file, JSON.
    pub(crate) credential: Secret,
    /// Its issuer's manifest, JSON.
    pub(crate) issuer: String,
    /// The holder's secret, 32 bytes.
    pub(crate) holder_secret: Bytes,
}

/// Prove a fact.
#[derive(Deserialize)]
pub(crate) struct Fact {
    /// The circuit's name.
    pub(crate) circuit: String,
    /// The values of its slots, 32 bytes each.
    pub(crate) slots: Bytes,
}

/// Check a status list.
#[derive(Deserialize)]
pub(crate) struct CheckList {
    /// The list's file.
    pub(crate) list: Bytes,
}

/// Prove that a credential is not revoked.
#[derive(Deserialize)]
pub(crate) struct Status {
    /// The credential file, JSON.
    pub(crate) credential: Secret,
    /// Its issuer's manifest, JSON.
    pub(crate) issuer: String,
    /// The holder's secret, 32 bytes.
    pub(crate) holder_secret: Bytes,
    /// The file of the issuer's status list.
    pub(crate) list: Bytes,
}

/// Check a published set.
#[derive(Deserialize)]
pub(crate) struct CheckSet {
    /// The set's file.
    pub(crate) set: File,
}

/// Prove whether a value is in a published set.
#[derive(Deserialize)]
pub(crate) struct Set {
    /// The set's file.
    pub(crate) set: File,
    /// The encoding that is looked for, 32 bytes.
    pub(crate) value: Bytes,
    /// Whether it is asked to be outside.
    pub(crate) negated: bool,
}

/// Answer a request.
#[derive(Deserialize)]
pub(crate) struct Present {
    /// The exact bytes of the request object.
    pub(crate) request: Bytes,
    /// The holder's secret, 32 bytes.
    pub(crate) holder_secret: Bytes,
    /// One for each credential query, in the request's order.
    pub(crate) credentials: Vec<Held>,
    /// Proofs of facts that may serve; those that do not are passed over.
    #[serde(default)]
    pub(crate) kept: Vec<Bytes>,
}

/// A credential that answers a query.
#[derive(Deserialize)]
pub(crate) struct Held {
    /// The id of the query in the request.
    pub(crate) query: String,
    /// The credential file, JSON.
    pub(crate) credential: Secret,
    /// Its issuer's manifest, JSON.
    pub(crate) issuer: String,
    /// What `prepare` gave for it.
    pub(crate) prepared: Bytes,
    /// The head of its issuer's newest status list that was checked.
    #[serde(default)]
    pub(crate) status: Option<Bytes>,
}

/// What became ready by `init`.
#[derive(Serialize)]
pub(crate) struct Initialised {
    pub(crate) kind: &'static str,
    pub(crate) keys: Vec<KeyEntry>,
}

/// A proving key file.
#[derive(Serialize)]
pub(crate) struct KeyEntry {
    pub(crate) circuit: &'static str,
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
}

/// A presentation, and proofs of facts that were made for it and may serve again.
#[derive(Serialize)]
pub(crate) struct Presented {
    pub(crate) presentation: Bytes,
    pub(crate) made: Vec<Made>,
}

/// The proof of a fact, and which of the plan's proofs it is.
#[derive(Serialize)]
pub(crate) struct Made {
    pub(crate) number: usize,
    pub(crate) proof: Bytes,
}

/// What `fact`, `status` and `set` give.
#[derive(Serialize)]
pub(crate) struct Proved {
    pub(crate) proof: Bytes,
}

/// What `check_list` and `check_set` give.
#[derive(Serialize)]
pub(crate) struct Checked {
    pub(crate) genuine: bool,
}

/// What `prepare` gives.
#[derive(Serialize)]
pub(crate) struct Prepared {
    pub(crate) prepared: Bytes,
}

/// What `enrol` gives: the enrolment as canonical CBOR, and as its JSON file.
#[derive(Serialize)]
pub(crate) struct Enrolled {
    pub(crate) enrolment: Bytes,
}

/// What `stretch` gives.
#[derive(Serialize)]
pub(crate) struct Stretched {
    pub(crate) key: Bytes,
}

impl Bytes {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl From<Zeroizing<Vec<u8>>> for Bytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(URL_SAFE_NO_PAD.encode(&*self.0)))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        URL_SAFE_NO_PAD
            .decode(text.as_bytes())
            .map(Self::new)
            // The decoder's own message would tell of the text, which may be secret.
            .map_err(|_| D::Error::custom("not base64url"))
    }
}

impl Deref for File {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;

        impl Visitor<'_> for Whole {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a Uint8Array")
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }
        deserializer.deserialize_byte_buf(Whole).map(Self)
    }
}
