//! What stays hidden: issuer, kind of credential, and the holder behind a pseudonym.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::plan::{CredentialChoice, Plan, PlanErrorKind, PlanSlot, PlannedIssuer};
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::presentation::{Presentation, PresentationError};
use glimpse_protocol::request::{QueryBuilder, Request};
use glimpse_protocol::schema::Schema;
use glimpse_protocol::words::{self, Voice};
use serde_json::{Value, json};
use support::*;

/// The licence's schema by another issuer, who words it differently.
fn reworded() -> Schema {
    Schema::parse(SCHEMA.replace("Organ donor", "Gives organs").as_bytes()).unwrap()
}

#[test]
fn a_hidden_issuer_leaves_no_trace_in_the_plan() {
    let (one, two) = (manifest(1), manifest(2));
    let query = QueryBuilder::hiding_issuer(
        "licence",
        &[schema(), reworded()],
        &[&one, &two],
        day("2026-11-21"),
    )
    .prove(path("donor"), Operator::Eq(true.into()));
    let request = builder().query(query).build().unwrap();
    assert_eq!(Request::parse(request.bytes()).unwrap(), request);
    let asked = &request.queries()[0];
    let verifiers = Plan::compile(&request, &[CredentialChoice::hidden(asked)]).unwrap();
    let credential = credential();
    let holders = Plan::compile(&request, &[CredentialChoice::of("licence", &credential)]).unwrap();
    assert_eq!(verifiers.to_bytes(), holders.to_bytes());
    assert_eq!(holders.check(&[&credential]), Ok(()));
    let circuits: Vec<CircuitId> = holders.proofs().iter().map(|proof| proof.circuit).collect();
    use CircuitId::{Credential16, Member, Range};
    assert_eq!(circuits, [Credential16, Member, Member, Range, Range]);
    for slot in &holders.proofs()[0].slots {
        assert!(
            matches!(slot, PlanSlot::Hidden(_)),
            "a constant tells of the issuer"
        );
    }
    assert!(
        matches!(&holders.credentials()[0].issuer, PlannedIssuer::OneOf(dids) if dids.len() == 2)
    );
    assert_eq!(
        Presentation::issuer_places(&request, &holders),
        Some(vec![])
    );
    let answer = |places| Presentation::new(places, vec![], &[], vec![], vec![]);
    assert_eq!(answer(vec![]).issuers(&request), Ok(vec![None]));
    assert_eq!(
        answer(vec![0]).issuers(&request),
        Err(PresentationError::Issuers)
    );

    // A request that gives another key for the holder's issuer hides nothing, and the wallet says so.
    let mut value: Value = serde_json::from_slice(request.bytes()).unwrap();
    let meta = &mut value["dcql_query"]["credentials"][0]["meta"];
    meta["hide_issuer"][0] = json!("01".repeat(32));
    let forged = Request::parse(value.to_string().as_bytes()).unwrap();
    let error =
        Plan::compile(&forged, &[CredentialChoice::of("licence", &credential)]).unwrap_err();
    assert_eq!(error.kind(), &PlanErrorKind::IssuerKey);
    assert_eq!(error.path(), format!("{AT}.hide_issuer"));
}

#[test]
fn more_issuers_than_one_set_holds_are_joined_by_a_gate() {
    let issuers: Vec<_> = (1..=20).map(manifest).collect();
    let issuers: Vec<_> = issuers.iter().collect();
    let query = QueryBuilder::hiding_issuer("licence", &[schema()], &issuers, day("2026-11-21"));
    let request = builder().query(query).build().unwrap();
    let plan = Plan::compile(&request, &[CredentialChoice::hidden(&request.queries()[0])]).unwrap();
    let circuits: Vec<CircuitId> = plan.proofs().iter().map(|proof| proof.circuit).collect();
    use CircuitId::{Credential16, Gate, Member, Range};
    assert_eq!(circuits, [Credential16, Member, Member, Gate, Range]);
    // One schema for all is shown: it says nothing.
    assert!(matches!(plan.proofs()[0].slots[0], PlanSlot::Constant(_)));
    assert!(plan.assign(&[&credential()], &secret(), vec![]).is_some());
}

#[test]
fn hidden_schemas_must_look_alike_where_they_are_asked_about() {
    let one_of = |other: &str| {
        let schemas = [schema(), Schema::parse(other.as_bytes()).unwrap()];
        QueryBuilder::one_of("licence", &schemas, &[identity(1).did()], day("2026-11-21"))
            .prove(path("weight"), Operator::Gt(1.into()))
    };
    let compile = |query: QueryBuilder| plan(&builder().query(query).build().unwrap());
    // Another name and other labels, and elsewhere another type: nothing that is asked about.
    let alike = SCHEMA
        .replace("Driving licence", "Boat licence")
        .replace("\"bool\"", "\"integer\"");
    assert!(compile(one_of(&alike)).is_ok());
    let error =
        compile(one_of(&alike).prove(path("donor"), Operator::In(vec![1.into()]))).unwrap_err();
    assert_eq!(error.kind(), &PlanErrorKind::Layout(path("donor")));
    let moved = SCHEMA
        .replace("\"weight\"", "\"height\"")
        .replace("\"donor\"", "\"weight\"");
    assert!(compile(one_of(&moved)).is_err());
    let missing = SCHEMA.replace("\"weight\"", "\"height\"");
    let error = compile(one_of(&missing)).unwrap_err();
    assert_eq!(
        error.kind(),
        &PlanErrorKind::UnknownAttribute(path("weight"))
    );
    // Optional in one is optional in all.
    let optional = SCHEMA.replace(
        "\"label\": \"Weight\"",
        "\"label\": \"Weight\", \"optional\": true",
    );
    assert!(compile(one_of(&optional).prove(path("weight"), Operator::Exists)).is_ok());
    // Another size class is another circuit.
    let large: String = (0..9)
        .map(|n| format!(", {{\"path\": [\"n{n}\"], \"type\": \"bool\", \"label\": \"N\"}}"))
        .collect();
    let large = SCHEMA.replacen(
        "\"optional\": true}\n  ]",
        &format!("\"optional\": true}}{large}]"),
        1,
    );
    let error = builder().query(one_of(&large)).build().unwrap_err();
    assert_eq!(error.path(), format!("{AT}.schema[1]"));
}

