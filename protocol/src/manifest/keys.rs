//! Which proving and verifying keys belong together, and how far they can be trusted.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value, json};

use crate::circuit::CircuitId;
use crate::codec::build;
use crate::identity::{Did, Identity};
use crate::json::{JsonError, Node};
use crate::tag;
use crate::time::DateTime;

/// The digests of all proving and verifying keys of kind `insecure-dev`, a line each. The tests of `prover` compare them
/// with what its generator makes.
const INSECURE_DEV: &str = include_str!("insecure-dev.txt");

/// How keys came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// From a public seed, for tests: anybody can forge proofs. Refused unless asked for.
    InsecureDev,
    /// From one party's randomness: that party could forge proofs if it kept it.
    SingleParty,
    /// From a multi-party ceremony.
    Ceremony,
}

/// SHA-256 of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileDigest([u8; 32]);

/// A key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// The file's name beside the manifest: letters, digits, `.`, `-` and `_`.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: FileDigest,
}

/// The keys of one circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitKeys {
    /// The circuit; its version is the one that this crate knows.
    pub circuit: CircuitId,
    /// How many constraints the circuit has.
    pub constraints: u32,
    /// The proving key.
    pub proving_key: KeyFile,
    /// The verifying key.
    pub verifying_key: KeyFile,
}

/// Which keys belong together, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyManifestBody {
    /// How the keys came to be.
    pub kind: KeyKind,
    /// When.
    pub created: DateTime,
    /// The keys, at most one entry a circuit, in the order of [`CircuitId::ALL`].
    pub circuits: Vec<CircuitKeys>,
}

/// A signed key manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyManifest {
    signer: Did,
    body: KeyManifestBody,
    signature: [u8; 64],
}

/// Which keys are acceptable. By default any but those of a public seed, whoever signed their manifest: what the manifest
/// says of itself is then all that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyPolicy {
    /// Whether keys from a public seed are accepted. Only ever in tests.
    pub allow_insecure_dev: bool,
    /// Whose manifest it must be. Without it, whoever can replace the files can replace the manifest as well, and name
    /// any kind.
    pub signer: Option<Did>,
}

/// Why a key manifest was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyManifestError {
    /// Not a key manifest.
    #[error("not a key manifest: {0}")]
    Form(#[from] JsonError),
    /// Its own key did not sign exactly this.
    #[error("the key manifest's signature does not fit: it was changed, or signed by another key")]
    Signature,
    /// Signed by another party than the one that is trusted to.
    #[error("the key manifest is signed by {0}, which is not whose keys are trusted here")]
    OtherSigner(Did),
    /// Test keys where real ones are needed, whatever the manifest calls them.
    #[error("these keys come from a public seed: anybody can forge proofs with them")]
    InsecureDev,
}

impl KeyManifest {
    /// Signs which keys belong together. The result passes through the same checks as any manifest read.
    ///
    /// # Errors
    /// [`KeyManifestError::Form`] if a part is beyond its limits.
    pub fn sign(body: KeyManifestBody, identity: &Identity) -> Result<Self, KeyManifestError> {
        let signer = identity.did();
        let signature = identity.sign_in(tag::KEY_MANIFEST, &signed_bytes(&signer, &body));
        let manifest = Self {
            signer,
            body,
            signature,
        };
        Self::from_node(
            Node::root(&manifest.to_json()),
            KeyPolicy {
                allow_insecure_dev: true,
                signer: None,
            },
        )
    }

    /// Reads the JSON form, checks the signature and the policy.
    ///
    /// # Errors
    /// [`KeyManifestError`].
    pub fn parse(bytes: &[u8], policy: KeyPolicy) -> Result<Self, KeyManifestError> {
        Self::from_node(Node::root(&crate::json::parse(bytes)?), policy)
    }

    fn from_node(node: Node<'_>, policy: KeyPolicy) -> Result<Self, KeyManifestError> {
        let mut object = node.object()?;
        object.version(1)?;
        let signer: Did = object
            .get("signer")?
            .parse_with("not a did:key of Ed25519", str::parse)?;
        let kind = object
            .get("kind")?
            .parse_with("a kind that is not known here", |text| {
                KeyKind::ALL
                    .into_iter()
                    .find(|kind| kind.name() == text)
                    .ok_or(())
            })?;
        let created = object
            .get("created")?
            .parse_with("not an instant with its zone", str::parse)?;
        let mut circuits: Vec<CircuitKeys> = Vec::new();
        for node in object.get("circuits")?.array(CircuitId::ALL.len())? {
            let place = node.clone();
            let keys = CircuitKeys::from_node(node)?;
            if circuits
                .last()
                .is_some_and(|earlier| earlier.circuit >= keys.circuit)
            {
                return Err(place
                    .invalid("circuits are listed once and in order")
                    .into());
            }
            circuits.push(keys);
        }
        let signature = object.get("signature")?.hex()?;
        object.finish()?;
        let body = KeyManifestBody {
            kind,
            created,
            circuits,
        };
        signer
            .verify_in(tag::KEY_MANIFEST, &signed_bytes(&signer, &body), &signature)
            .map_err(|_| KeyManifestError::Signature)?;
        if policy.signer.is_some_and(|expected| expected != signer) {
            return Err(KeyManifestError::OtherSigner(signer));
        }
        let insecure =
            kind == KeyKind::InsecureDev || body.circuits.iter().any(CircuitKeys::is_insecure_dev);
        if insecure && !policy.allow_insecure_dev {
            return Err(KeyManifestError::InsecureDev);
        }
        Ok(Self {
            signer,
            body,
            signature,
        })
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        json!({
            "version": 1,
            "signer": self.signer.as_str(),
            "kind": self.body.kind.name(),
            "created": alloc::format!("{}", self.body.created),
            "circuits": self.body.circuits.iter().map(CircuitKeys::to_json).collect::<Vec<_>>(),
            "signature": hex::encode(self.signature),
        })
    }

