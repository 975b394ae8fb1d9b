//! Nested requests: what they refuse, where, and what their plans give away.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::Fr;
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::fact::FactError;
use glimpse_protocol::formula::Formula;
use glimpse_protocol::plan::{PlanErrorKind, PlanSlot, VariableSource};
use glimpse_protocol::predicate::{Operator, Other, Predicate};
use glimpse_protocol::request::{QueryBuilder, Request};
use glimpse_protocol::words::{self, Voice};
use serde_json::{Value, json};
use support::*;

fn leaf(name: &str, operator: Operator) -> Formula<Predicate> {
    let path = path(name);
    Predicate { path, operator }.into()
}

#[test]
fn bad_formulas_are_refused_with_their_path() {
    let weight = |value: i64| json!({"path": ["weight"], "eq": value});
    let deep = |levels: usize| (0..levels).fold(weight(1), |inner, _| json!({ "not": inner }));
    let many = |count: i64| (0..count).map(weight).collect::<Vec<_>>();
    let path = |predicates: Value| {
        let error = with_meta(json!({ "predicates": predicates })).unwrap_err();
        error.path().strip_prefix(AT).unwrap().to_owned()
    };
    assert_eq!(path(json!([{"all": []}])), ".predicates[0].all");
    assert_eq!(
        path(json!([{"any": [weight(1), weight(1)]}])),
        ".predicates[0].any[1]"
    );
    assert_eq!(
        path(json!([{"any": [weight(1)], "all": [weight(2)]}])),
        ".predicates[0].any"
    );
    assert_eq!(path(json!([{"any": weight(1)}])), ".predicates[0].any");
    assert_eq!(path(json!([{"not": []}])), ".predicates[0].not");
    assert_eq!(path(json!([{"none": [weight(1)]}])), ".predicates[0].path");
    assert_eq!(path(json!([deep(5)])), ".predicates[0].not.not.not.not");
    assert_eq!(path(json!([{"any": many(9)}])), ".predicates[0].any");
    assert_eq!(
        path(json!([{"any": many(8)}, {"any": many(7)}, {"not": weight(9)}, weight(8)])),
        ".predicates"
    );
    assert!(with_meta(json!({"predicates": [deep(4)]})).is_ok());
    assert!(with_meta(json!({"predicates": [{"any": many(8)}, {"all": many(8)}]})).is_ok());
    for (predicate, place) in [
        (json!({"path": ["weight"], "in": []}), "in"),
        (json!({"path": ["weight"], "in": many(17)}), "in"),
        (json!({"path": ["weight"], "in": [1, 1]}), "in[1]"),
        (json!({"path": ["weight"], "in": [[1]]}), "in[0]"),
        (json!({"path": ["weight"], "exists": false}), "exists"),
        (json!({"path": ["weight"], "absent": 1}), "absent"),
        (json!({"path": ["weight"], "prefix": ""}), "prefix"),
        (json!({"path": ["weight"], "prefix": 1}), "prefix"),
        (
            json!({"path": ["weight"], "between": [1, {"other": {"path": ["a"]}}]}),
            "between[1]",
        ),
        (
            json!({"path": ["weight"], "eq": {"path": ["a"]}}),
            "eq.other",
        ),
        (
            json!({"path": ["weight"], "eq": {"other": {"path": ["a"], "issuer": 1}}}),
            "eq.other.issuer",
        ),
    ] {
        assert_eq!(path(json!([predicate])), format!(".predicates[0].{place}"));
    }
}

