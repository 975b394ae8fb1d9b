//! Accepting a credential by OpenID4VCI 1.0, pre-authorized code flow, without doing any I/O.
//!
//! Each stage is a type. It says which [`HttpRequest`] to send next and takes what came back; a
//! stage can only be reached through the ones before it.
//!
//! ```text
//! Invitation ─(reference)→ Offer → OfferMetadata → OfferServer → ReviewedOffer → Authorised → Challenged → credential
//! ```

mod metadata;
mod stage;

use serde_json::Value;

use crate::endpoint::{Endpoint, EndpointError};
use crate::form;
use crate::http::{HttpRequest, HttpResponse, ResponseError};

pub use metadata::{OfferDisplay, OfferMetadata};
pub use stage::{Authorised, Challenged, OfferServer, ReviewedOffer};

/// Our credential format, in metadata and requests.
pub const FORMAT: &str = "glimpse-groth16";
/// Our key proof type: a proof of knowledge of the holder's secret.
pub const PROOF_TYPE: &str = "glimpse_enrolment";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// The longest code or token, in bytes.
const MAX_CODE: usize = 4096;

/// A link that was followed or scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invitation {
    /// The offer itself was in the link.
    Offer(Offer),
    /// The link says where the offer is.
    Reference(OfferReference),
}

/// Where an offer is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferReference(Endpoint);

/// An offer as its issuer wrote it; nobody has vouched for it yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Offer {
    pub(super) issuer: Endpoint,
    pub(super) configuration: String,
    pub(super) code: String,
    pub(super) tx_code: Option<TxCode>,
    pub(super) authorization_server: Option<String>,
}

/// The issuer gives a second code by another way, and it must be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxCode {
    /// Digits only.
    pub numeric: bool,
    /// How long it is, if the issuer says.
    pub length: Option<u32>,
    /// Where to find it, in the issuer's words.
    pub description: Option<String>,
}

/// Why an offer goes no further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// The link is no offer.
    #[error("this link holds no offer")]
    NotAnOffer,
    /// The offer does not have the form that the standard gives it.
    #[error("the offer is malformed: {0}")]
    Malformed(&'static str),
    /// The offer is for something that this wallet does not hold.
    #[error("the offer is for a kind of credential that this wallet cannot hold")]
    OtherFormat,
    /// An address in it may not be used.
    #[error("an address in the offer cannot be used: {0}")]
    Address(#[from] EndpointError),
    /// The issuer did not answer as it must.
    #[error("the issuer could not be used: {0}")]
    Response(#[from] ResponseError),
    /// What describes the issuer describes somebody else.
    #[error("the issuer's description is about another issuer")]
    OtherIssuer,
    /// The issuer's manifest does not verify.
    #[error("the issuer's manifest is not valid")]
    Manifest,
    /// The second code is needed and was not given, or does not have its form.
    #[error("the code that the issuer gave you is needed")]
    TxCodeNeeded,
    /// The issuer refused the code or the second code.
    #[error("the issuer refused the code: it is wrong, used or expired")]
    CodeRefused,
    /// The issuer wants to deliver later, which this wallet does not do.
    #[error("the issuer wants to deliver the credential later, which this wallet does not support")]
    Deferred,
}

impl Invitation {
    /// Reads `credential_offer` or `credential_offer_uri` from a wallet link
    /// (`…/#/offer?…`, `openid-credential-offer://?…`) or from its query alone.
    pub fn from_link(link: &str) -> Result<Self, OfferError> {
        if link.len() > crate::http::MAX_BODY {
            return Err(OfferError::NotAnOffer);
        }
        let query = link.split_once('?').map_or(link, |(_, query)| query);
        let fields = form::decode(query).ok_or(OfferError::NotAnOffer)?;
        let field = |name: &str| {
            fields
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value)
        };
        match (field("credential_offer"), field("credential_offer_uri")) {
            (Some(offer), None) => {
                let value = glimpse_protocol::json::parse(offer.as_bytes())
                    .map_err(|_| OfferError::Malformed("not acceptable JSON"))?;
                Ok(Self::Offer(Offer::read(&value)?))
            }
            (None, Some(uri)) => Ok(Self::Reference(OfferReference(uri.parse()?))),
            _ => Err(OfferError::NotAnOffer),
        }
    }
}

impl OfferReference {
    /// Fetches the offer.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        HttpRequest::get(self.0.clone())
    }

    /// Reads the offer that came back.
    pub fn receive(self, response: &HttpResponse) -> Result<Offer, OfferError> {
        Offer::read(&response.json()?)
    }
}

