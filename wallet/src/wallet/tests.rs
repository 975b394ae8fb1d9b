//! A wallet with a prover that makes no proofs: what is tested here is everything around them.

use glimpse_primitives::eddsa::SigningKey;
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::{CredentialError, StatusIndex, UnsignedCredential};
use glimpse_protocol::formula::Formula;
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{IssuerManifest, IssuerManifestBody};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::predicate::{Constant, Operator, Other, Predicate};
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::{Endpoint, QueryBuilder, Request, ResponseMode, SignedRequest};
use glimpse_protocol::schema::{ClaimPath, Schema};
use glimpse_protocol::set::PublishedSet;
use glimpse_protocol::status::StatusList;
use glimpse_protocol::time::{Date, DateTime};
use pollster::block_on;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::consent::{Consent, ConsentError, SeenAs};
use crate::ledger::{Outcome, Verdict};
use crate::request::{IncomingRequest, RequestLink, RequestRefused};
use crate::store::{Batch, Kind, MemoryStorage};
use crate::vault::Argon2Direct;

mod answering;
mod checking;
mod choosing;
mod dying;
mod keeping;
mod killed;
mod paper;
mod preparing;
mod racing;
mod revoking;
mod seeing;
mod set_keeping;
mod set_telling;
mod sets;
mod wording;

use paper::{NoProof, PaperProver};

const SCHEMA: &str = r#"{"id":"org.example.card","version":1,"name":"Card","attributes":[
    {"path":["name"],"type":"text","label":"name"},
    {"path":["birth_date"],"type":"date","label":"date of birth"},
    {"path":["nickname"],"type":"text","label":"nickname","optional":true}]}"#;

type TestWallet<'p> = Wallet<MemoryStorage, &'p PaperProver, Unlocked>;

struct World {
    rng: StdRng,
    storage: MemoryStorage,
    prover: PaperProver,
    identity: Identity,
    key: SigningKey,
    manifest: IssuerManifest,
    now: DateTime,
}

impl World {
    fn new() -> Self {
        let identity = Identity::from_seed(&[1; 32]);
        let key = SigningKey::from_seed([2; 32]);
        let now: DateTime = "2026-11-21T18:00:00Z".parse().unwrap();
        let body = IssuerManifestBody {
            name: "Registry".into(),
            credential_key: key.verifying_key(),
            schemas: vec![Schema::parse(SCHEMA.as_bytes()).unwrap()],
            url: Some("https://registry.example".into()),
            display: None,
            issued_at: now,
        };
        let manifest = IssuerManifest::sign(body, &identity).unwrap();
        Self {
            rng: StdRng::seed_from_u64(1),
            storage: MemoryStorage::new(),
            prover: PaperProver::default(),
            identity,
            key,
            manifest,
            now,
        }
    }

    fn create(&mut self) -> TestWallet<'_> {
        let passphrase = Passphrase::new("pass").unwrap();
        let made = Wallet::create(
            self.storage.clone(),
            &self.prover,
            &passphrase,
            StretchParameters::MINIMUM,
            &Argon2Direct,
            &mut self.rng,
        );
        block_on(made).unwrap()
    }

    fn reopen(&self) -> TestWallet<'_> {
        let storage = MemoryStorage::from_snapshot(self.storage.snapshot());
        let locked = block_on(Wallet::open(storage, &self.prover)).unwrap();
        let passphrase = Passphrase::new("pass").unwrap();
        block_on(locked.unlock(&passphrase, &Argon2Direct)).unwrap()
    }

    /// A credential file for a wallet, as the issuer makes it.
    fn credential(&self, wallet: &TestWallet<'_>, attributes: &str) -> Vec<u8> {
        self.signed(&wallet.state.seed.holder_secret(), attributes)
    }

    fn signed(&self, secret: &HolderSecret, attributes: &str) -> Vec<u8> {
        let unsigned = UnsignedCredential::new(
            self.manifest.schemas()[0].clone(),
            secret.holder_id(self.manifest.issuer_key_hash()),
            StatusIndex::new(0),
            Date::new(2026, 1, 1).unwrap(),
            Date::new(2027, 1, 1).unwrap(),
            attributes.as_bytes(),
        );
        let signed = unsigned.unwrap().sign(self.identity.did(), &self.key);
        signed.to_json_string().into_bytes()
    }

    fn request(
        &self,
        nonce: u8,
        ask: impl FnOnce(QueryBuilder) -> QueryBuilder,
    ) -> IncomingRequest {
        self.request_of_several(nonce, |query| vec![ask(query)])
    }

    fn request_of_several(
        &self,
        nonce: u8,
        ask: impl FnOnce(QueryBuilder) -> Vec<QueryBuilder>,
    ) -> IncomingRequest {
        let verifier = Identity::from_seed(&[9; 32]);
        let schema = self.manifest.schemas()[0].id().clone();
        let issuers = [self.manifest.id().clone()];
        let query = QueryBuilder::new("card", schema, &issuers, self.now.date());
        let endpoint = Endpoint::new("https://bar.example/answer").unwrap();
        let nonce = Nonce::from_bytes([nonce; 32]);
        let request = Request::builder(
            verifier.did(),
            ResponseMode::DirectPost(endpoint),
            nonce,
            self.now,
        )
        .client_name("Bar")
        .state("s&1");
        let request = ask(query)
            .into_iter()
            .fold(request, glimpse_protocol::request::RequestBuilder::query);
        let request = request.build().unwrap();
        let signed = SignedRequest::sign(request, &verifier).unwrap();
        IncomingRequest::from_file(signed.as_str().as_bytes(), self.now).unwrap()
    }
}

