//! Keys, an issuer, a wallet and one credential, by the program itself.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use glimpse_protocol::identity::Identity;
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::request::{Endpoint, QueryBuilder, Request, ResponseMode};
use glimpse_protocol::schema::{ClaimPath, SchemaId};
use glimpse_protocol::time::DateTime;
use serde_json::{Value, json};

pub const NONCE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
pub const SCHEMA: &str = "org.example.licence";
pub const SURNAME: &str = "Lovelace-canary-7f3a";

/// A directory with everything in it, and a fixed time.
pub struct Walk {
    pub folder: tempfile::TempDir,
    pub now: DateTime,
}

impl Walk {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, value: &Value) {
        fs::write(self.path(name), value.to_string()).unwrap();
    }

    /// Runs `glimpse` in the directory; words are split at spaces.
    pub fn run_as(&self, passphrase: Option<&str>, words: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse"));
        command
            .current_dir(self.folder.path())
            .args(words.split(' '))
            .env_remove("GLIMPSE_PASSPHRASE");
        if let Some(passphrase) = passphrase {
            command.env("GLIMPSE_PASSPHRASE", passphrase);
        }
        command.output().unwrap()
    }

    pub fn run(&self, words: &str) -> Output {
        self.run_as(Some("correct horse"), words)
    }

    #[track_caller]
    pub fn done(&self, words: &str) -> String {
        let output = self.run(words);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{words}: {err}");
        out
    }

    /// Refused with exit code 1, nothing but JSON on stdout, and the reason on stderr.
    #[track_caller]
    pub fn refused(&self, words: &str, reason: &str) {
        let output = self.run(words);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words}: {err}");
        assert!(err.contains(reason), "{words}: {err}");
        assert!(!err.contains(SURNAME), "an attribute in an error: {err}");
    }

    pub fn issuer(&self, dir: &str) -> String {
        let manifest: Value =
            serde_json::from_slice(&fs::read(self.path(dir).join("manifest.json")).unwrap())
                .unwrap();
        manifest["id"].as_str().unwrap().to_owned()
    }

    /// A request for what `ask` adds to the query.
    pub fn request(&self, nonce: u8, ask: impl FnOnce(QueryBuilder) -> QueryBuilder) -> Value {
        let client = Identity::from_seed(&[7; 32]).did();
        let endpoint = Endpoint::new("https://bar.example/answer").unwrap();
        let issuer = self.issuer("I").parse().unwrap();
        let query = QueryBuilder::new(
            "licence",
            SchemaId::new(SCHEMA).unwrap(),
            &[issuer],
            self.now.date(),
        );
        let request = Request::builder(
            client,
            ResponseMode::DirectPost(endpoint),
            Nonce::from_bytes([nonce; 32]),
            self.now,
        )
        .client_name("The Anchor")
        .lifetime(300)
        .query(ask(query))
        .build()
        .unwrap();
        serde_json::from_slice(request.bytes()).unwrap()
    }

    pub fn verify(&self, request: &str, presentation: &str, more: &str) -> String {
        let now = self.now;
        format!(
            "verify --keys K --request {request} --issuers I/manifest.json --presentation {presentation} --now {now}{more}"
        )
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn path(name: &str) -> ClaimPath {
    ClaimPath::new(&[name]).unwrap()
}

/// Sets up keys, issuer, wallet and one credential.
pub fn set_up() -> Walk {
    // The program's clock is the system's where no time is given, so the walk happens now.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let now = DateTime::from_unix(now.as_secs().try_into().unwrap()).unwrap();
    let walk = Walk {
        folder: tempfile::tempdir().unwrap(),
        now,
    };
    walk.done("keys init --dir K");
    walk.done("issuer init --dir I --name Registry --url https://registry.example");
    let attribute = |name: &str, kind: &str| json!({ "path": [name], "type": kind, "label": name });
    walk.write(
        "schema.json",
        &json!({ "id": SCHEMA, "version": 1, "name": "Licence", "attributes": [
            attribute("family_name", "text"),
            attribute("birth_date", "date"),
            attribute("points", "integer"),
            { "path": ["middle_name"], "type": "text", "label": "middle name", "optional": true },
        ]}),
    );
    walk.write(
        "attributes.json",
        &json!({ "family_name": SURNAME, "birth_date": "1990-12-10", "points": 3 }),
    );
    walk.done("issuer schema --dir I schema.json");
    walk.done("wallet init --dir W");
    walk.done(&format!("wallet enrol --dir W --issuer I/manifest.json --keys K --nonce {NONCE} --out enrolment.json"));
    walk.done(&issue("I", "credential.json"));
    walk.done("wallet import --dir W credential.json");
    walk
}

pub fn issue(issuer: &str, out: &str) -> String {
    format!(
        "issuer issue --dir {issuer} --keys K --schema {SCHEMA} --nonce {NONCE} --attributes attributes.json --enrolment enrolment.json --out {out}"
    )
}

/// What the program takes the time to be.
pub fn this_moment() -> DateTime {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    DateTime::from_unix(now.as_secs().try_into().unwrap()).unwrap()
}
