//! The files under `fuzz/corpus/wallet_*` are named by their defect. They are written by
//! `cargo test -p glimpse-wallet --test corpus -- --ignored`, from the seeds below.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

#[path = "../../fuzz/walks/offer.rs"]
mod offer;

use std::fs;
use std::path::PathBuf;

use glimpse_primitives::eddsa::SigningKey;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{IssuerManifest, IssuerManifestBody};
use glimpse_protocol::time::DateTime;
use glimpse_wallet::endpoint::Endpoint;
use glimpse_wallet::http::HttpResponse;
use glimpse_wallet::request::{IncomingRequest, RequestLink};
use glimpse_wallet::store::RecordName;
use glimpse_wallet::vault::{Argon2Direct, Header, OpenVault, Passphrase, StretchParameters};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

type Files = Vec<(&'static str, Vec<u8>)>;

const ISSUER: &str = "https://registry.example";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// All stages that an offer can pass.
const WHOLE: usize = 8;

fn now() -> DateTime {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

/// Percent-encodes everything but letters, digits and hyphens.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'-' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// What a wallet reads in the course of an issuance, by the names of the stages.
struct Script {
    link: String,
    offer: Value,
    metadata: Value,
    server: Value,
    manifest: Value,
    token: Value,
    nonce: Value,
    credential: Value,
}

impl Script {
    fn good() -> Self {
        let body = IssuerManifestBody {
            name: "Registry".into(),
            credential_key: SigningKey::from_seed([2; 32]).verifying_key(),
            schemas: Vec::new(),
            url: Some(ISSUER.into()),
            display: None,
            issued_at: now(),
        };
        let manifest = IssuerManifest::sign(body, &Identity::from_seed(&[1; 32])).unwrap();
        let reference = encode(&format!("{ISSUER}/offer/1"));
        Self {
            link: format!("http://localhost:8100/#/offer?credential_offer_uri={reference}"),
            offer: json!({
                "credential_issuer": ISSUER,
                "credential_configuration_ids": ["mDL"],
                "grants": { GRANT: {
                    "pre-authorized_code": "code+1",
                    "tx_code": { "input_mode": "numeric", "length": 6, "description": "on the screen" },
                }},
            }),
            metadata: json!({
                "credential_issuer": ISSUER,
                "credential_endpoint": format!("{ISSUER}/credential"),
                "nonce_endpoint": format!("{ISSUER}/nonce"),
                "glimpse_manifest": format!("{ISSUER}/manifest.json"),
                "display": [{ "name": "Registry" }],
                "credential_configurations_supported": { "mDL": {
                    "format": "glimpse-groth16",
                    "proof_types_supported": { "glimpse_enrolment": {} },
                    "credential_metadata": {
                        "display": [{ "name": "Licence", "background_color": "#123456" }],
                        "claims": [{ "path": ["name"], "display": [{ "name": "Name" }] }],
                    },
                }},
            }),
            server: json!({ "issuer": ISSUER, "token_endpoint": format!("{ISSUER}/token") }),
            manifest: manifest.to_json(),
            token: json!({ "access_token": "token.1", "token_type": "Bearer" }),
            nonce: json!({ "c_nonce": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
            credential: json!({ "credentials": [{ "credential": { "format": "x" } }] }),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let answers = [
            &self.offer,
            &self.metadata,
            &self.server,
            &self.manifest,
            &self.token,
            &self.nonce,
            &self.credential,
        ];
        let mut bytes = self.link.clone().into_bytes();
        for answer in answers {
            bytes.push(offer::SEPARATOR);
            bytes.extend(answer.to_string().into_bytes());
        }
        bytes
    }

    fn spoilt(spoil: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut script = Self::good();
        spoil(&mut script);
        script.bytes()
    }
}

fn offers() -> Files {
    let inline = {
        let script = Script::good();
        let whole = script.bytes();
        let first = whole.iter().position(|byte| *byte == offer::SEPARATOR);
        let second = whole[first.unwrap() + 1..]
            .iter()
            .position(|byte| *byte == offer::SEPARATOR);
        let rest = &whole[first.unwrap() + 1 + second.unwrap()..];
        let offer = encode(&script.offer.to_string());
        let link = format!("openid-credential-offer://?credential_offer={offer}");
        [link.as_bytes(), rest].concat()
    };
    vec![
        ("empty", Vec::new()),
        (
            "two_offers_in_one_link",
            Script::spoilt(|script| script.link.push_str("&credential_offer=%7B%7D")),
        ),
        (
            "reference_to_another_scheme",
            Script::spoilt(|script| {
                script.link = script.link.replacen("https", "ftp", 1);
            }),
        ),
        (
            "issuer_without_encryption",
            Script::spoilt(|script| {
                script.offer["credential_issuer"] = "http://registry.example".into();
            }),
        ),
        (
            "two_credentials",
            Script::spoilt(|script| {
                script.offer["credential_configuration_ids"] = json!(["mDL", "other"]);
            }),
        ),
        (
            "long_tx_code",
            Script::spoilt(|script| {
                script.offer["grants"][GRANT]["tx_code"]["length"] = json!(4_294_967_296_u64);
            }),
        ),
        (
            "metadata_of_another_issuer",
            Script::spoilt(|script| {
                script.metadata["credential_issuer"] = "https://other.example".into();
            }),
        ),
        (
            "server_of_another_issuer",
            Script::spoilt(|script| script.server["issuer"] = "https://other.example".into()),
        ),
        (
            "manifest_changed",
            Script::spoilt(|script| script.manifest["name"] = "Ministry".into()),
        ),
        (
            "token_with_a_line_break",
            Script::spoilt(|script| script.token["access_token"] = "a\r\nb: c".into()),
        ),
        (
            "short_nonce",
            Script::spoilt(|script| script.nonce["c_nonce"] = "AAAA".into()),
        ),
        (
            "two_answers",
            Script::spoilt(|script| {
                script.credential = json!({ "credentials": [{ "credential": "" }, {}] });
            }),
        ),
        ("good_inline", inline),
        ("good", Script::good().bytes()),
    ]
}

fn endpoints() -> Files {
    [
        ("good", "https://bar.example/answer?x=1"),
        ("good_local", "http://localhost:8103/a"),
        ("good_port", "https://bar.example:8443"),
        ("no_encryption", "http://bar.example/"),
        ("user_name", "https://bank.example@bar.example/"),
        ("backslash", "https://bar.example\\@bank.example/"),
        ("upper_case", "https://BAR.example/"),
        ("fragment", "https://bar.example/#x"),
        ("default_port", "https://bar.example:443/"),
        ("short_address", "https://127.1/"),
        ("number_as_address", "https://2130706433/"),
        ("not_ascii", "https://b\u{e4}r.example/"),
        ("dots", "https://bar.example/../x"),
        ("tab", "https://bar.exa\tmple/"),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()))
    .to_vec()
}

fn request_links() -> Files {
    let client = "client_id=decentralized_identifier%3Adid%3Akey%3Az6Mk";
    let uri = "request_uri=https%3A%2F%2Fbar.example%2Fr%2F1";
    [
        ("good", format!("openid4vp://?{client}&{uri}")),
        (
            "good_page",
            format!("http://localhost:8100/#/request?{client}&{uri}&request_uri_method=get\n"),
        ),
        ("no_client", format!("openid4vp://?{uri}")),
        ("no_request", format!("openid4vp://?{client}")),
        ("twice", format!("openid4vp://?{client}&{uri}&{uri}")),
        (
            "twice_in_two_spellings",
            format!("openid4vp://?{client}&{uri}&%63lient_id=x"),
        ),
        (
            "posts",
            format!("openid4vp://?{client}&{uri}&request_uri_method=post"),
        ),
        ("broken_escape", format!("openid4vp://?{client}&{uri}%2")),
        (
            "no_encryption",
            format!("openid4vp://?{client}&request_uri=http%3A%2F%2Fbar.example"),
        ),
    ]
    .map(|(name, text)| (name, text.into_bytes()))
    .to_vec()
}

fn headers() -> Files {
    let words = Passphrase::new("correct horse").unwrap();
    let made = pollster::block_on(OpenVault::create(
        &words,
        StretchParameters::MINIMUM,
        &Argon2Direct,
        &mut ChaCha20Rng::seed_from_u64(1),
    ));
    let good = made.unwrap().header_bytes();
    // With a checksum that fits, so that it is the field itself which is refused.
    let with = |place: usize, value: &[u8]| {
        let mut bytes = good.clone();
        bytes[place..place + value.len()].copy_from_slice(value);
        let body = bytes.len() - 16;
        let digest = Sha256::new()
            .chain_update(b"glimpse/v1/vault-header")
            .chain_update(&bytes[..body]);
        bytes[body..].copy_from_slice(&digest.finalize()[..16]);
        bytes
    };
    let mut damaged = good.clone();
    damaged[50] ^= 1;
    vec![
        ("other_magic", with(0, b"G")),
        ("other_version", with(12, &[2])),
        ("other_suite", with(13, &[2])),
        ("little_memory", with(14, &[0, 0, 0, 8])),
        ("all_memory", with(14, &[0xff; 4])),
        ("one_pass", with(18, &[0, 0, 0, 1])),
        ("no_lanes", with(22, &[0; 4])),
        ("checksum", damaged),
        ("trailing_byte", [good.clone(), vec![0]].concat()),
        ("truncated", good[..good.len() - 1].to_vec()),
        ("empty", Vec::new()),
        ("good", good),
    ]
}

fn record_names() -> Files {
    let id = "5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c";
    [
        ("good", format!("credential-{id}")),
        ("good_kept", format!("kept-{id}")),
        ("upper_case", format!("credential-{}", id.to_uppercase())),
        ("unknown_kind", format!("licence-{id}")),
        ("path", format!("../credential-{id}")),
        ("short", format!("credential-{}", &id[1..])),
        ("no_kind", format!("-{id}")),
        ("trailing", format!("credential-{id} ")),
    ]
    .map(|(name, text)| (name, text.into_bytes()))
    .to_vec()
}

fn corpora() -> [(&'static str, Files); 5] {
    [
        ("wallet_offer", offers()),
        ("wallet_endpoint", endpoints()),
        ("wallet_request_link", request_links()),
        ("wallet_vault_header", headers()),
        ("wallet_record_name", record_names()),
    ]
}

/// What the fuzz target of the same name does: accept what has one form or refuse, never panic.
fn accepts(target: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match target {
        "wallet_offer" => offer::walk(bytes) == WHOLE,
        "wallet_endpoint" => text
            .parse::<Endpoint>()
            .map(|endpoint| assert_eq!(endpoint.as_str(), text))
            .is_ok(),
        "wallet_request_link" => {
            let (link, answer) = text.split_once('\n').unwrap_or((&text, ""));
            let link = RequestLink::from_link(link);
            let response = HttpResponse {
                status: 200,
                body: answer.as_bytes().to_vec(),
            };
            link.map(|link| assert!(link.receive(&response, now()).is_err()))
                .is_ok()
        }
        "wallet_vault_header" => Header::from_bytes(bytes)
            .map(|header| assert_eq!(header.to_bytes(), bytes))
            .is_ok(),
        "wallet_record_name" => text
            .parse::<RecordName>()
            .map(|name| assert_eq!(name.to_string(), text))
            .is_ok(),
        other => panic!("no target {other}"),
    }
}

fn folder(target: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../fuzz/corpus", target]
        .iter()
        .collect()
}

#[test]
fn corpus_is_refused_but_for_what_is_good() {
    for (target, files) in corpora() {
        for (name, bytes) in files {
            let good = name.starts_with("good");
            assert_eq!(accepts(target, &bytes), good, "{target}/{name}");
        }
    }
}

/// The target `wallet_request_file` shares the corpora of the two formats that it reads.
#[test]
fn request_files_are_refused_but_for_what_is_good() {
    for target in ["protocol_request", "protocol_signed_request"] {
        for entry in fs::read_dir(folder(target)).unwrap() {
            let path = entry.unwrap().path();
            let good = path.ends_with("good");
            let read = IncomingRequest::from_file(&fs::read(&path).unwrap(), now());
            assert_eq!(read.is_ok(), good, "{target}: {}", path.display());
        }
    }
}

#[test]
fn corpus_is_what_its_generator_writes() {
    for (target, files) in corpora() {
        for (name, bytes) in files {
            let stored = fs::read(folder(target).join(name)).unwrap();
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
    for (target, files) in corpora() {
        fs::create_dir_all(folder(target)).unwrap();
        for (name, bytes) in files {
            fs::write(folder(target).join(name), bytes).unwrap();
        }
    }
}