    /// Who vouches for these keys; whoever has a reason to trust one signer compares this.
    pub fn signer(&self) -> &Did {
        &self.signer
    }

    /// How the keys came to be.
    pub fn kind(&self) -> KeyKind {
        self.body.kind
    }

    /// When the manifest was made.
    pub fn created(&self) -> DateTime {
        self.body.created
    }

    /// The keys of all circuits, in the order of [`CircuitId::ALL`].
    pub fn circuits(&self) -> &[CircuitKeys] {
        &self.body.circuits
    }

    /// The keys of a circuit.
    pub fn keys(&self, circuit: CircuitId) -> Option<&CircuitKeys> {
        self.body
            .circuits
            .iter()
            .find(|keys| keys.circuit == circuit)
    }
}

impl KeyKind {
    const ALL: [Self; 3] = [Self::InsecureDev, Self::SingleParty, Self::Ceremony];

    /// The name in manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InsecureDev => "insecure-dev",
            Self::SingleParty => "single-party",
            Self::Ceremony => "ceremony",
        }
    }
}

impl FileDigest {
    /// A digest computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// SHA-256 of `contents`, plain, so that `sha256sum` agrees.
    pub fn of(contents: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(contents).into())
    }

    /// The 32 bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl KeyFile {
    /// The entry of a file with these contents.
    pub fn of(file: &str, contents: &[u8]) -> Self {
        Self {
            file: file.into(),
            bytes: contents.len() as u64,
            sha256: FileDigest::of(contents),
        }
    }

    /// Whether these are the file's contents.
    pub fn matches(&self, contents: &[u8]) -> bool {
        contents.len() as u64 == self.bytes && FileDigest::of(contents) == self.sha256
    }

    fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let mut object = node.object()?;
        let file_node = object.get("file")?;
        let file = file_node.label(128)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if file.starts_with('.') || !file.bytes().all(plain) {
            return Err(file_node.invalid("a file name is plain letters, digits, '.', '-' and '_'"));
        }
        let bytes = object.get("bytes")?.uint()?;
        let sha256 = FileDigest(object.get("sha256")?.hex()?);
        object.finish()?;
        Ok(Self {
            file,
            bytes,
            sha256,
        })
    }

    fn to_json(&self) -> Value {
        json!({ "file": self.file, "bytes": self.bytes, "sha256": hex::encode(self.sha256.0) })
    }
}

impl CircuitKeys {
    /// Whether one of the two is a well-known key of a public seed. Recognised by digest, so that it cannot be passed off
    /// as another kind; a key that was changed to be another with the same trapdoor cannot be recognised.
    fn is_insecure_dev(&self) -> bool {
        let digests =
            [self.proving_key.sha256, self.verifying_key.sha256].map(|d| hex::encode(d.0));
        INSECURE_DEV
            .lines()
            .any(|known| digests.iter().any(|digest| digest == known))
    }

    fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let mut object = node.object()?;
        let circuit = object
            .get("id")?
            .parse_with("a circuit that is not known here", |text| {
                CircuitId::from_name(text).ok_or(())
            })?;
        let version = object.get("version")?;
        if version.uint::<u32>()? != circuit.version() {
            return Err(version.invalid("another version of the circuit than this software's"));
        }
        let constraints = object.get("constraints")?.uint()?;
        let proving_key = KeyFile::from_node(object.get("proving_key")?)?;
        let verifying_key = KeyFile::from_node(object.get("verifying_key")?)?;
        object.finish()?;
        Ok(Self {
            circuit,
            constraints,
            proving_key,
            verifying_key,
        })
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.circuit.name(),
            "version": self.circuit.version(),
            "constraints": self.constraints,
            "proving_key": self.proving_key.to_json(),
            "verifying_key": self.verifying_key.to_json(),
        })
    }
}

fn signed_bytes(signer: &Did, body: &KeyManifestBody) -> Vec<u8> {
    build(|writer| {
        writer
            .array(5)
            .uint(1)
            .text(signer.as_str())
            .text(body.kind.name())
            .int(body.created.unix());
        writer.array(body.circuits.len());
        for keys in &body.circuits {
            writer
                .array(5)
                .text(keys.circuit.name())
                .uint(keys.circuit.version().into());
            writer.uint(keys.constraints.into());
            for file in [&keys.proving_key, &keys.verifying_key] {
                writer
                    .array(3)
                    .text(&file.file)
                    .uint(file.bytes)
                    .bytes(&file.sha256.0);
            }
        }
    })
}

impl core::fmt::Debug for FileDigest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl core::fmt::Display for FileDigest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