impl Offer {
    fn read(value: &Value) -> Result<Self, OfferError> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let issuer = text(value.get("credential_issuer"))
            .ok_or(OfferError::Malformed("credential_issuer is missing"))?
            .parse()?;
        let configuration = match value
            .get("credential_configuration_ids")
            .and_then(Value::as_array)
        {
            Some(ids) if ids.len() == 1 => text(ids.first()),
            _ => None,
        }
        .ok_or(OfferError::Malformed(
            "exactly one credential can be accepted at a time",
        ))?;
        let grant = value
            .get("grants")
            .and_then(|grants| grants.get(GRANT))
            .ok_or(OfferError::Malformed(
                "the pre-authorized code grant is missing",
            ))?;
        let code = text(grant.get("pre-authorized_code"))
            .filter(|code| (1..=MAX_CODE).contains(&code.len()))
            .ok_or(OfferError::Malformed("pre-authorized_code is missing"))?;
        let tx_code = grant.get("tx_code").map(TxCode::read).transpose()?;
        let authorization_server = text(grant.get("authorization_server"));
        Ok(Self {
            issuer,
            configuration,
            code,
            tx_code,
            authorization_server,
        })
    }

    /// The issuer, by its address.
    #[must_use]
    pub fn issuer(&self) -> &Endpoint {
        &self.issuer
    }

    /// What is offered: one of the issuer's configurations.
    #[must_use]
    pub fn configuration(&self) -> &str {
        &self.configuration
    }

    /// The second code, if one must be typed.
    #[must_use]
    pub fn tx_code(&self) -> Option<&TxCode> {
        self.tx_code.as_ref()
    }

    /// Fetches the issuer's description of itself.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        HttpRequest::get(self.issuer.well_known("openid-credential-issuer"))
    }

    /// Reads that description.
    pub fn receive(self, response: &HttpResponse) -> Result<OfferMetadata, OfferError> {
        OfferMetadata::read(self, &response.json()?)
    }
}

/// The code is worth a credential, so it is not shown.
impl core::fmt::Debug for Offer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Offer({} from {})", self.configuration, self.issuer)
    }
}

impl TxCode {
    fn read(value: &Value) -> Result<Self, OfferError> {
        let malformed = || OfferError::Malformed("tx_code");
        let value = value.as_object().ok_or_else(malformed)?;
        let numeric = match value.get("input_mode").map(Value::as_str) {
            None | Some(Some("numeric")) => true,
            Some(Some("text")) => false,
            Some(_) => return Err(malformed()),
        };
        let length = match value.get("length") {
            None => None,
            Some(length) => Some(
                length
                    .as_u64()
                    .and_then(|length| u32::try_from(length).ok())
                    .filter(|length| (1..=300).contains(length))
                    .ok_or_else(malformed)?,
            ),
        };
        let description = match value.get("description") {
            None => None,
            Some(text) => Some(metadata::display_text(text).ok_or_else(malformed)?),
        };
        Ok(Self {
            numeric,
            length,
            description,
        })
    }

    /// Whether `typed` has the form that the issuer announced.
    #[must_use]
    pub fn fits(&self, typed: &str) -> bool {
        let length = typed.chars().count();
        (1..=300).contains(&length)
            && self
                .length
                .is_none_or(|wanted| usize::try_from(wanted) == Ok(length))
            && (!self.numeric || typed.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

#[cfg(test)]
mod tests;
