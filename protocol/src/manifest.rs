//! Manifests: what an issuer says of itself, and which proving and verifying keys belong together. Both are
//! signed by Ed25519 over their canonical CBOR form in a domain of their own.

mod issuer;
mod keys;

pub use issuer::{Display, IssuerManifest, IssuerManifestBody, ManifestError};
pub use keys::{
    CircuitKeys, FileDigest, KeyFile, KeyKind, KeyManifest, KeyManifestBody, KeyManifestError,
    KeyPolicy,
};
