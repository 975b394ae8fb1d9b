//! Issuing: what is signed, and every way of being refused. The enrolment key's trapdoor is known here, so that
//! proofs are simulated and everything but the circuit is real.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr as _, CurveGroup as _};
use ark_ff::{Field as _, UniformRand as _};
use glimpse_issuer::{
    InMemoryNonces, IssueError, Issuer, IssuerError, IssuerKeys, NonceState, NonceStore,
    NonceStoreError, Order, Profile,
};
use glimpse_link::{Context, Member, Proof, Slot, Statement, Variable, VerifyingKey};
use glimpse_protocol::credential::{Credential, StatusIndex};
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::identity::Did;
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::schema::{Schema, SchemaId};
use glimpse_protocol::time::DateTime;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

struct World {
    rng: ChaCha20Rng,
    trapdoor: [Fr; 3],
    ic: Vec<Fr>,
    key: VerifyingKey,
    issuer: Issuer,
    secret: HolderSecret,
    nonces: InMemoryNonces,
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

fn now() -> DateTime {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn schema(version: u32) -> Schema {
    let text = format!(
        r#"{{"id": "student", "version": {version}, "name": "Student card",
            "attributes": [{{"path": ["name"], "type": "text", "label": "Name"}}]}}"#
    );
    Schema::parse(text.as_bytes()).unwrap()
}

impl World {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([5; 32]);
        let trapdoor = [Fr::rand(&mut rng), Fr::rand(&mut rng), Fr::rand(&mut rng)];
        let ic: Vec<Fr> = (0..4).map(|_| Fr::rand(&mut rng)).collect();
        let [alpha, beta, delta] = trapdoor;
        let points = ic.iter().copied().map(g1).collect();
        let key =
            VerifyingKey::from_parts(g1(alpha), g2(beta), g1(delta), g2(delta), points).unwrap();
        let keys = IssuerKeys::generate(&mut rng).unwrap();
        let profile = Profile {
            name: "City University".into(),
            url: None,
            display: None,
        };
        let mut issuer = Issuer::create(keys, profile, now()).unwrap();
        issuer.add_schema(schema(1), now()).unwrap();
        let secret = HolderSecret::from_bytes(&[7; 32]).unwrap();
        Self {
            rng,
            trapdoor,
            ic,
            key,
            issuer,
            secret,
            nonces: InMemoryNonces::new(),
        }
    }

    fn nonce(&mut self) -> Nonce {
        self.nonces.issue(now(), &mut self.rng).unwrap()
    }

    /// A proof of knowledge of `self.secret`, bound to the given issuer and nonce.
    fn enrol(&mut self, issuer: &Did, nonce: Nonce) -> EnrolmentProof {
        let key_hash = self.issuer.manifest().issuer_key_hash();
        let holder = self.secret.holder_id(key_hash);
        let inputs = [key_hash.to_field(), holder.to_field(), self.secret.expose()];
        let [alpha, beta, delta] = self.trapdoor;
        let (a, b) = (Fr::rand(&mut self.rng), Fr::rand(&mut self.rng));
        let public: Fr = self.ic[0]
            + self.ic[1..]
                .iter()
                .zip(inputs)
                .map(|(ic, x)| *ic * x)
                .sum::<Fr>();
        let c = (a * b - alpha * beta - public) * delta.inverse().unwrap();
        let proof = Proof::new(g1(a), g2(b), g1(c));
        let slots = vec![
            Slot::Public(inputs[0]),
            Slot::Public(inputs[1]),
            Slot::Hidden(Variable::new(0)),
        ];
        let statement = Statement::new(vec![Member {
            key: &self.key,
            slots,
        }])
        .unwrap();
        let context = Context::new(&EnrolmentProof::context(issuer, &nonce));
        let linked =
            glimpse_link::show(&statement, &[proof], &[inputs[2]], &context, &mut self.rng)
                .unwrap();
        EnrolmentProof::new(issuer.clone(), nonce, holder, linked.to_bytes())
    }

    fn good(&mut self) -> EnrolmentProof {
        let nonce = self.nonce();
        let did = self.issuer.manifest().id().clone();
        self.enrol(&did, nonce)
    }

    fn issue(&mut self, enrolment: &EnrolmentProof) -> Result<Credential, IssueError> {
        self.order("student", br#"{"name": "Ada"}"#, enrolment)
    }

    fn order(
        &mut self,
        id: &str,
        attributes: &[u8],
        enrolment: &EnrolmentProof,
    ) -> Result<Credential, IssueError> {
        let id = SchemaId::new(id).unwrap();
        let order = Order {
            schema: &id,
            attributes,
            status_index: StatusIndex::new(1),
            issued_on: now().date(),
            expires_on: now().date().plus_days(365).unwrap(),
        };
        self.issuer.issue(
            order,
            enrolment,
            &self.key,
            &mut self.nonces,
            now(),
            &mut self.rng,
        )
    }
}

#[test]
fn a_credential_is_issued_and_opens_for_its_holder_only() {
    let mut world = World::new();
    let enrolment = world.good();
    let credential = world.issue(&enrolment).unwrap();
    let file = credential.to_json_string();
    let manifest = world.issuer.manifest();
    assert_eq!(
        Credential::open(file.as_bytes(), manifest, enrolment.holder()).unwrap(),
        credential
    );
    let other = HolderSecret::from_bytes(&[8; 32])
        .unwrap()
        .holder_id(manifest.issuer_key_hash());
    assert!(Credential::open(file.as_bytes(), manifest, other).is_err());
}