#[test]
fn senseless_predicates_are_refused_by_the_planner_with_their_path() {
    let refuse = |predicate: Value| {
        let request = with_meta(json!({ "predicates": [{"any": [predicate]}] })).unwrap();
        let error = plan(&request).unwrap_err();
        let path = error.path().strip_prefix(AT).unwrap().to_owned();
        (path, error.kind().clone())
    };
    let fact = |predicate: Value, name: &str| match refuse(predicate) {
        (path, PlanErrorKind::Fact(error)) => {
            assert_eq!(path, format!(".predicates[0].any[0].{name}"));
            error
        }
        other => panic!("{other:?}"),
    };
    let p = |name: &str, operator: &str, operand: Value| json!({"path": [name], operator: operand});
    let other = |name: &str| json!({"other": {"path": [name]}});
    assert_eq!(
        fact(p("donor", "in", json!([true, false])), "in"),
        FactError::AlwaysTrue
    );
    assert_eq!(
        fact(p("donor", "not_in", json!([true, false])), "not_in"),
        FactError::AlwaysFalse
    );
    assert_eq!(
        fact(p("score", "in", json!(["1.5", "1.50"])), "in"),
        FactError::Repeated
    );
    assert_eq!(
        fact(p("weight", "exists", json!(true)), "exists"),
        FactError::AlwaysTrue
    );
    assert_eq!(
        fact(p("weight", "absent", json!(true)), "absent"),
        FactError::AlwaysFalse
    );
    assert_eq!(
        fact(p("weight", "not_between", json!([2, 1])), "not_between"),
        FactError::Reversed
    );
    let all = json!([i64::MIN, i64::MAX]);
    assert_eq!(
        fact(p("weight", "not_between", all), "not_between"),
        FactError::AlwaysFalse
    );
    assert_eq!(
        fact(p("weight", "eq", other("weight")), "eq"),
        FactError::Itself
    );
    assert!(matches!(
        fact(p("weight", "lt", other("score")), "lt"),
        FactError::Types(..)
    ));
    assert!(matches!(
        fact(p("weight", "prefix", json!("a")), "prefix"),
        FactError::Unsupported { .. }
    ));
    assert!(matches!(
        fact(p("portrait", "contains", json!("a")), "contains"),
        FactError::Unsupported { .. }
    ));
    let long = "a".repeat(31);
    assert!(matches!(
        fact(p("family_name", "suffix", json!(long)), "suffix"),
        FactError::Operand(_)
    ));
    let (path, kind) = refuse(p("weight", "eq", other("height")));
    assert_eq!(path, ".predicates[0].any[0].eq.other.path");
    assert!(matches!(kind, PlanErrorKind::UnknownAttribute(_)));
    let (path, kind) = refuse(
        json!({"path": ["weight"], "eq": {"other": {"credential": "x", "path": ["weight"]}}}),
    );
    assert_eq!(path, ".predicates[0].any[0].eq.other.credential");
    assert_eq!(kind, PlanErrorKind::UnknownQuery("x".into()));
}

#[test]
fn an_or_hides_its_results_behind_a_gate() {
    let either = Formula::Any(vec![
        leaf("birth_date", Operator::AgeOver(65)),
        Formula::All(vec![
            leaf("donor", Operator::Eq(true.into())),
            leaf("score", Operator::Exists).negate(),
        ]),
    ]);
    let request = builder()
        .query(query().accept_expired().prove_that(either))
        .build()
        .unwrap();
    assert_eq!(Request::parse(request.bytes()).unwrap(), request);
    let plan = plan(&request).unwrap();
    let circuits: Vec<CircuitId> = plan.proofs().iter().map(|proof| proof.circuit).collect();
    use CircuitId::{Credential16, Gate, Member, Range};
    assert_eq!(circuits, [Credential16, Range, Range, Member, Gate, Gate]);
    let last = |proof: usize| *plan.proofs()[proof].slots.last().unwrap();
    for proof in 1..5 {
        let PlanSlot::Hidden(variable) = last(proof) else {
            panic!("{proof} says what it holds")
        };
        assert_eq!(plan.variables()[variable], VariableSource::Output { proof });
    }
    let bit = |value: bool| PlanSlot::Constant(Fr::from(value));
    assert_eq!(last(5), bit(true));
    // The inner `all`, with its negated member; the outer `any`, of the first fact and of the inner gate.
    let inner = &plan.proofs()[4].slots;
    assert_eq!(inner[..3], [last(2), last(3), bit(true)]);
    assert_eq!(inner[8..11], [bit(false), bit(true), bit(false)]);
    assert_eq!(inner[16], bit(false));
    let outer = &plan.proofs()[5].slots;
    assert_eq!(outer[..3], [last(1), last(4), bit(true)]);
    assert_eq!(outer[8..11], [bit(true), bit(true), bit(false)]);
    assert_eq!(outer[16], bit(true));
    let said = words::formula(&plan.credentials()[0].proved[0], Voice::Holder);
    assert_eq!(
        said,
        "You are 65 or older, or (Organ donor: exactly yes and Score: not given)"
    );
}