#[test]
fn what_hides_is_refused_where_it_would_not_hide() {
    let path = |members: Value| with_meta(members).unwrap_err().path().to_owned();
    let hash = "11".repeat(32);
    // A shown schema may tell the issuer.
    assert_eq!(
        path(json!({ "hide_issuer": [hash] })),
        format!("{AT}.hide_issuer")
    );
    let schemas = json!([schema().to_json()]);
    for (hashes, place) in [
        (json!([]), "hide_issuer"),
        (json!([hash, "22".repeat(32)]), "hide_issuer"),
        (json!(["00".repeat(32)]), "hide_issuer[0]"),
        (json!(["ff".repeat(32)]), "hide_issuer[0]"),
        (json!([1]), "hide_issuer[0]"),
        (json!(true), "hide_issuer"),
    ] {
        assert_eq!(
            path(json!({ "schema": schemas, "hide_issuer": hashes })),
            format!("{AT}.{place}")
        );
    }
    assert!(with_meta(json!({ "schema": schemas, "hide_issuer": [hash] })).is_ok());
    assert_eq!(path(json!({ "schema": [] })), format!("{AT}.schema"));
    assert_eq!(
        path(json!({ "schema": [schema().to_json(), schema().to_json()] })),
        format!("{AT}.schema[1]")
    );
    for (pseudonym, place) in [
        (json!("forum"), "pseudonym"),
        (json!({}), "pseudonym.scope"),
        (json!({"scope": ""}), "pseudonym.scope"),
        (json!({"scope": "a".repeat(65)}), "pseudonym.scope"),
        (
            json!({"scope": "a", "verifier": "did:key:z6Mk"}),
            "pseudonym.verifier",
        ),
    ] {
        assert_eq!(
            path(json!({ "pseudonym": pseudonym })),
            format!("{AT}.{place}")
        );
    }
}

#[test]
fn pseudonyms_are_bound_to_scope_and_verifier() {
    let ask = |scope: &str, verifier: u8, nonce: u8| {
        let response = builder().query(query()).build().unwrap().response().clone();
        let nonce = glimpse_protocol::nonce::Nonce::from_bytes([nonce; 32]);
        Request::builder(identity(verifier).did(), response, nonce, now())
            .query(query().one_per_person(scope))
            .build()
            .unwrap()
    };
    let credential = credential();
    let of = |request: &Request| {
        let plan = Plan::compile(request, &[CredentialChoice::of("licence", &credential)]).unwrap();
        plan.assign(&[&credential], &secret(), vec![])
            .unwrap()
            .pseudonyms[0]
    };
    let usual = of(&ask("forum", 9, 1));
    assert_eq!(usual, of(&ask("forum", 9, 2)));
    assert_ne!(usual, of(&ask("shop", 9, 1)));
    assert_ne!(usual, of(&ask("forum", 8, 1)));
    let plan = plan(&ask("forum", 9, 1)).unwrap();
    let proof = plan.proofs().last().unwrap();
    assert_eq!(proof.circuit, CircuitId::Pseudonym);
    assert_eq!(proof.slots[0], plan.proofs()[0].slots[2]);
    assert_eq!(proof.slots[2], PlanSlot::Pseudonym(0));
    // Two queries cannot ask in one scope: the answers would be the same.
    let second = QueryBuilder::new(
        "second",
        schema_id(),
        &[identity(1).did()],
        day("2026-11-21"),
    );
    let twice = builder()
        .query(query().pseudonym("a"))
        .query(second.clone().pseudonym("a"))
        .build();
    assert_eq!(twice.unwrap_err().path(), "$.dcql_query.credentials[1]");
    assert!(
        builder()
            .query(query().pseudonym("a"))
            .query(second.pseudonym("b"))
            .build()
            .is_ok()
    );
}

#[test]
fn a_presentation_of_a_zero_pseudonym_does_not_parse() {
    let pseudonym = glimpse_protocol::pseudonym::Pseudonym::from_bytes(&[1; 32]).unwrap();
    let good = Presentation::new(vec![], vec![], &[], vec![pseudonym], vec![]).to_bytes();
    assert!(Presentation::from_bytes(&good).is_ok());
    for byte in [0, 0xff] {
        let start = good.windows(32).position(|part| part == [1; 32]).unwrap();
        let mut bytes = good.clone();
        bytes[start..start + 32].fill(byte);
        assert!(Presentation::from_bytes(&bytes).is_err());
    }
}

/// A request may list a schema that nobody uses, with the real one's paths under other names.
#[test]
fn a_holder_reads_the_names_of_its_own_schema() {
    let ids = [identity(1).did()];
    let schemas = [reworded(), schema()];
    let query = QueryBuilder::one_of("licence", &schemas, &ids, day("2026-11-21"))
        .prove(path("donor"), Operator::Eq(true.into()));
    let request = builder().query(query).build().unwrap();
    let credential = credential();
    let plan = Plan::compile(&request, &[CredentialChoice::of("licence", &credential)]).unwrap();
    let said = words::formula(&plan.credentials()[0].proved[0], Voice::Holder);
    assert_eq!(said, "Organ donor: exactly yes");
}
