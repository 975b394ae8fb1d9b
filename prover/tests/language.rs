//! The whole request language by real proofs: random credentials and random nested requests, proved and verified.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

#[path = "../../protocol/tests/support/random.rs"]
#[allow(dead_code, reason = "each test binary uses a part")]
mod random;
mod support;

use glimpse_primitives::{eddsa, field};
use glimpse_protocol::{
    circuit::CircuitId,
    credential::{Credential, StatusIndex, UnsignedCredential},
    formula::Formula,
    holder::IssuerKeyHash,
    identity::Identity,
    manifest::{IssuerManifest, IssuerManifestBody},
    plan::{NeededSet, Plan},
    predicate::{Operator, Predicate},
    presentation::Presentation,
    request::{QueryBuilder, Request},
    schema::Schema,
    status::{Entries, Epoch, StatusHead, StatusList},
    time::{Date, DateTime},
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, PresentError, Presented, Unwatched,
    plan, prepare_credential, prepare_set, prepare_status, present,
};
use glimpse_verifier::{InMemoryReplayStore, KeySet, Trust, Verifier};
use random::{Rng, TODAY, Values};
use support::{KEYS, request, rng, secret, verify};

fn key(seed: u8) -> eddsa::SigningKey {
    eddsa::SigningKey::from_seed([seed; 32])
}

fn manifest(seed: u8, schema: Schema) -> IssuerManifest {
    let body = IssuerManifestBody {
        name: format!("Issuer {seed}"),
        credential_key: key(seed).verifying_key(),
        schemas: vec![schema],
        url: None,
        display: None,
        issued_at: DateTime::from_unix(1_795_000_000).unwrap(),
    };
    IssuerManifest::sign(body, &Identity::from_seed(&[seed; 32])).unwrap()
}

/// A credential by issuer `seed`, with its proof.
fn issue(seed: u8, schema: Schema, values: &Values) -> (Credential, PreparedCredential) {
    issue_at(u32::from(seed), seed, schema, values)
}

fn issue_at(
    index: u32,
    seed: u8,
    schema: Schema,
    values: &Values,
) -> (Credential, PreparedCredential) {
    let day = |days| Date::from_days(days).unwrap();
    let credential = UnsignedCredential::new(
        schema,
        secret(1).holder_id(IssuerKeyHash::of(&key(seed).verifying_key())),
        StatusIndex::new(index),
        day(TODAY - 9),
        day(TODAY + 9),
        random::attributes(values).as_bytes(),
    )
    .unwrap()
    .sign(Identity::from_seed(&[seed; 32]).did(), &key(seed));
    let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
    (credential, prepared)
}

fn answer(
    request: &Request,
    held: &[(Credential, PreparedCredential)],
    seed: u64,
) -> Result<(Plan, Presented), PresentError> {
    answer_by(request, held, &[], seed)
}

/// The head of each credential's list, and a proof that it is not revoked by that, if there is one.
type Status<'a> = (&'a StatusHead, Option<&'a PreparedPredicate>);

fn answer_by(
    request: &Request,
    held: &[(Credential, PreparedCredential)],
    statuses: &[Status<'_>],
    seed: u64,
) -> Result<(Plan, Presented), PresentError> {
    let heads: Vec<_> = statuses.iter().map(|(head, _)| Some(*head)).collect();
    let cards: Vec<_> = held
        .iter()
        .enumerate()
        .map(|(place, (credential, prepared))| HeldCredential {
            credential,
            prepared,
            status: heads.get(place).copied().flatten(),
        })
        .collect();
    let credentials: Vec<_> = held.iter().map(|(credential, _)| credential).collect();
    let plan = plan(request, &credentials, &heads)?;
    let secret = secret(1);
    let show = |ready: &[PreparedPredicate]| {
        let (mut watch, mut rng) = (Unwatched, rng(seed));
        present(&KEYS, request, &cards, ready, &secret, &mut watch, &mut rng)
    };
    let needed = plan.needed_sets(&credentials);
    // Without the sets' files nothing can be answered.
    if !needed.is_empty() {
        assert!(matches!(show(&[]), Err(PresentError::Unmet(_))));
    }
    let prepare = |needed: &NeededSet<'_>| {
        let set = random::set(needed.set);
        let value = field::to_bytes(&needed.value);
        prepare_set(&KEYS, set, &value, needed.negated, &mut Unwatched).unwrap()
    };
    let clear = statuses.iter().filter_map(|(_, clear)| clear.cloned());
    let ready: Vec<_> = needed.iter().map(prepare).chain(clear).collect();
    Ok((plan, show(&ready)?))
}

/// How many places in a status list credentials have.
const PLACES: usize = 8;

/// A list in which about a third of the places is revoked.
fn list(issuer: u8, rng: &mut Rng) -> StatusList {
    let mut entries = Entries::new();
    for index in (0..PLACES as u32).filter(|_| rng.chance(33)) {
        entries.set(StatusIndex::new(index), true).unwrap();
    }
    let (from, until) = (now(), now().plus_seconds(3600));
    let issuer = Identity::from_seed(&[issuer; 32]);
    StatusList::sign(entries, Epoch::FIRST, from, until, &issuer).unwrap()
}

