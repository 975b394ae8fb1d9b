//! Plans: what a request compiles to, and what it refuses to compile.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::Fr;
use glimpse_protocol::circuit::{CircuitId, CredentialSlot, RangeSlot};
use glimpse_protocol::fact::FactError;
use glimpse_protocol::plan::{
    CredentialChoice, Plan, PlanErrorKind, PlanSlot, StatementSlot, Unmet,
};
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::QueryBuilder;
use glimpse_protocol::value::encode_date;
use glimpse_protocol::words::{self, Voice};
use support::*;

/// To be another value is to be present and outside: a result of 0 would be true of an absent value too.
#[test]
fn a_different_value_is_one_outside() {
    let query = query().prove(path("weight"), Operator::Ne(71.into()));
    let plan = plan(&builder().query(query).build().unwrap()).unwrap();
    let slot = |slot: RangeSlot| plan.proofs()[1].slots[slot.index()];
    assert_eq!(slot(RangeSlot::Lower), slot(RangeSlot::Upper));
    assert_eq!(slot(RangeSlot::Negated), PlanSlot::Constant(Fr::from(1u64)));
    assert_eq!(slot(RangeSlot::Holds), PlanSlot::Constant(Fr::from(1u64)));
}

#[test]
fn a_plan_links_what_belongs_together() {
    let request = rental();
    let plan = plan(&request).unwrap();
    let circuits: Vec<CircuitId> = plan.proofs().iter().map(|proof| proof.circuit).collect();
    assert_eq!(
        circuits,
        [
            CircuitId::Credential16,
            CircuitId::Range,
            CircuitId::Range,
            CircuitId::Range
        ]
    );
    let credential = &plan.proofs()[0].slots;
    assert_eq!(credential.len(), 22);
    assert!(matches!(
        credential[CredentialSlot::Schema.index()],
        PlanSlot::Constant(_)
    ));
    assert_eq!(
        credential[CredentialSlot::HolderSecret.index()],
        PlanSlot::Hidden(0)
    );
    assert_eq!(
        credential[CredentialSlot::Attribute(0).index()],
        PlanSlot::Disclosed(0)
    );
    assert!(matches!(
        credential[CredentialSlot::Attribute(15).index()],
        PlanSlot::Constant(_)
    ));
    for (proof, slot) in [
        (1, CredentialSlot::Attribute(1)),
        (2, CredentialSlot::Attribute(3)),
    ] {
        let planned = &plan.proofs()[proof];
        assert_eq!(planned.slots[0], credential[slot.index()]);
        assert_eq!(planned.slots[4], PlanSlot::Constant(Fr::from(1u64)));
    }
    // The day between the very dates that the credential's proof is about, both hidden.
    let today = encode_date(day("2026-11-21"));
    let [issued, expires] =
        [CredentialSlot::IssuedOn, CredentialSlot::ExpiresOn].map(|slot| credential[slot.index()]);
    assert!(matches!((issued, expires), (PlanSlot::Hidden(a), PlanSlot::Hidden(b)) if a != b));
    let constant = |value: u64| PlanSlot::Constant(Fr::from(value));
    assert_eq!(
        plan.proofs()[3].slots,
        [constant(today), issued, expires, constant(0), constant(1)]
    );
    // Variables are numbered by first use.
    let mut next = 0;
    for slot in plan
        .statement_slots(&[Fr::from(1u64)], &[])
        .unwrap()
        .concat()
    {
        if let StatementSlot::Hidden(number) = slot {
            assert!(number <= next);
            next = next.max(number + 1);
        }
    }
    assert_eq!(usize::from(next), plan.variables().len());
    assert_eq!(plan.statement_slots(&[], &[]), None);
    let planned = &plan.credentials()[0];
    assert_eq!(
        (
            planned.claims.len(),
            planned.proved.len(),
            planned.hidden.len()
        ),
        (1, 3, 9)
    );
    let said: Vec<String> = planned
        .proved
        .iter()
        .map(|formula| words::formula(formula, Voice::Holder))
        .collect();
    assert_eq!(
        said,
        [
            "You are between 21 and 75 years old",
            "Weight: from 50 to 90",
            "Valid on 21 November 2026"
        ]
    );
}

