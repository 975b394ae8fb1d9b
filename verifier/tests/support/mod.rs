//! A registry, a holder and a door, over keys whose trapdoors are known: proofs are simulated instead of made,
//! so that everything but the circuits is real and a test takes milliseconds.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr as _, CurveGroup as _};
use ark_ff::{Field as _, UniformRand as _};
use glimpse_link::{Context, Member, Proof, Slot, Statement, Variable, VerifyingKey};
use glimpse_primitives::eddsa;
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::{Credential, StatusIndex, UnsignedCredential};
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{IssuerManifest, IssuerManifestBody};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::plan::{Assignment, CredentialChoice, Plan, StatementSlot};
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::{Endpoint, QueryBuilder, Request, ResponseMode};
use glimpse_protocol::schema::{ClaimPath, Schema};
use glimpse_protocol::status::{Entries, Epoch, StatusHead, StatusList};
use glimpse_protocol::time::DateTime;
use glimpse_protocol::value::AttributeValue;
use glimpse_verifier::{KeySet, Trust, Verifier};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// A Groth16 key with its trapdoor (γ = 1).
pub struct Trapdoor {
    alpha: Fr,
    beta: Fr,
    delta: Fr,
    ic: Vec<Fr>,
    pub key: VerifyingKey,
}

impl Trapdoor {
    pub fn new(slots: usize, rng: &mut ChaCha20Rng) -> Self {
        let (alpha, beta, delta) = (Fr::rand(rng), Fr::rand(rng), Fr::rand(rng));
        let ic: Vec<Fr> = (0..=slots).map(|_| Fr::rand(rng)).collect();
        let key = VerifyingKey::from_parts(
            g1(alpha),
            g2(beta),
            g1(delta),
            g2(delta),
            ic.iter().copied().map(g1).collect(),
        )
        .unwrap();
        Self {
            alpha,
            beta,
            delta,
            ic,
            key,
        }
    }

    /// A proof of anything: what a prover with a satisfying witness would have made.
    pub fn simulate(&self, inputs: &[Fr], rng: &mut ChaCha20Rng) -> Proof {
        let (a, b) = (Fr::rand(rng), Fr::rand(rng));
        let public: Fr = self.ic[0]
            + self.ic[1..]
                .iter()
                .zip(inputs)
                .map(|(ic, x)| *ic * x)
                .sum::<Fr>();
        let c = (a * b - self.alpha * self.beta - public) * self.delta.inverse().unwrap();
        Proof::new(g1(a), g2(b), g1(c))
    }
}

fn g1(scalar: Fr) -> G1Affine {
    let point: G1Projective = G1Affine::generator() * scalar;
    point.into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    let point: G2Projective = G2Affine::generator() * scalar;
    point.into_affine()
}

/// Everybody who takes part.
pub struct World {
    pub rng: ChaCha20Rng,
    pub trapdoors: BTreeMap<CircuitId, Trapdoor>,
    pub credential: Credential,
    pub manifest: IssuerManifest,
    pub secret: HolderSecret,
    /// What the verifier has read of status lists.
    pub statuses: Vec<StatusHead>,
}

