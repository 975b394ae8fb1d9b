//! An issuer, holders and verifiers for tests, all from public seeds.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

use std::sync::LazyLock;

use glimpse_link::{Context, LinkedProof, Member, Slot, Statement, Variable};
use glimpse_primitives::{Fr, eddsa};
use glimpse_protocol::{
    circuit::CircuitId,
    credential::{Credential, StatusIndex, UnsignedCredential},
    holder::HolderSecret,
    identity::Identity,
    manifest::{IssuerManifest, IssuerManifestBody},
    nonce::Nonce,
    plan::{Plan, StatementSlot},
    predicate::Operator,
    presentation::Presentation,
    request::{Endpoint, QueryBuilder, Request, RequestError, ResponseMode},
    schema::{ClaimPath, Schema, SchemaId},
    time::{Date, DateTime},
};
use glimpse_prover::{PreparedCredential, ProvingKeys, Unwatched, prepare_credential, setup};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rand_core::{CryptoRng, Error, RngCore};

/// All keys, generated once for a test binary.
pub static KEYS: LazyLock<ProvingKeys> = LazyLock::new(|| {
    CircuitId::ALL
        .into_iter()
        .map(|circuit| setup::generate_insecure_dev(circuit).unwrap())
        .collect()
});

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn secret(seed: u8) -> HolderSecret {
    let mut bytes = [0; 32];
    bytes[31] = seed;
    HolderSecret::from_bytes(&bytes).unwrap()
}