const ADA: &str = r#"{"name":"Ada","birth_date":"1990-12-10"}"#;

fn path(name: &str) -> ClaimPath {
    ClaimPath::new(&[name]).unwrap()
}

fn quiet() -> impl FnMut(u32, u32) -> core::ops::ControlFlow<()> {
    |_, _| core::ops::ControlFlow::Continue(())
}

#[test]
fn a_credential_is_kept_through_locking() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(2);
    let wallet = world.create();
    drop(wallet);
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let again = block_on(wallet.add(&file, &world.manifest, &mut rng));
    assert!(matches!(again, Err(AddError::Duplicate(known)) if known == id));

    let locked = wallet.lock();
    let wrong = block_on(locked.unlock(&Passphrase::new("Pass").unwrap(), &Argon2Direct));
    let failed = wrong.unwrap_err();
    assert!(matches!(
        failed.error,
        UnlockWalletError::Vault(UnlockError::WrongPassphrase)
    ));
    let right = Passphrase::new("pass").unwrap();
    let wallet = block_on(failed.wallet.unlock(&right, &Argon2Direct)).unwrap();
    assert_eq!(block_on(wallet.cards()).unwrap().len(), 1);
    block_on(wallet.remove(id)).unwrap();
    assert!(block_on(wallet.cards()).unwrap().is_empty());
}

#[test]
fn foreign_and_broken_credentials_are_refused() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(3);
    drop(world.create());
    let wallet = world.reopen();
    let good = world.credential(&wallet, ADA);
    let add = |bytes: &[u8]| {
        block_on(wallet.add(bytes, &world.manifest, &mut StdRng::seed_from_u64(4))).unwrap_err()
    };
    for length in [0, 1, good.len() / 2, good.len() - 1] {
        assert!(matches!(
            add(&good[..length]),
            AddError::Credential(CredentialError::Form(_))
        ));
    }
    let changed = String::from_utf8(good.clone())
        .unwrap()
        .replace("Ada", "Eva");
    assert!(matches!(
        add(changed.as_bytes()),
        AddError::Credential(CredentialError::Signature)
    ));

    let mut other = World::new();
    other.rng = StdRng::seed_from_u64(77);
    drop(other.create());
    let foreign = other.credential(&other.reopen(), ADA);
    assert!(matches!(
        add(&foreign),
        AddError::Credential(CredentialError::ForeignHolder)
    ));
    let unknown = block_on(wallet.import(&good, &mut rng)).unwrap_err();
    assert!(matches!(unknown, AddError::UnknownIssuer));
    assert!(block_on(wallet.cards()).unwrap().is_empty());
}

