//! Requests and plans.

mod support;

use glimpse_protocol::Fr;
use glimpse_protocol::circuit::{CircuitId, CredentialSlot};
use glimpse_protocol::fact::FactError;
use glimpse_protocol::plan::{
    CredentialChoice, Plan, PlanErrorKind, PlanSlot, Shows, StatementSlot, Unmet,
};
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::presentation::{Presentation, PresentationError};
use glimpse_protocol::request::{
    QueryBuilder, Request, SignedRequest, SignedRequestError, StaleRequest,
};
use glimpse_protocol::words::{self, Voice};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::*;

fn rental() -> Request {
    let query = query()
        .purpose("Rental")
        .disclose(path("family_name"))
        .prove(path("birth_date"), Operator::AgeBetween(21, 75))
        .prove(path("weight"), Operator::Between(50.into(), 90.into()))
        .not_expired();
    builder().state("s1").query(query).build().unwrap()
}

fn plan(request: &Request) -> Result<Plan, glimpse_protocol::plan::PlanError> {
    let manifest = manifest(1);
    Plan::compile(
        request,
        &[CredentialChoice::new("licence", &manifest, &schema_id()).unwrap()],
    )
}

#[test]
fn a_built_request_reads_back() {
    let request = rental();
    assert_eq!(Request::parse(request.bytes()).unwrap(), request);
    assert_eq!(request.state(), Some("s1"));
    assert_eq!(request.client_name(), Some("The Anchor"));
    assert_eq!(
        request.response().endpoint().origin(),
        "http://localhost:8103"
    );
    let query = &request.queries()[0];
    assert_eq!(
        (
            query.claims().len(),
            query.predicates().len(),
            query.not_expired()
        ),
        (1, 2, true)
    );
}

#[test]
fn what_changes_the_question_is_refused_with_its_path() {
    let good: Value = serde_json::from_slice(rental().bytes()).unwrap();
    let at = |pointer: &'static str, value: Value| {
        let mut changed = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = value;
        Request::parse(changed.to_string().as_bytes()).map_err(|error| error.path().to_owned())
    };
    let credential = "$.dcql_query.credentials[0]";
    for (pointer, value, path) in [
        (
            "/response_type",
            json!("id_token"),
            "$.response_type".to_owned(),
        ),
        ("/response_mode", json!("query"), "$.response_mode".into()),
        (
            "/redirect_uri",
            json!("https://a.example"),
            "$.redirect_uri".into(),
        ),
        (
            "/response_uri",
            json!("http://a.example"),
            "$.response_uri".into(),
        ),
        (
            "/client_id",
            json!("https://a.example"),
            "$.client_id".into(),
        ),
        ("/nonce", json!("AAAA"), "$.nonce".into()),
        ("/aud", json!("https://a.example"), "$.aud".into()),
        ("/exp", json!(1), "$.exp".into()),
        ("/exp", good["iat"].clone(), "$.exp".into()),
        (
            "/exp",
            json!(good["iat"].as_i64().unwrap() + 86_401),
            "$.exp".into(),
        ),
        ("/transaction_data", json!([]), "$.transaction_data".into()),
        (
            "/dcql_query/credential_sets",
            json!([]),
            "$.dcql_query.credential_sets".into(),
        ),
        (
            "/dcql_query/credentials",
            json!([]),
            "$.dcql_query.credentials".into(),
        ),
        (
            "/dcql_query/credentials/0/format",
            json!("dc+sd-jwt"),
            format!("{credential}.format"),
        ),
        (
            "/dcql_query/credentials/0/claim_sets",
            json!([]),
            format!("{credential}.claim_sets"),
        ),
        (
            "/dcql_query/credentials/0/multiple",
            json!(true),
            format!("{credential}.multiple"),
        ),
        (
            "/dcql_query/credentials/0/claims",
            json!([]),
            format!("{credential}.claims"),
        ),
        (
            "/dcql_query/credentials/0/claims/0/values",
            json!(["x"]),
            format!("{credential}.claims[0].values"),
        ),
        (
            "/dcql_query/credentials/0/claims/0/path",
            json!([0]),
            format!("{credential}.claims[0].path[0]"),
        ),
        (
            "/dcql_query/credentials/0/meta/other",
            json!(1),
            format!("{credential}.meta.other"),
        ),
        (
            "/dcql_query/credentials/0/meta/issuers",
            json!([]),
            format!("{credential}.meta.issuers"),
        ),
        (
            "/dcql_query/credentials/0/meta/as_of",
            json!("today"),
            format!("{credential}.meta.as_of"),
        ),
        (
            "/dcql_query/credentials/0/meta/predicates/1/like",
            json!(1),
            format!("{credential}.meta.predicates[1].like"),
        ),
        (
            "/dcql_query/credentials/0/meta/predicates/1/eq",
            json!(1),
            format!("{credential}.meta.predicates[1].between"),
        ),
        (
            "/dcql_query/credentials/0/meta/predicates/1/between",
            json!([1]),
            format!("{credential}.meta.predicates[1].between"),
        ),
        (
            "/dcql_query/credentials/0/meta/predicates/0/age_between",
            json!([1, 151]),
            format!("{credential}.meta.predicates[0].age_between[1]"),
        ),
    ] {
        assert_eq!(at(pointer, value).unwrap_err(), path, "{pointer}");
    }
    // The envelope's own extension points stay open, as the standard wants.
    assert!(at("/response_signing", json!("x")).is_ok());
    assert!(at("/client_metadata/logo_uri", json!("x")).is_ok());
}

