use std::collections::BTreeSet;

use glimpse_primitives::eddsa::SigningKey;
use glimpse_protocol::credential::{Credential, StatusIndex, UnsignedCredential};
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{IssuerManifest, IssuerManifestBody};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::request::{Endpoint, QueryBuilder, ResponseMode};
use glimpse_protocol::schema::{ClaimPath, Schema};
use glimpse_protocol::status::{Entries, Epoch, StatusHead, StatusList};
use glimpse_protocol::time::DateTime;
use proptest::prelude::*;

use super::*;
use crate::status::CardStatus;

const SCHEMA: &str = r#"{"id":"org.example.card","version":1,"name":"Card","attributes":[
    {"path":["birth_date"],"type":"date","label":"date of birth"},
    {"path":["joined"],"type":"date","label":"joined","optional":true}]}"#;

/// The tests' day.
fn today() -> Date {
    Date::new(2026, 11, 21).unwrap()
}

fn day(offset: i64) -> Date {
    today().plus_days(offset).unwrap()
}

fn secret() -> HolderSecret {
    HolderSecret::from_bytes(&[3; 32]).unwrap()
}

/// A card of the tests' issuer that is valid from and until so many days from today.
fn card(number: u8, from: i64, until: i64) -> Card {
    let (identity, key) = (
        Identity::from_seed(&[1; 32]),
        SigningKey::from_seed([2; 32]),
    );
    let now: DateTime = "2026-11-21T18:00:00Z".parse().unwrap();
    let body = IssuerManifestBody {
        name: "Registry".into(),
        credential_key: key.verifying_key(),
        schemas: vec![Schema::parse(SCHEMA.as_bytes()).unwrap()],
        url: None,
        display: None,
        issued_at: now,
    };
    let manifest = IssuerManifest::sign(body, &identity).unwrap();
    let holder = secret().holder_id(manifest.issuer_key_hash());
    let unsigned = UnsignedCredential::new(
        manifest.schemas()[0].clone(),
        holder,
        StatusIndex::new(number.into()),
        day(from),
        day(until),
        br#"{"birth_date":"1990-12-10"}"#,
    );
    let signed = unsigned.unwrap().sign(identity.did(), &key);
    let credential = signed.to_json_string().into_bytes();
    let credential = Credential::open(&credential, &manifest, holder).unwrap();
    Card::new(CardId::from_bytes([number; 16]), credential, manifest)
}

fn held(card: Card) -> Holding {
    Holding {
        card,
        prepared: false,
        kept: BTreeSet::new(),
    }
}

/// A status list that revokes nothing, or the card with that number.
fn status(revoked: Option<u8>) -> CardStatus {
    let mut entries = Entries::new();
    if let Some(index) = revoked {
        entries.set(StatusIndex::new(index.into()), true).unwrap();
    }
    CardStatus {
        head: Some(head(entries)),
        revoked: revoked.is_some(),
        ..CardStatus::default()
    }
}

fn head(entries: Entries) -> StatusHead {
    let now: DateTime = "2026-11-21T18:00:00Z".parse().unwrap();
    let identity = Identity::from_seed(&[1; 32]);
    let list = StatusList::sign(entries, Epoch::FIRST, now, now.plus_seconds(9), &identity);
    list.unwrap().head().clone()
}

/// A question that these cards answered `ago` days ago: whether the holder is so old.
fn asked(ages: &[u8], cards: &[u8], ago: i64) -> Asked {
    let verifier = Identity::from_seed(&[9; 32]);
    let on = day(-ago);
    let at = DateTime::from_unix(on.days() * 86_400).unwrap();
    let endpoint = Endpoint::new("https://bar.example/answer").unwrap();
    let mode = ResponseMode::DirectPost(endpoint);
    let request = Request::builder(verifier.did(), mode, Nonce::from_bytes([1; 32]), at);
    let schema = Schema::parse(SCHEMA.as_bytes()).unwrap().id().clone();
    let issuers = [Identity::from_seed(&[1; 32]).did()];
    let queries = (0..cards.len()).map(|number| {
        let query = QueryBuilder::new(&format!("q{number}"), schema.clone(), &issuers, on);
        let query = ages.iter().fold(query, |query, years| {
            let path = ClaimPath::new(&["birth_date"]).unwrap();
            query.prove(path, Operator::AgeOver(*years))
        });
        query.not_revoked(0, &[head(Entries::new())])
    });
    let request = queries.fold(request, glimpse_protocol::request::RequestBuilder::query);
    let request = request.build().unwrap();
    Asked {
        request: String::from_utf8(request.bytes().to_vec()).unwrap(),
        cards: cards
            .iter()
            .map(|number| CardId::from_bytes([*number; 16]).to_string())
            .collect(),
    }
}

fn planned(holdings: &[Holding], history: &[Asked]) -> Vec<Task> {
    plan(holdings, history, &secret(), today())
}

/// What is planned, in short.
fn outline(tasks: &[Task]) -> Vec<String> {
    tasks
        .iter()
        .map(|task| format!("{:?}", task.what))
        .collect()
}

#[test]
fn a_new_card_needs_its_proof_and_its_validity_today() {
    let tasks = planned(&[held(card(1, -10, 10))], &[]);
    assert_eq!(outline(&tasks), ["Card", "Fact(range, 2026-11-21)"]);
}