#[test]
fn an_age_is_only_worded_as_one_for_a_date_of_birth() {
    let words = |name, voice| {
        let request = builder()
            .query(query().prove(path(name), Operator::AgeOver(5)))
            .build()
            .unwrap();
        words::formula(&plan(&request).unwrap().credentials()[0].proved[0], voice)
    };
    assert_eq!(words("birth_date", Voice::Holder), "You are 5 or older");
    assert_eq!(words("birth_date", Voice::Others), "5 or older");
    assert_eq!(
        words("issue_date", Voice::Holder),
        "Date of issue: at least 5 years before 21 November 2026"
    );
}

#[test]
fn a_disclosed_attribute_with_a_predicate_is_public_in_both_proofs() {
    let query = query()
        .disclose(path("weight"))
        .prove(path("weight"), Operator::Gt(1.into()));
    let plan = plan(&builder().query(query).build().unwrap()).unwrap();
    assert_eq!(plan.proofs()[1].slots[0], PlanSlot::Disclosed(0));
}

#[test]
fn several_credentials_share_the_holder() {
    let second = QueryBuilder::new(
        "second",
        schema_id(),
        &[identity(2).did(), identity(1).did()],
        day("2026-11-21"),
    );
    let request = builder()
        .query(query().disclose(path("weight")))
        .query(second.disclose(path("donor")))
        .build()
        .unwrap();
    let (one, two) = (manifest(1), manifest(2));
    let first = CredentialChoice::new(&request.queries()[0], &one).unwrap();
    let second = CredentialChoice::new(&request.queries()[1], &two).unwrap();
    let plan = Plan::compile(&request, &[first, second]).unwrap();
    assert_eq!(plan.proofs()[0].slots[2], PlanSlot::Hidden(0));
    assert_eq!(plan.proofs()[2].slots[2], PlanSlot::Hidden(0));
    assert_ne!(plan.proofs()[0].slots[3], plan.proofs()[2].slots[3]);
    assert_eq!(
        plan.proofs()[2].slots[CredentialSlot::Attribute(5).index()],
        PlanSlot::Disclosed(1)
    );
    assert_eq!(
        Presentation::issuer_places(&request, &plan),
        Some(vec![0, 0])
    );
    for choices in [
        &[first][..],
        &[second, first],
        &[first, second, second],
        &[],
    ] {
        let error = Plan::compile(&request, choices).unwrap_err();
        assert_eq!(error.kind(), &PlanErrorKind::Choice);
    }
}

#[test]
fn mistaken_requests_make_no_plan() {
    let refuse = |name: &str, operator: Operator| {
        let error = plan(
            &builder()
                .query(query().prove(path(name), operator))
                .build()
                .unwrap(),
        )
        .unwrap_err();
        assert!(
            error
                .path()
                .starts_with("$.dcql_query.credentials[0].meta.predicates[0]")
        );
        match error.kind() {
            PlanErrorKind::Fact(error) => *error,
            other => panic!("{other:?}"),
        }
    };
    let (min, max) = (i64::MIN, i64::MAX);
    assert_eq!(
        refuse("weight", Operator::Between(2.into(), 1.into())),
        FactError::Reversed
    );
    assert_eq!(
        refuse("birth_date", Operator::AgeBetween(30, 20)),
        FactError::Reversed
    );
    assert_eq!(
        refuse("weight", Operator::Between(min.into(), max.into())),
        FactError::AlwaysTrue
    );
    assert_eq!(
        refuse("weight", Operator::Gte(min.into())),
        FactError::AlwaysTrue
    );
    assert_eq!(
        refuse("weight", Operator::Lte(max.into())),
        FactError::AlwaysTrue
    );
    assert_eq!(
        refuse("weight", Operator::Lt(min.into())),
        FactError::AlwaysFalse
    );
    assert_eq!(
        refuse("weight", Operator::Gt(max.into())),
        FactError::AlwaysFalse
    );
    assert_eq!(
        refuse("birth_date", Operator::Gt(day("9999-12-31").into())),
        FactError::AlwaysFalse
    );
    assert!(matches!(
        refuse("weight", Operator::Eq(true.into())),
        FactError::Operand(_)
    ));
    assert!(matches!(
        refuse("weight", Operator::Eq(day("2026-01-01").into())),
        FactError::Operand(_)
    ));
    assert!(matches!(
        refuse("family_name", Operator::Eq(1.into())),
        FactError::Operand(_)
    ));
    assert!(matches!(
        refuse("donor", Operator::Lt(true.into())),
        FactError::Unsupported { .. }
    ));
    assert!(matches!(
        refuse("weight", Operator::AgeOver(1)),
        FactError::Unsupported { .. }
    ));

    let unknown = builder()
        .query(query().disclose(path("first_name")))
        .build()
        .unwrap();
    let error = plan(&unknown).unwrap_err();
    assert_eq!(error.path(), "$.dcql_query.credentials[0].claims[0].path");
    assert_eq!(
        error.kind(),
        &PlanErrorKind::UnknownAttribute(path("first_name"))
    );
    let foreign = manifest(2);
    let request = rental();
    let choice = CredentialChoice::new(&request.queries()[0], &foreign).unwrap();
    assert_eq!(
        Plan::compile(&request, &[choice]).unwrap_err().kind(),
        &PlanErrorKind::Issuer
    );
}