#[test]
fn ambiguous_requests_are_refused() {
    let text = String::from_utf8(rental().bytes().to_vec()).unwrap();
    for (from, to) in [
        ("\"state\"", "\"nonce\""),
        ("50", "50.0"),
        ("[50,90]", "[50,9e1]"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert!(Request::parse(changed.as_bytes()).is_err(), "accepted {to}");
    }
}

#[test]
fn requests_are_answered_in_their_time_only() {
    let request = rental();
    let at = |seconds| request.check_time(request.issued_at().plus_seconds(seconds));
    assert_eq!(at(-60), Ok(()));
    assert_eq!(at(-61), Err(StaleRequest::NotYet));
    assert_eq!(at(300), Ok(()));
    assert_eq!(at(301), Err(StaleRequest::Expired));
    for (as_of, result) in [
        ("2026-11-19", Err(StaleRequest::OtherDay)),
        ("2026-11-20", Ok(())),
        ("2026-11-22", Ok(())),
        ("2026-11-23", Err(StaleRequest::OtherDay)),
    ] {
        let query =
            QueryBuilder::new("q", schema_id(), &[identity(1).did()], day(as_of)).not_expired();
        assert_eq!(
            builder().query(query).build().unwrap().check_time(now()),
            result
        );
    }
}

#[test]
fn signed_requests_are_the_clients_own() {
    let signed = SignedRequest::sign(rental(), &identity(9)).unwrap();
    assert_eq!(SignedRequest::verify(signed.as_str()).unwrap(), signed);
    assert_eq!(
        SignedRequest::sign(rental(), &identity(8)),
        Err(SignedRequestError::OtherClient)
    );

    let parts: Vec<&str> = signed.as_str().split('.').collect();
    let header = |value: Value| {
        let header = glimpse_protocol::json::to_base64(value.to_string().as_bytes());
        let signature = identity(9).sign(format!("{header}.{}", parts[1]).as_bytes());
        format!(
            "{header}.{}.{}",
            parts[1],
            glimpse_protocol::json::to_base64(&signature)
        )
    };
    let typ = "oauth-authz-req+jwt";
    assert!(SignedRequest::verify(&header(json!({"alg": "EdDSA", "typ": typ}))).is_ok());
    for refused in [
        json!({"alg": "none", "typ": typ}),
        json!({"alg": "HS256", "typ": typ}),
        json!({"alg": "EdDSA", "typ": "JWT"}),
        json!({"alg": "EdDSA"}),
        json!({"alg": "EdDSA", "typ": typ, "crit": ["b64"]}),
    ] {
        assert!(matches!(
            SignedRequest::verify(&header(refused)),
            Err(SignedRequestError::Header(_))
        ));
    }
    let foreign = json!({"alg": "EdDSA", "typ": typ, "kid": identity(8).did().key_id()});
    assert_eq!(
        SignedRequest::verify(&header(foreign)),
        Err(SignedRequestError::OtherClient)
    );
    let by_another = glimpse_protocol::json::to_base64(&identity(8).sign(b"x"));
    let forged = format!("{}.{}.{by_another}", parts[0], parts[1]);
    assert_eq!(
        SignedRequest::verify(&forged),
        Err(SignedRequestError::Signature)
    );
    for text in [
        "",
        ".",
        "..",
        "a.b",
        &signed.as_str()[..100],
        &format!("{}.", signed.as_str()),
    ] {
        assert!(SignedRequest::verify(text).is_err());
    }
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
        (3, CredentialSlot::ExpiresOn),
    ] {
        assert_eq!(plan.proofs()[proof].slots[0], credential[slot.index()]);
        assert!(matches!(plan.proofs()[proof].shows, Shows::Range { of, .. } if of == slot));
        assert_eq!(
            plan.proofs()[proof].slots[3],
            PlanSlot::Constant(Fr::from(1u64))
        );
    }
    // Variables are numbered by first use.
    let mut next = 0;
    for slot in plan.statement_slots(&[Fr::from(1u64)]).unwrap().concat() {
        if let StatementSlot::Hidden(number) = slot {
            assert!(number <= next);
            next = next.max(number + 1);
        }
    }
    assert_eq!(usize::from(next), plan.variables().len());
    assert_eq!(plan.statement_slots(&[]), None);
    let planned = &plan.credentials()[0];
    assert_eq!(
        (
            planned.claims.len(),
            planned.facts.len(),
            planned.hidden.len()
        ),
        (1, 3, 9)
    );
    let said: Vec<String> = planned
        .facts
        .iter()
        .map(|fact| words::fact(&fact.fact, Voice::Holder))
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
        words::fact(
            &plan(&request).unwrap().credentials()[0].facts[0].fact,
            voice,
        )
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
        .query(second.disclose(path("donor")).not_expired())
        .build()
        .unwrap();
    let (one, two) = (manifest(1), manifest(2));
    let first = CredentialChoice::new("licence", &one, &schema_id()).unwrap();
    let second = CredentialChoice::new("second", &two, &schema_id()).unwrap();
    let plan = Plan::compile(&request, &[first, second]).unwrap();
    assert_eq!(plan.proofs()[0].slots[2], PlanSlot::Hidden(0));
    assert_eq!(plan.proofs()[1].slots[2], PlanSlot::Hidden(0));
    assert_ne!(plan.proofs()[0].slots[3], plan.proofs()[1].slots[3]);
    assert_eq!(
        plan.proofs()[1].slots[CredentialSlot::Attribute(5).index()],
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
    let min = || i64::MIN.into();
    let max = || i64::MAX.into();
    assert_eq!(
        refuse("weight", Operator::Between(2.into(), 1.into())),
        FactError::Reversed
    );
    assert_eq!(
        refuse("birth_date", Operator::AgeBetween(30, 20)),
        FactError::Reversed
    );
    assert_eq!(
        refuse("weight", Operator::Between(min(), max())),
        FactError::AlwaysTrue
    );
    assert_eq!(
        refuse("weight", Operator::Gte(min())),
        FactError::AlwaysTrue
    );
    assert_eq!(
        refuse("weight", Operator::Lte(max())),
        FactError::AlwaysTrue
    );
    assert_eq!(
        refuse("weight", Operator::Lt(min())),
        FactError::AlwaysFalse
    );
    assert_eq!(
        refuse("weight", Operator::Gt(max())),
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
        FactError::Unsupported { .. }
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
    let choice = CredentialChoice::new("licence", &foreign, &schema_id()).unwrap();
    assert_eq!(
        Plan::compile(&rental(), &[choice]).unwrap_err().kind(),
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
            let facts = &plan.credentials()[0].facts;
            for offset in -1200..=1200 {
                let born = on.years_before(20).unwrap().plus_days(offset).unwrap();
                let code = glimpse_protocol::value::encode_date(born);
                // Full years by the calendar: who is born on 29 February turns older on 1 March.
                let ((y, m, d), (by, bm, bd)) = (on.civil(), born.civil());
                let age = y - by - i32::from((m, d) < (bm, bd));
                let years = i32::from(years);
                assert_eq!(
                    facts[0].range.is_true_of(code),
                    age >= years,
                    "{born} on {on}"
                );
                let between = (years..=years + 1).contains(&age);
                assert_eq!(facts[1].range.is_true_of(code), between, "{born} on {on}");
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
    assert_eq!(
        check(query().disclose(path("weight")).not_expired())
            .unwrap()
            .len(),
        1
    );
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
    let late = QueryBuilder::new(
        "licence",
        schema_id(),
        &[identity(1).did()],
        day("2031-01-01"),
    )
    .not_expired();
    assert!(matches!(check(late), Err(Unmet::Untrue { .. })));
}

#[test]
fn a_presentation_is_read_by_the_plan() {
    let request = rental();
    let plan = plan(&request).unwrap();
    let values = plan.disclosed_values(&[&credential()]).unwrap();
    let presentation = Presentation::new(vec![0], &values, vec![1, 2, 3]);
    let bytes = presentation.to_bytes();
    assert_eq!(Presentation::from_bytes(&bytes).unwrap(), presentation);
    assert_eq!(presentation.disclosed(&plan).unwrap(), values);
    assert_eq!(
        presentation.issuers(&request).unwrap(),
        [&identity(1).did()]
    );
    let token = presentation.to_vp_token(&request).to_string();
    assert_eq!(
        Presentation::bytes_of_vp_token(token.as_bytes(), &request).unwrap(),
        bytes
    );
    for token in [
        r#"{}"#,
        r#"{"licence":[]}"#,
        r#"{"other":["AA"]}"#,
        r#"{"licence":["AA","AA"]}"#,
        "[]",
        r#"{"licence":"AA"}"#,
    ] {
        assert!(Presentation::bytes_of_vp_token(token.as_bytes(), &request).is_err());
    }
    let number = glimpse_protocol::value::AttributeValue::Integer(1);
    let wrong = |issuers, values: &[_]| Presentation::new(issuers, values, Vec::new());
    assert_eq!(
        wrong(vec![0], &[number.clone()]).disclosed(&plan),
        Err(PresentationError::Value)
    );
    assert_eq!(
        wrong(vec![0], &[]).disclosed(&plan),
        Err(PresentationError::Count)
    );
    assert_eq!(
        wrong(vec![1], &[]).issuers(&request),
        Err(PresentationError::Issuers)
    );
    assert_eq!(
        wrong(vec![], &[]).issuers(&request),
        Err(PresentationError::Issuers)
    );
    for cut in 0..bytes.len() {
        assert!(Presentation::from_bytes(&bytes[..cut]).is_err());
    }
    assert!(!format!("{presentation:?}").contains("Müller"));
}

#[test]
fn the_context_binds_every_byte_of_the_request() {
    let request = rental();
    let plan = plan(&request).unwrap();
    let spaced = format!(" {}", String::from_utf8(request.bytes().to_vec()).unwrap());
    let other = Request::parse(spaced.as_bytes()).unwrap();
    assert_eq!(plan.to_bytes(), self::plan(&other).unwrap().to_bytes());
    assert_ne!(plan.context(&request), plan.context(&other));
}

fn operator() -> impl Strategy<Value = (&'static str, Operator)> {
    let number = || any::<i64>().prop_map(glimpse_protocol::predicate::Operand::from);
    prop_oneof![
        number().prop_map(|v| ("weight", Operator::Eq(v))),
        number().prop_map(|v| ("weight", Operator::Ne(v))),
        number().prop_map(|v| ("weight", Operator::Lt(v))),
        (any::<i64>(), any::<i64>()).prop_map(|(a, b)| (
            "weight",
            Operator::Between(a.min(b).into(), a.max(b).into())
        )),
        (0u8..100).prop_map(|n| ("birth_date", Operator::AgeOver(n))),
    ]
}

proptest! {
    #[test]
    fn two_plans_of_one_request_are_identical(operators in proptest::collection::vec(operator(), 0..8), disclose in any::<bool>()) {
        let mut query = query().not_expired();
        if disclose {
            query = query.disclose(path("family_name"));
        }
        for (name, operator) in operators {
            query = query.prove(path(name), operator);
        }
        if let Ok(request) = builder().query(query).build() {
            let again = Request::parse(request.bytes()).unwrap();
            let first = plan(&request).map(|plan| (plan.to_bytes(), plan.context(&request)));
            prop_assert_eq!(first, plan(&again).map(|plan| (plan.to_bytes(), plan.context(&again))));
        }
    }

    #[test]
    fn ranges_agree_with_comparisons(value in -4i64..4, low in -4i64..4, high in -4i64..4) {
        for (operator, expected) in [
            (Operator::Eq(low.into()), value == low),
            (Operator::Ne(low.into()), value != low),
            (Operator::Lt(low.into()), value < low),
            (Operator::Lte(low.into()), value <= low),
            (Operator::Gt(low.into()), value > low),
            (Operator::Gte(low.into()), value >= low),
            (Operator::Between(low.min(high).into(), low.max(high).into()), (low.min(high)..=low.max(high)).contains(&value)),
        ] {
            let request = builder().query(query().prove(path("weight"), operator)).build().unwrap();
            let range = plan(&request).unwrap().credentials()[0].facts[0].range;
            let code = glimpse_protocol::value::AttributeValue::Integer(value).encode_u64().unwrap();
            prop_assert_eq!(range.is_true_of(code), expected);
        }
    }

    #[test]
    fn nothing_makes_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..900, byte in any::<u8>()) {
        let _ = Presentation::from_bytes(&bytes);
        let _ = glimpse_protocol::enrolment::EnrolmentProof::from_bytes(&bytes);
        let mut text = rental().bytes().to_vec();
        let place = cut % text.len();
        text[place] = byte;
        let _ = Request::parse(&text);
    }
}
