//! A whole issuance over recorded HTTP, and what a hostile issuer might answer.

use glimpse_primitives::eddsa::SigningKey;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{IssuerManifest, IssuerManifestBody};
use serde_json::{Value, json};

use super::*;
use crate::form;
use crate::http::Method;

const ISSUER: &str = "https://registry.example";

fn offer_json() -> Value {
    json!({
        "credential_issuer": ISSUER,
        "credential_configuration_ids": ["mDL"],
        "grants": { GRANT: {
            "pre-authorized_code": "code+1",
            "tx_code": { "input_mode": "numeric", "length": 6, "description": "on the screen" },
        }},
    })
}

fn metadata_json() -> Value {
    json!({
        "credential_issuer": ISSUER,
        "credential_endpoint": format!("{ISSUER}/credential"),
        "nonce_endpoint": format!("{ISSUER}/nonce"),
        "glimpse_manifest": format!("{ISSUER}/manifest.json"),
        "display": [{ "name": "Registry" }],
        "credential_configurations_supported": { "mDL": {
            "format": FORMAT,
            "proof_types_supported": { PROOF_TYPE: {} },
            "credential_metadata": {
                "display": [{ "name": "Licence", "background_color": "#123456", "text_color": "red;}" }],
                "claims": [{ "path": ["name"], "display": [{ "name": "Name" }] }],
            },
        }},
    })
}

fn ok(body: &Value) -> HttpResponse {
    HttpResponse {
        status: 200,
        body: body.to_string().into_bytes(),
    }
}

fn manifest() -> Value {
    manifest_at(Some(ISSUER))
}

fn manifest_at(url: Option<&str>) -> Value {
    let body = IssuerManifestBody {
        name: "Registry".into(),
        credential_key: SigningKey::from_seed([2; 32]).verifying_key(),
        schemas: Vec::new(),
        url: url.map(str::to_owned),
        display: None,
        issued_at: "2026-11-21T18:00:00Z".parse().unwrap(),
    };
    IssuerManifest::sign(body, &Identity::from_seed(&[1; 32]))
        .unwrap()
        .to_json()
}

fn offer() -> Offer {
    Offer::read(&offer_json()).unwrap()
}

fn server() -> OfferServer {
    let metadata = offer().receive(&ok(&metadata_json())).unwrap();
    let server = json!({ "issuer": ISSUER, "token_endpoint": format!("{ISSUER}/token") });
    metadata.receive(&ok(&server)).unwrap()
}

fn reviewed() -> ReviewedOffer {
    server().receive(&ok(&manifest())).unwrap()
}