impl World {
    pub fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([42; 32]);
        let trapdoors = CircuitId::ALL
            .into_iter()
            .map(|circuit| (circuit, Trapdoor::new(circuit.slot_count(), &mut rng)))
            .collect();
        let manifest = manifest(1);
        let secret = HolderSecret::from_bytes(&[7; 32]).unwrap();
        let credential = UnsignedCredential::new(
            schema(),
            secret.holder_id(manifest.issuer_key_hash()),
            StatusIndex::new(3),
            "2026-01-01".parse().unwrap(),
            "2030-01-01".parse().unwrap(),
            br#"{"name": "Canary Wharf", "birth_date": "1990-06-15", "points": 3}"#,
        )
        .unwrap()
        .sign(
            manifest.id().clone(),
            &eddsa::SigningKey::from_seed([1; 32]),
        );
        Self {
            rng,
            trapdoors,
            credential,
            manifest,
            secret,
            statuses: Vec::new(),
        }
    }

    pub fn keys(&self) -> KeySet {
        let keys = self.trapdoors.iter();
        KeySet::from_keys(keys.map(|(circuit, trapdoor)| (*circuit, trapdoor.key.clone()))).unwrap()
    }

    pub fn verifier(&self) -> Verifier {
        let mut trust = Trust::new(vec![self.manifest.clone()]);
        trust.statuses = self.statuses.clone();
        Verifier::new(self.keys(), trust)
    }

    /// What the holder answers, as bytes.
    pub fn present(&mut self, request: &Request) -> Vec<u8> {
        self.present_under(request, None)
    }

    /// What the holder answers by this status list.
    pub fn present_under(&mut self, request: &Request, status: Option<&StatusHead>) -> Vec<u8> {
        let credential = self.credential.clone();
        let choice = CredentialChoice::of("licence", &credential).with_status(status);
        let plan = Plan::compile(request, &[choice]).unwrap();
        let values = plan.disclosed_values(&[&credential]).unwrap();
        let context = plan.context(request);
        self.present_as(request, &plan, &values, &context)
    }

    /// What a holder answers who may lie: proofs are simulated for whatever is said.
    pub fn present_as(
        &mut self,
        request: &Request,
        plan: &Plan,
        values: &[AttributeValue],
        context: &[u8],
    ) -> Vec<u8> {
        let encoded: Vec<Fr> = values.iter().map(AttributeValue::encode).collect();
        let assignment = plan
            .assign(&[&self.credential], &self.secret, encoded)
            .unwrap();
        self.present_with(request, plan, values, &assignment, context)
    }

    /// What a holder answers who may lie about everything that is hidden, too.
    pub fn present_with(
        &mut self,
        request: &Request,
        plan: &Plan,
        values: &[AttributeValue],
        assignment: &Assignment,
        context: &[u8],
    ) -> Vec<u8> {
        let slots = plan
            .statement_slots(&assignment.disclosed, &assignment.pseudonyms)
            .unwrap();
        let (mut members, mut proofs) = (Vec::new(), Vec::new());
        for (proof, slots) in plan.proofs().iter().zip(slots) {
            let trapdoor = &self.trapdoors[&proof.circuit];
            let inputs = assignment.slots(proof).unwrap();
            proofs.push(trapdoor.simulate(&inputs, &mut self.rng));
            let slots = slots.into_iter().map(|slot| match slot {
                StatementSlot::Public(value) => Slot::Public(value),
                StatementSlot::Hidden(number) => Slot::Hidden(Variable::new(number)),
            });
            members.push(Member {
                key: &trapdoor.key,
                slots: slots.collect(),
            });
        }
        let statement = Statement::new(members).unwrap();
        let linked = glimpse_link::show(
            &statement,
            &proofs,
            &assignment.variables,
            &Context::new(context),
            &mut self.rng,
        )
        .unwrap();
        let places = Presentation::issuer_places(request, plan).unwrap();
        Presentation::new(
            places,
            plan.epochs().collect(),
            values,
            assignment.pseudonyms.clone(),
            linked.to_bytes(),
        )
        .to_bytes()
    }
}

pub fn schema() -> Schema {
    Schema::parse(
        br#"{"id": "licence", "version": 1, "name": "Licence", "attributes": [
            {"path": ["name"], "type": "text", "label": "Name"},
            {"path": ["birth_date"], "type": "date", "label": "Date of birth"},
            {"path": ["points"], "type": "integer", "label": "Points"}]}"#,
    )
    .unwrap()
}

pub fn manifest(seed: u8) -> IssuerManifest {
    let body = IssuerManifestBody {
        name: "Motor Registry".into(),
        credential_key: eddsa::SigningKey::from_seed([seed; 32]).verifying_key(),
        schemas: vec![schema()],
        url: None,
        display: None,
        issued_at: now(),
    };
    IssuerManifest::sign(body, &Identity::from_seed(&[seed; 32])).unwrap()
}

/// The head of an issuer's list that begins so many seconds from now and is valid for an hour. `mark` tells lists apart.
pub fn head(issuer: u8, epoch: u64, from: i64, mark: u32) -> StatusHead {
    let mut entries = Entries::new();
    entries.set(StatusIndex::new(mark), true).unwrap();
    let (epoch, from) = (Epoch::new(epoch).unwrap(), now().plus_seconds(from));
    let until = from.plus_seconds(3600);
    let identity = Identity::from_seed(&[issuer; 32]);
    let list = StatusList::sign(entries, epoch, from, until, &identity).unwrap();
    list.head().clone()
}

pub fn now() -> DateTime {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

pub fn path(name: &str) -> ClaimPath {
    ClaimPath::new(&[name]).unwrap()
}

pub fn query() -> QueryBuilder {
    let issuers = [
        Identity::from_seed(&[1; 32]).did(),
        Identity::from_seed(&[2; 32]).did(),
    ];
    QueryBuilder::new("licence", schema().id().clone(), &issuers, now().date())
}

pub fn request(nonce: u8, query: QueryBuilder) -> Request {
    request_of(&Identity::from_seed(&[9; 32]), nonce, query)
}

pub fn request_of(client: &Identity, nonce: u8, query: QueryBuilder) -> Request {
    let endpoint = Endpoint::new("http://localhost:8103/response").unwrap();
    let client = client.did();
    let nonce = Nonce::from_bytes([nonce; 32]);
    Request::builder(client, ResponseMode::DirectPost(endpoint), nonce, now())
        .query(query)
        .build()
        .unwrap()
}

pub fn door(nonce: u8) -> Request {
    request(
        nonce,
        query().prove(path("birth_date"), Operator::AgeOver(18)),
    )
}

pub fn rental(nonce: u8) -> Request {
    let query = query()
        .disclose(path("name"))
        .prove(path("birth_date"), Operator::AgeBetween(21, 75));
    request(nonce, query)
}
