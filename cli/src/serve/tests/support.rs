//! A server without sockets, with a clock to set, and a native wallet.

use std::{
    fs,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::{HeaderMap, Request, StatusCode, header};
use glimpse_protocol::{
    circuit::CircuitId,
    credential::Credential,
    holder::HolderSecret,
    identity::Identity,
    manifest::{IssuerManifest, KeyManifest},
    nonce::Nonce,
};
use glimpse_prover::{ProvingKeys, Unwatched, setup};
use http_body_util::BodyExt as _;
use rand::rngs::OsRng;
use tower::ServiceExt as _;

use super::super::*;

/// Noon on 21 November 2026.
pub const NOON: u64 = 1_795_262_400;

/// A running server.
pub struct Server {
    pub app: Shared,
    wallet: Arc<StaticFiles>,
    clock: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON answer")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The `error` of a refusal.
    pub fn error(&self) -> String {
        assert!(self.status.is_client_error(), "not refused: {self:?}");
        self.json()["error"].as_str().unwrap().to_owned()
    }
}

/// The folder with the keys from the public seed, made once for all tests of this process.
fn keys() -> &'static PathBuf {
    static KEYS: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &KEYS
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let made =
                setup::insecure_dev(date_time(NOON), &Identity::from_seed(&[1; 32])).unwrap();
            demo::keys::write(folder.path(), &made).unwrap();
            let path = folder.path().to_owned();
            (folder, path)
        })
        .1
}

/// The proving keys, loaded once.
fn proving_keys() -> &'static ProvingKeys {
    static KEYS: OnceLock<ProvingKeys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let policy = KeyPolicy {
            allow_insecure_dev: true,
            ..KeyPolicy::default()
        };
        let manifest = fs::read(keys().join(setup::MANIFEST_FILE)).unwrap();
        let manifest = KeyManifest::parse(&manifest, policy).unwrap();
        let mut loaded = ProvingKeys::new();
        for circuit in CircuitId::ALL {
            let file = keys().join(&manifest.keys(circuit).unwrap().proving_key.file);
            loaded
                .load(&manifest, circuit, &fs::read(file).unwrap())
                .unwrap();
        }
        loaded
    })
}

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join(demo::keys::FOLDER)).unwrap();
        for entry in fs::read_dir(keys()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(
                entry.path(),
                data.join(demo::keys::FOLDER).join(entry.file_name()),
            )
            .unwrap();
        }
        let built = folder.path().join("wallet");
        fs::create_dir(&built).unwrap();
        for name in [
            "index.html",
            "courier.html",
            "courier.js",
            "app-0123456789abcdef.js",
        ] {
            fs::write(built.join(name), format!("contents of {name}")).unwrap();
        }
        let origins = Origins::new("localhost", 8100).unwrap();
        let policy = KeyPolicy {
            allow_insecure_dev: true,
            ..KeyPolicy::default()
        };
        let demo = Demo::open(&data, &origins, policy, date_time(NOON)).unwrap();
        let wallet = StaticFiles::wallet(&built, &origins)
            .unwrap()
            .merge(StaticFiles::keys(&data.join(demo::keys::FOLDER)).unwrap());
        let clock = Arc::new(AtomicU64::new(NOON));
        let read = clock.clone();
        let app = Arc::new(App {
            origins,
            store: Store::open(&data.join("glimpse.redb")).unwrap(),
            demo,
            events: Events::new(),
            clock: Box::new(move || read.load(Ordering::SeqCst)),
            request_ttl: 300,
            offer_ttl: 600,
            checks: Semaphore::new(16),
        });
        Self {
            app,
            wallet: Arc::new(wallet),
            clock,
            _folder: folder,
        }
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub async fn send(&self, party: Party, request: Request<Body>) -> Answer {
        let response = router(party, &self.app, &self.wallet)
            .oneshot(request)
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn get(&self, party: Party, path: &str) -> Answer {
        self.send(party, Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post_json(&self, party: Party, path: &str, body: serde_json::Value) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(party, request).await
    }

    pub async fn post_form(&self, party: Party, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", page::percent(name), page::percent(value)))
            .collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.join("&")))
            .unwrap();
        self.send(party, request).await
    }
}

