use serde_json::Value;

use super::{FORMAT, Offer, OfferError, OfferServer, PROOF_TYPE};
use crate::endpoint::Endpoint;
use crate::http::{HttpRequest, HttpResponse};

/// The longest text of the issuer's that is put on the screen, in characters.
const MAX_DISPLAY: usize = 300;

/// The issuer's description of itself, read for this one offer.
#[derive(Clone, Debug)]
pub struct OfferMetadata {
    pub(super) offer: Offer,
    pub(super) display: OfferDisplay,
    pub(super) server: Endpoint,
    pub(super) credential_endpoint: Endpoint,
    pub(super) nonce_endpoint: Endpoint,
    pub(super) manifest: Endpoint,
}

/// The standard display metadata, in the issuer's own words: unsigned, and to be shown as such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferDisplay {
    /// What the issuer calls itself.
    pub issuer_name: Option<String>,
    /// What it calls the credential.
    pub credential_name: Option<String>,
    /// What it says about it.
    pub description: Option<String>,
    /// `#rrggbb`.
    pub background_color: Option<String>,
    /// `#rrggbb`.
    pub text_color: Option<String>,
    /// The names of the attributes it will hold.
    pub claims: Vec<String>,
}

impl OfferMetadata {
    pub(super) fn read(offer: Offer, value: &Value) -> Result<Self, OfferError> {
        let text =
            |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        if text(value, "credential_issuer").as_deref() != Some(offer.issuer.as_str()) {
            return Err(OfferError::OtherIssuer);
        }
        let address = |name: &'static str| -> Result<Endpoint, OfferError> {
            Ok(text(value, name)
                .ok_or(OfferError::Malformed(name))?
                .parse()?)
        };
        let configuration = value
            .get("credential_configurations_supported")
            .and_then(|all| all.get(&offer.configuration))
            .ok_or(OfferError::Malformed(
                "the offered configuration is unknown to the issuer",
            ))?;
        let proves = configuration
            .get("proof_types_supported")
            .and_then(|all| all.get(PROOF_TYPE));
        if text(configuration, "format").as_deref() != Some(FORMAT) || proves.is_none() {
            return Err(OfferError::OtherFormat);
        }
        let server = authorization_server(&offer, value)?;
        Ok(Self {
            display: OfferDisplay::read(value, configuration),
            server,
            credential_endpoint: address("credential_endpoint")?,
            nonce_endpoint: address("nonce_endpoint")?,
            manifest: address("glimpse_manifest")?,
            offer,
        })
    }

    /// The offer that is described.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// What the issuer says of itself and the credential.
    #[must_use]
    pub fn display(&self) -> &OfferDisplay {
        &self.display
    }

    /// Fetches the description of the authorization server.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        HttpRequest::get(self.server.well_known("oauth-authorization-server"))
    }

    /// Reads that description.
    pub fn receive(self, response: &HttpResponse) -> Result<OfferServer, OfferError> {
        let value = response.json()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        if text("issuer") != Some(self.server.as_str()) {
            return Err(OfferError::OtherIssuer);
        }
        let token_endpoint = text("token_endpoint")
            .ok_or(OfferError::Malformed("token_endpoint"))?
            .parse()?;
        Ok(OfferServer {
            metadata: self,
            token_endpoint,
        })
    }
}

/// The issuer itself, unless it names others; an offer may pick one of those and no other.
fn authorization_server(offer: &Offer, metadata: &Value) -> Result<Endpoint, OfferError> {
    let Some(servers) = metadata.get("authorization_servers") else {
        return match &offer.authorization_server {
            Some(chosen) if chosen != offer.issuer.as_str() => Err(OfferError::OtherIssuer),
            _ => Ok(offer.issuer.clone()),
        };
    };
    let servers: Vec<_> = servers
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let chosen = match &offer.authorization_server {
        Some(chosen) => servers.iter().find(|server| *server == chosen),
        None => servers.first(),
    };
    Ok(chosen.ok_or(OfferError::OtherIssuer)?.parse()?)
}

impl OfferDisplay {
    fn read(metadata: &Value, configuration: &Value) -> Self {
        let first = |value: Option<&Value>| value?.get("display")?.as_array()?.first().cloned();
        let credential = configuration.get("credential_metadata");
        let issuer_display = first(Some(metadata)).unwrap_or_default();
        let display = first(credential).unwrap_or_default();
        let text = |value: &Value, name: &str| value.get(name).and_then(display_text);
        let colour = |name: &str| text(&display, name).filter(|text| is_colour(text));
        let claims = credential
            .and_then(|credential| credential.get("claims"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .take(64)
            .filter_map(|claim| display_text(first(Some(claim))?.get("name")?))
            .collect();
        Self {
            issuer_name: text(&issuer_display, "name"),
            credential_name: text(&display, "name"),
            description: text(&display, "description"),
            background_color: colour("background_color"),
            text_color: colour("text_color"),
            claims,
        }
    }
}

/// A text that may be shown: not empty, not long, no control or direction-changing characters with
/// which it could pretend to be part of the wallet.
pub(crate) fn display_text(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let fits = !text.trim().is_empty() && text.chars().count() <= MAX_DISPLAY;
    (fits && text.chars().all(plain)).then(|| text.to_owned())
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
