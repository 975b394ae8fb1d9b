//! The issuer's two keys: Ed25519 for manifests, BabyJubJub for credentials.

use core::fmt;

use glimpse_primitives::eddsa;
use glimpse_protocol::identity::Identity;
use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize as _, Zeroizing};

/// The secret keys of an issuer. Zeroized on drop, redacted in `Debug`.
#[derive(Clone)]
pub struct IssuerKeys {
    identity_seed: Zeroizing<[u8; 32]>,
    credential_seed: Zeroizing<[u8; 32]>,
}

/// A file is no keys file. Says nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an issuer's keys file")]
pub struct KeysError;

const KIND: &str = "glimpse-issuer-keys";

impl IssuerKeys {
    /// Fresh keys.
    ///
    /// # Errors
    /// The generator's, if it fails.
    pub fn generate<R: CryptoRng + RngCore>(rng: &mut R) -> Result<Self, rand_core::Error> {
        let mut keys = Self {
            identity_seed: Zeroizing::new([0; 32]),
            credential_seed: Zeroizing::new([0; 32]),
        };
        rng.try_fill_bytes(keys.identity_seed.as_mut())?;
        rng.try_fill_bytes(keys.credential_seed.as_mut())?;
        Ok(keys)
    }

    /// Reads what [`IssuerKeys::to_json`] wrote.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, KeysError> {
        let mut value = glimpse_protocol::json::parse(bytes).map_err(|_| KeysError)?;
        let known = value.as_object().is_some_and(|members| members.len() == 4)
            && value["kind"] == KIND
            && value["version"] == 1;
        let keys = known.then(|| {
            Some(Self {
                identity_seed: seed(&value["identity"])?,
                credential_seed: seed(&value["credential"])?,
            })
        });
        for name in ["identity", "credential"] {
            if let Some(serde_json::Value::String(text)) = value.get_mut(name) {
                text.zeroize();
            }
        }
        keys.flatten().ok_or(KeysError)
    }

    /// The keys file. Secret: whoever stores it makes it readable by the issuer alone.
    pub fn to_json(&self) -> Zeroizing<String> {
        let identity = Zeroizing::new(hex::encode(self.identity_seed.as_ref()));
        let credential = Zeroizing::new(hex::encode(self.credential_seed.as_ref()));
        Zeroizing::new(format!(
            "{{\"kind\":\"{KIND}\",\"version\":1,\"identity\":\"{}\",\"credential\":\"{}\"}}\n",
            identity.as_str(),
            credential.as_str()
        ))
    }

    /// The key that signs manifests.
    pub fn identity(&self) -> Identity {
        Identity::from_seed(&self.identity_seed)
    }

    /// The key that signs credentials.
    pub fn credential_key(&self) -> eddsa::SigningKey {
        eddsa::SigningKey::from_seed(*self.credential_seed)
    }
}

fn seed(value: &serde_json::Value) -> Option<Zeroizing<[u8; 32]>> {
    let mut out = Zeroizing::new([0; 32]);
    hex::decode_to_slice(value.as_str()?, out.as_mut()).ok()?;
    Some(out)
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerKeys({})", self.identity().did())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng as _};

    #[test]
    fn keys_survive_their_file() {
        let keys = IssuerKeys::generate(&mut ChaCha20Rng::from_seed([3; 32])).unwrap();
        let read = IssuerKeys::parse(keys.to_json().as_bytes()).unwrap();
        assert_eq!(read.identity().did(), keys.identity().did());
        assert_eq!(
            read.credential_key().verifying_key(),
            keys.credential_key().verifying_key()
        );
        assert!(!format!("{keys:?}").contains(&hex::encode(keys.identity_seed.as_ref())));
    }

    #[test]
    fn other_files_are_refused() {
        let keys = IssuerKeys::generate(&mut ChaCha20Rng::from_seed([3; 32])).unwrap();
        let good = keys.to_json();
        for bad in [
            good.replace("\"version\":1", "\"version\":2"),
            good.replace("keys\"", "manifest\""),
            good.replace("\"version\":1,", "\"version\":1,\"more\":1,"),
            good[..good.len() - 4].to_owned(),
            good.replacen("\"identity\":\"", "\"identity\":\"00", 1),
        ] {
            assert!(
                IssuerKeys::parse(bad.as_bytes()).is_err(),
                "accepted {}",
                bad.len()
            );
        }
    }
}