/// The path of a URL of ours.
pub fn path_of(url: &str) -> &str {
    let after = url
        .strip_prefix("http://localhost:")
        .expect("an origin of ours");
    &after[after.find('/').unwrap()..]
}

/// A wallet without a screen.
pub struct Wallet {
    pub secret: HolderSecret,
}

impl Wallet {
    pub fn new(n: u8) -> Self {
        Self {
            secret: HolderSecret::from_uniform_bytes(&zeroize::Zeroizing::new([n; 64])),
        }
    }

    pub fn keys(&self) -> &'static ProvingKeys {
        proving_keys()
    }

    pub async fn manifest(&self, server: &Server, issuer: Party) -> IssuerManifest {
        IssuerManifest::parse(&server.get(issuer, "/manifest.json").await.body).unwrap()
    }

    /// Exchanges an offer's code for a token.
    pub async fn token(&self, server: &Server, issuer: Party, offer: &serde_json::Value) -> String {
        let grant = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
        let code = offer["offer"]["grants"][grant]["pre-authorized_code"]
            .as_str()
            .unwrap();
        let mut form = vec![("grant_type", grant), ("pre-authorized_code", code)];
        if let Some(tx_code) = offer["tx_code"].as_str() {
            form.push(("tx_code", tx_code));
        }
        let answer = server.post_form(issuer, "/openid4vci/token", &form).await;
        answer.json()["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer:?}"))
            .to_owned()
    }

    /// An enrolment with a fresh nonce of the issuer.
    pub async fn enrolment(&self, server: &Server, issuer: Party) -> String {
        let answer = server
            .post_json(issuer, "/openid4vci/nonce", json!({}))
            .await;
        let nonce = Nonce::from_base64(answer.json()["c_nonce"].as_str().unwrap()).unwrap();
        let manifest = self.manifest(server, issuer).await;
        let proof = glimpse_prover::enrol(
            self.keys(),
            &manifest,
            &nonce,
            &self.secret,
            &mut Unwatched,
            &mut OsRng,
        );
        base64url(&proof.unwrap().to_bytes())
    }

    pub async fn request_credential(
        &self,
        server: &Server,
        issuer: Party,
        token: &str,
        enrolment: &str,
    ) -> Answer {
        let configuration = server.app.demo.issuer(issuer).configuration();
        let body = json!({
            "credential_configuration_id": configuration,
            "proofs": { "glimpse_enrolment": [enrolment] },
        });
        let request = Request::post("/openid4vci/credential")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_string()))
            .unwrap();
        server.send(issuer, request).await
    }

    /// Gets a credential with these attributes, the whole way.
    pub async fn collect(
        &self,
        server: &Server,
        issuer: Party,
        attributes: &serde_json::Value,
    ) -> Credential {
        let offer = json!({ "attributes": attributes, "tx_code": true });
        let offer = server.post_json(issuer, "/api/offers", offer).await.json();
        let token = self.token(server, issuer, &offer).await;
        let enrolment = self.enrolment(server, issuer).await;
        let answer = self
            .request_credential(server, issuer, &token, &enrolment)
            .await;
        self.open(server, issuer, &answer).await
    }

    /// Checks a credential answer as a wallet does.
    pub async fn open(&self, server: &Server, issuer: Party, answer: &Answer) -> Credential {
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let manifest = self.manifest(server, issuer).await;
        let credential = answer.json()["credentials"][0]["credential"].to_string();
        let holder = self.secret.holder_id(manifest.issuer_key_hash());
        Credential::open(credential.as_bytes(), &manifest, holder).unwrap()
    }
}

pub fn base64url(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

pub use serde_json::json;
