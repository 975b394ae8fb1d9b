//! The files under `fuzz/corpus/protocol_*` are named by their defect. They are written by
//! `cargo test -p glimpse-protocol --test corpus -- --ignored`, from the fixed seeds of `support`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use std::path::PathBuf;

use glimpse_protocol::credential::Credential;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::formula::Formula;
use glimpse_protocol::manifest::{
    CircuitKeys, IssuerManifest, KeyFile, KeyKind, KeyManifest, KeyManifestBody, KeyPolicy,
};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::predicate::{Operator, Other, Predicate};
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::{Endpoint, QueryBuilder, Request, SignedRequest};
use glimpse_protocol::schema::{ClaimPath, Schema};
use glimpse_protocol::set::PublishedSet;
use glimpse_protocol::status::{Entries, Epoch, StatusHead, StatusList};
use glimpse_protocol::time::DateTime;
use glimpse_protocol::value::{AttributeType, AttributeValue};
use support::*;

type Files = Vec<(&'static str, Vec<u8>)>;
/// Whether a parser accepts bytes.
type Accepts = fn(&[u8]) -> bool;

/// JSON with one defect each, made from a good text with a string member `"version"` or another to repeat.
fn json(good: String, repeat: &str) -> Files {
    let twice = good.replacen('{', &format!("{{{repeat},"), 1);
    let unknown = good
        .rsplit_once('}')
        .map(|(head, tail)| format!("{head},\"version \":1}}{tail}"))
        .unwrap();
    vec![
        ("duplicate_member", twice.into_bytes()),
        ("unknown_or_changed", unknown.into_bytes()),
        ("trailing_text", format!("{good} {{}}").into_bytes()),
        ("truncated", good.as_bytes()[..good.len() / 2].to_vec()),
        ("float", b"{\"version\":1.0}".to_vec()),
        ("too_deep", [vec![b'['; 9], vec![b']'; 9]].concat()),
        ("empty", Vec::new()),
        ("good", good.into_bytes()),
    ]
}

/// CBOR with one defect each, made from a good message that begins with an array of fewer than 24 and a version.
fn cbor(good: Vec<u8>) -> Files {
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        bytes
    };
    vec![
        ("other_version", changed(&|bytes| bytes[1] = 2)),
        (
            "long_version",
            changed(&|bytes| drop(bytes.splice(1..2, [0x18, 1]))),
        ),
        (
            "long_array_head",
            changed(&|bytes| drop(bytes.splice(0..1, [0x98, bytes[0] & 0x1f]))),
        ),
        (
            "indefinite_array",
            changed(&|bytes| {
                bytes[0] = 0x9f;
                bytes.push(0xff)
            }),
        ),
        ("tagged", changed(&|bytes| bytes.insert(0, 0xc0))),
        ("trailing_byte", changed(&|bytes| bytes.push(0))),
        (
            "huge_count",
            vec![
                0x84, 1, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            ],
        ),
        ("truncated", good[..good.len() - 1].to_vec()),
        ("empty", Vec::new()),
        ("good", good),
    ]
}

fn request() -> Request {
    let query = query()
        .disclose(path("family_name"))
        .prove(path("birth_date"), Operator::AgeOver(18));
    builder().query(query).build().unwrap()
}