#[test]
fn what_is_claimed_or_denied_outright_needs_no_gate() {
    let formula = Formula::All(vec![
        leaf("weight", Operator::Gt(1.into())),
        Formula::Any(vec![
            leaf("weight", Operator::Eq(2.into())),
            leaf("donor", Operator::Eq(true.into())),
        ])
        .negate(),
    ]);
    let request = builder()
        .query(query().accept_expired().prove_that(formula))
        .build()
        .unwrap();
    let plan = plan(&request).unwrap();
    let holds: Vec<_> = plan.proofs()[1..]
        .iter()
        .map(|proof| (proof.circuit, *proof.slots.last().unwrap()))
        .collect();
    let bit = |value: bool| (CircuitId::Range, PlanSlot::Constant(Fr::from(value)));
    assert_eq!(holds, [bit(true), bit(false), bit(false)]);
}

fn same(name: &str, credential: Option<&str>) -> Operator {
    Operator::Eq(
        Other {
            credential: credential.map(Into::into),
            path: path(name),
        }
        .into(),
    )
}

#[test]
fn equality_across_credentials_is_one_variable() {
    let ids = [identity(1).did()];
    let second =
        || QueryBuilder::new("second", schema_id(), &ids, day("2026-11-21")).accept_expired();
    let compile = |first: QueryBuilder, second: QueryBuilder| {
        plan(
            &builder()
                .query(first.accept_expired())
                .query(second)
                .build()
                .unwrap(),
        )
        .unwrap()
    };
    let attribute = |number: usize| 6 + number;
    // A mandatory attribute: nothing but the two credentials.
    let one = compile(
        query().prove(path("family_name"), same("family_name", Some("second"))),
        second().prove(path("weight"), Operator::Gt(1.into())),
    );
    assert_eq!(one.proofs().len(), 3);
    let (first, other) = (&one.proofs()[0].slots, &one.proofs()[1].slots);
    assert_eq!(first[attribute(0)], other[attribute(0)]);
    assert_ne!(first[attribute(3)], other[attribute(3)]);
    // An optional one must be there.
    let locality = glimpse_protocol::schema::ClaimPath::new(&["address", "locality"]).unwrap();
    let operator = Operator::Eq(
        Other {
            credential: Some("second".into()),
            path: locality.clone(),
        }
        .into(),
    );
    let two = compile(
        query().prove(locality.clone(), operator),
        second().prove(path("weight"), Operator::Gt(1.into())),
    );
    let circuits: Vec<CircuitId> = two.proofs().iter().map(|proof| proof.circuit).collect();
    use CircuitId::{Credential16, Member, Range};
    assert_eq!(circuits, [Credential16, Member, Credential16, Range]);
    assert_eq!(
        two.proofs()[1].slots[0],
        two.proofs()[2].slots[attribute(8)]
    );
    // One disclosed: the other's slot is the disclosed value. Both disclosed: a proof compares them.
    let three = compile(
        query().disclose(path("family_name")),
        second().prove(path("family_name"), same("family_name", Some("licence"))),
    );
    assert_eq!(
        three.proofs()[1].slots[attribute(0)],
        PlanSlot::Disclosed(0)
    );
    assert_eq!(three.proofs().len(), 2);
    let four = compile(
        query().disclose(path("family_name")),
        second()
            .disclose(path("family_name"))
            .prove(path("family_name"), same("family_name", Some("licence"))),
    );
    assert_eq!(four.proofs()[2].circuit, Member);
    assert_eq!(
        four.proofs()[2].slots[..2],
        [PlanSlot::Disclosed(1), PlanSlot::Disclosed(0)]
    );
    // Inside an `any` it is a proof, too.
    let five = compile(
        query().prove_that(Formula::Any(vec![leaf(
            "family_name",
            same("family_name", Some("second")),
        )])),
        second().disclose(path("weight")),
    );
    let PlanSlot::Hidden(_) = five.proofs()[0].slots[attribute(0)] else {
        panic!()
    };
    assert_ne!(
        five.proofs()[0].slots[attribute(0)],
        five.proofs().last().unwrap().slots[attribute(0)]
    );
}

#[test]
fn a_request_for_too_many_proofs_is_refused() {
    let ids = [identity(1).did()];
    let crowded = |id: &str| {
        let mut query = QueryBuilder::new(id, schema_id(), &ids, day("2026-11-21"));
        for number in 0..16 {
            let any = Formula::Any(vec![leaf("weight", Operator::Gt(number.into()))]);
            query = query.prove_that(any);
        }
        query
    };
    let three = builder().query(crowded("licence")).query(crowded("b"));
    assert!(plan(&three.clone().build().unwrap()).is_ok());
    let error = plan(&three.query(crowded("c")).build().unwrap()).unwrap_err();
    assert_eq!(error.kind(), &PlanErrorKind::TooManyProofs(102));
}
