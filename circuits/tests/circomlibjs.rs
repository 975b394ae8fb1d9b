//! Glimpse's own hashes against the same equations over circomlibjs' Poseidon (`fixtures/circomlibjs/generate.mjs`).
//! Circuits are compared with these functions elsewhere; so they agree with the vectors, too.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::LazyLock;

use glimpse_circuits::credential::CredentialInputs;
use glimpse_primitives::{Fr, field};
use glimpse_protocol::credential::StatusIndex;
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::identity::Did;
use glimpse_protocol::pseudonym::{Pseudonym, Scope};
use glimpse_protocol::registry;
use glimpse_protocol::status::{Entries, StatusTree};
use serde_json::Value;

static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../fixtures/circomlibjs/hashes.json")).unwrap()
});

fn cases(name: &str) -> &'static [Value] {
    let cases = VECTORS[name].as_array().unwrap();
    assert!(!cases.is_empty());
    cases
}

fn element(value: &Value) -> Fr {
    field::parse_decimal(value.as_str().unwrap()).unwrap()
}

fn elements<const N: usize>(value: &Value) -> [Fr; N] {
    let list: Vec<Fr> = value.as_array().unwrap().iter().map(element).collect();
    list.try_into().unwrap()
}

fn message<const N: usize>(case: &Value) -> Fr {
    let inputs = CredentialInputs::<N> {
        schema: element(&case["schema"]),
        issuer_key_hash: element(&case["issuer_key_hash"]),
        sk: element(&case["sk"]),
        status_index: element(&case["status_index"]),
        issued_on: element(&case["issued_on"]),
        expires_on: element(&case["expires_on"]),
        attributes: elements(&case["attributes"]),
    };
    inputs.message()
}

#[test]
fn signed_messages_of_every_size_class() {
    for case in cases("credentials") {
        let message = match case["attributes"].as_array().unwrap().len() {
            8 => message::<8>(case),
            16 => message::<16>(case),
            _ => message::<32>(case),
        };
        assert_eq!(message, element(&case["message"]));
    }
}

#[test]
fn pseudonyms() {
    for case in cases("pseudonyms") {
        let secret = HolderSecret::from_bytes(&field::to_bytes(&element(&case["sk"]))).unwrap();
        let scope = Scope::new(case["scope"].as_str().unwrap()).unwrap();
        let verifier: Did = case["verifier"].as_str().unwrap().parse().unwrap();
        let pseudonym = Pseudonym::of(&secret, &scope, &verifier).unwrap();
        assert_eq!(pseudonym.to_field(), element(&case["pseudonym"]));
    }
}

#[test]
fn roots_of_status_lists() {
    for case in cases("status_lists") {
        let mut entries = Entries::new();
        for index in case["revoked"].as_array().unwrap() {
            let index = u32::try_from(index.as_u64().unwrap()).unwrap();
            assert_eq!(entries.set(StatusIndex::new(index), true), Some(true));
        }
        let roots: [Fr; 4] = elements(&case["roots"]);
        assert_eq!(StatusTree::new(entries).roots(), roots);
    }
}

#[test]
fn leaves_of_registries() {
    for case in cases("registry_leaves") {
        let leaf = registry::leaf(element(&case["issuer_key_hash"]), &elements(&case["roots"]));
        assert_eq!(leaf, element(&case["leaf"]));
    }
}