#[test]
fn with_a_list_it_needs_that_it_is_not_revoked() {
    let mut holding = held(card(1, -10, 10));
    holding.prepared = true;
    holding.card.set_status(status(None));
    let tasks = planned(&[holding], &[]);
    assert_eq!(outline(&tasks), ["Status", "Fact(range, 2026-11-21)"]);
}

#[test]
fn nothing_is_prepared_of_what_cannot_be_shown() {
    let mut revoked = held(card(1, -10, 10));
    revoked.card.set_status(status(Some(1)));
    let expired = held(card(2, -10, -1));
    let history = [
        asked(&[18], &[1], 1),
        asked(&[18], &[2], 1),
        asked(&[18], &[3], 1),
    ];
    assert_eq!(planned(&[revoked, expired], &history), []);
    // A card that is not valid yet is not valid today.
    let early = planned(&[held(card(4, 1, 10))], &[asked(&[18], &[4], 1)]);
    assert_eq!(outline(&early), ["Card"]);
    // The last day and the first are days of validity.
    for (from, until) in [(-10, 0), (0, 10)] {
        assert_eq!(planned(&[held(card(5, from, until))], &[]).len(), 2);
    }
}

#[test]
fn what_was_asked_lately_is_asked_again_of_today() {
    let mut holding = held(card(1, -10, 10));
    holding.prepared = true;
    // Two ages, and the validity that is planned in any case. An age that is not reached cannot be asked again.
    let history = [
        asked(&[18, 21], &[1], 3),
        asked(&[21], &[1], 1),
        asked(&[60], &[1], 1),
    ];
    let tasks = planned(&[holding], &history);
    assert_eq!(outline(&tasks), ["Fact(range, 2026-11-21)"; 3]);
}

#[test]
fn only_the_latest_questions_count() {
    let holding = || held(card(1, -10, 10));
    let mut history: Vec<_> = (0..RECENT).map(|_| asked(&[18], &[1], 1)).collect();
    let few = planned(&[holding()], &history).len();
    history.push(asked(&[21], &[1], 2));
    assert_eq!(planned(&[holding()], &history).len(), few);
    history.remove(0);
    assert_eq!(planned(&[holding()], &history).len(), few + 1);
}

#[test]
fn an_eager_verifier_is_prepared_for_within_bounds() {
    let ages = |from: u8| -> Vec<u8> { (from..from + 8).collect() };
    let history: Vec<_> = [1, 9, 17, 25]
        .map(|from| asked(&ages(from), &[1], 1))
        .into();
    assert_eq!(
        planned(&[held(card(1, -10, 10))], &history).len(),
        MAX_FACTS
    );
}

#[test]
fn what_is_not_a_request_any_more_is_passed_over() {
    let mut question = asked(&[18], &[1], 1);
    for text in ["", "{}", r#"{"dcql_query":{"credentials":[{}]}}"#] {
        question.request = text.into();
        let tasks = planned(&[held(card(1, -10, 10))], std::slice::from_ref(&question));
        assert_eq!(tasks.len(), 2);
    }
}

/// A card of some number in some state, and a question of some cards.
fn holdings() -> impl Strategy<Value = Vec<Holding>> {
    let state = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        -4i64..3,
        -3i64..4,
    );
    prop::collection::vec(state, 0..4).prop_map(|states| {
        let numbered = states.into_iter().zip(1u8..);
        let each =
            |((prepared, listed, revoked, from, length), number): ((_, _, bool, _, _), _)| {
                let mut holding = held(card(number, from, from + i64::max(length, 0)));
                holding.prepared = prepared;
                if listed {
                    holding.card.set_status(status(revoked.then_some(number)));
                }
                holding
            };
        numbered.map(each).collect()
    })
}

fn questions() -> impl Strategy<Value = Vec<Asked>> {
    let ages = prop::collection::btree_set(1u8..50, 0..4);
    let cards = prop::collection::vec(1u8..5, 1..3);
    prop::collection::vec((ages, cards, 0i64..9), 0..5).prop_map(|questions| {
        let ask = |(ages, cards, ago): (BTreeSet<u8>, Vec<u8>, i64)| {
            asked(&ages.into_iter().collect::<Vec<_>>(), &cards, ago)
        };
        questions.into_iter().map(ask).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn plans_are_free_of_the_needless(mut holdings in holdings(), history in questions()) {
        let tasks = planned(&holdings, &history);
        for (at, task) in tasks.iter().enumerate() {
            prop_assert!(!tasks[..at].contains(task), "planned twice");
            let held = holdings.iter_mut().find(|held| held.card.id() == task.card).unwrap();
            let body = held.card.credential().body();
            prop_assert!(!held.card.status().is_revoked() && body.expires_on() >= today());
            match &task.what {
                What::Card => {
                    prop_assert!(!held.prepared);
                    held.prepared = true;
                }
                What::Status(id) => prop_assert!(held.kept.insert(*id)),
                What::Fact { id, day, .. } => {
                    prop_assert_eq!(*day, today());
                    prop_assert!(held.kept.insert(*id));
                }
            }
        }
        // Once it is done there is nothing left to do.
        prop_assert_eq!(planned(&holdings, &history), []);
    }
}
