//! What an issuer says of itself.

use alloc::string::String;
use alloc::vec::Vec;

use glimpse_primitives::eddsa;
use serde_json::{Value, json};

use crate::codec::build;
use crate::holder::IssuerKeyHash;
use crate::identity::{Did, Identity};
use crate::json::{JsonError, Node};
use crate::schema::{Schema, SchemaId};
use crate::tag;
use crate::time::DateTime;

const MAX_NAME: usize = 128;
const MAX_URL: usize = 512;
const MAX_SCHEMAS: usize = 16;

/// How an issuer's cards look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// Background colour as `#rrggbb`.
    pub background: String,
    /// Text colour as `#rrggbb`.
    pub foreground: String,
    /// A few letters in place of a logo.
    pub mark: String,
}

/// What an issuer says of itself, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerManifestBody {
    /// The name for people.
    pub name: String,
    /// The BabyJubJub key that signs credentials.
    pub credential_key: eddsa::VerifyingKey,
    /// The kinds of credential that it issues, at most 16.
    pub schemas: Vec<Schema>,
    /// Where it is found.
    pub url: Option<String>,
    /// How its cards look.
    pub display: Option<Display>,
    /// When this manifest was made.
    pub issued_at: DateTime,
}

/// An issuer's signed manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerManifest {
    id: Did,
    body: IssuerManifestBody,
    /// Of the key in the body.
    key_hash: IssuerKeyHash,
    signature: [u8; 64],
}

/// Why a manifest was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not a manifest.
    #[error("not an issuer manifest: {0}")]
    Form(#[from] JsonError),
    /// Its own key did not sign exactly this.
    #[error("the manifest's signature does not fit: it was changed, or signed by another key")]
    Signature,
}

impl IssuerManifest {
    /// Signs what the issuer says of itself. The result passes through the same checks as any manifest read.
    ///
    /// # Errors
    /// [`ManifestError::Form`] if a part is beyond its limits.
    pub fn sign(body: IssuerManifestBody, identity: &Identity) -> Result<Self, ManifestError> {
        let id = identity.did();
        let signature = identity.sign_in(tag::ISSUER_MANIFEST, &signed_bytes(&id, &body));
        let manifest = Self {
            id,
            key_hash: IssuerKeyHash::of(&body.credential_key),
            body,
            signature,
        };
        Self::from_node(Node::root(&manifest.to_json()))
    }

    /// Reads the JSON form and checks the signature.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        Self::from_node(Node::root(&crate::json::parse(bytes)?))
    }

    /// Reads a JSON array of manifests, at most 64.
    ///
    /// # Errors
    /// [`ManifestError`] for the first that is refused.
    pub fn parse_many(bytes: &[u8]) -> Result<Vec<Self>, ManifestError> {
        let value = crate::json::parse(bytes)?;
        Node::root(&value)
            .array(64)?
            .into_iter()
            .map(Self::from_node)
            .collect()
    }

    fn from_node(node: Node<'_>) -> Result<Self, ManifestError> {
        let mut object = node.object()?;
        object.constant("kind", "glimpse-issuer", "not an issuer manifest")?;
        object.version(1)?;
        let id: Did = object
            .get("id")?
            .parse_with("not a did:key of Ed25519", str::parse)?;
        let name = object.get("name")?.label(MAX_NAME)?;
        let key_node = object.get("credential_key")?;
        let credential_key = eddsa::VerifyingKey::from_bytes(&key_node.hex()?)
            .map_err(|_| key_node.invalid("not a point of the prime-order subgroup"))?;
        let list = object.get("schemas")?;
        let mut schemas: Vec<Schema> = Vec::new();
        for node in list.array(MAX_SCHEMAS)? {
            let place = node.clone();
            let schema = Schema::from_node(node)?;
            if schemas.iter().any(|earlier| earlier.id() == schema.id()) {
                return Err(place
                    .invalid("a second schema of the same identifier")
                    .into());
            }
            schemas.push(schema);
        }
        let url = object
            .opt("url")
            .map(|node| node.label(MAX_URL))
            .transpose()?;
        let display = object.opt("display").map(Display::from_node).transpose()?;
        let issued_at = object
            .get("issued_at")?
            .parse_with("not an instant with its zone", str::parse)?;
        let signature = object.get("signature")?.hex()?;
        object.finish()?;
        let body = IssuerManifestBody {
            name,
            credential_key,
            schemas,
            url,
            display,
            issued_at,
        };
        id.verify_in(tag::ISSUER_MANIFEST, &signed_bytes(&id, &body), &signature)
            .map_err(|_| ManifestError::Signature)?;
        Ok(Self {
            id,
            key_hash: IssuerKeyHash::of(&body.credential_key),
            body,
            signature,
        })
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        let body = &self.body;
        let mut out = json!({
            "kind": "glimpse-issuer",
            "version": 1,
            "id": self.id.as_str(),
            "name": body.name,
            "credential_key": hex::encode(body.credential_key.to_bytes()),
            "schemas": body.schemas.iter().map(Schema::to_json).collect::<Vec<_>>(),
            "issued_at": alloc::format!("{}", body.issued_at),
            "signature": hex::encode(self.signature),
        });
        if let Some(url) = &body.url {
            out["url"] = url.as_str().into();
        }
        if let Some(Display {
            background,
            foreground,
            mark,
        }) = &body.display
        {
            out["display"] =
                json!({ "background": background, "foreground": foreground, "mark": mark });
        }
        out
    }

    /// The issuer's name for machines: its Ed25519 key.
    pub fn id(&self) -> &Did {
        &self.id
    }

    /// The issuer's name for people, its own claim.
    pub fn name(&self) -> &str {
        &self.body.name
    }

    /// The key that signs its credentials.
    pub fn credential_key(&self) -> &eddsa::VerifyingKey {
        &self.body.credential_key
    }

    /// The hash of that key, as it stands in proofs.
    pub fn issuer_key_hash(&self) -> IssuerKeyHash {
        self.key_hash
    }

    /// The kinds of credential that it issues.
    pub fn schemas(&self) -> &[Schema] {
        &self.body.schemas
    }

    /// The schema of that identifier.
    pub fn schema(&self, id: &SchemaId) -> Option<&Schema> {
        self.body.schemas.iter().find(|schema| schema.id() == id)
    }

    /// Everything that was signed.
    pub fn body(&self) -> &IssuerManifestBody {
        &self.body
    }
}

impl Display {
    fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let mut object = node.object()?;
        let background = colour(&object.get("background")?)?;
        let foreground = colour(&object.get("foreground")?)?;
        let mark = object.get("mark")?.label(16)?;
        object.finish()?;
        Ok(Self {
            background,
            foreground,
            mark,
        })
    }
}

/// Only `#rrggbb`: anything else would let a manifest write style sheets.
fn colour(node: &Node<'_>) -> Result<String, JsonError> {
    let text = node.label(7)?;
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text)
    } else {
        Err(node.invalid("a colour is written as #rrggbb"))
    }
}

fn signed_bytes(id: &Did, body: &IssuerManifestBody) -> Vec<u8> {
    build(|writer| {
        writer
            .array(8)
            .uint(1)
            .text(id.as_str())
            .text(&body.name)
            .bytes(&body.credential_key.to_bytes());
        writer.array(body.schemas.len());
        for schema in &body.schemas {
            schema.write(writer);
        }
        writer.opt_text(body.url.as_deref());
        match &body.display {
            Some(display) => writer
                .array(3)
                .text(&display.background)
                .text(&display.foreground)
                .text(&display.mark),
            None => writer.null(),
        };
        writer.int(body.issued_at.unix());
    })
}