/// When all random requests are made and answered: a day on which they are about today.
fn now() -> DateTime {
    DateTime::from_unix(TODAY * 86_400).unwrap()
}

/// A verifier that trusts two issuers by these lists, and all sets.
fn verifier(lists: &[StatusList]) -> Verifier {
    let issuers = [1, 2].map(|seed| manifest(seed, random::schema()));
    let mut trust = Trust::new(issuers.to_vec());
    trust.statuses = lists.iter().map(|list| list.head().clone()).collect();
    random::sets().for_each(|set| trust.add_set(set));
    let key = |circuit| (circuit, KEYS.get(circuit).unwrap().verifying_key().clone());
    let keys = KeySet::from_keys(CircuitId::ALL.into_iter().map(key));
    Verifier::new(keys.unwrap(), trust)
}

fn ask(id: &str, schema: &Schema, issuer: u8) -> QueryBuilder {
    let issuer = Identity::from_seed(&[issuer; 32]).did();
    QueryBuilder::new(
        id,
        schema.id().clone(),
        &[issuer],
        Date::from_days(TODAY).unwrap(),
    )
}

/// Shows until so many presentations were made, of a new holder every tenth request.
fn agree(seed: u64, presentations: usize) {
    let mut rng = Rng(seed);
    let (mut made, mut refused, mut revoked, mut round) = (0, 0, 0, 0u64);
    let (mut all, mut held) = (Vec::new(), Vec::new());
    let (mut lists, mut clear) = (Vec::new(), Vec::new());
    while made < presentations {
        if round % 10 == 0 {
            all = (0..2)
                .map(|_| random::values(&mut rng))
                .collect::<Vec<Values>>();
            lists = (1..=2).map(|issuer| list(issuer, &mut rng)).collect();
            let mut issue = |(number, values)| {
                let index = rng.below(PLACES) as u32;
                issue_at(index, number as u8 + 1, random::schema(), values)
            };
            held = all.iter().enumerate().map(&mut issue).collect();
            let prove = |((credential, _), list): (&(Credential, _), &StatusList)| {
                let index = credential.body().status_index();
                let proof = prepare_status(&KEYS, credential, list, &mut Unwatched).ok();
                assert_eq!(proof.is_none(), list.entries().is_revoked(index));
                proof
            };
            clear = held.iter().zip(&lists).map(prove).collect();
        }
        round += 1;
        let queries = 1 + rng.below(2);
        let (mut expected, mut unrevoked) = (true, true);
        let mut asked = Vec::new();
        for mine in 0..queries {
            let formula = random::formula(&mut rng, mine, queries, 3);
            let Some(meaning) = random::meaning_if_typed(&formula, mine, &all) else {
                continue;
            };
            expected &= meaning;
            let mut query = ask(&format!("q{mine}"), &random::schema(), mine as u8 + 1);
            if rng.chance(40) {
                query = query.not_revoked(0, core::slice::from_ref(lists[mine].head()));
                unrevoked &= clear[mine].is_some();
            }
            asked.push(query.prove_that(formula));
        }
        if asked.len() < queries {
            continue;
        }
        let Ok(request) = support::request_at(now(), (round % 250) as u8, asked) else {
            continue;
        };
        let proofs = clear.iter().map(Option::as_ref);
        let statuses = lists.iter().map(StatusList::head).zip(proofs);
        let statuses: Vec<Status<'_>> = statuses.take(queries).collect();
        match answer_by(&request, &held[..queries], &statuses, round) {
            Ok((_, presented)) => {
                assert!(expected && unrevoked, "{request:?}");
                let bytes = presented.presentation.to_bytes();
                let (mut replay, verifier) = (InMemoryReplayStore::new(), verifier(&lists));
                let mut rng = support::rng(round);
                let verdict = verifier.verify(&request, &bytes, now(), &mut replay, &mut rng);
                verdict.unwrap_or_else(|why| panic!("{why}: {request:?}"));
                made += 1;
            }
            Err(PresentError::Unmet(_)) => {
                assert!(!expected, "{request:?}");
                refused += 1;
            }
            Err(PresentError::StatusNotPrepared { .. }) => {
                assert!(expected && !unrevoked, "{request:?}");
                revoked += 1;
            }
            Err(PresentError::Request(_)) => {}
            Err(error) => panic!("{error}: {request:?}"),
        }
    }
    assert!(refused > presentations / 10, "{refused} refused");
    assert!(revoked >= presentations / 50, "{revoked} revoked");
}

