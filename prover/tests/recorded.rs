//! What keys and proofs must stay: with insecure-dev keys and fixed witnesses, every byte is determined.
//!
//! `GLIMPSE_REGENERATE=1 cargo test -p glimpse-prover --test recorded` writes the files anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use std::{fs, path::PathBuf};

use glimpse_circuits::{
    Relation, gate::GateInputs, member::MemberInputs, pseudonym::PseudonymInputs,
    registry::RegistryInputs, set::SetStatement, status::StatusStatement, text::TextInputs,
};
use glimpse_primitives::Fr;
use glimpse_protocol::{
    circuit::{CircuitId, TextMode},
    credential::StatusIndex,
    enrolment::EnrolmentProof,
    identity::Identity,
    manifest::{
        CircuitKeys, KeyFile, KeyKind, KeyManifest, KeyManifestBody, KeyManifestError, KeyPolicy,
    },
    nonce::Nonce,
    registry::leaf,
    request::{Endpoint, Request, ResponseMode},
    set::SetTree,
    status::{ENTRIES, Entries, Epoch, StatusList, StatusTree},
    text::ShortText,
    time::DateTime,
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, Unwatched, enrol, prepare_credential,
    prepare_predicate, prepare_range, present,
    setup::{self, KeyFiles},
};
use serde_json::{Value, json};
use support::{Issuer, KEYS, request, rng, secret, usual};

fn recorded(file: &str, actual: &Value) {
    recorded_bytes(file, format!("{actual:#}\n").as_bytes());
}

fn recorded_bytes(file: &str, actual: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(file);
    if std::env::var_os("GLIMPSE_REGENERATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, actual).unwrap();
        return;
    }
    assert!(fs::read(path).unwrap() == actual, "{file} has changed");
}

fn key_files() -> KeyFiles {
    let created = DateTime::from_unix(1_795_000_000).unwrap();
    let signer = glimpse_protocol::identity::Identity::from_seed(&[7; 32]);
    setup::insecure_dev(created, &signer).unwrap()
}

fn predicate(statement: impl Relation) -> Vec<u8> {
    let prepared = prepare_predicate(&KEYS, statement).unwrap();
    let bytes = prepared.to_bytes();
    assert!(PreparedPredicate::from_bytes(&bytes).unwrap() == prepared);
    assert!(PreparedCredential::from_bytes(&bytes).is_err());
    bytes.to_vec()
}

