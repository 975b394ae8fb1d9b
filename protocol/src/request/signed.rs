//! Signed requests: a compact JWS whose payload is the request object, by the key that `client_id` names.

use alloc::string::String;

use serde_json::json;

use super::{Request, RequestError};
use crate::identity::{BadSignature, Identity};
use crate::json::{JsonError, Node, from_base64, to_base64};

const TYPE: &str = "oauth-authz-req+jwt";

/// A request signed by its client. The signature authenticates who asks; proofs bind the payload bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    jwt: String,
    request: Request,
}

/// Why a signed request was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedRequestError {
    /// Not three parts of base64url, or too long.
    #[error("not a compact JWS")]
    Form,
    /// The header is not ours.
    #[error("the header of the JWS: {0}")]
    Header(JsonError),
    /// The payload is no acceptable request.
    #[error("the request: {0}")]
    Request(RequestError),
    /// The client's key did not sign exactly this.
    #[error("the client's signature does not fit the request")]
    Signature,
    /// Signed with another key than the client's.
    #[error("signed by another party than the request names")]
    OtherClient,
}

impl SignedRequest {
    /// Signs a request as its client.
    ///
    /// # Errors
    /// [`SignedRequestError::OtherClient`] if the request names another client.
    pub fn sign(request: Request, identity: &Identity) -> Result<Self, SignedRequestError> {
        let did = identity.did();
        if *request.client() != did {
            return Err(SignedRequestError::OtherClient);
        }
        let header = alloc::format!(
            "{}",
            json!({ "alg": "EdDSA", "typ": TYPE, "kid": did.key_id() })
        );
        let signed = alloc::format!(
            "{}.{}",
            to_base64(header.as_bytes()),
            to_base64(request.bytes())
        );
        let signature = to_base64(&identity.sign(signed.as_bytes()));
        Ok(Self {
            jwt: alloc::format!("{signed}.{signature}"),
            request,
        })
    }

    /// Reads a compact JWS and checks its signature against the client that the payload names.
    ///
    /// # Errors
    /// [`SignedRequestError`].
    pub fn verify(jwt: &str) -> Result<Self, SignedRequestError> {
        let form = SignedRequestError::Form;
        if jwt.len() > 2 * crate::json::MAX_BYTES {
            return Err(form);
        }
        let (signed, signature) = jwt.rsplit_once('.').ok_or(form.clone())?;
        let (header, payload) = signed.split_once('.').ok_or(form.clone())?;
        let header = from_base64(header).ok_or(form.clone())?;
        let payload = from_base64(payload).ok_or(form.clone())?;
        let signature = from_base64(signature)
            .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok())
            .ok_or(form)?;
        let key_id = key_id(&header).map_err(SignedRequestError::Header)?;
        let request = Request::parse(&payload).map_err(SignedRequestError::Request)?;
        if key_id.is_some_and(|id| id != request.client().key_id()) {
            return Err(SignedRequestError::OtherClient);
        }
        let checked = request.client().verify(signed.as_bytes(), &signature);
        checked.map_err(|BadSignature| SignedRequestError::Signature)?;
        Ok(Self {
            jwt: jwt.into(),
            request,
        })
    }

    /// The compact JWS.
    pub fn as_str(&self) -> &str {
        &self.jwt
    }

    /// The request that was signed.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The request alone.
    pub fn into_request(self) -> Request {
        self.request
    }
}

/// Checks the header; its key identifier, if it has one.
fn key_id(header: &[u8]) -> Result<Option<String>, JsonError> {
    let value = crate::json::parse(header)?;
    let mut object = Node::root(&value).object()?;
    object.constant("alg", "EdDSA", "only EdDSA is accepted")?;
    object.constant("typ", TYPE, "not a request object")?;
    // Critical extensions must be understood, and there is none that we understand.
    if let Some(node) = object.opt("crit") {
        return Err(node.invalid("not supported"));
    }
    object.opt("kid").map(|node| node.label(256)).transpose()
}