#[test]
fn two_issuers_cannot_know_a_holder_by_one_identifier() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(6);
    drop(world.create());
    let wallet = world.reopen();
    let nonce = Nonce::from_bytes([3; 32]);
    let signed =
        |body, seed| IssuerManifest::sign(body, &Identity::from_seed(&[seed; 32])).unwrap();
    let mut enrol = |manifest: &IssuerManifest| {
        block_on(wallet.enrol(manifest, &nonce, &mut quiet(), &mut rng)).map(|_| ())
    };
    enrol(&world.manifest).unwrap();
    // Anybody can copy the key of another issuer's manifest into one of their own.
    let copied = signed(world.manifest.body().clone(), 7);
    assert!(matches!(enrol(&copied), Err(EnrolError::SharedKey(_))));
    let mut body = world.manifest.body().clone();
    body.credential_key = SigningKey::from_seed([8; 32]).verifying_key();
    enrol(&signed(body, 7)).unwrap();
    enrol(&world.manifest).unwrap();
}

#[test]
fn enrolment_lets_the_credential_be_imported() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(5);
    drop(world.create());
    let wallet = world.reopen();
    let nonce = Nonce::from_bytes([3; 32]);
    let mut watch = quiet();
    let enrolled = wallet.enrol(&world.manifest, &nonce, &mut watch, &mut rng);
    let proof = block_on(enrolled).unwrap();
    assert_eq!(proof.nonce(), &nonce);
    let file = world.credential(&wallet, ADA);
    block_on(wallet.import(&file, &mut rng)).unwrap();
}

#[test]
fn prepared_proofs_go_stale_with_their_keys() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(6);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let card = block_on(wallet.card(id)).unwrap().unwrap();
    let state = || block_on(wallet.preparation(&card)).unwrap();
    assert_eq!(state(), Preparation::Needed);
    block_on(wallet.prepare(id, &mut quiet(), &mut rng)).unwrap();
    assert_eq!(state(), Preparation::Ready);
    world.prover.digest.set(1);
    assert_eq!(state(), Preparation::Needed);
    block_on(wallet.prepare(id, &mut quiet(), &mut rng)).unwrap();
    assert_eq!(state(), Preparation::Ready);
    block_on(wallet.remove(id)).unwrap();
    assert!(block_on(wallet.names(Kind::Prepared)).unwrap().is_empty());
}

#[test]
fn nothing_readable_reaches_storage() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(13);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(
        &wallet,
        r#"{"name":"Canary-Name-7731","birth_date":"1990-12-10"}"#,
    );
    block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    for (name, bytes) in wallet.storage.snapshot() {
        assert!(
            !bytes.windows(11).any(|window| window == b"Canary-Name"),
            "{name}"
        );
        assert!(
            !bytes.windows(8).any(|window| window == b"Registry"),
            "{name}"
        );
    }
}

/// A card that an earlier program took and this one cannot read must not keep the others from being shown, and can go.
#[test]
fn an_unreadable_card_is_told_and_removed_by_itself() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(15);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let good = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let text = String::from_utf8(file).unwrap();
    let beyond = text.replace(r#""status_index": 0"#, r#""status_index": 1048576"#);
    assert_ne!(beyond, text);
    let name = TestWallet::fresh_name(Kind::Credential, &mut rng).unwrap();
    let manifest = world.manifest.to_json().to_string();
    let plaintext = records::join(beyond.as_bytes(), manifest.as_bytes());
    let sealed = wallet.sealed(&name, &plaintext, &mut rng).unwrap();
    block_on(wallet.storage.put(name, sealed)).unwrap();
    // Another is not even sealed by this wallet.
    let damaged = TestWallet::fresh_name(Kind::Credential, &mut rng).unwrap();
    block_on(wallet.storage.put(damaged, vec![7; 100])).unwrap();

    let ids = |cards: Vec<Card>| cards.iter().map(Card::id).collect::<Vec<_>>();
    let mut unreadable = block_on(wallet.unreadable_cards()).unwrap();
    unreadable.sort_unstable();
    let mut expected = [name.id(), damaged.id()];
    expected.sort_unstable();
    assert_eq!(unreadable, expected);
    assert_eq!(ids(block_on(wallet.cards()).unwrap()), [good]);
    for id in expected {
        block_on(wallet.remove(id)).unwrap();
    }
    assert_eq!(block_on(wallet.unreadable_cards()).unwrap(), []);
    assert_eq!(ids(block_on(wallet.cards()).unwrap()), [good]);
    block_on(wallet.remove(good)).unwrap();
    assert_eq!(block_on(wallet.cards()).unwrap(), []);
}