#[test]
fn keys_and_one_proof_of_each_circuit() {
    let issuer = Issuer::new(1);
    let files = key_files();
    let manifest = files.manifest();
    let proof = |circuit| -> Vec<u8> {
        let credential = |attributes| {
            let credential = issuer.issue(attributes, &secret(1));
            prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched)
                .unwrap()
                .to_bytes()
                .to_vec()
        };
        match circuit {
            CircuitId::Credential8 => credential(7),
            CircuitId::Credential16 => credential(16),
            CircuitId::Credential32 => credential(30),
            CircuitId::Range => prepare_range(&KEYS, 1990, 0, 2008)
                .unwrap()
                .to_bytes()
                .to_vec(),
            CircuitId::Enrolment => {
                let nonce = Nonce::from_bytes([1; 32]);
                let mut rng = rng(1);
                enrol(
                    &KEYS,
                    &issuer.manifest,
                    &nonce,
                    &secret(1),
                    &mut Unwatched,
                    &mut rng,
                )
                .unwrap()
                .to_bytes()
            }
            CircuitId::Member => {
                let elements = core::array::from_fn(|i| Fr::from(i as u64));
                predicate(MemberInputs::new(Fr::from(7u64), elements, false))
            }
            CircuitId::Text => {
                let [text, pattern] =
                    ["Lindqvist", "qvist"].map(|text| ShortText::new(text).unwrap());
                predicate(TextInputs::new(Some(&text), &pattern, TextMode::Suffix))
            }
            CircuitId::Gate => predicate(GateInputs::new([true; 8], [false; 8], false)),
            CircuitId::Pseudonym => {
                predicate(PseudonymInputs::new(secret(1).expose(), Fr::from(5u64)))
            }
            CircuitId::Registry => {
                let (issuer, roots) = (Fr::from(7u64), [1u64, 2, 3, 4].map(Fr::from));
                predicate(RegistryInputs {
                    issuer_key_hash: issuer,
                    roots,
                    leaves: [leaf(issuer, &roots); 16],
                })
            }
            CircuitId::Set => {
                let elements = (0..100u64).map(|i| Fr::from(i * i)).collect();
                let (tree, value) = (SetTree::new(elements).unwrap(), Fr::from(50u64));
                predicate(SetStatement::new(value, &tree.path(value), true))
            }
            CircuitId::Status => {
                let mut entries = Entries::new();
                entries.set(StatusIndex::new(300_000), true).unwrap();
                let path = StatusTree::new(entries).path(StatusIndex::new(7));
                predicate(StatusStatement::new(&path.unwrap()))
            }
        }
    };
    let circuits: Vec<Value> = manifest
        .circuits()
        .iter()
        .map(|keys| {
            json!({
                "circuit": keys.circuit.name(),
                "version": keys.circuit.version(),
                "constraints": keys.constraints,
                "proving_key_bytes": keys.proving_key.bytes,
                "unpacked_key_bytes": KEYS.get(keys.circuit).unwrap().to_unpacked().len(),
                "proving_key_sha256": keys.proving_key.sha256.to_string(),
                "verifying_key_sha256": keys.verifying_key.sha256.to_string(),
                "proof": hex::encode(proof(keys.circuit)),
            })
        })
        .collect();
    recorded(
        "fixtures/prover/circuits.json",
        &json!({ "circuits": circuits }),
    );
}

/// Whatever a manifest calls these keys, they are known by their digests.
#[test]
fn keys_of_the_public_seed_are_refused_under_any_name() {
    let files = key_files();
    let circuits = files.manifest().circuits();
    let digests = |keys: &CircuitKeys| {
        format!(
            "{}\n{}\n",
            keys.proving_key.sha256, keys.verifying_key.sha256
        )
    };
    let all: String = circuits.iter().map(digests).collect();
    recorded_bytes("protocol/src/manifest/insecure-dev.txt", all.as_bytes());
    if std::env::var_os("GLIMPSE_REGENERATE").is_some() {
        // The list is compiled in: a run that rewrites it still has the former one.
        return;
    }

    let signer = Identity::from_seed(&[8; 32]);
    for keys in circuits {
        let relabelled = KeyManifestBody {
            kind: KeyKind::Ceremony,
            created: files.manifest().created(),
            circuits: vec![keys.clone()],
        };
        let manifest = KeyManifest::sign(relabelled, &signer)
            .unwrap()
            .to_json()
            .to_string();
        let parse = |policy| KeyManifest::parse(manifest.as_bytes(), policy);
        assert_eq!(
            parse(KeyPolicy::default()),
            Err(KeyManifestError::InsecureDev)
        );
        let policy = KeyPolicy {
            allow_insecure_dev: true,
            ..KeyPolicy::default()
        };
        assert!(parse(policy).is_ok());
    }
}

#[test]
fn recorded_enrolment_still_verifies() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/prover/circuits.json");
    let fixture: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let proof = hex::decode(fixture["circuits"][4]["proof"].as_str().unwrap()).unwrap();
    let enrolment = EnrolmentProof::from_bytes(&proof).unwrap();
    let issuer = Issuer::new(1).manifest;
    assert!(support::verify_linked(
        &[CircuitId::Enrolment],
        &[EnrolmentProof::statement(
            issuer.issuer_key_hash(),
            enrolment.holder()
        )],
        enrolment.proof(),
        &EnrolmentProof::context(issuer.id(), enrolment.nonce()),
    ));
}

