use core::fmt;

use glimpse_protocol::json::to_base64;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::nonce::Nonce;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{GRANT, MAX_CODE, Offer, OfferDisplay, OfferError, OfferMetadata, PROOF_TYPE};
use crate::endpoint::Endpoint;
use crate::http::{HttpRequest, HttpResponse, ResponseError};

/// The offer with its issuer's and its authorization server's descriptions.
#[derive(Clone, Debug)]
pub struct OfferServer {
    pub(super) metadata: OfferMetadata,
    pub(super) token_endpoint: Endpoint,
}

/// The offer with the verified manifest of its issuer: all there is to show before accepting.
#[derive(Clone, Debug)]
pub struct ReviewedOffer {
    metadata: OfferMetadata,
    token_endpoint: Endpoint,
    manifest: IssuerManifest,
}

/// The issuer took the code.
pub struct Authorised {
    reviewed: ReviewedOffer,
    token: Zeroizing<String>,
}

/// The issuer gave a nonce; an enrolment proof for it is next.
#[derive(Debug)]
pub struct Challenged {
    authorised: Authorised,
    nonce: Nonce,
}

impl OfferServer {
    /// Fetches the issuer's manifest.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        HttpRequest::get(self.metadata.manifest.clone())
    }

    /// Verifies the manifest, and that it is the manifest of whoever made the offer.
    ///
    /// Manifests are public, so a good signature alone says nothing about who served this one. Without the
    /// second check anybody could offer in a known issuer's name, pass the issuer's own nonce on, and get a
    /// proof and an identifier that were meant for the issuer alone.
    pub fn receive(self, response: &HttpResponse) -> Result<ReviewedOffer, OfferError> {
        let manifest =
            IssuerManifest::parse(response.success()?).map_err(|_| OfferError::Manifest)?;
        let Self {
            metadata,
            token_endpoint,
        } = self;
        let home = manifest.body().url.as_deref().map(str::parse::<Endpoint>);
        if home.and_then(Result::ok).map(|home| home.origin())
            != Some(metadata.offer.issuer.origin())
        {
            return Err(OfferError::OtherIssuer);
        }
        Ok(ReviewedOffer {
            metadata,
            token_endpoint,
            manifest,
        })
    }
}

impl ReviewedOffer {
    /// The offer.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.metadata.offer
    }

    /// What the issuer says of itself and the credential, unsigned.
    #[must_use]
    pub fn display(&self) -> &OfferDisplay {
        &self.metadata.display
    }

    /// Who the issuer is, signed.
    #[must_use]
    pub fn manifest(&self) -> &IssuerManifest {
        &self.manifest
    }

    /// Every address that accepting will use, in order, for showing them first.
    #[must_use]
    pub fn contacts(&self) -> [&Endpoint; 3] {
        [
            &self.token_endpoint,
            &self.metadata.nonce_endpoint,
            &self.metadata.credential_endpoint,
        ]
    }

    /// Trades the code, and the second code if the offer wants one, for an access token. Takes
    /// `&self` because a mistyped code may be typed again.
    pub fn request(&self, tx_code: Option<&str>) -> Result<HttpRequest, OfferError> {
        let offer = self.offer();
        let mut fields = vec![("grant_type", GRANT), ("pre-authorized_code", &offer.code)];
        if let Some(wanted) = &offer.tx_code {
            let typed = tx_code
                .filter(|typed| wanted.fits(typed))
                .ok_or(OfferError::TxCodeNeeded)?;
            fields.push(("tx_code", typed));
        }
        Ok(HttpRequest::post_form(self.token_endpoint.clone(), &fields))
    }

    /// Reads the access token. [`OfferError::CodeRefused`] is worth another try with another second
    /// code.
    pub fn receive(&self, response: &HttpResponse) -> Result<Authorised, OfferError> {
        let value = response.json().map_err(|error| match &error {
            ResponseError::Status {
                code: Some(code), ..
            } if code == "invalid_grant" => OfferError::CodeRefused,
            _ => error.into(),
        })?;
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let bearer = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        let token = text("access_token").filter(|token| bearer && is_token(token));
        let token = token
            .ok_or(ResponseError::Malformed("access_token"))?
            .to_owned();
        Ok(Authorised {
            reviewed: self.clone(),
            token: Zeroizing::new(token),
        })
    }
}

impl Authorised {
    /// Asks for a nonce.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        let mut request =
            HttpRequest::post_form(self.reviewed.metadata.nonce_endpoint.clone(), &[]);
        request.body = Some(String::new());
        request
    }

    /// Reads the nonce.
    pub fn receive(self, response: &HttpResponse) -> Result<Challenged, OfferError> {
        let value = response.json()?;
        let nonce = value
            .get("c_nonce")
            .and_then(Value::as_str)
            .and_then(Nonce::from_base64)
            .ok_or(ResponseError::Malformed("c_nonce"))?;
        Ok(Challenged {
            authorised: self,
            nonce,
        })
    }
}

impl Challenged {
    /// The issuer's nonce, to be bound into the enrolment proof.
    #[must_use]
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// The issuer's manifest.
    #[must_use]
    pub fn manifest(&self) -> &IssuerManifest {
        &self.authorised.reviewed.manifest
    }

    /// Asks for the credential, with the enrolment proof in its binary form.
    #[must_use]
    pub fn request(&self, enrolment: &[u8]) -> HttpRequest {
        let metadata = &self.authorised.reviewed.metadata;
        let body = json!({
            "credential_configuration_id": metadata.offer.configuration,
            "proofs": { PROOF_TYPE: [to_base64(enrolment)] },
        });
        HttpRequest::post_json(metadata.credential_endpoint.clone(), &body)
            .bearer(&self.authorised.token)
    }

    /// Reads the credential, as JSON text for [`Wallet::add`](crate::wallet::Wallet::add), which
    /// checks it against [`manifest`](Self::manifest).
    pub fn receive(self, response: &HttpResponse) -> Result<Vec<u8>, OfferError> {
        let value = response.json()?;
        if value.get("transaction_id").is_some() {
            return Err(OfferError::Deferred);
        }
        let credentials = value.get("credentials").and_then(Value::as_array);
        let credential = match credentials.map(Vec::as_slice) {
            Some([only]) => only.get("credential"),
            _ => None,
        }
        .ok_or(ResponseError::Malformed("credentials"))?;
        // A credential may come as an object or, as the standard has it for texts, as a string.
        Ok(match credential {
            Value::String(text) => text.clone().into_bytes(),
            object => object.to_string().into_bytes(),
        })
    }
}

/// Tokens go into a header, so they are held to the characters of RFC 6750.
fn is_token(token: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    (1..=MAX_CODE).contains(&token.len()) && token.bytes().all(plain)
}

impl fmt::Debug for Authorised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorised(redacted)")
    }
}