#[test]
fn a_few_random_requests() {
    agree(1, 5);
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn three_hundred_random_requests() {
    agree(2, 300);
}

fn leaf(name: &str, operator: Operator) -> Formula<Predicate> {
    let path = support::path(name);
    Predicate { path, operator }.into()
}

/// Two holders, of whom different branches are true, answer with the same plan and the same length, and share no field
/// of 32 bytes.
#[test]
fn an_or_does_not_say_which_branch_holds() {
    let schema = random::schema();
    let mut values: Values = vec![None; random::NAMES.len()];
    values[15] = Some(random::Raw::Integer(0));
    let young = (4, random::Raw::Date(TODAY - 365 * 20));
    let student = (0, random::Raw::Bool(true));
    let holder = |(place, value): (usize, random::Raw)| {
        let mut values = values.clone();
        values[place] = Some(value);
        [issue(1, schema.clone(), &values)]
    };
    let either = Formula::Any(vec![
        leaf("date_a", Operator::AgeOver(26)).negate(),
        leaf("bool_a", Operator::Eq(true.into())),
    ]);
    // Being young is not enough if the date is absent: then neither is known.
    let known = Formula::All(vec![leaf("date_a", Operator::Exists), either]);
    let either = Formula::Any(vec![known, leaf("bool_a", Operator::Eq(true.into()))]);
    let request = request(7, [ask("card", &schema, 1).prove_that(either)]);
    let answers = [
        (1, holder(young.clone())),
        (2, holder(student)),
        (3, holder(young)),
    ];
    let answers = answers.map(|(seed, held)| {
        let (plan, presented) = answer(&request, &held, seed).unwrap();
        let bytes = presented.presentation.to_bytes();
        assert!(verify(&request, &plan, &bytes));
        (plan.to_bytes(), bytes)
    });
    for pair in [(0, 1), (0, 2)] {
        let (one, other) = (&answers[pair.0], &answers[pair.1]);
        assert_eq!(one.0, other.0);
        assert_eq!(one.1.len(), other.1.len());
        let fields = |bytes: &[u8]| {
            bytes[8..]
                .windows(32)
                .map(<[u8]>::to_vec)
                .collect::<std::collections::HashSet<_>>()
        };
        assert!(fields(&one.1).is_disjoint(&fields(&other.1)));
    }
}

/// Issuer and schema hidden, one of two; a pseudonym; an OR; two credentials with one name: all in one presentation.
#[test]
fn everything_at_once() {
    let reworded = {
        let json = random::schema().to_json().to_string();
        Schema::parse(
            json.replace("\"label\":\"bool_a\"", "\"label\":\"Member\"")
                .as_bytes(),
        )
        .unwrap()
    };
    let schemas = [random::schema(), reworded.clone()];
    let manifests = [
        manifest(1, schemas[0].clone()),
        manifest(2, schemas[1].clone()),
    ];
    let issuers: Vec<_> = manifests.iter().collect();
    let mut generator = Rng(9);
    let mut values = random::values(&mut generator);
    values[10] = Some(random::Raw::Text("Zoë".into()));
    values[0] = Some(random::Raw::Bool(true));
    values[4] = None;
    let first =
        QueryBuilder::hiding_issuer("card", &schemas, &issuers, Date::from_days(TODAY).unwrap())
            .one_per_person("forum")
            .prove_that(Formula::Any(vec![
                leaf("date_a", Operator::AgeOver(18)),
                leaf("bool_a", Operator::Eq(true.into())),
            ]))
            .prove(
                support::path("text_a"),
                Operator::Eq(
                    glimpse_protocol::predicate::Other {
                        credential: Some("other".into()),
                        path: support::path("text_a"),
                    }
                    .into(),
                ),
            );
    let request_of = |nonce| request(nonce, [first.clone(), ask("other", &random::schema(), 3)]);
    let mut pseudonyms = Vec::new();
    let mut lengths = Vec::new();
    // The same by either issuer, by a new credential, under another nonce.
    for (issuer, nonce) in [(1, 1), (2, 2), (2, 3)] {
        let request = request_of(nonce);
        let held = [
            issue(issuer, schemas[usize::from(issuer) - 1].clone(), &values),
            issue(3, random::schema(), &values),
        ];
        let (plan, presented) = answer(&request, &held, u64::from(nonce)).unwrap();
        let bytes = presented.presentation.to_bytes();
        assert!(verify(&request, &plan, &bytes));
        let read = Presentation::from_bytes(&bytes).unwrap();
        assert_eq!(read.issuers(&request).unwrap()[0], None);
        pseudonyms.push(read.pseudonyms(&plan).unwrap()[0]);
        lengths.push(bytes.len());
        // Another pseudonym than the holder's does not verify.
        let foreign = glimpse_protocol::pseudonym::Pseudonym::from_bytes(&[1; 32]).unwrap();
        let places = Presentation::issuer_places(&request, &plan).unwrap();
        let forged = Presentation::new(places, vec![], &[], vec![foreign], read.proof().to_vec());
        assert!(!verify(&request, &plan, &forged.to_bytes()));
    }
    assert!(
        pseudonyms
            .iter()
            .all(|pseudonym| *pseudonym == pseudonyms[0])
    );
    assert!(lengths.iter().all(|length| *length == lengths[0]));
    // Two cards of other names are not of one family, whatever else is so.
    let mut other = values.clone();
    other[10] = Some(random::Raw::Text("Zoe".into()));
    let held = [
        issue(1, schemas[0].clone(), &values),
        issue(3, random::schema(), &other),
    ];
    assert!(matches!(
        answer(&request_of(4), &held, 1),
        Err(PresentError::Unmet(_))
    ));
}