#[test]
fn an_offer_becomes_a_credential() {
    let link = form::encode(&[("credential_offer_uri", &format!("{ISSUER}/offer/1"))]);
    let link = format!("http://localhost:8100/#/offer?{link}");
    let Invitation::Reference(reference) = Invitation::from_link(&link).unwrap() else {
        panic!("not a reference")
    };
    assert_eq!(
        reference.request().url.as_str(),
        "https://registry.example/offer/1"
    );
    let offer = reference.receive(&ok(&offer_json())).unwrap();
    assert_eq!(
        offer.request().url.as_str(),
        "https://registry.example/.well-known/openid-credential-issuer"
    );
    let metadata = offer.receive(&ok(&metadata_json())).unwrap();
    let display = metadata.display();
    assert_eq!(display.background_color.as_deref(), Some("#123456"));
    assert_eq!(display.text_color, None, "a style that is no colour");
    assert_eq!(display.claims, ["Name"]);
    let asked = metadata.request().url;
    assert_eq!(
        asked.as_str(),
        "https://registry.example/.well-known/oauth-authorization-server"
    );

    let reviewed = reviewed();
    assert_eq!(reviewed.manifest().name(), "Registry");
    for typed in [None, Some("12345"), Some("12345x"), Some("1234567")] {
        assert_eq!(reviewed.request(typed), Err(OfferError::TxCodeNeeded));
    }
    let token = reviewed.request(Some("123456")).unwrap();
    assert_eq!(
        token.body.as_deref(),
        Some(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code&pre-authorized_code=code%2B1&tx_code=123456"
        )
    );
    let denied = HttpResponse {
        status: 400,
        body: br#"{"error":"invalid_grant"}"#.to_vec(),
    };
    assert!(matches!(
        reviewed.receive(&denied),
        Err(OfferError::CodeRefused)
    ));
    let granted = json!({ "access_token": "tok", "token_type": "Bearer", "expires_in": 300 });
    let authorised = reviewed.receive(&ok(&granted)).unwrap();
    assert_eq!(authorised.request().method, Method::Post);
    let nonce = glimpse_protocol::json::to_base64(&[5; 32]);
    let challenged = authorised
        .receive(&ok(&json!({ "c_nonce": nonce })))
        .unwrap();
    assert_eq!(challenged.nonce().as_bytes(), &[5; 32]);
    let request = challenged.request(&[1, 2, 3]);
    assert!(
        request
            .headers
            .contains(&("authorization", "Bearer tok".to_owned()))
    );
    let body: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
    assert_eq!(body["proofs"][PROOF_TYPE], json!(["AQID"]));
    let credential = json!({ "credentials": [{ "credential": { "format": FORMAT } }] });
    let received = challenged.receive(&ok(&credential)).unwrap();
    assert_eq!(received, br#"{"format":"glimpse-groth16"}"#);
}

#[test]
fn broken_links_hold_no_offer() {
    for link in [
        "",
        "http://localhost:8100/#/offer",
        "?credential_offer=%7B",
        "?credential_offer={}&credential_offer_uri=https%3A%2F%2Fa.example",
        "?credential_offer_uri=http%3A%2F%2Fa.example",
        "?credential_offer_uri=javascript%3Aalert(1)",
        "?credential_offer_uri=https%3A%2F%2Fa.example&credential_offer_uri=https%3A%2F%2Fb.example",
    ] {
        assert!(Invitation::from_link(link).is_err(), "{link}");
    }
    let inline = form::encode(&[("credential_offer", &offer_json().to_string())]);
    assert!(matches!(
        Invitation::from_link(&inline),
        Ok(Invitation::Offer(_))
    ));
}

#[test]
fn malformed_offers_are_refused() {
    let with = |change: fn(&mut Value)| {
        let mut value = offer_json();
        change(&mut value);
        Offer::read(&value)
    };
    assert!(with(|_| {}).is_ok());
    assert!(with(|v| v["credential_issuer"] = json!("http://a.example")).is_err());
    assert!(with(|v| v["credential_configuration_ids"] = json!(["a", "b"])).is_err());
    assert!(with(|v| v["grants"] = json!({})).is_err());
    assert!(with(|v| v["grants"][GRANT]["pre-authorized_code"] = json!("")).is_err());
    assert!(with(|v| v["grants"][GRANT]["tx_code"]["length"] = json!(0)).is_err());
    assert!(
        with(|v| v["grants"][GRANT]["tx_code"]["description"] = json!("\u{202e}evil")).is_err()
    );
}

#[test]
fn descriptions_of_another_issuer_are_refused() {
    let with = |name: &str, value: Value| {
        let mut metadata = metadata_json();
        metadata[name] = value;
        offer().receive(&ok(&metadata)).unwrap_err()
    };
    assert_eq!(
        with("credential_issuer", json!("https://evil.example")),
        OfferError::OtherIssuer
    );
    assert!(matches!(
        with("nonce_endpoint", json!("http://a.example")),
        OfferError::Address(_)
    ));
    assert!(matches!(
        with("credential_endpoint", Value::Null),
        OfferError::Malformed(_)
    ));
    assert_eq!(
        with("authorization_servers", json!([])),
        OfferError::OtherIssuer
    );
    let mut foreign = metadata_json();
    foreign["credential_configurations_supported"]["mDL"]["format"] = json!("dc+sd-jwt");
    assert_eq!(
        offer().receive(&ok(&foreign)).unwrap_err(),
        OfferError::OtherFormat
    );

    let metadata = offer().receive(&ok(&metadata_json())).unwrap();
    let other =
        json!({ "issuer": "https://evil.example", "token_endpoint": "https://evil.example/" });
    assert!(matches!(
        metadata.receive(&ok(&other)),
        Err(OfferError::OtherIssuer)
    ));
    let mut forged = manifest();
    forged["name"] = json!("Somebody else");
    assert!(matches!(
        server().receive(&ok(&forged)),
        Err(OfferError::Manifest)
    ));
}

#[test]
fn a_manifest_of_an_issuer_elsewhere_is_refused() {
    // Genuine and signed, but passed on by somebody else than the issuer.
    for url in [
        None,
        Some("https://other.example"),
        Some("https://registry.example:8443"),
        Some("https://registry.example.evil.example/"),
        Some("not an address"),
    ] {
        assert!(matches!(
            server().receive(&ok(&manifest_at(url))),
            Err(OfferError::OtherIssuer)
        ));
    }
    let beside = format!("{ISSUER}/about");
    assert!(server().receive(&ok(&manifest_at(Some(&beside)))).is_ok());
}

#[test]
fn hostile_answers_are_refused() {
    let refuse = |response: HttpResponse| reviewed().receive(&response).map(|_| ()).unwrap_err();
    let redirect = HttpResponse {
        status: 302,
        body: Vec::new(),
    };
    assert_eq!(
        refuse(redirect),
        OfferError::Response(ResponseError::Redirect)
    );
    let large = HttpResponse {
        status: 200,
        body: vec![b' '; crate::http::MAX_BODY + 1],
    };
    assert_eq!(refuse(large), OfferError::Response(ResponseError::TooLarge));
    let noisy = HttpResponse {
        status: 500,
        body: br#"{"error":"<b>oops</b>"}"#.to_vec(),
    };
    let silent = ResponseError::Status {
        status: 500,
        code: None,
    };
    assert_eq!(refuse(noisy), OfferError::Response(silent));
    for token in [json!("a\r\nx: y"), json!(""), json!(7)] {
        refuse(ok(
            &json!({ "access_token": token, "token_type": "Bearer" }),
        ));
    }
    refuse(ok(&json!({ "access_token": "t", "token_type": "DPoP" })));
}

#[test]
fn codes_and_tokens_are_not_shown() {
    let shown = format!("{:?} {:?}", offer(), reviewed().request(Some("123456")));
    assert!(
        !shown.contains("code+1") && !shown.contains("123456"),
        "{shown}"
    );
}
