//! Schemas, credentials and manifests: what is read, and each way of being refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::circuit::{CircuitId, CredentialSlot};
use glimpse_protocol::credential::{
    Credential, CredentialError, StatusIndex, UnsignedCredential, UnsignedCredentialError,
};
use glimpse_protocol::manifest::{
    CircuitKeys, IssuerManifest, KeyFile, KeyKind, KeyManifest, KeyManifestBody, KeyManifestError,
    KeyPolicy, ManifestError,
};
use glimpse_protocol::schema::{AttributesError, ClaimPath, Schema, SizeClass};
use glimpse_protocol::value::ABSENT;
use serde_json::{Value, json};
use support::*;

#[test]
fn a_schema_survives_its_json_form() {
    let schema = schema();
    assert_eq!(
        Schema::parse(schema.to_json().to_string().as_bytes()).unwrap(),
        schema
    );
    assert_eq!(schema.size_class(), SizeClass::Sixteen);
    let (number, attribute) = schema
        .find(&ClaimPath::new(&["address", "locality"]).unwrap())
        .unwrap();
    assert_eq!((number, attribute.label()), (8, "Town"));
}

#[test]
fn every_part_of_a_schema_is_in_its_digest() {
    let digest = schema().digest();
    for (from, to) in [
        ("mDL", "mDX"),
        (r#""version": 1"#, r#""version": 2"#),
        ("Driving licence", "Driver licence"),
        ("\"family_name\"", "\"surname\""),
        ("Organ donor", "Donor"),
        (r#""scale": 2"#, r#""scale": 3"#),
        (r#""type": "integer""#, r#""type": "date""#),
        (r#""Town", "optional": true"#, r#""Town""#),
    ] {
        let changed = SCHEMA.replacen(from, to, 1);
        assert_ne!(changed, SCHEMA);
        assert_ne!(
            Schema::parse(changed.as_bytes()).unwrap().digest(),
            digest,
            "{from} is not bound"
        );
    }
}

#[test]
fn bad_schemas_are_refused_with_their_path() {
    for (from, to, path) in [
        (
            r#""type": "integer""#,
            r#""type": "float""#,
            "$.attributes[3].type",
        ),
        (
            r#""type": "integer""#,
            r#""type": "integer", "scale": 1"#,
            "$.attributes[3].scale",
        ),
        (r#", "scale": 2"#, "", "$.attributes[4].type"),
        (r#""scale": 2"#, r#""scale": 19"#, "$.attributes[4].scale"),
        (r#"["weight"]"#, r#"["donor"]"#, "$.attributes[5]"),
        (r#"["weight"]"#, r#"["address"]"#, "$.attributes[7]"),
        (r#"["weight"]"#, "[]", "$.attributes[3].path"),
        (
            r#"["weight"]"#,
            r#"["weight", 1]"#,
            "$.attributes[3].path[1]",
        ),
        (
            r#""label": "Weight""#,
            r#""label": "Weight", "unit": "kg""#,
            "$.attributes[3].unit",
        ),
        (r#""version": 1"#, r#""version": -1"#, "$.version"),
        (r#""name": "Driving licence","#, "", "$.name"),
    ] {
        let error = Schema::parse(SCHEMA.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert_eq!(error.path(), path, "{error}");
    }
}

#[test]
fn bad_attributes_are_refused_with_their_path() {
    let schema = schema();
    let read = |text: &str| schema.read_attributes(text.as_bytes());
    let with = |from: &str, to: &str| read(&ATTRIBUTES.replacen(from, to, 1));
    assert!(
        matches!(with(r#""weight": 70, "#, ""), Err(AttributesError::Missing(p)) if p == path("weight"))
    );
    assert!(matches!(with("70", "null"), Err(AttributesError::Missing(p)) if p == path("weight")));
    assert!(
        matches!(with("70", "70, \"x\": 1"), Err(AttributesError::Unknown(p)) if p == path("x"))
    );
    assert!(
        matches!(with("70", "\"70\""), Err(AttributesError::Value(p, _)) if p == path("weight"))
    );
    assert!(matches!(with("70", "70.0"), Err(AttributesError::Json(_))));
    assert!(matches!(
        with("70", "70, \"weight\": 71"),
        Err(AttributesError::Json(_))
    ));
    let nested = with(r#""1 Long Road""#, r#""1 Long Road", "door": 1"#);
    assert!(
        matches!(nested, Err(AttributesError::Unknown(p)) if p.members() == ["address", "door"])
    );
    assert!(matches!(
        with(r#"{"street": "1 Long Road"}"#, "1"),
        Err(AttributesError::Unknown(_))
    ));
    assert!(matches!(read("[]"), Err(AttributesError::Json(_))));
}

#[test]
fn a_credential_survives_its_file() {
    let credential = credential();
    let holder = credential.body().holder();
    let file = credential.to_json_string();
    assert_eq!(
        Credential::open(file.as_bytes(), &manifest(1), holder).unwrap(),
        credential
    );
    assert_eq!(credential.slot(CredentialSlot::Attribute(4)), Some(ABSENT));
    assert_eq!(credential.slot(CredentialSlot::Attribute(15)), Some(ABSENT));
    assert_eq!(credential.slot(CredentialSlot::Attribute(16)), None);
    assert_eq!(credential.slot(CredentialSlot::HolderSecret), None);
    assert!(!format!("{credential:?}").contains("Müller"));
}

#[test]
fn changed_and_foreign_credentials_are_refused() {
    let credential = credential();
    let holder = credential.body().holder();
    let open = |value: &Value| Credential::open(value.to_string().as_bytes(), &manifest(1), holder);
    let good = credential.to_json();
    let changed = |change: fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        open(&value)
    };
    assert_eq!(
        changed(|v| v["attributes"]["weight"] = 71.into()),
        Err(CredentialError::Signature)
    );
    assert_eq!(
        changed(|v| v["attributes"]["score"] = "1.00".into()),
        Err(CredentialError::Signature)
    );
    assert_eq!(
        changed(|v| v["status_index"] = 6.into()),
        Err(CredentialError::Signature)
    );
    assert_eq!(
        changed(|v| v["issued_on"] = "2026-01-02".into()),
        Err(CredentialError::Signature)
    );
    assert_eq!(
        changed(|v| v["expires_on"] = "2040-12-31".into()),
        Err(CredentialError::Signature)
    );
    assert_eq!(
        changed(|v| v["schema"]["id"] = "other".into()),
        Err(CredentialError::UnknownSchema)
    );
    assert_eq!(
        changed(|v| v["schema"]["digest"] = "00".repeat(32).into()),
        Err(CredentialError::UnknownSchema)
    );
    assert!(matches!(
        changed(|v| v["expires_on"] = "2020-01-01".into()),
        Err(CredentialError::Content(_))
    ));
    // A place that no status list has is refused before the signature is looked at.
    let beyond = changed(|v| v["status_index"] = (1 << 20).into());
    let no_place = CredentialError::Content(UnsignedCredentialError::StatusIndex);
    assert_eq!(beyond, Err(no_place));
    let last = changed(|v| v["status_index"] = ((1 << 20) - 1).into());
    assert_eq!(last, Err(CredentialError::Signature));
    for member in ["issued_on", "expires_on"] {
        for no_date in [
            json!(20_454),
            json!("2026-02-30"),
            json!("10000-01-01"),
            Value::Null,
        ] {
            let mut value = good.clone();
            value[member] = no_date;
            assert!(matches!(open(&value), Err(CredentialError::Form(_))));
        }
    }
    assert!(matches!(
        changed(|v| v["attributes"]["weight"] = "70".into()),
        Err(CredentialError::Content(_))
    ));
    assert!(matches!(
        changed(|v| v["more"] = 1.into()),
        Err(CredentialError::Form(_))
    ));
    assert!(matches!(
        changed(|v| v["format"] = "vc".into()),
        Err(CredentialError::Form(_))
    ));
    assert!(matches!(
        changed(|v| v["signature"] = "ff".repeat(64).into()),
        Err(CredentialError::Form(_))
    ));

    let text = good.to_string();
    for cut in [0, 1, text.len() / 2, text.len() - 1] {
        let result = Credential::open(&text.as_bytes()[..cut], &manifest(1), holder);
        assert!(matches!(result, Err(CredentialError::Form(_))));
    }
    let foreign = Credential::open(text.as_bytes(), &manifest(2), holder);
    assert_eq!(foreign, Err(CredentialError::ForeignIssuer));
    let other = secret().holder_id(manifest(2).issuer_key_hash());
    assert_eq!(
        Credential::open(text.as_bytes(), &manifest(1), other),
        Err(CredentialError::ForeignHolder)
    );
    // Signed again, by somebody who is not the issuer.
    let forged = credential
        .body()
        .clone()
        .sign(identity(1).did(), &credential_key(2));
    assert_eq!(open(&forged.to_json()), Err(CredentialError::Signature));
}

#[test]
fn size_classes_never_share_a_message() {
    let issue = |attributes: usize| {
        let list: Vec<Value> = (0..attributes)
            .map(|i| json!({"path": [format!("a{i}")], "type": "integer", "label": "A", "optional": true}))
            .collect();
        let schema = json!({"id": "x", "version": 1, "name": "X", "attributes": list}).to_string();
        let schema = Schema::parse(schema.as_bytes()).unwrap();
        let holder = secret().holder_id(manifest(1).issuer_key_hash());
        let days = (day("2026-01-01"), day("2027-01-01"));
        UnsignedCredential::new(schema, holder, StatusIndex::new(0), days.0, days.1, b"{}").unwrap()
    };
    for (attributes, slots) in [(1, 8), (8, 8), (9, 16), (16, 16), (17, 32), (32, 32)] {
        let credential = issue(attributes);
        assert_eq!(credential.attribute_slots().len(), slots);
        assert_ne!(credential.message(), issue(33 - attributes).message());
    }
}

#[test]
fn issuer_manifests_are_refused_when_changed() {
    let good = manifest(1).to_json();
    assert_eq!(
        IssuerManifest::parse(good.to_string().as_bytes()).unwrap(),
        manifest(1)
    );
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        IssuerManifest::parse(value.to_string().as_bytes())
    };
    let other = manifest(2).to_json();
    for name in ["id", "credential_key", "signature"] {
        assert_eq!(
            changed(&|v| v[name] = other[name].clone()),
            Err(ManifestError::Signature),
            "{name}"
        );
    }
    assert_eq!(
        changed(&|v| v["name"] = "Registry".into()),
        Err(ManifestError::Signature)
    );
    assert_eq!(
        changed(&|v| v["url"] = "http://evil.example".into()),
        Err(ManifestError::Signature)
    );
    assert_eq!(
        changed(&|v| v["issued_at"] = "2026-11-21T18:00:01Z".into()),
        Err(ManifestError::Signature)
    );
    assert_eq!(
        changed(&|v| v["schemas"] = json!([])),
        Err(ManifestError::Signature)
    );
    let label = changed(&|v| v["schemas"][0]["attributes"][0]["label"] = "First name".into());
    assert_eq!(label, Err(ManifestError::Signature));
    let display = json!({"background": "red;}", "foreground": "#000000", "mark": "M"});
    assert!(matches!(
        changed(&|v| v["display"] = display.clone()),
        Err(ManifestError::Form(_))
    ));
    assert!(matches!(
        changed(&|v| v["credential_key"] = "00".repeat(32).into()),
        Err(ManifestError::Form(_))
    ));
}

fn keys(kind: KeyKind) -> KeyManifestBody {
    let circuits = CircuitId::ALL.map(|circuit| CircuitKeys {
        circuit,
        constraints: 100,
        proving_key: KeyFile::of(&format!("{circuit}.pk"), b"proving"),
        verifying_key: KeyFile::of(&format!("{circuit}.vk"), b"verifying"),
    });
    KeyManifestBody {
        kind,
        created: now(),
        circuits: circuits.to_vec(),
    }
}

#[test]
fn key_manifests_are_refused_when_changed() {
    let manifest = KeyManifest::sign(keys(KeyKind::SingleParty), &identity(4)).unwrap();
    let good = manifest.to_json();
    let strict = KeyPolicy::default();
    assert_eq!(
        KeyManifest::parse(good.to_string().as_bytes(), strict.clone()).unwrap(),
        manifest
    );
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        KeyManifest::parse(value.to_string().as_bytes(), strict.clone())
    };
    let zeros = "00".repeat(32);
    for result in [
        changed(&|v| v["kind"] = "ceremony".into()),
        changed(&|v| v["created"] = "2026-11-21T18:00:01Z".into()),
        changed(&|v| v["circuits"][3]["constraints"] = 1.into()),
        changed(&|v| v["circuits"][3]["verifying_key"]["sha256"] = zeros.clone().into()),
        changed(&|v| v["circuits"][3]["proving_key"]["file"] = "other.pk".into()),
        changed(&|v| v["circuits"].as_array_mut().unwrap().truncate(4)),
    ] {
        assert_eq!(result, Err(KeyManifestError::Signature));
    }
    for result in [
        changed(&|v| v["circuits"][3]["proving_key"]["file"] = "../range.pk".into()),
        changed(&|v| v["circuits"][3]["version"] = 1.into()),
        changed(&|v| v["circuits"][3]["id"] = "membership".into()),
        changed(&|v| v["circuits"].as_array_mut().unwrap().swap(0, 1)),
        changed(&|v| v["kind"] = "trusted".into()),
    ] {
        assert!(
            matches!(result, Err(KeyManifestError::Form(_))),
            "{result:?}"
        );
    }
}

#[test]
fn keys_of_another_signer_than_the_expected_are_refused() {
    let manifest = KeyManifest::sign(keys(KeyKind::SingleParty), &identity(4)).unwrap();
    let text = manifest.to_json().to_string();
    let parse = |signer| {
        let policy = KeyPolicy {
            signer: Some(identity(signer).did()),
            ..KeyPolicy::default()
        };
        KeyManifest::parse(text.as_bytes(), policy)
    };
    assert_eq!(parse(4), Ok(manifest));
    let signer = identity(4).did();
    assert_eq!(parse(5), Err(KeyManifestError::OtherSigner(signer)));
}

#[test]
fn keys_from_a_public_seed_are_refused_by_default() {
    let manifest = KeyManifest::sign(keys(KeyKind::InsecureDev), &identity(4)).unwrap();
    let text = manifest.to_json().to_string();
    let refused = KeyManifest::parse(text.as_bytes(), KeyPolicy::default());
    assert_eq!(refused, Err(KeyManifestError::InsecureDev));
    assert!(
        KeyManifest::parse(
            text.as_bytes(),
            KeyPolicy {
                allow_insecure_dev: true,
                ..KeyPolicy::default()
            }
        )
        .is_ok()
    );
}
