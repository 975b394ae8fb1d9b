//! A motor registry with one licence, for the tests of this crate.
#![allow(dead_code, reason = "each test binary uses its own part")]

use glimpse_primitives::eddsa;
use glimpse_protocol::Fr;
use glimpse_protocol::credential::{Credential, StatusIndex, UnsignedCredential};
use glimpse_protocol::fact::Fact;
use glimpse_protocol::formula::Formula;
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{IssuerManifest, IssuerManifestBody};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::plan::{CredentialChoice, Plan, PlanError};
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::relation::Known;
use glimpse_protocol::request::{
    Endpoint, QueryBuilder, Request, RequestBuilder, RequestError, ResponseMode,
};
use glimpse_protocol::schema::{ClaimPath, Schema, SchemaId};
use glimpse_protocol::time::{Date, DateTime};
use serde_json::Value;

pub const SCHEMA: &str = r#"{
  "id": "org.iso.18013.5.1.mDL", "version": 1, "name": "Driving licence",
  "attributes": [
    {"path": ["family_name"], "type": "text", "label": "Family name"},
    {"path": ["birth_date"], "type": "date", "label": "Date of birth"},
    {"path": ["issue_date"], "type": "date", "label": "Date of issue"},
    {"path": ["weight"], "type": "integer", "label": "Weight"},
    {"path": ["score"], "type": "decimal", "scale": 2, "label": "Score", "optional": true},
    {"path": ["donor"], "type": "bool", "label": "Organ donor"},
    {"path": ["seen_at"], "type": "date-time", "label": "Last seen"},
    {"path": ["address", "street"], "type": "long-text", "label": "Street"},
    {"path": ["address", "locality"], "type": "text", "label": "Town", "optional": true},
    {"path": ["portrait"], "type": "bytes", "label": "Portrait", "optional": true}
  ]
}"#;

pub const ATTRIBUTES: &str = r#"{
  "family_name": "Müller", "birth_date": "1990-06-15", "issue_date": "2020-01-01", "weight": 70, "donor": true,
  "seen_at": "2026-01-01T12:00:00+01:00", "address": {"street": "1 Long Road"}, "portrait": "AAEC"
}"#;

pub fn identity(seed: u8) -> Identity {
    Identity::from_seed(&[seed; 32])
}

pub fn credential_key(seed: u8) -> eddsa::SigningKey {
    eddsa::SigningKey::from_seed([seed; 32])
}

pub fn schema() -> Schema {
    Schema::parse(SCHEMA.as_bytes()).unwrap()
}

pub fn schema_id() -> SchemaId {
    schema().id().clone()
}

pub fn manifest(seed: u8) -> IssuerManifest {
    let body = IssuerManifestBody {
        name: "Motor Registry".into(),
        credential_key: credential_key(seed).verifying_key(),
        schemas: vec![schema()],
        url: Some("http://localhost:8101".into()),
        display: None,
        issued_at: now(),
    };
    IssuerManifest::sign(body, &identity(seed)).unwrap()
}

pub fn secret() -> HolderSecret {
    HolderSecret::from_bytes(&[7; 32]).unwrap()
}

pub fn credential() -> Credential {
    let manifest = manifest(1);
    let holder = secret().holder_id(manifest.issuer_key_hash());
    UnsignedCredential::new(
        schema(),
        holder,
        StatusIndex::new(5),
        day("2026-01-01"),
        day("2030-12-31"),
        ATTRIBUTES.as_bytes(),
    )
    .unwrap()
    .sign(manifest.id().clone(), &credential_key(1))
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn now() -> DateTime {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

pub fn path(name: &str) -> ClaimPath {
    ClaimPath::new(&[name]).unwrap()
}

pub fn builder() -> RequestBuilder {
    let response = ResponseMode::DirectPost(
        Endpoint::new("http://localhost:8103/openid4vp/response/1").unwrap(),
    );
    Request::builder(
        identity(9).did(),
        response,
        Nonce::from_bytes([3; 32]),
        now(),
    )
    .client_name("The Anchor")
}

pub fn query() -> QueryBuilder {
    QueryBuilder::new(
        "licence",
        schema_id(),
        &[identity(1).did()],
        day("2026-11-21"),
    )
}

/// Whether a statement is true if every slot holds that encoding; `None` if a circuit does not admit it.
pub fn truth(formula: &Formula<Fact>, code: u64) -> Option<bool> {
    let mut known = true;
    let holds = formula.is_true(&mut |fact| {
        let claims = fact.claims().unwrap();
        claims.is_true(&mut |claim| {
            let holds = claim.is_true(&Known::default(), |_| Some(Fr::from(code)));
            known &= holds.is_some();
            holds == Some(true)
        })
    });
    known.then_some(holds)
}

/// What a rental asks: an age, a bound, a name.
pub fn rental() -> Request {
    let query = query()
        .purpose("Rental")
        .disclose(path("family_name"))
        .prove(path("birth_date"), Operator::AgeBetween(21, 75))
        .prove(path("weight"), Operator::Between(50.into(), 90.into()));
    builder().state("s1").query(query).build().unwrap()
}

/// The plan for licences of the first issuer, one for each query.
pub fn plan(request: &Request) -> Result<Plan, PlanError> {
    let manifest = manifest(1);
    let choices: Vec<_> = request
        .queries()
        .iter()
        .map(|query| CredentialChoice::new(query, &manifest).unwrap())
        .collect();
    Plan::compile(request, &choices)
}

/// Where the usual request keeps what `with_meta` replaces.
pub const AT: &str = "$.dcql_query.credentials[0].meta";

/// The usual request with other members in `meta`.
pub fn with_meta(members: Value) -> Result<Request, RequestError> {
    let request = builder().query(query()).build().unwrap();
    let mut value: Value = serde_json::from_slice(request.bytes()).unwrap();
    let meta = &mut value["dcql_query"]["credentials"][0]["meta"];
    for (name, member) in members.as_object().unwrap() {
        meta[name] = member.clone();
    }
    Request::parse(value.to_string().as_bytes())
}
