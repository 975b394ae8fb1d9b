//! Security headers: one policy for each kind of document, applied to every response of its origin.
//!
//! The wallet's two rooms live here. The vault page may talk to its own origin only; the courier may talk to others but
//! has an opaque origin, no storage and no WASM. The browser enforces both.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, header},
};

use super::origin::{Origins, Party};

/// The policy of the vault page, its worker and its service worker.
const WALLET_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; media-src 'self' blob:; \
    frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// The policy of the issuers' and verifiers' pages.
const PARTY_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy of what is no document: JSON, tokens, keys.
const DATA_CSP: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PERMISSIONS_WALLET: &str = "accelerometer=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), serial=(), usb=()";

const PERMISSIONS_NONE: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(), \
    publickey-credentials-get=(), serial=(), usb=()";

/// The kind of document a response carries, which chooses its policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// Anything of the wallet's own room.
    Wallet,
    /// The courier's page; holds its complete policy.
    Courier(String),
    /// A script that the courier loads from its opaque origin.
    CourierAsset,
    /// A page, style or script of an issuer or verifier.
    Party,
    /// A protocol answer or a key file.
    Data,
}

impl Document {
    /// The courier's page: it may connect anywhere over https or to this host, and load scripts from the wallet only.
    ///
    /// Its origin is opaque, so `'self'` would match nothing: the wallet's origin is written out.
    pub fn courier(origins: &Origins) -> Self {
        let wallet = origins.url(Party::Wallet);
        let local = match origins.host() {
            "localhost" | "127.0.0.1" => String::new(),
            host => format!(" http://{host}:*"),
        };
        Self::Courier(format!(
            "sandbox allow-scripts; default-src 'none'; script-src {wallet}; \
             connect-src https: http://localhost:* http://127.0.0.1:*{local}; base-uri 'none'; form-action 'none'; \
             frame-ancestors {wallet}; require-trusted-types-for 'script'; trusted-types 'none'"
        ))
    }

    fn policy(&self) -> HeaderValue {
        match self {
            Self::Wallet => HeaderValue::from_static(WALLET_CSP),
            // An origin that is no header value was refused when the server started; the closed policy is the answer.
            Self::Courier(policy) => {
                HeaderValue::from_str(policy).unwrap_or_else(|_| HeaderValue::from_static(DATA_CSP))
            }
            Self::Party => HeaderValue::from_static(PARTY_CSP),
            Self::CourierAsset | Self::Data => HeaderValue::from_static(DATA_CSP),
        }
    }
}

/// Puts the policy of `document` and the headers that every response shares onto `response`.
pub fn apply(document: &Document, response: &mut Response<Body>) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, document.policy());
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    let (permissions, resources) = match document {
        Document::Wallet => (PERMISSIONS_WALLET, "same-origin"),
        // The courier's opaque origin is the same as no other, not even as its own host.
        Document::Courier(_) | Document::CourierAsset | Document::Data => {
            (PERMISSIONS_NONE, "cross-origin")
        }
        Document::Party => (PERMISSIONS_NONE, "same-origin"),
    };
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(permissions),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static(resources),
    );
    if *document == Document::CourierAsset {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    // Old browsers do not know `frame-ancestors`; the courier is the one page that is meant to be framed.
    if !matches!(document, Document::Courier(_)) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
}