/// Most of what a request can ask for: a plain query, and one that hides the issuer.
fn long_request() -> Request {
    let (numbers, place) = (numbers(), "https://sets.example/numbers");
    let set = Box::new(numbers.reference(Endpoint::new(place).unwrap()));
    let heads = [2, 3].map(head);
    let town = || ClaimPath::new(&["address", "locality"]).unwrap();
    let weight = |operator| Predicate {
        path: path("weight"),
        operator,
    };
    let later = Other {
        credential: None,
        path: path("issue_date"),
    };
    let plain = query()
        .purpose("Rental")
        .accept_expired()
        .not_revoked(3600, &heads)
        .pseudonym("members")
        .disclose(town())
        .prove(path("birth_date"), Operator::AgeBetween(21, 75))
        .prove(path("birth_date"), Operator::Lt(later.into()))
        .prove(path("score"), Operator::Absent)
        .prove(path("weight"), Operator::InSet(set))
        .prove(town(), Operator::NotIn(vec!["Bern".into(), "Ulm".into()]))
        .prove_that(Formula::Any(vec![
            weight(Operator::NotBetween(50.into(), 90.into())).into(),
            Formula::Not(Box::new(weight(Operator::Ne(70.into())).into())),
        ]))
        .prove_that(Formula::All(vec![
            weight(Operator::Gte(1.into())).into(),
            weight(Operator::Exists).into(),
        ]));
    let manifest = manifest(1);
    let hidden = QueryBuilder::hiding_issuer("card", &[schema()], &[&manifest], day("2026-11-21"))
        .not_revoked(0, &heads)
        .prove(path("family_name"), Operator::Contains("ll".into()));
    let both = builder().state("s1").query(plain).query(hidden);
    both.build().unwrap()
}

/// A list that revokes nobody, of an issuer's n-th epoch.
fn head(epoch: u64) -> StatusHead {
    let at = |seconds: i64| DateTime::from_unix(now().unix() + seconds).unwrap();
    let (from, until) = (at(epoch as i64), at(86_400));
    let epoch = Epoch::new(epoch).unwrap();
    let list = StatusList::sign(Entries::new(), epoch, from, until, &identity(1)).unwrap();
    list.head().clone()
}

fn keys() -> KeyManifest {
    let entry = CircuitKeys {
        circuit: glimpse_protocol::circuit::CircuitId::Range,
        constraints: 200,
        proving_key: KeyFile::of("range.pk", b"proving"),
        verifying_key: KeyFile::of("range.vk", b"verifying"),
    };
    let body = KeyManifestBody {
        kind: KeyKind::SingleParty,
        created: now(),
        circuits: vec![entry],
    };
    KeyManifest::sign(body, &identity(4)).unwrap()
}