/// `age_over` against a count of birthdays, on every day around the leap days.
#[test]
fn ages_agree_with_birthdays() {
    for on in [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2026-02-28",
        "2026-03-01",
        "2100-02-28",
        "2026-11-21",
    ] {
        let on = day(on);
        for years in [18u8, 19, 20, 21, 22] {
            let query = QueryBuilder::new("licence", schema_id(), &[identity(1).did()], on)
                .prove(path("birth_date"), Operator::AgeOver(years))
                .prove(path("birth_date"), Operator::AgeBetween(years, years + 1));
            let plan = plan(&builder().query(query).build().unwrap()).unwrap();
            let facts = &plan.credentials()[0].proved;
            for offset in -1200..=1200 {
                let born = on.years_before(20).unwrap().plus_days(offset).unwrap();
                let code = glimpse_protocol::value::encode_date(born);
                // Full years by the calendar: who is born on 29 February turns older on 1 March.
                let ((y, m, d), (by, bm, bd)) = (on.civil(), born.civil());
                let age = y - by - i32::from((m, d) < (bm, bd));
                let years = i32::from(years);
                let said = |fact: usize| truth(&facts[fact], code);
                assert_eq!(said(0), Some(age >= years), "{born} on {on}");
                let between = (years..=years + 1).contains(&age);
                assert_eq!(said(1), Some(between), "{born} on {on}");
            }
        }
    }
}

#[test]
fn what_the_holder_cannot_answer_is_known_beforehand() {
    let credential = credential();
    let check = |query: QueryBuilder| {
        let request = builder().query(query).build().unwrap();
        let plan =
            Plan::compile(&request, &[CredentialChoice::of("licence", &credential)]).unwrap();
        plan.disclosed_values(&[&credential])
    };
    assert_eq!(check(query().disclose(path("weight"))).unwrap().len(), 1);
    assert!(matches!(
        check(query().disclose(path("score"))),
        Err(Unmet::Absent { .. })
    ));
    assert!(matches!(
        check(query().prove(path("score"), Operator::Gt(1.into()))),
        Err(Unmet::Absent { .. })
    ));
    assert!(matches!(
        check(query().prove(path("weight"), Operator::Gt(70.into()))),
        Err(Unmet::Untrue { .. })
    ));
    assert!(check(query().prove(path("weight"), Operator::Ne(71.into()))).is_ok());
}

/// From its first day to its last, and not a day longer.
#[test]
fn a_credential_is_valid_on_its_first_and_on_its_last_day() {
    let credential = credential();
    let check = |on: &str, change: fn(QueryBuilder) -> QueryBuilder| {
        let query = QueryBuilder::new("licence", schema_id(), &[identity(1).did()], day(on));
        let request = builder().query(change(query)).build().unwrap();
        let choice = CredentialChoice::of("licence", &credential);
        Plan::compile(&request, &[choice])
            .unwrap()
            .check(&[&credential])
    };
    for (on, valid) in [
        ("2025-12-31", false),
        ("2026-01-01", true),
        ("2030-12-31", true),
        ("2031-01-01", false),
    ] {
        match check(on, |query| query) {
            Ok(()) => assert!(valid, "{on}"),
            Err(Unmet::Untrue { words }) => {
                assert!(!valid && words.starts_with("Valid on "), "{on}: {words}");
            }
            Err(other) => panic!("{other}"),
        }
        let accepted = check(on, |query| query.accept_expired().disclose(path("weight")));
        assert_eq!(accepted, Ok(()), "{on}");
    }
}