/// What `e2e/bench` prepares and presents: a card of 16 attributes, and a request with three ranges.
#[test]
fn sample_for_the_browser_benchmark() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(16, &secret(1));
    let request = request(1, [usual(16, &[&issuer])]);
    recorded(
        "e2e/bench/sample.json",
        &json!({
            "holder_secret": glimpse_protocol::json::to_base64(&*secret(1).to_bytes()),
            "issuer": issuer.manifest.to_json().to_string(),
            "credential": credential.to_json().to_string(),
            "request": glimpse_protocol::json::to_base64(request.bytes()),
            "query": "card",
        }),
    );
}

/// The sample's issuer revokes every hundredth credential, but not the sample.
#[test]
fn status_list_for_the_browser_benchmark() {
    let issuer = Issuer::new(1);
    let own = issuer.issue(16, &secret(1)).body().status_index();
    let mut entries = Entries::new();
    for index in (0..ENTRIES as u32).step_by(100).map(StatusIndex::new) {
        entries.set(index, index != own).unwrap();
    }
    let from = DateTime::from_unix(1_795_000_000).unwrap();
    let until = from.plus_seconds(86_400);
    let list = StatusList::sign(entries, Epoch::FIRST, from, until, &issuer.identity).unwrap();
    recorded_bytes("e2e/bench/status-list.bin", &list.to_bytes());
}

/// What `verifier/examples/verify.rs` verifies.
#[test]
fn answer_for_the_example_of_the_verifier() {
    let place = |name: &str| format!("fixtures/verifier/{name}");
    let mut body = KeyManifestBody {
        kind: KeyKind::InsecureDev,
        created: "2026-11-21T09:00:00Z".parse().unwrap(),
        circuits: Vec::new(),
    };
    for circuit in [CircuitId::Credential8, CircuitId::Range] {
        let name = |extension| format!("{circuit}.{extension}");
        let key = KEYS.get(circuit).unwrap();
        let verifying_key = key.verifying_key().to_bytes();
        recorded_bytes(&place(&name("vk")), &verifying_key);
        body.circuits.push(CircuitKeys {
            circuit,
            constraints: key.constraints() as u32,
            proving_key: KeyFile::of(&name("pk"), &key.to_bytes()),
            verifying_key: KeyFile::of(&name("vk"), &verifying_key),
        });
    }
    let manifest = KeyManifest::sign(body, &Identity::from_seed(&[7; 32])).unwrap();
    recorded(&place("key-manifest.json"), &manifest.to_json());
    let issuer = Issuer::new(1);
    recorded(&place("issuer.json"), &issuer.manifest.to_json());

    let client = Identity::from_seed(&[99; 32]).did();
    let endpoint = Endpoint::new("https://verifier.example/response").unwrap();
    let asked_at = "2026-11-21T18:00:00Z".parse().unwrap();
    let nonce = Nonce::from_bytes([1; 32]);
    let request = Request::builder(client, ResponseMode::DirectPost(endpoint), nonce, asked_at)
        .query(usual(7, &[&issuer]))
        .build()
        .unwrap();
    recorded_bytes(&place("request.json"), request.bytes());
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
    let held = HeldCredential {
        credential: &credential,
        prepared: &prepared,
        status: None,
    };
    let (mut watch, mut rng) = (Unwatched, rng(1));
    let presented = present(
        &KEYS,
        &request,
        &[held],
        &[],
        &secret(1),
        &mut watch,
        &mut rng,
    );
    let token = presented.unwrap().presentation.to_vp_token(&request);
    recorded(&place("vp-token.json"), &token);
}

#[test]
fn key_files_are_those_that_the_manifest_names() {
    let files = key_files();
    for keys in files.manifest().circuits() {
        for entry in [&keys.proving_key, &keys.verifying_key] {
            let (_, bytes) = files.files().find(|(name, _)| *name == entry.file).unwrap();
            assert!(entry.matches(bytes));
        }
    }
    let total: usize = files
        .files()
        .filter(|(name, _)| name.ends_with(".pk"))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert!(total <= 3_500_000, "{total} bytes are too many to download");
}