#[test]
fn an_enrolment_survives_both_its_forms() {
    let enrolment = World::new().good();
    assert_eq!(
        EnrolmentProof::from_bytes(&enrolment.to_bytes()).unwrap(),
        enrolment
    );
    assert_eq!(
        EnrolmentProof::parse(enrolment.to_json().to_string().as_bytes()).unwrap(),
        enrolment
    );
    let bytes = enrolment.to_bytes();
    for cut in 0..bytes.len() {
        assert!(EnrolmentProof::from_bytes(&bytes[..cut]).is_err());
    }
}

#[test]
fn a_nonce_serves_once() {
    let mut world = World::new();
    let enrolment = world.good();
    assert!(world.issue(&enrolment).is_ok());
    assert!(matches!(
        world.issue(&enrolment),
        Err(IssueError::NonceUsed)
    ));
    let did = world.issuer.manifest().id().clone();
    let made_up = world.enrol(&did, Nonce::from_bytes([1; 32]));
    assert!(matches!(
        world.issue(&made_up),
        Err(IssueError::NonceUnknown)
    ));
}

#[test]
fn a_broken_enrolment_is_refused_and_costs_no_nonce() {
    let mut world = World::new();
    let good = world.good();
    let rebuilt = |nonce: Nonce, holder, proof: Vec<u8>| {
        EnrolmentProof::new(good.issuer().clone(), nonce, holder, proof)
    };
    let other = HolderSecret::from_bytes(&[8; 32])
        .unwrap()
        .holder_id(world.issuer.manifest().issuer_key_hash());
    let second = world.nonce();
    let mut flipped = good.proof().to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    for bad in [
        rebuilt(*good.nonce(), other, good.proof().to_vec()),
        rebuilt(second, good.holder(), good.proof().to_vec()),
        rebuilt(*good.nonce(), good.holder(), flipped),
        rebuilt(*good.nonce(), good.holder(), good.proof()[1..].to_vec()),
        rebuilt(*good.nonce(), good.holder(), Vec::new()),
    ] {
        assert!(matches!(world.issue(&bad), Err(IssueError::Proof)));
    }
    assert!(world.issue(&good).is_ok());
}

#[test]
fn an_enrolment_for_another_issuer_is_refused() {
    let mut world = World::new();
    let elsewhere = IssuerKeys::generate(&mut world.rng)
        .unwrap()
        .identity()
        .did();
    let nonce = world.nonce();
    let enrolment = world.enrol(&elsewhere, nonce);
    assert!(matches!(
        world.issue(&enrolment),
        Err(IssueError::OtherIssuer)
    ));
    // Nor can it be relabelled: the name is in the proof's context.
    let did = world.issuer.manifest().id().clone();
    let relabelled =
        EnrolmentProof::new(did, nonce, enrolment.holder(), enrolment.proof().to_vec());
    assert!(matches!(world.issue(&relabelled), Err(IssueError::Proof)));
}

#[test]
fn mistakes_of_the_issuer_are_its_own_and_cost_no_nonce() {
    let mut world = World::new();
    let enrolment = world.good();
    assert!(matches!(
        world.order("licence", b"{}", &enrolment),
        Err(IssueError::UnknownSchema)
    ));
    assert!(matches!(
        world.order("student", b"{}", &enrolment),
        Err(IssueError::Order(_))
    ));
    assert!(matches!(
        world.order("student", br#"{"name": 1}"#, &enrolment),
        Err(IssueError::Order(_))
    ));
    assert!(world.issue(&enrolment).is_ok());
}

struct Broken;

impl NonceStore for Broken {
    fn consume(&mut self, _: &Nonce, _: DateTime) -> Result<NonceState, NonceStoreError> {
        Err(NonceStoreError("disk full".into()))
    }
}

#[test]
fn a_failing_nonce_store_fails_closed() {
    let mut world = World::new();
    let enrolment = world.good();
    let id = SchemaId::new("student").unwrap();
    let order = Order {
        schema: &id,
        attributes: br#"{"name": "Ada"}"#,
        status_index: StatusIndex::new(1),
        issued_on: now().date(),
        expires_on: now().date(),
    };
    let result = world.issuer.issue(
        order,
        &enrolment,
        &world.key,
        &mut Broken,
        now(),
        &mut world.rng,
    );
    assert!(matches!(result, Err(IssueError::NonceStore(_))));
}

#[test]
fn a_schema_is_replaced_by_a_higher_version_only() {
    let mut issuer = World::new().issuer;
    assert!(matches!(
        issuer.add_schema(schema(1), now()),
        Err(IssuerError::SchemaExists)
    ));
    issuer.add_schema(schema(2), now()).unwrap();
    assert_eq!(issuer.manifest().schemas().len(), 1);
    assert_eq!(issuer.manifest().schemas()[0].version(), 2);
}

#[test]
fn keys_open_their_own_manifest_only() {
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    let issuer = World::new().issuer;
    let other = IssuerKeys::generate(&mut rng).unwrap();
    let opened = Issuer::open(other, issuer.manifest().clone());
    assert!(matches!(opened, Err(IssuerError::KeysDoNotMatch)));
}
