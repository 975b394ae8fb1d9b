//! What facts are called, where words could mislead: what is shown besides, and of which card it is.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::plan::{ChosenIssuer, CredentialChoice, Plan};
use glimpse_protocol::predicate::{Operator, Other};
use glimpse_protocol::request::QueryBuilder;
use glimpse_protocol::schema::{ClaimPath, Schema};
use glimpse_protocol::words::{self, Voice};
use support::*;

/// The words of the first predicate of a query.
fn said(plan: &Plan, query: usize, voice: Voice) -> String {
    words::formula(&plan.credentials()[query].proved[0], voice)
}

fn said_of(path: ClaimPath, operator: Operator) -> String {
    let request = builder().query(query().prove(path, operator));
    said(&plan(&request.build().unwrap()).unwrap(), 0, Voice::Holder)
}

/// Whoever proves that a value is another one proves that there is one.
#[test]
fn what_is_denied_of_a_value_says_that_there_is_one() {
    let town = || ClaimPath::new(&["address", "locality"]).unwrap();
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).into()).collect();
    let other = |path| {
        Operator::Ne(
            Other {
                credential: None,
                path,
            }
            .into(),
        )
    };
    for (path, operator, words) in [
        (path("weight"), Operator::Ne(7.into()), "Weight: not 7"),
        (
            path("score"),
            Operator::Ne("1.50".into()),
            "Score: given, but not 1.50",
        ),
        (
            path("score"),
            Operator::NotBetween("1.50".into(), "2.00".into()),
            "Score: given, but not from 1.50 to 2.00",
        ),
        (
            path("family_name"),
            Operator::NotIn(texts(&["Müller"])),
            "Family name: not “Müller”",
        ),
        (
            town(),
            Operator::NotIn(texts(&["Bath", "York"])),
            "Town: given, but neither “Bath” nor “York”",
        ),
        (
            town(),
            other(path("family_name")),
            "Town: given, but not the same as Family name",
        ),
        (
            path("family_name"),
            other(town()),
            "Family name: not the same as Town (also given)",
        ),
    ] {
        assert_eq!(said_of(path, operator), words);
    }
}

/// The plan of a request for a card of each schema, all with the family name of the first.
fn compared(schemas: &[Schema]) -> Plan {
    let issuer = [identity(1).did()];
    let queries = schemas.iter().enumerate().map(|(number, schema)| {
        let id = format!("card-{number}");
        let query = QueryBuilder::new(&id, schema.id().clone(), &issuer, day("2026-11-21"));
        let first = Other {
            credential: Some("card-0".into()),
            path: path("family_name"),
        };
        match number {
            0 => query.prove(path("weight"), Operator::Gt(1.into())),
            _ => query.prove(path("family_name"), Operator::Eq(first.into())),
        }
    });
    let request = queries.fold(builder(), |request, query| request.query(query));
    let request = request.build().unwrap();
    let manifest = manifest(1);
    let issuer = ChosenIssuer {
        did: manifest.id(),
        key_hash: manifest.issuer_key_hash(),
    };
    let choices = request.queries().iter().zip(schemas);
    let choices = choices.map(|(query, schema)| CredentialChoice {
        query: query.id(),
        issuer: Some(issuer),
        schema: Some(schema),
        status: None,
    });
    Plan::compile(&request, &choices.collect::<Vec<_>>()).unwrap()
}

fn called(id: &str, name: &str) -> Schema {
    let schema = SCHEMA.replace("org.iso.18013.5.1.mDL", id);
    Schema::parse(schema.replace("Driving licence", name).as_bytes()).unwrap()
}

#[test]
fn another_card_is_named() {
    let licence = || called("a", "Driving licence");
    let (student, member) = (called("b", "Student card"), called("c", "Membership"));
    let three = compared(&[licence(), student, member]);
    for query in [1, 2] {
        assert_eq!(
            said(&three, query, Voice::Holder),
            "Family name: the same as Family name of your “Driving licence”"
        );
    }
    assert_eq!(
        said(&three, 2, Voice::Others),
        "Family name: the same as Family name of the “Driving licence”"
    );
    // Two cards of one name: a verifier cannot let one pass for the other.
    let alike = compared(&[licence(), called("b", "Driving licence")]);
    assert_eq!(
        said(&alike, 1, Voice::Holder),
        "Family name: the same as Family name of your first card"
    );
}
