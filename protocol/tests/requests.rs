//! Requests and plans.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::predicate::Operator;
use glimpse_protocol::presentation::{Presentation, PresentationError};
use glimpse_protocol::request::{
    QueryBuilder, Request, RequestError, SignedRequest, SignedRequestError, StaleRequest,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::*;

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

/// Validity is asked for unless the request says that it is not.
#[test]
fn silence_about_validity_asks_for_it() {
    let said = |member: Option<Value>| {
        let mut changed: Value = serde_json::from_slice(rental().bytes()).unwrap();
        let meta = changed
            .pointer_mut("/dcql_query/credentials/0/meta")
            .unwrap();
        meta.as_object_mut().unwrap().remove("not_expired");
        if let Some(value) = member {
            meta["not_expired"] = value;
        }
        let request = Request::parse(changed.to_string().as_bytes())?;
        let plan = plan(&request).unwrap();
        let planned = plan.credentials()[0].asks_validity();
        assert_eq!(planned, request.queries()[0].not_expired());
        Ok::<_, RequestError>(planned)
    };
    assert_eq!(said(None), Ok(true));
    assert_eq!(said(Some(json!(true))), Ok(true));
    assert_eq!(said(Some(json!(false))), Ok(false));
    for unclear in [json!(null), json!("false"), json!(0)] {
        let error = said(Some(unclear)).unwrap_err();
        assert_eq!(error.path(), "$.dcql_query.credentials[0].meta.not_expired");
    }

    let built = |query: QueryBuilder| {
        let request = builder().query(query).build();
        request.map(|request| request.queries()[0].not_expired())
    };
    assert_eq!(built(query()), Ok(true));
    assert_eq!(
        built(query().disclose(path("weight")).accept_expired()),
        Ok(false)
    );
    // Neither valid nor anything else: that asks for nothing.
    assert!(built(query().accept_expired()).is_err());
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
        let query = QueryBuilder::new("q", schema_id(), &[identity(1).did()], day(as_of));
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
fn a_presentation_is_read_by_the_plan() {
    let request = rental();
    let plan = plan(&request).unwrap();
    let values = plan.disclosed_values(&[&credential()]).unwrap();
    let presentation = Presentation::new(vec![0], vec![], &values, Vec::new(), vec![1, 2, 3]);
    let bytes = presentation.to_bytes();
    assert_eq!(Presentation::from_bytes(&bytes).unwrap(), presentation);
    assert_eq!(presentation.disclosed(&plan).unwrap(), values);
    assert_eq!(
        presentation.issuers(&request).unwrap(),
        [Some(&identity(1).did())]
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
    let wrong =
        |issuers, values: &[_]| Presentation::new(issuers, vec![], values, Vec::new(), Vec::new());
    assert_eq!(
        wrong(vec![0], &[number]).disclosed(&plan),
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
    let number = || any::<i64>().prop_map(glimpse_protocol::predicate::Constant::from);
    prop_oneof![
        number().prop_map(|v| ("weight", Operator::Eq(v.into()))),
        number().prop_map(|v| ("weight", Operator::Ne(v.into()))),
        number().prop_map(|v| ("weight", Operator::Lt(v.into()))),
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
        let mut query = query();
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
            let plan = plan(&request).unwrap();
            let code = glimpse_protocol::value::AttributeValue::Integer(value).encode_u64().unwrap();
            prop_assert_eq!(truth(&plan.credentials()[0].proved[0], code), Some(expected));
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