pub fn prepare(credential: &Credential, secret: &HolderSecret) -> PreparedCredential {
    prepare_credential(&KEYS, credential, secret, &mut Unwatched).unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn path(name: &str) -> ClaimPath {
    ClaimPath::new(&[name]).unwrap()
}

/// A schema with a name, a birth date, a height, an absent note, and text up to `attributes`.
pub fn schema(attributes: usize) -> Schema {
    let mut list = vec![
        serde_json::json!({"path": ["family_name"], "label": "Family name", "type": "text"}),
        serde_json::json!({"path": ["birth_date"], "label": "Date of birth", "type": "date"}),
        serde_json::json!({"path": ["height"], "label": "Height", "type": "integer"}),
        serde_json::json!({"path": ["note"], "label": "Note", "type": "integer", "optional": true}),
    ];
    for number in list.len()..attributes {
        list.push(serde_json::json!({
            "path": [format!("text_{number}")], "label": "Text", "type": "text",
        }));
    }
    let schema = serde_json::json!({
        "id": format!("test.{attributes}"), "version": 1, "name": "Test", "attributes": list,
    });
    Schema::parse(schema.to_string().as_bytes()).unwrap()
}

pub struct Issuer {
    pub identity: Identity,
    pub key: eddsa::SigningKey,
    pub manifest: IssuerManifest,
}

impl Issuer {
    /// An issuer of schemas of all size classes.
    pub fn new(seed: u8) -> Self {
        let identity = Identity::from_seed(&[seed; 32]);
        let key = eddsa::SigningKey::from_seed([seed; 32]);
        let body = IssuerManifestBody {
            name: "Test issuer".to_owned(),
            credential_key: key.verifying_key(),
            schemas: [7, 16, 30].map(schema).to_vec(),
            url: None,
            display: None,
            issued_at: DateTime::from_unix(1_795_000_000).unwrap(),
        };
        let manifest = IssuerManifest::sign(body, &identity).unwrap();
        Self {
            identity,
            key,
            manifest,
        }
    }

    /// Born 2000-05-17, 171 cm, valid from 2026-01-01 to 2027-01-01.
    pub fn issue(&self, attributes: usize, holder: &HolderSecret) -> Credential {
        let mut values = serde_json::json!({
            "family_name": "Lindqvist", "birth_date": "2000-05-17", "height": 171,
        });
        for number in 4..attributes {
            values[format!("text_{number}")] = format!("text {number}").into();
        }
        let id = holder.holder_id(self.manifest.issuer_key_hash());
        UnsignedCredential::new(
            schema(attributes),
            id,
            StatusIndex::new(7),
            date("2026-01-01"),
            date("2027-01-01"),
            values.to_string().as_bytes(),
        )
        .unwrap()
        .sign(self.identity.did(), &self.key)
    }
}

/// A query for a credential of that many attributes.
pub fn query(id: &str, attributes: usize, issuers: &[&Issuer]) -> QueryBuilder {
    let issuers: Vec<_> = issuers
        .iter()
        .map(|issuer| issuer.manifest.id().clone())
        .collect();
    let schema = SchemaId::new(&format!("test.{attributes}")).unwrap();
    QueryBuilder::new(id, schema, &issuers, date("2026-11-21"))
}

/// A request with these queries.
pub fn request(nonce: u8, queries: impl IntoIterator<Item = QueryBuilder>) -> Request {
    try_request(nonce, queries).unwrap()
}

/// As [`request`], if there is such a request.
pub fn try_request(
    nonce: u8,
    queries: impl IntoIterator<Item = QueryBuilder>,
) -> Result<Request, RequestError> {
    request_at(DateTime::from_unix(1_795_000_000).unwrap(), nonce, queries)
}

/// The same, made at that time.
pub fn request_at(
    now: DateTime,
    nonce: u8,
    queries: impl IntoIterator<Item = QueryBuilder>,
) -> Result<Request, RequestError> {
    let client = Identity::from_seed(&[99; 32]).did();
    let endpoint = Endpoint::new("https://verifier.example/response").unwrap();
    let builder = Request::builder(
        client,
        ResponseMode::DirectPost(endpoint),
        Nonce::from_bytes([nonce; 32]),
        now,
    );
    queries
        .into_iter()
        .fold(builder, |builder, query| builder.query(query))
        .build()
}

/// Over 18, 150 to 180 cm, valid; the family name is disclosed.
pub fn usual(attributes: usize, issuers: &[&Issuer]) -> QueryBuilder {
    query("card", attributes, issuers)
        .disclose(path("family_name"))
        .prove(path("birth_date"), Operator::AgeOver(18))
        .prove(path("height"), Operator::Between(150.into(), 180.into()))
}

/// Checks a presentation as a verifier does that trusts these keys.
pub fn verify(request: &Request, plan: &Plan, presentation: &[u8]) -> bool {
    let presentation = Presentation::from_bytes(presentation).unwrap();
    let disclosed: Vec<Fr> = presentation
        .disclosed(plan)
        .unwrap()
        .iter()
        .map(|value| value.encode())
        .collect();
    let pseudonyms = presentation.pseudonyms(plan).unwrap();
    let slots = plan.statement_slots(&disclosed, pseudonyms).unwrap();
    let circuits: Vec<CircuitId> = plan.proofs().iter().map(|proof| proof.circuit).collect();
    verify_linked(
        &circuits,
        &slots,
        presentation.proof(),
        &plan.context(request),
    )
}

/// Checks a linked proof of these circuits with these slots.
pub fn verify_linked(
    circuits: &[CircuitId],
    slots: &[Vec<StatementSlot>],
    proof: &[u8],
    context: &[u8],
) -> bool {
    let members = circuits
        .iter()
        .zip(slots)
        .map(|(circuit, slots)| Member {
            key: KEYS.get(*circuit).unwrap().verifying_key(),
            slots: slots
                .iter()
                .map(|slot| match slot {
                    StatementSlot::Public(value) => Slot::Public(*value),
                    StatementSlot::Hidden(number) => Slot::Hidden(Variable::new(*number)),
                })
                .collect(),
        })
        .collect();
    let statement = Statement::new(members).unwrap();
    let Ok(proof) = LinkedProof::from_bytes(proof, circuits.len(), statement.variables()) else {
        return false;
    };
    glimpse_link::verify(&statement, &proof, &Context::new(context), &mut rng(0)).is_ok()
}

/// Works for a number of bytes, then fails.
pub struct FailingRng(pub usize);

impl RngCore for FailingRng {
    fn next_u32(&mut self) -> u32 {
        panic!("infallible draw from a fallible generator")
    }
    fn next_u64(&mut self) -> u64 {
        panic!("infallible draw from a fallible generator")
    }
    fn fill_bytes(&mut self, _: &mut [u8]) {
        panic!("infallible draw from a fallible generator")
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        if self.0 < bytes.len() {
            return Err(Error::from(core::num::NonZeroU32::MIN));
        }
        self.0 -= bytes.len();
        bytes.fill(0x5a);
        Ok(())
    }
}

impl CryptoRng for FailingRng {}