fn corpora() -> Vec<(&'static str, Accepts, Files)> {
    let holder = credential().body().holder();
    let enrolment = EnrolmentProof::new(
        identity(1).did(),
        Nonce::from_bytes([3; 32]),
        holder,
        vec![1; 64],
    );
    let value = AttributeValue::Integer(-7);
    let presentation = Presentation::new(vec![0], vec![], &[value], vec![], vec![2; 96]);
    let signed = SignedRequest::sign(request(), &identity(9)).unwrap();
    let jws = signed.as_str();
    vec![
        ("request", |bytes| Request::parse(bytes).is_ok(), {
            let text = String::from_utf8(request().bytes().to_vec()).unwrap();
            let mut files = json(text.clone(), r#""state":"x","state":"x""#);
            files.retain(|(name, _)| *name != "unknown_or_changed");
            files.push((
                "unknown_operator",
                text.replacen("age_over", "age_about", 1).into_bytes(),
            ));
            let long = String::from_utf8(long_request().bytes().to_vec()).unwrap();
            let changed = |name, from: &str, to: &str| {
                assert_ne!(long.replacen(from, to, 1), long, "{name}");
                (name, long.replacen(from, to, 1).into_bytes())
            };
            files.extend([
                changed("set_of_more_roots", r#""size":12"#, r#""size":1000000"#),
                changed(
                    "set_without_type",
                    r#""type":"integer""#,
                    r#""type":"real""#,
                ),
                changed(
                    "negative_tolerance",
                    r#""tolerance":3600"#,
                    r#""tolerance":-1"#,
                ),
                changed("no_scope", r#""scope":"members""#, r#""scope":"""#),
                changed("head_changed", r#""heads":[""#, r#""heads":["A"#),
                changed("formula_of_nothing", r#""any":["#, r#""any":[],"all":["#),
                ("good_and_long", long.clone().into_bytes()),
            ]);
            files
        }),
        (
            "schema",
            |bytes| Schema::parse(bytes).is_ok(),
            json(schema().to_json().to_string(), r#""id":"x""#),
        ),
        (
            "credential",
            |bytes| Credential::open(bytes, &manifest(1), credential().body().holder()).is_ok(),
            json(credential().to_json().to_string(), r#""format":"x""#),
        ),
        (
            "issuer_manifest",
            |bytes| IssuerManifest::parse(bytes).is_ok(),
            json(manifest(1).to_json().to_string(), r#""id":"x""#),
        ),
        (
            "key_manifest",
            |bytes| KeyManifest::parse(bytes, KeyPolicy::default()).is_ok(),
            json(keys().to_json().to_string(), r#""kind":"x""#),
        ),
        (
            "enrolment_json",
            |bytes| EnrolmentProof::parse(bytes).is_ok(),
            json(enrolment.to_json().to_string(), r#""kind":"x""#),
        ),
        (
            "enrolment",
            |bytes| EnrolmentProof::from_bytes(bytes).is_ok(),
            cbor(enrolment.to_bytes()),
        ),
        (
            "presentation",
            |bytes| Presentation::from_bytes(bytes).is_ok(),
            cbor(presentation.to_bytes()),
        ),
        (
            "published_set",
            |bytes| PublishedSet::from_bytes(bytes).is_ok(),
            published_set(),
        ),
        (
            "signed_request",
            |bytes| {
                core::str::from_utf8(bytes).is_ok_and(|text| SignedRequest::verify(text).is_ok())
            },
            vec![
                ("padding", format!("{jws}=").into_bytes()),
                (
                    "two_parts",
                    jws.rsplit_once('.').unwrap().0.as_bytes().to_vec(),
                ),
                (
                    "alg_none",
                    format!("eyJhbGciOiJub25lIn0.{}", jws.split_once('.').unwrap().1).into_bytes(),
                ),
                (
                    "signature_of_another",
                    jws.replacen(jws.rsplit_once('.').unwrap().1, &"A".repeat(86), 1)
                        .into_bytes(),
                ),
                ("empty", Vec::new()),
                ("good", jws.as_bytes().to_vec()),
            ],
        ),
    ]
}

/// Twelve numbers, in two leaves; with elements that were not signed, exchanged, or too few.
fn published_set() -> Files {
    let set = numbers();
    let mut files = cbor(set.to_bytes());
    // The version is further inside, and signed.
    files.retain(|(name, _)| !name.ends_with("version"));
    let good = set.to_bytes();
    let mut changed = good.clone();
    *changed.last_mut().unwrap() = 200;
    let mut exchanged = good.clone();
    let elements = good.len() - 12 * 8;
    exchanged[elements..elements + 16].rotate_left(8);
    files.push(("other_elements", changed));
    files.push(("not_ascending", exchanged));
    files
}

fn numbers() -> PublishedSet {
    let values: Vec<_> = (0..12).map(AttributeValue::Integer).collect();
    let of = AttributeType::Integer;
    PublishedSet::publish("Numbers", of, &values, now(), &identity(8)).unwrap()
}

fn folder(target: &str) -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "../fuzz/corpus",
        &format!("protocol_{target}"),
    ]
    .iter()
    .collect()
}

#[test]
fn corpus_is_refused_but_for_what_is_good() {
    for (target, accepts, files) in corpora() {
        for (name, bytes) in files {
            let good = name.starts_with("good");
            assert_eq!(accepts(&bytes), good, "{target}/{name}");
        }
    }
}

#[test]
fn corpus_is_what_its_generator_writes() {
    for (target, _, files) in corpora() {
        for (name, bytes) in files {
            let stored = std::fs::read(folder(target).join(name)).unwrap();
            assert!(
                stored == bytes,
                "{target}/{name} is not what its generator writes"
            );
        }
    }
}

#[test]
#[ignore = "writes fuzz/corpus: run when an encoding changes"]
fn write_corpus() {
    for (target, _, files) in corpora() {
        std::fs::create_dir_all(folder(target)).unwrap();
        for (name, bytes) in files {
            std::fs::write(folder(target).join(name), bytes).unwrap();
        }
    }
}
